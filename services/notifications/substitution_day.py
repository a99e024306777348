"""«Вы замещаете…»: one living message for a substitute and a day (S5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import readers
from db.queries import substitutions as queries
from db.queries.substitutions import SubstitutionRow
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of

__all__ = ["SubstitutionDay", "SubstitutionDayKind"]

NAME = "substitution"
TIME_TO_LIVE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SubstitutionDay:
    """What somebody gives for others on `day`, and what was taken back from them."""

    day: date
    zone: ZoneInfo
    lessons: tuple[SubstitutionRow, ...]
    cancelled: tuple[SubstitutionRow, ...]


async def post(
    session: AsyncSession, actor: Actor, concerned: Collection[tuple[int, date]], *, now: datetime
) -> frozenset[int]:
    """Tell substitutes of days, or bring their messages up to date. Returns who has an account."""
    accounts = await readers.accounts_of(session, {person_id for person_id, _ in concerned})
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=actor.school_id,
                binding_id=binding_id,
                kind=NAME,
                payload={"date": day.isoformat()},
                dedup_key=f"{NAME}:{day.toordinal()}:{binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for person_id, day in sorted(concerned)
            for account_of, binding_id in accounts
            if account_of == person_id
        ],
    )
    return frozenset(person_id for person_id, _ in accounts)


async def view(session: AsyncSession, actor: Actor, day: date) -> SubstitutionDay | None:
    """What the actor gives for others on `day`; None: nothing, and nothing was taken back."""
    rows = await queries.of_substitute(session, actor.school_id, actor.person_id, day)
    if not rows or not actor.staff_roles:
        return None
    given = tuple(row for row in rows if row.revoked_at is None)
    lesson_ids = {row.lesson_id for row in given}
    cancelled = {row.lesson_id: row for row in rows if row.lesson_id not in lesson_ids}
    return SubstitutionDay(day, actor.zone, given, tuple(cancelled.values()))


class SubstitutionDayKind:
    name = NAME
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A SubstitutionDay for the substitute; in quiet hours only about today."""
        reader = await actor_behind(session, message.binding_id, now)
        day = date.fromisoformat(message.payload["date"])
        shown = None if reader is None else await view(session, reader, day)
        if reader is None or shown is None:
            return Skip(SkipReason.NO_ACCESS)
        if message.external_ref is not None:
            return Ready(shown)
        if not shown.lessons:
            return Skip(SkipReason.CORRECTED)
        held = held_back(await wishes_of(session, reader), message, reader, now)
        if held is not None and day != reader.day_of(now):
            return held
        return Ready(replace(shown, cancelled=()))
