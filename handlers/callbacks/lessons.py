"""A teacher's lessons."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowNow(CallbackData, prefix="now"):
    """The lesson of the moment."""


class ShowDay(CallbackData, prefix="day"):
    """A teacher's day."""

    day: int


class ShowLesson(CallbackData, prefix="les"):
    lesson_id: Id
