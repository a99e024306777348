"""What the teacher reads on the pages of final marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from db.enums import FinalKind
from db.models import Person
from handlers.callbacks.final_marks import ShowDueFinals
from handlers.texts.arithmetic import arithmetic
from handlers.texts.final_mark import ask_comment_screen, final_screen
from handlers.texts.final_marks import finals_screen, periods_screen
from handlers.texts.final_marks_due import due_screen, final_marks_reminder_screen
from handlers.texts.menu import home_screen
from services.home import HomeView
from services.marks.averages import average_of
from services.marks.final_page import FinalPage
from services.notifications.final_marks_reminder import FinalMarksReminder
from services.settings import AverageKind
from tests.final_marks.conftest import Desk
from tests.final_marks.journal import DEADLINE, LAST_DAY, M
from tests.golden import Golden, check_limits
from tests.world import MOSCOW


def steady(page: FinalPage) -> FinalPage:
    """With ids that are the same in every run."""
    return replace(
        page,
        course=replace(page.course, course_id=1),
        period=replace(page.period, term_id=page.period.term_id and 2),
        cells=tuple(replace(cell, pupil_id=100 + place) for place, cell in enumerate(page.cells)),
    )


AGAEV, IVANOV, PETROVA = 100, 101, 102
"""On a steady page."""


async def test_the_page_before_and_after_accepting(desk: Desk, golden: Golden) -> None:
    golden("final_marks/proposed", finals_screen(steady(await desk.page())))
    await desk.give(desk.people.ivanov, M.FIVE, "Олимпиада")
    golden("final_marks/one_given", finals_screen(steady(await desk.page())))
    await desk.accept()
    golden("final_marks/all_given", finals_screen(steady(await desk.page())))
    golden("final_marks/class_teacher", finals_screen(steady(await desk.page(desk.people.irina))))


async def test_the_page_too_early_and_too_late(desk: Desk, golden: Golden) -> None:
    desk.clock.set("12:00", date(2026, 10, 10))
    golden("final_marks/early", finals_screen(steady(await desk.page())))
    desk.clock.set("12:00", DEADLINE + timedelta(days=1))
    golden("final_marks/locked", finals_screen(steady(await desk.page())))
    page = steady(await desk.page())
    golden("final_marks/locked_pupil", final_screen(page, IVANOV, MOSCOW, LAST_DAY))


async def test_a_pupil_with_the_arithmetic(desk: Desk, golden: Golden) -> None:
    page = steady(await desk.page())
    golden("final_marks/pupil", final_screen(page, IVANOV, MOSCOW, LAST_DAY))
    golden("final_marks/pupil_with_a_debt", final_screen(page, AGAEV, MOSCOW, LAST_DAY))
    golden("final_marks/ask_comment", ask_comment_screen(page, IVANOV, M.FIVE))
    await desk.give(desk.people.ivanov, M.FIVE, "Олимпиада <b>№ 1</b>")
    await desk.journal.marks(desk.people.ivanov, M.FIVE, day=date(2026, 10, 23))
    page = steady(await desk.page())
    golden("final_marks/pupil_given", final_screen(page, IVANOV, MOSCOW, LAST_DAY))


async def test_the_periods_of_a_course(desk: Desk, golden: Golden) -> None:
    course, periods = await desk.finals.periods(actor=await desk.actor(), course_id=desk.people.algebra)
    known = tuple(replace(one, term_id=one.term_id and 2 + place) for place, one in enumerate(periods))
    golden("final_marks/periods", periods_screen(replace(course, course_id=1), known))


async def test_the_year_with_an_exam(desk: Desk, golden: Golden) -> None:
    await desk.give(desk.people.ivanov, M.FOUR)
    desk.clock.set("12:00", date(2026, 12, 29))
    second = await desk.journal.term("2 четверть")
    await desk.journal.marks(desk.people.ivanov, M.FIVE, M.FIVE, M.FIVE, day=date(2026, 12, 1))
    await desk.give(desk.people.ivanov, M.FIVE, term_id=second)
    desk.clock.set("12:00", date(2027, 5, 29))
    await desk.give(desk.people.ivanov, M.THREE, kind=FinalKind.EXAM, term_id=None)
    page = steady(await year(desk))
    golden("final_marks/year", finals_screen(page))
    golden("final_marks/year_pupil", final_screen(page, IVANOV, MOSCOW, date(2027, 5, 29)))
    golden("final_marks/year_without_a_term", final_screen(page, PETROVA, MOSCOW, LAST_DAY))


async def year(desk: Desk) -> FinalPage:
    return await desk.finals.page(
        actor=await desk.actor(), course_id=desk.people.algebra, kind=FinalKind.YEAR, term_id=None
    )


async def test_what_is_due(desk: Desk, golden: Golden) -> None:
    found = await desk.finals.due(actor=await desk.actor())
    due = tuple(replace(course, course_id=1, term_id=2) for course in found)
    golden("final_marks/due", due_screen(due, 0))
    golden("final_marks/nothing_due", due_screen((), 0))
    golden("final_marks/reminder", final_marks_reminder_screen(FinalMarksReminder(due, DEADLINE, False)))
    golden("final_marks/reminder_today", final_marks_reminder_screen(FinalMarksReminder(due, DEADLINE, True)))
    golden("final_marks/reminder_done", final_marks_reminder_screen(FinalMarksReminder((), DEADLINE, True)))


async def test_a_class_of_forty_with_long_names_fits_a_screen(desk: Desk) -> None:
    name = "Константинопольский-Преображенский" * 5
    for number in range(41):
        pupil = await desk.people.world.pupil(f"{name}{number} {name}", desk.people.group)
        await desk.journal.marks(pupil, M.FIVE, M.DEBT, title="№ 1" * 20)
    await desk.session.execute(
        update(Person).where(Person.id == desk.people.ivanov).values(first_name="<script>" * 20)
    )
    page = await desk.page()
    for shown in range(-1, 3):
        check_limits(finals_screen(page, shown))
    for cell in page.cells:
        check_limits(final_screen(page, cell.pupil_id, MOSCOW, LAST_DAY))


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([(M.FIVE, "1"), (M.FOUR, "2"), (M.FOUR, "2")], "(4×2 + 4×2 + 5×1) / 5 = 4,20"),
        ([(M.FIVE, "1"), (M.FOUR, "1"), (M.FOUR, "1")], "(5 + 4 + 4) / 3 = 4,33"),
        ([(M.FIVE, "1.5"), (M.FOUR, "1")], "(5×1,5 + 4×1) / 2,5 = 4,60"),
        ([(M.THREE, "1")], "3 / 1 = 3,00"),
        ([(M.FIVE, "1")] * 30 + [(M.FOUR, "2")] * 11, "238 / 52 = 4,58"),
    ],
)
def test_the_arithmetic_is_written_in_russian(marks: list[tuple[M, str]], said: str) -> None:
    average = average_of(((value, Decimal(weight)) for value, weight in marks), AverageKind.WEIGHTED)
    assert average is not None
    assert str(arithmetic(average)) == said


@pytest.mark.parametrize(
    ("finals", "words"),
    [
        (((FinalKind.TERM, "1 четверть"),), ["Итоги за 1 четверть"]),
        (((FinalKind.YEAR, "2026/2027"),), ["Итоги за год"]),
        (((FinalKind.TERM, "4 четверть"), (FinalKind.YEAR, "2026/2027")), ["Итоги"]),
        ((), []),
    ],
)
async def test_the_menu_names_what_is_due(
    desk: Desk, finals: tuple[tuple[FinalKind, str], ...], words: list[str]
) -> None:
    view = HomeView("Анна", "Петровна", (), (), (), consented=False, finals=finals)
    screen = home_screen(await desk.actor(), view)
    buttons = [button for row in screen.rows for button in row]
    assert [button.text for button in buttons if isinstance(button.action, ShowDueFinals)] == words
