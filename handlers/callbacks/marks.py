"""Marks of a lesson (J4)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, IdOrZero
from services.vocabulary import MarkValue


class OpenMarks(CallbackData, prefix="mk"):
    """The works of the lesson and their marks."""

    lesson_id: Id


class ChooseWorkKind(CallbackData, prefix="mkk"):
    """«+ Работа»: of which kind."""

    lesson_id: Id


class AddWork(CallbackData, prefix="mka"):
    """`place`: how many works there were; a second tap finds the place taken."""

    lesson_id: Id
    kind_id: Id
    place: IdOrZero


class OpenWork(CallbackData, prefix="mkw"):
    """The list of a work, at the first pupil without a mark."""

    work_id: Id


class ChoosePupil(CallbackData, prefix="mkp"):
    """The list of a work, at this pupil."""

    work_id: Id
    pupil_id: Id


class GiveMark(CallbackData, prefix="mki"):
    """«Иванов = 5», offered while the cell is empty: what stands there by now is not overwritten, because
    the screen may have been about to go on to the next pupil."""

    work_id: Id
    pupil_id: Id
    value: MarkValue


class SetMark(CallbackData, prefix="mks"):
    """«Иванов = 5», offered beside the mark that stands."""

    work_id: Id
    pupil_id: Id
    value: MarkValue


class RemoveMark(CallbackData, prefix="mkr"):
    """«Иванов = нет отметки»."""

    work_id: Id
    pupil_id: Id


class GiveAnyway(CallbackData, prefix="mkg"):
    """«Поставить — сдал позже»: the pupil stands as absent."""

    work_id: Id
    pupil_id: Id
    value: MarkValue


class CorrectAndGive(CallbackData, prefix="mkh"):
    """«Был на уроке — исправить Н», then the mark."""

    work_id: Id
    pupil_id: Id
    value: MarkValue


class CorrectMark(CallbackData, prefix="mkc"):
    """Change (no value: remove) a mark that families know, for one of the usual reasons."""

    work_id: Id
    pupil_id: Id
    value: MarkValue | None
    day: int | None
    """Of a debt."""
    reason: int
    """Place in handlers.texts.mark_questions.REASONS; the list only grows."""


class ChooseDebtDay(CallbackData, prefix="mkd"):
    """«•»: by which lesson."""

    work_id: Id
    pupil_id: Id


class SetDebt(CallbackData, prefix="mkt"):
    work_id: Id
    pupil_id: Id
    day: int


class LeaveQuestion(CallbackData, prefix="mku"):
    """«Отмена»: back to the list, at this pupil."""

    work_id: Id
    pupil_id: Id


class TypeComment(CallbackData, prefix="mkn"):
    work_id: Id
    pupil_id: Id


class ShowWork(CallbackData, prefix="mko"):
    """The work itself: kind, weight, title."""

    work_id: Id


class SetWeight(CallbackData, prefix="mkq"):
    work_id: Id
    tenths: int


class ChooseOtherKind(CallbackData, prefix="mkz"):
    work_id: Id


class SetKind(CallbackData, prefix="mky"):
    work_id: Id
    kind_id: Id


class TypeTitle(CallbackData, prefix="mkl"):
    work_id: Id


class RemoveWork(CallbackData, prefix="mkx"):
    work_id: Id


class ShowMarksDay(CallbackData, prefix="mkf"):
    """What was given to a pupil on a day, for the family."""

    pupil_id: Id
    day: int


class ShowDebts(CallbackData, prefix="mkv"):
    """A pupil's open debts, for the family."""

    pupil_id: Id


class ShowTeacherDebts(CallbackData, prefix="mkb"):
    """What was due around a day in the teacher's courses."""

    day: int
