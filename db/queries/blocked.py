"""Guardians whom messages do not reach because they blocked the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState
from db.models import Binding, ClassTeacher, Enrolment, Group, Guardianship, Person, School
from db.queries.names import full_name
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class TeacherAccount:
    school_id: int
    binding_id: int


@dataclass(frozen=True, slots=True)
class BlockedGuardian:
    name: str
    phone: str | None
    blocked: bool
    """No longer, when they have come back meanwhile."""


@dataclass(frozen=True, slots=True)
class PupilOfClass:
    pupil_id: int
    last_name: str
    first_name: str
    group: str


def _led_pupils(
    select_: Select[*tuple[Any, ...]], guardian_binding_id: int, now: datetime
) -> Select[*tuple[Any, ...]]:
    """The classes of the guardian's pupils with their class teachers, all in force on the school's today."""
    today = cast(func.timezone(School.timezone, now), Date)
    return (
        select_.select_from(Binding)
        .join(School, School.id == Binding.school_id)
        .join(
            Guardianship, and_(Guardianship.guardian_id == Binding.person_id, in_force(Guardianship, today))
        )
        .join(Enrolment, and_(Enrolment.pupil_id == Guardianship.pupil_id, in_force(Enrolment, today)))
        .join(ClassTeacher, and_(ClassTeacher.group_id == Enrolment.group_id, in_force(ClassTeacher, today)))
        .where(Binding.id == guardian_binding_id)
    )


async def class_teachers_of(
    session: AsyncSession, guardian_binding_id: int, now: datetime
) -> list[TeacherAccount]:
    """The accounts of the class teachers of this guardian's pupils."""
    account = aliased(Binding)
    query = _led_pupils(select(account.school_id, account.id), guardian_binding_id, now)
    query = query.join(account, account.person_id == ClassTeacher.person_id)
    query = query.where(account.state == BindingState.ACTIVE).distinct()
    return [TeacherAccount(*row) for row in await session.execute(query)]


async def blocked_guardian(session: AsyncSession, binding_id: int) -> BlockedGuardian:
    row = (
        await session.execute(
            select(full_name(Person), Person.phone, Binding.blocked_at.is_not(None))
            .join(Person, Person.id == Binding.person_id)
            .where(Binding.id == binding_id)
        )
    ).one()
    return BlockedGuardian(*row)


async def pupils_led_by(
    session: AsyncSession, guardian_binding_id: int, teacher_id: int, now: datetime
) -> list[PupilOfClass]:
    """The guardian's pupils in the classes that this person leads today."""
    pupil = (Person.id, Person.last_name, Person.first_name)
    query = _led_pupils(select(*pupil, Group.name), guardian_binding_id, now)
    query = query.join(Group, Group.id == Enrolment.group_id).join(Person, Person.id == Enrolment.pupil_id)
    query = query.where(ClassTeacher.person_id == teacher_id).order_by(Person.sort_key)
    return [PupilOfClass(*row) for row in await session.execute(query)]
