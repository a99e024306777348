"""The teacher's lesson, register and what follows «Готово», as they stand in the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.texts.lesson_card import lesson_screen
from handlers.texts.lessons import day_screen
from handlers.texts.register import late_screen, minutes_screen, register_screen
from handlers.texts.taken import taken_screen
from services.attendance import Cell, RegisterRow, Taken
from services.lessons import LessonRow, PlanRow, TeacherDay
from services.vocabulary import Answer, AttendanceSource, AttendanceStatus, LessonKind, Sex
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, moment

ABSENT, LATE, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.LATE, AttendanceStatus.PRESENT

PUPIL = Cell(
    pupil_id=1,
    last_name="Агаев",
    first_name="Ислам",
    middle_name="",
    number=None,
    sex=Sex.MALE,
    status=PRESENT,
    late_minutes=None,
    source=None,
    planned_reason=None,
    answer=None,
    reason=None,
    alert_at=None,
)


def pupil(pupil_id: int, name: str, **changes: object) -> Cell:
    last, first = name.split(maxsplit=1)
    return replace(PUPIL, pupil_id=pupil_id, last_name=last, first_name=first, **changes)


REGISTER = RegisterRow(
    lesson_id=5,
    school_id=1,
    date=MONDAY,
    number=3,
    starts_at=moment("10:15"),
    ends_at=moment("10:55"),
    zone="Europe/Moscow",
    subject="Алгебра",
    groups="7Б",
    rooms=["12"],
    taken_at=None,
    locked=False,
    begun=True,
    cells=(PUPIL, pupil(2, "Иванов Пётр"), pupil(3, "Петрова Ксения"), pupil(4, "Сидоренко Матвей")),
)
MARKED = replace(
    REGISTER,
    cells=(
        pupil(1, "Агаев Ислам", status=ABSENT, source=AttendanceSource.PLANNED, planned_reason="болезнь"),
        pupil(2, "Иванов Пётр", status=ABSENT, source=AttendanceSource.TEACHER, answer=Answer.SICK),
        pupil(3, "Петрова Ксения", status=LATE, late_minutes=12, source=AttendanceSource.TEACHER),
        pupil(4, "Сидоренко Матвей", status=ABSENT, source=AttendanceSource.COPIED),
    ),
)
LESSON = LessonRow(
    lesson_id=5,
    course_id=1,
    date=MONDAY,
    number=3,
    starts_at=moment("10:15"),
    ends_at=moment("10:55"),
    subject="Алгебра",
    groups="7Б",
    subgroup=None,
    rooms=["12"],
    teacher_id=1,
    substitute_id=None,
    taken_at=None,
    marked=0,
    topic=None,
    topic_kind=None,
    tasks=0,
    no_homework=False,
    marks=0,
    has_marks=True,
)
EQUATIONS = PlanRow(114, 14, "Линейные уравнения", LessonKind.PRACTICAL, "§ 12", 2)
SECOND = replace(
    LESSON,
    lesson_id=4,
    number=2,
    groups="7А",
    starts_at=moment("09:20"),
    ends_at=moment("10:00"),
    taken_at=moment("09:25"),
    topic="Степень с натуральным показателем",
    topic_kind=LessonKind.LABORATORY,
    tasks=2,
    marks=12,
)
FOURTH = replace(
    LESSON, lesson_id=6, number=4, groups="8Б", starts_at=moment("11:10"), ends_at=moment("11:50")
)
FRIDAY = MONDAY - timedelta(days=3)
YESTERDAY = replace(
    LESSON,
    lesson_id=1,
    date=FRIDAY,
    groups="8Б",
    number=4,
    starts_at=moment("11:10", FRIDAY),
    ends_at=moment("11:50", FRIDAY),
)
DAY = TeacherDay(
    day=MONDAY,
    today=MONDAY,
    now=moment("10:17"),
    lessons=(SECOND, LESSON, FOURTH),
    unfinished_before=(YESTERDAY,),
    proposals={LESSON.lesson_id: EQUATIONS, FOURTH.lesson_id: replace(EQUATIONS, kind=LessonKind.LESSON)},
)


def test_the_lesson_of_the_moment(golden: Golden) -> None:
    golden("lessons/now", lesson_screen(DAY, DAY.current(), MOSCOW))


def test_a_lesson_that_is_kept_in_full(golden: Golden) -> None:
    golden("lessons/kept", lesson_screen(DAY, SECOND, MOSCOW))


def test_form_one_is_asked_for_no_marks_and_no_homework(golden: Golden) -> None:
    golden("lessons/form_one", lesson_screen(DAY, replace(LESSON, has_marks=False), MOSCOW))


def test_a_lesson_without_homework_says_so(golden: Golden) -> None:
    golden("lessons/no_homework", lesson_screen(DAY, replace(LESSON, no_homework=True), MOSCOW))


def test_a_subgroups_lesson_with_marks_but_without_done(golden: Golden) -> None:
    lesson = replace(LESSON, subgroup="1", rooms=["31", "32"], marked=2)
    day = replace(DAY, lessons=(lesson,), unfinished_before=())
    golden("lessons/begun_register", lesson_screen(day, lesson, MOSCOW))


def test_a_lesson_ahead_says_when_its_register_opens(golden: Golden) -> None:
    golden("lessons/ahead", lesson_screen(DAY, FOURTH, MOSCOW))


def test_a_lesson_of_an_earlier_day(golden: Golden) -> None:
    day = replace(DAY, day=YESTERDAY.date, lessons=(YESTERDAY,), unfinished_before=())
    golden("lessons/past", lesson_screen(day, YESTERDAY, MOSCOW))


def test_the_day(golden: Golden) -> None:
    golden("lessons/day", day_screen(DAY, MOSCOW))


def test_a_past_day_says_what_each_lesson_lacks(golden: Golden) -> None:
    first_form = replace(YESTERDAY, lesson_id=2, number=5, groups="1А", has_marks=False, topic="Счёт")
    day = replace(DAY, day=FRIDAY, lessons=(YESTERDAY, first_form), unfinished_before=())
    golden("lessons/past_day", day_screen(day, MOSCOW))


def test_a_day_without_lessons(golden: Golden) -> None:
    golden("lessons/free_day", day_screen(replace(DAY, lessons=(), unfinished_before=()), MOSCOW))


def test_a_register_nobody_has_begun(golden: Golden) -> None:
    golden("register/untouched", register_screen(REGISTER))


def test_a_register_with_everything_in_it(golden: Golden) -> None:
    golden("register/marked", register_screen(MARKED))


def test_choosing_who_was_late(golden: Golden) -> None:
    golden("register/late", late_screen(MARKED))
    golden("register/minutes", minutes_screen(MARKED, 2))


@pytest.mark.parametrize("why", ["locked", "not_begun", "nobody"])
def test_a_register_that_cannot_be_written(golden: Golden, why: str) -> None:
    changes = {"locked": {"locked": True}, "not_begun": {"begun": False}, "nobody": {"cells": ()}}
    golden(f"register/{why}", register_screen(replace(REGISTER, **changes[why])))


@pytest.mark.parametrize(
    ("name", "alerts_at"),
    [("waiting", "10:23"), ("told", "10:18"), ("nobody_to_tell", None)],
)
def test_after_done(golden: Golden, name: str, alerts_at: str | None) -> None:
    taken = Taken(replace(MARKED, taken_at=moment("10:18")), moment(alerts_at) if alerts_at else None)
    golden(f"register/taken_{name}", taken_screen(taken, moment("10:18")))


def test_after_all_present(golden: Golden) -> None:
    golden(
        "register/all_present",
        taken_screen(Taken(replace(REGISTER, taken_at=moment("10:18")), None), moment("10:18")),
    )


def test_hostile_names_are_shown_and_cut(golden: Golden) -> None:
    names = ("<b>Ж</b>&", "🦊🦊🦊 🦊", "Константинопольская" * 10 + " Анна")
    cells = tuple(
        replace(PUPIL, pupil_id=i, last_name=name, first_name="<i>", status=ABSENT, answer=Answer.SICK)
        for i, name in enumerate(names, 1)
    )
    golden("register/hostile_names", register_screen(replace(REGISTER, cells=cells)))


def test_forty_pupils_of_two_hundred_letters_fit() -> None:
    cells = tuple(
        pupil(i, f"{'Я' * 200} {'Ж' * 200}", status=ABSENT, answer=Answer.SICK) for i in range(1, 41)
    )
    screen = register_screen(replace(REGISTER, cells=cells))
    assert len(screen.text) <= 4000
    taken = taken_screen(
        Taken(replace(REGISTER, cells=cells, taken_at=moment("10:18")), None), moment("10:18")
    )
    assert len(taken.text) <= 4000


def test_namesakes_are_told_apart(golden: Golden) -> None:
    cells = (
        pupil(1, "Иванов Пётр"),
        pupil(2, "Иванов Павел"),
        pupil(3, "Ким Анна", middle_name="Олеговна", number=5),
        pupil(4, "Ким Анна", middle_name="Олеговна", number=6),
        pupil(5, "Ким Анна", middle_name="Юрьевна", number=7),
    )
    golden("register/namesakes", register_screen(replace(REGISTER, cells=cells)))
