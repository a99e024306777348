"""What class teachers tell the deputies is missing in lessons (C5), and what of it is still missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LessonKind, MissingRecord
from db.models import (
    Course,
    Group,
    Homework,
    Lesson,
    LessonTopic,
    Mark,
    Omission,
    OutboxMessage,
    Person,
    Register,
    Subject,
    Work,
)
from db.queries.names import full_name
from db.queries.timetable import substitute_of


@dataclass(frozen=True, slots=True)
class OmissionRow:
    """What a class teacher told about one lesson; parts that are there by now are `settled`."""

    group_id: int
    group: str
    lesson_id: int
    course_id: int
    subject: str
    date: date
    number: int
    teacher: str
    """Full name of whoever gives the lesson."""
    missing: tuple[MissingRecord, ...]
    settled: tuple[MissingRecord, ...]
    comment: str
    told_at: datetime
    told_by: str

    @property
    def open(self) -> bool:
        return bool(self.missing)


_MARKED = exists().where(Mark.work_id == Work.id, Mark.value.is_not(None)).correlate_except(Mark)
"""Some cell of the work is filled."""


def _there() -> ColumnElement[bool]:
    """What an omission says is missing is in the lesson by now; of marks as services.omissions has it. Needs
    `omission`."""
    lesson_id = Omission.lesson_id
    register = exists().where(Register.lesson_id == lesson_id, Register.taken_at.is_not(None))
    topic = exists().where(LessonTopic.lesson_id == lesson_id)
    homework = or_(
        exists().where(Homework.lesson_id == lesson_id, Homework.withdrawn_at.is_(None)),
        exists().where(Register.lesson_id == lesson_id, Register.no_homework_at.is_not(None)),
    )
    is_control = exists().where(LessonTopic.lesson_id == lesson_id, LessonTopic.kind == LessonKind.CONTROL)
    marks = and_(
        ~exists().where(Work.lesson_id == lesson_id, ~_MARKED),
        or_(~is_control, exists().where(Work.lesson_id == lesson_id, _MARKED)),
    )
    return case(
        (Omission.missing == MissingRecord.REGISTER, register),
        (Omission.missing == MissingRecord.TOPIC, topic),
        (Omission.missing == MissingRecord.HOMEWORK, homework),
        else_=marks,
    )


async def settle(session: AsyncSession, now: datetime, *conditions: Any) -> list[tuple[int, int, int]]:
    """Close what is there by now: (school, class, lesson) of what was closed."""
    rows = await session.execute(
        update(Omission)
        .where(Omission.settled_at.is_(None), _there(), *conditions)
        .values(settled_at=now)
        .returning(Omission.school_id, Omission.group_id, Omission.lesson_id)
    )
    return sorted({(row[0], row[1], row[2]) for row in rows})


async def settle_of_school(
    session: AsyncSession, school_id: int, now: datetime
) -> list[tuple[int, int, int]]:
    return await settle(session, now, Omission.school_id == school_id)


async def close(
    session: AsyncSession, group_id: int, lesson_id: int, *, person_id: int, now: datetime
) -> bool:
    """The deputy's own word; False when nothing was open."""
    closed = await session.scalars(
        update(Omission)
        .where(Omission.group_id == group_id, Omission.lesson_id == lesson_id, Omission.settled_at.is_(None))
        .values(settled_at=now, settled_by=person_id)
        .returning(Omission.id)
    )
    return bool(list(closed))


async def tell(
    session: AsyncSession, missing: Collection[MissingRecord], **values: Any
) -> list[MissingRecord]:
    """Write it down: what is told already stays as it is, what was settled is open again. What is new."""
    told = insert(Omission).values([{"missing": one, **values} for one in missing])
    new = told.excluded
    rows = await session.scalars(
        told.on_conflict_do_update(
            index_elements=["lesson_id", "missing", "group_id"],
            set_={
                "comment": new.comment,
                "told_by": new.told_by,
                "told_at": new.told_at,
                "settled_at": None,
                "settled_by": None,
            },
            where=Omission.settled_at.is_not(None),
        ).returning(Omission.missing)
    )
    return list(rows)


def _omissions(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    is_open = Omission.settled_at.is_(None)

    def latest(column: Any) -> ColumnElement[Any]:
        """Of what was told about the lesson, last first."""
        told = aggregate_order_by(column, Omission.told_at.desc(), Omission.id.desc())
        return func.array_agg(told, type_=ARRAY(column.type))

    teacher, teller = (
        select(full_name(Person)).where(Person.id == person_id).correlate_except(Person).scalar_subquery()
        for person_id in (
            func.coalesce(substitute_of(Lesson.course_id, Lesson.date, Lesson.number), Lesson.teacher_id),
            latest(Omission.told_by)[1],
        )
    )
    comments = latest(Omission.comment).filter(Omission.comment != "")
    missing: Any = aggregate_order_by(Omission.missing, Omission.id)
    return (
        select(
            Omission.group_id,
            Group.name,
            Lesson.id,
            Lesson.course_id,
            Subject.name,
            Lesson.date,
            Lesson.number,
            teacher,
            func.coalesce(func.array_agg(missing).filter(is_open), []),
            func.coalesce(func.array_agg(missing).filter(~is_open), []),
            func.coalesce(comments[1], ""),
            func.max(Omission.told_at),
            teller,
        )
        .join(Group, Group.id == Omission.group_id)
        .join(Lesson, Lesson.id == Omission.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(*conditions)
        .group_by(Omission.group_id, Group.name, Lesson.id, Subject.name)
    )


def _row(row: Any) -> OmissionRow:
    missing, settled = (tuple(MissingRecord(one) for one in row[place]) for place in (8, 9))
    values = [*row[:8], missing, settled, *row[10:]]
    return OmissionRow(*values)


async def of_lesson(
    session: AsyncSession, school_id: int, group_id: int, lesson_id: int
) -> OmissionRow | None:
    statement = _omissions(
        Omission.school_id == school_id, Omission.group_id == group_id, Omission.lesson_id == lesson_id
    )
    row = (await session.execute(statement)).one_or_none()
    return _row(row) if row else None


async def open_of_school(session: AsyncSession, school_id: int) -> list[OmissionRow]:
    """What is still missing, the oldest lesson first."""
    statement = (
        _omissions(Omission.school_id == school_id)
        .having(func.bool_or(Omission.settled_at.is_(None)))
        .order_by(Lesson.date, Lesson.number, Group.name, Lesson.id)
    )
    return [_row(row) for row in await session.execute(statement)]


async def told(
    session: AsyncSession, kind: str, lessons: Collection[tuple[int, int]]
) -> list[tuple[int, int, int]]:
    """(class, lesson, binding) of the messages about these (class, lesson)."""
    group_id = OutboxMessage.payload["group_id"].as_integer()
    lesson_id = OutboxMessage.payload["lesson_id"].as_integer()
    rows = await session.execute(
        select(group_id, lesson_id, OutboxMessage.binding_id).where(
            OutboxMessage.kind == kind,
            or_(*(and_(group_id == group, lesson_id == lesson) for group, lesson in lessons)),
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def unmarked(session: AsyncSession, lesson_ids: Collection[int]) -> set[int]:
    """Those of the lessons that have a work in which no cell is filled."""
    return set(await session.scalars(select(Work.lesson_id).where(Work.lesson_id.in_(lesson_ids), ~_MARKED)))
