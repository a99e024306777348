"""Pupils who need not do a subject, or not even attend it, for some time (J7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Course, CourseGroup, Enrolment, Exemption, Person, SubgroupMember, Subject
from db.queries.periods import in_force, not_ended


def _in_force(pupil_id: Any, course_id: Any, day: Any) -> ColumnElement[bool]:
    return and_(
        Exemption.pupil_id == pupil_id,
        Exemption.cancelled_at.is_(None),
        Exemption.starts_on <= day,
        Exemption.ends_on >= day,
        Course.id == course_id,
        Course.subject_id == Exemption.subject_id,
    )


def exempt(pupil_id: Any, course_id: Any, day: Any) -> ColumnElement[bool]:
    """The pupil need not do this course on this day."""
    return exists().where(_in_force(pupil_id, course_id, day)).correlate_except(Exemption, Course)


def need_not_attend(pupil_id: Any, course_id: Any, day: Any) -> ColumnElement[bool]:
    """The pupil need not even be in the lesson, so that being away is not missing it."""
    absent = and_(_in_force(pupil_id, course_id, day), Exemption.attends.is_(False))
    return exists().where(absent).correlate_except(Exemption, Course)


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """An exemption; both days count."""

    exemption_id: int
    pupil_id: int
    last_name: str
    first_name: str
    subject_id: int
    subject: str
    starts_on: date
    ends_on: date
    attends: bool
    """Sits in the lesson without doing the tasks."""
    ground: str
    cancelled: bool


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Exemption.id,
            Exemption.pupil_id,
            Person.last_name,
            Person.first_name,
            Exemption.subject_id,
            Subject.name,
            Exemption.starts_on,
            Exemption.ends_on,
            Exemption.attends,
            Exemption.ground,
            Exemption.cancelled_at.is_not(None),
        )
        .join(Person, Person.id == Exemption.pupil_id)
        .join(Subject, Subject.id == Exemption.subject_id)
        .order_by(Person.sort_key, Person.id, Subject.name, Exemption.starts_on)
    )


async def exemption(session: AsyncSession, school_id: int, exemption_id: int) -> ExemptionRow | None:
    statement = _rows().where(Exemption.school_id == school_id, Exemption.id == exemption_id)
    row = (await session.execute(statement)).one_or_none()
    return ExemptionRow(*row) if row else None


async def of_group(session: AsyncSession, group_id: int, today: date) -> list[ExemptionRow]:
    """Of the class's pupils of today, those that are not over, by name."""
    enrolled = select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, in_force(Enrolment, today))
    statement = _rows().where(
        Exemption.pupil_id.in_(enrolled), Exemption.cancelled_at.is_(None), Exemption.ends_on >= today
    )
    return [ExemptionRow(*row) for row in await session.execute(statement)]


async def of_pupil(
    session: AsyncSession, pupil_id: int, subject_id: int, first: date, last: date
) -> list[ExemptionRow]:
    """In force on any of these days. Whoever else would write for this pupil waits for the transaction."""
    await session.execute(select(Person.id).where(Person.id == pupil_id).with_for_update(key_share=True))
    statement = _rows().where(
        Exemption.pupil_id == pupil_id,
        Exemption.subject_id == subject_id,
        Exemption.cancelled_at.is_(None),
        Exemption.starts_on <= last,
        Exemption.ends_on >= first,
    )
    return [ExemptionRow(*row) for row in await session.execute(statement)]


async def subjects_of(session: AsyncSession, pupil_id: int, today: date) -> list[tuple[int, str]]:
    """(id, name) of what the pupil is taught, by name."""
    member = exists().where(
        SubgroupMember.course_id == Course.id,
        SubgroupMember.pupil_id == pupil_id,
        not_ended(SubgroupMember, today),
    )
    rows = await session.execute(
        select(Subject.id, Subject.name)
        .join(Course, Course.subject_id == Subject.id)
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .join(Enrolment, Enrolment.group_id == CourseGroup.group_id)
        .where(
            Enrolment.pupil_id == pupil_id,
            in_force(Enrolment, today),
            or_(Course.subgroup.is_(None), member),
        )
        .distinct()
        .order_by(Subject.name, Subject.id)
    )
    return [(row[0], row[1]) for row in rows]


async def add(session: AsyncSession, **values: Any) -> int:
    return (await session.execute(insert(Exemption).values(**values).returning(Exemption.id))).scalar_one()


async def cancel(session: AsyncSession, exemption_id: int, now: datetime) -> bool:
    """False when it was cancelled before."""
    done = await session.scalars(
        update(Exemption)
        .where(Exemption.id == exemption_id, Exemption.cancelled_at.is_(None))
        .values(cancelled_at=now)
        .returning(Exemption.id)
    )
    return done.one_or_none() is not None
