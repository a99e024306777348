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
from time import process_time

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import SecretStr

from benchmarks.figures import Figure, Size
from benchmarks.lesson import OpenLesson, open_lesson
from benchmarks.place import Place, counted_statements
from benchmarks.taps.bare import bare_bot
from benchmarks.taps.orm import orm_bot
from benchmarks.taps.pressing import Pressed, open_chat, press
from benchmarks.telegram import Telegram
from bot.app import application
from bot.config import Settings
from bot.telegram import JsonSession
from handlers.callbacks import SetCell
from handlers.texts.register import register_screen
from services.vocabulary import AttendanceStatus

ZVONOK, LEAN, AIOGRAM, ORM = TOKENS = ("1:zvonok", "2:lean", "3:aiogram", "4:orm")


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
        await stack.enter_async_context(application(settings, db, place.clock))
        lean = Bot(LEAN, session=JsonSession(telegram.url))
        await stack.enter_async_context(bare_bot(lean, screen.text, keyboard))
        await stack.enter_async_context(bare_bot(_plain_bot(AIOGRAM, telegram), screen.text, keyboard))
        await stack.enter_async_context(orm_bot(_plain_bot(ORM, telegram), db, place.clock))

        cpu: dict[str, list[float]] = defaultdict(list)
        pressed: dict[str, list[Pressed]] = defaultdict(list)
        statements: dict[str, Counter[str]] = {}
        taps = {token: _taps(lesson) for token in TOKENS}
        for warm in [False] + [True] * size.rounds:
            for token in TOKENS:
                data = list(islice(taps[token], size.taps))
                with counted_statements(db) as counted:
                    before = process_time()
                    result = await telegram.run(press, token, user_id, data)
                    used = process_time() - before
                    await asyncio.sleep(0.2)
                if warm:
                    cpu[token].append(used / size.taps * 1000)
                    pressed[token].append(result)
                    statements[token] = counted
    return _figures(size, {token: median(used) for token, used in cpu.items()}, pressed, statements)


def _plain_bot(token: str, telegram: Telegram) -> Bot:
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram.url)))


def _taps(lesson: OpenLesson) -> Iterator[str]:
    """Everybody absent, one after another, then everybody back, and again."""
    while True:
        for status in (AttendanceStatus.ABSENT, AttendanceStatus.PRESENT):
            for cell in lesson.register.cells:
                yield SetCell(
                    lesson_id=lesson.register.lesson_id, pupil_id=cell.pupil_id, status=status
                ).pack()


def _figures(
    size: Size,
    cpu: dict[str, float],
    pressed: dict[str, list[Pressed]],
    statements: dict[str, Counter[str]],
) -> list[Figure]:
    calls = {
        token: sum((result.calls for result in results), Counter()) for token, results in pressed.items()
    }
    polls = calls[ZVONOK].pop("getUpdates")
    taps = size.taps * size.rounds

    def times(token: str) -> str:
        answered, edited = (
            median(getattr(result, name)[i] for result in pressed[token] for i in range(size.taps)) * 1000
            for name in ("answered", "edited")
        )
        return f"{cpu[token]:.1f} ms CPU; answered in {answered:.0f} ms, screen in {edited:.0f} ms"

    return [
        Figure("tap: CPU, times the leanest bot's", cpu[ZVONOK] / cpu[LEAN], times(ZVONOK), at_most=2.5),
        Figure("tap: CPU, times plain aiogram's", cpu[ZVONOK] / cpu[AIOGRAM], f"leanest: {times(LEAN)}"),
        Figure("tap: CPU, times a usual ORM bot's", cpu[ZVONOK] / cpu[ORM], f"ORM: {times(ORM)}"),
        Figure(
            "tap: SQL statements",
            statements[ZVONOK]["work"] / size.taps,
            f"ORM: {statements[ORM]['work'] / size.taps:.1f}",
            at_most=1,
        ),
        Figure(
            "tap: SQL statements of the inbox",
            statements[ZVONOK]["intake"] / size.taps,
            "keep the update; mark it handled",
        ),
        Figure(
            "tap: Telegram calls",
            calls[ZVONOK].total() / taps,
            f"{', '.join(calls[ZVONOK])}; {polls / taps:.1f} polls",
            at_most=2,
        ),
    ]
