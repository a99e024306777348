import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram_world import ANNA, PNG, HandClock

from sandbox import Phone

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Болеет", callback_data="ill")]])


async def test_an_edit_changes_the_message_in_place(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, "Нет на 3-м уроке", reply_markup=KEYBOARD)
    await bot.send_message(ANNA, "Другое")
    edited = await bot.edit_message_text(
        "Пришёл на 3-й урок", chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD
    )
    assert not isinstance(edited, bool)
    assert edited.edit_date
    assert [message.text for message in anna.messages if message.outgoing] == ["Пришёл на 3-й урок", "Другое"]


async def test_an_edit_without_a_keyboard_removes_it(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, "Почему?", reply_markup=KEYBOARD)
    await bot.edit_message_text("Спасибо", chat_id=ANNA, message_id=sent.message_id)
    assert anna.screen.buttons == []


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, "Почему?", reply_markup=KEYBOARD)
    where = {"chat_id": ANNA, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await bot.edit_message_text("Почему?", reply_markup=KEYBOARD, **where)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(reply_markup=KEYBOARD, **where)
    await bot.edit_message_text("<b>Почему?</b>", parse_mode="HTML", reply_markup=KEYBOARD, **where)
    await bot.edit_message_reply_markup(**where)
    assert anna.screen.html == "<b>Почему?</b>"
    assert anna.screen.buttons == []


async def test_what_cannot_be_edited(bot: Bot, anna: Phone) -> None:
    said = await anna.say("Здравствуйте")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("Иначе", chat_id=ANNA, message_id=said.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Иначе", chat_id=ANNA, message_id=9999)
    sent = await bot.send_message(ANNA, "Раз")
    await bot.delete_message(ANNA, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Иначе", chat_id=ANNA, message_id=sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(ANNA, sent.message_id)


async def test_a_message_of_the_day_before_yesterday_stays(bot: Bot, anna: Phone, clock: HandClock) -> None:
    sent = await bot.send_message(ANNA, "Раз")
    clock.turn(hours=49)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(ANNA, sent.message_id)


async def test_a_caption_and_a_text_are_edited_apart(bot: Bot, anna: Phone) -> None:
    photo = await bot.send_photo(ANNA, BufferedInputFile(PNG, "week.png"), caption="Неделя")
    text = await bot.send_message(ANNA, "Неделя")
    await bot.edit_message_caption(chat_id=ANNA, message_id=photo.message_id, caption="Пётр, неделя")
    assert anna.chat.messages[photo.message_id].text == "Пётр, неделя"
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("Иначе", chat_id=ANNA, message_id=photo.message_id)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=ANNA, message_id=text.message_id, caption="Иначе")


async def test_a_picture_takes_the_place_of_a_text(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, "Сейчас нарисую…")
    media = InputMediaPhoto(media=BufferedInputFile(PNG, "week.png"), caption="Неделя")
    await bot.edit_message_media(media, chat_id=ANNA, message_id=sent.message_id)
    assert anna.screen.photo is not None
    assert anna.screen.photo.data == PNG
    assert anna.screen.text == "Неделя"
    report = InputMediaDocument(media=BufferedInputFile(b"%PDF", "report.pdf"))
    await bot.edit_message_media(report, chat_id=ANNA, message_id=sent.message_id)
    assert anna.screen.document is not None
    assert anna.screen.document.name == "report.pdf"
