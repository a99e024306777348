"""What permissions are asked about: just enough of a thing for the predicates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import access as queries
from services.actor import Actor


@dataclass(frozen=True, slots=True)
class SchoolSubject:
    school_id: int


@dataclass(frozen=True, slots=True)
class GroupSubject:
    school_id: int
    group_id: int


@dataclass(frozen=True, slots=True)
class PupilSubject:
    """A pupil and the classes they are enrolled in today."""

    school_id: int
    pupil_id: int
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class PersonSubject:
    """A person as somebody who is let in or locked out."""

    school_id: int
    person_id: int
    is_staff: bool
    group_ids: frozenset[int]
    """The classes of today that they or their children are in."""


@dataclass(frozen=True, slots=True)
class LessonSubject:
    school_id: int
    lesson_id: int
    date: date
    teacher_id: int
    substitute_id: int | None
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class CourseSubject:
    """A course with whom it concerns today."""

    school_id: int
    course_id: int
    teacher_ids: frozenset[int]
    group_ids: frozenset[int]


Subject = SchoolSubject | GroupSubject | PupilSubject | PersonSubject | LessonSubject | CourseSubject


async def load_pupil(session: AsyncSession, actor: Actor, pupil_id: int, today: date) -> PupilSubject | None:
    """A pupil, present or former, of the actor's school; `today` is a day in the school's zone."""
    group_ids = await queries.pupil_groups(session, actor.school_id, pupil_id, today)
    return None if group_ids is None else PupilSubject(actor.school_id, pupil_id, group_ids)


async def load_person(
    session: AsyncSession, actor: Actor, person_id: int, today: date
) -> PersonSubject | None:
    """Anybody of the actor's school; `today` is a day in the school's zone."""
    row = await queries.person_standing(session, actor.school_id, person_id, today)
    return None if row is None else PersonSubject(actor.school_id, person_id, row.is_staff, row.group_ids)


async def load_group(session: AsyncSession, actor: Actor, group_id: int) -> GroupSubject | None:
    """A class of the actor's school, of any year."""
    found = await queries.group_exists(session, actor.school_id, group_id)
    return GroupSubject(actor.school_id, group_id) if found else None
