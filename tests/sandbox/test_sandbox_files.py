from io import BytesIO

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto
from telegram_world import ANNA, PNG

from sandbox import Phone


async def test_an_uploaded_document_comes_back_byte_for_byte(bot: Bot, anna: Phone) -> None:
    data = bytes(range(256)) * 5000
    file = BufferedInputFile(data, "Отчёт 7Б.pdf")
    sent = await bot.send_document(ANNA, file, caption="<b>Отчёт</b>", parse_mode="HTML")
    assert sent.document is not None
    assert sent.document.file_name == "Отчёт 7Б.pdf"
    downloaded = await bot.download(sent.document, BytesIO())
    assert downloaded is not None
    assert downloaded.read() == data
    assert anna.screen.document is not None
    assert anna.screen.document.data == data
    assert anna.screen.text == "Отчёт"


async def test_a_photo_of_a_person_reaches_the_bot(bot: Bot, anna: Phone) -> None:
    await anna.send_photo(PNG, "Домашнее")
    update = (await bot.get_updates())[-1]
    assert update.message is not None
    assert update.message.photo is not None
    assert (update.message.photo[-1].width, update.message.photo[-1].height) == (3, 2)
    assert update.message.caption == "Домашнее"
    downloaded = await bot.download(update.message.photo[-1], BytesIO())
    assert downloaded is not None
    assert downloaded.read() == PNG


async def test_a_file_is_sent_again_by_its_id(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_photo(ANNA, BufferedInputFile(PNG, "week.png"))
    assert sent.photo is not None
    again = await bot.send_photo(ANNA, sent.photo[-1].file_id, caption="Ещё раз")
    assert again.photo is not None
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Document"):
        await bot.send_document(ANNA, sent.photo[-1].file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_photo(ANNA, "nonsense")


async def test_an_album_arrives_as_one_group(bot: Bot, anna: Phone) -> None:
    pages = [
        InputMediaPhoto(media=BufferedInputFile(PNG, f"{page}.png"), caption=f"Стр. {page}")
        for page in (1, 2)
    ]
    sent = await bot.send_media_group(ANNA, pages)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.text for message in anna.messages if message.photo] == ["Стр. 1", "Стр. 2"]


async def test_photos_and_documents_do_not_share_an_album(bot: Bot, anna: Phone) -> None:
    mixed = [
        InputMediaPhoto(media=BufferedInputFile(PNG, "1.png")),
        InputMediaDocument(media=BufferedInputFile(b"%PDF", "2.pdf")),
    ]
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(ANNA, mixed)


async def test_files_telegram_would_not_take(bot: Bot, anna: Phone) -> None:
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(ANNA, BufferedInputFile(b"", "empty.pdf"))
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(ANNA, BufferedInputFile(b"not a picture", "photo.jpg"))
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_photo(ANNA, BufferedInputFile(PNG + bytes(10 << 20), "huge.png"))
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(ANNA, BufferedInputFile(PNG, "week.png"), caption="я" * 1025)
    assert not [message for message in anna.messages if message.outgoing]


async def test_a_file_nobody_uploaded_cannot_be_had(bot: Bot, anna: Phone) -> None:
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("nonsense")
