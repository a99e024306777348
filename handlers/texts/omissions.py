"""«Сообщить завучу»: what a lesson lacks, for the class teacher who tells and the deputy who reads (C5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup

from handlers.callbacks.changes import ShowHistory
from handlers.callbacks.class_day import ShowClassLessons
from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.reconciliation import (
    AskOmission,
    CloseOmission,
    CommentOmission,
    OpenOmission,
    ShowOmissions,
    TellOmission,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, WORD_LIMIT
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month, short_day
from services.notifications.omissions import ToldOmission
from services.omissions import LessonOmissions, OmissionRow
from services.vocabulary import MissingRecord

OMISSIONS_A_PAGE = 8
COMMENT_LIMIT = 300


def missing_words(missing: Iterable[MissingRecord]) -> str:
    """«перекличка, тема»."""
    return ", ".join(_word(one) for one in missing)


def _word(missing: MissingRecord) -> str:
    match missing:
        case MissingRecord.REGISTER:
            return label("перекличка")
        case MissingRecord.TOPIC:
            return label("тема")
        case MissingRecord.HOMEWORK:
            return label("домашнее задание")
        case MissingRecord.MARKS:
            return label("отметки за работу")


def telling_screen(view: LessonOmissions) -> Screen:
    """What is missing in a lesson, and the buttons that tell it."""
    lesson, ids = view.lesson, {"group_id": view.group_id, "lesson_id": view.lesson.lesson_id}
    body = lines(
        _title(lesson.groups, lesson.subject, lesson.date, lesson.number),
        text("Ведёт {teacher}.", teacher=cut(view.teacher, WORD_LIMIT)),
        text("⚪ Нет: {missing}.", missing=missing_words(view.missing))
        if view.missing
        else text("🟢 Всё записано, сообщать не о чем."),
        text("Завуч уже знает: {missing}.", missing=missing_words(view.told.missing))
        if view.told and view.told.open
        else None,
    )
    rows: list[Row] = []
    if view.untold:
        rows.append((Button(label("Сообщить завучу"), TellOmission(**ids)),))
        rows.append((Button(label("Добавить слова…"), CommentOmission(**ids)),))
    return Screen(body, (*rows, (_back(view),)))


def type_words_screen(view: LessonOmissions) -> Screen:
    ids = {"group_id": view.group_id, "lesson_id": view.lesson.lesson_id}
    lesson = view.lesson
    body = lines(
        _title(lesson.groups, lesson.subject, lesson.date, lesson.number),
        text("⚪ Нет: {missing}.", missing=missing_words(view.missing)),
        text("Напишите завучу несколько слов одним сообщением: они уйдут вместе с уроком."),
    )
    return Screen(body, ((Button(label("‹ Назад"), AskOmission(**ids)),),))


def told_screen(told: ToldOmission) -> Screen:
    """The message to a deputy."""
    return omission_screen(told.omission)


def omission_screen(one: OmissionRow) -> Screen:
    """The lesson with what it lacks."""
    ids = {"group_id": one.group_id, "lesson_id": one.lesson_id}
    body = lines(
        _title(one.group, one.subject, one.date, one.number),
        text("Ведёт {teacher}.", teacher=cut(one.teacher, WORD_LIMIT)),
        text("⚪ Нет: {missing}.", missing=missing_words(one.missing)) if one.open else None,
        text("🟢 Уже есть: {missing}.", missing=missing_words(one.settled)) if one.settled else None,
        text("«{comment}»", comment=cut(one.comment, COMMENT_LIMIT)) if one.comment else None,
        text("Сообщает {who}.", who=cut(one.told_by, WORD_LIMIT)),
    )
    look = (
        Button(label("Журнал"), ShowCourse(course_id=one.course_id)),
        Button(label("Изменения"), ShowHistory(lesson_id=one.lesson_id)),
    )
    close = ((Button(label("Закрыть замечание"), CloseOmission(**ids)),),) if one.open else ()
    return Screen(body, (look, *close, (Button(label("‹ Замечания"), ShowOmissions(page=0)),)))


def omissions_screen(every: tuple[OmissionRow, ...], page: int) -> Screen:
    """What is still missing, the oldest first; each one opens."""
    shown, page, pages = items_of(every, page, OMISSIONS_A_PAGE)
    body = lines(
        text("<b>Замечания к журналам</b>"),
        *(
            text(
                "• {day}, {group}, {subject}: нет — {missing}",
                day=short_day(one.date),
                group=cut(one.group, NAME_LIMIT),
                subject=cut(one.subject, NAME_LIMIT),
                missing=missing_words(one.missing),
            )
            for one in shown
        ),
        None if shown else text("Классные руководители ни о чём не сообщают."),
    )
    opens = [
        (
            Button(
                f"{cut(one.group, NAME_LIMIT)} · {cut(one.subject, NAME_LIMIT)}, {short_day(one.date)}",
                OpenOmission(group_id=one.group_id, lesson_id=one.lesson_id),
            ),
        )
        for one in shown
    ]
    return Screen(body, (*opens, *turning(page, pages, lambda to: ShowOmissions(page=to)), (menu_button(),)))


def _title(groups: str, subject: str, day: date, number: int) -> Markup:
    return text(
        "<b>{groups} · {subject} · {day}, {n} урок</b>",
        groups=cut(groups, NAME_LIMIT),
        subject=cut(subject, WORD_LIMIT),
        day=day_and_month(day),
        n=number,
    )


def _back(view: LessonOmissions) -> Button:
    day = view.lesson.date.toordinal()
    return Button(label("‹ По уроку"), ShowClassLessons(group_id=view.group_id, day=day, page=0))
