"""What all the other handlers cost a button, and a typed answer, of the last one."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median
from time import process_time
from types import new_class
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from benchmarks.figures import Figure, Size
from benchmarks.place import Place
from benchmarks.telegram import Telegram
from handlers import ROUTERS
from handlers.routing import Switchboard

MORE = 800
"""Buttons and as many steps, behind all those of the bot itself."""
_LAST = "last"
_PERSON = User(id=1, is_bot=False, first_name="Анна")


async def measure(_place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    own, more, last = ROUTERS[:-1], _screens(*map(str, range(MORE - 1))), _screens(_LAST)
    dispatchers = [
        _dispatcher(router)
        for router in (Switchboard(*own, more, last), Switchboard(*own, last), Switchboard(last), last)
    ]
    bot, times = Bot("40:routing"), []
    for update in (_tap().as_(bot), _message().as_(bot)):
        rounds = [
            [await _route(dispatcher, bot, update, size.routed) for dispatcher in dispatchers]
            for _ in range(1 + size.rounds)
        ]
        times.append([median(of_one) for of_one in zip(*rounds[1:], strict=True)])
    tap, message = times
    return [
        Figure(
            f"routing: {MORE} handlers, times one",
            tap[0] / tap[2],
            f"{tap[0]:.0f} µs; one {tap[2]:.0f} µs, without our table {tap[3]:.0f} µs",
            at_most=1.1,
        ),
        Figure(
            f"routing: a message with {MORE} more steps, times the bot's own",
            message[0] / message[1],
            f"{message[0]:.0f} µs; one handler {message[2]:.0f} µs, the commands are asked too",
            at_most=1.1,
        ),
    ]


def _dispatcher(router: Router) -> Dispatcher:
    """Without the middlewares of the bot, which would hide routing behind their own work."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    return dispatcher


def _screens(*names: str) -> Router:
    """Each with a button and a step."""
    router = Router()
    for name in names:
        action: Any = new_class("Action", (CallbackData,), {"prefix": f"bench_{name}"})
        router.callback_query.register(_handled, action.filter())
        router.message.register(_handled, StateFilter(State(name, "Bench")))
    return router


async def _handled(_event: CallbackQuery | Message) -> None: ...


def _tap() -> Update:
    data = f"bench_{_LAST}"
    tap = CallbackQuery(id="1", from_user=_PERSON, chat_instance="1", data=data)
    return Update(update_id=1, callback_query=tap)


def _message() -> Update:
    chat, now = Chat(id=1, type="private"), datetime.now(UTC)
    return Update(
        update_id=1, message=Message(message_id=1, date=now, chat=chat, from_user=_PERSON, text="да")
    )


async def _route(dispatcher: Dispatcher, bot: Bot, update: Update, times: int) -> float:
    """Microseconds of CPU for one update."""
    begun = process_time()
    for _ in range(times):
        await dispatcher.feed_update(bot, update, raw_state=f"Bench:{_LAST}")
    return (process_time() - begun) / times * 1e6
