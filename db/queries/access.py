"""Who an account is and what stands in force around a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    SelectBase,
    Text,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Executor
from db.enums import BindingState, Channel, StaffRole
from db.models import (
    Binding,
    ClassTeacher,
    Consent,
    Enrolment,
    Group,
    Guardianship,
    Person,
    School,
    StaffAppointment,
)
from db.queries.periods import in_force, not_ended


def consented(person_id: Any, pupil_id: Any) -> ColumnElement[bool]:
    """This person's consent for this pupil is in force (U3)."""
    return exists().where(
        Consent.person_id == person_id, Consent.pupil_id == pupil_id, Consent.withdrawn_at.is_(None)
    )


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """An account with an active binding and its holder's roles of today."""

    binding_id: int
    person_id: int
    school_id: int
    timezone: str
    staff_roles: list[StaffRole]
    class_teacher_of: list[int]
    guardian_of: list[int]
    guardian_without_consent_of: list[int]
    enrolled: bool
    own_consent: bool


def _ids(query: SelectBase) -> ColumnElement[list[int]]:
    return func.array(query.scalar_subquery(), type_=ARRAY(BigInteger))


def _identity() -> Select[*tuple[Any, ...]]:
    person_id = Binding.person_id
    today = (
        select(cast(func.timezone(School.timezone, bindparam("now")), Date).label("day"))
        .correlate(School)
        .lateral("today")
    )
    day = today.c.day
    roles = select(StaffAppointment.role).where(
        StaffAppointment.person_id == person_id, in_force(StaffAppointment, day)
    )
    led_groups = select(ClassTeacher.group_id).where(
        ClassTeacher.person_id == person_id, in_force(ClassTeacher, day)
    )
    children = select(Guardianship.pupil_id).where(
        Guardianship.guardian_id == person_id, in_force(Guardianship, day)
    )
    # Only a subquery's own columns here: one that names a table two levels up gets that table anew.
    consent_for_child = consented(Guardianship.guardian_id, Guardianship.pupil_id)
    return (
        select(
            Binding.id,
            person_id,
            Binding.school_id,
            School.timezone,
            func.array(roles.scalar_subquery(), type_=ARRAY(Text)),
            _ids(led_groups),
            _ids(children.where(consent_for_child)),
            _ids(children.where(~consent_for_child)),
            exists().where(Enrolment.pupil_id == person_id, in_force(Enrolment, day)),
            consented(person_id, person_id),
        )
        .join(School, School.id == Binding.school_id)
        .join(today, literal_column("true"))
        .where(Binding.state == BindingState.ACTIVE)
    )


_OF_ACCOUNT = _identity().where(
    Binding.school_id == bindparam("school_id"),
    Binding.channel == bindparam("channel"),
    Binding.external_user_id == bindparam("external_user_id"),
)
_OF_BINDING = _identity().where(Binding.id == bindparam("binding_id"))


async def identity(
    session: Executor, school_id: int | None, channel: Channel, external_user_id: int, now: datetime
) -> IdentityRow | None:
    """One statement; days are counted in the school's zone."""
    parameters = {
        "school_id": school_id,
        "channel": channel,
        "external_user_id": external_user_id,
        "now": now,
    }
    row = (await session.execute(_OF_ACCOUNT, parameters)).one_or_none()
    return None if row is None else IdentityRow(*row)


async def identity_of_binding(session: AsyncSession, binding_id: int, now: datetime) -> IdentityRow | None:
    """As `identity`, for the recipient of a message."""
    row = (await session.execute(_OF_BINDING, {"binding_id": binding_id, "now": now})).one_or_none()
    return None if row is None else IdentityRow(*row)


async def local_date(session: AsyncSession, school_id: int, now: datetime) -> date:
    """Today in the school's zone."""
    query = select(cast(func.timezone(School.timezone, now), Date)).where(School.id == school_id)
    return (await session.execute(query)).scalar_one()


async def pupil_groups(
    session: AsyncSession, school_id: int, pupil_id: int, day: date
) -> frozenset[int] | None:
    """The classes of a pupil of this school on `day`; None when there was never such a pupil."""
    current = in_force(Enrolment, day)
    query = select(func.array_agg(Enrolment.group_id).filter(current)).where(
        Enrolment.school_id == school_id, Enrolment.pupil_id == pupil_id
    )
    rows = (await session.execute(query.group_by(Enrolment.pupil_id))).scalars().all()
    return frozenset(rows[0] or ()) if rows else None


def is_staff(person_id: Any, day: date) -> ColumnElement[bool]:
    """The person is employed or leads a class, on `day` or later."""
    return or_(
        exists().where(StaffAppointment.person_id == person_id, not_ended(StaffAppointment, day)),
        exists().where(ClassTeacher.person_id == person_id, not_ended(ClassTeacher, day)),
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    is_staff: bool
    group_ids: frozenset[int]


async def person_standing(
    session: AsyncSession, school_id: int, person_id: int, day: date
) -> PersonRow | None:
    """Whether a person of this school is staff (from now on or already), and the classes of `day` that they
    or their children are in."""
    children = select(Guardianship.pupil_id).where(
        Guardianship.guardian_id == person_id, in_force(Guardianship, day)
    )
    groups = select(Enrolment.group_id).where(
        or_(Enrolment.pupil_id == person_id, Enrolment.pupil_id.in_(children)), in_force(Enrolment, day)
    )
    query = select(is_staff(Person.id, day), _ids(groups)).where(
        Person.school_id == school_id, Person.id == person_id
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else PersonRow(row[0], frozenset(row[1]))


async def group_exists(session: AsyncSession, school_id: int, group_id: int) -> bool:
    query = select(exists().where(Group.school_id == school_id, Group.id == group_id))
    return bool(await session.scalar(query))
