"""Who is away, and on which days: what is asked before substitutions are entered (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from handlers.callbacks.substitutions import AskAbsentDays, AskAbsentRange, ChooseAbsent, OpenAbsence
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, text
from handlers.texts.paging import items_of, turning
from handlers.texts.substitutions import NAME_LIMIT, NAMES_A_PAGE, colleague_name, to_register
from handlers.texts.words import cut, full_name, short_day
from services.substitutions import MAX_DAYS, PAST_DAYS, Colleague

NEXT_DAYS = 7


def choose_absent_screen(teachers: Sequence[Colleague], page: int, *, typed: str = "") -> Screen:
    """The staff by name, or those whose name fits what was typed."""
    shown, page, pages = items_of(teachers, page, NAMES_A_PAGE)
    names = (
        Button(colleague_name(teacher), AskAbsentDays(teacher_id=teacher.person_id)) for teacher in shown
    )
    if typed and not teachers:
        said = text(
            "Учителя «{typed}» не нашёл. Напишите фамилию ещё раз или вернитесь к списку.", typed=typed
        )
    else:
        said = text("<b>Кто отсутствует?</b>\nВыберите учителя или напишите фамилию.")
    everyone: tuple[Row, ...] = ((Button(label("Весь список"), ChooseAbsent(page=0)),),) if typed else ()
    turned = () if typed else turning(page, pages, lambda to: ChooseAbsent(page=to))
    return Screen(said, (*in_rows(names, 2), *turned, *everyone, (to_register(),)))


def choose_day_screen(teacher: Colleague, today: date) -> Screen:
    """One day in one tap; several are asked for."""
    teacher_id = teacher.person_id

    def one(name: str, day: date) -> Button:
        ordinal = day.toordinal()
        return Button(name, OpenAbsence(teacher_id=teacher_id, starts_on=ordinal, ends_on=ordinal))

    days = [today + timedelta(days=n) for n in range(2, NEXT_DAYS)]
    return Screen(
        text("<b>{name}</b>\nКогда отсутствует?", name=cut(full_name(teacher), NAME_LIMIT)),
        (
            (one(label("Сегодня"), today), one(label("Завтра"), today + timedelta(days=1))),
            *in_rows((one(short_day(day), day) for day in days), 3),
            (Button(label("Несколько дней…"), AskAbsentRange(teacher_id=teacher_id, starts_on=0)),),
            (Button(label("‹ Назад"), ChooseAbsent(page=0)),),
        ),
    )


def choose_range_screen(teacher: Colleague, today: date, first: date | None) -> Screen:
    """The first day, then the last one."""
    teacher_id = teacher.person_id
    name = cut(full_name(teacher), NAME_LIMIT)
    if first is None:
        days = [today + timedelta(days=n) for n in range(-PAST_DAYS, MAX_DAYS)]
        asked = text("<b>{name}</b>\nС какого дня отсутствует?", name=name)
        buttons = [
            Button(short_day(day), AskAbsentRange(teacher_id=teacher_id, starts_on=day.toordinal()))
            for day in days
        ]
    else:
        days = [first + timedelta(days=n) for n in range(MAX_DAYS)]
        asked = text("<b>{name}</b>\nПо какой день включительно?", name=name)
        buttons = [
            Button(
                short_day(day),
                OpenAbsence(teacher_id=teacher_id, starts_on=first.toordinal(), ends_on=day.toordinal()),
            )
            for day in days
        ]
    return Screen(
        asked, (*in_rows(buttons, 3), (Button(label("‹ Назад"), AskAbsentDays(teacher_id=teacher_id)),))
    )
