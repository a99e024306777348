"""The sender: hands what is due to the messenger, message after message, at the pace that it allows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import structlog

from db.engine import Database
from db.listening import OUTAGE, Duties, is_refusal
from db.queries import outbox
from services.clock import Clock
from services.notifications.departures import LEASE, Departure, Departures, pause
from services.notifications.limiter import Limiter
from services.notifications.ports import (
    Address,
    Kind,
    Messenger,
    Outcome,
    Unreachable,
)
from services.notifications.window import Rank, Turn
from services.watching import Outcomes, Pulse

IN_FLIGHT = 32
_RECOVERY_INTERVAL = 10.0
_SHORTEST_SLEEP = 0.1
_LONGEST_SLEEP = 30.0
"""Seconds: a notification may get lost together with its connection."""

log = structlog.get_logger()


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
        counted = Counter() if outcomes is None else outcomes
        self._departures = Departures(db, clock, kinds, counted, school_id=school_id)
        self._school_id = school_id
        self._duties = duties
        self._clock = clock
        self._messenger = messenger
        self._limiter = limiter
        self._lock = lock
        self._pulse = pulse or Pulse()
        self._woken = asyncio.Event()
        self._on_their_way: dict[asyncio.Task[None], Departure] = {}
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
        turn = await self._limiter.take(Rank.OUTBOX)
        departure = None
        try:
            departure = await self._departures.next(self._busy_chats())
        finally:
            if departure is None:
                self._limiter.give_back(turn)
        if departure is None:
            await self._sleep()
        else:
            task = asyncio.create_task(self._deliver(departure, turn))
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

    async def _deliver(self, departure: Departure, turn: Turn) -> None:
        message = departure.message
        self._limiter.leaves(message.chat_id)
        try:
            outcome = await self._messenger.deliver(
                Address(message.channel, message.chat_id, message.language),
                message.kind,
                departure.ready.view,
                external_ref=message.external_ref,
                repeat=departure.repeat,
            )
        finally:
            self._limiter.answered(turn, message.chat_id)
        self._note_reachability(outcome)
        while True:
            try:
                await self._departures.record(departure, outcome)
                return
            except OUTAGE as error:
                if is_refusal(error):
                    raise  # it would be again; when its lease is over it is settled as one without an answer
                log.warning("sender.not_recorded_yet", message=message.id, error=type(error).__name__)
                await asyncio.sleep(1)

    def _note_reachability(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Unreachable):
            self._unreachable = 0
        elif _monotonic() >= self._silent_until:
            self._silent_until = _monotonic() + pause(self._unreachable)
            self._unreachable += 1
            log.warning("sender.messenger_unreachable", failures=self._unreachable)

    async def _recover(self) -> None:
        await self._departures.recover(self._own_tokens())
        self._recovered_at = _monotonic()

    def _own_tokens(self) -> list[UUID]:
        return [departure.token for departure in self._on_their_way.values()]

    async def _sleep(self) -> None:
        """Until something is due, somebody posts, or a chat has rested."""
        resting = self._limiter.resting_chats()
        event = await self._departures.next_event(self._busy_chats(), self._own_tokens())
        seconds = min([_LONGEST_SLEEP, *resting.values()])
        if event is not None:
            seconds = min(seconds, (event - self._clock.now()).total_seconds())
        if seconds <= 0:
            await self._recover()
            # A transaction of somebody else's may hold what is due for some time yet.
            seconds = _SHORTEST_SLEEP
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
