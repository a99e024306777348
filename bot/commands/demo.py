"""zvonok demo: a whole school on one's own machine."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import click

from bot.app import Application
from bot.demo import MAY_10_17, MONDAY_10_17, demo, school_with_a_year
from bot.logs import set_up_logging
from sandbox import TelegramSandbox
from services.clock import Clock


class _Moment(click.ParamType[datetime]):
    name = "ISO"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("нужен момент вида 2026-09-14T08:25+03:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=MONDAY_10_17.tzinfo)


@click.command(
    name="demo", help="Целая школа на своём компьютере: ничего не настраивать, ничего не останется."
)
@click.option("--port", default=8080, show_default=True, help="Порт страницы; 0 — любой свободный.")
@click.option("--clock", type=_Moment(), help="Когда начинаются часы демонстрации.")
@click.option("--no-browser", is_flag=True, help="Не открывать страницу в браузере.")
@click.option("--year", is_flag=True, help="Школа на 1200 учеников с журналом за весь год: готовится минуту.")
def demo_command(port: int, clock: datetime | None, no_browser: bool, year: bool) -> None:
    set_up_logging("console")
    if year:
        click.echo("Готовлю школу: 48 классов, 1200 учеников, 120 сотрудников и журнал за год…")
        running = demo(port=port, clock=Clock(clock or MAY_10_17), prepare=school_with_a_year)
    else:
        click.echo("Готовлю школу: 12 классов, 300 учеников, 30 сотрудников…")
        running = demo(port=port, clock=Clock(clock or MONDAY_10_17))
    asyncio.run(_play(running, opens_browser=not no_browser))


async def _play(
    running: AbstractAsyncContextManager[tuple[TelegramSandbox, Application]], *, opens_browser: bool
) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with running as (sandbox, app):
        click.echo(f"Готово: {sandbox.base_url}  (Ctrl+C — закончить)")
        if opens_browser:
            webbrowser.open(sandbox.base_url)
        ended: list[asyncio.Future[Any]] = [asyncio.ensure_future(stop.wait()), app.broken]
        await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
        if app.broken.done():
            app.broken.result()
    click.echo("Всё убрано.")
