"""Conversations of families with the school (C1)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowThreads(CallbackData, prefix="thl"):
    """«Переписка»: one's own threads; the unanswered stand first."""

    page: int


class OpenThread(CallbackData, prefix="tho"):
    thread_id: Id
    page: int


class ChooseAddressee(CallbackData, prefix="thc"):
    """«Написать»: the guardian chooses the class teacher, a subject's teacher or the administration."""

    pupil_id: Id


class WriteToTeacher(CallbackData, prefix="thw"):
    """Write to the teacher of a course about a pupil; from a digest `monday` names the week, else 0."""

    pupil_id: Id
    course_id: Id
    monday: int


class ChooseFamily(CallbackData, prefix="thf"):
    """The class teacher, a teacher or the management writes to the family of a pupil."""

    pupil_id: Id


class AskHelp(CallbackData, prefix="hlq"):
    """«Задать вопрос»: the help point (U9)."""
