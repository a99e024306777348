"""Final marks (J8)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenFinalMarks(CallbackData, prefix="fin"):
    """The terms of a course."""

    course_id: Id
