"""What leaves the outbox of a school next, and what became of it: a transaction each, around the request."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, OutboxState
from db.queries import sending
from db.queries.sending import ClaimedMessage
from services.backoff import backoff
from services.clock import Clock
from services.notifications import thread_message
from services.notifications.blocked import tell_class_teachers
from services.notifications.outbox import Priority
from services.notifications.ports import (
    Blocked,
    Delivered,
    DueMessage,
    Kind,
    Later,
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
from services.watching import Outcomes

LEASE = timedelta(seconds=60)
"""Longer than any request may take; the message of a sender that died is settled when it is over."""
MAX_ATTEMPTS = 8
_AT_LEAST = timedelta(seconds=1)
"""Until a message that says «later» is asked again."""

log = structlog.get_logger()


def pause(attempts: int) -> float:
    """Seconds: 1, 2, 4 and so on, a minute at most."""
    return backoff(attempts, 60.0)


@dataclass(frozen=True, slots=True)
class _Hopeless:
    """The messenger need not be asked."""

    state: OutboxState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """A message on its way; the claim is committed."""

    message: ClaimedMessage
    token: UUID
    ready: Ready

    @property
    def repeat(self) -> bool:
        """Whether it may stand in the chat already, and nobody knows where."""
        return self.message.unanswered > 0 and self.message.external_ref is None


class _NotPrepared(Exception):
    """A kind failed over one message; the transaction with the claim in it is rolled back."""

    def __init__(self, message: ClaimedMessage, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.message = message


class Departures:
    """The messages of one school, one after the other. Of any number of these, each message is only one's."""

    def __init__(
        self, db: Database, clock: Clock, kinds: Iterable[Kind], outcomes: Outcomes, *, school_id: int
    ) -> None:
        """`outcomes` counts what becomes of messages."""
        self._db = db
        self._clock = clock
        self._kinds = {kind.name: kind for kind in kinds}
        self._repeating_kinds = [kind.name for kind in self._kinds.values() if kind.repeat_when_unknown]
        self._outcomes = outcomes
        self._school_id = school_id

    async def next(self, busy_chats: Collection[int]) -> Departure | None:
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
                        busy_chats=busy_chats,
                    )
                    if message is None:
                        return None
                    match await self._prepare(session, message, now):
                        case Ready() as ready:
                            return Departure(message, token, ready)
                        case Later(at=moment):
                            # Where that moment has passed it would be asked again and again, and no other.
                            later = max(moment, now + _AT_LEAST)
                            await sending.wait_until(session, message.id, token, later)
                        case Skip(reason=reason):
                            settled = await sending.record_rest(
                                session, message.id, token, state=OutboxState.SKIPPED, reason=reason
                            )
                        case _Hopeless(state=state, reason=why):
                            settled = await sending.record_rest(
                                session, message.id, token, state=state, reason=why
                            )
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
            state = await sending.put_off_unprepared(
                session,
                message.id,
                until=self._clock.now() + timedelta(seconds=pause(message.attempts)),
                reason=f"not prepared: {failure}",
                max_attempts=MAX_ATTEMPTS,
            )
        self._count(message, state)

    async def record(self, departure: Departure, outcome: Outcome) -> None:
        """What became of it. Nothing, where its claim had run out and somebody has settled it meanwhile;
        what the outcome tells of the chat is kept all the same."""
        async with self._db.transaction() as session:
            became = await self._record(session, departure, outcome)
        self._count(departure.message, became)

    async def _record(
        self, session: AsyncSession, departure: Departure, outcome: Outcome
    ) -> OutboxState | None:
        """What to count: None where the claim was lost, and where nothing has come of it yet."""
        message, token, now = departure.message, departure.token, self._clock.now()
        match outcome:
            case Delivered(external_ref=external_ref):
                arrived = await sending.record_delivered(
                    session,
                    message.id,
                    token,
                    external_ref=external_ref,
                    now=now,
                    again_at=departure.ready.again_at,
                )
                return OutboxState.SENT if arrived else None
            case Blocked():
                state = await sending.record_rest(
                    session, message.id, token, state=OutboxState.BLOCKED, reason=None
                )
                if await sending.block_binding(session, message.binding_id, now):
                    await tell_class_teachers(session, message.binding_id, cause=message.id, now=now)
                    await thread_message.tell_undelivered(session, message.binding_id, now=now)
                # What somebody posted again meanwhile is blocked with whatever waits.
                return None if state is None else OutboxState.BLOCKED
            case Refused(reason=reason):
                return await sending.record_rest(
                    session, message.id, token, state=OutboxState.FAILED, reason=reason
                )
            case TryLater(reason=reason) if message.attempts + 1 >= MAX_ATTEMPTS:
                return await sending.record_rest(
                    session, message.id, token, state=OutboxState.FAILED, reason=reason
                )
            case TryLater():
                await sending.requeue(session, message.id, token, attempts=message.attempts + 1)
                await self._put_off_chat(session, message, pause(message.attempts))
            case RetryAfter(seconds=seconds):
                await sending.requeue(session, message.id, token, attempts=message.attempts)
                if not outcome.whole_token:
                    await self._put_off_chat(session, message, seconds)
            case Unreachable():
                await sending.requeue(session, message.id, token, attempts=message.attempts)
            case Unknown():
                unknown = await sending.record_unknown(
                    session,
                    message.id,
                    token,
                    repeating_kinds=self._repeating_kinds,
                    max_attempts=MAX_ATTEMPTS,
                )
                await self._put_off_chat(session, message, pause(message.attempts))
                return OutboxState.UNKNOWN if unknown else None
            case _:
                assert_never(outcome)
        return None

    async def _put_off_chat(self, session: AsyncSession, message: ClaimedMessage, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        await sending.put_off_chat(session, message.binding_id, until)

    async def recover(self, own: Collection[UUID]) -> None:
        """Settle what a sender that died had on its way. `own`: tokens of what is on its way from here."""
        async with self._db.transaction() as session:
            recovered = await sending.recover(
                session,
                self._school_id,
                now=self._clock.now(),
                lease=LEASE,
                own=own,
                repeating_kinds=self._repeating_kinds,
                max_attempts=MAX_ATTEMPTS,
            )
        self._outcomes.update((kind, OutboxState.UNKNOWN) for kind, unknown in recovered if unknown)
        if recovered:
            log.warning("sender.recovered", messages=len(recovered))

    async def next_event(self, busy_chats: Collection[int], own: Collection[UUID]) -> datetime | None:
        """When something may be due, or is to be recovered."""
        async with self._db.transaction() as session:
            return await sending.next_event(
                session, self._school_id, priorities=list(Priority), busy_chats=busy_chats, own=own
            )

    def _count(self, message: ClaimedMessage, became: OutboxState | None) -> None:
        if became not in (None, OutboxState.QUEUED):
            self._outcomes[message.kind, became] += 1
