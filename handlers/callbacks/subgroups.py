"""Subgroups (S2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenSubgroups(CallbackData, prefix="sub"):
    """Who is in which subgroup of the class in the subject."""

    course_id: Id
