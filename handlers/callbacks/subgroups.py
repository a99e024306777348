"""Subgroups (S2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class OpenSubgroups(CallbackData, prefix="sub"):
    """Who is in which subgroup of the class in the subject."""

    course_id: Id


class ChooseMovedPupil(CallbackData, prefix="suc"):
    """«Перевести ученика…»."""

    course_id: Id
    page: int


class ChooseSubgroup(CallbackData, prefix="sug"):
    """Where to; `course_id`: the course from which one came here."""

    course_id: Id
    pupil_id: Id


class ChooseSubgroupDay(CallbackData, prefix="sud"):
    """From when; `course_id`: the new subgroup."""

    course_id: Id
    pupil_id: Id


class ProposeSubgroup(CallbackData, prefix="sup"):
    """`course_id`: the new subgroup."""

    course_id: Id
    pupil_id: Id
    starts_on: int


class ShowSubgroupChange(CallbackData, prefix="suh"):
    change_id: Id


class AgreeSubgroup(CallbackData, prefix="sua"):
    """«Согласен(на)»."""

    change_id: Id


class DeclineSubgroup(CallbackData, prefix="sun"):
    """«Против», or one's own proposal taken back."""

    change_id: Id
