"""Kinds of lesson and rows of plans in words."""

from __future__ import annotations

from handlers.texts.i18n import label
from services.lessons import PlanRow
from services.vocabulary import LessonKind

NUMBERED = (LessonKind.PRACTICAL, LessonKind.LABORATORY, LessonKind.CONTROL)
"""Kinds that a plan counts."""
KINDS = tuple(LessonKind)
TOPIC_LIMIT = 300
"""Of a topic in the text of a screen."""


def kind_name(kind: LessonKind) -> str:
    """For a sentence: «практическая работа»."""
    match kind:
        case LessonKind.LESSON:
            return label("урок")
        case LessonKind.PRACTICAL:
            return label("практическая работа")
        case LessonKind.LABORATORY:
            return label("лабораторная работа")
        case LessonKind.CONTROL:
            return label("контрольная работа")
        case LessonKind.EXCURSION:
            return label("экскурсия")
        case LessonKind.IT:
            return label("урок ИКТ")


def kind_button(kind: LessonKind) -> str:
    """For a button: «Практическая»."""
    match kind:
        case LessonKind.LESSON:
            return label("Урок")
        case LessonKind.PRACTICAL:
            return label("Практическая")
        case LessonKind.LABORATORY:
            return label("Лабораторная")
        case LessonKind.CONTROL:
            return label("Контрольная")
        case LessonKind.EXCURSION:
            return label("Экскурсия")
        case LessonKind.IT:
            return label("ИКТ")


def kind_in_plan(row: PlanRow) -> str:
    """«практическая работа № 2»; nothing for an ordinary lesson."""
    if row.kind is LessonKind.LESSON:
        return ""
    name = kind_name(row.kind)
    return label("{kind} № {n}", kind=name, n=row.of_kind) if row.kind in NUMBERED else name


def place_in_plan(row: PlanRow) -> str:
    """«урок 14 · практическая работа № 2»."""
    return " · ".join(filter(None, (label("урок {n}", n=row.number), kind_in_plan(row))))
