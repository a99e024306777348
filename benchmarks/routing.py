"""What all the screens before it cost a button of the last one."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from time import process_time

from aiogram import Bot, Dispatcher, Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Update, User

from benchmarks.figures import Figure, Size
from benchmarks.place import Place
from benchmarks.telegram import Telegram
from handlers import ROUTERS
from handlers.routing import copy_of, screen_router


class Last(CallbackData, prefix="benchmark"):
    """A button that no real screen has."""


async def measure(_place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    everything, alone = _dispatcher(ROUTERS[:-1]), _dispatcher(())
    bot = Bot("40:routing")
    behind_all, by_itself = [], []
    for warm in [False] + [True] * size.rounds:
        times = await _route(everything, bot, size.routed), await _route(alone, bot, size.routed)
        if warm:
            behind_all.append(times[0])
            by_itself.append(times[1])
    return [
        Figure(
            f"routing: a button behind {len(ROUTERS) - 1} routers, times one alone",
            median(behind_all) / median(by_itself),
            f"{median(behind_all):.2f} ms; alone {median(by_itself):.2f} ms",
        )
    ]


def _dispatcher(before: Iterable[Router]) -> Dispatcher:
    """Without the middlewares of the bot, which would hide routing behind their own work."""
    dispatcher = Dispatcher(disable_fsm=True)
    last = screen_router("benchmark", Last)

    @last.callback_query(Last.filter())
    async def tapped(callback: CallbackQuery, callback_data: Last) -> None:
        assert callback_data is not None

    dispatcher.include_routers(*map(copy_of, before), last)
    return dispatcher


async def _route(dispatcher: Dispatcher, bot: Bot, times: int) -> float:
    """Milliseconds of CPU for one update."""
    update = Update(
        update_id=1,
        callback_query=CallbackQuery(
            id="1",
            from_user=User(id=1, is_bot=False, first_name="Анна"),
            chat_instance="1",
            data=Last().pack(),
        ),
    )
    begun = process_time()
    for _ in range(times):
        await dispatcher.feed_update(bot, update)
    return (process_time() - begun) / times * 1000
