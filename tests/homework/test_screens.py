"""Homework as the teacher and the family read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.queries.files import StoredFileRow
from db.queries.homework import Due, LessonPupil, SubgroupRow, TaskRow
from db.queries.homework_days import DayTask, NamedPupil
from handlers.texts.files import missing_files_screen
from handlers.texts.homework import homework_screen, withdraw_screen
from handlers.texts.homework_choices import (
    draft_files_screen,
    due_screen,
    not_after_the_lesson,
    type_due_screen,
    whom_screen,
)
from handlers.texts.homework_draft import draft_screen, not_a_task_screen, replaced_screen
from handlers.texts.homework_notices import homework_day_screen, homework_reminder_screen
from services.homework import LessonHomework
from services.homework_draft import MAX_FILES, TEXT_LIMIT, Draft
from services.homework_drafting import HomeworkForm
from services.homework_reading import Doubt, Extra
from services.notifications.homework_day import HomeworkDay
from services.notifications.homework_reminder import HomeworkReminder, OpenLesson
from services.settings import PersonalData
from services.vocabulary import Sex
from tests.golden import Golden, check_limits
from tests.texts.test_lesson_screens import LESSON
from tests.world import MONDAY, MOSCOW, moment

WEEK_LATER = MONDAY + timedelta(days=7)
WEDNESDAY = date(2026, 9, 16)
MIDNIGHT = moment("00:00", MONDAY + timedelta(days=1))
NASTY = "<b>&lt;🤡\u202e</b>"

PUPILS = (
    LessonPupil(2, "Агаев", "Ислам", "", Sex.MALE, 1),
    LessonPupil(3, "Иванов", "Пётр", "", Sex.MALE, 2),
    LessonPupil(4, "Иванов", "Павел", "", Sex.MALE, 3),
)
FOR_ALL = TaskRow(
    homework_id=7,
    lesson_id=5,
    text="§12 № 345–350",
    due_on=WEDNESDAY,
    due_number=2,
    for_everyone=True,
    pupil_ids=(),
    file_ids=(1, 2),
    set_at=moment("10:40"),
    changed_at=None,
    withdrawn_at=None,
)
FOR_PETR = replace(FOR_ALL, homework_id=8, text="ещё № 351", for_everyone=False, pupil_ids=(3,), file_ids=())
EMPTY = LessonHomework(
    lesson=LESSON,
    today=MONDAY,
    tasks=(),
    pupils=PUPILS,
    deadline=moment("16:35"),
    overdue=False,
    locked=False,
    hint=None,
)
FULL = replace(EMPTY, tasks=(FOR_ALL, FOR_PETR))

LESSONS = {
    "not_set": EMPTY,
    "until_midnight": replace(EMPTY, deadline=MIDNIGHT),
    "of_yesterday": replace(EMPTY, today=MONDAY + timedelta(days=1), overdue=True),
    "hinted": replace(EMPTY, hint="§12 № 345–350, повторить правила раскрытия скобок"),
    "nothing": replace(EMPTY, lesson=replace(LESSON, no_homework=True)),
    "set": FULL,
    "late": replace(FULL, tasks=(replace(FOR_ALL, set_at=moment("17:00")),)),
    "locked": replace(FULL, locked=True),
    "locked_empty": replace(EMPTY, locked=True),
    "first_form": replace(EMPTY, lesson=replace(LESSON, has_marks=False)),
}

DRAFT = Draft(
    lesson_id=5,
    due_on=WEDNESDAY,
    due_number=2,
    version=3,
    typed="§12 № 345–350, Иванову Петру ещё № 351",
    text="§12 № 345–350",
    extras=(Extra((3,), "ещё № 351"),),
    file_ids=(1,),
)
FILE = StoredFileRow(1, "0" * 64, 1, "image/jpeg", "доска.jpg", "photo:1")
FORM = HomeworkForm(
    lesson=LESSON,
    today=MONDAY,
    draft=DRAFT,
    pupils=PUPILS,
    subgroups=(SubgroupRow(9, "1", frozenset({2, 3})),),
    next_lessons=(Due(WEDNESDAY, 2), Due(WEEK_LATER, 3)),
    files=(FILE,),
)


def with_draft(**changed: object) -> HomeworkForm:
    return replace(FORM, draft=DRAFT.model_copy(update=changed))


DRAFTS = {
    "preview": FORM,
    "empty": with_draft(typed="", text="", extras=(), file_ids=()),
    "photo_only": with_draft(typed="", text="", extras=()),
    "for_some": with_draft(extras=(), pupil_ids=(2, 3)),
    "for_nobody": with_draft(extras=(), pupil_ids=()),
    "by_day": with_draft(due_number=None),
    "doubt": with_draft(extras=(), doubts=(Doubt("Иванову", "ещё № 351", (3, 4)),)),
    "own_only": with_draft(text="", file_ids=()),
}

PETR = NamedPupil(3, 1, "Иванов", "Пётр", "7Б", "Europe/Moscow")
ALGEBRA = DayTask(
    homework_id=7,
    subject="Алгебра",
    text="§12 № 345–350",
    due_on=WEDNESDAY,
    due_number=2,
    own=False,
    files=2,
    set_at=moment("10:40"),
    changed_at=None,
    withdrawn_at=None,
)
OWN = replace(ALGEBRA, homework_id=8, text="ещё № 351", own=True, files=0)
CHANGED = replace(ALGEBRA, changed_at=moment("18:20"), files=0)
GONE = replace(ALGEBRA, homework_id=9, subject="Русский язык", withdrawn_at=moment("12:00"))
DAY = HomeworkDay(PETR, MONDAY, (ALGEBRA, OWN), PersonalData.FULL)

DAYS = {
    "told": DAY,
    "changed": replace(DAY, tasks=(CHANGED,)),
    "withdrawn": replace(DAY, tasks=(ALGEBRA, GONE)),
    "all_withdrawn": replace(DAY, tasks=(GONE,)),
    "nothing_left": replace(DAY, tasks=()),
    "initials": replace(DAY, personal_data=PersonalData.INITIALS),
    "nothing_personal": replace(DAY, personal_data=PersonalData.NONE),
}

OPEN = OpenLesson(5, 3, "7Б", "Алгебра", 1, moment("15:35"), moment("16:35"))
ANOTHER = replace(OPEN, lesson_id=6, number=5, groups="8А", subject="ОБЖ")
REMINDER = HomeworkReminder(MONDAY, (OPEN, ANOTHER), MOSCOW)

REMINDERS = {
    "open": REMINDER,
    "two_deadlines": replace(REMINDER, lessons=(OPEN, replace(ANOTHER, deadline=MIDNIGHT))),
    "filled": replace(REMINDER, lessons=()),
}


@pytest.mark.parametrize("name", LESSONS)
def test_the_lessons_page(golden: Golden, name: str) -> None:
    golden(f"homework/lesson_{name}", homework_screen(LESSONS[name], MOSCOW))


@pytest.mark.parametrize("name", DRAFTS)
def test_the_preview(golden: Golden, name: str) -> None:
    golden(f"homework/draft_{name}", draft_screen(DRAFTS[name]))


def test_the_choices(golden: Golden) -> None:
    golden("homework/due", due_screen(FORM))
    golden("homework/type_due", type_due_screen(FORM, not_after_the_lesson(MONDAY)))
    golden("homework/whom", whom_screen(DRAFTS["for_some"], 0))
    golden("homework/files", draft_files_screen(FORM))
    golden("homework/no_files", draft_files_screen(replace(FORM, files=())))
    golden("homework/withdraw", withdraw_screen(FULL, FOR_ALL))
    golden("homework/replaced", replaced_screen())
    golden("homework/not_a_task", not_a_task_screen(DRAFT))


@pytest.mark.parametrize("name", DAYS)
def test_the_familys_message(golden: Golden, name: str) -> None:
    golden(f"homework/day_{name}", homework_day_screen(DAYS[name]))


@pytest.mark.parametrize("name", REMINDERS)
def test_the_teachers_reminder(golden: Golden, name: str) -> None:
    golden(f"homework/reminder_{name}", homework_reminder_screen(REMINDERS[name]))


@pytest.mark.parametrize("names", [["доска.jpg"], ["1.jpg", "2.jpg"], [""]])
def test_lost_files_are_named_when_there_is_one(golden: Golden, names: list[str]) -> None:
    golden(f"homework/lost_{len(names)}_{len(names[0])}", missing_files_screen(names))


def test_nothing_of_a_child_is_in_a_message_that_may_not_say_it() -> None:
    said = homework_day_screen(DAYS["nothing_personal"]).text
    assert not any(word in said for word in ("Иванов", "Пётр", "7Б", "Алгебра", "345"))


def test_the_longest_and_oddest_fit_and_are_escaped() -> None:
    long = "<&>" * (TEXT_LIMIT // 3)
    people = tuple(LessonPupil(number, NASTY * 10, NASTY, NASTY, None, number) for number in range(1, 61))
    tasks = tuple(
        replace(FOR_ALL, homework_id=number, text=long, for_everyone=False, pupil_ids=tuple(range(1, 61)))
        for number in range(1, 31)
    )
    lesson = replace(LESSON, subject=NASTY * 20, groups=NASTY * 10)
    draft = Draft(
        lesson_id=5,
        due_on=WEDNESDAY,
        text=long,
        typed=long,
        extras=tuple(Extra(tuple(range(1, 61)), long) for _ in range(5)),
        doubts=(Doubt(NASTY * 30, long, tuple(range(1, 61))),),
        file_ids=tuple(range(MAX_FILES)),
    )
    form = replace(
        FORM,
        lesson=lesson,
        pupils=people,
        draft=draft,
        files=tuple(replace(FILE, file_id=number, name=NASTY * 9) for number in range(1, 11)),
    )
    shown = [
        homework_screen(replace(FULL, lesson=lesson, pupils=people, tasks=tasks), MOSCOW),
        withdraw_screen(FULL, tasks[0]),
        draft_screen(form),
        whom_screen(form, 0),
        whom_screen(form, 1),
        draft_files_screen(form),
        homework_day_screen(
            HomeworkDay(
                replace(PETR, last_name=NASTY * 30, group=NASTY * 9),
                MONDAY,
                tuple(
                    replace(
                        ALGEBRA,
                        homework_id=number + 1,
                        subject=NASTY * 20,
                        text=long,
                        withdrawn_at=moment("12:00") if number % 2 else None,
                    )
                    for number in range(60)
                ),
                PersonalData.FULL,
            )
        ),
        homework_reminder_screen(
            replace(
                REMINDER,
                lessons=tuple(
                    replace(
                        OPEN,
                        lesson_id=number + 1,
                        groups=NASTY * 9,
                        subject=NASTY * 9,
                        deadline=OPEN.deadline + timedelta(minutes=number),
                    )
                    for number in range(40)
                ),
            )
        ),
        missing_files_screen([NASTY * 20]),
    ]
    for screen in shown:
        check_limits(screen)
        assert "<b><" not in screen.text
