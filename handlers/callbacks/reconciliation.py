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


class MarkReconciled(CallbackData, prefix="rcm"):
    """«Сверено»."""

    group_id: Id
    monday: int


class ShowAbsenceTotals(CallbackData, prefix="rct"):
    """«Итоги пропусков» of a class; `term_id` 0: the year."""

    group_id: Id
    term_id: int
    page: int


class SendAbsenceTotals(CallbackData, prefix="rcx"):
    """The same of every term as a workbook."""

    group_id: Id


class ChooseExempt(CallbackData, prefix="exp"):
    """«Записать освобождение»: of whom."""

    group_id: Id
    page: int


class ExemptionDraft(CallbackData, prefix="exd"):
    """What is chosen of an exemption so far; the screen asks for the next thing that is None."""

    pupil_id: Id
    subject_id: Id | None = None
    starts_on: int | None = None
    ends_on: int | None = None
    attends: bool | None = None


class TypeExemptionDate(CallbackData, prefix="ext"):
    """«Другая дата…»: the first day, or the last one when `starts_on` is chosen."""

    pupil_id: Id
    subject_id: Id
    starts_on: int | None = None


class ShowExemption(CallbackData, prefix="exv"):
    exemption_id: Id


class CancelExemption(CallbackData, prefix="exx"):
    exemption_id: Id


class AskOmission(CallbackData, prefix="oma"):
    """«Сообщить завучу»: what a lesson lacks."""

    group_id: Id
    lesson_id: Id


class TellOmission(CallbackData, prefix="omt"):
    group_id: Id
    lesson_id: Id


class CommentOmission(CallbackData, prefix="omk"):
    """«Добавить слова…»."""

    group_id: Id
    lesson_id: Id


class OpenOmission(CallbackData, prefix="omo"):
    """The lesson with what it lacks, for the deputy."""

    group_id: Id
    lesson_id: Id


class CloseOmission(CallbackData, prefix="omc"):
    """«Закрыть замечание»."""

    group_id: Id
    lesson_id: Id
