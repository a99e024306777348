"""Personal cards and their monthly check (S7, U12)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowCard(CallbackData, prefix="crd"):
    """What the school keeps of a pupil and of the guardians."""

    pupil_id: Id


class ShowCardChecks(CallbackData, prefix="crc"):
    """«Карточки»: the month's check of a class, with progress."""

    group_id: Id
    page: int
