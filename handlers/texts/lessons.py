"""The teacher's lesson of the moment and day."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks import OpenRegister, ShowDay, ShowLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import capital, clock_time, day_and_month, full_day, short_day
from services.attendance import EARLY
from services.lessons import LessonRow, TeacherDay

UNFINISHED_SHOWN = 3


def place(lesson: LessonRow) -> Markup:
    """«7Б · Алгебра · каб. 12»."""
    parts = [lesson.groups, lesson.subject]
    if lesson.subgroup:
        parts.append(label("подгруппа {name}", name=lesson.subgroup))
    if lesson.rooms:
        parts.append(label("каб. {rooms}", rooms=", ".join(lesson.rooms)))
    return text("<b>{place}</b>", place=" · ".join(parts))


def register_state(lesson: LessonRow, zone: ZoneInfo) -> Markup:
    """Whether the register is taken; not taken is never «all present»."""
    if lesson.taken_at is None:
        if lesson.marked:
            return text("⚪ Перекличка не закончена: отмечено {n}", n=lesson.marked)
        return text("⚪ Перекличка не проведена")
    time = clock_time(lesson.taken_at, zone)
    if lesson.marked == 0:
        return text("🟢 Перекличка в {time}: все на месте", time=time)
    return text("🟢 Перекличка в {time}: отмечено {n}", time=time, n=lesson.marked)


def lesson_screen(day: TeacherDay, lesson: LessonRow | None, zone: ZoneInfo) -> Screen:
    """One lesson, with its neighbours a tap away."""
    if lesson is None:
        return day_screen(day, zone)
    hours = {
        "number": lesson.number,
        "start": clock_time(lesson.starts_at, zone),
        "end": clock_time(lesson.ends_at, zone),
    }
    if lesson.starts_at <= day.now < lesson.ends_at:
        title = text("🔔 {number} урок · {start}–{end} · идёт", **hours)
    elif lesson.ends_at <= day.now:
        title = text("{number} урок · {start}–{end} · прошёл", **hours)
    else:
        title = text("{number} урок · {start}–{end} · впереди", **hours)
    opens_at = lesson.starts_at - EARLY
    begun = opens_at <= day.now
    opens_on = label("сегодня") if lesson.date == day.today else day_and_month(lesson.date)
    body = lines(
        title,
        None if lesson.date == day.today else text("{day}", day=full_day(lesson.date)),
        place(lesson),
        "",
        register_state(lesson, zone)
        if begun
        else text("Перекличку можно открыть {day} в {time}.", day=opens_on, time=clock_time(opens_at, zone)),
        *_unfinished(day),
    )
    rows: list[Row] = []
    if begun:
        words = label("Перекличка") if lesson.taken_at is None else label("Исправить перекличку")
        rows.append((Button(words, OpenRegister(lesson_id=lesson.lesson_id)),))
    rows.append((*_neighbours(day, lesson),))
    rows.extend(_unfinished_rows(day))
    rows.append((menu_button(),))
    return Screen(str(body), tuple(rows))


def day_screen(day: TeacherDay, zone: ZoneInfo) -> Screen:
    """All lessons of a day, each a button."""
    title = text("<b>{day}</b>", day=capital(full_day(day.day)))
    if not day.lessons:
        body = lines(title, "", text("Уроков нет."), *_unfinished(day))
    else:
        body = lines(title, "", *(_line(day, lesson, zone) for lesson in day.lessons), *_unfinished(day))
    buttons = [
        Button(f"{lesson.number} · {lesson.groups}", ShowLesson(lesson_id=lesson.lesson_id))
        for lesson in day.lessons
    ]
    rows: list[Row] = [*in_rows(buttons, 3), *_unfinished_rows(day)]
    shown = day.day.toordinal()
    rows.append(
        (
            Button(f"‹ {short_day(day.day.fromordinal(shown - 1))}", ShowDay(day=shown - 1)),
            Button(f"{short_day(day.day.fromordinal(shown + 1))} ›", ShowDay(day=shown + 1)),
        )
    )
    rows.append((menu_button(),))
    return Screen(str(body), tuple(rows))


def _line(day: TeacherDay, lesson: LessonRow, zone: ZoneInfo) -> Markup:
    if lesson.taken_at is not None:
        mark = "🟢"
    elif lesson.ends_at <= day.now:
        mark = "⚪"
    else:
        mark = "·"
    return text(
        "{mark} {number}. {start} {groups} {subject}",
        mark=mark,
        number=lesson.number,
        start=clock_time(lesson.starts_at, zone),
        groups=lesson.groups,
        subject=lesson.subject,
    )


def _unfinished(day: TeacherDay) -> list[Markup | str]:
    n = len(day.unfinished_before)
    if n == 0:
        return []
    return [
        "",
        count(
            "⚪ Без переклички с прошлых дней: {n} урок", "⚪ Без переклички с прошлых дней: {n} уроков", n
        ),
    ]


def _unfinished_rows(day: TeacherDay) -> list[Row]:
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


def _neighbours(day: TeacherDay, lesson: LessonRow) -> list[Button]:
    ids = [row.lesson_id for row in day.lessons]
    at = ids.index(lesson.lesson_id) if lesson.lesson_id in ids else None
    buttons = []
    if at:
        before = day.lessons[at - 1]
        buttons.append(Button(label("‹ {n} урок", n=before.number), ShowLesson(lesson_id=before.lesson_id)))
    buttons.append(Button(label("Весь день"), ShowDay(day=lesson.date.toordinal())))
    if at is not None and at + 1 < len(ids):
        after = day.lessons[at + 1]
        buttons.append(Button(label("{n} урок ›", n=after.number), ShowLesson(lesson_id=after.lesson_id)))
    return buttons
