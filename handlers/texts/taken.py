"""What a teacher reads after «Готово»."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.homework import OpenHomework
from handlers.callbacks.register import OpenRegister, TellNow
from handlers.callbacks.topics import OpenTopic
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.course_words import lesson_title
from handlers.texts.i18n import label, lines, text
from handlers.texts.register import back_to_lesson, fit, is_planned, names_in
from handlers.texts.words import answer_word, clock_time, when
from services.attendance import Cell, Taken
from services.vocabulary import AttendanceStatus


def taken_screen(taken: Taken, now: datetime) -> Screen:
    """«Записано»: who is missing, until when it can still be corrected, and when guardians learn of it."""
    register = taken.register
    names, zone = names_in(register), ZoneInfo(register.zone)
    today = now.astimezone(zone).date()
    assert register.taken_at is not None
    absent = [cell for cell in register.cells if cell.status is AttendanceStatus.ABSENT]
    late = [cell for cell in register.cells if cell.status is AttendanceStatus.LATE]
    parts: list[Markup | str] = [
        lesson_title(register),
        "",
        text("Записано в {time}.", time=clock_time(register.taken_at, zone)),
    ]
    if absent:
        parts.append(text("Нет: {names}", names=", ".join(_name_and_reason(names, cell) for cell in absent)))
    else:
        parts.append(text("Все на месте."))
    if late:
        minutes = (label("{name} {n} мин", name=names[cell.pupil_id], n=cell.late_minutes) for cell in late)
        parts.append(text("Опоздали: {names}", names=", ".join(minutes)))
    rows: list[Row] = []
    fix = Button(label("Исправить"), OpenRegister(lesson_id=register.lesson_id))
    if taken.alerts_at is not None and taken.alerts_at > now:
        parts += [
            "",
            text(
                "Родители узнают в {time}. До этого можно исправить.", time=when(taken.alerts_at, zone, today)
            ),
        ]
        rows.append((fix, Button(label("Сообщить сейчас"), TellNow(lesson_id=register.lesson_id))))
    elif taken.alerts_at is not None:
        parts += ["", text("Родителям сообщили. Если исправите, их сообщение изменится.")]
        rows.append((fix,))
    else:
        if any(not is_planned(cell) for cell in absent):
            parts += ["", text("Сообщить некому: родители не в боте. Их увидит классный руководитель.")]
        rows.append((fix,))
    rows.append(
        (
            Button(label("Записать тему"), OpenTopic(lesson_id=register.lesson_id)),
            Button(label("Домашнее"), OpenHomework(lesson_id=register.lesson_id)),
        )
    )
    rows.append((back_to_lesson(register),))
    return Screen(fit(lines(*parts)), tuple(rows))


def _name_and_reason(names: dict[int, str], cell: Cell) -> str:
    name = names[cell.pupil_id]
    reason = cell.planned_reason or cell.reason or (cell.answer and answer_word(cell.answer))
    return f"{name} ({reason})" if reason else name
