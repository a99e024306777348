"""Messages that could not be sent, for the administrator (O2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowUnsent(CallbackData, prefix="uns"):
    """«Кому не ушло»."""

    page: int
