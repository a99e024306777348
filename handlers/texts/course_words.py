"""A course, or a lesson of one, in words."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from markupsafe import Markup

from handlers.texts.i18n import label, text
from handlers.texts.words import cut, day_and_month


class NamedCourse(Protocol):
    @property
    def groups(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def subgroup(self) -> str | None: ...


def course_name(course: NamedCourse) -> str:
    """«7Б · Алгебра», «7Б · Английский язык, подгруппа 1»."""
    return f"{course.groups} · {subject_name(course)}"


def subject_name(course: NamedCourse) -> str:
    """«Алгебра», «Английский язык, подгруппа 1»: where the class stands above."""
    if course.subgroup is None:
        return course.subject
    return label("{subject}, подгруппа {name}", subject=course.subject, name=course.subgroup)


class NamedLesson(Protocol):
    @property
    def groups(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def date(self) -> date: ...


def lesson_title(lesson: NamedLesson) -> Markup:
    """«7Б · Алгебра · 3 урок, 14 сентября»."""
    return text(
        "<b>{groups} · {subject} · {number} урок, {day}</b>",
        groups=cut(lesson.groups, 40),
        subject=cut(lesson.subject, 60),
        number=lesson.number,
        day=day_and_month(lesson.date),
    )
