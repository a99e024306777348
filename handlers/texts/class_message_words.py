"""Words that the preview of a message about the class and its questions share."""

from __future__ import annotations

from handlers.texts.i18n import label
from handlers.texts.mark_words import attendance_symbol, mark_symbol
from handlers.texts.words import Naming, cut, distinct_names
from services.marks.class_message import Answers, Draft, Item
from services.vocabulary import AttendanceStatus, MarkValue

NAME_LIMIT = 30


def names_in(draft: Draft) -> dict[int, str]:
    """Every pupil of the class as told apart from the others, in the list's order."""
    named = distinct_names(
        {
            cell.pupil_id: Naming(cell.last_name, cell.first_name, cell.middle_name, cell.number)
            for cell in draft.pupils
        }
    )
    return {pupil_id: cut(name, NAME_LIMIT) for pupil_id, name in named.items()}


def symbol(value: MarkValue | AttendanceStatus, answers: Answers) -> str:
    """«5», «•», «н», «о12»."""
    if isinstance(value, MarkValue):
        return mark_symbol(value)
    return attendance_symbol(value, answers.late_minutes)


def change(item: Item, names: dict[int, str], answers: Answers) -> str:
    """«Иванов П. 4 → 5»."""
    before = "" if item.before is None else symbol(item.before, answers)
    return f"{names[item.pupil_id]} {before} → {symbol(item.value, answers)}"


def quoted(piece: str, limit: int) -> str:
    """A piece of the teacher's message, on one line."""
    return label("«{piece}»", piece=cut(" ".join(piece.split()), limit))
