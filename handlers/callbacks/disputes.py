"""«Он в школе!» as the teacher sees it."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class CorrectAbsence(CallbackData, prefix="fix"):
    """«Исправить» in the question «он в школе!»."""

    lesson_id: Id
    pupil_id: Id


class SettleQuestion(CallbackData, prefix="fixd"):
    """When the pupil came, in answer to «он в школе!»; `minutes` 0: from the beginning."""

    lesson_id: Id
    pupil_id: Id
    minutes: int


class UpholdAbsence(CallbackData, prefix="uph"):
    """«Подтверждаю Н»."""

    lesson_id: Id
    pupil_id: Id
