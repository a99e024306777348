"""A step of a conversation is kept by its name, so no two steps may share one."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import walk_packages

from aiogram.fsm.state import StatesGroup

import handlers


def test_every_steps_name_is_its_own() -> None:
    modules = [import_module(page.name) for page in walk_packages(handlers.__path__, "handlers.")]
    groups = {
        group
        for module in modules
        for _, group in inspect.getmembers(module, inspect.isclass)
        if issubclass(group, StatesGroup) and group.__module__ == module.__name__
    }
    names = sorted(str(state.state) for group in groups for state in group.__states__)
    assert names == sorted(set(names))
