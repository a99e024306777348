"""Changes, locks and what is opened again (J5)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class ShowHistory(CallbackData, prefix="his"):
    """Who changed what in a lesson."""

    lesson_id: Id


class FindLocked(CallbackData, prefix="ulk"):
    """A deputy looks for the lesson to open again."""
