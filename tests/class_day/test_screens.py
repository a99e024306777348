"""The class teacher's screens in words, and within the limits of a message whatever the names are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer, AttendanceStatus
from db.models import AbsenceReason
from handlers.texts.absence_reasons import (
    choose_missing_screen,
    choose_reason_screen,
    confirmed_toast,
    reminded_toast,
    reminder_screen,
)
from handlers.texts.absence_words import absent_at, lessons_of, period, short_numbers
from handlers.texts.class_day import (
    classes_screen,
    day_screen,
)
from handlers.texts.class_lessons import lessons_screen
from services.class_day import Classes, Reminded
from services.class_day_views import ClassDay, GroupRow
from services.notifications.absence_reminder import AbsenceReminder
from services.settings import PersonalData
from tests.class_day.conftest import Led
from tests.golden import Golden, check_limits
from tests.world import MONDAY, MOSCOW, FakeClock, moment


@pytest.fixture
async def full(asked: Led, clock: FakeClock, session: AsyncSession) -> Led:
    """11:20: two lessons, an answer, a reminder, a late pupil, and one who is known to be away."""
    people = asked.people
    await asked.answers(people.mother, people.ivanov, Answer.SICK)
    clock.set("11:02")
    await asked.service.ask_silent(actor=await asked.irina(), group_id=people.group, day=MONDAY)
    clock.set("11:15")
    lesson = await asked.monday.take(people.belova, 4, people.ivanov, people.agaev)
    await asked.monday.set(people.belova, lesson, people.petrova, AttendanceStatus.LATE, 12)
    clock.set("11:20")
    return asked


def fixed_ids(day: ClassDay) -> ClassDay:
    """Ids of the database differ from run to run, and buttons carry them."""
    number_of = {lesson.lesson_id: number for number, lesson in enumerate(day.lessons, 1)}
    lessons = tuple(replace(lesson, lesson_id=number_of[lesson.lesson_id]) for lesson in day.lessons)
    pupils = tuple(
        replace(
            pupil,
            pupil_id=number,
            missed=tuple(replace(cell, lesson_id=number_of[cell.lesson_id]) for cell in pupil.missed),
        )
        for number, pupil in enumerate(day.pupils, 101)
    )
    return replace(day, group=GroupRow(7, day.group.name), pupils=pupils, lessons=lessons)


async def test_the_day_in_words(full: Led, golden: Golden) -> None:
    golden("class_day/day", day_screen(fixed_ids(await full.shown()), MOSCOW))


async def test_the_day_before_anybody_has_answered_in_words(asked: Led, golden: Golden) -> None:
    golden("class_day/silent", day_screen(fixed_ids(await asked.shown()), MOSCOW))


async def test_the_lessons_in_words(full: Led, golden: Golden) -> None:
    golden("class_day/lessons", lessons_screen(fixed_ids(await full.shown()), MOSCOW))


async def test_the_morning_claims_nothing(led: Led, golden: Golden) -> None:
    day = fixed_ids(await led.shown())
    golden("class_day/morning", day_screen(day, MOSCOW))
    golden("class_day/morning_lessons", lessons_screen(day, MOSCOW))


async def test_the_management_has_nothing_to_press_but_looks(full: Led, golden: Golden) -> None:
    day = replace(fixed_ids(await full.shown()), may_confirm=False)
    golden("class_day/management", day_screen(day, MOSCOW))


async def test_a_sunday_has_no_lessons(led: Led, golden: Golden) -> None:
    irina = await led.irina()
    day = await led.service.day(actor=irina, group_id=led.people.group, day=MONDAY - timedelta(days=1))
    golden("class_day/sunday", day_screen(fixed_ids(day), MOSCOW))


async def test_confirmed_reasons_in_words(full: Led, golden: Golden) -> None:
    irina = await full.irina()
    confirmed = await full.service.confirm_all(actor=irina, group_id=full.people.group, day=MONDAY)
    assert confirmed_toast(confirmed) == "Подтверждена 1 причина"
    golden("class_day/confirmed", day_screen(fixed_ids(confirmed.day), MOSCOW))


async def test_reasons_by_hand_in_words(full: Led, golden: Golden) -> None:
    day = fixed_ids(await full.shown())
    golden("class_day/choose_missing", choose_missing_screen(day, 0))
    chosen = await full.service.reasons(actor=await full.irina(), pupil_id=full.people.ivanov, day=MONDAY)
    chosen = replace(
        chosen,
        group_id=7,
        pupil=replace(chosen.pupil, pupil_id=102),
        reasons=tuple(replace(one, reason_id=number) for number, one in enumerate(chosen.reasons, 1)),
    )
    golden("class_day/choose_reason", choose_reason_screen(chosen, MOSCOW))


async def test_the_reminder_in_words(asked: Led, golden: Golden) -> None:
    alert = await asked.monday.answers.alert(
        actor=await asked.people.world.actor(asked.people.father),
        pupil_id=asked.people.sidorenko,
        day=MONDAY,
    )
    alert = replace(alert, pupil=replace(alert.pupil, pupil_id=103))
    golden("class_day/reminder", reminder_screen(AbsenceReminder(alert)))
    answered = replace(alert, pupil=replace(alert.pupil, answer=Answer.FAMILY, relation="отец"))
    golden("class_day/reminder_answered", reminder_screen(AbsenceReminder(answered)))
    guarded = replace(alert, personal_data=PersonalData.NONE)
    golden("class_day/reminder_without_data", reminder_screen(AbsenceReminder(guarded)))


def test_classes_to_choose_from(golden: Golden) -> None:
    groups = tuple(GroupRow(number, f"{number}А") for number in range(1, 12))
    golden("class_day/classes", classes_screen(Classes(MONDAY, groups)))
    golden("class_day/no_class", classes_screen(Classes(MONDAY, ())))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((3, None, 3, 0, 0, 2), "Напомнили 3 родителям. 2 семьям сообщить нечем"),
        ((1, None, 1, 2, 0, 0), "Напомнили 1 родителю. Остальным напоминали меньше часа назад"),
        ((0, None, 0, 2, 0, 0), "Уже напоминали"),
        ((0, None, 0, 0, 1, 0), "Кого-то ещё не спросили в первый раз: подождите"),
        ((0, None, 0, 0, 0, 1), "1 семье сообщить нечем"),
        ((2, moment("07:00"), 2, 0, 0, 0), "2 родителям напомним в 07:00, сейчас тихие часы"),
        ((0, None, 0, 0, 0, 0), "Напоминать некому."),
    ],
)
def test_the_count_of_reminders_is_honest(counts: tuple[object, ...], said: str) -> None:
    names = ("guardians", "leaves_at", "reminded", "recently", "waiting", "unreachable")
    assert reminded_toast(Reminded(**dict(zip(names, counts, strict=True))), MOSCOW) == said


@pytest.mark.parametrize(
    ("numbers", "sentence", "short"),
    [
        ([3], "нет на 3-м уроке", "3"),
        ([3, 4], "нет на 3-м и 4-м уроках", "3–4"),
        ([3, 2, 1], "нет на 1–3-м уроках", "1–3"),
        ([1, 2, 3, 5, 7, 8], "нет на 1–3-м, 5-м, 7-м и 8-м уроках", "1–3, 5, 7–8"),
        ([4, 4], "нет на 4-м уроке", "4"),
    ],
)
def test_missed_lessons_are_named_as_people_say_it(numbers: list[int], sentence: str, short: str) -> None:
    assert (absent_at(numbers), short_numbers(numbers)) == (sentence, short)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, "весь день"),
        (3, None, "с 3-го урока"),
        (None, 2, "по 2-й урок"),
        (1, 2, "по 2-й урок"),
        (3, 3, "3-й урок"),
        (1, 1, "1-й урок"),
        (3, 5, "3–5-й уроки"),
    ],
)
def test_lessons_of_a_plan_are_named_as_people_say_it(first: int | None, last: int | None, said: str) -> None:
    assert lessons_of(first, last) == said


def test_periods_are_named_as_people_say_it() -> None:
    assert period(MONDAY, MONDAY) == "14 сентября"
    assert period(MONDAY, MONDAY + timedelta(days=4)) == "14–18 сентября"
    assert period(MONDAY, MONDAY + timedelta(days=20)) == "14 сентября – 4 октября"


HOSTILE = ["<b>&'\"" * 34, "🙂" * 200, "\u202e" + "Ы" * 199]


async def test_forty_missing_pupils_with_the_worst_names_all_fit_on_pages(
    asked: Led, session: AsyncSession
) -> None:
    await session.execute(update(AbsenceReason).values(name="<i>&" * 50))
    day = fixed_ids(await asked.shown())
    agaev = day.missing[0]
    crowd = [
        replace(
            agaev,
            pupil_id=number,
            last_name=f"{number}{HOSTILE[number % 3]}",
            first_name="&",
            guardians=agaev.guardians * 6,
        )
        for number in range(40)
    ]
    crowded = replace(day, pupils=tuple(crowd))
    screens = [day_screen(crowded, MOSCOW, page) for page in range(30)]
    for screen in screens:
        check_limits(screen)
    shown = "".join(dict.fromkeys(unescape(screen.text) for screen in screens))
    assert shown.count("некому сообщить") == 40
    assert screens[-1] == day_screen(crowded, MOSCOW, 10**9)
    assert screens[0] == day_screen(crowded, MOSCOW, -5)
    check_limits(choose_missing_screen(crowded, 1))
    ivanov = asked.people.ivanov
    chosen = await asked.service.reasons(actor=await asked.irina(), pupil_id=ivanov, day=MONDAY)
    check_limits(choose_reason_screen(replace(chosen, reasons=chosen.reasons * 9), MOSCOW))
    for page in range(3):
        check_limits(lessons_screen(crowded, MOSCOW, page))
