"""The benchmarks at a tiny size, so that they do not rot; what they count is exact at any size."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from benchmarks import (
    alerts,
    broadcast,
    city,
    class_message,
    digest,
    enqueue,
    imports,
    journal_page,
    load,
    routing,
    taps,
    throughput,
    year,
)
from benchmarks.city import growth
from benchmarks.figures import TINY, markdown_table, plain_table
from benchmarks.place import Place
from benchmarks.taps import journal
from benchmarks.telegram import Telegram


@pytest.fixture(scope="module")
async def place(database_url: str) -> AsyncIterator[Place]:
    place = Place(database_url)
    await place.prepare()
    yield place
    await place.clear()


@pytest.fixture(scope="module")
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram() as telegram:
        yield telegram


async def test_a_tap_costs_one_statement_and_two_calls(place: Place, telegram: Telegram) -> None:
    figures = {figure.what: figure for figure in await taps.measure(place, telegram, TINY)}
    assert figures["tap: SQL statements"].value == 1, figures
    assert figures["tap: Telegram calls"].value == 2, figures
    assert figures["tap: CPU, times the leanest bot's"].value > 0


@pytest.mark.parametrize(
    "subject",
    [
        *(alerts, broadcast, class_message, digest, enqueue, imports),
        *(journal, journal_page, routing, throughput, year),
    ],
)
async def test_a_benchmark_gives_figures(subject: object, place: Place, telegram: Telegram) -> None:
    figures = await subject.measure(place, telegram, TINY)  # type: ignore[attr-defined]  # each is a module
    assert figures
    assert all(figure.value >= 0 for figure in figures)
    assert all(figure.what in plain_table(figures) for figure in figures)
    assert len(markdown_table(figures).splitlines()) == len(figures) + 2


async def test_taps_of_many_are_each_answered_once_and_shown_while_a_broadcast_leaves(
    place: Place, telegram: Telegram
) -> None:
    figures = {figure.what: figure.value for figure in await load.measure(place, telegram, TINY)}
    who = "load, 2 intakes and a worker"
    assert figures[f"{who}: taps lost, or answered too late to be seen, or twice"] == 0
    assert figures[f"{who}: taps answered a second"] > 0


def test_a_taps_answer_and_its_screen_are_told_apart() -> None:
    busy = broadcast.Tapping(answered=[0.03, 0.04, 0.05], shown=[0.07, 0.08, 0.09])
    idle = broadcast.Tapping(answered=[0.01, 0.02, 0.03], shown=[0.04, 0.05, 0.06])
    figure = broadcast.taps_of(busy, idle)
    assert figure.value == 2
    assert figure.aside == "3 taps: 40 ms, idle 20 ms; screen 80 ms, idle 50 ms"


async def test_a_city_grows_by_the_schools_that_are_added(place: Place, telegram: Telegram) -> None:
    stages = await city.grow(place, telegram, TINY)
    assert [(stage.schools, stage.pupils) for stage in stages] == [(1, 300), (2, 600)]
    assert stages[-1].queued > 600, "a digest for every guardian of a pupil with something to tell"
    table = growth.table(stages).splitlines()
    assert len(table) == 2 + len(stages)
    assert growth.drawing(stages).count("<polyline") == 6
    assert len(plain_table(city.figures(stages)).splitlines()) == 10
