"""Absences known before they happen."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, LessonNumber


class ShowPlans(CallbackData, prefix="pal"):
    """Planned absences of a class."""

    group_id: Id
    page: int


class ChoosePlanPupil(CallbackData, prefix="pap"):
    group_id: Id
    page: int


class PlanDraft(CallbackData, prefix="pad"):
    """What is chosen of a planned absence so far; the screen asks for the next thing that is None.

    `first_lesson` 0: the whole day; `last_lesson` 0: to the end of the day.
    """

    pupil_id: Id
    starts_on: int | None = None
    ends_on: int | None = None
    first_lesson: LessonNumber | None = None
    last_lesson: LessonNumber | None = None
    reason_id: Id | None = None


class TypePlanDate(CallbackData, prefix="pat"):
    """«Другая дата»: the first day, or the last one when `starts_on` is chosen."""

    pupil_id: Id
    starts_on: int | None = None


class SavePlan(CallbackData, prefix="pas"):
    pupil_id: Id
    starts_on: int
    ends_on: int
    first_lesson: LessonNumber
    last_lesson: LessonNumber
    reason_id: Id


class ShowPlan(CallbackData, prefix="pav"):
    planned_id: Id


class CancelPlan(CallbackData, prefix="pax"):
    planned_id: Id


class FinishPlan(CallbackData, prefix="paf"):
    """The pupil is back: yesterday was the last day."""

    planned_id: Id
