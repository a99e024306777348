"""The teacher's lesson of the moment and day."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.lessons import ShowDay, ShowLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import capital, clock_time, full_day, short_day
from services.lessons import LessonRow, TeacherDay, is_unfinished, lacks_homework

UNFINISHED_SHOWN = 3


def place(lesson: LessonRow) -> Markup:
    """«7Б · Алгебра · каб. 12»."""
    parts = [lesson.groups, lesson.subject]
    if lesson.subgroup:
        parts.append(label("подгруппа {name}", name=lesson.subgroup))
    if lesson.rooms:
        parts.append(label("каб. {rooms}", rooms=", ".join(lesson.rooms)))
    return text("<b>{place}</b>", place=" · ".join(parts))


def day_screen(day: TeacherDay, zone: ZoneInfo) -> Screen:
    """All lessons of a day, each a button."""
    title = text("<b>{day}</b>", day=capital(full_day(day.day)))
    if not day.lessons:
        body = lines(title, "", text("Уроков нет."), *unfinished(day))
    else:
        body = lines(title, "", *(_line(day, lesson, zone) for lesson in day.lessons), *unfinished(day))
    buttons = [
        Button(f"{lesson.number} · {lesson.groups}", ShowLesson(lesson_id=lesson.lesson_id))
        for lesson in day.lessons
    ]
    rows: list[Row] = [*in_rows(buttons, 3), *unfinished_rows(day)]
    rows.append(_neighbours(day))
    rows.append((menu_button(),))
    return Screen(str(body), tuple(rows))


def _line(day: TeacherDay, lesson: LessonRow, zone: ZoneInfo) -> Markup:
    if not is_unfinished(lesson):
        mark = "🟢"
    elif lesson.ends_at <= day.now:
        mark = "⚪"
    else:
        mark = "·"
    said = text(
        "{mark} {number}. {start} {groups} {subject}",
        mark=mark,
        number=lesson.number,
        start=clock_time(lesson.starts_at, zone),
        groups=lesson.groups,
        subject=lesson.subject,
    )
    return lines(said, text("     нет: {what}", what=_lacking(lesson))) if mark == "⚪" else said


def _lacking(lesson: LessonRow) -> str:
    """«переклички, темы, задания»."""
    missing = {
        label("переклички"): lesson.taken_at is None,
        label("темы"): lesson.topic is None,
        label("задания"): lacks_homework(lesson),
    }
    return ", ".join(what for what, is_missing in missing.items() if is_missing)


def _neighbours(day: TeacherDay) -> Row:
    before, after = (day.day + timedelta(days=step) for step in (-1, 1))
    today = [] if day.day == day.today else [Button(label("Сегодня"), ShowDay(day=day.today.toordinal()))]
    return (
        Button(f"‹ {short_day(before)}", ShowDay(day=before.toordinal())),
        *today,
        Button(f"{short_day(after)} ›", ShowDay(day=after.toordinal())),
    )


def unfinished(day: TeacherDay) -> list[Markup | str]:
    """How many lessons of the last days lack something."""
    n = len(day.unfinished_before)
    if n == 0:
        return []
    return [
        "",
        count("⚪ Не закончен с прошлых дней {n} урок", "⚪ Не закончено с прошлых дней {n} уроков", n),
    ]


def unfinished_rows(day: TeacherDay) -> list[Row]:
    """The last of them, each a button."""
    return [
        (
            Button(
                label(
                    "⚪ {day}: {number} урок, {groups}",
                    day=short_day(lesson.date),
                    number=lesson.number,
                    groups=lesson.groups,
                ),
                ShowLesson(lesson_id=lesson.lesson_id),
            ),
        )
        for lesson in day.unfinished_before[-UNFINISHED_SHOWN:]
    ]
