"""Absences that guardians announce, and what the class teacher makes of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import RequestState
from db.models import (
    AbsenceReason,
    AbsenceRequest,
    Enrolment,
    Group,
    Guardianship,
    Holiday,
    OutboxMessage,
    Person,
    PlannedAbsence,
)
from db.queries.periods import in_force

OPEN = (RequestState.SENT, RequestState.DOCUMENT_ASKED)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """An announced absence. Lesson numbers count on each of its days; None: from the first, to the last."""

    request_id: int
    pupil_id: int
    last_name: str
    first_name: str
    group: str | None
    """The pupil's class on the first day."""
    planned_id: int
    starts_on: date
    ends_on: date
    first_lesson: int | None
    last_lesson: int | None
    reason: str
    needs_document: bool
    comment: str
    requested_by: int
    relation: str | None
    """What the person who announced it is to the pupil."""
    requested_at: datetime
    state: RequestState
    document_due_on: date | None
    refusal: str
    cancelled: bool
    """The absence is planned no more, whoever cancelled it."""

    @property
    def open(self) -> bool:
        """The class teacher has still something to say."""
        return self.state in OPEN and not self.cancelled


def _requests() -> Select[*tuple[Any, ...]]:
    first_day: Any = PlannedAbsence.starts_on
    group = (
        select(func.min(Group.name))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == Person.id, in_force(Enrolment, first_day))
        .correlate(Person, PlannedAbsence)
        .scalar_subquery()
    )
    relation = (
        select(func.min(Guardianship.relation))
        .where(
            Guardianship.pupil_id == AbsenceRequest.pupil_id,
            Guardianship.guardian_id == AbsenceRequest.requested_by,
        )
        .correlate(AbsenceRequest)
        .scalar_subquery()
    )
    return (
        select(
            AbsenceRequest.id,
            AbsenceRequest.pupil_id,
            Person.last_name,
            Person.first_name,
            group,
            AbsenceRequest.planned_id,
            PlannedAbsence.starts_on,
            PlannedAbsence.ends_on,
            PlannedAbsence.first_lesson,
            PlannedAbsence.last_lesson,
            AbsenceReason.name,
            AbsenceReason.needs_document,
            AbsenceRequest.comment,
            AbsenceRequest.requested_by,
            relation,
            AbsenceRequest.requested_at,
            AbsenceRequest.state,
            AbsenceRequest.document_due_on,
            AbsenceRequest.refusal,
            PlannedAbsence.cancelled_at.is_not(None),
        )
        .join(PlannedAbsence, PlannedAbsence.id == AbsenceRequest.planned_id)
        .join(AbsenceReason, AbsenceReason.id == PlannedAbsence.reason_id)
        .join(Person, Person.id == AbsenceRequest.pupil_id)
    )


async def request(session: AsyncSession, school_id: int, request_id: int) -> RequestRow | None:
    statement = _requests().where(AbsenceRequest.school_id == school_id, AbsenceRequest.id == request_id)
    row = (await session.execute(statement)).one_or_none()
    return RequestRow(*row) if row else None


async def hold(session: AsyncSession, request_id: int) -> None:
    """Whoever decides about it does so alone until the transaction ends."""
    await session.execute(select(AbsenceRequest.id).where(AbsenceRequest.id == request_id).with_for_update())


async def of_planned(session: AsyncSession, planned_id: int) -> RequestRow | None:
    """The announcement that a planned absence comes from, if it comes from one."""
    row = (await session.execute(_requests().where(AbsenceRequest.planned_id == planned_id))).one_or_none()
    return RequestRow(*row) if row else None


async def of_pupil(session: AsyncSession, school_id: int, pupil_id: int, since: date) -> list[RequestRow]:
    """The pupil's announced absences that end on `since` or later, the latest first."""
    statement = (
        _requests()
        .where(
            AbsenceRequest.school_id == school_id,
            AbsenceRequest.pupil_id == pupil_id,
            PlannedAbsence.ends_on >= since,
        )
        .order_by(PlannedAbsence.starts_on.desc(), AbsenceRequest.id.desc())
    )
    return [RequestRow(*row) for row in await session.execute(statement)]


async def without_document(
    session: AsyncSession, group_id: int, today: date, *, first: date, last: date
) -> list[RequestRow]:
    """Of the class's pupils of today: absences for which a document is awaited, when its day is over or the
    absence touches the days from `first` to `last`; the longest awaited first."""
    enrolled = select(Enrolment.pupil_id).where(Enrolment.group_id == group_id, in_force(Enrolment, today))
    in_days = (PlannedAbsence.starts_on <= last) & (PlannedAbsence.ends_on >= first)
    statement = (
        _requests()
        .where(
            AbsenceRequest.pupil_id.in_(enrolled),
            AbsenceRequest.state == RequestState.DOCUMENT_ASKED,
            PlannedAbsence.cancelled_at.is_(None),
            (AbsenceRequest.document_due_on < today) | in_days,
        )
        .order_by(AbsenceRequest.document_due_on, AbsenceRequest.id)
    )
    return [RequestRow(*row) for row in await session.execute(statement)]


async def announced_since(session: AsyncSession, person_id: int, since: datetime) -> int:
    """How many absences somebody has announced, withdrawn ones too."""
    query = select(func.count()).where(
        AbsenceRequest.requested_by == person_id, AbsenceRequest.requested_at > since
    )
    return (await session.execute(query)).scalar_one()


async def add(session: AsyncSession, **values: Any) -> int:
    statement = insert(AbsenceRequest).values(**values).returning(AbsenceRequest.id)
    return (await session.execute(statement)).scalar_one()


async def decide(
    session: AsyncSession,
    request_id: int,
    state: RequestState,
    *,
    person_id: int,
    now: datetime,
    document_due_on: date | None = None,
    refusal: str = "",
) -> None:
    await session.execute(
        update(AbsenceRequest)
        .where(AbsenceRequest.id == request_id)
        .values(
            state=state,
            document_due_on=document_due_on,
            refusal=refusal,
            decided_by=person_id,
            decided_at=now,
        )
    )


async def accept_of_day(
    session: AsyncSession, pupil_ids: Collection[int], day: date, *, person_id: int, now: datetime
) -> list[tuple[int, int, int]]:
    """Accept what guardians of these pupils announced for the day and nobody has answered:
    (request, planned absence, pupil)."""
    rows = await session.execute(
        update(AbsenceRequest)
        .where(
            AbsenceRequest.planned_id == PlannedAbsence.id,
            AbsenceRequest.pupil_id.in_(pupil_ids),
            AbsenceRequest.state == RequestState.SENT,
            PlannedAbsence.cancelled_at.is_(None),
            PlannedAbsence.starts_on <= day,
            PlannedAbsence.ends_on >= day,
        )
        .values(state=RequestState.ACCEPTED, decided_by=person_id, decided_at=now)
        .returning(AbsenceRequest.id, AbsenceRequest.planned_id, AbsenceRequest.pupil_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message about an announcement that stands in a chat or waits."""

    binding_id: int
    pupil_id: int
    kind: str
    request_id: int


async def standing(
    session: AsyncSession, kinds: Collection[str], planned_ids: Collection[int]
) -> list[Standing]:
    """Messages of these kinds about what these planned absences come from."""
    request_id = OutboxMessage.payload["request_id"].as_integer()
    rows = await session.execute(
        select(OutboxMessage.binding_id, AbsenceRequest.pupil_id, OutboxMessage.kind, AbsenceRequest.id)
        .join(
            AbsenceRequest,
            (AbsenceRequest.pupil_id == OutboxMessage.pupil_id) & (AbsenceRequest.id == request_id),
        )
        .where(OutboxMessage.kind.in_(kinds), AbsenceRequest.planned_id.in_(planned_ids))
    )
    return [Standing(*row) for row in rows]


async def holidays(session: AsyncSession, school_id: int, first: date, last: date) -> list[tuple[date, date]]:
    """Holidays that touch these days."""
    rows = await session.execute(
        select(Holiday.starts_on, Holiday.ends_on).where(
            Holiday.school_id == school_id, Holiday.starts_on <= last, Holiday.ends_on >= first
        )
    )
    return [(row[0], row[1]) for row in rows]
