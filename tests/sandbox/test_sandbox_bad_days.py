import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from telegram_world import ANNA, TOKEN, is_polled, until

from sandbox import Fault, FloodLimits, Phone, TelegramSandbox


async def test_a_chat_takes_one_message_a_second(bot: Bot, anna: Phone, telegram: TelegramSandbox) -> None:
    telegram.flood = FloodLimits(now=lambda: 100.0)
    sent = await bot.send_message(ANNA, "раз")
    with pytest.raises(TelegramRetryAfter, match="Too Many Requests: retry after 1") as refusal:
        await bot.edit_message_text("два", chat_id=ANNA, message_id=sent.message_id)
    assert refusal.value.retry_after == 1
    assert anna.screen.text == "раз"
    telegram.flood.now = lambda: 101.0
    await bot.edit_message_text("два", chat_id=ANNA, message_id=sent.message_id)


async def test_a_chat_takes_twenty_messages_a_minute(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    now = 100.0
    telegram.flood = FloodLimits(now=lambda: now)
    for second in range(20):
        now = 100.0 + second
        await bot.send_message(ANNA, "раз")
    now = 120.0
    with pytest.raises(TelegramRetryAfter) as refusal:
        await bot.send_message(ANNA, "раз")
    assert refusal.value.retry_after == 40


async def test_a_token_has_its_own_limit_over_all_chats(bot: Bot, telegram: TelegramSandbox) -> None:
    telegram.flood = FloodLimits(token_per_second=3, now=lambda: 100.0)
    phones = [telegram.phone(number) for number in range(1, 5)]
    for phone in phones:
        await phone.say("/start")
    for number in (1, 2, 3):
        await bot.send_message(number, "раз")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(4, "раз")


async def test_answers_to_taps_are_free(bot: Bot, anna: Phone, telegram: TelegramSandbox) -> None:
    telegram.flood = FloodLimits(now=lambda: 100.0)
    await bot.send_message(ANNA, "раз")
    for _ in range(5):
        tap = anna.tap_data("a")
        await bot.answer_callback_query(tap.query_id)
        assert (await anna.answered(tap)).text == ""


async def test_an_ordered_error_strikes_as_often_as_asked(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    fault = telegram.faults.add(Fault.error(502, "sendMessage", times=2))
    for _ in range(2):
        with pytest.raises(TelegramServerError, match="Bad Gateway"):
            await bot.send_message(ANNA, "раз")
    await bot.send_message(ANNA, "два")
    assert fault.hits == 2
    assert [message.text for message in anna.messages if message.outgoing] == ["два"]


async def test_an_ordered_429_names_its_seconds(bot: Bot, anna: Phone, telegram: TelegramSandbox) -> None:
    telegram.faults.add(Fault.too_many_requests(7, chat_id=ANNA))
    with pytest.raises(TelegramRetryAfter) as refusal:
        await bot.send_message(ANNA, "раз")
    assert refusal.value.retry_after == 7


async def test_a_connection_broken_before_processing_leaves_nothing(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    telegram.faults.add(Fault.reset_before("sendMessage"))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA, "раз")
    assert not [message for message in anna.messages if message.outgoing]


async def test_a_lost_reply_leaves_the_message(bot: Bot, anna: Phone, telegram: TelegramSandbox) -> None:
    telegram.faults.add(Fault.reset_after("sendMessage"))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA, "раз")
    assert anna.screen.text == "раз"


async def test_a_hanging_request_goes_on_when_released(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    fault = telegram.faults.add(Fault.hang("sendMessage"))
    sending = asyncio.create_task(bot.send_message(ANNA, "раз"))
    await until(lambda: fault.hits == 1)
    sending.cancel()  # whoever sent it waits no longer
    await asyncio.wait([sending])
    assert not [message for message in anna.messages if message.outgoing]
    fault.release()
    await anna.sees("раз")


async def test_latency_delays_and_adds_to_another_fault(
    bot: Bot, anna: Phone, telegram: TelegramSandbox
) -> None:
    latency = telegram.faults.add(Fault.latency(0.01))
    telegram.faults.add(Fault.error(500, "sendMessage"))
    with pytest.raises(TelegramServerError):
        await bot.send_message(ANNA, "раз")
    await bot.send_message(ANNA, "два")
    assert latency.hits == 2
    telegram.faults.clear()
    await bot.send_message(ANNA, "три")
    assert latency.hits == 2


async def test_json_bodies_are_as_good_as_forms(anna: Phone, telegram: TelegramSandbox) -> None:
    url = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    markup = {"inline_keyboard": [[{"text": "Да", "callback_data": "y"}]]}
    async with aiohttp.ClientSession() as session:
        body = {"chat_id": ANNA, "text": "<b>раз</b>", "parse_mode": "HTML", "reply_markup": markup}
        async with session.post(url, json=body) as response:
            assert (await response.json())["result"]["reply_markup"] == markup
        for broken in ("{", "[]"):
            headers = {"Content-Type": "application/json"}
            async with session.post(url, data=broken, headers=headers) as response:
                assert response.status == 400
        async with session.get(url, params={"chat_id": str(ANNA), "text": "два"}) as response:
            assert (await response.json())["ok"] is True
    assert anna.screen.text == "два"


@pytest.mark.parametrize(
    "body",
    [
        {"chat_id": ANNA, "text": {"a": 1}, "reply_markup": "x"},
        {"chat_id": ANNA, "text": "раз", "reply_markup": [1]},
        {"chat_id": ANNA, "text": "раз", "reply_markup": {"inline_keyboard": [{"text": "Да"}]}},
        {"chat_id": ANNA, "text": "раз", "entities": [{"type": "bold"}]},
        {"chat_id": ANNA, "text": "раз", "entities": ["bold"]},
        {"chat_id": ANNA, "text": "раз", "reply_parameters": {"message_id": [1]}},
        {"chat_id": "²", "text": "раз"},
        {"chat_id": [ANNA], "text": "раз"},
        {"text": "раз"},
    ],
)
async def test_nonsense_is_refused_and_never_breaks_the_server(
    anna: Phone, telegram: TelegramSandbox, body: dict[str, object]
) -> None:
    url = f"{telegram.base_url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        assert response.status == 400
        assert (await response.json())["description"].startswith("Bad Request: ")


async def test_the_server_stops_while_bots_are_waiting(bot: Bot, telegram: TelegramSandbox) -> None:
    hanging = telegram.faults.add(Fault.hang("getMe"))
    waiting = [asyncio.create_task(bot.get_updates(timeout=50)), asyncio.create_task(bot.get_me())]
    await is_polled(telegram)
    await until(lambda: hanging.hits == 1)
    await asyncio.wait_for(telegram.stop(), 20)
    await asyncio.gather(*waiting, return_exceptions=True)
