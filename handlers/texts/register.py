"""The register and what is said after «Готово»."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.register import (
    AskMinutes,
    ChooseLate,
    EveryonePresent,
    OpenRegister,
    SetCell,
    SetLate,
    TakeRegister,
)
from handlers.screen import TEXT_LIMIT, Button, Screen
from handlers.texts.buttons import in_rows
from handlers.texts.course_words import lesson_title
from handlers.texts.i18n import label, lines, text
from handlers.texts.locked import ask_button, locked_words
from handlers.texts.words import Naming, answer_word, clock_time, cut, day_and_month, distinct_names, units
from services.attendance import Cell, RegisterRow
from services.vocabulary import AttendanceSource, AttendanceStatus

NAME_LIMIT = 20
TOAST_NAME_LIMIT = 160
"""A toast holds 200 units."""
MINUTES = (5, 10, 12, 15, 20, 30, 40)


def register_screen(register: RegisterRow) -> Screen:
    """Every pupil a button: a tap on a name sets Н, a tap on a pupil who is marked sets «на месте»."""
    if not register.cells:
        nobody = text("В этом уроке нет учеников. Проверьте список у секретаря.")
        return Screen(lines(lesson_title(register), "", nobody), ((back_to_lesson(register),),))
    if register.locked or not register.begun:
        return _closed(register)
    names = names_in(register)
    buttons = [Button(_cell_label(names, cell), _tap(register, cell)) for cell in register.cells]
    marked = any(
        cell.status is not AttendanceStatus.PRESENT and not is_planned(cell) for cell in register.cells
    )
    last = [Button(label("Опоздал…"), ChooseLate(lesson_id=register.lesson_id))]
    if not marked and register.taken_at is None:
        last.insert(0, Button(label("Все на месте"), EveryonePresent(lesson_id=register.lesson_id)))
    return Screen(
        _body(register, names, text("Отметьте тех, кого нет.")),
        (
            *in_rows(buttons, 2),
            tuple(last),
            (Button(label("Готово"), TakeRegister(lesson_id=register.lesson_id)), back_to_lesson(register)),
        ),
    )


def late_screen(register: RegisterRow) -> Screen:
    """«Опоздал…»: the next tap on a name asks for minutes."""
    if register.locked or not register.begun:
        return _closed(register)
    names = names_in(register)
    buttons = [
        Button(_cell_label(names, cell), AskMinutes(lesson_id=register.lesson_id, pupil_id=cell.pupil_id))
        for cell in register.cells
    ]
    return Screen(
        _body(register, names, text("Кто опоздал?")),
        (
            *in_rows(buttons, 2),
            (Button(label("‹ К перекличке"), OpenRegister(lesson_id=register.lesson_id)),),
        ),
    )


def minutes_screen(register: RegisterRow, pupil_id: int) -> Screen:
    """On how many minutes; nothing is set before one is chosen."""
    if register.locked or not register.begun:
        return _closed(register)
    choices = [
        Button(label("{n} мин", n=n), SetLate(lesson_id=register.lesson_id, pupil_id=pupil_id, minutes=n))
        for n in MINUTES
    ]
    return Screen(
        lines(
            lesson_title(register),
            text("<b>{name}</b>: на сколько минут опоздание?", name=names_in(register)[pupil_id]),
        ),
        (
            tuple(choices[:4]),
            tuple(choices[4:]),
            (Button(label("‹ К перекличке"), OpenRegister(lesson_id=register.lesson_id)),),
        ),
    )


def cell_toast(register: RegisterRow, pupil_id: int) -> str:
    """What the tap changed: «Иванов П.: Н»."""
    cell = next(cell for cell in register.cells if cell.pupil_id == pupil_id)
    name = cut(names_in(register)[pupil_id], TOAST_NAME_LIMIT)
    match cell.status:
        case AttendanceStatus.ABSENT:
            return label("{name}: Н", name=name)
        case AttendanceStatus.LATE:
            return label("{name}: опоздание {n} мин", name=name, n=cell.late_minutes)
        case AttendanceStatus.PRESENT:
            return label("{name}: на месте", name=name)


def _closed(register: RegisterRow) -> Screen:
    zone = ZoneInfo(register.zone)
    if register.locked:
        why = locked_words(register.date)
    else:
        why = text(
            "Урок начнётся {day} в {time}. Перекличку можно открыть за 15 минут.",
            day=day_and_month(register.date),
            time=clock_time(register.starts_at, zone),
        )
    asking = ((ask_button(lesson_id=register.lesson_id),),) if register.locked else ()
    return Screen(_body(register, names_in(register), why), (*asking, (back_to_lesson(register),)))


def _body(register: RegisterRow, names: dict[int, str], hint: Markup) -> str:
    """Title, how many are missing, and each pupil of whom more is known than a button shows."""
    absent = sum(cell.status is AttendanceStatus.ABSENT for cell in register.cells)
    total = len(register.cells)
    if register.taken_at is not None:
        state = text("Нет {absent} из {total}.", absent=absent, total=total)
    elif absent:
        state = text("Отмечено: нет {absent} из {total}. Ещё не записано.", absent=absent, total=total)
    else:
        state = text("Перекличка не проведена. В списке {total}.", total=total)
    known = [line for cell in register.cells if (line := _known(cell, names[cell.pupil_id]))]
    return fit(lines(lesson_title(register), state, hint, *(["", *known] if known else [])))


def _known(cell: Cell, name: str) -> Markup | None:
    if is_planned(cell):
        return text("🔵 {name} — {reason}", name=name, reason=cell.planned_reason)
    if cell.status is AttendanceStatus.PRESENT:
        return None
    if cell.reason:
        return text("🔵 {name} — {reason}", name=name, reason=cell.reason)
    if cell.answer:
        said = answer_word(cell.answer)
        return text("🔵 {name} — заявлено родителем: {answer}", name=name, answer=said)
    if cell.source is AttendanceSource.COPIED:
        return text("🔴 {name} — как на прошлом уроке", name=name)
    return None


def fit(body: Markup) -> str:
    """Cut at a line, so that no tag is torn."""
    kept, length = [], 0
    for line in str(body).split("\n"):
        length += units(line) + 1
        if length > TEXT_LIMIT:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept)


def is_planned(cell: Cell) -> bool:
    return cell.planned_reason is not None and cell.status is AttendanceStatus.ABSENT


def names_in(register: RegisterRow) -> dict[int, str]:
    return distinct_names(
        {
            cell.pupil_id: Naming(cell.last_name, cell.first_name, cell.middle_name, cell.number)
            for cell in register.cells
        }
    )


def _cell_label(names: dict[int, str], cell: Cell) -> str:
    name = cut(names[cell.pupil_id], NAME_LIMIT)
    if cell.exempt:
        name = label("осв. {name}", name=name)
    match cell.status:
        case AttendanceStatus.ABSENT:
            known = cell.planned_reason or cell.reason or cell.answer
            return f"{'🔵' if known else '🔴'} {name}"
        case AttendanceStatus.LATE:
            return f"🟡 {name} {label('{n} мин', n=cell.late_minutes)}"
        case AttendanceStatus.PRESENT:
            return f"🟢 {name}" if cell.alert_at else name


def _tap(register: RegisterRow, cell: Cell) -> SetCell:
    present = cell.status is AttendanceStatus.PRESENT
    return SetCell(
        lesson_id=register.lesson_id,
        pupil_id=cell.pupil_id,
        status=AttendanceStatus.ABSENT if present else AttendanceStatus.PRESENT,
    )


def back_to_lesson(register: RegisterRow) -> Button:
    return Button(label("‹ К уроку"), ShowLesson(lesson_id=register.lesson_id))
