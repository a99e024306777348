"""Absences that guardians announce."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from handlers.callbacks.planned_absences import PlanDraft, SavePlan, TypePlanDate


class RequestAbsence(CallbackData, prefix="arq"):
    """«Не придёт в школу»."""

    pupil_id: Id


class AnnounceDays(CallbackData, prefix="arn"):
    """«На несколько дней…» under the alert of a day: from today, with the reason that was answered."""

    pupil_id: Id
    day: int


class AbsenceDraft(PlanDraft, prefix="ard"):
    """What the guardian has chosen so far."""


class TypeAbsenceDate(TypePlanDate, prefix="art"):
    """«Другая дата…»."""


class CommentAbsence(SavePlan, prefix="arc"):
    """«Добавить слова»: all is chosen, the comment is to be typed."""


class SendAbsence(SavePlan, prefix="ars"):
    """«Отправить»."""


class ShowAbsenceRequests(CallbackData, prefix="arl"):
    """A child's announced absences and what became of them."""

    pupil_id: Id
    page: int


class ShowAbsenceRequest(CallbackData, prefix="arv"):
    """One of them, for the family."""

    request_id: Id


class WithdrawAbsence(CallbackData, prefix="arw"):
    """«Всё-таки придёт»."""

    request_id: Id


class OpenAbsenceRequest(CallbackData, prefix="aro"):
    """One of them, for the class teacher."""

    request_id: Id


class AcceptAbsence(CallbackData, prefix="ara"):
    """«Принять», and «Справка есть»."""

    request_id: Id


class ChooseDocumentDay(CallbackData, prefix="arm"):
    """«Попросить справку»: by when."""

    request_id: Id


class AskDocument(CallbackData, prefix="aru"):
    request_id: Id
    day: int


class RejectAbsence(CallbackData, prefix="arj"):
    """«Отклонить»: the reason is to be typed."""

    request_id: Id
