"""One lesson: what is kept in it, what is missing, and the buttons for both."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ShowHistory
from handlers.callbacks.homework import OpenHomework
from handlers.callbacks.lessons import ShowDay, ShowLesson
from handlers.callbacks.marks import OpenMarks
from handlers.callbacks.register import OpenRegister
from handlers.callbacks.topics import OpenTopic
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.lessons import day_screen, place, unfinished, unfinished_rows
from handlers.texts.plan_words import TOPIC_LIMIT, kind_in_plan, kind_name
from handlers.texts.words import clock_time, cut, day_and_month, full_day
from services.attendance import EARLY
from services.lessons import LessonRow, PlanRow, TeacherDay
from services.vocabulary import LessonKind


def lesson_screen(day: TeacherDay, lesson: LessonRow | None, zone: ZoneInfo) -> Screen:
    """One lesson, with its neighbours a tap away."""
    if lesson is None:
        return day_screen(day, zone)
    begun = lesson.starts_at - EARLY <= day.now
    proposal = day.proposals.get(lesson.lesson_id)
    body = lines(
        _title(day, lesson, zone),
        None if lesson.date == day.today else text("{day}", day=full_day(lesson.date)),
        place(lesson),
        "",
        *(_kept(lesson, proposal, zone) if begun else _ahead(day, lesson, proposal, zone)),
        *unfinished(day),
    )
    rows = (
        *(_actions(lesson) if begun else ()),
        _neighbours(day, lesson),
        *unfinished_rows(day),
        (menu_button(),),
    )
    return Screen(body, rows)


def _title(day: TeacherDay, lesson: LessonRow, zone: ZoneInfo) -> Markup:
    hours = {
        "number": lesson.number,
        "start": clock_time(lesson.starts_at, zone),
        "end": clock_time(lesson.ends_at, zone),
    }
    if lesson.starts_at <= day.now < lesson.ends_at:
        return text("🔔 {number} урок · {start}–{end} · идёт", **hours)
    if lesson.ends_at <= day.now:
        return text("{number} урок · {start}–{end} · прошёл", **hours)
    return text("{number} урок · {start}–{end} · впереди", **hours)


def _kept(lesson: LessonRow, proposal: PlanRow | None, zone: ZoneInfo) -> list[Markup]:
    """⚪ before whatever is missing."""
    return [
        _register(lesson, zone),
        _topic(lesson, proposal),
        _homework(lesson),
        *([_marks(lesson)] if lesson.has_marks else []),
    ]


def _register(lesson: LessonRow, zone: ZoneInfo) -> Markup:
    """Not taken is never «all present»."""
    if lesson.taken_at is None:
        if lesson.marked:
            return text("⚪ Перекличка не закончена: отмечено {n}", n=lesson.marked)
        return text("⚪ Перекличка не проведена")
    time = clock_time(lesson.taken_at, zone)
    if lesson.marked == 0:
        return text("🟢 Перекличка в {time}: все на месте", time=time)
    return text("🟢 Перекличка в {time}: отмечено {n}", time=time, n=lesson.marked)


def _topic(lesson: LessonRow, proposal: PlanRow | None) -> Markup:
    if lesson.topic is None:
        if proposal is None:
            return text("⚪ Тема не записана")
        return text("⚪ Тема: {topic}", topic=_proposed(proposal))
    kind = lesson.topic_kind
    named = [cut(lesson.topic, TOPIC_LIMIT)]
    if kind is not None and kind is not LessonKind.LESSON:
        named.append(kind_name(kind))
    return text("🟢 Тема: {topic}", topic=" · ".join(named))


def _homework(lesson: LessonRow) -> Markup:
    if lesson.tasks:
        return count("🟢 Дома: {n} задание", "🟢 Дома: {n} заданий", lesson.tasks)
    if lesson.no_homework:
        return text("🟢 Дома: без задания")
    return text("⚪ Дома: не задано") if lesson.has_marks else text("Дома: не задано")


def _marks(lesson: LessonRow) -> Markup:
    return text("🟢 Отметок: {n}", n=lesson.marks) if lesson.marks else text("Отметок нет")


def _ahead(
    day: TeacherDay, lesson: LessonRow, proposal: PlanRow | None, zone: ZoneInfo
) -> list[Markup | None]:
    opens_at = lesson.starts_at - EARLY
    opens_on = label("сегодня") if lesson.date == day.today else day_and_month(lesson.date)
    return [
        text("По плану: {topic}", topic=_proposed(proposal)) if proposal else None,
        text("Перекличку можно открыть {day} в {time}.", day=opens_on, time=clock_time(opens_at, zone)),
    ]


def _proposed(row: PlanRow) -> str:
    """«Линейные уравнения (14 · практическая работа № 2)»."""
    where = " · ".join(filter(None, (str(row.number), kind_in_plan(row))))
    return f"{cut(row.topic, TOPIC_LIMIT)} ({where})"


def _actions(lesson: LessonRow) -> tuple[Row, ...]:
    lesson_id = lesson.lesson_id
    register = label("Перекличка") if lesson.taken_at is None else label("Исправить перекличку")
    topic = label("Записать тему") if lesson.topic is None else label("Тема")
    journal = [
        Button(topic, OpenTopic(lesson_id=lesson_id)),
        Button(label("Домашнее"), OpenHomework(lesson_id=lesson_id)),
    ]
    if lesson.has_marks:
        journal.append(Button(label("Отметки"), OpenMarks(lesson_id=lesson_id)))
    history = Button(label("Изменения"), ShowHistory(lesson_id=lesson_id))
    return (Button(register, OpenRegister(lesson_id=lesson_id)),), tuple(journal), (history,)


def _neighbours(day: TeacherDay, lesson: LessonRow) -> Row:
    ids = [row.lesson_id for row in day.lessons]
    at = ids.index(lesson.lesson_id) if lesson.lesson_id in ids else None
    buttons = []
    if at:
        before = day.lessons[at - 1]
        buttons.append(Button(label("‹ {n} урок", n=before.number), ShowLesson(lesson_id=before.lesson_id)))
    buttons.append(Button(label("Весь день"), ShowDay(day=lesson.date.toordinal())))
    if at is not None and at + 1 < len(ids):
        after = day.lessons[at + 1]
        buttons.append(Button(label("{n} урок ›", n=after.number), ShowLesson(lesson_id=after.lesson_id)))
    return tuple(buttons)
