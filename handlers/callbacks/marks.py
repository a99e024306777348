"""Marks of a lesson (J4)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenMarks(CallbackData, prefix="mk"):
    """The works of the lesson and their marks."""

    lesson_id: Id
