"""Getting in (U2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class EnterCode(CallbackData, prefix="code"):
    """«У меня есть код»."""


class AskConfirmation(CallbackData, prefix="cfm"):
    """«Пусть подтвердит школа»: the second check without a phone."""
