"""How a person wants to be told (C7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowNoticeSettings(CallbackData, prefix="nst"):
    """«Настройки сообщений»."""
