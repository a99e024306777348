"""GET /health, /ready and /metrics, on an address of their own that only those who watch should reach."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping, Sequence

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy import select

from bot.config import Address
from bot.watching.figures import database_up, exposition, figures
from bot.watching.watch import Duty, Watch
from db.engine import Database
from db.listening import OUTAGE
from scheduler.table import Job
from services.clock import Clock
from services.watching import PulseState

_PATIENCE = 5.0
"""Seconds for the database; whoever asks does not wait much longer."""
_UNTIL_FREE = 5.0
_AT_WORK = {PulseState.WORKING, PulseState.STANDING_BY, PulseState.CONTESTED}
"""Who else uses the token is for the administrator to find: no restart helps, nor would another process."""

log = structlog.get_logger()


def watching_app(watch: Watch, db: Database, clock: Clock, jobs: Sequence[Job]) -> web.Application:
    async def health(_: web.Request) -> web.Response:
        database, duties = await _database(db), watch.duties()
        return _told(database == "ok" and PulseState.SILENT not in duties.values(), database, duties)

    async def ready(_: web.Request) -> web.Response:
        database, duties = await _database(db), watch.duties()
        begun = bool(duties) and _AT_WORK.issuperset(duties.values())
        return _told(database == "ok" and begun, database, duties)

    async def metrics(_: web.Request) -> web.Response:
        body = generate_latest(watch.registry) + await _of_the_database(db, clock, jobs)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    app = web.Application()
    app.router.add_get("/health", health)
    app.router.add_get("/ready", ready)
    app.router.add_get("/metrics", metrics)
    return app


async def serve_watching(address: Address, app: web.Application, *, until_free: float = _UNTIL_FREE) -> None:
    """Until cancelled. An address that is taken keeps nobody from the bot's real work: it is tried again
    after `until_free` seconds, for in a rolling restart it soon is."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        while True:
            try:
                await web.TCPSite(runner, *address).start()
            except OSError as error:
                log.warning(
                    "watching.no_address", port=address.port, error=errno.errorcode.get(error.errno or 0)
                )
                await asyncio.sleep(until_free)
            else:
                await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _database(db: Database) -> str:
    """«ok», or what is wrong with it."""
    try:
        async with asyncio.timeout(_PATIENCE), db.statement() as session:
            await session.execute(select(1))
    except TimeoutError:
        return "slow"
    except OUTAGE:
        return "away"
    return "ok"


def _told(well: bool, database: str, duties: Mapping[Duty, PulseState]) -> web.Response:
    parts = {"database": database, **{duty.value: state.value for duty, state in duties.items()}}
    status = {"status": "ok" if well else "unavailable", "parts": parts}
    return web.json_response(status, status=200 if well else 503)


async def _of_the_database(db: Database, clock: Clock, jobs: Sequence[Job]) -> bytes:
    """Little when it is away: what the process knows of itself is told all the same."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return (await figures(db, clock.now(), jobs)).exposition()
    except (TimeoutError, *OUTAGE):
        return exposition([database_up(False)])
