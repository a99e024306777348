"""Homework (J3)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenHomework(CallbackData, prefix="hw"):
    """What is set in the lesson."""

    lesson_id: Id
