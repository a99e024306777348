"""The journal page of a course: lessons across, pupils down, read in one statement (J13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, FinalKind, LessonKind, MarkValue
from db.models import Course, CourseGroup, Person, SchoolYear, Term
from db.queries.courses import CourseRow
from db.queries.journal_page_statement import LOCK_SETTINGS, page_statement
from db.queries.names import full_name


@dataclass(frozen=True, slots=True)
class Period:
    """What a page shows: a term, or the whole year."""

    term_id: int | None
    """None: the year."""
    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PageWork:
    """A column of marks in a lesson."""

    work_id: int
    kind: str
    """As its dictionary shortens it: «к/р»."""
    title: str
    weight: Decimal
    closed: bool
    """Its empty cells may no longer be filled (J4)."""


@dataclass(frozen=True, slots=True)
class PageTask:
    text: str
    for_everyone: bool


@dataclass(frozen=True, slots=True)
class PageLesson:
    lesson_id: int | None
    """None: the timetable has it, and nobody has looked at it yet."""
    date: date
    number: int
    topic: str | None
    kind: LessonKind | None
    taken: bool
    """Its register; not taken is never «all present»."""
    no_homework: bool
    tasks: tuple[PageTask, ...]
    substitute: str | None
    """Who gave it instead of the teacher (S5)."""
    locked: bool
    """What stands in it may no longer be changed (J5)."""
    closed: bool
    """Marks may no longer be added to it (J4)."""
    works: tuple[PageWork, ...]


@dataclass(frozen=True, slots=True)
class PagePupil:
    pupil_id: int
    number: int | None
    """In the class list."""
    last_name: str
    first_name: str
    middle_name: str
    places: tuple[tuple[date, date], ...]
    """When the pupil was in the course, within the page's days, both ends counted."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Н or О in a register."""

    status: AttendanceStatus
    late_minutes: int | None


@dataclass(frozen=True, slots=True)
class PageMark:
    value: MarkValue
    comment: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class FinalRow:
    pupil_id: int
    kind: FinalKind
    term_id: int | None
    value: MarkValue


@dataclass(frozen=True, slots=True)
class PageRows:
    """A page as it is stored."""

    school: str
    teachers: tuple[str, ...]
    """Who had the course in these days, by name."""
    lessons: tuple[PageLesson, ...]
    pupils: tuple[PagePupil, ...]
    """Everybody who was in the course on one of the days, in the order of names."""
    absences: Mapping[tuple[int, int], Absence]
    """By lesson and pupil."""
    marks: Mapping[tuple[int, int], PageMark]
    """By work and pupil."""
    finals: tuple[FinalRow, ...]
    """Of the page's pupils in the subject, all of the year."""


async def periods(session: AsyncSession, year_id: int, grade: int) -> list[Period]:
    """The terms of a form in a year, in their order, and the year itself last."""
    terms = select(Term.id, Term.name, Term.starts_on, Term.ends_on).where(
        Term.year_id == year_id, or_(Term.grades.is_(None), Term.grades.contains([grade]))
    )
    year = select(null(), SchoolYear.name, SchoolYear.starts_on, SchoolYear.ends_on).where(
        SchoolYear.id == year_id
    )
    every = union_all(terms, year).subquery()
    rows = await session.execute(select(every).order_by(every.c.id.is_(None), every.c.starts_on, every.c.id))
    return [Period(*row) for row in rows]


async def teachers(session: AsyncSession, teacher_ids: Collection[int]) -> list[str]:
    """Full names in their order."""
    rows = await session.scalars(
        select(full_name(Person)).where(Person.id.in_(teacher_ids)).order_by(Person.sort_key, Person.id)
    )
    return list(rows)


async def has_subgroups(session: AsyncSession, course: CourseRow) -> bool:
    """One of the course's classes is taught this subject in subgroups (S2)."""
    found = exists().where(
        Course.year_id == course.year_id,
        Course.subject_id == course.subject_id,
        Course.subgroup.is_not(None),
        CourseGroup.course_id == Course.id,
        CourseGroup.group_id.in_(course.group_ids),
    )
    return bool(await session.scalar(select(found)))


async def page(
    session: AsyncSession,
    *,
    school_id: int,
    course_id: int,
    first: date,
    last: date,
    today: date,
    now: datetime,
    settings_by_preset: Mapping[str, Mapping[str, int]],
) -> PageRows:
    """Everything between two days: lessons up to today, and later ones in which somebody wrote already.

    `settings_by_preset`: the presets' values of each of `LOCK_SETTINGS`. The caller has checked the right.
    """
    statement = page_statement(school_id, course_id, first, last, today)
    parameters = {f"{key}_by_preset": settings_by_preset[key] for key in LOCK_SETTINGS}
    school, teachers, *parts = (await session.execute(statement, {**parameters, "now": now})).one()
    found_lessons, pupils, absences, marks, finals = (part or () for part in parts)
    return PageRows(
        school,
        tuple(teachers or ()),
        tuple(_lesson(one) for one in found_lessons),
        tuple(_pupil(one) for one in pupils),
        {
            (lesson, pupil): Absence(AttendanceStatus(status), late)
            for lesson, pupil, status, late in absences
        },
        {
            (work, pupil): PageMark(MarkValue(value), comment, due_on and date.fromisoformat(due_on))
            for work, pupil, value, comment, due_on in marks
        },
        tuple(
            FinalRow(pupil, FinalKind(kind), term_id, MarkValue(value))
            for pupil, kind, term_id, value in finals
        ),
    )


def _lesson(row: dict[str, Any]) -> PageLesson:
    works = tuple(PageWork(**work | {"weight": Decimal(work["weight"])}) for work in row["works"] or ())
    return PageLesson(
        **row
        | {
            "date": date.fromisoformat(row["date"]),
            "kind": row["kind"] and LessonKind(row["kind"]),
            "tasks": tuple(PageTask(*task) for task in row["tasks"] or ()),
            "works": works,
        }
    )


def _pupil(row: list[Any]) -> PagePupil:
    pupil_id, number, last_name, first_name, middle_name, places = row
    days = tuple((date.fromisoformat(starts), date.fromisoformat(ends)) for starts, ends in places)
    return PagePupil(pupil_id, number, last_name, first_name, middle_name, days)
