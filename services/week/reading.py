"""A week on somebody's own request: all of it, «Ознакомлен(а)», and who of a class has read (U6, C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from db.engine import Database
from db.enums import OutboxState
from db.queries import class_day, week_days, week_receipts
from db.queries.week_receipts import ReaderRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_group, load_pupil
from services.actor import Actor
from services.clock import Clock
from services.days import monday_of
from services.errors import NotFound
from services.notifications.ports import SkipReason
from services.week.computing import compute
from services.week.digests import SkippedDigest
from services.week.summary import WeekSummary


@dataclass(frozen=True, slots=True)
class WeekView:
    """A pupil's week as it is now."""

    week: WeekSummary
    acknowledged_on: date | None
    """When the reader, a guardian, has said that they read it."""
    may_acknowledge: bool
    """A digest of this week was meant for the reader."""
    may_write: bool
    """The reader is a guardian, and may write to teachers."""


class Reading(StrEnum):
    """How far the digest has come with a guardian."""

    READ = "read"
    NOT_READ = "not_read"
    WAITS = "waits"
    NOT_YET = "not_yet"
    BLOCKED = "blocked"
    NOT_IN_BOT = "not_in_bot"
    NO_CONSENT = "no_consent"
    SWITCHED_OFF = "switched_off"
    EMPTY_WEEK = "empty_week"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Reader:
    pupil_id: int
    last_name: str
    first_name: str
    relation: str
    phone: str | None
    reading: Reading
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class WeekReaders:
    group_id: int
    group: str
    monday: date
    readers: tuple[Reader, ...]
    """By the pupils' names."""
    zone: ZoneInfo


class WeekService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def week(self, *, actor: Actor, pupil_id: int, day: date | None = None) -> WeekView:
        """The week of a day (None: of today) as the family may know it.

        Raises NotFound for a pupil who is not the actor's to see, or who was not at the school then.
        """
        return await self._view(actor, pupil_id, day, acknowledging=None)

    async def acknowledge(self, *, actor: Actor, pupil_id: int, day: date) -> WeekView:
        """«Ознакомлен(а)»: the first time is written down. Raises NotFound when no digest of the week was
        meant for the actor."""
        return await self._view(actor, pupil_id, day, acknowledging=self._clock.now())

    async def _view(
        self, actor: Actor, pupil_id: int, day: date | None, *, acknowledging: datetime | None
    ) -> WeekView:
        now = self._clock.now()
        today = actor.day_of(now)
        monday = monday_of(day or today)
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, today)
            check(actor, Permission.SEE_PUPIL, subject)
            if acknowledging is not None:
                check(actor, Permission.ACKNOWLEDGE, subject)
                found = await week_receipts.acknowledge(
                    session, pupil_id, monday, actor.person_id, acknowledging
                )
                if not found:
                    raise NotFound
            weeks = await compute(session, actor.school_id, [pupil_id], monday, now)
            is_guardian = pupil_id in actor.guardian_of
            own = (
                await week_receipts.digest(session, pupil_id, monday, actor.person_id)
                if is_guardian
                else None
            )
        if pupil_id not in weeks:
            raise NotFound
        read_at = own.acknowledged_at if own else None
        return WeekView(
            week=weeks[pupil_id],
            acknowledged_on=None if read_at is None else actor.day_of(read_at),
            may_acknowledge=is_guardian and own is not None and own.content is not None,
            may_write=is_guardian,
        )

    async def missed(self, *, actor: Actor, pupil_id: int, first: date, last: date) -> dict[date, int]:
        """How many lessons the pupil missed on each day. Raises NotFound as `week`."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, actor.day_of(now))
            check(actor, Permission.SEE_PUPIL, subject)
            return await week_days.missed_lessons(session, pupil_id, first, last, now=now)

    async def readers(self, *, actor: Actor, group_id: int, day: date | None = None) -> WeekReaders:
        """Who of the class's guardians has read the week of a day; None: the last one that was sent.

        Raises NotFound for a class that is not the actor's.
        """
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            check(actor, Permission.SEE_RECEIPTS, await load_group(session, actor, group_id))
            group = await class_day.group(session, actor.school_id, group_id)
            if group is None:
                raise NotFound
            latest = await week_receipts.latest_monday(session, group_id, today) if day is None else None
            monday = monday_of(day or latest or today)
            rows = await week_receipts.readers(session, group_id, monday, today)
        return WeekReaders(group_id, group.name, monday, tuple(map(_reader, rows)), actor.zone)


_NOT_QUEUED = {
    SkippedDigest.NO_ACCOUNT: Reading.NOT_IN_BOT,
    SkippedDigest.NO_CONSENT: Reading.NO_CONSENT,
    SkippedDigest.BLOCKED: Reading.BLOCKED,
    SkippedDigest.SWITCHED_OFF: Reading.SWITCHED_OFF,
    SkippedDigest.EMPTY_WEEK: Reading.EMPTY_WEEK,
}


def _reader(row: ReaderRow) -> Reader:
    return Reader(
        row.pupil_id,
        row.last_name,
        row.first_name,
        row.relation,
        row.phone,
        _reading(row),
        row.acknowledged_at,
    )


def _reading(row: ReaderRow) -> Reading:
    if row.acknowledged_at is not None:
        return Reading.READ
    if not row.decided:
        return Reading.NOT_YET
    if row.skipped is not None:
        return _NOT_QUEUED.get(SkippedDigest(row.skipped), Reading.NOT_SENT)
    match row.state:
        case OutboxState.SENT | OutboxState.UNKNOWN:
            return Reading.NOT_READ
        case OutboxState.QUEUED | OutboxState.CLAIMED:
            return Reading.WAITS
        case OutboxState.BLOCKED:
            return Reading.BLOCKED
        case OutboxState.SKIPPED if row.reason == SkipReason.SWITCHED_OFF:
            return Reading.SWITCHED_OFF
    return Reading.NOT_SENT
