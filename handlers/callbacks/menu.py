"""The main menu and what is always at hand."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class Home(CallbackData, prefix="home"):
    """The main menu."""


class Help(CallbackData, prefix="help"):
    pass


class AskLeave(CallbackData, prefix="lvq"):
    """«Отключить этот аккаунт»."""


class Leave(CallbackData, prefix="lv"):
    pass
