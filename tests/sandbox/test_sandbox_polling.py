import asyncio

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from telegram_world import ANNA, HandClock, is_polled, make_bot

from sandbox import Phone, TelegramSandbox


async def test_an_update_comes_again_until_it_is_confirmed(bot: Bot, anna: Phone) -> None:
    first = await bot.get_updates()
    assert [update.update_id for update in await bot.get_updates()] == [first[0].update_id]
    assert await bot.get_updates(offset=first[0].update_id + 1) == []
    assert await bot.get_updates() == []


async def test_a_limit_and_a_negative_offset(bot: Bot, anna: Phone) -> None:
    for text in ("раз", "два", "три"):
        await anna.say(text)
    assert [update.message.text for update in await bot.get_updates(limit=2)] == ["/start", "раз"]
    assert [update.message.text for update in await bot.get_updates(offset=-1)] == ["три"]


async def test_a_long_poll_ends_with_the_first_update(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    (start,) = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    await is_polled(telegram)
    assert not poll.done()
    await anna.say("Здравствуйте")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "Здравствуйте"


async def test_a_second_poller_throws_the_first_one_out(
    bot: Bot, telegram: TelegramSandbox, session: AiohttpSession
) -> None:
    second = make_bot(telegram, session)
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await is_polled(telegram)
    await second.get_updates()
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await poll


async def test_only_allowed_updates_are_kept(bot: Bot, anna: Phone) -> None:
    (start,) = await bot.get_updates(allowed_updates=["callback_query"])
    await anna.say("Здравствуйте")
    await bot.send_message(ANNA, "Выберите")
    anna.tap_data("choice:1")
    updates = await bot.get_updates(offset=start.update_id + 1)
    assert [update.event_type for update in updates] == ["callback_query"]


async def test_blocking_and_editing_are_told_to_the_bot(bot: Bot, anna: Phone) -> None:
    said = await anna.say("Здраствуйте")
    await anna.edit(said, "Здравствуйте")
    await anna.block()
    updates = await bot.get_updates()
    assert [update.event_type for update in updates[-2:]] == ["edited_message", "my_chat_member"]
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"


async def test_a_message_may_have_been_written_earlier(bot: Bot, anna: Phone, clock: HandClock) -> None:
    written = clock.now
    clock.turn(hours=1)
    await anna.say("Иванова нет", sent_at=written)
    assert (await bot.get_updates())[-1].message.date == written


async def test_an_answer_reaches_the_tap_once(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "Выберите")
    tap = anna.tap_data("choice:1")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "choice:1"
    assert query.message is not None
    assert query.message.message_id == anna.screen.message_id
    await bot.answer_callback_query(query.id, text="Записано", show_alert=True)
    answer = await anna.answered(tap)
    assert (answer.text, answer.alert) == ("Записано", True)
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_a_late_or_long_answer_is_refused(bot: Bot, anna: Phone, clock: HandClock) -> None:
    await bot.send_message(ANNA, "Выберите")
    tap = anna.tap_data("choice:1")
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(tap.query_id, text="я" * 201)
    clock.turn(seconds=61)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(tap.query_id)


async def test_an_unanswered_tap_is_sent_again_under_a_new_id(bot: Bot, anna: Phone) -> None:
    await bot.send_message(ANNA, "Выберите")
    tap = anna.tap_data("choice:1")
    anna.tap_again(tap)
    first, second = [update.callback_query for update in (await bot.get_updates())[-2:]]
    assert first.id != second.id
    assert first.data == second.data
    await bot.answer_callback_query(second.id, text="Записано")
    assert (await anna.answered(tap)).text == "Записано"
    await bot.answer_callback_query(first.id)


async def test_a_tap_on_an_old_message_comes_without_it(bot: Bot, anna: Phone, clock: HandClock) -> None:
    forgotten = await bot.send_message(ANNA, "Раз")
    old = await bot.send_message(ANNA, "Два")
    anna.make_old(anna.chat.messages[forgotten.message_id])
    anna.tap_data("a", message=anna.chat.messages[forgotten.message_id])
    clock.turn(days=2, seconds=1)
    anna.tap_data("b", message=anna.chat.messages[old.message_id])
    for update in (await bot.get_updates())[-2:]:
        assert update.callback_query.message.date == 0
