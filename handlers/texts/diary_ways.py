"""Where the pages of a diary lead: to each other, to the other children, and away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.cards import ShowCard
from handlers.callbacks.diary import (
    ShowAttendance,
    ShowDiaries,
    ShowDiary,
    ShowDiaryMonth,
    ShowDiaryWeek,
    ShowTermMarks,
)
from handlers.callbacks.threads import ChooseAddressee, ChooseFamily
from handlers.screen import Button
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import label
from handlers.texts.words import cut
from services.days import monday_of
from services.diary_head import DiaryHead

CHILD_LIMIT = 30


def reading_rows(head: DiaryHead, day: date) -> tuple[Row, ...]:
    """Beside a day: its week, other days, marks and absences."""
    pupil_id = head.pupil.pupil_id
    monday = monday_of(day)
    week = Button(label("Неделя"), ShowDiaryWeek(pupil_id=pupil_id, monday=monday.toordinal()))
    marks = Button(label("Отметки"), ShowTermMarks(pupil_id=pupil_id, term_id=0))
    missed = Button(label("Пропуски"), ShowAttendance(pupil_id=pupil_id))
    others = Button(label("Другой день"), ShowDiaryMonth(pupil_id=pupil_id, day=day.toordinal()))
    return (week, *((marks,) if head.year.has_marks else ()), missed), (others,)


def card_rows(head: DiaryHead) -> tuple[Row, ...]:
    """For a guardian: writing to the school (C1), and what it keeps of the child and of them (U12)."""
    pupil_id = head.pupil.pupil_id
    if all(child.id != pupil_id for child in head.children):
        return ()
    write = Button(label("Написать"), ChooseAddressee(pupil_id=pupil_id))
    return ((write, Button(label("Карточка"), ShowCard(pupil_id=pupil_id))),)


def other_children(head: DiaryHead, page: Callable[[int], CallbackData]) -> tuple[Row, ...]:
    """The same page of the actor's other children."""
    return in_rows(
        (
            Button(cut(child.name, CHILD_LIMIT), page(child.id))
            for child in head.children
            if child.id != head.pupil.pupil_id
        ),
        2,
    )


def leaving_row(head: DiaryHead) -> Row:
    """Away from a day: who leads the class, to its diaries."""
    if head.class_id is None:
        return (menu_button(),)
    diaries = Button(label("‹ Дневники"), ShowDiaries(group_id=head.class_id, page=0))
    if not head.writes_to_family:
        return diaries, menu_button()
    write = Button(label("Написать семье"), ChooseFamily(pupil_id=head.pupil.pupil_id))
    return write, diaries, menu_button()


def back_row(head: DiaryHead) -> Row:
    """From a page of the diary to its day."""
    return Button(label("‹ Дневник"), ShowDiary(pupil_id=head.pupil.pupil_id)), menu_button()
