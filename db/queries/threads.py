"""Threads: who they are between, and what waits for an answer (C1, U9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Row, Select, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import Desk
from db.models import (
    Course,
    CourseTeacher,
    Enrolment,
    Group,
    Guardianship,
    Person,
    Subject,
    Thread,
    ThreadMessage,
)
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force
from db.queries.scope import Viewer, answered_threads, own_threads, pupil_in_course, read_threads


@dataclass(frozen=True, slots=True)
class ThreadPupil:
    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    group: str
    """The class of the day; empty when there is none."""
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as it is on a day."""

    thread_id: int
    school_id: int
    desk: Desk
    person: Colleague
    """The guardian, or whoever asks the help point."""
    relation: str
    """To the pupil, on that day; empty when unknown."""
    staff: Colleague | None
    pupil: ThreadPupil | None
    course_id: int | None
    subject: str | None
    teacher_ids: frozenset[int]
    """Who teaches the pupil the course on that day."""
    last_message_at: datetime
    awaits_school_since: datetime | None


_WRITTEN = exists().where(ThreadMessage.thread_id == Thread.id).correlate(Thread)


def _threads(day: date) -> Select[*tuple[Any, ...]]:
    pupil, staff = aliased(Person), aliased(Person)
    enrolled = (
        select(Group)
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == Thread.pupil_id, in_force(Enrolment, day))
        .correlate(Thread)
    )
    relation = (
        select(func.min(Guardianship.relation))
        .where(
            Guardianship.guardian_id == Thread.person_id,
            Guardianship.pupil_id == Thread.pupil_id,
            in_force(Guardianship, day),
        )
        .correlate(Thread)
    )
    teachers = (
        select(func.array_agg(CourseTeacher.teacher_id, type_=ARRAY(BigInteger)))
        .where(
            CourseTeacher.course_id == Thread.course_id, in_force(CourseTeacher, day), pupil_in_course(day)
        )
        .correlate(Thread)
    )
    return (
        select(
            Thread.id,
            Thread.school_id,
            Thread.desk,
            *colleague_columns(Person),
            func.coalesce(relation.scalar_subquery(), ""),
            *colleague_columns(staff),
            *colleague_columns(pupil),
            func.coalesce(enrolled.with_only_columns(func.min(Group.name)).scalar_subquery(), ""),
            enrolled.with_only_columns(func.array_agg(Group.id, type_=ARRAY(BigInteger))).scalar_subquery(),
            Thread.course_id,
            Subject.name,
            teachers.scalar_subquery(),
            Thread.last_message_at,
            Thread.awaits_school_since,
        )
        .join(Person, Person.id == Thread.person_id)
        .outerjoin(staff, staff.id == Thread.staff_id)
        .outerjoin(pupil, pupil.id == Thread.pupil_id)
        .outerjoin(Course, Course.id == Thread.course_id)
        .outerjoin(Subject, Subject.id == Course.subject_id)
    )


def _row(row: Row[Any]) -> ThreadRow:
    values: tuple[Any, ...] = tuple(row)
    thread_id, school_id, desk = values[:3]
    relation, staff, pupil, group, group_ids = values[7], values[8:12], values[12:16], values[16], values[17]
    course_id, subject, teacher_ids, last_message_at, awaits_school_since = values[18:]
    return ThreadRow(
        thread_id,
        school_id,
        desk,
        Colleague(*values[3:7]),
        relation,
        None if staff[0] is None else Colleague(*staff),
        None if pupil[0] is None else _pupil(pupil, group, group_ids),
        course_id,
        subject,
        frozenset(teacher_ids or ()),
        last_message_at,
        awaits_school_since,
    )


def _pupil(names: Sequence[Any], group: str, group_ids: list[int] | None) -> ThreadPupil:
    pupil_id, last_name, first_name, middle_name = names
    return ThreadPupil(pupil_id, last_name, first_name, middle_name, group, frozenset(group_ids or ()))


async def thread(session: AsyncSession, school_id: int, thread_id: int, day: date) -> ThreadRow | None:
    """One thread of the school; `day`: the school's today."""
    query = _threads(day).where(Thread.id == thread_id, Thread.school_id == school_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _row(row)


async def of_viewer(
    session: AsyncSession, viewer: Viewer, day: date, *, first: int, limit: int
) -> list[ThreadRow]:
    """What the viewer may read and somebody has written in: what waits for them first, longest first, then
    the newest. From the row number `first`, at most `limit`."""
    answers = Thread.id.in_(answered_threads(viewer, day))
    waits = answers & Thread.awaits_school_since.is_not(None)
    query = (
        _threads(day)
        .where(Thread.id.in_(read_threads(viewer, day)), _WRITTEN)
        .order_by(
            waits.desc(),
            case((waits, Thread.awaits_school_since)),
            Thread.last_message_at.desc(),
            Thread.id.desc(),
        )
        .offset(first)
        .limit(limit)
    )
    return [_row(row) for row in await session.execute(query)]


async def has_own(session: AsyncSession, viewer: Viewer) -> bool:
    """Something is written in a thread that the viewer began, or that a guardian's place gives them."""
    own = select(Thread.id).where(Thread.id.in_(own_threads(viewer)), _WRITTEN)
    return bool(await session.scalar(select(own.exists())))


async def waiting(session: AsyncSession, viewer: Viewer, day: date) -> int:
    """How many questions wait for the viewer's answer."""
    query = select(func.count()).where(
        Thread.id.in_(answered_threads(viewer, day)), Thread.awaits_school_since.is_not(None)
    )
    return (await session.execute(query)).scalar_one()


async def open_thread(session: AsyncSession, *, now: datetime, **key: Any) -> int:
    """The thread of these two, made when there is none. `key`: its columns of the unique constraint, and the
    school."""
    new = insert(Thread).values(**key, last_message_at=now)
    found = await session.scalars(
        new.on_conflict_do_update(
            constraint="uq_thread_person_id_desk_staff_id_pupil_id_course_id",
            set_={"school_id": new.excluded.school_id},
        ).returning(Thread.id)
    )
    return found.one()


async def touch(session: AsyncSession, thread_id: int, *, from_school: bool, now: datetime) -> None:
    """Something was said: the school has answered, or waits to be asked again no longer than since `now`."""
    since = None if from_school else func.coalesce(Thread.awaits_school_since, now)
    await session.execute(
        update(Thread).where(Thread.id == thread_id).values(last_message_at=now, awaits_school_since=since)
    )


async def awaiting_since(
    session: AsyncSession, school_id: int, before: datetime, day: date
) -> list[ThreadRow]:
    """Threads of a school whose question is older than `before`."""
    query = _threads(day).where(Thread.school_id == school_id, Thread.awaits_school_since <= before)
    return [_row(row) for row in await session.execute(query.order_by(Thread.awaits_school_since))]


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many questions wait at a desk; `staff` None: at one that is nobody's own."""

    desk: Desk
    staff: Colleague | None
    questions: int


async def waiting_counts(session: AsyncSession, school_id: int, before: datetime) -> list[WaitingCount]:
    """Whom questions older than `before` wait for, the most first: numbers, and nothing of what they say."""
    staff = aliased(Person)
    who = (Thread.desk, *colleague_columns(staff))
    query = (
        select(*who, func.count())
        .outerjoin(staff, staff.id == Thread.staff_id)
        .where(Thread.school_id == school_id, Thread.awaits_school_since <= before)
        .group_by(*who)
        .order_by(func.count().desc(), func.min(Thread.awaits_school_since))
    )
    return [
        WaitingCount(desk, None if named[0] is None else Colleague(*named), questions)
        for desk, *named, questions in await session.execute(query)
    ]


async def by_id(session: AsyncSession, thread_ids: Collection[int], day: date) -> dict[int, ThreadRow]:
    query = _threads(day).where(Thread.id.in_(thread_ids))
    return {row.thread_id: row for row in map(_row, await session.execute(query))}
