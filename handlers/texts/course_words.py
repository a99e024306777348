"""A course, or a lesson of one, in words."""

from __future__ import annotations

from typing import Protocol

from markupsafe import Markup

from handlers.texts.i18n import label, text
from handlers.texts.words import cut


class NamedCourse(Protocol):
    @property
    def groups(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def subgroup(self) -> str | None: ...


def course_name(course: NamedCourse) -> str:
    """«7Б · Алгебра», «7Б · Английский язык, подгруппа 1»."""
    if course.subgroup is None:
        return f"{course.groups} · {course.subject}"
    name = label("{subject}, подгруппа {name}", subject=course.subject, name=course.subgroup)
    return f"{course.groups} · {name}"


class NamedLesson(Protocol):
    @property
    def groups(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def number(self) -> int: ...


def lesson_title(lesson: NamedLesson) -> Markup:
    """«7Б · Алгебра · 3 урок»."""
    return text(
        "<b>{groups} · {subject} · {number} урок</b>",
        groups=cut(lesson.groups, 40),
        subject=cut(lesson.subject, 60),
        number=lesson.number,
    )
