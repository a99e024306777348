"""A class's days as its class teacher sees them: who was missing, why, and whom messages reach (J7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import Answer, AttendanceSource, AttendanceStatus, BindingState, OutboxState, RequestState
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    Binding,
    Enrolment,
    Group,
    Guardianship,
    Lesson,
    OutboxMessage,
    Person,
    Register,
    SchoolYear,
)
from db.queries.access import consented
from db.queries.exemptions import need_not_attend
from db.queries.names import full_name
from db.queries.periods import in_force
from db.queries.planned import announcement, planned_reason
from db.queries.reasons import proposals


@dataclass(frozen=True, slots=True)
class GroupRow:
    group_id: int
    name: str


def _groups(school_id: int) -> Select[int, str]:
    return select(Group.id, Group.name).where(Group.school_id == school_id)


async def group(session: AsyncSession, school_id: int, group_id: int) -> GroupRow | None:
    row = (await session.execute(_groups(school_id).where(Group.id == group_id))).one_or_none()
    return GroupRow(*row) if row else None


async def groups(session: AsyncSession, school_id: int, today: date) -> list[GroupRow]:
    """Classes of the school years that are not over."""
    statement = (
        _groups(school_id)
        .join(SchoolYear, SchoolYear.id == Group.year_id)
        .where(SchoolYear.ends_on >= today)
        .order_by(SchoolYear.starts_on, Group.grade, Group.name)
    )
    return [GroupRow(*row) for row in await session.execute(statement)]


def _enrolled(day: Any) -> ColumnElement[bool]:
    return in_force(Enrolment, day)


@dataclass(frozen=True, slots=True)
class PupilRow:
    pupil_id: int
    last_name: str
    first_name: str


async def pupils(session: AsyncSession, group_id: int, day: date) -> list[PupilRow]:
    """The class on `day`, in the order of names."""
    statement = (
        select(Person.id, Person.last_name, Person.first_name)
        .where(
            Person.id.in_(select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, _enrolled(day)))
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [PupilRow(*row) for row in await session.execute(statement)]


@dataclass(frozen=True, slots=True)
class AbsenceCell:
    """An absence (Н) or a late coming (О) at a lesson."""

    pupil_id: int
    last_name: str
    first_name: str
    date: date
    lesson_id: int
    number: int
    status: AttendanceStatus
    late_minutes: int | None
    alert_at: datetime | None
    """When guardians learn of it, or learned; None while the register is not taken."""
    planned_reason: str | None
    announced: RequestState | None = None
    """What became of the guardian's announcement that it was planned by; None: nobody announced it."""


def _counts() -> ColumnElement[bool]:
    """A cell that says something: what a teacher has set counts at once, what was only copied from the first
    half of a double lesson counts when the register is taken."""
    return and_(
        Attendance.status != AttendanceStatus.PRESENT,
        or_(Register.taken_at.is_not(None), Attendance.source != AttendanceSource.COPIED),
    )


def _cells(school_id: int, first: date, last: date) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(
        Person.id,
        Person.last_name,
        Person.first_name,
        Lesson.date,
        Lesson.id,
        Lesson.number,
        Attendance.status,
        Attendance.late_minutes,
        Attendance.alert_at,
        planned_reason(Person.id, Lesson.date, Lesson.number),
        announcement(Person.id, Lesson.date, Lesson.number),
    )
    return (
        statement.join(Attendance, Attendance.pupil_id == Person.id)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Lesson.id)
        .where(Lesson.school_id == school_id, Lesson.date.between(first, last), _counts())
        .where(not_(need_not_attend(Person.id, Lesson.course_id, Lesson.date)))
        .order_by(Person.sort_key, Person.id, Lesson.date, Lesson.number, Lesson.id)
    )


async def cells(
    session: AsyncSession, school_id: int, group_id: int, first: date, last: date
) -> list[AbsenceCell]:
    """Absences and late comings of these days, of the pupils who were in the class on each of them."""
    enrolled = (
        select(Enrolment.pupil_id)
        .where(Enrolment.group_id == group_id, _enrolled(Lesson.date))
        .correlate(Lesson)
    )
    statement = _cells(school_id, first, last).where(Person.id.in_(enrolled))
    return [AbsenceCell(*row) for row in await session.execute(statement)]


async def cells_of_pupil(
    session: AsyncSession, school_id: int, pupil_id: int, day: date
) -> list[AbsenceCell]:
    statement = _cells(school_id, day, day).where(Person.id == pupil_id)
    return [AbsenceCell(*row) for row in await session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Said:
    """What is known about the reason of a pupil's absence on a day."""

    pupil_id: int
    date: date
    answer: Answer | None
    answered_at: datetime | None
    relation: str | None
    """What the person who answered is to the pupil; empty when the school did not say."""
    proposed: str | None
    """Name of the reason that the answer stands for in the institution's dictionary, if for any."""
    reason: str | None
    """Confirmed by the class teacher."""
    confirmed_at: datetime | None


async def said(
    session: AsyncSession, school_id: int, pupil_ids: Collection[int], first: date, last: date
) -> list[Said]:
    confirmed = aliased(AbsenceReason)
    relation = (
        select(func.min(Guardianship.relation))
        .where(
            Guardianship.pupil_id == AbsenceDay.pupil_id, Guardianship.guardian_id == AbsenceDay.answered_by
        )
        .scalar_subquery()
    )
    proposal = proposals(school_id).subquery()
    statement = (
        select(
            AbsenceDay.pupil_id,
            AbsenceDay.date,
            AbsenceDay.answer,
            AbsenceDay.answered_at,
            relation,
            proposal.c.name,
            confirmed.name,
            AbsenceDay.confirmed_at,
        )
        .outerjoin(proposal, proposal.c.answer == AbsenceDay.answer)
        .outerjoin(confirmed, confirmed.id == AbsenceDay.reason_id)
        .where(AbsenceDay.pupil_id.in_(pupil_ids), AbsenceDay.date.between(first, last))
    )
    return [Said(*row) for row in await session.execute(statement)]


async def teachers(session: AsyncSession, person_ids: Collection[int]) -> dict[int, str]:
    """Full names."""
    rows = await session.execute(select(Person.id, full_name(Person)).where(Person.id.in_(person_ids)))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class GuardianAccount:
    """A guardian of a pupil with one of their accounts, or with none, and what became of the day's alert."""

    pupil_id: int
    guardian_id: int
    relation: str
    phone: str | None
    consented: bool
    binding_id: int | None
    frozen: bool
    blocked: bool
    alert_state: OutboxState | None
    """None: no alert was meant for this account."""
    alert_shown: bool
    """The alert stands in the chat."""
    alert_sent_at: datetime | None
    alert_not_before: datetime | None
    reminded_at: datetime | None
    """When the last reminder was to leave."""


async def guardian_accounts(
    session: AsyncSession,
    pupil_ids: Sequence[int],
    day: date,
    today: date,
    *,
    alert: str,
    reminder: str,
) -> list[GuardianAccount]:
    """Every guardian of today with every account that is not revoked.

    `alert`, `reminder`: names of the kinds of message.
    """

    def about_this_day(kind: str) -> ColumnElement[bool]:
        return and_(
            OutboxMessage.binding_id == Binding.id,
            OutboxMessage.kind == kind,
            OutboxMessage.pupil_id == Guardianship.pupil_id,
            OutboxMessage.payload["date"].astext == day.isoformat(),
        )

    reminded_at = (
        select(func.max(OutboxMessage.not_before))
        .where(about_this_day(reminder))
        .correlate(Binding, Guardianship)
        .scalar_subquery()
    )
    live = (BindingState.ACTIVE, BindingState.FROZEN)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Guardianship.pupil_id,
            Guardianship.guardian_id,
            Guardianship.relation,
            Person.phone,
            consented(Guardianship.guardian_id, Guardianship.pupil_id),
            Binding.id,
            func.coalesce(Binding.state == BindingState.FROZEN, False),
            Binding.blocked_at.is_not(None),
            OutboxMessage.state,
            OutboxMessage.external_ref.is_not(None),
            OutboxMessage.sent_at,
            OutboxMessage.not_before,
            reminded_at,
        )
        .join(Person, Person.id == Guardianship.guardian_id)
        .outerjoin(Binding, and_(Binding.person_id == Guardianship.guardian_id, Binding.state.in_(live)))
        .outerjoin(OutboxMessage, about_this_day(alert))
        .where(
            Guardianship.pupil_id.in_(pupil_ids),
            in_force(Guardianship, today),
        )
        .order_by(Guardianship.pupil_id, Person.sort_key, Person.id, Binding.id)
    )
    return [GuardianAccount(*row) for row in await session.execute(statement)]
