"""The topic of a lesson: what the plan proposes, the whole plan to choose from, what stands."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.homework import OpenHomework
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.plans import OpenPlan
from handlers.callbacks.topics import (
    ChooseTopic,
    OpenTopic,
    RewordTopic,
    SetTopicKind,
    TakeTopic,
    TypeTopic,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.lessons import place
from handlers.texts.locked import ask_button, locked_words
from handlers.texts.paging import items_of, turning
from handlers.texts.plan_words import (
    KINDS,
    TOPIC_LIMIT,
    kind_button,
    kind_in_plan,
    kind_name,
    place_in_plan,
)
from handlers.texts.words import clock_time, cut, day_and_month, full_day
from services.attendance import EARLY
from services.lessons import LessonRow, PlanRow
from services.topics import PlanToChooseFrom, TopicPage

BUTTON_LIMIT = 48
ROWS_A_PAGE = 10


def topic_screen(page: TopicPage, zone: ZoneInfo) -> Screen:
    """What stands, or what the plan proposes; a tap on a row of the plan writes it."""
    if page.locked:
        asking = (ask_button(lesson_id=page.lesson.lesson_id),)
        return Screen(lines(*_said(page), "", locked_words(page.lesson.date)), (asking, _back(page.lesson)))
    if not page.begun:
        opens_at = page.lesson.starts_at - EARLY
        why = text(
            "Записать тему можно {day} с {time}.",
            day=day_and_month(opens_at.astimezone(zone).date()),
            time=clock_time(opens_at, zone),
        )
        return Screen(lines(*_said(page), "", why), (_back(page.lesson),))
    if page.topic is None:
        return Screen(lines(*_said(page)), (*_choices(page), _back(page.lesson)))
    return Screen(lines(*_said(page)), (*_corrections(page), _back(page.lesson)))


def other_topic_screen(plan: PlanToChooseFrom, page: int) -> Screen:
    """The whole plan, each row a button; 🟢 was taught."""
    lesson_id = plan.lesson.lesson_id
    shown, page, pages = items_of(plan.rows, page, ROWS_A_PAGE)
    buttons = tuple(
        (
            Button(
                ("🟢 " if taught.taught_on else "") + _in_button(taught.row),
                TakeTopic(lesson_id=lesson_id, topic_id=taught.row.topic_id),
            ),
        )
        for taught in shown
    )
    asked = text("Какая тема была на уроке? 🟢 — уже пройдена.") if plan.rows else text("В плане нет уроков.")
    turned = turning(page, pages, lambda to: ChooseTopic(lesson_id=lesson_id, page=to))
    back = Button(label("‹ Назад"), OpenTopic(lesson_id=lesson_id))
    return Screen(lines(*_title(plan.lesson), "", asked), (*buttons, *turned, (back,)))


def type_topic_screen(page: TopicPage) -> Screen:
    """Asks for words."""
    return Screen(
        lines(*_said(page), "", text("Напишите тему урока одним сообщением.")),
        ((Button(label("‹ Назад"), OpenTopic(lesson_id=page.lesson.lesson_id)),),),
    )


def _title(lesson: LessonRow) -> tuple[Markup, Markup]:
    when = text("{n} урок · {day}", n=lesson.number, day=full_day(lesson.date))
    return place(lesson), when


def _said(page: TopicPage) -> list[Markup | str]:
    title = _title(page.lesson)
    if page.topic is None:
        if not page.next:
            return [*title, "", text("⚪ Тема не записана. В плане для этого урока ничего нет.")]
        first = page.next[0]
        proposal = text("<b>{topic}</b>", topic=cut(first.topic, TOPIC_LIMIT))
        return [
            *title,
            "",
            text("⚪ Тема не записана. По плану {place}:", place=place_in_plan(first)),
            proposal,
        ]
    kind = kind_name(page.topic.kind)
    where = (
        text("По плану {place}.", place=label("урок {n}", n=page.planned.number))
        if page.planned
        else text("Этой темы в плане нет.")
    )
    return [
        *title,
        "",
        text("🟢 Тема: <b>{topic}</b>", topic=cut(page.topic.topic, TOPIC_LIMIT)),
        text("Вид: {kind}. {where}", kind=kind, where=where),
    ]


def _choices(page: TopicPage) -> list[Row]:
    lesson_id = page.lesson.lesson_id
    rows: list[Row] = [
        (Button(_in_button(row), TakeTopic(lesson_id=lesson_id, topic_id=row.topic_id)),) for row in page.next
    ]
    own = Button(label("Написать свою"), TypeTopic(lesson_id=lesson_id))
    rows.append((Button(label("Другая из плана…"), ChooseTopic(lesson_id=lesson_id, page=0)), own))
    if not page.next and page.is_own:
        rows.append((Button(label("План курса"), OpenPlan(course_id=page.lesson.course_id)),))
    return rows


def _corrections(page: TopicPage) -> list[Row]:
    assert page.topic is not None
    lesson_id = page.lesson.lesson_id
    kinds = [
        Button(
            ("✓ " if kind is page.topic.kind else "") + kind_button(kind),
            SetTopicKind(lesson_id=lesson_id, kind=kind),
        )
        for kind in KINDS
    ]
    return [
        (Button(label("Домашнее"), OpenHomework(lesson_id=lesson_id)),),
        *in_rows(kinds, 3),
        (
            Button(label("Изменить слова"), RewordTopic(lesson_id=lesson_id)),
            Button(label("Другая тема…"), ChooseTopic(lesson_id=lesson_id, page=0)),
        ),
        (Button(label("Написать свою"), TypeTopic(lesson_id=lesson_id)),),
    ]


def _in_button(row: PlanRow) -> str:
    """«14. Линейные уравнения · практическая работа № 2»."""
    topic = cut(f"{row.number}. {row.topic}", BUTTON_LIMIT)
    return " · ".join(filter(None, (topic, kind_in_plan(row))))


def _back(lesson: LessonRow) -> Row:
    return (Button(label("‹ К уроку"), ShowLesson(lesson_id=lesson.lesson_id)),)
