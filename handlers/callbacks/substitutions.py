"""Substitutions (S5). An absence that is being worked on is named by the teacher and its days; who was chosen
for its lessons waits in the conversation until it is saved."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.callbacks.fields import Id
from services.substitution_register import Span

PersonOrNobody = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""0: nobody."""


class ShowSubstitutions(CallbackData, prefix="sbs"):
    """The register of substitutions."""


class ShowSpan(CallbackData, prefix="sbp"):
    """The register of the week, month or term that holds `day`."""

    span: Span
    day: int
    page: int


class SubstitutionsWorkbook(CallbackData, prefix="sbx"):
    span: Span
    day: int


class ShowSubstitution(CallbackData, prefix="sbc"):
    substitution_id: Id


class RevokeSubstitution(CallbackData, prefix="sbr"):
    substitution_id: Id


class AcceptSubstitutions(CallbackData, prefix="sby"):
    """«Принято»: all that the substitute gives on that day."""

    day: int


class ShowSubstitutedLesson(CallbackData, prefix="sbk"):
    """«К уроку»: the lesson's card as a new message, since the one with the button may still change."""

    lesson_id: Id


# --- Entering -----------------------------------------------------------------------------------------


class ChooseAbsent(CallbackData, prefix="sba"):
    """Who is away: the list, or a surname typed."""

    page: int


class AskAbsentDays(CallbackData, prefix="sbd"):
    teacher_id: Id


class AskAbsentRange(CallbackData, prefix="sbg"):
    """«Несколько дней…»; `starts_on` 0: the first of them is asked for."""

    teacher_id: Id
    starts_on: int


class OpenAbsence(CallbackData, prefix="sbo"):
    """The lessons of these days, nothing chosen yet."""

    teacher_id: Id
    starts_on: int
    ends_on: int


class ShowAbsence(CallbackData, prefix="sbw"):
    """The same with what was chosen."""

    teacher_id: Id
    starts_on: int
    ends_on: int
    page: int


class ChooseSubstitute(CallbackData, prefix="sbl"):
    teacher_id: Id
    starts_on: int
    ends_on: int
    lesson_id: Id
    page: int


class SetSubstitute(CallbackData, prefix="sbt"):
    teacher_id: Id
    starts_on: int
    ends_on: int
    lesson_id: Id
    substitute_id: PersonOrNobody


class ChooseForAll(CallbackData, prefix="sbf"):
    """«Один на все уроки…»."""

    teacher_id: Id
    starts_on: int
    ends_on: int
    page: int


class SetForAll(CallbackData, prefix="sbh"):
    """One for all lessons that they are free for."""

    teacher_id: Id
    starts_on: int
    ends_on: int
    substitute_id: Id


class SaveSubstitutions(CallbackData, prefix="sbv"):
    teacher_id: Id
    starts_on: int
    ends_on: int
