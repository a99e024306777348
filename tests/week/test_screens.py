"""Shapes of a week as a family reads them, and who of a class has read (C2)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from db.enums import Answer, AttendanceStatus, FinalKind, MarkValue
from handlers.callbacks.weeks import AcknowledgeWeek, ShowWeek, ShowWeekPicture
from handlers.screen import Screen
from handlers.texts.week import week_digest_screen, week_screen
from handlers.texts.week_readers import week_readers_screen
from services.notifications.week_digest import WeekDigest
from services.settings import PersonalData
from services.week.reading import Reader, Reading, WeekReaders, WeekView
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
    from_json,
    to_json,
)
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, moment

FRIDAY = MONDAY + timedelta(days=4)
NEXT_MONDAY = MONDAY + timedelta(days=7)
LONG = "Основы духовно-нравственной культуры народов России"


def mark(value: MarkValue, day: date = MONDAY, comment: str = "", due_on: date | None = None) -> WeekMark:
    return WeekMark(value, day, "работа на уроке", "", comment, due_on)


def subject(
    name: str,
    *marks: WeekMark,
    average: str | None = None,
    trend: Trend | None = None,
    debts: tuple[date, ...] = (),
    course_id: int = 1,
) -> SubjectWeek:
    return SubjectWeek(course_id, name, marks, Decimal(average) if average else None, trend, debts)


def absent(day: date, *numbers: int, answer: Answer | None = None, reason: str | None = None) -> DayMissed:
    lessons = tuple(MissedLesson(number, "Алгебра", AttendanceStatus.ABSENT, None) for number in numbers)
    return DayMissed(day, lessons, answer, reason)


NOTHING = WeekSummary(
    pupil_id=7,
    last_name="Иванов",
    first_name="Пётр",
    middle_name="Сергеевич",
    group="7Б",
    has_marks=True,
    monday=MONDAY,
    last=FRIDAY,
    subjects=(),
    finals=(),
    missed=(),
    homework_for=None,
    homework=(),
    controls=(),
    remark=None,
    events=(),
)
ORDINARY = replace(
    NOTHING,
    subjects=(
        subject(
            "Алгебра",
            mark(MarkValue.FIVE),
            mark(MarkValue.FOUR, FRIDAY),
            mark(MarkValue.FOUR, FRIDAY, "Верно, но <без> единиц"),
            average="4.33",
            trend=Trend.UP,
        ),
        subject("История", mark(MarkValue.FIVE), average="4.80", trend=Trend.UP, course_id=2),
        subject("Музыка", average="5.00", trend=Trend.FLAT, course_id=3),
        subject(
            "Русский язык",
            mark(MarkValue.THREE),
            mark(MarkValue.DEBT, FRIDAY, due_on=date(2026, 9, 25)),
            average="3.67",
            trend=Trend.FLAT,
            debts=(date(2026, 9, 25),),
            course_id=4,
        ),
    ),
    missed=(
        absent(MONDAY, 1, 2, 3, reason="болезнь"),
        absent(MONDAY + timedelta(days=2), 4),
        DayMissed(FRIDAY, (MissedLesson(1, "История", AttendanceStatus.LATE, 12),), None, None),
    ),
    homework_for=NEXT_MONDAY,
    homework=(WeekTask("Алгебра", "§ 12, № 3–5", False), WeekTask("История", "", True)),
    controls=(WeekControl(NEXT_MONDAY + timedelta(days=2), "Русский язык", "Диктант"),),
    remark=WeekRemark("Алгебра", "Верно, но <без> единиц"),
    events=(WeekEvent(NEXT_MONDAY + timedelta(days=3), time(10), "Экскурсия в музей"),),
)
SHAPES = {
    "ordinary": ORDINARY,
    "one_mark": replace(NOTHING, subjects=(subject("Алгебра", mark(MarkValue.FIVE), average="5.00"),)),
    "forty_marks": replace(
        NOTHING,
        subjects=(
            subject(
                "Алгебра",
                *(mark(list(MarkValue)[number % 4], FRIDAY) for number in range(40)),
                average="3.50",
                trend=Trend.DOWN,
            ),
        ),
    ),
    "long_names": replace(
        NOTHING,
        last_name="Римский-Корсаков-Задунайский",
        first_name="Александр-Максимилиан-Константин",
        group="10Б (физико-математический профиль)",
        subjects=tuple(
            subject(
                f"{LONG} {number}",
                *(mark(MarkValue.NOT_ASSESSED, FRIDAY, "Очень подробно " * 30) for _ in range(9)),
                average="4.11",
                trend=Trend.DOWN,
                debts=(FRIDAY,),
                course_id=number,
            )
            for number in range(1, 26)
        ),
        homework_for=NEXT_MONDAY,
        homework=tuple(
            WeekTask(f"{LONG} {number}", "учить & писать <всё> " * 40, True) for number in range(20)
        ),
        remark=WeekRemark(LONG, "🙂 Молодец " * 200),
    ),
    "form_one": replace(
        NOTHING, group="1А", has_marks=False, missed=(absent(FRIDAY, 1, 2, answer=Answer.SICK),)
    ),
    "ill_all_week": replace(
        NOTHING,
        missed=tuple(
            absent(MONDAY + timedelta(days=day), 1, 2, 3, 4, 5, reason="болезнь") for day in range(5)
        ),
        homework_for=NEXT_MONDAY,
        homework=(WeekTask("Алгебра", "§ 12", False),),
    ),
    "holidays_inside": replace(
        NOTHING,
        monday=date(2026, 10, 19),
        last=date(2026, 10, 21),
        subjects=(subject("Алгебра", mark(MarkValue.FOUR, date(2026, 10, 20)), average="4.00"),),
    ),
    "term_end": replace(
        ORDINARY,
        finals=(
            WeekFinal("Алгебра", FinalKind.TERM, "1 четверть", MarkValue.FOUR),
            WeekFinal("История", FinalKind.TERM, "1 четверть", MarkValue.FIVE),
            WeekFinal("Музыка", FinalKind.TERM, "1 четверть", MarkValue.NOT_ASSESSED),
        ),
    ),
    "other_child": replace(ORDINARY, pupil_id=8, first_name="Анна", group="5А", missed=(), events=()),
    "only_homework": replace(NOTHING, homework_for=NEXT_MONDAY, homework=(WeekTask("Алгебра", "§ 1", True),)),
}


def sent(week: WeekSummary, personal_data: PersonalData = PersonalData.FULL) -> Screen:
    return week_digest_screen(WeekDigest(week, personal_data, acknowledged_on=None))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_of_week(shape: str, golden: Golden) -> None:
    screen = sent(SHAPES[shape])
    golden(f"week/{shape}", screen)
    table = screen.text.partition("<pre>")[2].partition("</pre>")[0]
    assert all(len(line) <= 32 for line in table.splitlines())


def test_two_children_of_a_family_are_two_messages_each_under_its_name(golden: Golden) -> None:
    """The second is of another class, and was away on no day."""
    sister = replace(SHAPES["other_child"], subjects=ORDINARY.subjects[1:2], homework=ORDINARY.homework[:1])
    for name, week in (("first_of_two", ORDINARY), ("second_of_two", sister)):
        golden(f"week/{name}", sent(week))


def test_with_initials_only(golden: Golden) -> None:
    screen = sent(ORDINARY, PersonalData.INITIALS)
    golden("week/initials", screen)
    assert "Пётр" not in screen.text
    assert "7Б" not in screen.text


def test_with_nothing_personal_it_only_says_that_there_is_something(golden: Golden) -> None:
    golden("week/nothing_personal", sent(ORDINARY, PersonalData.NONE))


def view(week: WeekSummary, *, read_on: date | None = None, guardian: bool = True) -> WeekView:
    return WeekView(week, read_on, may_acknowledge=guardian, may_write=guardian)


def test_an_acknowledged_week_says_when(golden: Golden) -> None:
    golden("week/acknowledged", week_screen(view(ORDINARY, read_on=FRIDAY), 0))


def test_a_week_without_anything(golden: Golden) -> None:
    golden("week/nothing", week_screen(view(NOTHING), 0))


def test_all_of_a_week(golden: Golden) -> None:
    golden("week/details", week_screen(view(ORDINARY), 1))


def test_every_page_of_a_long_week_is_shown_and_none_beyond(golden: Golden) -> None:
    week = view(SHAPES["long_names"])
    golden("week/details_long", week_screen(week, 2))
    assert week_screen(week, 10**6) == week_screen(week, 10**6 + 1)


def test_the_pupil_reads_and_has_nothing_to_acknowledge() -> None:
    actions = [
        type(button.action) for row in week_screen(view(ORDINARY, guardian=False), 0).rows for button in row
    ]
    assert AcknowledgeWeek not in actions
    assert {ShowWeek, ShowWeekPicture} <= set(actions)


@pytest.mark.parametrize("week", SHAPES.values(), ids=SHAPES)
def test_what_is_kept_reads_as_it_was(week: WeekSummary) -> None:
    assert from_json(json.loads(to_json(week))) == week


def readers(*found: tuple[str, Reading]) -> WeekReaders:
    return WeekReaders(
        group_id=1,
        group="7Б",
        monday=MONDAY,
        readers=tuple(
            Reader(
                pupil_id=number,
                last_name=name,
                first_name="Пётр",
                relation="мать",
                phone="+79000000001" if number % 2 else None,
                reading=reading,
                acknowledged_at=moment("19:02", FRIDAY) if reading is Reading.READ else None,
            )
            for number, (name, reading) in enumerate(found)
        ),
        zone=MOSCOW,
    )


def test_who_has_read_and_why_others_have_not(golden: Golden) -> None:
    every = [(f"Фамилия-{reading.value}", reading) for reading in Reading]
    golden("week/readers", week_readers_screen(readers(*every), 0))


@pytest.mark.parametrize("reading", [Reading.NO_CONSENT, Reading.BLOCKED])
def test_a_class_that_nothing_reaches(reading: Reading, golden: Golden) -> None:
    golden(f"week/readers_{reading.value}", week_readers_screen(readers(("Иванов", reading)), 0))
