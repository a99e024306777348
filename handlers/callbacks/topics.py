"""The topic of a lesson (J2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.vocabulary import LessonKind


class OpenTopic(CallbackData, prefix="top"):
    """Choose or type the topic."""

    lesson_id: Id


class TakeTopic(CallbackData, prefix="tps"):
    """The topic is this row of the plan."""

    lesson_id: Id
    topic_id: Id


class ChooseTopic(CallbackData, prefix="tpc"):
    """«Другая из плана…»."""

    lesson_id: Id
    page: int


class TypeTopic(CallbackData, prefix="tpt"):
    """«Написать свою»."""

    lesson_id: Id


class RewordTopic(CallbackData, prefix="tpw"):
    """«Изменить слова»: it stays the same row of the plan."""

    lesson_id: Id


class SetTopicKind(CallbackData, prefix="tpk"):
    lesson_id: Id
    kind: LessonKind
