"""A week of the diary, and a month to choose a day from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from handlers.callbacks.diary import ShowDiaryDay, ShowDiaryMonth, ShowDiaryWeek
from handlers.screen import TEXT_LIMIT, Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.diary_ways import back_row, other_children
from handlers.texts.diary_words import no_lessons, span, whose
from handlers.texts.homework_words import said
from handlers.texts.i18n import label, lines, text
from handlers.texts.mark_words import attendance_symbol, mark_symbol
from handlers.texts.paging import fitting
from handlers.texts.words import capital, cut, day_and_month, full_day, month_name, short_day, units
from services.days import monday_of
from services.diary_week import DayTask, DiaryLesson, DiaryMonth, DiaryWeek
from services.vocabulary import AttendanceStatus

SUBJECT_LIMIT, LESSON_MARKS = 24, 4
TASK_LIMITS = (160, 80, 40, 20, 0)
"""Characters of a task: as many as the whole week leaves; 0: the tasks are left out."""
DAYS_IN_A_ROW = 3
_SIGNS = {AttendanceStatus.ABSENT: "🔴", AttendanceStatus.LATE: "🟡"}


def week_screen(view: DiaryWeek) -> Screen:
    """Each day's lessons with marks, and what is to be done by it, in short."""
    sunday = view.monday + timedelta(days=6)
    title = lines(whose(view.head), text("{days}", days=span(view.monday, sunday)))
    said = next(
        (body for limit in TASK_LIMITS if units(title) + units(body := _days(view, limit)) < TEXT_LIMIT),
        lines(*fitting(_day_lines(view, 0), units(title))),
    )
    return Screen(lines(title, said), _week_rows(view))


def _days(view: DiaryWeek, task_limit: int) -> Markup:
    return lines(*_day_lines(view, task_limit))


def _day_lines(view: DiaryWeek, task_limit: int) -> list[Markup]:
    found: list[Markup] = []
    for day in _shown_days(view):
        lessons = [lesson for lesson in view.lessons if lesson.date == day]
        tasks = [task for task in view.tasks if task.due_on == day] if task_limit else []
        found += [
            Markup(""),
            text("<b>{day}</b>", day=capital(full_day(day))),
            *(_lesson(lesson) for lesson in lessons),
            *([] if lessons else [no_lessons(view.head.year, day)]),
            *(_task(task, task_limit) for task in tasks),
        ]
    return found if view.lessons or view.tasks else [Markup(""), no_lessons(view.head.year, view.monday)]


def _shown_days(view: DiaryWeek) -> list[date]:
    """Monday to Friday, and days of the week's end on which there is something."""
    week = [view.monday + timedelta(days=number) for number in range(7)]
    busy = {lesson.date for lesson in view.lessons} | {task.due_on for task in view.tasks}
    return [day for day in week if day.weekday() < 5 or day in busy]


def _lesson(lesson: DiaryLesson) -> Markup:
    """«3. Алгебра 5 4 🟡»."""
    marks = [mark_symbol(mark.value) for mark in lesson.marks]
    shown = [*marks[:LESSON_MARKS], *(["…"] if len(marks) > LESSON_MARKS else [])]
    notes = [text("<b>{marks}</b>", marks=" ".join(shown))] if marks else []
    if lesson.absence in _SIGNS:
        symbol = attendance_symbol(lesson.absence, lesson.late_minutes)
        notes.append(text("{sign} {symbol}", sign=_SIGNS[lesson.absence], symbol=symbol))
    if lesson.substitute is not None:
        notes.append(text("· замена"))
    subject = text("{n}. {subject}", n=lesson.number, subject=cut(lesson.subject, SUBJECT_LIMIT))
    return Markup(" ").join([subject, *notes])


def _task(task: DayTask, limit: int) -> Markup:
    return text(
        "• {subject}{files}: {task}",
        subject=cut(task.subject, SUBJECT_LIMIT),
        files=" 📎" if task.files else "",
        task=said(task.text, limit) if task.text else label("в файлах"),
    )


def _week_rows(view: DiaryWeek) -> tuple[Row, ...]:
    pupil_id = view.head.pupil.pupil_id

    def week(words: str, monday: date) -> Button:
        return Button(words, ShowDiaryWeek(pupil_id=pupil_id, monday=monday.toordinal()))

    this = monday_of(view.head.today)
    weeks = (
        week(label("‹ с {day}", day=day_and_month(view.before)), view.before),
        *(() if view.monday == this else (week(label("Эта неделя"), this),)),
        week(label("с {day} ›", day=day_and_month(view.after)), view.after),
    )
    days = [day for day, _ in groupby(view.lessons, lambda lesson: lesson.date)]
    return (
        *_day_buttons(pupil_id, days),
        weeks,
        *other_children(
            view.head, lambda child: ShowDiaryWeek(pupil_id=child, monday=view.monday.toordinal())
        ),
        back_row(view.head),
    )


def _day_buttons(pupil_id: int, days: Sequence[date]) -> tuple[Row, ...]:
    return in_rows(
        (Button(short_day(day), ShowDiaryDay(pupil_id=pupil_id, day=day.toordinal())) for day in days),
        DAYS_IN_A_ROW,
    )


def month_screen(view: DiaryMonth) -> Screen:
    """The days with lessons as buttons; the others are named by what keeps them free."""
    year = view.head.year
    holidays = [one for one in year.holidays if one.starts_on <= view.last and one.ends_on >= view.first]
    body = lines(
        whose(view.head),
        text("{month}", month=capital(month_name(view.first))),
        *(
            text("{holiday}: {days}", holiday=cut(one.name, 40), days=span(one.starts_on, one.ends_on))
            for one in holidays
        ),
        text("Выберите день:") if view.days else no_lessons(year, view.first),
    )
    pupil_id = view.head.pupil.pupil_id
    before, after = view.first - timedelta(days=1), view.last + timedelta(days=1)
    months = tuple(
        Button(words, ShowDiaryMonth(pupil_id=pupil_id, day=day.toordinal()))
        for words, day, is_of_year in (
            (f"‹ {capital(month_name(before))}", before, before >= year.starts_on),
            (f"{capital(month_name(after))} ›", after, after <= year.ends_on),
        )
        if is_of_year
    )
    return Screen(
        body,
        (
            *_day_buttons(pupil_id, view.days),
            *((months,) if months else ()),
            *other_children(
                view.head, lambda child: ShowDiaryMonth(pupil_id=child, day=view.first.toordinal())
            ),
            back_row(view.head),
        ),
    )
