"""The journal in words: courses, a card, the page in as many screens as it takes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from db.queries.courses import CourseRow
from handlers.screen import Screen
from handlers.texts.journal import (
    card_screen,
    courses_screen,
    group_courses_screen,
    groups_screen,
    own_courses_screen,
)
from handlers.texts.journal_table import LINE, journal_screen, picture_lessons
from services.journal_page import CourseCard, Courses, GroupCourses, GroupRow, JournalPage, Period
from tests.golden import Golden, check_limits
from tests.journal_page.conftest import Kept
from tests.world import MONDAY, YEAR_START

ALGEBRA = CourseRow(
    course_id=5,
    year_id=1,
    subject_id=1,
    subject="Алгебра",
    groups="7Б",
    group_ids=frozenset({7}),
    grade=7,
    subgroup=None,
    teacher_ids=frozenset({1}),
    plan_variant="1",
    hours_per_week=Decimal("3.0"),
)
ENGLISH = replace(ALGEBRA, course_id=6, subject="Английский язык", subgroup="1", hours_per_week=None)
QUARTER = Period(3, "1 четверть", YEAR_START, MONDAY)
HOSTILE = ["<b>&'\"" * 34, "🙂" * 200, "\u202e" + "Ы" * 199]


def fixed(page: JournalPage) -> JournalPage:
    """Ids of the database differ from run to run, and buttons carry them."""
    periods = tuple(
        replace(period, term_id=number) if period.term_id is not None else period
        for number, period in enumerate(page.periods, 3)
    )
    at = page.periods.index(page.period)
    finals = tuple(replace(one, term_id=3) for one in page.rows.finals)
    return replace(
        page,
        course=replace(page.course, course_id=5),
        period=periods[at],
        periods=periods,
        rows=replace(page.rows, finals=finals),
    )


def table(screen: Screen) -> list[str]:
    found = re.search("<pre>(.*)</pre>", screen.text, re.DOTALL)
    assert found is not None
    return unescape(found[1]).splitlines()


async def test_a_page_in_words(kept: Kept, golden: Golden) -> None:
    golden("journal/page", journal_screen(fixed(await kept.page()), 0, 0))


async def test_the_years_page_in_words(kept: Kept, golden: Golden) -> None:
    golden("journal/year", journal_screen(fixed(await kept.page(term_id=None)), 0, 0))


async def test_a_page_before_the_first_lesson_in_words(empty: Kept, golden: Golden) -> None:
    page = fixed(await empty.page())
    golden("journal/nothing", journal_screen(replace(page, rows=replace(page.rows, lessons=())), 0, 0))


def test_courses_in_words(golden: Golden) -> None:
    golden("journal/courses", courses_screen(Courses((ALGEBRA, ENGLISH), (GroupRow(7, "7Б"),))))
    golden("journal/groups", courses_screen(Courses((), (GroupRow(7, "7Б"), GroupRow(8, "8А")))))
    golden("journal/no_courses", courses_screen(Courses((), ())))
    golden("journal/group", group_courses_screen(GroupCourses(GroupRow(7, "7Б"), (ALGEBRA,)), 0))


def test_a_card_in_words(golden: Golden) -> None:
    golden(
        "journal/card", card_screen(CourseCard(ALGEBRA, ("Соколова Анна Петровна",), QUARTER, False, True))
    )
    golden("journal/card_of_a_subgroup", card_screen(CourseCard(ENGLISH, (), QUARTER, True, False)))


async def test_sixty_lessons_take_several_screens_and_every_line_fits_a_phone(kept: Kept) -> None:
    page = await kept.page()
    first = page.lessons[1]
    lessons = [
        replace(first, date=YEAR_START + timedelta(days=number), topic=f"Тема{number:02}.")
        for number in range(60)
    ]
    long = replace(page, rows=replace(page.rows, lessons=tuple(lessons)))
    screens = [journal_screen(long, back, 0) for back in range(40)]
    said = "".join(dict.fromkeys(screen.text for screen in screens))
    assert all(said.count(f"Тема{number:02}.") == 1 for number in range(60))
    for screen in screens:
        check_limits(screen)
        assert max(map(len, table(screen))) <= LINE
    assert screens[-1] == journal_screen(long, 10**9, 0)
    assert screens[0] == journal_screen(long, -5, -5)
    assert "ср" in table(screens[0])[0]
    assert "ср" not in table(screens[1])[0]


async def test_seventy_pupils_with_the_worst_names_fit_on_pages(kept: Kept) -> None:
    page = await kept.page()
    crowd = tuple(
        replace(page.pupils[0], pupil_id=number, last_name=f"{number}{HOSTILE[number % 3]}", first_name="&")
        for number in range(70)
    )
    lessons = tuple(replace(one, topic=HOSTILE[0]) for one in page.lessons) * 4
    crowded = replace(
        page,
        rows=replace(page.rows, pupils=crowd, lessons=lessons),
        course=replace(page.course, subject=HOSTILE[0]),
        period=replace(page.period, name=HOSTILE[1]),
    )
    shown = []
    for pupils in range(4):
        screen = journal_screen(crowded, 0, pupils)
        check_limits(screen)
        shown += [line[:1] for line in table(screen)[2:]]
    assert len(shown) == 30 + 30 + 10 + 10
    many = Courses(
        tuple(replace(ALGEBRA, subject=HOSTILE[number % 3]) for number in range(50)),
        tuple(GroupRow(number, HOSTILE[number % 3]) for number in range(1, 200)),
    )
    for page_number in range(6):
        check_limits(own_courses_screen(many, page_number))
        check_limits(groups_screen(many, page_number))
        check_limits(group_courses_screen(GroupCourses(many.groups[0], many.own), page_number))
    check_limits(card_screen(CourseCard(many.own[0], tuple(HOSTILE), crowded.period, True, True)))


@pytest.mark.parametrize(("back", "days", "shown"), [(0, (25, 36), 0), (1, (13, 24), 1), (9, (1, 12), 2)])
async def test_a_picture_holds_twelve_lessons_the_newest_first(
    kept: Kept, back: int, days: tuple[int, int], shown: int
) -> None:
    page = await kept.page()
    lessons = tuple(replace(page.lessons[0], number=number) for number in range(1, 37))
    found, at, count = picture_lessons(replace(page, rows=replace(page.rows, lessons=lessons)), back)
    assert (found[0].number, found[-1].number, at, count) == (*days, shown, 3)
