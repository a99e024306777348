"""Final marks (J8). `term_id`: of a term's marks; None for the year and the exam."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.vocabulary import FinalKind, MarkValue


class OpenFinalMarks(CallbackData, prefix="fin"):
    """The terms of a course."""

    course_id: Id


class ShowDueFinals(CallbackData, prefix="fnc"):
    """The actor's courses whose final marks may be given now."""

    page: int


class ShowFinals(CallbackData, prefix="fnp"):
    """The page of a period."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None
    page: int


class OpenDueFinals(CallbackData, prefix="fno"):
    """The page of a period, from the reminder."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None


class AcceptFinals(CallbackData, prefix="fna"):
    """«Принять все предложенные»; `seen`: what was proposed, as a number."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None
    seen: int


class ShowFinal(CallbackData, prefix="fnd"):
    """One pupil: marks, arithmetic, proposal."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None
    pupil_id: Id


class SetFinal(CallbackData, prefix="fns"):
    """«Иванов = 4»."""

    course_id: Id
    kind: FinalKind
    term_id: Id | None
    pupil_id: Id
    value: MarkValue
