"""Calendar-thematic plans (J1)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class OpenPlan(CallbackData, prefix="ktp"):
    """The plan of a course and how far it has got."""

    course_id: Id
