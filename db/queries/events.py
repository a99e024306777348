"""The calendar of class and school (C6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Select, Text, and_, cast, exists, func, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import Binding, Enrolment, Event, Group, Guardianship, OutboxMessage
from db.queries.access import consented
from db.queries.periods import in_force

REMINDER = "event"
"""The kind of message that reminds of an event; its key begins so, then come the event and the account,
and the moment when it was moved."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of a class or, without a `group_id`, of the whole school."""

    event_id: int
    group_id: int | None
    group: str | None
    date: date
    starts_at: time | None
    """Local to the school; None: all day."""
    title: str
    text: str
    remind_days: int | None
    cancelled: bool


def _events() -> Select[*tuple[Any, ...]]:
    """The fields of EventRow, in their order."""
    return select(
        Event.id,
        Event.group_id,
        Group.name,
        Event.date,
        Event.starts_at,
        Event.title,
        Event.text,
        Event.remind_days,
        Event.cancelled_at.is_not(None),
    ).outerjoin(Group, Group.id == Event.group_id)


async def upcoming(
    session: AsyncSession,
    school_id: int,
    group_ids: Collection[int] | Select[int] | None,
    first: date,
    last: date | None = None,
) -> list[EventRow]:
    """What stands in the calendar from `first` to `last` (both counted; None: without end), by day and hour:
    the school's own events and those of these classes; None: of all classes."""
    query = _events().where(Event.school_id == school_id, Event.cancelled_at.is_(None), Event.date >= first)
    if last is not None:
        query = query.where(Event.date <= last)
    if group_ids is not None:
        query = query.where(or_(Event.group_id.is_(None), Event.group_id.in_(group_ids)))
    ordered = query.order_by(Event.date, Event.starts_at.nulls_first(), Event.id)
    return [EventRow(*row) for row in await session.execute(ordered)]


async def one(session: AsyncSession, school_id: int, event_id: int) -> EventRow | None:
    """An event of this school, also a cancelled one."""
    query = _events().where(Event.school_id == school_id, Event.id == event_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else EventRow(*row)


async def add(session: AsyncSession, **values: Any) -> int:
    return (await session.execute(insert(Event).values(**values).returning(Event.id))).scalar_one()


async def change(session: AsyncSession, event_id: int, **values: Any) -> None:
    await session.execute(update(Event).where(Event.id == event_id).values(**values))


async def group_names(session: AsyncSession, group_ids: Select[int]) -> list[tuple[int, str]]:
    """(id, name), lower grades first."""
    query = select(Group.id, Group.name).where(Group.id.in_(group_ids)).order_by(Group.grade, Group.name)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def to_remind(session: AsyncSession, school_id: int, today: date) -> list[tuple[int, date, int]]:
    """(event, its day, account) for every account of a family that is to be reminded from `today` on and has
    no message of the event yet: guardians and pupils with a consent in force (U3)."""
    due = (
        select(Event.id, Event.group_id, Event.date)
        .where(
            Event.school_id == school_id,
            Event.cancelled_at.is_(None),
            Event.date >= today,
            Event.date - Event.remind_days <= today,
        )
        .cte("due")
    )
    concerned = (
        select(due.c.id, due.c.date, Enrolment.pupil_id)
        .join(Enrolment, or_(due.c.group_id.is_(None), Enrolment.group_id == due.c.group_id))
        .where(Enrolment.school_id == school_id, in_force(Enrolment, today))
        .cte("concerned")
    )
    people = union(
        select(concerned.c.id, concerned.c.date, concerned.c.pupil_id.label("person_id")).where(
            consented(concerned.c.pupil_id, concerned.c.pupil_id)
        ),
        select(concerned.c.id, concerned.c.date, Guardianship.guardian_id)
        .join(
            Guardianship,
            and_(Guardianship.pupil_id == concerned.c.pupil_id, in_force(Guardianship, today)),
        )
        .where(consented(Guardianship.guardian_id, Guardianship.pupil_id)),
    ).cte("people")
    key = func.concat(f"{REMINDER}:", cast(people.c.id, Text), ":", cast(Binding.id, Text))
    rows = await session.execute(
        select(people.c.id, people.c.date, Binding.id)
        .join(Binding, and_(Binding.person_id == people.c.person_id, Binding.state == BindingState.ACTIVE))
        .where(~exists().where(OutboxMessage.dedup_key == key))
        .order_by(people.c.id, Binding.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """A message of an event, sent or waiting."""

    binding_id: int
    payload: dict[str, Any]
    dedup_key: str
    arrived: bool


async def told(session: AsyncSession, event_id: int) -> list[Told]:
    """Every message of the event, also those that rang because it had moved."""
    rows = await session.execute(
        select(
            OutboxMessage.binding_id,
            OutboxMessage.payload,
            OutboxMessage.dedup_key,
            OutboxMessage.external_ref.is_not(None),
        ).where(OutboxMessage.dedup_key.like(f"{REMINDER}:{event_id}:%"), OutboxMessage.kind == REMINDER)
    )
    return [Told(*row) for row in rows]
