"""The weekly digest (C2, C7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowWeek(CallbackData, prefix="wk"):
    """«Подробнее»: the whole week, also of one whose message says nothing of the child."""

    pupil_id: Id
    monday: int
    page: int


class AcknowledgeWeek(CallbackData, prefix="wka"):
    """«Ознакомлен(а)»."""

    pupil_id: Id
    monday: int


class ShowWeekPicture(CallbackData, prefix="wkp"):
    """«Картинка»: marks and attendance of the term."""

    pupil_id: Id
    monday: int


class ShowWeekReaders(CallbackData, prefix="wkr"):
    """Who of a class has read the week."""

    group_id: Id
    monday: int
    page: int


class PrintWeek(CallbackData, prefix="wkf"):
    """The week as a PDF for families without a messenger (C3); `pupil_id` 0: the whole class."""

    group_id: Id
    monday: int
    pupil_id: int


class PrintWeekFor(CallbackData, prefix="wkn"):
    """Of a whole class, or only of those whom no message reaches."""

    group_id: Id
    monday: int
    everybody: bool


class ChoosePrintPupil(CallbackData, prefix="wkq"):
    """Of one pupil: whose."""

    group_id: Id
    monday: int
    page: int
