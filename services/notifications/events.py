"""«Скоро в классе…»: one living message of an event for every account of a family (C6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeTopic
from db.queries import events as queries
from db.queries import scope
from db.queries.events import REMINDER, EventRow
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData

__all__ = ["EventKind", "EventReminder", "remind"]


@dataclass(frozen=True, slots=True)
class EventReminder:
    """An event that is near; a cancelled one, for who was told of it."""

    event: EventRow
    personal_data: PersonalData
    moved: bool = False
    """It rings because the event has moved."""


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day: tell families of the events whose reminder is due, each account once."""
    for school_id, _, timezone in await schools(session):
        zone = ZoneInfo(timezone)
        due = await queries.to_remind(session, school_id, now.astimezone(zone).date())
        await outbox.post(
            session,
            [_message(school_id, event_id, day, account, now, zone) for event_id, day, account in due],
        )


async def refresh(session: AsyncSession, actor: Actor, event: EventRow, now: datetime) -> None:
    """Messages that stand say what is true now."""
    told = await queries.told(session, event.event_id)
    await outbox.post(
        session, [_again(actor, event, one.binding_id, one.payload, one.dedup_key, now) for one in told]
    )


async def ring(session: AsyncSession, actor: Actor, event: EventRow, now: datetime) -> None:
    """The event has moved: a new message for every account that has one of it in the chat."""
    told = await queries.told(session, event.event_id)
    payload = {"event_id": event.event_id, "moved_to": _moment(event)}
    await outbox.post(
        session,
        [
            _again(actor, event, account, payload, f"{_key(event.event_id, account)}:{now.timestamp()}", now)
            for account in {one.binding_id for one in told if one.arrived}
        ],
    )


async def concerns(session: AsyncSession, reader: Actor, event: EventRow, now: datetime) -> bool:
    """The event is the school's, or of a class whose events the reader may see."""
    if event.group_id is None:
        return True
    seen = await queries.group_names(session, scope.calendar_groups(reader, reader.day_of(now)))
    return event.group_id in {group_id for group_id, _ in seen}


def _message(
    school_id: int, event_id: int, day: date, binding_id: int, now: datetime, zone: ZoneInfo
) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=REMINDER,
        payload={"event_id": event_id},
        dedup_key=_key(event_id, binding_id),
        priority=Priority.BROADCAST,
        not_before=now,
        expires_at=datetime.combine(day + timedelta(days=1), time.min, zone),
    )


def _again(
    actor: Actor, event: EventRow, binding_id: int, payload: dict[str, Any], key: str, now: datetime
) -> NewMessage:
    message = _message(actor.school_id, event.event_id, event.date, binding_id, now, actor.zone)
    return replace(message, payload=payload, dedup_key=key)


def _key(event_id: int, binding_id: int) -> str:
    return f"{REMINDER}:{event_id}:{binding_id}"


def _moment(event: EventRow) -> list[str | None]:
    """When it takes place, as a payload holds it."""
    return [event.date.isoformat(), None if event.starts_at is None else event.starts_at.isoformat()]


def _has_begun(event: EventRow, reader: Actor, now: datetime) -> bool:
    starts_at = event.starts_at
    return starts_at is not None and datetime.combine(event.date, starts_at, reader.zone) <= now


class EventKind:
    """Payload: `event_id`; of a message that rings because the event has moved, `moved_to`."""

    name = REMINDER
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An EventReminder for somebody of a family whom it concerns; none of what has begun already."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not (reader.guardian_of or reader.is_pupil):
            return Skip(SkipReason.NO_ACCESS)
        event = await queries.one(session, reader.school_id, int(message.payload["event_id"]))
        if event is None or not await concerns(session, reader, event, now):
            return Skip(SkipReason.NO_ACCESS)
        moved_to = message.payload.get("moved_to")
        overtaken = event.cancelled or moved_to not in (None, _moment(event))
        if message.external_ref is None:
            if overtaken:
                return Skip(SkipReason.CORRECTED)
            if _has_begun(event, reader, now):
                return Skip(SkipReason.EXPIRED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now, NoticeTopic.EVENTS)) is not None:
            return held
        return Ready(EventReminder(event, wishes.settings.personal_data, moved=moved_to is not None))
