"""Homework of a lesson (J3): what is set, for whom, and to which lesson it may be due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import Sex
from db.models import (
    Course,
    CourseGroup,
    Enrolment,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    LessonTopic,
    Person,
    PlanTopic,
    Register,
    SchoolYear,
    SubgroupMember,
)
from db.queries.derived import derived_lessons
from db.queries.periods import in_force
from db.queries.timetable import roster


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it stands; `due_number` is a lesson of that day, if it is due at one."""

    homework_id: int
    lesson_id: int
    text: str
    due_on: date
    due_number: int | None
    for_everyone: bool
    pupil_ids: tuple[int, ...]
    """Empty for everyone."""
    file_ids: tuple[int, ...]
    set_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class LessonPupil:
    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    sex: Sex | None
    number: int | None
    """In the class list."""


@dataclass(frozen=True, slots=True)
class Due:
    """A lesson that a task may be due at."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class SubgroupRow:
    """A subgroup of the lesson's class in the same subject (S2)."""

    course_id: int
    name: str
    pupil_ids: frozenset[int]


def _tasks(school_id: int) -> Select[*tuple[Any, ...]]:
    pupils = (
        select(func.array_agg(aggregate_order_by(HomeworkPupil.pupil_id, HomeworkPupil.pupil_id)))
        .where(HomeworkPupil.homework_id == Homework.id)
        .scalar_subquery()
    )
    files = (
        select(func.array_agg(aggregate_order_by(HomeworkFile.file_id, HomeworkFile.position)))
        .where(HomeworkFile.homework_id == Homework.id)
        .scalar_subquery()
    )
    return select(
        Homework.id.label("homework_id"),
        Homework.lesson_id,
        Homework.text,
        Homework.due_on,
        Homework.due_number,
        Homework.for_everyone,
        pupils.label("pupil_ids"),
        files.label("file_ids"),
        Homework.set_at,
        Homework.changed_at,
        Homework.withdrawn_at,
    ).where(Homework.school_id == school_id)


def _task(row: Row[Any]) -> TaskRow:
    values = dict(row._mapping)
    ids = {name: tuple(values[name] or ()) for name in ("pupil_ids", "file_ids")}
    return TaskRow(**(values | ids))


async def tasks(session: AsyncSession, school_id: int, lesson_id: int) -> list[TaskRow]:
    """The lesson's tasks that are not withdrawn; those for everyone first."""
    rows = await session.execute(
        _tasks(school_id)
        .where(Homework.lesson_id == lesson_id, Homework.withdrawn_at.is_(None))
        .order_by(Homework.for_everyone.desc(), Homework.id)
    )
    return [_task(row) for row in rows]


async def task(session: AsyncSession, school_id: int, homework_id: int) -> TaskRow | None:
    """One task of the school, withdrawn or not."""
    row = (await session.execute(_tasks(school_id).where(Homework.id == homework_id))).one_or_none()
    return None if row is None else _task(row)


async def pupils(
    session: AsyncSession, course_id: int, day: date, others: Collection[int] = ()
) -> list[LessonPupil]:
    """The pupils of the course on a day, in the order of the class list's names, and with them `others`:
    whom something was set for before they left."""
    listed = roster(course_id, day).subquery("listed")
    rows = await session.execute(
        select(
            Person.id,
            Person.last_name,
            Person.first_name,
            Person.middle_name,
            Person.sex,
            func.min(listed.c.number),
        )
        .outerjoin(listed, listed.c.pupil_id == Person.id)
        .where(or_(listed.c.pupil_id.is_not(None), Person.id.in_(others)))
        .group_by(Person.id)
        .order_by(Person.sort_key, Person.id)
    )
    return [LessonPupil(*row) for row in rows]


async def roster_ids(session: AsyncSession, course_id: int, day: date) -> frozenset[int]:
    """The pupils of the course on a day."""
    return frozenset(await session.scalars(roster(course_id, day).with_only_columns(Enrolment.pupil_id)))


async def subgroups(session: AsyncSession, course_id: int, day: date) -> list[SubgroupRow]:
    """The subgroups of the same subject in the classes of a course, with their members of a day."""
    mine = aliased(Course)
    shares_a_class = exists().where(
        CourseGroup.course_id == Course.id,
        CourseGroup.group_id.in_(select(CourseGroup.group_id).where(CourseGroup.course_id == course_id)),
    )
    rows = await session.execute(
        select(Course.id, Course.subgroup, func.array_agg(SubgroupMember.pupil_id))
        .join(mine, and_(mine.subject_id == Course.subject_id, mine.year_id == Course.year_id))
        .join(SubgroupMember, SubgroupMember.course_id == Course.id)
        .where(
            mine.id == course_id,
            Course.id != course_id,
            Course.subgroup.is_not(None),
            shares_a_class,
            in_force(SubgroupMember, day),
        )
        .group_by(Course.id)
        .order_by(Course.subgroup, Course.id)
    )
    return [SubgroupRow(row[0], row[1] or "", frozenset(row[2])) for row in rows]


async def _year_ends(session: AsyncSession, course_id: int) -> date:
    query = select(SchoolYear.ends_on).join(Course, Course.year_id == SchoolYear.id)
    return (await session.execute(query.where(Course.id == course_id))).scalar_one()


async def next_lessons(
    session: AsyncSession, school_id: int, course_id: int, after: date, limit: int
) -> list[Due]:
    """The course's first lessons on days after `after`, one a day, as the timetable is now."""
    derived = derived_lessons(school_id, after, await _year_ends(session, course_id))
    rows = await session.execute(
        select(derived.c.date, func.min(derived.c.number))
        .where(derived.c.course_id == course_id, derived.c.date > after)
        .group_by(derived.c.date)
        .order_by(derived.c.date)
        .limit(limit)
    )
    return [Due(*row) for row in rows]


async def next_school_day(session: AsyncSession, school_id: int, course_id: int, after: date) -> date | None:
    """The first day after `after` on which the course's class has a lesson of any kind in this year."""
    derived = derived_lessons(school_id, after, await _year_ends(session, course_id))
    of_class = select(CourseGroup.course_id).where(
        CourseGroup.group_id.in_(select(CourseGroup.group_id).where(CourseGroup.course_id == course_id))
    )
    first = select(func.min(derived.c.date)).where(derived.c.course_id.in_(of_class), derived.c.date > after)
    day: date | None = await session.scalar(first)
    return day


async def class_days_end(
    session: AsyncSession, school_id: int, course_ids: Collection[int], day: date
) -> dict[int, datetime]:
    """When the last lesson of `day` ends for the classes of each course; a course whose classes have no
    lessons that day is missing."""
    derived = derived_lessons(school_id, day, day)
    mine, theirs = aliased(CourseGroup), aliased(CourseGroup)
    rows = await session.execute(
        select(mine.course_id, func.max(derived.c.ends_at))
        .join(theirs, theirs.group_id == mine.group_id)
        .join(derived, derived.c.course_id == theirs.course_id)
        .where(mine.course_id.in_(course_ids))
        .group_by(mine.course_id)
    )
    return {row[0]: row[1] for row in rows}


async def hint(session: AsyncSession, lesson_id: int) -> str | None:
    """The homework that the plan proposes for the lesson's topic, if it does."""
    query = (
        select(PlanTopic.homework)
        .join(LessonTopic, LessonTopic.plan_topic_id == PlanTopic.id)
        .where(LessonTopic.lesson_id == lesson_id, PlanTopic.homework != "")
    )
    return await session.scalar(query)


async def add(
    session: AsyncSession, *, pupil_ids: Sequence[int], file_ids: Sequence[int], **values: Any
) -> int:
    homework_id = (
        await session.execute(insert(Homework).values(**values).returning(Homework.id))
    ).scalar_one()
    await _set_whom_and_files(session, homework_id, pupil_ids, file_ids)
    return homework_id


async def change(
    session: AsyncSession,
    homework_id: int,
    *,
    pupil_ids: Sequence[int],
    file_ids: Sequence[int],
    **values: Any,
) -> None:
    await session.execute(update(Homework).where(Homework.id == homework_id).values(**values))
    for model in (HomeworkPupil, HomeworkFile):
        await session.execute(delete(model).where(model.homework_id == homework_id))
    await _set_whom_and_files(session, homework_id, pupil_ids, file_ids)


async def _set_whom_and_files(
    session: AsyncSession, homework_id: int, pupil_ids: Sequence[int], file_ids: Sequence[int]
) -> None:
    whom = [{"homework_id": homework_id, "pupil_id": pupil_id} for pupil_id in pupil_ids]
    files = [
        {"homework_id": homework_id, "file_id": file_id, "position": position}
        for position, file_id in enumerate(file_ids)
    ]
    if whom:
        await session.execute(insert(HomeworkPupil), whom)
    if files:
        await session.execute(insert(HomeworkFile), files)


async def withdraw(session: AsyncSession, homework_id: int, now: datetime) -> None:
    await session.execute(update(Homework).where(Homework.id == homework_id).values(withdrawn_at=now))


async def set_nothing(session: AsyncSession, lesson_id: int, at: datetime | None) -> None:
    """The teacher says (`at`), or no longer says (None), that nothing is set in the lesson."""
    await session.execute(update(Register).where(Register.lesson_id == lesson_id).values(no_homework_at=at))
