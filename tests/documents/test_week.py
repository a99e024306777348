"""The week on paper: two pupils a sheet, whatever the week holds (C3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.enums import Answer, AttendanceStatus, FinalKind, MarkValue
from services.documents.week import week_pdf
from services.week.printing import PrintedWeek
from services.week.summary import (
    DayMissed,
    MissedLesson,
    SubjectWeek,
    Trend,
    WeekControl,
    WeekEvent,
    WeekFinal,
    WeekMark,
    WeekRemark,
    WeekSummary,
    WeekTask,
)
from tests.documents.test_notices import WEIRD, pages

MONDAY, FRIDAY = date(2026, 9, 14), date(2026, 9, 18)


def week(name: str = "Иванов", *, subjects: int = 3, words: str = "§ 12, № 345") -> WeekSummary:
    marks = tuple(
        WeekMark(value, MONDAY, "контрольная работа", "", "", None)
        for value in (MarkValue.FIVE, MarkValue.FOUR, MarkValue.DEBT, MarkValue.NOT_ASSESSED)
    )
    return WeekSummary(
        pupil_id=1,
        last_name=name,
        first_name="Пётр",
        middle_name="",
        group="7Б",
        has_marks=True,
        monday=MONDAY,
        last=FRIDAY,
        subjects=tuple(
            SubjectWeek(number, f"Предмет {number}", marks, Decimal("4.33"), Trend.UP, (FRIDAY,))
            for number in range(subjects)
        ),
        finals=(WeekFinal("Алгебра", FinalKind.TERM, "1 четверть", MarkValue.FOUR),),
        missed=(
            DayMissed(
                MONDAY,
                (
                    MissedLesson(3, "Алгебра", AttendanceStatus.ABSENT, None),
                    MissedLesson(4, "Русский", AttendanceStatus.LATE, 10),
                ),
                Answer.SICK,
                None,
            ),
        ),
        homework_for=FRIDAY,
        homework=tuple(WeekTask("Алгебра", words, False) for _ in range(subjects)),
        controls=(WeekControl(FRIDAY, "Русский язык", words),),
        remark=WeekRemark("Алгебра", words),
        events=(WeekEvent(FRIDAY, time(10), words), WeekEvent(FRIDAY + timedelta(days=1), None, "Бал")),
    )


def printed(*weeks: WeekSummary) -> PrintedWeek:
    return PrintedWeek("Школа № 1", "7Б", MONDAY, weeks)


def drawn(week: WeekSummary) -> bytes:
    """The sheet as far as the moment of its printing, which stands behind all of it."""
    return week_pdf(printed(week)).partition(b"/ModDate")[0]


@pytest.mark.parametrize(("pupils", "sheets"), [(1, 1), (2, 1), (3, 2), (30, 15)])
def test_two_pupils_share_a_sheet(pupils: int, sheets: int) -> None:
    assert pages(week_pdf(printed(*[week() for _ in range(pupils)]))) == sheets


@pytest.mark.parametrize(
    "without",
    [
        {"subjects": ()},
        {"finals": ()},
        {"missed": ()},
        {"homework": (), "homework_for": None},
        {"controls": ()},
        {"remark": None},
        {"events": ()},
    ],
    ids=lambda without: next(iter(without)),
)
def test_every_part_of_the_digest_stands_on_paper(without: dict[str, Any]) -> None:
    assert drawn(week()) == drawn(week())
    assert drawn(week()) != drawn(replace(week(), **without))


@pytest.mark.parametrize("name", WEIRD)
def test_a_long_week_of_anybody_stays_on_its_half(name: str) -> None:
    endless = week(name, subjects=40, words="#panic() очень длинное задание " * 60)
    assert pages(week_pdf(printed(endless, week(name), endless))) == 2


def test_an_empty_week_is_a_page_too() -> None:
    empty = WeekSummary(
        1, "Агаев", "Ислам", "", None, False, MONDAY, MONDAY, (), (), (), None, (), (), None, ()
    )
    assert pages(week_pdf(printed(empty))) == 1
