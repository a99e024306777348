"""Several processes with one token, each of which hears late of the others; their clock is turned by hand."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import permutations
from random import Random

import pytest

from services.notifications.shares import Shares
from services.notifications.window import Pace, Rank, Turn, Window
from tests.outbox.test_limiter import most_in_a_second

STEP = 1 / 64
"""Seconds; a sum of these is exact."""
HEARD_AFTER = 0.4
ALLOWED = 30


class Process:
    """Leaves as often as it may; what leaves is counted and answered at once."""

    def __init__(self, name: str, ranks: tuple[Rank, ...]) -> None:
        self.name = name
        self.ranks = ranks
        self.pace, self.window, self.shares = Pace(28), Window(), Shares(ALLOWED)

    def next(self, now: float, wanted: list[Rank]) -> Rank | None:
        if self.pace.free_at() > now or self.window.free_at(now, self.shares.in_all(now), list(Rank)) > now:
            return None
        for rank in self.ranks:
            if rank in wanted and self.window.free_at(now, self.shares.of_rank(rank, now), [rank]) <= now:
                return rank
        return None

    def go(self, now: float, rank: Rank) -> None:
        self.pace.spend(now)
        turn = Turn(now, rank)
        self.window.enter(turn)
        self.window.answered(turn, now)
        if rank is Rank.REPLY:
            self.shares.replied(now)
        else:
            self.shares.sent(now)

    def is_told_of(self, process: Process, rank: Rank, now: float) -> None:
        """What it may do any moment."""
        if rank is Rank.REPLY:
            self.shares.answers_elsewhere(process.name, now)
        else:
            self.shares.sends_elsewhere(now)

    def hear(self, process: Process, rank: Rank, now: float) -> None:
        if rank is Rank.REPLY:
            self.shares.replied_elsewhere(process.name, now)
        else:
            self.shares.sent_elsewhere(now)


Wants = Callable[[Process, Rank, float], bool]


def counted(
    processes: list[Process], wants: Wants, seconds: float, delay: Callable[[], float] = lambda: HEARD_AFTER
) -> list[tuple[float, Rank]]:
    """What leaves when, if each process has always something of a rank to do while it `wants` to."""
    moments: list[tuple[float, Rank]] = []
    said: list[tuple[float, int, Process, Rank]] = []
    for process, other in permutations(processes, 2):
        for rank in other.ranks:
            process.is_told_of(other, rank, 100.0)
    for tick in range(round(seconds / STEP)):
        now = 100 + tick * STEP
        while said and said[0][0] <= now:
            _, _, speaker, rank = heappop(said)
            for process in processes:
                if process is not speaker:
                    process.hear(speaker, rank, now)
        for process in processes:
            wanted = [rank for rank in process.ranks if wants(process, rank, now - 100)]
            if (leaving := process.next(now, wanted)) is not None:
                process.go(now, leaving)
                moments.append((now - 100, leaving))
                heappush(said, (now + delay(), len(moments), process, leaving))
        if tick % round(5 / STEP) == 0:
            for process, other in permutations(processes, 2):
                for rank in other.ranks:
                    process.is_told_of(other, rank, now)
    return moments


INTAKE, WORKER, WHOLE = (Rank.REPLY,), (Rank.OUTBOX,), (Rank.REPLY, Rank.OUTBOX)


of_several_processes = pytest.mark.parametrize(
    "parts",
    [
        pytest.param([INTAKE, WORKER], id="an intake and a worker"),
        pytest.param([INTAKE, INTAKE, WORKER], id="two intakes and a worker"),
        pytest.param([INTAKE, INTAKE, INTAKE, WORKER], id="three intakes and a worker"),
        pytest.param([WHOLE, INTAKE], id="two whole processes, of which one sends"),
        pytest.param([WHOLE, INTAKE, INTAKE], id="three whole processes, of which one sends"),
    ],
)


@of_several_processes
@pytest.mark.parametrize("sending_from", [0.0, 10.0, 9.8, 10.2, 14.0])
def test_a_rush_while_somebody_sends_never_passes_the_limit_and_leaves_little_of_it(
    parts: list[tuple[Rank, ...]], sending_from: float
) -> None:
    def wants(_process: Process, rank: Rank, now: float) -> bool:
        return 10 <= now < 24 if rank is Rank.REPLY else sending_from <= now

    moments = counted([Process(str(number), ranks) for number, ranks in enumerate(parts)], wants, seconds=30)
    assert most_in_a_second([moment for moment, _ in moments]) <= ALLOWED
    used = [rank for moment, rank in moments if 20 <= moment < 24]
    assert len(used) > 4 * 0.9 * 28
    assert used.count(Rank.REPLY) > 4 * 17
    assert used.count(Rank.OUTBOX) >= 4 * 7
    assert sum(1 for moment, _ in moments if moment >= 29) > 0.8 * 28, "the rush is forgotten"


@of_several_processes
@pytest.mark.parametrize("seed", range(4))
def test_whenever_who_has_something_to_do_the_limit_is_kept(parts: list[tuple[Rank, ...]], seed: int) -> None:
    random = Random(seed)
    until: dict[tuple[str, Rank], tuple[float, bool]] = {}

    def wants(process: Process, rank: Rank, now: float) -> bool:
        """On and off for a while, each on its own."""
        end, on = until.get((process.name, rank), (0.0, False))
        if now >= end:
            until[process.name, rank] = end, on = (
                now + random.choice([0.3, 1, 3, 7]) * random.random(),
                not on,
            )
        return on

    processes = [Process(str(number), ranks) for number, ranks in enumerate(parts)]
    moments = counted(processes, wants, seconds=60, delay=lambda: 0.1 + 0.4 * random.random())
    assert len(moments) > 400
    assert most_in_a_second([moment for moment, _ in moments]) <= ALLOWED


def test_who_hears_of_nobody_has_all_of_it() -> None:
    shares = Shares(ALLOWED)
    for moment in range(100):
        shares.replied(moment / 10)
    assert {shares.in_all(10.0), *(shares.of_rank(rank, 10.0) for rank in Rank)} == {ALLOWED}


def test_whoever_was_not_heard_of_for_long_has_no_share() -> None:
    shares = Shares(ALLOWED)
    shares.replied_elsewhere("other", 0.0)
    shares.sent_elsewhere(0.0)
    assert shares.of_rank(Rank.REPLY, 10.0) == 11
    shares.sends_elsewhere(10.0)
    assert shares.of_rank(Rank.REPLY, 20.0) == 22, "somebody else sends"
    assert shares.in_all(20.0) == shares.of_rank(Rank.REPLY, 30.0) == ALLOWED


def test_whoever_sends_leaves_to_others_as_much_as_they_used_in_any_second_of_late_and_a_little() -> None:
    shares = Shares(ALLOWED)
    for tenth in range(9):
        shares.replied_elsewhere("other", 100 + tenth / 10)
    assert shares.in_all(104.0) == ALLOWED - 9 - 4
    assert shares.in_all(106.0) == ALLOWED - 4, "so long ago it tells nothing"


def test_among_many_that_come_and_go_everybody_may_still_do_something() -> None:
    shares = Shares(ALLOWED)
    for number in range(2 * ALLOWED):
        shares.answers_elsewhere(f"started anew for the {number}th time", 100.0)
    assert shares.in_all(101.0) == shares.of_rank(Rank.REPLY, 101.0) == 1


def test_two_that_answered_in_different_seconds_may_both_do_so_in_the_next() -> None:
    shares = Shares(ALLOWED)
    for number in range(8):
        shares.replied_elsewhere("one", 100 + number / 100)
        shares.replied_elsewhere("other", 102 + number / 100)
    assert shares.in_all(104.0) == ALLOWED - 8 - 8 - 4


def test_whoever_begins_to_send_lets_the_others_hear_of_it_first() -> None:
    shares = Shares(ALLOWED)
    shares.replied_elsewhere("other", 99.0)
    assert shares.of_rank(Rank.OUTBOX, 100.0) == 8
    for second in range(3):
        shares.sent(100.0 + second)
    assert shares.of_rank(Rank.OUTBOX, 101.0) == 8
    assert shares.of_rank(Rank.OUTBOX, 102.0) == ALLOWED
    assert shares.of_rank(Rank.OUTBOX, 105.5) == 8, "it has rested"
