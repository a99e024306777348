"""A week of the diary, and choosing a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.engine import Database
from db.enums import AttendanceStatus, MarkValue
from db.models import Substitution
from handlers.texts.diary import diary_screen
from handlers.texts.diary_week import month_screen, week_screen
from services.diary_week import DiaryWeek, DiaryWeekService
from services.errors import NotFound
from tests.diary.conftest import TUESDAY, Read
from tests.diary.test_screens import fixed_head
from tests.golden import Golden, check_limits
from tests.journal_page.test_screens import HOSTILE
from tests.world import MONDAY, moment

HOLIDAY = date(2026, 10, 26)


@pytest.fixture
def weeks(db: Database, read: Read) -> DiaryWeekService:
    return DiaryWeekService(db, read.clock)


async def week_of(read: Read, weeks: DiaryWeekService, day: date, reader: int | None = None) -> DiaryWeek:
    actor = await read.people.world.actor(reader or read.people.mother, read.clock.now())
    return await weeks.week(actor=actor, pupil_id=read.people.ivanov, day=day)


async def substituted(read: Read) -> None:
    """Anna Petrovna is away on Monday the 21st."""
    people = read.people
    await people.world.add(
        Substitution,
        school_id=people.world.school_id,
        course_id=people.algebra,
        date=MONDAY + timedelta(days=7),
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=people.belova,
        entered_by=people.irina,
        entered_at=moment("09:00"),
    )


async def test_a_week_has_lessons_marks_absences_and_tasks(
    read: Read, weeks: DiaryWeekService, golden: Golden
) -> None:
    people = read.people
    await people.world.slot(people.algebra, people.anna, 2, weekday=4)
    lesson = await read.kept.lesson(MONDAY)
    await read.kept.work(lesson, "к/р", {people.ivanov: MarkValue.FIVE}, title="№ 1")
    await read.kept.work(lesson, "ур", {people.ivanov: MarkValue.DEBT})
    await read.kept.missed(lesson, people.ivanov, AttendanceStatus.LATE, 12)
    await read.task(lesson, "§12 № 345–350", MONDAY + timedelta(days=3), files=2)
    await substituted(read)
    week = await week_of(read, weeks, TUESDAY)
    assert (week.monday, week.before, week.after) == (
        MONDAY,
        MONDAY - timedelta(days=7),
        MONDAY + timedelta(days=7),
    )
    golden("diary/week", week_screen(replace(week, head=fixed_head(week.head))))
    after = await week_of(read, weeks, week.after)
    golden("diary/week_after", week_screen(replace(after, head=fixed_head(after.head))))


async def test_a_mark_is_in_the_week_when_its_undo_window_has_closed(
    read: Read, weeks: DiaryWeekService
) -> None:
    """Set at 10:30; the preset gives five minutes."""
    await read.kept.work(await read.kept.lesson(MONDAY), "ур", {read.people.ivanov: MarkValue.FIVE})
    read.clock.set("10:34")
    assert (await week_of(read, weeks, MONDAY)).lessons[0].marks == ()
    read.clock.set("10:35")
    assert len((await week_of(read, weeks, MONDAY)).lessons[0].marks) == 1


async def test_who_substitutes_and_where_the_lesson_is_stand_in_the_day(read: Read) -> None:
    await substituted(read)
    assert (
        "10:15 · каб. 12 · замещает Белова\xa0М.\xa0А."
        in diary_screen(await read.day(MONDAY + timedelta(days=7))).text
    )


async def test_arrows_pass_over_holidays_and_days_without_lessons(
    read: Read, weeks: DiaryWeekService
) -> None:
    """Of the story's class, Monday alone has lessons."""
    before, after = date(2026, 10, 19), date(2026, 11, 2)
    for day in (HOLIDAY, date(2026, 10, 31)):
        shown = await read.day(day)
        assert (shown.before, shown.after) == (before, after)
    assert (await week_of(read, weeks, before)).after == after
    assert "Каникулы до 1 ноября." in diary_screen(await read.day(HOLIDAY)).text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 9, 13), "Воскресенье, уроков нет."),
        (date(2026, 9, 15), "Уроков нет."),
        (date(2026, 8, 31), "Учебный год начинается 1 сентября."),
        (date(2027, 6, 1), "Учебный год закончился 31 мая."),
        (date(2000, 1, 1), "Учебный год начинается 1 сентября."),
        (date(2100, 12, 31), "Учебный год закончился 31 мая."),
    ],
)
async def test_a_day_without_lessons_says_why(read: Read, day: date, sentence: str) -> None:
    assert sentence in diary_screen(await read.day(day)).text


async def test_a_week_of_holidays_says_so(read: Read, weeks: DiaryWeekService, golden: Golden) -> None:
    week = await week_of(read, weeks, HOLIDAY)
    golden("diary/week_of_holidays", week_screen(replace(week, head=fixed_head(week.head))))


async def test_a_month_offers_only_days_with_lessons(
    read: Read, weeks: DiaryWeekService, golden: Golden
) -> None:
    actor = await read.people.world.actor(read.people.mother)
    month = await weeks.month(actor=actor, pupil_id=read.people.ivanov, day=HOLIDAY)
    assert [day.day for day in month.days] == [5, 12, 19]
    golden("diary/month", month_screen(replace(month, head=fixed_head(month.head))))
    summer = await weeks.month(actor=actor, pupil_id=read.people.ivanov, day=date(2027, 7, 15))
    assert "Учебный год закончился 31 мая." in month_screen(summer).text


async def test_a_week_and_a_month_are_nobody_elses(read: Read, weeks: DiaryWeekService) -> None:
    people = read.people
    for reader in (people.father, people.anna, people.agaev):
        actor = await people.world.actor(reader)
        with pytest.raises(NotFound):
            await weeks.week(actor=actor, pupil_id=people.ivanov, day=MONDAY)
        with pytest.raises(NotFound):
            await weeks.month(actor=actor, pupil_id=people.ivanov, day=MONDAY)
    assert (await week_of(read, weeks, MONDAY, people.irina)).head.class_id == people.group


async def test_the_fullest_week_fits(read: Read, weeks: DiaryWeekService) -> None:
    lesson_id = await read.kept.lesson(MONDAY)
    await read.kept.work(lesson_id, "ур", {read.people.ivanov: MarkValue.FIVE})
    await read.task(lesson_id, "§12", MONDAY)
    week = await week_of(read, weeks, MONDAY)
    lesson, task = replace(week.lessons[0], subject=HOSTILE[0]), replace(week.tasks[0], subject=HOSTILE[0])
    for lessons_a_day in (8, 20):
        days = [MONDAY + timedelta(days=number) for number in range(6)]
        full = replace(
            week,
            lessons=tuple(
                replace(lesson, date=day, marks=lesson.marks * 6)
                for day in days
                for _ in range(lessons_a_day)
            ),
            tasks=tuple(replace(task, due_on=day, text=HOSTILE[0] * 5) for day in days for _ in range(8)),
        )
        check_limits(week_screen(full))
