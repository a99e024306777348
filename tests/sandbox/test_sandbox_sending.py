import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDice
from aiogram.types import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    MessageEntity,
    ReplyParameters,
)
from telegram_world import ANNA, HandClock, make_bot

from sandbox import Phone, TelegramSandbox


def keyboard(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows
        ]
    )


async def test_a_sent_message_is_on_the_screen(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(
        ANNA,
        "<b>7Б</b> · Алгебра &lt;12&gt;",
        parse_mode="HTML",
        reply_markup=keyboard([("Перекличка", "r:1")]),
    )
    assert sent.text == "7Б · Алгебра <12>"
    assert sent.html_text == "<b>7Б</b> · Алгебра &lt;12&gt;"
    assert anna.screen.text == "7Б · Алгебра <12>"
    assert anna.screen.html == "<b>7Б</b> · Алгебра &lt;12&gt;"
    assert [[button.text for button in row] for row in anna.screen.buttons] == [["Перекличка"]]


async def test_messages_are_dated_by_the_clock_of_the_host(bot: Bot, anna: Phone, clock: HandClock) -> None:
    clock.turn(minutes=7)
    assert (await bot.send_message(ANNA, "Звонок")).date == clock.now


async def test_a_user_who_never_started_the_bot_cannot_be_written_to(
    bot: Bot, telegram: TelegramSandbox
) -> None:
    telegram.phone(2002, first_name="Пётр")
    for stranger in (2002, 3003):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(stranger, "Здравствуйте")


async def test_a_user_who_blocked_the_bot_gets_nothing_until_unblocking(bot: Bot, anna: Phone) -> None:
    await anna.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ANNA, "Здравствуйте")
    await anna.unblock()
    await bot.send_message(ANNA, "С возвращением")
    assert anna.screen.text == "С возвращением"


async def test_a_deleted_account_is_forbidden(bot: Bot, anna: Phone) -> None:
    await anna.deactivate()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(ANNA, "Здравствуйте")


@pytest.mark.parametrize("text", ["", "   \n ", "<b></b>"])
async def test_a_message_without_text_is_refused(bot: Bot, anna: Phone, text: str) -> None:
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await bot.send_message(ANNA, text, parse_mode="HTML")


async def test_length_is_counted_in_utf16_units_after_parsing(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "😀" * 2048)
    await bot.send_message(ANNA, "<b>" + "я" * 4096 + "</b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await bot.send_message(ANNA, "😀" * 2048 + "!")


async def test_spaces_around_a_text_are_cut_and_its_entities_move(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, " \n 😀 <b>тут</b>\n\n", parse_mode="HTML")
    assert sent.text == "😀 тут"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities or ()] == [("bold", 3, 3)]


async def test_entities_beyond_the_text_are_refused(bot: Bot, anna: Phone) -> None:
    with pytest.raises(TelegramBadRequest, match="ENTITY_BOUNDS_INVALID"):
        await bot.send_message(
            ANNA, "тут", parse_mode=None, entities=[MessageEntity(type="bold", offset=1, length=3)]
        )


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[("Нет", "я" * 33)]], "BUTTON_DATA_INVALID"),
        ([[("Нет", "")]], "Text buttons are unallowed in the inline keyboard"),
        ([[("  ", "a")]], "text must be non-empty"),
        ([[("Нет", str(number)) for number in range(9)]], "more than 8 buttons in a row"),
        ([[("Нет", str(number))] for number in range(101)], "reply markup is too long"),
    ],
)
async def test_a_keyboard_telegram_would_not_show_is_refused(
    bot: Bot, anna: Phone, rows: list[list[tuple[str, str]]], reason: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.send_message(ANNA, "Отметьте", reply_markup=keyboard(*rows))


async def test_the_largest_keyboard_is_shown(bot: Bot, anna: Phone) -> None:
    rows = [[("Н", "я" * 32)] * 8] * 12 + [[("О", "1")] * 4]
    await bot.send_message(ANNA, "Отметьте", reply_markup=keyboard(*rows))
    assert sum(map(len, anna.screen.buttons)) == 100


async def test_an_answer_names_the_message_it_replies_to(bot: Bot, anna: Phone) -> None:
    question = await anna.say("Когда собрание?")
    sent = await bot.send_message(
        ANNA, "В среду", reply_parameters=ReplyParameters(message_id=question.message_id)
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "Когда собрание?"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ANNA, "В среду", reply_parameters=ReplyParameters(message_id=9999))
    lenient = ReplyParameters(message_id=9999, allow_sending_without_reply=True)
    assert (await bot.send_message(ANNA, "В среду", reply_parameters=lenient)).reply_to_message is None


async def test_copies_and_forwards(bot: Bot, anna: Phone) -> None:
    original = await bot.send_message(ANNA, "<i>Объявление</i>", parse_mode="HTML")
    copy = await bot.copy_message(ANNA, ANNA, original.message_id)
    assert anna.chat.messages[copy.message_id].html == "<i>Объявление</i>"
    forwarded = await bot.forward_message(ANNA, ANNA, original.message_id)
    assert forwarded.forward_origin is not None
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await bot.copy_message(ANNA, ANNA, 9999)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("Иначе", chat_id=ANNA, message_id=forwarded.message_id)


async def test_a_pinned_message_is_seen_in_the_chat(bot: Bot, anna: Phone) -> None:
    sent = await bot.send_message(ANNA, "Расписание")
    await bot.pin_chat_message(ANNA, sent.message_id)
    chat = await bot.get_chat(ANNA)
    assert chat.first_name == "Анна"
    assert chat.pinned_message is not None
    assert chat.pinned_message.message_id == sent.message_id


async def test_chat_actions_are_checked(bot: Bot, anna: Phone) -> None:
    assert await bot.send_chat_action(ANNA, "typing")
    with pytest.raises(TelegramBadRequest, match="wrong parameter action"):
        await bot.send_chat_action(ANNA, "dancing")


async def test_what_a_bot_says_of_itself_is_kept(bot: Bot) -> None:
    commands = [BotCommand(command="start", description="Начать")]
    await bot.set_my_commands(commands)
    assert [kept.command for kept in await bot.get_my_commands()] == ["start"]
    assert await bot.get_my_commands(language_code="en") == []
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []
    assert await bot.set_my_description("Журнал")
    assert await bot.set_my_short_description("Журнал")
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Начать", description="Начать")])


async def test_each_token_is_its_own_bot(
    telegram: TelegramSandbox, session: AiohttpSession, bot: Bot, anna: Phone
) -> None:
    telegram.add_bot("77:other", "other_bot", "Другой")
    other, nobody = make_bot(telegram, session, "77:other"), make_bot(telegram, session, "78:nobody")
    assert (await bot.get_me()).username == "zvonok_test_bot"
    assert (await other.get_me()).id == 77
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await other.send_message(ANNA, "Здравствуйте")
    with pytest.raises(TelegramUnauthorizedError):
        await nobody.get_me()


async def test_a_method_that_is_not_there_is_not_found(bot: Bot, anna: Phone) -> None:
    with pytest.raises(TelegramNotFound, match="method not found"):
        await bot(SendDice(chat_id=ANNA))


async def test_every_call_is_logged(bot: Bot, anna: Phone, telegram: TelegramSandbox) -> None:
    await bot.send_message(ANNA, "раз")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(5, "два")
    first, second = telegram.calls
    assert (first.method, first.chat_id, first.ok) == ("sendMessage", ANNA, True)
    assert (second.chat_id, second.ok, second.error) == (5, False, "Bad Request: chat not found")
    assert first.time <= second.time
