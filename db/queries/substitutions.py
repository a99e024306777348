"""Substitutions of single lessons (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import StaffRole
from db.models import StaffAppointment, Substitution
from db.queries.periods import in_force


async def holds_role(
    session: AsyncSession, school_id: int, person_id: int, roles: Sequence[StaffRole], day: date
) -> bool:
    """Whether the person is employed by this school in one of these roles on `day`."""
    found = exists().where(
        StaffAppointment.school_id == school_id,
        StaffAppointment.person_id == person_id,
        StaffAppointment.role.in_(roles),
        in_force(StaffAppointment, day),
    )
    return bool(await session.scalar(select(found)))


async def revoke(
    session: AsyncSession, school_id: int, course_id: int, day: date, number: int, now: datetime
) -> int | None:
    """End the substitution in force for this lesson; its id, None when there is none."""
    ended: int | None = await session.scalar(
        update(Substitution)
        .where(
            Substitution.school_id == school_id,
            Substitution.course_id == course_id,
            Substitution.date == day,
            Substitution.number == number,
            Substitution.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Substitution.id)
    )
    return ended


async def enter(
    session: AsyncSession,
    *,
    school_id: int,
    course_id: int,
    day: date,
    number: int,
    absent_teacher_id: int,
    substitute_id: int,
    entered_by: int,
    now: datetime,
) -> int:
    entered = await session.scalars(
        insert(Substitution)
        .values(
            school_id=school_id,
            course_id=course_id,
            date=day,
            number=number,
            absent_teacher_id=absent_teacher_id,
            substitute_id=substitute_id,
            entered_by=entered_by,
            entered_at=now,
        )
        .returning(Substitution.id)
    )
    return entered.one()
