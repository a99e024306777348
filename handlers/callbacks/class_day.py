"""The class teacher's day."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class MyClasses(CallbackData, prefix="mcl"):
    """«Мой класс сегодня»; who leads several classes chooses."""


class ShowClassDay(CallbackData, prefix="cday"):
    group_id: Id
    day: int
    page: int


class ShowClassLessons(CallbackData, prefix="cdl"):
    """«По уроку»."""

    group_id: Id
    day: int
    page: int


class ConfirmReasons(CallbackData, prefix="cdc"):
    """«Подтвердить причины»: all that guardians have stated for the day."""

    group_id: Id
    day: int


class AskSilent(CallbackData, prefix="cda"):
    """«Напомнить молчащим»."""

    group_id: Id
    day: int
