"""The picture of a term: what it says, and that it can be drawn for any term (C7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from struct import unpack

import pytest

from db.enums import MarkValue
from db.queries.homework_days import NamedPupil
from db.queries.pupil_year import PupilYear, TermRow
from db.queries.term_marks import KnownMark, SubjectRow
from handlers.texts.term_picture import term_picture
from services.diary_head import DiaryHead
from services.documents.term_picture import TermPicture, term_png
from services.marks.averages import average_of
from services.settings import AverageKind
from services.term_marks import SubjectMarks, TermMarks
from tests.documents.test_notices import WEIRD

QUARTER = TermRow(1, "1 четверть", date(2026, 9, 1), date(2026, 10, 25))
FRIDAY = date(2026, 9, 18)
WIDTH = 886
"""Pixels: sharp at the 400 points that a phone gives it."""
LONG = "Основы духовно-нравственной культуры народов России"


def subject(name: str, *values: MarkValue) -> SubjectMarks:
    of = SubjectRow(1, name, 1)
    marks = tuple(
        KnownMark(of, FRIDAY, "работа на уроке", "", "", Decimal(1), value, "", None) for value in values
    )
    average = average_of([(value, Decimal(1)) for value in values], AverageKind.WEIGHTED)
    return SubjectMarks(1, name, marks, average, None, None, None, 0)


def picture(
    subjects: Sequence[SubjectMarks],
    missed: Mapping[date, int] | None = None,
    *,
    today: date = FRIDAY,
    name: str = "Иванов",
    term: TermRow = QUARTER,
) -> TermPicture:
    pupil = NamedPupil(7, 1, name, "Пётр", "7Б", "Europe/Moscow")
    year = PupilYear(1, 7, 1, term.starts_on, term.ends_on, (term,), ())
    head = DiaryHead(pupil, year, today, (), is_family=True, class_id=None, writes_to_family=False)
    return term_picture(TermMarks(head, term, tuple(subjects)), term, missed or {})


def size_of(drawn: TermPicture) -> tuple[int, int]:
    content = term_png(drawn)
    assert content.startswith(b"\x89PNG")
    width, height = unpack(">II", content[16:24])
    return width, height


def test_it_says_marks_averages_and_lessons_missed_by_week() -> None:
    said = picture(
        [
            subject("Алгебра", MarkValue.FIVE, MarkValue.FOUR, MarkValue.FOUR),
            subject("Физика", MarkValue.DEBT),
        ],
        {date(2026, 9, 1): 2, date(2026, 9, 16): 1, FRIDAY: 3},
    )
    assert (said.title, said.about) == ("Иванов Пётр, 7Б", "1 четверть, 1–18 сентября")
    algebra, physics = said.subjects
    assert (algebra.marks, algebra.average) == (("5", "4", "4"), "4,33")
    assert algebra.part == pytest.approx(2.33 / 3)
    assert (physics.marks, physics.average) == (("•",), "")
    assert said.missed_heading == "Пропущено уроков по неделям: 6"
    # The first week is named by the term's first day, a Tuesday.
    assert [(week.name, week.missed) for week in said.weeks] == [("01.09", 2), ("07.09", 0), ("14.09", 4)]


def test_a_term_without_absences_has_no_empty_chart() -> None:
    calm = picture([subject("Алгебра", MarkValue.FIVE)])
    assert calm.missed_heading == "Пропусков нет"
    missed = picture([subject("Алгебра", MarkValue.FIVE)], {FRIDAY: 1})
    assert size_of(calm)[1] < size_of(missed)[1]


def test_of_forty_marks_the_latest_are_shown_in_one_line() -> None:
    values = [list(MarkValue)[number % 4] for number in range(40)]
    one, forty = picture([subject("Алгебра", MarkValue.TWO)]), picture([subject("Алгебра", *values)])
    [shown] = forty.subjects
    assert shown.marks[0] == "…"
    assert shown.marks[-1] == values[-1].value
    assert len(shown.marks) > 20
    assert size_of(forty) == size_of(one)


def test_a_long_name_of_a_subject_is_whole_and_takes_a_second_line() -> None:
    long, short = picture([subject(LONG, MarkValue.FIVE)]), picture([subject("ОДНКНР", MarkValue.FIVE)])
    assert long.subjects[0].name == LONG
    assert size_of(long)[1] > size_of(short)[1]


def test_form_one_has_lessons_missed_alone() -> None:
    width, height = size_of(picture([], {FRIDAY: 4}))
    assert width == WIDTH
    assert height < size_of(picture([subject("Алгебра", MarkValue.FIVE)], {FRIDAY: 4}))[1]


def test_a_half_year_with_forty_subjects_is_a_picture_that_a_messenger_takes() -> None:
    half_year = TermRow(2, "2 полугодие", date(2027, 1, 11), date(2027, 5, 31))
    missed = {half_year.starts_on + timedelta(days=7 * week): 30 for week in range(20)}
    subjects = [subject(f"{LONG} {number}", *[MarkValue.NOT_ASSESSED] * 40) for number in range(60)]
    width, height = size_of(picture(subjects, missed, today=half_year.ends_on, term=half_year))
    assert width == WIDTH
    assert width + height <= 10_000
    assert height <= 20 * width


@pytest.mark.parametrize("name", WEIRD)
def test_it_is_drawn_for_any_name(name: str) -> None:
    assert size_of(picture([subject(name, MarkValue.FIVE)], name=name))[0] == WIDTH
