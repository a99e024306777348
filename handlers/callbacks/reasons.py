"""Reasons of absence (J7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ChooseMissing(CallbackData, prefix="rsp"):
    """«Причина вручную…»: of whom."""

    group_id: Id
    day: int
    page: int


class ChooseReason(CallbackData, prefix="rsc"):
    pupil_id: Id
    day: int


class SetReason(CallbackData, prefix="rss"):
    pupil_id: Id
    day: int
    reason_id: Id


class ChooseWeekReason(CallbackData, prefix="rsk"):
    """As ChooseReason, from «Сверка недели» and back to it."""

    pupil_id: Id
    day: int


class SetWeekReason(CallbackData, prefix="rsw"):
    pupil_id: Id
    day: int
    reason_id: Id
