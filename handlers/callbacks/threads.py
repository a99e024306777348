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


class OpenAddressees(CallbackData, prefix="the"):
    """The same as a new message, for the notice it is opened from lives on."""

    pupil_id: Id


class WriteToTeacher(CallbackData, prefix="thw"):
    """Write to the teacher of a course about a pupil; from a digest `monday` names the week, else 0."""

    pupil_id: Id
    course_id: Id
    monday: int


class ChooseFamily(CallbackData, prefix="thf"):
    """The class teacher, a teacher or the management writes to the family of a pupil."""

    pupil_id: Id


class ChoosePupilToWrite(CallbackData, prefix="thk"):
    """A teacher writes first: to the family of which pupil of the course."""

    course_id: Id
    page: int


class AskHelp(CallbackData, prefix="hlq"):
    """«Задать вопрос»: the help point (U9)."""


class AnswerThread(CallbackData, prefix="tha"):
    """«Ответить»: the next message goes into this thread."""

    thread_id: Id


class WriteToPerson(CallbackData, prefix="thx"):
    """Write about a pupil: to the teacher of a course, without one (0) to the class teacher, without both to
    the administration."""

    pupil_id: Id
    course_id: int
    staff_id: int


class ChooseSubject(CallbackData, prefix="thj"):
    """Write to a teacher of several of the pupil's subjects: about which of them."""

    pupil_id: Id
    staff_id: Id


class WriteToClassTeacher(CallbackData, prefix="thm"):
    """Write to the class teacher of a pupil, whoever that is."""

    pupil_id: Id


class WriteToFamily(CallbackData, prefix="thg"):
    """Write to a guardian: about a course or, without one (0), as class teacher or administration."""

    pupil_id: Id
    guardian_id: Id
    course_id: int


class SendDraft(CallbackData, prefix="ths"):
    """Send the kept message: as WriteToPerson says; about the draft's pupil."""

    draft_id: int
    course_id: int
    staff_id: int


class SendToHelp(CallbackData, prefix="thh"):
    """Send the kept message to the help point."""

    draft_id: int


class ChooseDraftPupil(CallbackData, prefix="thp"):
    """About which of the children the kept message is."""

    draft_id: int
    pupil_id: Id


class DropMessage(CallbackData, prefix="thv"):
    """«Не отправлять»."""

    draft_id: int


class ShowThreadFiles(CallbackData, prefix="thi"):
    message_id: Id


class ShowMessageThread(CallbackData, prefix="tht"):
    """«Показать»: the thread of a message that says nothing of the child by itself."""

    message_id: Id


class SearchThreads(CallbackData, prefix="thq"):
    """«Найти»: words are typed next."""


class PrintThread(CallbackData, prefix="thd"):
    thread_id: Id


class ChooseMute(CallbackData, prefix="thu"):
    """For how long a guardian's messages are not passed on."""

    thread_id: Id


class MuteFor(CallbackData, prefix="thn"):
    """The reason is typed next."""

    thread_id: Id
    days: int


class LiftMute(CallbackData, prefix="thz"):
    mute_id: Id


class ShowMutes(CallbackData, prefix="thy"):
    """For the deputies."""


class ShowOfficeHours(CallbackData, prefix="oh"):
    """When a colleague reads messages."""


class TypeOfficeHours(CallbackData, prefix="oht"):
    """The hours are typed next."""


class ResetOfficeHours(CallbackData, prefix="ohr"):
    """As the school has it."""
