"""The Messenger over real HTTP: what Telegram answers, as an outcome."""

from collections.abc import AsyncIterator

import pytest

from bot.sender import AiogramMessenger
from bot.telegram import build_bot
from db.enums import Channel
from handlers.screen import Screen
from sandbox import Phone, TelegramSandbox
from sandbox.faults import Fault
from services.notifications.limiter import Limiter
from services.notifications.ports import (
    Address,
    Blocked,
    Delivered,
    Outcome,
    Refused,
    RetryAfter,
    TryLater,
    Unknown,
    Unreachable,
)

TOKEN = "4242:sandbox-messenger"
MOTHER = 1001


class Wire:
    """A messenger that shows a text as it is, and the phone at the other end."""

    def __init__(self, telegram: TelegramSandbox, phone: Phone, messenger: AiogramMessenger) -> None:
        self.telegram = telegram
        self.phone = phone
        self._messenger = messenger

    async def deliver(
        self, text: str, *, external_ref: int | None = None, repeat: bool = False, chat_id: int = MOTHER
    ) -> Outcome:
        return await self._messenger.deliver(
            Address(Channel.TELEGRAM, chat_id), "text", text, external_ref=external_ref, repeat=repeat
        )

    def texts(self) -> list[str]:
        return [message.text for message in self.phone.messages if message.outgoing]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    telegram = TelegramSandbox()
    telegram.add_bot(TOKEN, "zvonok_test_bot")
    await telegram.start()
    phone = telegram.phone(MOTHER, first_name="Мария")
    await phone.say("/start")
    bot = build_bot(TOKEN, telegram.base_url)
    yield Wire(telegram, phone, AiogramMessenger(bot, Limiter(), {"text": Screen, "broken": _broken}))
    await bot.session.close()
    await telegram.stop()


def _broken(view: object) -> Screen:
    raise KeyError(view)


async def test_a_message_arrives_and_an_edit_changes_it_in_place(wire: Wire) -> None:
    sent = await wire.deliver("<b>Иванов Пётр</b> отсутствует")
    assert isinstance(sent, Delivered)
    assert await wire.deliver("пришёл", external_ref=sent.external_ref) == sent
    assert wire.texts() == ["пришёл"]


async def test_an_edit_that_changes_nothing_is_a_success(wire: Wire) -> None:
    sent = await wire.deliver("то же")
    assert isinstance(sent, Delivered)
    assert await wire.deliver("то же", external_ref=sent.external_ref) == sent


async def test_an_edit_of_a_message_that_is_gone_is_sent_anew(wire: Wire) -> None:
    sent = await wire.deliver("пришёл", external_ref=999)
    assert isinstance(sent, Delivered)
    assert sent.external_ref != 999
    assert wire.texts() == ["пришёл"]


async def test_a_repeat_says_that_it_is_one(wire: Wire) -> None:
    await wire.deliver("нет на 3-м", repeat=True)
    assert wire.texts() == ["(повтор)\nнет на 3-м"]


async def test_markup_that_telegram_cannot_read_is_sent_as_plain_text(wire: Wire) -> None:
    assert isinstance(await wire.deliver("<b>Иванов &amp; <i>Пётр</b>"), Delivered)
    assert wire.texts() == ["Иванов & Пётр"]


async def test_a_blocked_bot_and_an_account_that_is_gone_are_blocked(wire: Wire) -> None:
    assert await wire.deliver("никому", chat_id=777) == Blocked()
    await wire.phone.block()
    assert await wire.deliver("никому") == Blocked()


async def test_too_many_for_a_chat_says_how_long_to_wait(wire: Wire) -> None:
    wire.telegram.faults.add(Fault.too_many_requests(7))
    assert await wire.deliver("часто") == RetryAfter(7, whole_token=False)


async def test_a_message_that_is_too_long_is_refused(wire: Wire) -> None:
    assert isinstance(await wire.deliver("х" * 5000), Refused)


async def test_a_view_that_cannot_be_shown_is_refused_and_nothing_leaves(wire: Wire) -> None:
    messenger = wire._messenger
    outcome = await messenger.deliver(
        Address(Channel.TELEGRAM, MOTHER), "broken", "x", external_ref=None, repeat=False
    )
    assert outcome == Refused("not rendered: KeyError")
    assert wire.texts() == []


async def test_a_server_error_is_worth_another_try(wire: Wire) -> None:
    wire.telegram.faults.add(Fault.error(502))
    assert isinstance(await wire.deliver("позже"), TryLater | Unknown)
    assert wire.texts() == []


async def test_a_lost_reply_is_unknown_whether_or_not_the_message_arrived(wire: Wire) -> None:
    wire.telegram.faults.add(Fault.reset_before("sendMessage"))
    assert await wire.deliver("не дошло") == Unknown()
    wire.telegram.faults.add(Fault.reset_after("sendMessage"))
    assert await wire.deliver("дошло") == Unknown()
    assert wire.texts() == ["дошло"]


async def test_a_telegram_that_stays_silent_leaves_the_outcome_unknown(wire: Wire) -> None:
    bot = build_bot(TOKEN, wire.telegram.base_url)
    bot.session.timeout = 0.2
    messenger = AiogramMessenger(bot, Limiter(), {"text": Screen})
    silent = wire.telegram.faults.add(Fault.hang("sendMessage"))
    outcome = await messenger.deliver(
        Address(Channel.TELEGRAM, MOTHER), "text", "есть кто?", external_ref=None, repeat=False
    )
    silent.release()
    assert outcome == Unknown()
    await bot.session.close()


async def test_a_telegram_that_cannot_be_reached_was_certainly_not_told(wire: Wire) -> None:
    await wire.deliver("связь есть")
    await wire.telegram.stop()
    outcomes = [await wire.deliver("связи нет"), await wire.deliver("связи нет")]
    assert outcomes[-1] == Unreachable()


async def test_a_token_that_telegram_does_not_know_holds_messages_back(wire: Wire) -> None:
    bot = build_bot("4343:somebody-elses", wire.telegram.base_url)
    messenger = AiogramMessenger(bot, Limiter(), {"text": Screen})
    outcome = await messenger.deliver(
        Address(Channel.TELEGRAM, MOTHER), "text", "никому", external_ref=None, repeat=False
    )
    assert outcome == Unreachable()
    await bot.session.close()
