"""The diary: a pupil's day, for the family and for those who teach the pupil (U6).

A notice that may say nothing of the child leads here.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowDiaries(CallbackData, prefix="dryc"):
    """«Дневники»: the class teacher or the management chooses a pupil of the class."""

    group_id: Id
    page: int


class ShowDiary(CallbackData, prefix="dry"):
    """«Дневник»: the day that matters now, today's or, in the evening, tomorrow's."""

    pupil_id: Id


class ShowDiaryDay(CallbackData, prefix="dryd"):
    """One day of the diary."""

    pupil_id: Id
    day: int


class ShowDiaryWeek(CallbackData, prefix="dryw"):
    """A week of the diary, from its Monday."""

    pupil_id: Id
    monday: int


class ShowDiaryMonth(CallbackData, prefix="drym"):
    """«Другой день»: the days with lessons of a day's month."""

    pupil_id: Id
    day: int


class ShowTermMarks(CallbackData, prefix="dtm"):
    """«Отметки»: a term's marks by subject; `term_id` 0: the term of today."""

    pupil_id: Id
    term_id: int


class ShowWhy(CallbackData, prefix="why"):
    """«Почему 4,44?»: a subject's marks with their weights, and what the next mark would change."""

    pupil_id: Id
    course_id: Id
    term_id: int


class OpenWhy(ShowWhy, prefix="whn"):
    """The same as a new message, for the notice it is opened from lives on."""


class WhatIf(CallbackData, prefix="wif"):
    """«Что если»: what these further marks would make of the average of the term of today."""

    pupil_id: Id
    course_id: Id
    marks: str
    """A sign a mark: «2»–«5» of an ordinary work, «b»–«e» for two to five of a control work."""


class ShowAttendance(CallbackData, prefix="dat"):
    """«Пропуски»: totals of days and lessons (J7)."""

    pupil_id: Id


class ShowClassForecast(CallbackData, prefix="fcc"):
    """What a class is heading for in the term of today (J12)."""

    group_id: Id
    page: int
