"""The switchboard: which handlers an update meets, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, Filter, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup, any_state
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from handlers import ROUTERS
from handlers.routing import Switchboard

PERSON = User(id=1, is_bot=False, first_name="Анна")


class Ring(CallbackData, prefix="ring"):
    number: int


class Knock(CallbackData, prefix="knock"):
    number: int


class Typing(StatesGroup):
    title = State()
    reason = State()
    date = State()


class Answered(Exception):
    """By the handler with this name."""


def answering(name: str) -> Any:
    async def handler(_event: Any) -> None:
        raise Answered(name)

    return handler


async def pass_on(_event: Any) -> None:
    raise SkipHandler


class Asked(Filter):
    """Lets everything pass, and counts."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, _event: Any) -> bool:
        self.times += 1
        return True


async def who_answers(
    *routers: Router, data: str | None = None, text: str = "", step: State | str | None = None
) -> str:
    """`data`: of a tapped button; else a message with `text` comes to a chat that is at `step`."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(Switchboard(*routers))
    tap = data and CallbackQuery(id="1", from_user=PERSON, chat_instance="1", data=data)
    chat = Chat(id=1, type="private")
    message = Message(message_id=1, date=datetime.now(UTC), chat=chat, from_user=PERSON, text=text)
    update = Update(update_id=1, callback_query=tap) if tap else Update(update_id=1, message=message)
    raw_state = step.state if isinstance(step, State) else step
    with pytest.raises(Answered) as answered:
        await dispatcher.feed_update(Bot("1:x"), update, raw_state=raw_state)
    return str(answered.value)


@pytest.fixture
def stale() -> Router:
    router = Router()
    router.callback_query.register(answering("stale"))
    router.message.register(answering("stale"))
    return router


@pytest.mark.parametrize("data", ["knock:1", "ring", "ring:x", "ring:1:2", "*", "*:1", ":", "ring :1"])
async def test_a_button_that_nobody_knows_reaches_the_last(stale: Router, data: str) -> None:
    router = Router()
    router.callback_query.register(answering("ring"), Ring.filter())
    assert await who_answers(router, stale, data=data) == "stale"


async def test_a_tap_asks_no_handler_of_another_button(stale: Router) -> None:
    router, asked = Router(), Asked()
    router.callback_query.register(answering("ring"), asked, Ring.filter())
    router.callback_query.register(answering("knock"), Knock.filter())
    assert await who_answers(router, stale, data="knock:1") == "knock"
    assert await who_answers(router, stale, data="ring:1") == "ring"
    assert asked.times == 1


async def test_a_message_asks_no_handler_of_another_step(stale: Router) -> None:
    router, asked = Router(), Asked()
    router.message.register(answering("title"), asked, StateFilter(Typing.title))
    router.message.register(answering("reason or date"), StateFilter(Typing.reason, Typing.date))
    assert await who_answers(router, stale, step=Typing.reason) == "reason or date"
    assert await who_answers(router, stale, step=Typing.date) == "reason or date"
    assert await who_answers(router, stale, step=Typing.title) == "title"
    assert asked.times == 1


@pytest.mark.parametrize("step", ["Typing:forgotten", "*", ""])
async def test_a_step_that_is_no_more_reaches_the_last(stale: Router, step: str) -> None:
    router = Router()
    router.message.register(answering("title"), StateFilter(Typing.title))
    assert await who_answers(router, stale, step=step) == "stale"


async def test_what_asks_everything_keeps_its_place(stale: Router) -> None:
    first, commands, steps = Router(), Router(), Router()
    first.message.register(answering("title"), StateFilter(Typing.title))
    commands.message.register(answering("now"), Command("now"))
    commands.message.register(answering("any step"), StateFilter(any_state), Command("any"))
    steps.message.register(answering("reason"), StateFilter(Typing.reason))
    steps.message.register(answering("no step"), StateFilter(None))
    routers = first, commands, steps, stale
    assert await who_answers(*routers, text="/now", step=Typing.title) == "title"
    assert await who_answers(*routers, text="/now", step=Typing.reason) == "now"
    assert await who_answers(*routers, text="/any", step=Typing.reason) == "any step"
    assert await who_answers(*routers, text="да", step=Typing.reason) == "reason"
    assert await who_answers(*routers, text="да", step=None) == "no step"
    assert await who_answers(*routers, text="/now", step="Typing:forgotten") == "now"


async def test_who_passes_an_update_on_leaves_it_to_the_next(stale: Router) -> None:
    router = Router()
    router.callback_query.register(pass_on, Ring.filter())
    router.callback_query.register(answering("ring"), Ring.filter())
    router.message.register(pass_on, StateFilter(None))
    assert await who_answers(router, stale, data="ring:1") == "ring"
    assert await who_answers(router, stale, text="да") == "stale"


def test_no_router_has_filters_or_middlewares_that_the_switchboard_would_not_ask() -> None:
    own = [
        f"{router.name}.{kind}"
        for router in ROUTERS
        for kind, observer in router.observers.items()
        if observer._handler.filters or [*observer.middleware] or [*observer.outer_middleware]
    ]
    assert own == []
    assert not [router.name for router in ROUTERS if router.sub_routers]
