"""Reading the journal, and what leads to a course (J13)."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.callbacks.fields import Id, LessonNumber

TermId = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""0: the whole year."""


class ShowCourses(CallbackData, prefix="crs"):
    """The actor's courses."""


class ShowCourse(CallbackData, prefix="crc"):
    """A course's card: journal, final marks, plan, subgroups."""

    course_id: Id


class ShowOwnCourses(CallbackData, prefix="cro"):
    page: int


class ShowJournalGroups(CallbackData, prefix="crl"):
    """Classes all of whose journals are open to the actor."""

    page: int


class ShowGroupCourses(CallbackData, prefix="crg"):
    """What a class is taught."""

    group_id: Id
    page: int


class ShowJournal(CallbackData, prefix="jrn"):
    """A course's page as text; `back`: how many screens of lessons before the newest."""

    course_id: Id
    term_id: TermId
    back: int
    pupils: int


class SendJournalPicture(CallbackData, prefix="jrp"):
    course_id: Id
    term_id: TermId
    back: int


class SendJournalWorkbook(CallbackData, prefix="jrx"):
    course_id: Id
    term_id: TermId


class PrintJournal(CallbackData, prefix="jrd"):
    """As a document (J10)."""

    course_id: Id
    term_id: TermId


class ShowPageLesson(CallbackData, prefix="jrl"):
    """The card of a lesson of the page; it may be one that nobody has looked at yet."""

    course_id: Id
    day: int
    number: LessonNumber
