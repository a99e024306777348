"""Topics and plans, as they stand in the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.commands.import_texts import line
from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.plans import OpenPlan, ShowPlanRows
from handlers.texts.plan_files import read_file_screen, saved_file_screen, send_file_screen
from handlers.texts.plan_reminder import plan_reminder_screen
from handlers.texts.plan_rows import (
    ask_remove_screen,
    row_screen,
    topic_asked,
    type_first_row_screen,
    type_row_screen,
)
from handlers.texts.plans import plan_screen, rows_screen, variants_screen
from handlers.texts.topics import other_topic_screen, topic_screen, type_topic_screen
from services.importing.problems import Severity
from services.notifications.plan_reminder import PlanReminder, UnplannedCourse
from services.plan_files import Counts, PlanFile, Problem
from services.plan_rows import PlanRowPage
from services.plans import CourseRow, Pace, PlanRow, PlanView, TaughtRow, VariantRow
from services.topics import PlanToChooseFrom, TopicPage, TopicRow
from services.vocabulary import LessonKind
from tests.golden import Golden, check_limits
from tests.texts.test_lesson_screens import EQUATIONS, LESSON
from tests.world import MONDAY, MOSCOW

WORST = "<b>&'\"" * 330
"""As long as a cell of a plan may be, and every letter of it escaped."""
HUGE = 10**15
TASKS = PlanRow(115, 15, "Решение задач", LessonKind.LESSON, "", 12)
PAGE = TopicPage(
    lesson=LESSON,
    topic=None,
    planned=None,
    next=(EQUATIONS, TASKS),
    begun=True,
    locked=False,
    is_own=True,
)
RECORDED = replace(PAGE, topic=TopicRow("Линейные уравнения", LessonKind.PRACTICAL, 114), planned=EQUATIONS)
COURSE = CourseRow(
    course_id=7,
    year_id=1,
    subject_id=2,
    subject="Алгебра",
    groups="7Б",
    group_ids=frozenset({3}),
    grade=7,
    subgroup=None,
    teacher_ids=frozenset({1}),
    plan_variant="1",
    hours_per_week=Decimal("2.5"),
)
ROWS = (
    *(
        TaughtRow(PlanRow(100 + n, n, f"Тема {n}", LessonKind.LESSON, "", n), MONDAY if n < 13 else None)
        for n in range(1, 14)
    ),
    TaughtRow(EQUATIONS, None),
)
VIEW = PlanView(
    course=COURSE,
    rows=ROWS,
    pace=Pace(lessons=16, due=14),
    groups=("7А", "7Б"),
    variants=(VariantRow("1", 14, 101), VariantRow("Углублённый", 68, 501)),
    deadline=date(2026, 8, 31),
    today=MONDAY,
    may_edit=True,
)
ROW = PlanRowPage(COURSE, TaughtRow(EQUATIONS, None), before=13, after=15, index=13)
FILE = PlanFile(
    course=COURSE,
    errors=(),
    notes=(),
    variants=(("1", 68), ("Углублённый", 102)),
    passed_over=3,
    changes=Counts(created=54, changed=2, unchanged=12, ended=1),
    taught_and_gone=1,
)


def problem(number: int, code: str = "not_a_number", value: str = "три") -> Problem:
    return Problem(Severity.ERROR, code, "КТП", number, "№", f"C{number}", value)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("proposed", PAGE),
        ("no_plan", replace(PAGE, next=())),
        ("recorded", RECORDED),
        ("own", replace(PAGE, topic=TopicRow("Экскурсия <в музей>", LessonKind.EXCURSION, None))),
        ("locked", replace(RECORDED, locked=True)),
        ("too_early", replace(PAGE, begun=False)),
    ],
)
def test_a_topic_in_words(name: str, page: TopicPage, golden: Golden) -> None:
    golden(f"topics/{name}", topic_screen(page, MOSCOW))


def test_choosing_and_typing_a_topic(golden: Golden) -> None:
    golden("topics/type", type_topic_screen(PAGE))
    golden("topics/choose", other_topic_screen(PlanToChooseFrom(LESSON, ROWS), 1))
    golden("topics/choose_of_nothing", other_topic_screen(PlanToChooseFrom(LESSON, ()), 0))


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("behind", VIEW),
        ("on_time", replace(VIEW, pace=Pace(14, 12), groups=("7Б",), variants=VIEW.variants[:1])),
        ("ahead", replace(VIEW, pace=Pace(15, 10), today=date(2026, 8, 25))),
        ("too_long", replace(VIEW, pace=Pace(12, 12))),
        ("missing", replace(VIEW, rows=(), variants=(), groups=(), pace=Pace(68, 0), today=date(2026, 8, 1))),
        (
            "without_timetable",
            replace(VIEW, rows=(), variants=(), course=replace(COURSE, hours_per_week=None), pace=Pace(0, 0)),
        ),
    ],
)
def test_a_plan_in_words(name: str, view: PlanView, golden: Golden) -> None:
    golden(f"plans/{name}", plan_screen(view))


def test_rows_and_variants_in_words(golden: Golden) -> None:
    golden("plans/rows", rows_screen(VIEW, 1))
    golden("plans/variants", variants_screen(VIEW))
    golden("plans/row", row_screen(ROW))
    golden("plans/row_taught", row_screen(replace(ROW, taught=ROWS[0], before=None, index=0)))
    golden("plans/row_remove", ask_remove_screen(ROW))
    golden("plans/row_type", type_row_screen(ROW, topic_asked()))
    golden("plans/first_row", type_first_row_screen(COURSE))


def test_a_file_in_words(golden: Golden) -> None:
    golden("plans/file_send", send_file_screen(COURSE))
    golden("plans/file_read", read_file_screen(replace(FILE, notes=(problem(3, "total_row"),)), said))
    golden("plans/file_saved", saved_file_screen(replace(FILE, variants=(("Проф", 1),), passed_over=0)))
    golden("plans/file_of_others", read_file_screen(replace(FILE, changes=None), said))
    golden(
        "plans/file_wrong",
        read_file_screen(replace(FILE, errors=(problem(3), problem(5)), changes=None), line),
    )


def said(found: Problem) -> str:
    return f"строка {found.row}: {found.code}"


def test_the_reminder_in_words(golden: Golden) -> None:
    lacking = (
        UnplannedCourse(7, "Алгебра", "7Б", None, 0, 102),
        UnplannedCourse(8, "Английский язык", "7Б", "1", 60, 68),
    )
    reminder = PlanReminder(lacking, date(2026, 8, 31), date(2026, 8, 28))
    golden("plans/reminder", plan_reminder_screen(reminder))
    golden("plans/reminder_late", plan_reminder_screen(replace(reminder, today=date(2026, 9, 2))))


def test_the_worst_of_words_keeps_within_the_limits() -> None:
    row = PlanRow(HUGE, 99_999, WORST, LessonKind.LABORATORY, WORST, 999)
    rows = (TaughtRow(row, MONDAY),) * 1000
    lesson = replace(LESSON, lesson_id=HUGE, course_id=HUGE, subject=WORST[:200], groups="10А+11А")
    page = replace(PAGE, lesson=lesson, next=(row,) * 3)
    for shown in (page, replace(page, topic=TopicRow(WORST, LessonKind.IT, HUGE), planned=row)):
        check_limits(topic_screen(shown, MOSCOW))
        check_limits(topic_screen(replace(shown, locked=True), MOSCOW))
        check_limits(type_topic_screen(shown))
    course = replace(COURSE, course_id=HUGE, subject=WORST[:200], groups=WORST[:200], subgroup=WORST[:200])
    course = replace(course, plan_variant=WORST)
    view = replace(
        VIEW,
        course=course,
        rows=rows,
        groups=(WORST[:200],) * 40,
        variants=(VariantRow(WORST, 1000, HUGE),) * 90,
    )
    check_limits(plan_screen(view))
    check_limits(variants_screen(view))
    for number in (-1, 0, 99, 10**6):
        check_limits(rows_screen(view, number))
        check_limits(other_topic_screen(PlanToChooseFrom(lesson, rows), number))
    check_limits(row_screen(PlanRowPage(course, rows[0], HUGE % 10**5, 99_999, 999)))
    wrong = tuple(problem(n, value=WORST) for n in range(1, 1000))
    file = replace(FILE, course=course, variants=((WORST, 1000),) * 90, errors=wrong, changes=None)
    check_limits(read_file_screen(file, line))
    check_limits(read_file_screen(replace(file, errors=(), notes=wrong, changes=Counts()), line))
    lacking = (UnplannedCourse(HUGE, WORST[:200], WORST[:200], WORST[:200], 1, 2),) * 60
    check_limits(plan_reminder_screen(PlanReminder(lacking, MONDAY, MONDAY)))


def test_who_may_only_read_a_plan_has_nothing_to_change_it_with() -> None:
    read = replace(VIEW, may_edit=False)
    screens = (plan_screen(read), plan_screen(replace(read, rows=())), rows_screen(read, 0))
    actions = {type(button.action) for screen in screens for row in screen.rows for button in row}
    assert actions == {ShowPlanRows, ShowCourse, OpenPlan}
    assert "Нажмите номер" not in screens[-1].text


def test_a_substitute_is_not_led_to_the_plan() -> None:
    def leads_there(page: TopicPage) -> bool:
        rows = topic_screen(page, MOSCOW).rows
        return any(isinstance(button.action, OpenPlan) for row in rows for button in row)

    without_plan = replace(PAGE, next=())
    assert leads_there(without_plan)
    assert not leads_there(replace(without_plan, is_own=False))
