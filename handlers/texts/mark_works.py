"""The works of a lesson, and one work with its kind, weight and title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from handlers.callbacks.class_message import TypeClassMessage
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.marks import (
    AddWork,
    ChooseOtherKind,
    ChooseWorkKind,
    OpenWork,
    RemoveWork,
    SetKind,
    SetWeight,
    ShowWork,
    TypeTitle,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.lessons import place
from handlers.texts.words import capital, cut, day_and_month, full_day, number_words
from handlers.texts.work_words import work_name
from services.marks.works import KindRow, LessonWorks, WorkRow

WEIGHTS = tuple(Decimal(tenths) / 10 for tenths in (0, 5, 10, 15, 20, 25, 30))
TITLE_LIMIT = 40


def works_screen(page: LessonWorks) -> Screen:
    """The lesson's works, each a button; without any, the kinds to begin with."""
    if not page.lesson.has_marks:
        return Screen(lines(_title(page), "", text("В первом классе отметок не ставят.")), (_back(page),))
    if not page.begun:
        early = text("Урок ещё не начался. Отметки можно ставить, когда он начнётся.")
        return Screen(lines(_title(page), "", early), (_back(page),))
    if not page.works:
        return kinds_screen(page)
    names = _names(page.works)
    works = [
        Button(cut(names[work.work_id], TITLE_LIMIT), OpenWork(work_id=work.work_id)) for work in page.works
    ]
    return Screen(
        lines(_title(page), "", *(_line(names[work.work_id], work) for work in page.works)),
        (
            *in_rows(works, 1),
            (
                Button(label("+ Работа"), ChooseWorkKind(lesson_id=page.lesson.lesson_id)),
                Button(label("Одним сообщением"), TypeClassMessage(lesson_id=page.lesson.lesson_id)),
            ),
            _back(page),
        ),
    )


def kinds_screen(page: LessonWorks) -> Screen:
    """«За что отметки?»: the institution's kinds."""
    kinds = [
        Button(
            capital(kind.name),
            AddWork(lesson_id=page.lesson.lesson_id, kind_id=kind.kind_id, place=len(page.works)),
        )
        for kind in page.kinds
    ]
    body = lines(_title(page), "", text("За что отметки? Выберите вид работы."))
    return Screen(
        str(body),
        (
            *in_rows(kinds, 2),
            (Button(label("Одним сообщением"), TypeClassMessage(lesson_id=page.lesson.lesson_id)),),
            _back(page),
        ),
    )


def work_screen(work: WorkRow) -> Screen:
    """One work: what may be changed about it."""
    weights = [
        Button(
            f"✓ {number_words(weight)}" if weight == work.weight else number_words(weight),
            SetWeight(work_id=work.work_id, tenths=int(weight * 10)),
        )
        for weight in WEIGHTS
    ]
    rows: list[Row] = [
        tuple(weights),
        (
            Button(label("Другой вид…"), ChooseOtherKind(work_id=work.work_id)),
            Button(label("Название…"), TypeTitle(work_id=work.work_id)),
        ),
    ]
    if not work.marks:
        rows.append((Button(label("Убрать работу"), RemoveWork(work_id=work.work_id)),))
    rows.append((Button(label("‹ К списку"), OpenWork(work_id=work.work_id)),))
    body = lines(
        text("<b>{work}</b>", work=work_name(work.kind, work.title)),
        text("Отметки в срок — до {day}.", day=day_and_month(work.due_on)),
        text(
            "Вес {weight}: во столько раз отметка важнее обычной в среднем балле.",
            weight=number_words(work.weight),
        ),
    )
    return Screen(str(body), tuple(rows))


def other_kind_screen(work: WorkRow, kinds: tuple[KindRow, ...]) -> Screen:
    """Another kind for a work that is there; it comes with that kind's weight."""
    buttons = [
        Button(
            f"✓ {capital(kind.name)}" if kind.kind_id == work.kind_id else capital(kind.name),
            SetKind(work_id=work.work_id, kind_id=kind.kind_id),
        )
        for kind in kinds
    ]
    back = Button(label("‹ Назад"), ShowWork(work_id=work.work_id))
    return Screen(
        str(text("<b>{work}</b>: какого она вида?", work=work_name(work.kind, work.title))),
        (*in_rows(buttons, 2), (back,)),
    )


def type_title_screen(work: WorkRow) -> Screen:
    back = Button(label("‹ Назад"), ShowWork(work_id=work.work_id))
    body = lines(
        text("<b>{work}</b>", work=work_name(work.kind, work.title)),
        text("Напишите название одним сообщением, например «№ 2»."),
    )
    return Screen(str(body), ((back,),))


def _title(page: LessonWorks) -> Markup:
    return lines(place(page.lesson), text("Отметки, {day}", day=full_day(page.lesson.date)))


def _names(works: Sequence[WorkRow]) -> dict[int, str]:
    """By id; those of one kind and title are told apart: «Работа на уроке», «Работа на уроке (2)»."""
    seen: Counter[str] = Counter()
    names = {}
    for work in works:
        name = work_name(work.kind, work.title)
        seen[name] += 1
        names[work.work_id] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def _line(name: str, work: WorkRow) -> Markup:
    return count(
        "{work} · вес {weight}: {n} отметка, до {day}",
        "{work} · вес {weight}: {n} отметок, до {day}",
        work.marks,
        work=name,
        weight=number_words(work.weight),
        day=day_and_month(work.due_on),
    )


def _back(page: LessonWorks) -> Row:
    return (Button(label("‹ К уроку"), ShowLesson(lesson_id=page.lesson.lesson_id)),)
