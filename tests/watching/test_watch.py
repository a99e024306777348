"""What a process measures of itself: of everybody together, of nobody in particular."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.methods import Response, SendMessage
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.messages import KINDS
from bot.watching.watch import Duty, Watch
from db.engine import Database
from db.enums import OutboxState
from db.queries.inbox import Chat, StoredUpdate
from services.notifications.limiter import Limiter
from services.watching import Pulse, PulseState
from tests.world import FakeClock

LONG_AGO = -1.0
"""A silence that is always too long."""


@pytest.fixture
def watch(clock: FakeClock) -> Watch:
    return Watch(clock, [kind.name for kind in KINDS])


def told(watch: Watch) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(generate_latest(watch.registry).decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def value(watch: Watch, name: str, **labels: str) -> float:
    return told(watch)[name, frozenset(labels.items())]


def update(clock: FakeClock, number: int = 1, kind: str = "callback_query") -> StoredUpdate:
    payload = {"update_id": number, kind: {"from": {"id": number, "first_name": f"Имя{number}"}}}
    return StoredUpdate(number, Chat(7, number), payload, clock.now())


async def request(watch: Watch) -> None:
    """The messenger is asked for something meanwhile."""

    async def answered(_bot: Bot, _method: Any) -> Response[Any]:
        return cast(Response[Any], SimpleNamespace(ok=True))

    await watch.answering(answered, cast(Bot, None), SendMessage(chat_id=1, text="Готово"))


class Handler:
    def __init__(self, watch: Watch, clock: FakeClock, requests: int = 1) -> None:
        self._watch = watch
        self._clock = clock
        self._requests = requests

    async def handle(self, update: StoredUpdate) -> None:
        if "message" in update.payload:
            raise ValueError("Имя")
        for _ in range(self._requests):
            await request(self._watch)

    async def apologise(self, update: StoredUpdate, error: BaseException) -> None:
        await request(self._watch)


def test_messages_are_counted_by_kind_and_outcome(watch: Watch) -> None:
    watch.outcomes["absence_alert", OutboxState.SENT] += 2
    watch.outcomes["absence_alert", OutboxState.UNKNOWN] += 1
    assert value(watch, "zvonok_messages_total", kind="absence_alert", outcome="sent") == 2
    assert value(watch, "zvonok_messages_total", kind="absence_alert", outcome="unknown") == 1


async def test_refusals_of_a_limiter_that_is_no_more_stay_counted(watch: Watch) -> None:
    limiter = Limiter()
    with watch.over_limiter(limiter):
        limiter.refused(1, 0.0)
        limiter.refused(2, 0.0)
    assert value(watch, "zvonok_too_many_requests_total", rests="chat") == 1
    assert value(watch, "zvonok_too_many_requests_total", rests="token") == 1


async def test_a_tap_waits_is_handled_and_answered(watch: Watch, clock: FakeClock) -> None:
    tap = update(clock)
    clock.forward(seconds=3)

    await watch.answering.over(Handler(watch, clock, requests=2)).handle(tap)

    assert value(watch, "zvonok_update_wait_seconds_sum", update="tap") == 3
    assert value(watch, "zvonok_update_answer_seconds_count", update="tap") == 1
    assert value(watch, "zvonok_update_answer_seconds_bucket", update="tap", le="2.5") == 0
    assert value(watch, "zvonok_update_own_seconds_bucket", update="tap", le="1.0") == 1
    assert value(watch, "zvonok_updates_total", update="tap", outcome="handled") == 1


async def test_an_update_that_is_given_up_has_failed(watch: Watch, clock: FakeClock) -> None:
    handler = watch.answering.over(Handler(watch, clock))
    said = update(clock, kind="message")
    with pytest.raises(ValueError, match="Имя") as failed:
        await handler.handle(said)
    await handler.apologise(said, failed.value)
    assert value(watch, "zvonok_updates_total", update="message", outcome="failed") == 1
    assert "Имя" not in generate_latest(watch.registry).decode()


async def test_metrics_do_not_grow_with_people_chats_or_what_they_send(
    watch: Watch, clock: FakeClock
) -> None:
    handler = watch.answering.over(Handler(watch, clock))

    async def live(numbers: range) -> int:
        for number in numbers:
            await handler.handle(update(clock, number))
            await handler.handle(update(clock, number, kind=f"kind_{number}"))
            watch.outcomes[f"kind_{number}", OutboxState.SENT] += 1
        return len(told(watch))

    assert await live(range(1, 3)) == await live(range(3, 100))
    assert value(watch, "zvonok_messages_total", kind="other", outcome="sent") == 99


def test_the_worst_of_several_loops_speaks_for_their_duty(watch: Watch) -> None:
    assert watch.duties() == {}
    with watch.pulse(Duty.SENDER) as first, watch.pulse(Duty.SENDER) as second:
        first.stand_by()
        assert watch.duties() == {Duty.SENDER: PulseState.STARTING}
        second.beat()
        assert watch.duties() == {Duty.SENDER: PulseState.WORKING}
        assert value(watch, "zvonok_duty", duty="sender", state="working") == 1
        assert value(watch, "zvonok_duty", duty="sender", state="silent") == 0
    assert watch.duties() == {}


def test_a_loop_that_gives_no_sign_of_life_is_silent_unless_it_stands_by() -> None:
    pulse = Pulse(LONG_AGO)
    assert pulse.state() is PulseState.STARTING
    pulse.beat()
    assert pulse.state() is PulseState.SILENT
    pulse.stand_by()
    assert pulse.state() is PulseState.STANDING_BY


def test_a_contest_is_news_once_and_goes_on_whatever_else_succeeds() -> None:
    pulse = Pulse()
    assert pulse.contest()
    assert not pulse.contest()
    pulse.beat()
    assert pulse.state() is PulseState.CONTESTED
    pulse.stand_by()
    assert pulse.state() is PulseState.STANDING_BY


def test_a_contest_is_over_when_nobody_was_met_for_a_while() -> None:
    pulse = Pulse(peace=LONG_AGO)
    assert pulse.contest()
    assert pulse.state() is PulseState.WORKING
    assert pulse.contest()


async def test_connections_are_counted_pool_by_pool(watch: Watch, committed_db: Database) -> None:
    watch.over_pool("schools", committed_db.engine)
    async with committed_db.statement():
        assert value(watch, "zvonok_database_connections_busy", pool="schools") == 1
    assert value(watch, "zvonok_database_connections_busy", pool="schools") == 0
    assert value(watch, "zvonok_database_connections", pool="schools") == committed_db.engine.pool.size()


def test_the_process_itself_is_measured(watch: Watch) -> None:
    assert value(watch, "process_resident_memory_bytes") > 0
