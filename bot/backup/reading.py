"""Opening a back-up: every part in its turn, without holding up whoever else works in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pyrage import x25519

from bot.backup.archive import Manifest, NewerFormat, Part, parts
from bot.backup.sealing import Unreadable, WrongKey
from bot.refusal import Refusal


class Damaged(Refusal):
    """It cannot be read, or not all of it, or PostgreSQL can make nothing of it."""


@asynccontextmanager
async def opened(path: Path, identities: Sequence[x25519.Identity]) -> AsyncIterator[AsyncIterator[Part]]:
    """The parts of an archive; the block reads them to the last. They raise Refusal, and Damaged."""
    found = parts(path, identities)
    try:
        yield _one_by_one(path, found)
    finally:
        # When the block was cancelled a thread may still be at work in it; then it closes with that.
        with suppress(ValueError):
            found.close()


async def _one_by_one(path: Path, found: Generator[Part]) -> AsyncIterator[Part]:
    while (part := await asyncio.to_thread(_next, path, found)) is not None:
        yield part


def _next(path: Path, found: Generator[Part]) -> Part | None:
    try:
        return next(found, None)
    except WrongKey:
        raise Refusal(
            f"Этот закрытый ключ не открывает копию {path.name}: она сделана для другого ключа."
        ) from None
    except NewerFormat:
        raise newer_program(path) from None
    except Unreadable:
        raise Damaged(
            f"Копия {path.name} испорчена или обрезана: восстановить из неё нельзя. Возьмите другую."
        ) from None
    except OSError as error:
        raise Refusal(f"Копия {path} не читается: {error.strerror}.") from None


def newer_program(path: Path) -> Refusal:
    return Refusal(f"Копию {path.name} сделала более новая версия «Звонка». Обновите программу.")


async def look_through(path: Path, identities: Sequence[x25519.Identity]) -> Manifest:
    """Read all of it and do nothing: afterwards it is known to be whole. Raises Refusal, and Damaged."""
    async with opened(path, identities) as found:
        async for part in found:
            if isinstance(part, Manifest):
                manifest = part
    return manifest
