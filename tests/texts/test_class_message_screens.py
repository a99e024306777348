"""The preview of a message about the class, its questions and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from handlers.screen import Screen
from handlers.texts.class_message import (
    ask_screen,
    changed_notice,
    choose_lesson_screen,
    draft_screen,
    dropped_screen,
    retype_screen,
    saved_screen,
)
from handlers.texts.class_message_questions import type_reason_screen
from services.attendance import Cell
from services.lessons import LessonRow
from services.marks.class_message import Answers, Draft, Fate, Item, KindRow, Topic
from services.marks.message import ListedPupil, Question
from services.vocabulary import AttendanceStatus, MarkValue
from tests.golden import Golden, check_limits
from tests.world import MONDAY

FIVE, FOUR, THREE, DEBT = MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.DEBT
ABSENT, LATE = AttendanceStatus.ABSENT, AttendanceStatus.LATE
BEGIN = datetime(2026, 9, 14, 10, 15, tzinfo=ZoneInfo("Europe/Moscow"))
LESSON = LessonRow(
    lesson_id=9,
    course_id=1,
    date=MONDAY,
    number=3,
    starts_at=BEGIN,
    ends_at=BEGIN + timedelta(minutes=40),
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
KINDS = (
    KindRow(1, "работа на уроке", "ур", Decimal(1)),
    KindRow(2, "контрольная работа", "к/р", Decimal(2)),
)
NAMES = (
    *("Агаев Ислам", "Алиева Сабина", "Волков Илья", "Иванов Пётр", "Ковалёв Егор", "Ковалев Кирилл"),
    *("Петрова Ксения", "Роман Захар", "Сидоренко Матвей", "Уварова Майя"),
)


def cell(pupil_id: int, name: str) -> Cell:
    last, first = name.split()
    return Cell(
        pupil_id=pupil_id,
        last_name=last,
        first_name=first,
        middle_name="",
        number=pupil_id,
        sex=None,
        status=AttendanceStatus.PRESENT,
        late_minutes=None,
        source=None,
        planned_reason=None,
        answer=None,
        reason=None,
        alert_at=None,
    )


PUPILS = tuple(cell(number, name) for number, name in enumerate(NAMES, 1))


def item(
    pupil_id: int, value: MarkValue | AttendanceStatus, fate: Fate = Fate.WRITTEN, **more: object
) -> Item:
    column = None if isinstance(value, AttendanceStatus) else 0
    return replace(Item(pupil_id, value, column, None, fate), **more)  # type: ignore[arg-type]  # by name


UNDERSTOOD = (
    item(4, FIVE),
    item(7, FOUR),
    item(7, THREE, column=1),
    item(9, THREE),
    item(8, ABSENT),
    *(item(number, FOUR, is_rest=True) for number in (1, 2, 3)),
)


def draft(*items: Item, **more: object) -> Draft:
    made = Draft(
        lesson=LESSON,
        today=MONDAY,
        pupils=PUPILS,
        is_register_taken=False,
        said_kind="",
        kind=KINDS[0],
        title="",
        kinds=KINDS,
        items=items or UNDERSTOOD,
        who=(),
        unmatched=(),
        answers=Answers(),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # by name


def asked(topic: Topic, *items: Item, **more: object) -> Draft:
    questioned = (replace(one, fate=Fate.ASKED, topic=topic) for one in items)
    return draft(*UNDERSTOOD, *questioned, **more)


WHO = (
    Question("Ковалев 4", ("4",), tuple(ListedPupil(n, NAMES[n - 1], None, n) for n in (5, 6))),
    Question("Ковалёва н", ("н",), tuple(ListedPupil(n, NAMES[n - 1], None, n) for n in (5, 6))),
)
SCREENS: dict[str, Screen] = {
    "ask": ask_screen(LESSON),
    "understood": draft_screen(draft(), 7),
    "another_day": draft_screen(draft(today=MONDAY + timedelta(days=1), kind=KINDS[1], title="№ 2"), 7),
    "who": draft_screen(draft(who=WHO, unmatched=("Пупкин 5",)), 7),
    "kind": draft_screen(draft(kind=None, said_kind="проверочная"), 7),
    "minutes": draft_screen(asked(Topic.MINUTES, item(5, LATE), item(6, LATE)), 7),
    "due_day": draft_screen(asked(Topic.DUE_DAY, item(5, DEBT)), 7),
    "absence": draft_screen(asked(Topic.ABSENCE, item(8, FIVE)), 7),
    "reason": draft_screen(asked(Topic.REASON, item(5, FIVE, before=FOUR), item(6, FIVE, before=THREE)), 7),
    "exceptions": draft_screen(
        draft(
            item(4, FIVE, before=FOUR),
            item(7, FOUR, Fate.STANDS, before=FOUR),
            item(1, FOUR, Fate.KEPT, before=FIVE, is_rest=True),
            item(2, ABSENT, Fate.KEPT, is_rest=True),
            item(9, THREE, Fate.LEFT_OUT),
            item(3, FIVE, Fate.LOCKED),
            item(5, FOUR, Fate.FORM_ONE),
            item(6, ABSENT, Fate.CONTRADICTION),
            item(10, LATE),
            unmatched=("Пупкин 5", "2-7"),
            answers=Answers(late_minutes=12),
        ),
        7,
    ),
    "changed": draft_screen(draft(), 7, changed_notice()),
    "nothing_left": draft_screen(draft(item(7, FOUR, Fate.STANDS, before=FOUR)), 7),
    "saved": saved_screen(draft(unmatched=("Пупкин 5",))),
    "saved_register_taken": saved_screen(
        draft(
            item(5, LATE), item(7, FIVE, before=FOUR), is_register_taken=True, answers=Answers(late_minutes=5)
        )
    ),
    "choose_lesson": choose_lesson_screen([LESSON, replace(LESSON, lesson_id=10, number=5, groups="7В")], 7),
    "retype": retype_screen(draft(), 7, "Иванов <5>, Петровой 4 3"),
    "retype_long": retype_screen(draft(), 7, "<" * 4096),
    "type_reason": type_reason_screen(7),
    "dropped": dropped_screen(9),
    "dropped_without_a_lesson": dropped_screen(None),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_screens(name: str, golden: Golden) -> None:
    golden(f"class_message/{name}", SCREENS[name])


def test_a_class_of_forty_with_long_names_and_much_that_was_not_understood_fits() -> None:
    long = tuple(cell(number, f"{'Щ' * 90}{number} {'Ы' * 90}") for number in range(1, 41))
    several = tuple(
        item(number, FIVE, fate, before=FOUR)
        for number in range(1, 41)
        for fate in (Fate.WRITTEN, Fate.LOCKED)
    )
    pieces = tuple("<&>" * 1300 for _ in range(300))
    candidates = tuple(ListedPupil(n, "", None, n) for n in range(1, 41))
    for question in ((), (Question("<" * 4096, ("5",), candidates),)):
        screen = draft_screen(draft(*several, pupils=long, unmatched=pieces, who=question), 10**12)
        check_limits(screen)
