"""The pace of a token, with its clock turned by hand."""

import asyncio

from services.notifications.limiter import Limiter, Pace, Rank


def departures(pace: Pace, seconds: float, late: float = 0.0) -> list[float]:
    """When messages leave that are always ready, each noticed `late` seconds after it may go."""
    moments, now = [], 100.0
    while now < 100.0 + seconds:
        now = max(now, pace.free_at() + late)
        pace.spend(now)
        moments.append(now)
    return moments


def test_a_second_never_holds_more_than_telegram_allows() -> None:
    moments = departures(Pace(28), 20)
    assert max(sum(1 for other in moments if moment <= other < moment + 1) for moment in moments) <= 30


def test_waking_up_late_costs_no_pace() -> None:
    moments = departures(Pace(28), 20, late=0.02)
    assert (len(moments) - 1) / (moments[-1] - moments[0]) > 0.98 * 28


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
    limiter = Limiter(per_second=100)
    limiter.pause(0.05)
    went: list[str] = []

    async def take(rank: Rank, name: str) -> None:
        await limiter.take(rank)
        went.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(take(Rank.OUTBOX, "сводка"))
        group.create_task(take(Rank.OUTBOX, "тревога"))
        await asyncio.sleep(0)
        group.create_task(take(Rank.REPLY, "ответ"))
    assert went == ["ответ", "сводка", "тревога"]


async def test_whoever_stops_waiting_leaves_the_turn_to_the_next() -> None:
    limiter = Limiter(per_second=100)
    limiter.pause(0.05)
    given_up = asyncio.create_task(limiter.take(Rank.REPLY))
    waiting = asyncio.create_task(limiter.take(Rank.OUTBOX))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait_for(waiting, 20)


async def test_the_outbox_keeps_out_of_a_chat_while_a_reply_is_on_its_way_and_until_it_has_rested() -> None:
    limiter = Limiter(chat_interval=60)
    with limiter.replying(1):
        with limiter.replying(1):
            await limiter.take(Rank.REPLY)
            assert set(limiter.resting_chats()) == {1}
        with limiter.replying(2):
            await limiter.take(Rank.REPLY)  # a reply waits for nobody's chat
    assert set(limiter.resting_chats()) == {1, 2}
    brief = Limiter(chat_interval=0)
    with brief.replying(1):
        assert set(brief.resting_chats()) == {1}
    assert not brief.resting_chats()


async def test_two_quiet_chats_refused_at_once_mean_the_whole_token() -> None:
    limiter = Limiter()
    assert not limiter.refused(1, 3)
    assert not limiter.refused(1, 3)
    assert limiter.refused(2, 3)
    assert set(limiter.resting_chats()) == {1, 2}


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


async def test_chats_are_forgotten_also_where_nobody_sends() -> None:
    limiter = Limiter()
    for stranger in range(10_000):
        limiter.pause_chat(stranger, -100.0)
    limiter.pause_chat(1, 5.0)
    assert len(limiter._chats) < 5_000
    assert 1 in limiter.resting_chats()
