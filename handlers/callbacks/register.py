"""The register (J7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.vocabulary import AttendanceStatus


class OpenRegister(CallbackData, prefix="reg"):
    lesson_id: Id


class SetCell(CallbackData, prefix="cell"):
    """«Иванов = Н», «Иванов = на месте»."""

    lesson_id: Id
    pupil_id: Id
    status: AttendanceStatus


class ChooseLate(CallbackData, prefix="lat"):
    """«Опоздал…»: the names now ask for minutes."""

    lesson_id: Id


class AskMinutes(CallbackData, prefix="min"):
    lesson_id: Id
    pupil_id: Id


class SetLate(CallbackData, prefix="late"):
    lesson_id: Id
    pupil_id: Id
    minutes: int


class TakeRegister(CallbackData, prefix="take"):
    """«Готово»."""

    lesson_id: Id


class EveryonePresent(CallbackData, prefix="all"):
    lesson_id: Id


class TellNow(CallbackData, prefix="tell"):
    lesson_id: Id
