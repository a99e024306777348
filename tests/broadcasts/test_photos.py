"""A message that is a photo with words under it: sent as Telegram knows it or from our folder, and edited."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BufferedInputFile
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.sender import AiogramMessenger
from bot.telegram import build_bot
from db.engine import Database
from db.enums import Channel
from db.models import StoredFile
from handlers.screen import Screen
from sandbox import Phone, TelegramSandbox
from services.files import FileService, FileStore, StoredFileRow
from services.notifications.limiter import Limiter
from services.notifications.ports import Address, Delivered
from tests.broadcasts.conftest import Newsroom

TOKEN = "4242:sandbox-photos"
MOTHER = 1001
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mO40KAAQQxwFgBadAihmNlUMgAAAABJRU5ErkJggg=="
)


@dataclass(slots=True)
class Wire:
    phone: Phone
    bot: Bot
    files: FileService
    photo: StoredFileRow
    """As Telegram knows it."""

    @property
    def messenger(self) -> AiogramMessenger:
        return AiogramMessenger(self.bot, Limiter(), {"screen": lambda view: view}, self.files)

    async def deliver(self, screen: Screen, external_ref: int | None = None) -> int:
        address = Address(Channel.TELEGRAM, MOTHER)
        outcome = await self.messenger.deliver(
            address, "screen", screen, external_ref=external_ref, repeat=False
        )
        assert isinstance(outcome, Delivered)
        return outcome.external_ref


@pytest.fixture
async def wire(newsroom: Newsroom) -> AsyncIterator[Wire]:
    telegram = TelegramSandbox()
    telegram.add_bot(TOKEN, "zvonok_test_bot")
    await telegram.start()
    phone = telegram.phone(MOTHER, first_name="Мария")
    await phone.say("/start")
    bot = build_bot(TOKEN, telegram.base_url)
    known = await bot.send_photo(MOTHER, BufferedInputFile(PNG, "photo.png"))
    assert known.photo
    file_id = await newsroom.file(PNG, ref=f"photo:{known.photo[-1].file_id}")
    row = await newsroom.session.scalar(select(StoredFile.sha256).where(StoredFile.id == file_id))
    assert row is not None
    photo = StoredFileRow(
        file_id, row, len(PNG), "image/png", "photo.png", f"photo:{known.photo[-1].file_id}"
    )
    yield Wire(phone, bot, newsroom.files, photo)
    await bot.session.close()
    await telegram.stop()


async def test_it_is_sent_and_its_words_are_edited_in_place(wire: Wire) -> None:
    ref = await wire.deliver(Screen("<b>В среду</b>", photo=wire.photo))
    assert wire.phone.screen.photo is not None
    assert await wire.deliver(Screen("<b>В четверг</b>", photo=wire.photo), ref) == ref
    assert await wire.deliver(Screen("<b>В четверг</b>", photo=wire.photo), ref) == ref
    assert (wire.phone.screen.text, wire.phone.screen.photo is not None) == ("В четверг", True)


@pytest.mark.parametrize("ref", [None, "photo:forgotten", "document:another"])
async def test_a_photo_that_telegram_does_not_take_is_sent_from_our_folder(
    wire: Wire, newsroom: Newsroom, ref: str | None
) -> None:
    await wire.deliver(Screen("В среду", photo=replace(wire.photo, external_ref=ref)))
    assert wire.phone.screen.photo is not None
    assert wire.phone.screen.photo.data == PNG
    remembered = await newsroom.session.scalar(
        select(StoredFile.external_ref).where(StoredFile.id == wire.photo.file_id)
    )
    assert remembered not in (ref, None)


class AwayDatabase(Database):
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        raise ConnectionResetError
        yield


async def test_a_photo_that_arrived_has_arrived_though_the_database_is_away(
    wire: Wire, newsroom: Newsroom, tmp_path: Path
) -> None:
    db = AwayDatabase(newsroom.db.url)
    wire.files = FileService(db, newsroom.clock, FileStore(tmp_path))
    await wire.deliver(Screen("В среду", photo=replace(wire.photo, external_ref=None)))
    assert wire.phone.screen.photo is not None


async def test_a_photo_that_is_lost_everywhere_leaves_the_words(wire: Wire) -> None:
    lost = replace(wire.photo, external_ref="photo:forgotten", sha256="0" * 64)
    ref = await wire.deliver(Screen("В среду", photo=lost))
    assert (wire.phone.screen.text, wire.phone.screen.photo) == ("В среду", None)
    # What stands is one of text by now, and is edited all the same.
    assert await wire.deliver(Screen("В четверг", photo=lost), ref) == ref
    assert wire.phone.screen.text == "В четверг"


async def test_bad_markup_under_a_photo_is_said_plainly(wire: Wire) -> None:
    await wire.deliver(Screen("<b>В среду", photo=wire.photo))
    assert (wire.phone.screen.text, wire.phone.screen.photo is not None) == ("В среду", True)
