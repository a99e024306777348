"""The message to a substitute: whose lessons to give, and what they lack (S5)."""

from __future__ import annotations

from handlers.callbacks.substitutions import (
    AcceptSubstitutions,
    ShowSubstitutedLesson,
)
from handlers.screen import Button, Screen
from handlers.texts.i18n import label, lines, text
from handlers.texts.substitutions import NAME_LIMIT, class_and_subject, colleague_name
from handlers.texts.words import (
    clock_time,
    cut,
    full_day,
)
from services.substitutions import SubstitutionDay, SubstitutionRow


def substitution_day_screen(view: SubstitutionDay) -> Screen:
    """What a substitute is to give; taken back, it says so."""
    if not view.lessons:
        return Screen(
            lines(
                text("<b>Замещение отменено: {day}</b>", day=full_day(view.day)),
                *(_lesson(row) for row in view.cancelled),
            )
        )
    waiting = any(row.accepted_at is None for row in view.lessons)
    body = lines(
        text("<b>Вы замещаете: {day}</b>", day=full_day(view.day)),
        *(
            lines(
                text("{lesson}, {time}", lesson=_lesson(row), time=clock_time(row.starts_at, view.zone)),
                text("    вместо: {name}", name=colleague_name(row.absent)),
            )
            for row in view.lessons
        ),
        *(text("Отменено: {lesson}", lesson=_lesson(row)) for row in view.cancelled),
        None if waiting else text("✓ Вы приняли замещение."),
    )
    opens = tuple(
        (
            Button(
                label("К уроку")
                if len(view.lessons) == 1
                else label("К уроку {n}: {groups}", n=row.number, groups=cut(row.groups, 20)),
                ShowSubstitutedLesson(lesson_id=row.lesson_id),
            ),
        )
        for row in view.lessons
    )
    accept = (Button(label("Принято"), AcceptSubstitutions(day=view.day.toordinal())),)
    return Screen(body, (accept, *opens) if waiting else opens)


def accepted_toast(view: SubstitutionDay) -> str:
    return label("Принято") if view.lessons else label("Замещение отменено")


def _lesson(row: SubstitutionRow) -> str:
    """«3 урок, 7Б · Алгебра, каб. 12»."""
    parts = [label("{n} урок", n=row.number), class_and_subject(row)]
    if row.rooms:
        parts.append(label("каб. {rooms}", rooms=cut(", ".join(row.rooms), NAME_LIMIT)))
    return ", ".join(parts)
