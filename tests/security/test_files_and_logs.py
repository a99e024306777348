"""What leaves in files and logs carries no orders for whoever opens them; what comes in is bounded."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import structlog
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.logs import LogFormat, log_formatter
from handlers.files import downloaded
from handlers.texts.errors import error_screen
from services.documents.tables import table_xlsx
from services.errors import InvalidInput
from services.files import MAX_BYTES
from tests.handlers.test_strangers import Telegram

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    '=HYPERLINK("http://x")',
    "http://x",
]


def kinds_of(content: bytes) -> set[str]:
    book = openpyxl.load_workbook(BytesIO(content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.hyperlink is None for cell in cells)
    return {cell.data_type for cell in cells}


@pytest.mark.parametrize("value", FORMULAS)
def test_no_word_becomes_a_formula_or_a_link_in_a_table(value: str) -> None:
    """ASVS 1.2.10."""
    content = table_xlsx(value, value, [(value, 10)], [[value]])
    assert kinds_of(content) == {"s"}


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_nobody_writes_a_second_line_into_the_log(log_format: LogFormat) -> None:
    """ASVS 16.4.1: neither a line of one's own nor colours and moves of the terminal."""
    logger = logging.getLogger("tests.security.lines")
    kept: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    handler = Kept()
    handler.setFormatter(log_formatter(log_format))
    logger.addHandler(handler)
    forged = "ok\n2026-09-14 [info] started\r\x1b[2K\x1b[31m\u2028\x85admin"
    try:
        ours = structlog.wrap_logger(
            logger,
            processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        ours.warning("update.failed", error=forged)
        logger.warning("library says %s", forged)
    finally:
        logger.removeHandler(handler)
    assert len(kept) == 2
    for line in kept:
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
    if log_format == "json":
        assert all(json.loads(line) for line in kept)


class Generous(Telegram):
    """A Bot API server of one's own, which gives files of any size and says nothing of it."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - as aiogram calls it
    ) -> TelegramType:
        answer = {"file_id": "1", "file_unique_id": "1", "file_path": "documents/1"}
        checked = self.check_response(bot, method, 200, self.json_dumps({"ok": True, "result": answer}))
        return checked.result  # type: ignore[return-value]  # as aiogram's own sessions do

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        for _ in range(2 * MAX_BYTES >> 20):
            self.said.append("a megabyte")
            yield bytes(1 << 20)


async def test_a_file_that_does_not_end_is_let_go() -> None:
    """ASVS 5.2.1."""
    telegram = Generous()
    with pytest.raises(InvalidInput) as refused:
        await downloaded(Bot("1:generous", session=telegram), "1", None)
    assert "20 МБ" in error_screen(refused.value).text
    assert len(telegram.said) == (MAX_BYTES >> 20) + 1
