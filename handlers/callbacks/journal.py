"""Reading the journal, and what leads to a course (J13)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks import Id


class ShowCourses(CallbackData, prefix="crs"):
    """The actor's courses."""


class ShowCourse(CallbackData, prefix="crc"):
    """A course's card: journal, final marks, plan, subgroups."""

    course_id: Id
