"""The list of a work: whose mark is next, one tap a mark."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.changes import ShowHistory
from handlers.callbacks.class_message import TypeClassMessage
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.marks import (
    ChooseDebtDay,
    ChoosePupil,
    ChooseWorkKind,
    GiveMark,
    OpenMarks,
    RemoveMark,
    SetMark,
    ShowWork,
    TypeComment,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.locked import ask_button, locked_words
from handlers.texts.mark_words import mark_symbol, mark_word
from handlers.texts.words import Naming, cut, day_and_month, distinct_names, number_words
from handlers.texts.work_words import work_name
from services.marks.giving import SheetCell, SheetRow
from services.vocabulary import MarkValue

PAGE = 12
"""Names on a screen: with the values above them they fit a small phone."""
NAME_LIMIT = 18
TOAST_NAME_LIMIT = 80
NUMBERS = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO)
OTHERS = (MarkValue.PASSED, MarkValue.FAILED, MarkValue.NOT_ASSESSED, MarkValue.EXEMPT)


def sheet_screen(sheet: SheetRow, pupil_id: int | None = None) -> Screen:
    """The list at a pupil; without one at the first who may still get a mark."""
    if not sheet.cells:
        body = lines(work_title(sheet), "", text("В этом уроке нет учеников. Проверьте список у секретаря."))
        return Screen(str(body), _ways_on(sheet))
    current = _cell(sheet, pupil_id) or next(filter(_waits, sheet.cells), sheet.cells[0])
    body = lines(
        work_title(sheet),
        _progress(sheet),
        "",
        text("<b>{name}</b>", name=_numbered(current)),
        *_state(sheet, current),
    )
    return Screen(str(body), (*_values(sheet, current), *_names(sheet, current), *_ways_on(sheet)))


def next_screen(sheet: SheetRow, pupil_id: int) -> Screen:
    """After a mark: the next pupil who waits for one; after the last of them the list stays."""
    ids = [cell.pupil_id for cell in sheet.cells]
    following = sheet.cells[ids.index(pupil_id) + 1 :]
    chosen = next((cell.pupil_id for cell in following if _waits(cell)), pupil_id)
    return sheet_screen(sheet, chosen)


def mark_toast(sheet: SheetRow, pupil_id: int) -> str:
    """What the tap changed: «Иванов П.: 5»."""
    cell = _cell(sheet, pupil_id)
    assert cell is not None
    name = cut(names_in(sheet)[pupil_id], TOAST_NAME_LIMIT)
    if cell.value is None:
        return label("{name}: отметки нет", name=name)
    return label("{name}: {mark}", name=name, mark=mark_word(cell.value))


def taken_toast(sheet: SheetRow, pupil_id: int) -> str:
    """A tap that came when the cell was filled already."""
    return label("{said}. Стоит уже, не изменено.", said=mark_toast(sheet, pupil_id))


def work_title(sheet: SheetRow) -> Markup:
    """«7Б · Алгебра · 3 урок», and the work below it."""
    work = text(
        "{work} · вес {weight}", work=work_name(sheet.kind, sheet.title), weight=number_words(sheet.weight)
    )
    return lines(
        text(
            "<b>{groups} · {subject} · {number} урок, {day}</b>",
            groups=sheet.groups,
            subject=sheet.subject,
            number=sheet.number,
            day=day_and_month(sheet.date),
        ),
        work,
    )


def names_in(sheet: SheetRow) -> dict[int, str]:
    return distinct_names({
        cell.pupil_id: Naming(cell.last_name, cell.first_name, cell.middle_name, cell.number)
        for cell in sheet.cells
    })  # fmt: skip


def _cell(sheet: SheetRow, pupil_id: int | None) -> SheetCell | None:
    return next((cell for cell in sheet.cells if cell.pupil_id == pupil_id), None)


def _waits(cell: SheetCell) -> bool:
    return cell.value is None and not (cell.locked or cell.form_one or cell.absent or cell.exempt)


def _numbered(cell: SheetCell) -> str:
    name = f"{cell.last_name} {cell.first_name}".rstrip()
    return name if cell.number is None else f"{cell.number}. {name}"


def _progress(sheet: SheetRow) -> Markup:
    given = sum(cell.value is not None for cell in sheet.cells)
    counts = {"given": given, "total": len(sheet.cells), "day": day_and_month(sheet.due_on)}
    if sheet.today > sheet.due_on:
        return text("Отметок {given} из {total}. Срок был до {day}.", **counts)
    return text("Отметок {given} из {total}. Поставить до {day}.", **counts)


def _state(sheet: SheetRow, cell: SheetCell) -> list[Markup]:
    """What stands in the cell, and why it cannot be changed if it cannot."""
    said = []
    if cell.absent:
        said.append(text("🔴 Н на этом уроке"))
    if cell.exempt:
        said.append(text("осв.: ученик освобождён от предмета"))
    if cell.value is MarkValue.DEBT and cell.due_on is not None:
        said.append(text("Стоит долг • до {day}", day=day_and_month(cell.due_on)))
    elif cell.value is not None:
        said.append(text("Стоит: {mark}", mark=mark_word(cell.value)))
    if cell.comment:
        said.append(text("«{comment}»", comment=cell.comment))
    if cell.form_one:
        said.append(text("В первом классе отметок не ставят."))
    elif cell.locked:
        said.append(locked_words(sheet.date))
    elif cell.value is None:
        said.append(text("Какая отметка?"))
    return said


def _values(sheet: SheetRow, cell: SheetCell) -> tuple[Row, ...]:
    if cell.form_one:
        return ()
    if cell.locked:
        return ((ask_button(lesson_id=sheet.lesson_id),),)
    ids = {"work_id": sheet.work_id, "pupil_id": cell.pupil_id}

    action = GiveMark if cell.value is None else SetMark

    def values(offered: tuple[MarkValue, ...]) -> list[Button]:
        return [Button(mark_symbol(value), action(**ids, value=value)) for value in offered]

    debt = Button(mark_symbol(MarkValue.DEBT), ChooseDebtDay(**ids))
    rows: list[Row] = [tuple(values(NUMBERS)), (*values(OTHERS), debt)]
    if cell.value is not None:
        rows.append(
            (
                Button(label("Убрать отметку"), RemoveMark(**ids)),
                Button(label("Комментарий…"), TypeComment(**ids)),
            )
        )
    return tuple(rows)


def _names(sheet: SheetRow, current: SheetCell) -> tuple[Row, ...]:
    at = sheet.cells.index(current) // PAGE * PAGE
    names = names_in(sheet)

    def jump(words: str, cell: SheetCell) -> Button:
        return Button(words, ChoosePupil(work_id=sheet.work_id, pupil_id=cell.pupil_id))

    shown = [
        jump(_name_label(names[cell.pupil_id], cell, cell is current), cell)
        for cell in sheet.cells[at : at + PAGE]
    ]
    turning = []
    if at:
        turning.append(jump(label("‹ Выше"), sheet.cells[at - PAGE]))
    if at + PAGE < len(sheet.cells):
        turning.append(jump(label("Ниже ›"), sheet.cells[at + PAGE]))
    return (*in_rows(shown, 2), *([tuple(turning)] if turning else []))


def _name_label(name: str, cell: SheetCell, current: bool) -> str:
    """«🔒 5 Иванов П.»: what stands comes first, so that a long name does not hide it."""
    signs = ["▸" if current else "", "🔒" if cell.locked else "", "🔴" if cell.absent else ""]
    mark = mark_symbol(cell.value) if cell.value else ""
    return " ".join(filter(None, [*signs, mark, cut(name, NAME_LIMIT)]))


def _ways_on(sheet: SheetRow) -> tuple[Row, ...]:
    lesson = {"lesson_id": sheet.lesson_id}
    works = (
        Button(label("Все работы"), OpenMarks(**lesson))
        if sheet.works > 1
        else Button(label("+ Работа"), ChooseWorkKind(**lesson))
    )
    return (
        (
            works,
            Button(label("Об этой работе…"), ShowWork(work_id=sheet.work_id)),
            Button(label("Изменения"), ShowHistory(**lesson)),
        ),
        (
            Button(label("Одним сообщением"), TypeClassMessage(**lesson)),
            Button(label("‹ К уроку"), ShowLesson(**lesson)),
        ),
    )
