"""What this process measures of itself; its parts are given it, the endpoint reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.watching.answering import Answering
from db.enums import OutboxState
from services.clock import Clock
from services.notifications.limiter import Limiter
from services.watching import Outcomes, Pulse, PulseState


class Duty(StrEnum):
    """A loop of the process that never ends; it may have one for each bot."""

    INTAKE = "intake"
    SENDER = "sender"
    SCHEDULER = "scheduler"


_LONGEST_SILENCE = {
    # A poll takes half a minute; between failures it waits as long. Behind a webhook nothing beats.
    Duty.INTAKE: None,
    # «Too many messages» may make it wait for minutes.
    Duty.SENDER: 900.0,
    # A sweep over many schools' digests takes its time.
    Duty.SCHEDULER: 900.0,
}
_OTHER = "other"
_GRAVITY = (
    *(PulseState.SILENT, PulseState.STARTING, PulseState.CONTESTED),
    *(PulseState.WORKING, PulseState.STANDING_BY),
)


class Watch:
    """Made once for a process. Labels hold kinds, states and names of ours, never a person or a chat."""

    def __init__(self, clock: Clock, kinds: Iterable[str]) -> None:
        """`kinds`: names of all messages that are known; others are counted together."""
        self.outcomes: Outcomes = Counter()
        self.registry = CollectorRegistry()
        self.answering = Answering(clock, self.registry)
        self._kinds = frozenset(kinds)
        self._pulses: dict[Duty, list[Pulse]] = {}
        self._limiters: list[Limiter] = []
        self._refusals: Counter[bool] = Counter()
        """Of limiters that are no more."""
        self._engines: dict[str, AsyncEngine] = {}
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(self)

    @contextmanager
    def pulse(self, duty: Duty) -> Iterator[Pulse]:
        """One more loop with this duty, until the block ends."""
        pulse = Pulse(_LONGEST_SILENCE[duty])
        pulses = self._pulses.setdefault(duty, [])
        pulses.append(pulse)
        try:
            yield pulse
        finally:
            pulses.remove(pulse)

    @contextmanager
    def over_limiter(self, limiter: Limiter) -> Iterator[None]:
        """Count its refusals too, until the block ends."""
        self._limiters.append(limiter)
        try:
            yield
        finally:
            self._limiters.remove(limiter)
            self._refusals += limiter.refusals

    def over_pool(self, name: str, engine: AsyncEngine) -> None:
        self._engines[name] = engine

    def duties(self) -> dict[Duty, PulseState]:
        """What the process does; the worst counts of those with one duty."""
        return {
            duty: min((pulse.state() for pulse in pulses), key=_GRAVITY.index)
            for duty, pulses in self._pulses.items()
            if pulses
        }

    def collect(self) -> Iterable[Metric]:
        """Asked by the registry."""
        yield self._messages()
        yield self._too_many()
        yield from self._pools()
        duties = GaugeMetricFamily(
            "zvonok_duty", "1 for the state that a duty is in", labels=["duty", "state"]
        )
        for duty, now in self.duties().items():
            for state in PulseState:
                duties.add_metric([duty, state], float(state is now))
        yield duties

    def _messages(self) -> Metric:
        messages = CounterMetricFamily(
            "zvonok_messages", "Messages of the outbox that were settled", labels=["kind", "outcome"]
        )
        known: Counter[tuple[str, OutboxState]] = Counter()
        for (kind, outcome), times in self.outcomes.items():
            known[kind if kind in self._kinds else _OTHER, outcome] += times
        for (kind, outcome), times in known.items():
            messages.add_metric([kind, outcome], times)
        return messages

    def _too_many(self) -> Metric:
        refusals = CounterMetricFamily(
            "zvonok_too_many_requests", "Answers 429 of the messenger, and who had to rest", labels=["rests"]
        )
        for rests, whole_token in (("chat", False), ("token", True)):
            heard = sum(limiter.refusals[whole_token] for limiter in self._limiters)
            refusals.add_metric([rests], self._refusals[whole_token] + heard)
        return refusals

    def _pools(self) -> Iterable[Metric]:
        size = GaugeMetricFamily(
            "zvonok_database_connections", "Connections that a pool may have", labels=["pool"]
        )
        busy = GaugeMetricFamily("zvonok_database_connections_busy", "Connections in use", labels=["pool"])
        for name, engine in self._engines.items():
            assert isinstance(engine.pool, QueuePool)
            size.add_metric([name], engine.pool.size())
            busy.add_metric([name], engine.pool.checkedout())
        yield size
        yield busy
