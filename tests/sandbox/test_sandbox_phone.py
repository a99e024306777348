import asyncio

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram_world import ANNA, PNG, polling

from sandbox import Phone, TelegramSandbox

MENU = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Иванов П.", callback_data="absent:1"),
            InlineKeyboardButton(text="Иванова П.", callback_data="absent:2"),
        ],
        [
            InlineKeyboardButton(text="Все на месте", callback_data="all"),
            InlineKeyboardButton(text="Сайт", url="https://school.invalid"),
        ],
    ]
)


def tiny_bot() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def start(message: Message, command: CommandObject) -> None:
        await message.answer(f"Перекличка\u00a07Б, код {command.args}", reply_markup=MENU)

    @dispatcher.callback_query(F.data.startswith("absent:"))
    async def absent(query: CallbackQuery) -> None:
        await query.answer(f"Нет: {query.data}")
        await query.message.edit_text("Нет 1 из 27", reply_markup=MENU)

    @dispatcher.callback_query(F.data == "all")
    async def everyone(query: CallbackQuery) -> None:
        await query.answer("Все на месте?", show_alert=True)
        await asyncio.sleep(0.05)
        await query.message.answer("Записано")

    @dispatcher.callback_query()
    async def stale(query: CallbackQuery) -> None:
        await query.answer("Кнопка устарела")

    @dispatcher.message(F.photo)
    async def photo(message: Message) -> None:
        await message.answer_photo(message.photo[-1].file_id, caption="Принято")

    @dispatcher.message(F.document)
    async def document(message: Message) -> None:
        await message.answer(f"Документ {message.document.file_name}")

    @dispatcher.message(F.contact)
    async def contact(message: Message) -> None:
        await message.answer(f"Номер {message.contact.phone_number}, {message.contact.user_id}")

    return dispatcher


async def test_a_journey_reads_as_a_story(bot: Bot, telegram: TelegramSandbox) -> None:
    teacher = telegram.phone(ANNA, first_name="Анна", phone_number="+79001234567")
    async with polling(tiny_bot(), bot):
        await teacher.start("inv-7")
        await teacher.sees("Перекличка 7Б, код inv-7")
        assert (await teacher.press("Иванов П.")).text == "Нет: absent:1"
        await teacher.sees_on_screen("Нет 1 из 27")
        answer = await teacher.press("на месте")
        assert (answer.text, answer.alert) == ("Все на месте?", True)
        await teacher.sees("Записано")
        assert (await teacher.press_data("forged:1")).text == "Кнопка устарела"
        await teacher.send_photo(PNG)
        assert (await teacher.sees("Принято")).photo is not None
        await teacher.send_document(b"%PDF", "справка.pdf")
        await teacher.sees("Документ справка.pdf")
        await teacher.send_contact()
        await teacher.sees(f"Номер +79001234567, {ANNA}")
        await teacher.does_not_see("ошибка")


async def test_nothing_is_seen_too_early(bot: Bot, telegram: TelegramSandbox) -> None:
    teacher = telegram.phone(ANNA)
    async with polling(tiny_bot(), bot):
        await teacher.start()
        await teacher.sees("Перекличка")
        await teacher.press("Все на месте")
        with pytest.raises(AssertionError, match="Видно «Записано», а не должно"):
            await teacher.does_not_see("Записано")


async def test_a_failure_shows_the_whole_chat(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "<b>Отметьте</b> отсутствующих", parse_mode="HTML", reply_markup=MENU)
    with pytest.raises(AssertionError) as failure:
        await anna.sees("Готово", timeout=0.01)
    assert str(failure.value).splitlines() == [
        "Не видно «Готово».",
        "┌─ Анна Соколова (1001) ───────────────────────────────────┐",
        "│ #1 Анна 10:17                                            │",
        "│   /start                                                 │",
        "│                                                          │",
        "│ #2 бот 10:17                                             │",
        "│   Отметьте отсутствующих                                 │",
        "│   [ Иванов П. ] [ Иванова П. ]                           │",
        "│   [ Все на месте ] [ Сайт ]                              │",
        "│                                                          │",
        "└──────────────────────────────────────────────────────────┘",
    ]


async def test_a_button_is_named_without_doubt_or_not_at_all(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "Отметьте", reply_markup=MENU)
    with pytest.raises(AssertionError, match=r"подходит к нескольким кнопкам: «Иванов П\.», «Иванова П\.»"):
        anna.tap("Иванов")
    with pytest.raises(AssertionError, match="Нет кнопки «Петров»"):
        anna.tap("Петров")
    with pytest.raises(AssertionError, match="Кнопка «Сайт» не отправляет данных боту"):
        anna.tap("Сайт")
    assert anna.tap("Иванов П.").data == "absent:1"


async def test_a_button_is_looked_for_in_the_newest_message_that_has_it(bot: Bot, anna: Phone) -> None:
    old = await bot.send_message(ANNA, "Вчера", reply_markup=MENU)
    new = await bot.send_message(ANNA, "Сегодня", reply_markup=MENU)
    await bot.send_message(ANNA, "Без кнопок")
    assert anna.tap("Все на месте").message.message_id == new.message_id
    assert (
        anna.tap("Все на месте", on=anna.chat.messages[old.message_id]).message.message_id == old.message_id
    )


async def test_a_bot_that_does_not_answer_a_tap_fails_the_journey(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "Отметьте", reply_markup=MENU)
    with pytest.raises(AssertionError, match="Бот не ответил на нажатие «all»"):
        await anna.press("Все на месте", timeout=0.01)


async def test_two_taps_at_once_are_answered_each(bot: Bot, telegram: TelegramSandbox) -> None:
    teacher = telegram.phone(ANNA)
    async with polling(tiny_bot(), bot):
        await teacher.start()
        await teacher.sees("Перекличка")
        answers = await asyncio.gather(teacher.press("Иванов П."), teacher.press("Иванова П."))
        assert [answer.text for answer in answers] == ["Нет: absent:1", "Нет: absent:2"]
