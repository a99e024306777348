"""«По уроку»: who is missing at each lesson, and whose registers are not taken."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ShowHistory
from handlers.callbacks.class_day import ShowClassDay, ShowClassLessons
from handlers.callbacks.reconciliation import AskOmission
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, WORD_LIMIT, name_of
from handlers.texts.buttons import in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import clock_time, cut, full_day
from services.class_day_views import ClassDay, DayLesson, RegisterState

NAMES_SHOWN = 20


def lessons_screen(day: ClassDay, zone: ZoneInfo, page: int = 0) -> Screen:
    """«По уроку»: who is missing at each lesson, and whose registers are not taken."""
    blocks = [_lesson_block(lesson, day, zone) for lesson in day.lessons]
    shown, page, pages = page_of(blocks, page)
    ids = {"group_id": day.group.group_id, "day": day.day.toordinal()}
    body = lines(
        text(
            "<b>{group} · по урокам · {day}</b>", group=cut(day.group.name, NAME_LIMIT), day=full_day(day.day)
        ),
        *(shown or [text("Уроков нет.")]),
    )
    turned = turning(page, pages, lambda to: ShowClassLessons(**ids, page=to))
    histories = in_rows(
        (
            Button(label("Изменения: {n} урок", n=lesson.number), ShowHistory(lesson_id=lesson.lesson_id))
            for lesson in day.lessons
            if lesson.state is not RegisterState.AHEAD
        ),
        2,
    )
    tell = in_rows(
        (
            Button(
                label("Сообщить завучу: {n} урок", n=lesson.number),
                AskOmission(group_id=day.group.group_id, lesson_id=lesson.lesson_id),
            )
            for lesson in day.lessons
            if lesson.lacks and day.may_confirm
        ),
        2,
    )
    back = (Button(label("‹ К списку"), ShowClassDay(**ids, page=0)),)
    return Screen(body, (*turned, *histories, *tell, back))


def _lesson_block(lesson: DayLesson, day: ClassDay, zone: ZoneInfo) -> Markup:
    subject = cut(lesson.subject, NAME_LIMIT)
    if lesson.subgroup:
        subject = f"{subject} ({cut(lesson.subgroup, NAME_LIMIT)})"
    missing = [
        name_of(pupil)
        for pupil in day.missing
        if any(cell.lesson_id == lesson.lesson_id for cell in pupil.missed)
    ]
    return lines(
        "",
        text(
            "<b>{n} урок · {subject}</b> · {time}",
            n=lesson.number,
            subject=subject,
            time=clock_time(lesson.starts_at, zone),
        ),
        _lesson_state(lesson, missing),
    )


def _lesson_state(lesson: DayLesson, missing: Sequence[str]) -> Markup:
    names = _names(missing)
    if lesson.state is RegisterState.NOT_TAKEN:
        teacher = cut(lesson.teacher, WORD_LIMIT)
        if missing:
            return text("⚪ перекличка не закончена ({teacher}), нет: {names}", teacher=teacher, names=names)
        return text("⚪ перекличка не проведена ({teacher})", teacher=teacher)
    if missing:
        return text("🔴 нет: {names}", names=names)
    return text("впереди") if lesson.state is RegisterState.AHEAD else text("все на месте")


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    shown = ", ".join(names[:NAMES_SHOWN])
    return label("{names} и ещё {n}", names=shown, n=more) if more > 0 else shown
