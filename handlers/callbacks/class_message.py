"""Marks of the whole class in one message (J4).

`draft_id` is the number of the teacher's message in their chat: one message, one draft.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.marks.class_message import Topic


class TypeClassMessage(CallbackData, prefix="cm"):
    """Ask for the message."""

    lesson_id: Id


class ChooseMessageLesson(CallbackData, prefix="cm1"):
    """The lesson that a message is about, when it may be about several."""

    draft_id: Id
    lesson_id: Id


class ShowClassMessage(CallbackData, prefix="cm2"):
    draft_id: Id


class ChooseKind(CallbackData, prefix="cm3"):
    """The kind of work that the dictionary did not know by the words of the message."""

    draft_id: Id
    kind_id: Id


class MeanPupil(CallbackData, prefix="cm4"):
    """«Ковалёв Егор». `question`: which one of the message's, from 0."""

    draft_id: Id
    question: int
    pupil_id: Id


class MeanAll(CallbackData, prefix="cm5"):
    """«Оба»."""

    draft_id: Id
    question: int


class MeanNobody(CallbackData, prefix="cm6"):
    """«Никто»."""

    draft_id: Id
    question: int


class SetMessageMinutes(CallbackData, prefix="cm7"):
    """How late those were whom the message marks so."""

    draft_id: Id
    minutes: int


class SetMessageDueDay(CallbackData, prefix="cm8"):
    """Until when the debts of the message are to be settled."""

    draft_id: Id
    day: int


class AllowAbsent(CallbackData, prefix="cm9"):
    """Give the marks to those, too, who stand as absent."""

    draft_id: Id


class GiveReason(CallbackData, prefix="cmk"):
    """Why marks that stand are changed. `reason`: its place among the usual ones."""

    draft_id: Id
    reason: int


class TypeReason(CallbackData, prefix="cmb"):
    """«Другая причина…»."""

    draft_id: Id


class LeaveOut(CallbackData, prefix="cmc"):
    """Do not write what this question is about."""

    draft_id: Id
    topic: Topic


class AskAnew(CallbackData, prefix="cmd"):
    """Forget the answers given so far."""

    draft_id: Id


class SaveClassMessage(CallbackData, prefix="cme"):
    """«Записать». `version`: of what the teacher sees."""

    draft_id: Id
    version: int


class RetypeClassMessage(CallbackData, prefix="cmf"):
    """«Исправить текстом»."""

    draft_id: Id


class DropClassMessage(CallbackData, prefix="cmg"):
    """«Отмена»."""

    draft_id: Id
