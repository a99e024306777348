"""The calendar of class and school (C6) and published documents (U13)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowEvents(CallbackData, prefix="evl"):
    """«События»."""

    page: int


class ShowDocuments(CallbackData, prefix="dcl"):
    """«Документы»."""

    page: int
