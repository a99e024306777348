"""Homework (J3).

The draft, a task that is being put together, is kept with the chat; its lesson is in the button, so that a
button of another lesson's draft is known.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, LessonNumber


class OpenHomework(CallbackData, prefix="hw"):
    """What is set in the lesson."""

    lesson_id: Id


class TakeHint(CallbackData, prefix="hwp"):
    """What the plan proposes, as a draft."""

    lesson_id: Id


class NoHomework(CallbackData, prefix="hw0"):
    """«Дома ничего»."""

    lesson_id: Id


class EditHomework(CallbackData, prefix="hwe"):
    """A task that stands, as a draft."""

    homework_id: Id


class AskWithdraw(CallbackData, prefix="hwa"):
    homework_id: Id


class WithdrawHomework(CallbackData, prefix="hwx"):
    homework_id: Id


class ShowOwnFiles(CallbackData, prefix="hwi"):
    """The teacher looks at what they attached."""

    homework_id: Id


class ShowDraft(CallbackData, prefix="hwd"):
    lesson_id: Id


class SaveHomework(CallbackData, prefix="hws"):
    """«Записать»: the draft as this preview shows it."""

    lesson_id: Id
    version: int


class DropDraft(CallbackData, prefix="hwn"):
    """«Отмена»."""

    lesson_id: Id


class ChooseDue(CallbackData, prefix="hwc"):
    lesson_id: Id


class SetDue(CallbackData, prefix="hwu"):
    """`number` 0: by the day, not at a lesson."""

    lesson_id: Id
    day: int
    number: LessonNumber


class TypeDue(CallbackData, prefix="hwt"):
    lesson_id: Id


class ChooseWhom(CallbackData, prefix="hwk"):
    lesson_id: Id
    page: int


class SetEveryone(CallbackData, prefix="hwj"):
    """For everyone, or (`course_id` not 0) for a subgroup."""

    lesson_id: Id
    course_id: int


class SetForPupil(CallbackData, prefix="hwl"):
    lesson_id: Id
    pupil_id: Id
    chosen: bool
    page: int


class ChooseFiles(CallbackData, prefix="hwf"):
    lesson_id: Id


class RemoveFile(CallbackData, prefix="hwg"):
    lesson_id: Id
    file_id: Id


class SettleDoubt(CallbackData, prefix="hwq"):
    """Who was meant; `pupil_id` 0: nobody, the words stay for all."""

    lesson_id: Id
    version: int
    index: int
    pupil_id: int


class AllForAll(CallbackData, prefix="hwv"):
    """Nothing of the text is anybody's own."""

    lesson_id: Id


class ShowHomeworkDay(CallbackData, prefix="hwy"):
    """What was set on a day, asked for by the family."""

    pupil_id: Id
    day: int


class ShowTaskFiles(CallbackData, prefix="hwz"):
    """The files of a task, for the family."""

    homework_id: Id
    pupil_id: Id
