"""The information letter (C2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ChooseLetter(CallbackData, prefix="ltl"):
    """«Информационное письмо»: for which pupil of the class, or for all."""

    group_id: Id
    page: int
