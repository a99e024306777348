"""The class teacher's week: absences, exemptions, letters, omissions (J7, C2, C5)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowReconciliation(CallbackData, prefix="rcw"):
    """«Сверка недели»."""

    group_id: Id
    monday: int
    page: int


class ShowExemptions(CallbackData, prefix="exl"):
    """«Освобождения» of a class."""

    group_id: Id
    page: int


class ShowOmissions(CallbackData, prefix="oml"):
    """«Чего не хватает в журналах»: what class teachers told the deputy."""

    page: int
