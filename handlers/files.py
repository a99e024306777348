"""Files out of messages and into chats.

`external_ref` of a file is «photo:<file_id>» or «document:<file_id>»: Telegram takes neither for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, InputFile, Message

from handlers.texts.files import missing_files_screen
from services.actor import Actor
from services.errors import InvalidInput
from services.files import MAX_BYTES, FileService, StoredFileRow, file_too_big

PHOTO, DOCUMENT = "photo", "document"


async def received_file(message: Message, bot: Bot, actor: Actor, files: FileService) -> StoredFileRow | None:
    """The photo or document of a message, kept; None when it has neither.

    Raises InvalidInput for a file that is too big, empty or that Telegram does not give.
    """
    if message.photo:
        media, kind, name, media_type = message.photo[-1], PHOTO, "photo.jpg", "image/jpeg"
        file_id, size = media.file_id, media.file_size
    elif message.document:
        document, kind = message.document, DOCUMENT
        name, media_type = document.file_name or "", document.mime_type or ""
        file_id, size = document.file_id, document.file_size
    else:
        return None
    return await files.keep(
        actor=actor,
        content=await downloaded(bot, file_id, size),
        name=name,
        media_type=media_type,
        external_ref=f"{kind}:{file_id}",
    )


async def downloaded(bot: Bot, file_id: str, size: int | None) -> bytes:
    """The content of a file that somebody sent. Raises InvalidInput when it is too big or Telegram does not
    give it."""
    if size is not None and size > MAX_BYTES:
        raise file_too_big()
    content = _Bounded()
    try:
        await bot.download(file_id, content)
    except TelegramBadRequest as error:
        if "too big" in error.message.lower():
            raise file_too_big() from None
        raise InvalidInput(problem="file_not_given") from None
    return content.getvalue()


class _Bounded(BytesIO):
    """What comes is counted, whatever size was said: a Bot API server of one's own gives 2 GB."""

    def write(self, chunk: Any, /) -> int:
        if self.tell() + memoryview(chunk).nbytes > MAX_BYTES:
            raise file_too_big()
        return super().write(chunk)


async def send_files(bot: Bot, chat_id: int, stored: Sequence[StoredFileRow], files: FileService) -> None:
    """Send them one after another: as Telegram knows them, else from our folder. What the folder has lost is
    named."""
    missing = [file for file in stored if not await _send(bot, chat_id, file, files)]
    if missing:
        screen = missing_files_screen([file.name for file in missing])
        await bot.send_message(chat_id, screen.text, reply_markup=screen.keyboard())


async def send_photo(
    bot: Bot,
    chat_id: int,
    photo: StoredFileRow,
    files: FileService,
    *,
    caption: str,
    keyboard: InlineKeyboardMarkup | None,
    parse_mode: ParseMode | None = ParseMode.HTML,
) -> Message | None:
    """Send a photo with words under it: as Telegram knows it, else from our folder. None: it is lost."""

    async def send(media: str | InputFile) -> Message:
        return await bot.send_photo(
            chat_id, media, caption=caption, reply_markup=keyboard, parse_mode=parse_mode
        )

    kind, _, file_id = (photo.external_ref or "").partition(":")
    if kind == PHOTO:
        try:
            return await send(file_id)
        except TelegramBadRequest as error:
            if "file" not in error.message.lower():
                raise
    content = await files.content(photo)
    if content is None:
        return None
    sent = await send(BufferedInputFile(content, photo.name or PHOTO))
    if sent.photo:
        await files.remember_ref(file_id=photo.file_id, external_ref=f"{PHOTO}:{sent.photo[-1].file_id}")
    return sent


async def _send(bot: Bot, chat_id: int, file: StoredFileRow, files: FileService) -> bool:
    kind, _, file_id = (file.external_ref or f"{DOCUMENT}:").partition(":")
    if file_id:
        try:
            await _put(bot, chat_id, kind, file_id)
        except TelegramBadRequest as error:
            if "file" not in error.message.lower():
                raise
        else:
            return True
    content = await files.content(file)
    if content is None:
        return False
    sent = await _put(bot, chat_id, kind, BufferedInputFile(content, file.name or DOCUMENT))
    again = sent.photo[-1] if sent.photo else sent.document
    if again is not None:
        kind = PHOTO if sent.photo else DOCUMENT
        await files.remember_ref(file_id=file.file_id, external_ref=f"{kind}:{again.file_id}")
    return True


async def _put(bot: Bot, chat_id: int, kind: str, media: str | InputFile) -> Message:
    if kind == PHOTO:
        return await bot.send_photo(chat_id, media)
    return await bot.send_document(chat_id, media)
