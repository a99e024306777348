"""The benchmarks at a tiny size, so that they do not rot; what they count is exact at any size."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from benchmarks import (
    alerts,
    broadcast,
    class_message,
    digest,
    enqueue,
    imports,
    journal_page,
    routing,
    taps,
    throughput,
    year,
)
from benchmarks.figures import TINY, markdown_table, plain_table
from benchmarks.place import Place
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
    figures = {figure.what: figure.value for figure in await taps.measure(place, telegram, TINY)}
    assert figures["tap: SQL statements"] == 1
    assert figures["tap: Telegram calls"] == 2
    assert figures["tap: CPU, times the leanest bot's"] > 0


@pytest.mark.parametrize(
    "subject",
    [alerts, broadcast, class_message, digest, enqueue, imports, journal_page, routing, throughput, year],
)
async def test_a_benchmark_gives_figures(subject: object, place: Place, telegram: Telegram) -> None:
    figures = await subject.measure(place, telegram, TINY)  # type: ignore[attr-defined]  # each is a module
    assert figures
    assert all(figure.value >= 0 for figure in figures)
    assert all(figure.what in plain_table(figures) for figure in figures)
    assert len(markdown_table(figures).splitlines()) == len(figures) + 2
