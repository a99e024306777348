"""Asked before a mark is written: an absent or exempt pupil, a reason, a day for a debt, a comment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from handlers.callbacks.marks import (
    CorrectAndGive,
    CorrectMark,
    GiveAnyway,
    LeaveQuestion,
    SetDebt,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.mark_words import mark_word
from handlers.texts.marks import names_in, work_title
from handlers.texts.words import cut, short_day
from services.marks.giving import SheetRow
from services.vocabulary import MarkValue

REASONS = ("Ошибка при записи", "Работа исправлена", "Сдано позже", "Пересмотр по просьбе")
"""Buttons carry the place in this list: it only grows."""
NAME_LIMIT = 60


def reason_words(place: int) -> str | None:
    """The words of a usual reason; None for a place that is not in the list."""
    return label(REASONS[place]) if 0 <= place < len(REASONS) else None


def absent_screen(sheet: SheetRow, pupil_id: int, value: MarkValue) -> Screen:
    """A mark for somebody who stands as absent: did they hand it in later, or is the register wrong?"""
    ids = {"work_id": sheet.work_id, "pupil_id": pupil_id}
    question = text(
        "{name}: на этом уроке стоит Н. Поставить «{mark}»?",
        name=_name(sheet, pupil_id),
        mark=mark_word(value),
    )
    return Screen(
        lines(work_title(sheet), "", question),
        (
            (Button(label("Поставить: сдано позже"), GiveAnyway(**ids, value=value)),),
            (Button(label("Был(а) на уроке: исправить Н"), CorrectAndGive(**ids, value=value)),),
            _cancel(sheet, pupil_id),
        ),
    )


def exempt_screen(sheet: SheetRow, pupil_id: int, value: MarkValue) -> Screen:
    """A mark for somebody who need not do the subject: a slip, or did they do the work all the same?"""
    question = text(
        "{name}: освобождение от предмета на этот день. Поставить «{mark}»?",
        name=_name(sheet, pupil_id),
        mark=mark_word(value),
    )
    give = GiveAnyway(work_id=sheet.work_id, pupil_id=pupil_id, value=value)
    return Screen(
        lines(work_title(sheet), "", question),
        ((Button(label("Всё равно поставить"), give),), _cancel(sheet, pupil_id)),
    )


def reason_screen(sheet: SheetRow, pupil_id: int, value: MarkValue | None, day: int | None) -> Screen:
    """A mark that the family knows is changed: why? A usual reason by a button, another one typed."""
    stood = next(cell.value for cell in sheet.cells if cell.pupil_id == pupil_id)
    assert stood is not None
    names = {"name": _name(sheet, pupil_id), "old": mark_word(stood)}
    if value is None:
        change = text("{name}: убрать «{old}».", **names)
    else:
        change = text("{name}: вместо «{old}» — «{new}».", **names, new=mark_word(value))
    reasons = [
        Button(
            label(words),
            CorrectMark(work_id=sheet.work_id, pupil_id=pupil_id, value=value, day=day, reason=place),
        )
        for place, words in enumerate(REASONS)
    ]
    ask = text("Почему? Выберите или напишите одним сообщением: причина останется в журнале изменений.")
    return Screen(lines(work_title(sheet), "", change, ask), (*in_rows(reasons, 2), _cancel(sheet, pupil_id)))


def debt_screen(sheet: SheetRow, pupil_id: int, days: Sequence[date]) -> Screen:
    """«•»: by which of the next lessons."""
    buttons = [
        Button(short_day(day), SetDebt(work_id=sheet.work_id, pupil_id=pupil_id, day=day.toordinal()))
        for day in days
    ]
    ask = (
        text("{name}: до какого урока сдать долг? Семье и вам напомню.", name=_name(sheet, pupil_id))
        if days
        else text("Уроков этого предмета впереди нет, срок долга выбрать не из чего.")
    )
    return Screen(lines(work_title(sheet), "", ask), (*in_rows(buttons, 3), _cancel(sheet, pupil_id)))


def comment_screen(sheet: SheetRow, pupil_id: int) -> Screen:
    """The words beside a mark; the family sees them."""
    comment = next(cell.comment for cell in sheet.cells if cell.pupil_id == pupil_id)
    said: list[Markup] = [text("Сейчас: «{comment}»", comment=comment)] if comment else []
    ask = text(
        "{name}: напишите комментарий одним сообщением. Семья его увидит.", name=_name(sheet, pupil_id)
    )
    return Screen(lines(work_title(sheet), "", *said, ask), (_cancel(sheet, pupil_id),))


def _name(sheet: SheetRow, pupil_id: int) -> Markup:
    return text("<b>{name}</b>", name=cut(names_in(sheet)[pupil_id], NAME_LIMIT))


def _cancel(sheet: SheetRow, pupil_id: int) -> Row:
    return (Button(label("Отмена"), LeaveQuestion(work_id=sheet.work_id, pupil_id=pupil_id)),)
