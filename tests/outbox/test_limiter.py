"""The pace of a token, with its clock turned by hand."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from heapq import heappop, heappush
from itertools import count
from random import Random

import pytest

from services.notifications.limiter import Limiter
from services.notifications.shares import Shares
from services.notifications.window import Pace, Rank, Turn, Window


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes, however busy the machine is."""
    now = time.monotonic()
    monkeypatch.setattr("services.notifications.limiter._now", lambda: now)


async def with_nothing_left(chat_interval: float = 1.0) -> tuple[Limiter, list[Turn]]:
    """A limiter where whoever comes now waits until one of these turns is given back."""
    limiter = Limiter(per_second=0.001, chat_interval=chat_interval)
    return limiter, [await limiter.take(Rank.OUTBOX) for _ in range(2)]


def departures(pace: Pace, seconds: float, late: float = 0.0) -> list[float]:
    """When messages leave that are always ready, each noticed `late` seconds after it may go."""
    moments, now = [], 100.0
    while now < 100.0 + seconds:
        now = max(now, pace.free_at() + late)
        pace.spend(now)
        moments.append(now)
    return moments


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(1 for other in moments if moment <= other < moment + 1) for moment in moments)


def test_a_second_never_holds_more_than_telegram_allows() -> None:
    assert most_in_a_second(departures(Pace(28), 20)) <= 30


def test_waking_up_late_costs_no_pace() -> None:
    moments = departures(Pace(28), 20, late=0.02)
    assert (len(moments) - 1) / (moments[-1] - moments[0]) > 0.98 * 28


def counted(way_there: Callable[[], float], way_back: Callable[[], float], allowed: int = 30) -> list[float]:
    """When the messenger counts what leaves for half a minute at the pace, as far as the window lets it."""
    pace, window, now, moments = Pace(28), Window(), 100.0, []
    on_their_way: list[tuple[float, int, Turn]] = []
    while now < 130.0:
        free_at = max(pace.free_at(), window.free_at(now, allowed, [Rank.REPLY]))
        if on_their_way and (free_at > now or on_their_way[0][0] <= now):
            answered, _, turn = on_their_way[0]
            if answered <= max(free_at, now):
                heappop(on_their_way)
                now = max(now, answered)
                window.answered(turn, answered)
                continue
        if free_at > now:
            now = free_at
            continue
        pace.spend(now)
        turn = Turn(now, Rank.REPLY)
        window.enter(turn)
        moments.append(now + way_there())
        heappush(on_their_way, (moments[-1] + way_back(), len(moments), turn))
    return moments


def stumbling(seed: int) -> Iterator[float]:
    """Ways of a tenth of a second, of which now and then one or some in a row take longer."""
    random = Random(seed)
    while True:
        late = random.choice([0.0] * 20 + [0.4])
        for _ in range(random.randint(1, 12)):
            yield 0.1 + late * random.random()


@pytest.mark.parametrize("seed", range(10))
def test_what_was_held_up_on_its_way_does_not_pass_the_limit_together_with_what_follows(seed: int) -> None:
    there, back = stumbling(seed), stumbling(100 + seed)
    assert most_in_a_second(counted(lambda: next(there), lambda: next(back))) <= 30
    there, back = stumbling(seed), stumbling(100 + seed)
    assert most_in_a_second(counted(lambda: next(there), lambda: next(back), allowed=1000)) > 30


@pytest.mark.parametrize("seed", range(5))
def test_what_is_quick_does_not_pass_the_limit_by_overtaking_what_is_slow(seed: int) -> None:
    """Edits that are there and back within 3 ms, some in a row, among messages that are counted late."""
    random = Random(seed)
    # Quick ones first: how quick something is that never was, nobody can know.
    ways = (way for number in count() for way in [random.choice((0.2, 0.002)) if number else 0.002] * 10)
    assert most_in_a_second(counted(lambda: next(ways), lambda: 0.001)) <= 30


@pytest.mark.parametrize("way", [0.0, 0.1, 3.0])
def test_a_way_that_is_always_as_long_costs_no_pace(way: float) -> None:
    moments = counted(lambda: way, lambda: way)
    # The first second of all: nothing is known of the way yet.
    assert len(moments) > 0.97 * 28 * (30 - 2 * way)


def test_a_turn_given_back_is_as_if_it_had_never_been() -> None:
    window, turn = Window(), Turn(100.0, Rank.REPLY)
    window.enter(turn)
    assert window.free_at(100.5, 1, [Rank.REPLY]) > 100.5
    window.leave(turn)
    assert window.free_at(100.5, 1, [Rank.REPLY]) == 100.5


def test_a_window_remembers_no_more_than_a_second() -> None:
    window = Window()
    for number in range(1000):
        window.enter(Turn(number / 10, Rank.REPLY, answered=number / 10))
    assert len(window._turns) <= 11


def test_a_pause_holds_everything() -> None:
    pace = Pace(28)
    pace.spend(100.0)
    pace.pause(130.0)
    assert pace.free_at() == 130.0


def test_what_was_given_back_may_go_at_once() -> None:
    pace = Pace(28)
    pace.spend(100.0)
    free_at = pace.free_at()
    pace.spend(100.0)
    pace.give_back()
    assert pace.free_at() == free_at


async def test_a_reply_goes_before_messages_that_waited_longer() -> None:
    limiter, turns = await with_nothing_left()
    went: list[str] = []

    async def take(rank: Rank, name: str) -> None:
        turn = await limiter.take(rank)
        went.append(name)
        limiter.give_back(turn)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(take(Rank.OUTBOX, "сводка"))
        group.create_task(take(Rank.OUTBOX, "тревога"))
        await asyncio.sleep(0)
        group.create_task(take(Rank.REPLY, "ответ"))
        await asyncio.sleep(0)
        assert went == []
        limiter.give_back(turns.pop())
    assert went == ["ответ", "сводка", "тревога"]


async def test_whoever_stops_waiting_leaves_the_turn_to_the_next() -> None:
    limiter, turns = await with_nothing_left()
    given_up = asyncio.create_task(limiter.take(Rank.REPLY))
    waiting = asyncio.create_task(limiter.take(Rank.OUTBOX))
    await asyncio.sleep(0)
    limiter.give_back(turns.pop())
    given_up.cancel()
    await asyncio.wait_for(waiting, 20)


async def test_the_outbox_keeps_out_of_a_chat_while_a_reply_is_on_its_way_and_until_it_has_rested() -> None:
    limiter = Limiter(chat_interval=60)
    async with limiter.reply(1):
        async with limiter.reply(1):
            assert set(limiter.resting_chats()) == {1}
        async with limiter.reply(2):  # a reply waits for nobody's chat
            pass
    assert set(limiter.resting_chats()) == {1, 2}
    brief = Limiter(chat_interval=0)
    async with brief.reply(1):
        assert set(brief.resting_chats()) == {1}
    assert not brief.resting_chats()


async def test_an_edit_rests_from_what_the_outbox_writes_to_its_chat_and_from_no_reply() -> None:
    limiter = Limiter(chat_interval=60)
    turn = await limiter.take(Rank.OUTBOX)
    limiter.leaves(1)
    assert 0 < limiter.rest_of(1) < 120, "it is on its way"
    limiter.answered(turn, 1)
    assert 0 < limiter.rest_of(1) <= 60
    async with limiter.reply(2):
        pass
    assert limiter.rest_of(2) <= 0


@pytest.mark.usefixtures("still")
async def test_two_quiet_chats_refused_at_once_mean_the_whole_token() -> None:
    limiter = Limiter()
    assert not limiter.refused(1, 3)
    assert not limiter.refused(1, 3)
    assert limiter.refused(2, 3)
    assert set(limiter.resting_chats()) == {1, 2}


@pytest.mark.usefixtures("still")
async def test_chats_that_flood_the_bot_are_refused_alone_however_many_they_are() -> None:
    limiter = Limiter(chat_interval=0)
    for chat_id in range(10):
        limiter.chat_used(chat_id)
    limiter.resting_chats()
    assert not any(limiter.refused(chat_id, 3) for chat_id in range(10))
    assert not limiter.refused(20, 3)
    assert not any(limiter.refused(chat_id, 3) for chat_id in range(10))  # told to rest, and went on
    assert set(limiter.resting_chats()) == {*range(10), 20}
    assert limiter.refused(21, 3)


@pytest.mark.usefixtures("still")
async def test_chats_are_forgotten_also_where_nobody_sends() -> None:
    limiter = Limiter()
    for stranger in range(10_000):
        limiter.pause_chat(stranger, -100.0)
    limiter.pause_chat(1, 5.0)
    assert len(limiter._chats) < 5_000
    assert 1 in limiter.resting_chats()


async def test_an_edit_that_waits_for_its_turn_rests_from_what_another_process_writes_there_meanwhile() -> (
    None
):
    limiter, turns = await with_nothing_left(chat_interval=0.1)
    done: list[str] = []

    async def answer(name: str, turn: AbstractAsyncContextManager[None]) -> None:
        async with turn:
            done.append(name)
            assert name != "edit" or limiter.rest_of(1) <= 0

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(answer("edit", limiter.edit(1)))
        group.create_task(answer("reply", limiter.reply(1)))
        await asyncio.sleep(0)
        limiter.sent_elsewhere(1)
        assert limiter.resting_chats().keys() == {1}
        for turn in turns:
            limiter.give_back(turn)
    assert done == ["reply", "edit"]


async def test_the_outbox_keeps_out_of_a_chat_while_an_edit_is_on_its_way() -> None:
    limiter = Limiter()
    async with limiter.edit(1):
        assert limiter.resting_chats().keys() == {1}


async def test_whatever_others_answer_some_of_the_pace_belongs_to_the_outbox() -> None:
    limiter = Limiter(per_second=20)
    for chat_id in range(100):
        limiter.used_elsewhere(chat_id, "other")
    turns = [asyncio.create_task(limiter.take(Rank.OUTBOX)) for _ in range(30)]
    async with asyncio.timeout(20):
        await turns[7]
    for turn in turns:
        turn.cancel()


class Noting(Shares):
    """Allows one request of each rank within a second, and notes what it is told."""

    def __init__(self) -> None:
        super().__init__(2)
        self.told: list[str] = []

    def replied(self, now: float) -> None:
        self.told.append("replied")

    def sent(self, now: float) -> None:
        self.told.append("sent")

    def answers_elsewhere(self, process: str, now: float) -> None:
        self.told.append(f"{process} answers")

    def replied_elsewhere(self, process: str, now: float) -> None:
        self.told.append(f"{process} replied")

    def sends_elsewhere(self, now: float) -> None:
        self.told.append("sends elsewhere")

    def sent_elsewhere(self, now: float) -> None:
        self.told.append("sent elsewhere")

    def of_rank(self, rank: Rank, now: float) -> int:
        return 1


@pytest.mark.usefixtures("still")
async def test_a_limiter_keeps_its_share_and_says_what_it_does_and_hears() -> None:
    limiter = Limiter(per_second=1000, chat_interval=60)
    limiter._shares = shares = Noting()
    async with limiter.reply(1):
        pass
    second_reply = asyncio.create_task(limiter.take(Rank.REPLY))
    await asyncio.sleep(0)
    turn = await limiter.take(Rank.OUTBOX)
    limiter.leaves(2)
    limiter.answered(turn, 2)
    assert not second_reply.done(), "of its rank one has just left"
    second_reply.cancel()
    limiter.answers_elsewhere("one")
    limiter.used_elsewhere(3, "two")
    limiter.sends_elsewhere()
    limiter.sent_elsewhere(4)
    assert shares.told == [
        *("replied", "sent"),
        *("one answers", "two replied", "sends elsewhere", "sent elsewhere"),
    ]
    assert limiter.resting_chats().keys() == {1, 2, 3, 4}


async def test_of_both_ranks_together_no_more_leave_than_the_process_may() -> None:
    limiter = Limiter(per_second=1000)
    limiter._shares = shares = Noting()
    shares.in_all = lambda _now: 1  # type: ignore[method-assign]
    await limiter.take(Rank.OUTBOX)
    reply = asyncio.create_task(limiter.take(Rank.REPLY))
    await asyncio.sleep(0.1)
    assert not reply.done()
    reply.cancel()
