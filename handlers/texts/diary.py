"""A day of the diary as the family reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.absence_requests import RequestAbsence
from handlers.callbacks.class_day import ShowClassDay
from handlers.callbacks.diary import ShowClassForecast, ShowDiaries, ShowDiary, ShowDiaryDay
from handlers.callbacks.homework import ShowTaskFiles
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.diary_ways import card_rows, leaving_row, other_children, reading_rows
from handlers.texts.diary_words import no_lessons, whose
from handlers.texts.homework_words import said
from handlers.texts.i18n import label, lines, text
from handlers.texts.mark_words import mark_word
from handlers.texts.paging import fitting, items_of, turning
from handlers.texts.words import (
    capital,
    clock_time,
    cut,
    day_and_month,
    full_day,
    short_day,
    short_name,
    weekday_accusative,
    with_initials,
)
from services.diary_day import (
    ClassDiaries,
    DayTask,
    DiaryDay,
    DiaryLesson,
    DiaryMark,
    GivenFinal,
    GivenMark,
    Told,
)
from services.vocabulary import AttendanceStatus, FinalKind, MarkValue

WORD_LIMIT, TOPIC_LIMIT = 40, 80
TASKS_LIMIT = 1600
"""Characters for what all tasks of a day say."""
FILES_SHOWN = 6
PUPILS_A_PAGE = 40


def diaries_screen(diaries: ClassDiaries, page: int) -> Screen:
    """The class teacher or the management chooses a pupil."""
    group_id = diaries.group.group_id
    shown, page, pages = items_of(diaries.pupils, page, PUPILS_A_PAGE)
    buttons = [
        Button(
            cut(short_name(pupil.last_name, pupil.first_name), 20),
            ShowDiary(pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    turned = turning(page, pages, lambda to: ShowDiaries(group_id=group_id, page=to))
    said = lines(
        text("<b>{group} · дневники</b>", group=cut(diaries.group.name, 20)),
        None if shown else text("Сегодня в классе никого нет."),
    )
    forecast = (Button(label("Прогноз класса"), ShowClassForecast(group_id=group_id, page=0)),)
    today = ShowClassDay(group_id=group_id, day=diaries.today.toordinal(), page=0)
    back = Button(label("‹ Класс сегодня"), today)
    return Screen(said, (*in_rows(buttons, 2), *turned, forecast, (back, menu_button())))


def diary_screen(view: DiaryDay) -> Screen:
    """In the evening what is to be done next stands first; on a day ahead, what is to be done by it."""
    title = lines(whose(view.head), text("{day}", day=capital(full_day(view.day))))
    due = _tasks(label("Задано на этот день"), view.due)
    ahead = _tasks(_heading(view.ahead), view.ahead)
    lessons = _lessons(view)
    is_over = view.day < view.today or bool(view.ahead)
    parts = [*ahead, *lessons, *due] if is_over else [*ahead, *due, *lessons]
    return Screen(lines(title, *fitting([*parts, *_told(view)], len(title))), _rows(view))


def _heading(tasks: Sequence[DayTask]) -> str:
    """«На вторник, 15 сентября»."""
    if not tasks:
        return ""
    due_on = tasks[0].due_on
    weekday = weekday_accusative(due_on)
    return label("Задано на {weekday}, {day}", weekday=weekday, day=day_and_month(due_on))


def _tasks(heading: str, tasks: Sequence[DayTask]) -> list[Markup]:
    if not tasks:
        return []
    limit = TASKS_LIMIT // len(tasks)
    return [Markup(""), text("<b>{heading}</b>", heading=heading), *(_task(task, limit) for task in tasks)]


def _task(task: DayTask, limit: int) -> Markup:
    notes = "".join((label(" · отдельное задание") if task.own else "", " 📎" if task.files else ""))
    return text(
        "• {subject}{notes}: {task}",
        subject=cut(task.subject, WORD_LIMIT),
        notes=notes,
        task=said(task.text, limit) if task.text else label("в файлах"),
    )


def _lessons(view: DiaryDay) -> list[Markup]:
    if not view.lessons:
        return [Markup(""), no_lessons(view.head.year, view.day)]
    zone = ZoneInfo(view.pupil.zone)
    is_past = view.day < view.today
    found = [line for lesson in view.lessons for line in _lesson(lesson, None if is_past else zone)]
    return [Markup(""), text("<b>Уроки</b>"), *found]


def _lesson(lesson: DiaryLesson, zone: ZoneInfo | None) -> list[Markup]:
    """«3. Алгебра: 5 (контрольная работа № 1) · 🟡 опоздание 12 мин»; with a zone, when and where it is."""
    exempt = [text("осв.")] if lesson.is_exempt else []
    notes = [*(_mark(mark) for mark in lesson.marks), *_absence(lesson), *exempt]
    parts = {"number": lesson.number, "subject": cut(lesson.subject, WORD_LIMIT)}
    found = [
        text("{number}. {subject}: {notes}", **parts, notes=Markup(" · ").join(notes))
        if notes
        else text("{number}. {subject}", **parts)
    ]
    about = [] if zone is None else [clock_time(lesson.starts_at, zone), *_rooms(lesson)]
    if lesson.substitute is not None:
        about.append(label("замещает {name}", name=cut(with_initials(lesson.substitute), WORD_LIMIT)))
    if about:
        found.append(text("    {about}", about=" · ".join(about)))
    if lesson.topic:
        found.append(text("    {topic}", topic=cut(lesson.topic, TOPIC_LIMIT)))
    return found


def _rooms(lesson: DiaryLesson) -> list[str]:
    rooms = ", ".join(lesson.rooms)
    return [label("каб. {rooms}", rooms=cut(rooms, WORD_LIMIT))] if rooms else []


def _mark(mark: DiaryMark) -> Markup:
    work = cut(f"{mark.kind} {mark.title}".strip(), WORD_LIMIT)
    value = mark_word(mark.value)
    if mark.value is MarkValue.DEBT and mark.due_on is not None:
        value = label("• долг до {day}", day=day_and_month(mark.due_on))
    if mark.comment:
        return text(
            "<b>{value}</b> ({work}, «{comment}»)",
            value=value,
            work=work,
            comment=cut(mark.comment, TOPIC_LIMIT),
        )
    return text("<b>{value}</b> ({work})", value=value, work=work)


def _absence(lesson: DiaryLesson) -> list[Markup]:
    match lesson.absence:
        case AttendanceStatus.ABSENT:
            return [text("🔴 нет на уроке")]
        case AttendanceStatus.LATE if lesson.late_minutes:
            return [text("🟡 опоздание {n} мин", n=lesson.late_minutes)]
        case AttendanceStatus.LATE:
            return [text("🟡 опоздание")]
    return []


def _told(view: DiaryDay) -> list[Markup]:
    if not view.told:
        return []
    heading = text("<b>Ещё отметки этого дня</b>")
    return [Markup(""), heading, *(_given(one) for one in view.told)]


def _given(one: Told) -> Markup:
    """«Алгебра, контрольная работа № 1, 7 сентября: 5», «Алгебра, 1 четверть: 4»."""
    assert one.now.value is not None
    match one.mark:
        case GivenMark(kind=kind, title=title, lesson_date=lesson_date):
            what = f"{cut(f'{kind} {title}'.strip(), WORD_LIMIT)}, {day_and_month(lesson_date)}"
        case GivenFinal(kind=FinalKind.TERM, term=term):
            what = cut(term or "", WORD_LIMIT)
        case GivenFinal(kind=FinalKind.YEAR):
            what = label("год")
        case GivenFinal():
            what = label("экзамен")
    subject = cut(one.mark.subject, WORD_LIMIT)
    return text("{subject}, {what}: <b>{mark}</b>", subject=subject, what=what, mark=mark_word(one.now.value))


def _rows(view: DiaryDay) -> tuple[Row, ...]:
    """A group of rows a function; the pages beside the day have theirs in `diary_ways`."""
    return (
        *_file_rows(view),
        *_day_rows(view),
        *reading_rows(view.head, view.day),
        *card_rows(view.head),
        *_absence_rows(view),
        *other_children(view.head, lambda child: ShowDiaryDay(pupil_id=child, day=view.day.toordinal())),
        leaving_row(view.head),
    )


def _absence_rows(view: DiaryDay) -> tuple[Row, ...]:
    """For a guardian: to announce an absence."""
    pupil_id = view.head.pupil.pupil_id
    if all(child.id != pupil_id for child in view.head.children):
        return ()
    return ((Button(label("Не придёт в школу"), RequestAbsence(pupil_id=pupil_id)),),)


def _day_rows(view: DiaryDay) -> tuple[Row, ...]:
    days = [Button(f"‹ {short_day(view.before)}", _day(view, view.before))]
    if view.day != view.today:
        days.append(Button(label("Сегодня"), _day(view, view.today)))
    days.append(Button(f"{short_day(view.after)} ›", _day(view, view.after)))
    return (tuple(days),)


def _day(view: DiaryDay, day: date) -> ShowDiaryDay:
    return ShowDiaryDay(pupil_id=view.pupil.pupil_id, day=day.toordinal())


def _file_rows(view: DiaryDay) -> list[Row]:
    if not view.head.is_family:
        return []
    tasks = [task for task in (*view.ahead, *view.due) if task.files][:FILES_SHOWN]
    return [
        (
            Button(
                label("Показать файлы: {subject} ({n})", subject=cut(task.subject, 30), n=task.files),
                ShowTaskFiles(homework_id=task.homework_id, pupil_id=view.pupil.pupil_id),
            ),
        )
        for task in tasks
    ]
