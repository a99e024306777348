"""Changes, locks and what is opened again (J5).

What is locked is a lesson, or the final marks of a course for a term; without a `term_id` those of the year
and the exam.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.unlocking import UnlockTerm
from services.vocabulary import FinalKind


class ShowHistory(CallbackData, prefix="his"):
    """Who changed what in a lesson."""

    lesson_id: Id


class ShowHistoryPage(CallbackData, prefix="hip"):
    """The same further back."""

    lesson_id: Id
    page: int


class ShowFinalsHistory(CallbackData, prefix="hif"):
    """Who changed what on a page of final marks."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None
    page: int


class FindLocked(CallbackData, prefix="ulk"):
    """A deputy looks for the lesson to open again."""


class ChooseLockedDay(CallbackData, prefix="ulc"):
    group_id: Id


class TypeLockedDay(CallbackData, prefix="ult"):
    """«Другая дата…»."""

    group_id: Id


class ShowLockedDay(CallbackData, prefix="uld"):
    """The lessons of a class on a day."""

    group_id: Id
    day: int


class ChooseLockedCourse(CallbackData, prefix="ulf"):
    """«Итоги…»: of which subject of the class."""

    group_id: Id
    page: int


class ChooseLockedPeriod(CallbackData, prefix="ulp"):
    course_id: Id


class AskUnlockReason(CallbackData, prefix="ulq"):
    """«Открыть…»: why."""

    lesson_id: Id | None = None
    course_id: Id | None = None
    term_id: Id | None = None


class Unlock(CallbackData, prefix="ulg"):
    """«3 дня»: open it; the reason waits in the conversation."""

    lesson_id: Id | None
    course_id: Id | None
    term_id: Id | None
    term: UnlockTerm


class LockAgain(CallbackData, prefix="ulx"):
    """«Закрыть»."""

    unlock_id: Id


class AskToUnlock(CallbackData, prefix="ulr"):
    """«Попросить открыть»: the teacher says why."""

    lesson_id: Id | None = None
    course_id: Id | None = None
    term_id: Id | None = None


class AllowUnlock(CallbackData, prefix="ula"):
    """«Открыть на день»."""

    request_id: Id


class RefuseUnlock(CallbackData, prefix="uln"):
    """«Отказать»."""

    request_id: Id


# --- Void operations of a compromised account (U5) ------------------------------------------------------


class ShowVoiding(CallbackData, prefix="cmo"):
    """What would be reversed, and what was."""

    report_id: Id
    page: int


class VoidOperations(CallbackData, prefix="cmx"):
    """«Отменить»."""

    report_id: Id


class PrintVoidAct(CallbackData, prefix="cma"):
    """The act as a document."""

    report_id: Id
