"""The guardian's alert."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.vocabulary import Answer


class AnswerAlert(CallbackData, prefix="ans"):
    pupil_id: Id
    day: int
    answer: Answer


class ChangeAnswer(CallbackData, prefix="anc"):
    """«Изменить»: the answers again."""

    pupil_id: Id
    day: int


class ShowAlert(CallbackData, prefix="anv"):
    """«Показать»: the alert in full, on the guardian's own request."""

    pupil_id: Id
    day: int
