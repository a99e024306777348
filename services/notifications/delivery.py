"""The sender: takes what is due out of the outbox, message after message, and records what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, OutboxState
from db.listening import OUTAGE, Duties
from db.queries import outbox, sending
from db.queries.sending import ClaimedMessage
from services.backoff import backoff
from services.clock import Clock
from services.notifications import thread_message
from services.notifications.blocked import tell_class_teachers
from services.notifications.limiter import Limiter, Rank
from services.notifications.outbox import Priority
from services.notifications.ports import (
    Address,
    Blocked,
    Delivered,
    DueMessage,
    Kind,
    Later,
    Messenger,
    Outcome,
    Ready,
    Refused,
    RetryAfter,
    Skip,
    SkipReason,
    TryLater,
    Unknown,
    Unreachable,
)
from services.watching import Outcomes, Pulse

LEASE = timedelta(seconds=60)
"""Longer than any request may take; the message of a sender that died is settled when it is over."""
MAX_ATTEMPTS = 8
IN_FLIGHT = 32
_RECOVERY_INTERVAL = 10.0
_LONGEST_SLEEP = 30.0
"""Seconds: a notification may get lost together with its connection."""

log = structlog.get_logger()


def _backoff(attempts: int) -> float:
    """Seconds: 1, 2, 4 and so on, a minute at most."""
    return backoff(attempts, 60.0)


@dataclass(frozen=True, slots=True)
class _Hopeless:
    """The messenger need not be asked."""

    state: OutboxState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Departure:
    """A message on its way; the claim is committed."""

    message: ClaimedMessage
    token: UUID
    ready: Ready


class _NotPrepared(Exception):
    """A kind failed over one message; the transaction with the claim in it is rolled back."""

    def __init__(self, message: ClaimedMessage, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.message = message


class Sender:
    """Sends for one school by its bot. Whoever holds `lock` works, others stand by.

    Run `run` as a task. Cancelled, it lets the messages on their way arrive and be recorded.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        messenger: Messenger,
        limiter: Limiter,
        kinds: Iterable[Kind],
        *,
        school_id: int,
        duties: Duties,
        lock: int,
        pulse: Pulse | None = None,
        outcomes: Outcomes | None = None,
    ) -> None:
        """`outcomes` counts, with those of other senders if it is theirs too, what becomes of messages."""
        self._school_id = school_id
        self._duties = duties
        self._db = db
        self._clock = clock
        self._messenger = messenger
        self._limiter = limiter
        self._kinds = {kind.name: kind for kind in kinds}
        self._repeating_kinds = [kind.name for kind in self._kinds.values() if kind.repeat_when_unknown]
        self._lock = lock
        self._pulse = pulse or Pulse()
        self._outcomes = Counter() if outcomes is None else outcomes
        self._woken = asyncio.Event()
        self._on_their_way: dict[asyncio.Task[None], _Departure] = {}
        self._recovered_at = float("-inf")
        self._unreachable = 0
        self._silent_until = float("-inf")

    def wake(self) -> None:
        """Look now whether something is due."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled; the database and the messenger may go away and come back meanwhile."""
        with self._duties.listening(outbox.CHANNEL, self._told):
            while True:
                self._pulse.stand_by()
                try:
                    async with self._duties.hold(self._lock) as lost:
                        await self._send_until(lost)
                except OUTAGE as error:
                    log.warning("sender.database_away", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _send_until(self, lost: asyncio.Event) -> None:
        """Whoever comes next begins when what is on its way has arrived."""
        try:
            while not lost.is_set():
                self._pulse.beat()
                await self._send_next()
        finally:
            if self._on_their_way:
                await asyncio.wait(self._on_their_way, timeout=LEASE.total_seconds())

    def _told(self, school_id: str) -> None:
        if school_id in ("", str(self._school_id)):
            self.wake()

    async def _send_next(self) -> None:
        self._woken.clear()
        if _monotonic() - self._recovered_at > _RECOVERY_INTERVAL:
            await self._recover()
        if len(self._on_their_way) >= IN_FLIGHT:
            await asyncio.wait(self._on_their_way, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(self._silent_until - _monotonic())
        await self._limiter.take(Rank.OUTBOX)
        departure = None
        try:
            departure = await self._next_departure()
        finally:
            if departure is None:
                self._limiter.give_back()
        if departure is None:
            await self._sleep()
        else:
            task = asyncio.create_task(self._deliver(departure))
            self._on_their_way[task] = departure
            task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        departure = self._on_their_way.pop(task)
        self.wake()
        if not task.cancelled() and (error := task.exception()):
            log.error("sender.lost_track", message=departure.message.id, exc_info=error)

    def _busy_chats(self) -> set[int]:
        travelling = {departure.message.chat_id for departure in self._on_their_way.values()}
        return travelling.union(self._limiter.resting_chats())

    async def _next_departure(self) -> _Departure | None:
        """Claim and prepare in one transaction, until there is something to send; None: nothing is due."""
        while True:
            now, token = self._clock.now(), uuid4()
            settled: OutboxState | None = None
            try:
                async with self._db.transaction() as session:
                    message = await sending.claim(
                        session,
                        self._school_id,
                        now=now,
                        lease_until=now + LEASE,
                        token=token,
                        priorities=list(Priority),
                        busy_chats=self._busy_chats(),
                    )
                    if message is None:
                        return None
                    match await self._prepare(session, message, now):
                        case Ready() as ready:
                            return _Departure(message, token, ready)
                        case Later(at=moment):
                            await sending.wait_until(session, message.id, token, moment)
                        case Skip(reason=reason):
                            settled = OutboxState.SKIPPED
                            await sending.record_rest(
                                session, message.id, token, state=settled, reason=reason
                            )
                        case _Hopeless(state=settled, reason=why):
                            await sending.record_rest(session, message.id, token, state=settled, reason=why)
                self._count(message, settled)
            except _NotPrepared as failure:
                log.error("sender.not_prepared", message=failure.message.id, exc_info=failure)
                await self._put_off_unprepared(failure)

    async def _prepare(
        self, session: AsyncSession, message: ClaimedMessage, now: datetime
    ) -> Ready | Later | Skip | _Hopeless:
        if message.expires_at is not None and message.expires_at <= now:
            return Skip(SkipReason.EXPIRED)
        if message.binding_state is not BindingState.ACTIVE:
            return Skip(SkipReason.BINDING_ENDED)
        if message.blocked_at is not None:
            return _Hopeless(OutboxState.BLOCKED)
        kind = self._kinds.get(message.kind)
        if kind is None:
            return _Hopeless(OutboxState.FAILED, "unknown kind")
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=message.person_id,
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=message.external_ref,
        )
        try:
            return await kind.prepare(session, due, now)
        except Exception as error:
            raise _NotPrepared(message, error) from error

    async def _put_off_unprepared(self, failure: _NotPrepared) -> None:
        message = failure.message
        async with self._db.transaction() as session:
            await sending.put_off_unprepared(
                session,
                message.id,
                until=self._clock.now() + timedelta(seconds=_backoff(message.attempts)),
                reason=f"not prepared: {failure}",
                max_attempts=MAX_ATTEMPTS,
            )
        self._count(message, OutboxState.FAILED if message.attempts + 1 >= MAX_ATTEMPTS else None)

    async def _deliver(self, departure: _Departure) -> None:
        message = departure.message
        outcome = await self._messenger.deliver(
            Address(message.channel, message.chat_id, message.language),
            message.kind,
            departure.ready.view,
            external_ref=message.external_ref,
            repeat=message.reason == outbox.REPEAT and message.external_ref is None,
        )
        self._limiter.chat_used(message.chat_id)
        self._note_reachability(outcome)
        while True:
            try:
                async with self._db.transaction() as session:
                    settled = await self._record(session, departure, outcome)
                self._count(message, settled)
                return
            except OUTAGE as error:
                log.warning("sender.not_recorded_yet", message=message.id, error=type(error).__name__)
                await asyncio.sleep(1)

    def _note_reachability(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Unreachable):
            self._unreachable = 0
        elif _monotonic() >= self._silent_until:
            self._silent_until = _monotonic() + _backoff(self._unreachable)
            self._unreachable += 1
            log.warning("sender.messenger_unreachable", failures=self._unreachable)

    def _count(self, message: ClaimedMessage, settled: OutboxState | None) -> None:
        if settled is not None:
            self._outcomes[message.kind, settled] += 1

    async def _record(
        self, session: AsyncSession, departure: _Departure, outcome: Outcome
    ) -> OutboxState | None:
        """What became of the message; None: it will be tried again."""
        message, token, now = departure.message, departure.token, self._clock.now()
        match outcome:
            case Delivered(external_ref=external_ref):
                await sending.record_delivered(
                    session,
                    message.id,
                    token,
                    external_ref=external_ref,
                    now=now,
                    again_at=departure.ready.again_at,
                )
                return OutboxState.SENT
            case Blocked():
                await sending.record_rest(session, message.id, token, state=OutboxState.BLOCKED, reason=None)
                if await sending.block_binding(session, message.binding_id, now):
                    await tell_class_teachers(session, message.binding_id, cause=message.id, now=now)
                    await thread_message.tell_undelivered(session, message.binding_id, now=now)
                return OutboxState.BLOCKED
            case Refused(reason=reason):
                await sending.record_rest(session, message.id, token, state=OutboxState.FAILED, reason=reason)
                return OutboxState.FAILED
            case TryLater(reason=reason) if message.attempts + 1 >= MAX_ATTEMPTS:
                await sending.record_rest(session, message.id, token, state=OutboxState.FAILED, reason=reason)
                return OutboxState.FAILED
            case TryLater():
                await sending.requeue(session, message.id, token, attempts=message.attempts + 1)
                await self._put_off_chat(session, message, _backoff(message.attempts))
            case RetryAfter(seconds=seconds):
                await sending.requeue(session, message.id, token, attempts=message.attempts)
                if not outcome.whole_token:
                    await self._put_off_chat(session, message, seconds)
            case Unreachable():
                await sending.requeue(session, message.id, token, attempts=message.attempts)
            case Unknown():
                await sending.record_unknown(
                    session,
                    message.id,
                    token,
                    repeating_kinds=self._repeating_kinds,
                    max_attempts=MAX_ATTEMPTS,
                )
                await self._put_off_chat(session, message, _backoff(message.attempts))
                return OutboxState.UNKNOWN
            case _:
                assert_never(outcome)
        return None

    async def _put_off_chat(self, session: AsyncSession, message: ClaimedMessage, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        await sending.put_off_chat(session, message.binding_id, until)

    async def _recover(self) -> None:
        """Settle what a sender that died had on its way."""
        async with self._db.transaction() as session:
            recovered = await sending.recover(
                session,
                self._school_id,
                now=self._clock.now(),
                lease=LEASE,
                own=self._own_tokens(),
                repeating_kinds=self._repeating_kinds,
                max_attempts=MAX_ATTEMPTS,
            )
        self._recovered_at = _monotonic()
        if recovered:
            log.warning("sender.recovered", messages=recovered)

    def _own_tokens(self) -> list[UUID]:
        return [departure.token for departure in self._on_their_way.values()]

    async def _sleep(self) -> None:
        """Until something is due, somebody posts, or a chat has rested."""
        resting = self._limiter.resting_chats()
        async with self._db.transaction() as session:
            event = await sending.next_event(
                session,
                self._school_id,
                priorities=list(Priority),
                busy_chats=self._busy_chats(),
                own=self._own_tokens(),
            )
        seconds = min([_LONGEST_SLEEP, *resting.values()])
        if event is not None:
            seconds = min(seconds, (event - self._clock.now()).total_seconds())
        if seconds <= 0:
            await self._recover()
            return
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
