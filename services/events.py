"""The calendar of classes and of the school (C6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import events as queries
from db.queries import scope
from db.queries.events import EventRow
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import GroupSubject, SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import Forbidden, InvalidInput, NotFound
from services.notifications import events as notices
from services.rates import Rate, check_rate

__all__ = ["Calendar", "EventCard", "EventDraft", "EventRow", "EventService", "Place"]

TITLE_LIMIT, TEXT_LIMIT = 100, 600
ADDED, CHANGED = Rate("event.added", an_hour=60), Rate("event.changed", an_hour=60)
AHEAD = timedelta(days=366)
REMIND_DAYS = (None, 1, 3, 7)
"""Days before an event on which families may be reminded."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What is typed of an event; `starts_at` is local to the school, None: all day."""

    date: date
    starts_at: time | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Whose event it is; without a `group_id`, the whole school's."""

    group_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is ahead, by day and hour, and where the actor may add to it."""

    events: tuple[EventRow, ...]
    may_add: bool
    today: date


@dataclass(frozen=True, slots=True)
class EventCard:
    event: EventRow
    may_edit: bool


class EventService:
    """Every method raises NotFound for an event that is not the actor's to see, and Forbidden for one that
    they see and may not change."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def calendar(self, *, actor: Actor) -> Calendar:
        """Of the school, and of the actor's classes."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            seen = scope.calendar_groups(actor, today)
            rows = await queries.upcoming(session, actor.school_id, seen, today)
        may_add = bool(actor.class_teacher_of) or _may_edit(actor, None)
        return Calendar(tuple(rows), may_add, today)

    async def places(self, *, actor: Actor) -> list[Place]:
        """Where the actor may add events: the school, then classes. `name` of the school is empty."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            groups = await queries.group_names(session, scope.calendar_groups(actor, today))
        whole = [Place(None, "")] if _may_edit(actor, None) else []
        places = [*whole, *(Place(*group) for group in groups if _may_edit(actor, group[0]))]
        if not places:
            raise NotFound
        return places

    async def show(self, *, actor: Actor, event_id: int) -> EventCard:
        async with self._db.transaction() as session:
            event = await self._seen(session, actor, event_id)
        return EventCard(event, _may_edit(actor, event.group_id) and not event.cancelled)

    async def add(self, *, actor: Actor, group_id: int | None, draft: EventDraft) -> EventCard:
        """Families are reminded a day before, unless that is changed. Raises InvalidInput."""
        now = self._clock.now()
        today = actor.day_of(now)
        _check_draft(draft, today)
        async with self._db.transaction() as session:
            known = {
                found for found, _ in await queries.group_names(session, scope.calendar_groups(actor, today))
            }
            await check_rate(session, actor, ADDED, now)
            if not _may_edit(actor, group_id) or (group_id is not None and group_id not in known):
                raise NotFound
            event_id = await queries.add(
                session,
                school_id=actor.school_id,
                group_id=group_id,
                date=draft.date,
                starts_at=draft.starts_at,
                title=draft.title,
                text=draft.text,
                remind_days=1,
                entered_by=actor.person_id,
                entered_at=now,
            )
            await self._record(session, actor, "event.added", event_id, now, after=draft.title)
            event = await self._seen(session, actor, event_id)
        return EventCard(event, may_edit=True)

    async def change(self, *, actor: Actor, event_id: int, draft: EventDraft) -> EventCard:
        """Messages that families have say the new words; another day or hour is told in a new message.

        Raises InvalidInput.
        """
        now = self._clock.now()
        _check_draft(draft, actor.day_of(now))
        async with self._db.transaction() as session:
            before = await self._editable(session, actor, event_id)
            await check_rate(session, actor, CHANGED, now)
            await queries.change(
                session,
                event_id,
                date=draft.date,
                starts_at=draft.starts_at,
                title=draft.title,
                text=draft.text,
            )
            await self._record(
                session, actor, "event.changed", event_id, now, before=before.title, after=draft.title
            )
            card = await self._changed(session, actor, event_id, now)
            if (before.date, before.starts_at) != (draft.date, draft.starts_at):
                await notices.ring(session, actor, card.event, now)
            return card

    async def remind(self, *, actor: Actor, event_id: int, days: int | None) -> EventCard:
        """Set how many days before families are reminded; None: not at all."""
        if days not in REMIND_DAYS:
            raise NotFound
        async with self._db.transaction() as session:
            await self._editable(session, actor, event_id)
            await queries.change(session, event_id, remind_days=days)
            return EventCard(await self._seen(session, actor, event_id), may_edit=True)

    async def cancel(self, *, actor: Actor, event_id: int) -> EventCard:
        """Messages that families have say that it does not take place."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            event = await self._editable(session, actor, event_id)
            await queries.change(session, event_id, cancelled_at=now)
            await self._record(session, actor, "event.cancelled", event_id, now, before=event.title)
            return await self._changed(session, actor, event_id, now)

    async def _changed(self, session: AsyncSession, actor: Actor, event_id: int, now: datetime) -> EventCard:
        event = await self._seen(session, actor, event_id)
        await notices.refresh(session, actor, event, now)
        return EventCard(event, may_edit=not event.cancelled)

    async def _seen(self, session: AsyncSession, actor: Actor, event_id: int) -> EventRow:
        event = await queries.one(session, actor.school_id, event_id)
        if event is None or not await notices.concerns(session, actor, event, self._clock.now()):
            raise NotFound
        return event

    async def _editable(self, session: AsyncSession, actor: Actor, event_id: int) -> EventRow:
        event = await self._seen(session, actor, event_id)
        if not _may_edit(actor, event.group_id):
            raise Forbidden
        if event.cancelled:
            raise InvalidInput(problem="event_cancelled")
        return event

    async def _record(
        self,
        session: AsyncSession,
        actor: Actor,
        action: str,
        event_id: int,
        at: datetime,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        await record(
            session,
            actor,
            action,
            subject=("event", event_id),
            at=at,
            before=None if before is None else {"title": before},
            after=None if after is None else {"title": after},
        )


def _may_edit(actor: Actor, group_id: int | None) -> bool:
    school = SchoolSubject(actor.school_id)
    subject = school if group_id is None else GroupSubject(actor.school_id, group_id)
    return may(actor, Permission.EDIT_EVENTS, subject)


def _check_draft(draft: EventDraft, today: date) -> None:
    if not today <= draft.date <= today + AHEAD:
        raise InvalidInput(problem="event_day")
    if not draft.title:
        raise InvalidInput(problem="nothing_typed")
    if len(draft.title) > TITLE_LIMIT:
        raise InvalidInput(problem="line_too_long", limit=TITLE_LIMIT)
    if len(draft.text) > TEXT_LIMIT:
        raise InvalidInput(problem="line_too_long", limit=TEXT_LIMIT)
