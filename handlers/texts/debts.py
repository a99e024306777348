"""Debts that are due: for families and for teachers."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.callbacks.marks import ChoosePupil, ShowDebts, ShowTeacherDebts
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.homework_notices import whose
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, day_and_month, initials, short_name
from handlers.texts.work_words import work_words
from services.notifications.debt_reminder import DebtReminder, DebtRow, TeacherDebts
from services.settings import PersonalData

SHOWN = 15
NAME_LIMIT = 30


def debt_reminder_screen(view: DebtReminder) -> Screen:
    """The message; under `personal_data = none` it only says that there is something to read."""
    if view.personal_data is PersonalData.NONE:
        show = ShowDebts(pupil_id=view.pupil.pupil_id)
        return Screen(str(text("Есть новое в дневнике.")), ((Button(label("Показать"), show),),))
    said = debt_lines(view) or [text("Долгов нет.")]
    return Screen(lines(whose(view.pupil, view.personal_data), "", *said))


def debt_lines(view: DebtReminder) -> list[Markup]:
    """A line for every debt, as the family reads it."""
    return [_of_family(debt, view.on) for debt in view.debts[:SHOWN]]


def teacher_debts_screen(view: TeacherDebts) -> Screen:
    """Who owes what, each a button to the pupil's cell."""
    if view.personal_data is PersonalData.NONE:
        show = ShowTeacherDebts(day=view.on.toordinal())
        return Screen(
            str(text("Есть долги, у которых подходит срок.")), ((Button(label("Показать"), show),),)
        )
    if not view.debts:
        return Screen(str(text("Долгов с подходящим сроком нет.")), ((menu_button(),),))
    debts = view.debts[:SHOWN]
    names = [_name(debt, view.personal_data) for debt in debts]
    rows: list[Row] = [
        (
            Button(
                f"{name}, {cut(debt.groups, 12)}", ChoosePupil(work_id=debt.work_id, pupil_id=debt.pupil_id)
            ),
        )
        for name, debt in zip(names, debts, strict=True)
    ]
    said = [
        text(
            "• {name}, {groups}: {what}. {when}",
            name=name,
            groups=debt.groups,
            what=_what(debt),
            when=_when(debt, view.on),
        )
        for name, debt in zip(names, debts, strict=True)
    ]
    return Screen(lines(text("<b>Долги учеников</b>"), "", *said), tuple(rows))


def _of_family(debt: DebtRow, on: date) -> Markup:
    return text("• Долг: {what}. {when}", what=_what(debt), when=_when(debt, on))


def _what(debt: DebtRow) -> str:
    return f"{cut(debt.subject, 60)}, {work_words(debt.kind, debt.title)}"


def _when(debt: DebtRow, on: date) -> str:
    day = day_and_month(debt.due_on)
    if debt.due_on < on:
        return label("Срок прошёл {day}.", day=day)
    if (debt.due_on - on).days == 1:
        return label("Срок завтра, {day}.", day=day)
    return label("Срок {day}.", day=day)


def _name(debt: DebtRow, personal_data: PersonalData) -> str:
    if personal_data is PersonalData.INITIALS:
        return initials(debt.last_name, debt.first_name)
    return cut(short_name(debt.last_name, debt.first_name), NAME_LIMIT)
