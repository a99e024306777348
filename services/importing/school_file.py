"""What a file says once everything in it is understood: the whole school as plain values.

Classes and subjects are referred to by their folded names, people by `key`: the id in the database for
whoever is there already, a negative number for a newcomer. `row` is where the file says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from db.enums import LessonKind, Sex, StaffRole, TermKind, WeekParity
from services.importing.names import Name
from services.importing.tables import Row


@dataclass(frozen=True, slots=True)
class Year:
    name: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    starts_on: date
    ends_on: date
    kind: TermKind | None
    grades: tuple[int, ...] | None
    """None: every grade."""
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Holiday:
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Bell:
    number: int
    starts_at: time
    ends_at: time
    weekday: int | None
    campus: str | None
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Person:
    """A field that the file says nothing about is None."""

    key: int
    name: Name
    external_id: str | None = None
    phone: str | None = None
    email: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    given_on: date | None
    withdrawn: date | bool | None


@dataclass(frozen=True, slots=True)
class Employee:
    person: int
    roles: frozenset[StaffRole]
    campus: str | None
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    grade: int
    class_teacher: int | None
    campus: str | None
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pupil:
    person: int
    group: str
    number: int | None
    consent: Consent
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Guardian:
    person: int
    pupil: int
    relation: str
    consent: Consent
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Subject:
    key: str
    name: str
    short_names: tuple[str, ...]


class CourseKey(NamedTuple):
    groups: frozenset[str]
    subject: str
    subgroup: str
    """Folded; empty: everybody of the classes."""


@dataclass(frozen=True, slots=True)
class Load:
    """A teacher's hours in a course; None for a day: from, or to, the edge of the year."""

    course: CourseKey
    subgroup_name: str
    teacher: int
    hours_per_week: Decimal | None
    plan_variant: str | None
    valid_from: date | None
    valid_to: date | None
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    course: CourseKey
    pupil: int


@dataclass(frozen=True, slots=True)
class Slot:
    course: CourseKey
    subgroup_name: str
    teacher: int
    weekday: int
    number: int
    rooms: tuple[str, ...]
    week: WeekParity | None
    valid_from: date | None
    valid_to: date | None
    row: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Topic:
    subject: str
    grade: int
    variant: str
    number: int
    topic: str
    kind: LessonKind
    homework: str
    row: Row | None = field(default=None, compare=False)


@dataclass(slots=True)
class SchoolContent:
    """Every section of a school; from a file, or from the database where the file has no such sheet."""

    year: Year
    settings: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)
    bells: list[Bell] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    staff: list[Employee] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    pupils: list[Pupil] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    consents: set[tuple[int, int]] = field(default_factory=set)
    """(who agreed, about which pupil): in force in the database."""
