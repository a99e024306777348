"""Marks of the whole class in one message (J4)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class TypeClassMessage(CallbackData, prefix="cm"):
    """Ask for the message."""

    lesson_id: Id
