"""What a balancer, a supervisor and Prometheus read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.config import Address
from bot.watching.endpoint import serve_watching, watching_app
from bot.watching.watch import Duty, Watch
from db.engine import Database
from scheduler.table import JOBS
from services.watching import PulseState
from tests.logged import Log
from tests.processes import PATIENCE, free_port
from tests.world import FakeClock, new_school

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def watch(clock: FakeClock) -> Watch:
    return Watch(clock, [])


@pytest.fixture
async def client(watch: Watch, db: Database, clock: FakeClock) -> AsyncIterator[Client]:
    async with TestClient(TestServer(watching_app(watch, db, clock, JOBS))) as client:
        yield client


@pytest.fixture
async def without_database(watch: Watch, clock: FakeClock) -> AsyncIterator[Client]:
    gone = Database(f"postgresql+asyncpg://zvonok:so-long-a-secret@127.0.0.1:{free_port()}/zvonok")
    async with TestClient(TestServer(watching_app(watch, gone, clock, JOBS))) as client:
        yield client
    await gone.close()


async def asked(client: Client, path: str) -> tuple[int, Any]:
    answer = await client.get(path)
    return answer.status, await answer.json()


async def test_a_process_that_works_or_stands_by_is_healthy_and_ready(client: Client, watch: Watch) -> None:
    with watch.pulse(Duty.SENDER) as sender, watch.pulse(Duty.INTAKE) as intake:
        sender.stand_by()
        intake.beat()
        parts = {"database": "ok", "sender": "standing_by", "intake": "working"}
        for path in ("/health", "/ready"):
            assert await asked(client, path) == (200, {"status": "ok", "parts": parts})


async def test_a_contested_token_is_told_and_no_reason_for_a_restart(client: Client, watch: Watch) -> None:
    with watch.pulse(Duty.INTAKE) as first, watch.pulse(Duty.INTAKE) as second:
        first.beat()
        second.contest()
        for path in ("/health", "/ready"):
            status, said = await asked(client, path)
            assert (status, said["parts"]["intake"]) == (200, "contested")


async def test_a_process_that_starts_is_healthy_but_not_ready(client: Client, watch: Watch) -> None:
    assert await asked(client, "/ready") == (503, {"status": "unavailable", "parts": {"database": "ok"}})
    with watch.pulse(Duty.INTAKE):
        assert (await asked(client, "/health"))[0] == 200
        status, said = await asked(client, "/ready")
    assert (status, said["parts"]["intake"]) == (503, "starting")


async def test_a_loop_that_fell_silent_makes_the_process_ill(
    client: Client, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watch.pulse(Duty.SENDER) as sender:
        sender.beat()
        monkeypatch.setattr(sender, "state", lambda: PulseState.SILENT)
        status, said = await asked(client, "/health")
    assert (status, said["parts"]["sender"]) == (503, "silent")


async def test_without_its_database_a_process_is_ill_and_says_no_more_than_that(
    without_database: Client,
) -> None:
    answer = await without_database.get("/health")
    assert answer.status == 503
    assert await answer.json() == {"status": "unavailable", "parts": {"database": "away"}}


async def test_without_its_database_a_process_still_tells_what_it_measured(without_database: Client) -> None:
    told = await (await without_database.get("/metrics")).text()
    assert "zvonok_database_up 0.0" in told
    assert "process_cpu_seconds_total" in told
    assert "secret" not in told


async def test_metrics_are_of_the_process_and_of_the_database(client: Client, db: Database) -> None:
    async with db.transaction() as session:
        await new_school(session)
    answer = await client.get("/metrics")
    told = await answer.text()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "zvonok_database_up 1.0" in told
    assert 'zvonok_job_overdue_seconds{job="weekly_digest"}' in told
    assert "process_cpu_seconds_total" in told


async def test_nothing_else_is_served(client: Client) -> None:
    assert (await client.get("/")).status == 404
    assert (await client.post("/health")).status == 405


async def test_a_second_process_waits_for_the_address_and_takes_it_when_it_is_free(log: Log) -> None:
    address = Address("127.0.0.1", free_port())
    first = asyncio.create_task(serve_watching(address, _saying("first")))
    assert await _eventually(address) == "first"
    second = asyncio.create_task(serve_watching(address, _saying("second"), until_free=0.01))
    async with asyncio.timeout(PATIENCE):
        while not any("EADDRINUSE" in line for line in log.written):  # noqa: ASYNC110 - a log sets no event
            await asyncio.sleep(0.01)
    await _ended(first)
    assert await _eventually(address) == "second"
    await _ended(second)


def _saying(word: str) -> web.Application:
    async def say(_: web.Request) -> web.Response:
        return web.Response(text=word)

    app = web.Application()
    app.router.add_get("/", say)
    return app


async def _eventually(address: Address) -> str:
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientConnectionError):
                async with session.get(f"http://{address.host}:{address.port}/") as answer:
                    return await answer.text()
            await asyncio.sleep(0.01)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
