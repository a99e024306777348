"""The topic of a lesson (J2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenTopic(CallbackData, prefix="top"):
    """Choose or type the topic."""

    lesson_id: Id
