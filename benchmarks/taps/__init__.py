"""A tap in the register through the whole bot, beside the leanest bot and a usual one."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from statistics import median
from time import monotonic, process_time

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import SecretStr

from benchmarks.figures import Figure, Size
from benchmarks.lesson import OpenLesson, open_lesson, open_work
from benchmarks.place import Place, counted_statements
from benchmarks.taps.bare import bare_bot
from benchmarks.taps.journal import register_taps
from benchmarks.taps.orm import orm_bot
from benchmarks.taps.pressing import Pressed, open_chat, press
from benchmarks.telegram import Telegram
from bot.app import application
from bot.config import Settings
from bot.telegram import JsonSession
from handlers.callbacks.marks import SetMark
from handlers.texts.register import register_screen
from services.vocabulary import MarkValue

ZVONOK, LEAN, AIOGRAM, ORM = TOKENS = ("1:zvonok", "2:lean", "3:aiogram", "4:orm")
_IDLE_SECONDS = 2.5
_LAPS = 5
"""Of a round, in each of which every bot has its turn: a machine's speed changes within seconds."""
MARKS = "marks"
"""The other series of Zvonok's own bot: taps in the list of marks, beside those in the register."""


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(place.school())
        lesson = await open_lesson(db, place.clock)
        screen = register_screen(lesson.register)
        keyboard = screen.keyboard()
        assert keyboard is not None
        user_id = lesson.account.external_user_id
        for token in TOKENS:
            await telegram.run(
                open_chat, token, user_id, screen.text, keyboard.model_dump(mode="json", exclude_none=True)
            )
        settings = Settings.model_construct(
            bot_token=SecretStr(ZVONOK),
            bot_api_url=telegram.url,
            data_dir=Path(stack.enter_context(tempfile.TemporaryDirectory())),
        )
        # One teacher taps more often than a chat may be edited, so that nobody waits for anybody.
        await stack.enter_async_context(application(settings, db, place.clock, edit_interval=0))
        lean = Bot(LEAN, session=JsonSession(telegram.url))
        await stack.enter_async_context(bare_bot(lean, screen.text, keyboard))
        await stack.enter_async_context(bare_bot(_plain_bot(AIOGRAM, telegram), screen.text, keyboard))
        await stack.enter_async_context(orm_bot(_plain_bot(ORM, telegram), db, place.clock))

        cpu: dict[str, list[float]] = defaultdict(list)
        pressed: dict[str, list[Pressed]] = defaultdict(list)
        statements: dict[str, Counter[str]] = defaultdict(Counter)
        taps = {token: _taps(lesson) for token in TOKENS}
        taps[MARKS] = _mark_taps(lesson, await open_work(db, place.clock, lesson))
        own_life: set[str] = set()
        a_lap = max(1, size.taps // _LAPS)
        idle = 0.0
        for lap in range((1 + size.rounds) * _LAPS):
            if lap % _LAPS == 0:
                with counted_statements() as counted:
                    idle = await _idle_share()
                own_life |= counted.keys()
            for series in (*TOKENS, MARKS):
                data = list(islice(taps[series], a_lap))
                with counted_statements() as counted:
                    began, before = monotonic(), process_time()
                    result = await telegram.run(press, ZVONOK if series == MARKS else series, user_id, data)
                    used = process_time() - before
                    if series not in (ZVONOK, MARKS):
                        used -= idle * (monotonic() - began)
                    await asyncio.sleep(0.2)
                if lap >= _LAPS:  # all is warm
                    cpu[series].append(used / a_lap * 1000)
                    pressed[series].append(result)
                    statements[series].update({sql: n for sql, n in counted.items() if sql not in own_life})
    return _figures({series: median(used) for series, used in cpu.items()}, pressed, statements)


async def _idle_share() -> float:
    """What our bot, nobody tapping, takes of a CPU. It shares the process with the others."""
    began, before = monotonic(), process_time()
    await asyncio.sleep(_IDLE_SECONDS)
    return (process_time() - before) / (monotonic() - began)


def _plain_bot(token: str, telegram: Telegram) -> Bot:
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram.url)))


def _taps(lesson: OpenLesson) -> Iterator[str]:
    return (tap.pack() for tap in register_taps(lesson))


def _mark_taps(lesson: OpenLesson, work_id: int) -> Iterator[str]:
    """A five for everybody, one after another, then a four, and again: each within its undo window."""
    while True:
        for value in (MarkValue.FIVE, MarkValue.FOUR):
            for cell in lesson.register.cells:
                yield SetMark(work_id=work_id, pupil_id=cell.pupil_id, value=value).pack()


def _figures(
    cpu: dict[str, float],
    pressed: dict[str, list[Pressed]],
    statements: dict[str, Counter[str]],
) -> list[Figure]:
    calls = {
        token: sum((result.calls for result in results), Counter()) for token, results in pressed.items()
    }
    polls = calls[ZVONOK]["getUpdates"]
    for series in (ZVONOK, MARKS):
        for of_the_bot_itself in ("getUpdates", "deleteWebhook", "getMe"):
            del calls[series][of_the_bot_itself]
    taps = sum(len(result.answered) for result in pressed[ZVONOK])

    def executed(series: str) -> float:
        """For a tap; what is executed more seldom than taps come is the life of the bot itself."""
        return sum(n for sql, n in statements[series].items() if n >= taps and "inbox" not in sql) / taps

    def times(token: str) -> str:
        answered, edited = (
            median(seconds for result in pressed[token] for seconds in getattr(result, name)) * 1000
            for name in ("answered", "edited")
        )
        return f"{cpu[token]:.1f} ms CPU; answered in {answered:.0f} ms, screen in {edited:.0f} ms"

    return [
        Figure("tap: CPU, times the leanest bot's", cpu[ZVONOK] / cpu[LEAN], times(ZVONOK), at_most=2.5),
        Figure("tap: CPU, times plain aiogram's", cpu[ZVONOK] / cpu[AIOGRAM], f"leanest: {times(LEAN)}"),
        Figure("tap: CPU, times a usual ORM bot's", cpu[ZVONOK] / cpu[ORM], f"ORM: {times(ORM)}"),
        Figure(
            "tap: SQL statements",
            executed(ZVONOK),
            f"ORM: {executed(ORM):.1f}",
            at_most=1,
        ),
        Figure(
            "tap: SQL statements of the inbox",
            sum(n for sql, n in statements[ZVONOK].items() if "inbox" in sql) / taps,
            "keep the update; mark it handled",
        ),
        Figure(
            "tap: Telegram calls",
            calls[ZVONOK].total() / taps,
            f"{', '.join(calls[ZVONOK])}; {polls / taps:.1f} polls",
            at_most=2,
        ),
        Figure("mark: CPU, times a register's tap", cpu[MARKS] / cpu[ZVONOK], times(MARKS), at_most=1.5),
        Figure("mark: SQL statements", executed(MARKS), "with its notice", at_most=1),
        Figure("mark: Telegram calls", calls[MARKS].total() / taps, ", ".join(calls[MARKS]), at_most=2),
    ]
