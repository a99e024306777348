"""What is put together at start fits together."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from aiogram import Dispatcher
from aiogram.dispatcher.event.handler import HandlerObject
from pydantic import SecretStr

from bot.app import build_dispatcher
from bot.branch import Branch
from bot.messages import KINDS, SCREENS_OF
from bot.services import build_services
from bot.telegram import build_bot
from db.engine import Database
from handlers import ROUTERS
from handlers.common import stale
from handlers.screens import Screens
from services import notifications
from services.files import FileStore
from services.notifications.ports import Kind
from services.schools import SchoolBot
from tests.world import FakeClock

GIVEN_BY_AIOGRAM = {"bot", "event_from_user", "event_chat", "event_update", "raw_state", "state"}
GIVEN_BY_US = {"account", "actor"}
GIVEN_BY_FILTERS = {"callback_data", "command", "code"}


def handlers_of(dispatcher: Dispatcher) -> Iterator[tuple[str, HandlerObject]]:
    (switchboard,) = dispatcher.sub_routers
    for kind in ("message", "callback_query"):
        for handler in switchboard.observers[kind].handlers:
            yield f"{handler.callback.__module__}.{handler.callback.__name__}", handler


@pytest.fixture
def dispatcher(database_url: str, clock: FakeClock, tmp_path: Path) -> Dispatcher:
    db = Database(database_url)
    bot = build_bot("1:x", "http://nowhere")
    services = build_services(db, clock, FileStore(tmp_path))
    branch = Branch(SchoolBot(None, bot.id, SecretStr(bot.token)), bot, db, Screens(bot), services)
    dispatcher = build_dispatcher()
    dispatcher.workflow_data.update(branch.provided)
    return dispatcher


def test_every_parameter_of_every_handler_can_be_given(dispatcher: Dispatcher) -> None:
    given = {*dispatcher.workflow_data, *GIVEN_BY_AIOGRAM, *GIVEN_BY_US, *GIVEN_BY_FILTERS}
    missing = {
        f"{name}({parameter.name})"
        for name, handler in handlers_of(dispatcher)
        for parameter in list(inspect.signature(handler.callback).parameters.values())[1:]
        if parameter.name not in given and parameter.default is parameter.empty
    }
    assert missing == set()


def test_a_handler_that_asks_for_the_actor_is_not_one_that_asks_in_its_statement(
    dispatcher: Dispatcher,
) -> None:
    both = [
        name
        for name, handler in handlers_of(dispatcher)
        if handler.flags.get("actor") == "by statement"
        and "actor" in inspect.signature(handler.callback).parameters
    ]
    assert both == []


def test_no_filter_is_run_in_a_thread(dispatcher: Dispatcher) -> None:
    """aiogram runs filters that are plain functions, F. included, in a thread: 80 of them cost 15 ms."""
    slow = [
        name
        for name, handler in handlers_of(dispatcher)
        for check in handler.filters or []
        if not check.awaitable
    ]
    assert slow == []


def test_what_answers_everything_is_asked_last() -> None:
    assert ROUTERS[-1] is stale.router


def test_every_kind_of_message_has_a_screen_and_a_name_of_its_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert set(SCREENS_OF) == set(names)


def test_no_kind_of_message_was_forgotten() -> None:
    modules = [
        import_module(f"{notifications.__name__}.{found.name}")
        for found in iter_modules(notifications.__path__)
    ]
    exist = {
        kind.name
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if name.endswith("Kind") and kind is not Kind and hasattr(kind, "prepare")
    }
    assert exist == set(SCREENS_OF)
