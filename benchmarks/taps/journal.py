"""What a tap costs the journal alone: from who taps and whether they may, to the row and the register as it
is then. No bot, no messenger; ours beside a usual ORM's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle, islice
from statistics import median
from time import monotonic, process_time

from benchmarks.figures import Figure, Size
from benchmarks.lesson import OpenLesson, open_lesson
from benchmarks.place import Place
from benchmarks.taps.orm import journal_tap, user_of
from benchmarks.telegram import Telegram
from db.engine import Database
from handlers.callbacks.register import SetCell
from services.attendance import AttendanceService, RegisterRow
from services.clock import Clock
from services.vocabulary import AttendanceStatus


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    async with place.school() as db:
        return [await _compared(db, place.clock, await open_lesson(db, place.clock), size)]


async def _compared(db: Database, clock: Clock, lesson: OpenLesson, size: Size) -> Figure:
    attendance = AttendanceService(db.of(lesson.actor.school_id), clock)

    async def ours(tapped: SetCell) -> RegisterRow:
        return await attendance.set_cell(
            account=lesson.account,
            lesson_id=tapped.lesson_id,
            pupil_id=tapped.pupil_id,
            status=tapped.status,
        )

    async def by_orm(tapped: SetCell) -> RegisterRow:
        async with db.sessions() as session:
            user = await user_of(session, lesson.account.external_user_id)
            return await journal_tap(session, user, tapped, clock)

    series: dict[str, Callable[[SetCell], Awaitable[RegisterRow]]] = {"ours": ours, "orm": by_orm}
    taps = {name: register_taps(lesson) for name in series}
    cpu: dict[str, list[float]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    for warm in [False] + [True] * size.rounds:
        shown = set()
        for name, tap in series.items():
            began, before = monotonic(), process_time()
            for tapped in islice(taps[name], size.taps):
                register = await tap(tapped)
            used, took = process_time() - before, monotonic() - began
            shown.add(tuple((cell.pupil_id, cell.status) for cell in register.cells))
            if warm:
                cpu[name].append(used / size.taps * 1000)
                seconds[name].append(took / size.taps)
        assert len(shown) == 1, "both show the same register"
    own, orm = median(cpu["ours"]), median(cpu["orm"])
    per_second = {name: 1 / median(took) for name, took in seconds.items()}
    return Figure(
        "tap: a usual ORM's CPU for the journal alone, times ours",
        orm / own,
        f"{own:.2f} ms, {orm:.1f} ms; one after another {per_second['ours']:.0f} and"
        f" {per_second['orm']:.0f} a second",
        at_least=10,
    )


def register_taps(lesson: OpenLesson) -> Iterator[SetCell]:
    """Everybody absent, one after another, then everybody back, and again."""
    for status in cycle([AttendanceStatus.ABSENT, AttendanceStatus.PRESENT]):
        for cell in lesson.register.cells:
            yield SetCell(lesson_id=lesson.register.lesson_id, pupil_id=cell.pupil_id, status=status)
