"""Calendar-thematic plans (J1)."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.callbacks.fields import Id
from services.vocabulary import LessonKind

RowNumber = Annotated[int, Field(ge=0, le=99_999)]


class OpenPlan(CallbackData, prefix="ktp"):
    """The plan of a course and how far it has got."""

    course_id: Id


class OpenDuePlan(OpenPlan, prefix="ktd"):
    """The same as a new message, for the reminder it is opened from lives on."""


class ShowPlanRows(CallbackData, prefix="ktl"):
    course_id: Id
    page: int


class ShowPlanRow(CallbackData, prefix="ktr"):
    course_id: Id
    topic_id: Id


class SetPlanKind(CallbackData, prefix="ktk"):
    course_id: Id
    topic_id: Id
    kind: LessonKind


class MovePlanRow(CallbackData, prefix="ktm"):
    """The row gets this number, and the row that has it gets this row's."""

    course_id: Id
    topic_id: Id
    number: RowNumber


class AskRemovePlanRow(CallbackData, prefix="ktq"):
    course_id: Id
    topic_id: Id


class RemovePlanRow(CallbackData, prefix="ktx"):
    course_id: Id
    topic_id: Id


class TypePlanTopic(CallbackData, prefix="ktt"):
    course_id: Id
    topic_id: Id


class TypePlanHomework(CallbackData, prefix="kth"):
    course_id: Id
    topic_id: Id


class AddPlanRow(CallbackData, prefix="kta"):
    """A new row after this one."""

    course_id: Id
    topic_id: Id


class AddFirstPlanRow(CallbackData, prefix="ktn"):
    """A new row before all others."""

    course_id: Id


class ChooseVariant(CallbackData, prefix="ktv"):
    course_id: Id


class AssignVariant(CallbackData, prefix="kts"):
    """The course goes by the plan that this row belongs to."""

    course_id: Id
    topic_id: Id


class SendPlanFile(CallbackData, prefix="ktf"):
    """«Загрузить из файла»."""

    course_id: Id


class SavePlanFile(CallbackData, prefix="ktw"):
    """«Заменить план»: save the file that was read before."""

    course_id: Id
