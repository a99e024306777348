"""Back-ups, for the administrator (O1, O2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowBackups(CallbackData, prefix="bkp"):
    """«Резервные копии»."""
