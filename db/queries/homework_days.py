"""What was set for a pupil on a day, and the messages about it that stand in chats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import (
    Binding,
    Course,
    Enrolment,
    Group,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    Lesson,
    OutboxMessage,
    Person,
    School,
    StoredFile,
    Subject,
)
from db.queries.files import COLUMNS, StoredFileRow
from db.queries.periods import in_force
from db.queries.timetable import roster


@dataclass(frozen=True, slots=True)
class DayTask:
    """A task as the pupil it is for sees it."""

    homework_id: int
    subject: str
    text: str
    due_on: date
    due_number: int | None
    own: bool
    """For single pupils, not for everyone."""
    files: int
    set_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedPupil:
    pupil_id: int
    school_id: int
    last_name: str
    first_name: str
    group: str | None
    zone: str


def _concerns(pupil_id: int) -> Any:
    """The task is for this pupil. Needs `homework` and `lesson`."""
    in_lesson = exists(
        roster(Lesson.course_id, Lesson.date).where(Enrolment.pupil_id == pupil_id).correlate(Lesson)
    )
    named = exists().where(HomeworkPupil.homework_id == Homework.id, HomeworkPupil.pupil_id == pupil_id)
    return or_(and_(Homework.for_everyone, in_lesson), named)


def _of_pupil(pupil_id: int) -> Select[*tuple[Any, ...]]:
    files = (
        select(func.count()).where(HomeworkFile.homework_id == Homework.id).correlate(Homework)
    ).scalar_subquery()
    return (
        select(
            Homework.id,
            Subject.name,
            Homework.text,
            Homework.due_on,
            Homework.due_number,
            Homework.for_everyone.is_(False),
            files,
            Homework.set_at,
            Homework.changed_at,
            Homework.withdrawn_at,
        )
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(_concerns(pupil_id))
    )


async def tasks(
    session: AsyncSession,
    school_id: int,
    pupil_id: int,
    since: datetime,
    until: datetime,
    *,
    first_lesson: date | None = None,
) -> list[DayTask]:
    """What was set for the pupil from `since` to before `until`, by subject; withdrawn tasks too.
    `first_lesson`: only in lessons of that day and later."""
    rows = await session.execute(
        _of_pupil(pupil_id)
        .where(
            Homework.school_id == school_id,
            Homework.set_at >= since,
            Homework.set_at < until,
            *([] if first_lesson is None else [Lesson.date >= first_lesson]),
        )
        .order_by(Subject.name, Homework.for_everyone.desc(), Homework.id)
    )
    return [DayTask(*row) for row in rows]


async def due(
    session: AsyncSession, school_id: int, pupil_id: int, first: date, last: date, *, set_until: datetime
) -> list[DayTask]:
    """What the pupil is to have done by the days from `first` to `last`, of what was set up to `set_until`;
    withdrawn tasks left out."""
    rows = await session.execute(
        _of_pupil(pupil_id)
        .where(
            Homework.school_id == school_id,
            Homework.due_on.between(first, last),
            Homework.set_at <= set_until,
            Homework.withdrawn_at.is_(None),
        )
        .order_by(
            Homework.due_on, Homework.due_number, Subject.name, Homework.for_everyone.desc(), Homework.id
        )
    )
    return [DayTask(*row) for row in rows]


async def pupil(session: AsyncSession, pupil_id: int, today: date) -> NamedPupil | None:
    """A pupil with their class of `today`."""
    group = (
        select(func.min(Group.name))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == Person.id, in_force(Enrolment, today))
        .correlate(Person)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Person.id, Person.school_id, Person.last_name, Person.first_name, group, School.timezone)
        .join(School, School.id == Person.school_id)
        .where(Person.id == pupil_id)
    )
    row = rows.one_or_none()
    return None if row is None else NamedPupil(*row)


async def files_for(
    session: AsyncSession, school_id: int, homework_id: int, pupil_id: int
) -> list[StoredFileRow] | None:
    """The files of a task that is for this pupil and not withdrawn; None when there is no such task."""
    found = await session.scalar(
        _of_pupil(pupil_id).where(
            Homework.id == homework_id, Homework.school_id == school_id, Homework.withdrawn_at.is_(None)
        )
    )
    return None if found is None else await files_of(session, homework_id)


async def files_of(session: AsyncSession, homework_id: int) -> list[StoredFileRow]:
    """The files of a task, in their order."""
    rows = await session.execute(
        select(*COLUMNS)
        .join(HomeworkFile, HomeworkFile.file_id == StoredFile.id)
        .where(HomeworkFile.homework_id == homework_id)
        .order_by(HomeworkFile.position)
    )
    return [StoredFileRow(*row) for row in rows]


async def unreminded(
    session: AsyncSession, kind: str, person_ids: Sequence[int], day: date
) -> list[tuple[int, int]]:
    """(person, binding) of the accounts of these people that have no message of this kind for the day."""
    posted = exists().where(
        OutboxMessage.binding_id == Binding.id,
        OutboxMessage.kind == kind,
        OutboxMessage.payload["date"].astext == day.isoformat(),
    )
    rows = await session.execute(
        select(Binding.person_id, Binding.id)
        .where(Binding.person_id.in_(person_ids), Binding.state == BindingState.ACTIVE, ~posted)
        .order_by(Binding.id)
    )
    return [(row[0], row[1]) for row in rows]


async def reminded(
    session: AsyncSession, kind: str, person_ids: Sequence[int], day: date
) -> list[tuple[int, int]]:
    """As `unreminded`: accounts in whose chats such a message stands."""
    rows = await session.execute(
        select(Binding.person_id, Binding.id)
        .join(OutboxMessage, OutboxMessage.binding_id == Binding.id)
        .where(
            Binding.person_id.in_(person_ids),
            OutboxMessage.kind == kind,
            OutboxMessage.payload["date"].astext == day.isoformat(),
            OutboxMessage.external_ref.is_not(None),
        )
        .order_by(Binding.id)
    )
    return [(row[0], row[1]) for row in rows]
