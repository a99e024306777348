"""Everybody who may have an invitation, by role (U2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, and_, cast, exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState
from db.models import Binding, ClassTeacher, Enrolment, Group, Guardianship, Person, School, StaffAppointment
from db.queries.names import full_name
from db.queries.periods import not_ended


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A person in one role. `group` and `pupil` are empty where the role has none."""

    role: str
    person_id: int
    full_name: str
    group: str
    pupil: str
    connected: bool


async def everybody(session: AsyncSession, school_id: int, day: date) -> list[RosterRow]:
    """All roles that hold on `day` or begin later: staff, class teachers, guardians, pupils; each by name."""
    child = aliased(Person)
    nothing = literal("")
    current_place = and_(Enrolment.pupil_id == child.id, not_ended(Enrolment, day))
    roles = union_all(
        select(
            literal(0).label("place"),
            cast(StaffAppointment.role, Text).label("role"),
            StaffAppointment.person_id.label("person_id"),
            nothing.label("group_name"),
            nothing.label("pupil"),
        ).where(StaffAppointment.school_id == school_id, not_ended(StaffAppointment, day)),
        select(literal(1), literal("class_teacher"), ClassTeacher.person_id, Group.name, nothing)
        .join(Group, Group.id == ClassTeacher.group_id)
        .where(ClassTeacher.school_id == school_id, not_ended(ClassTeacher, day)),
        select(literal(2), literal("guardian"), Guardianship.guardian_id, Group.name, full_name(child))
        .join(child, child.id == Guardianship.pupil_id)
        .join(Enrolment, current_place)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Guardianship.school_id == school_id, not_ended(Guardianship, day)),
        select(literal(3), literal("pupil"), child.id, Group.name, nothing)
        .join(Enrolment, current_place)
        .join(Group, Group.id == Enrolment.group_id)
        .where(child.school_id == school_id),
    ).subquery()
    connected = exists().where(Binding.person_id == Person.id, Binding.state == BindingState.ACTIVE)
    query = (
        select(roles.c.role, Person.id, full_name(Person), roles.c.group_name, roles.c.pupil, connected)
        .join(Person, Person.id == roles.c.person_id)
        .order_by(roles.c.place, Person.sort_key, Person.id, roles.c.role, roles.c.group_name, roles.c.pupil)
    )
    return [RosterRow(*row) for row in await session.execute(query)]


_ONLY_SCHOOL = "school_id"


def limit_to(session: AsyncSession, school_id: int) -> None:
    """From now on `schools` gives this one alone: a job's work is one school's, also where no wall stands."""
    session.info[_ONLY_SCHOOL] = school_id


async def schools(session: AsyncSession) -> list[tuple[int, str, str]]:
    """(id, name, IANA zone) of every school that the session is for."""
    query = select(School.id, School.name, School.timezone).order_by(School.id)
    if _ONLY_SCHOOL in session.info:
        query = query.where(School.id == session.info[_ONLY_SCHOOL])
    rows = await session.execute(query)
    return [(row[0], row[1], row[2]) for row in rows]
