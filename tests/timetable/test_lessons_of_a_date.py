"""Lessons of a date are derived correctly across holidays, term ends, weeks and timetable changes (S1-S5)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import WeekParity
from db.models import Bell, Register, Slot, Substitution, Term
from db.queries import timetable
from tests.world import MONDAY, World, moment, new_school


@pytest.fixture
async def world(session: AsyncSession) -> World:
    return await new_school(session)


async def numbers(world: World, day: date, **whose: int) -> list[int]:
    rows = await timetable.lessons(world.session, world.school_id, day, day, **whose)
    return [row.number for row in rows]


async def test_a_lesson_stands_on_its_weekday_with_its_bells(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    group = await world.group("7Б", 7)
    await world.slot(await world.course("Алгебра", anna, group), anna, 3)
    (lesson,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    assert (lesson.number, lesson.groups, lesson.subject, lesson.rooms) == (3, "7Б", "Алгебра", ["12"])
    assert (lesson.starts_at, lesson.ends_at) == (moment("10:15"), moment("10:55"))
    assert await numbers(world, date(2026, 9, 15), teacher_id=anna) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), []),  # before the year
        (date(2026, 10, 19), [1]),  # last Monday of the quarter
        (date(2026, 10, 26), []),  # holidays
        (date(2026, 11, 2), [1]),  # first Monday after them
        (date(2026, 12, 28), [1]),
        (date(2027, 1, 11), []),  # no term covers it
    ],
)
async def test_holidays_and_term_ends_have_no_lessons(world: World, day: date, expected: list[int]) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    await world.slot(await world.course("Алгебра", anna, await world.group("7Б", 7)), anna, 1)
    assert await numbers(world, day, teacher_id=anna) == expected


async def test_terms_of_other_grades_do_not_count(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    await world.session.execute(update(Term).values(grades=[1, 2, 3]))
    await world.slot(await world.course("Алгебра", anna, await world.group("10А", 10)), anna, 1)
    await world.slot(await world.course("Чтение", anna, await world.group("1А", 1)), anna, 2)
    assert await numbers(world, date(2027, 1, 11), teacher_id=anna) == [1]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 9, 1), []), (date(2026, 9, 7), [2]), (MONDAY, [1]), (date(2026, 9, 21), [2])],
)
async def test_odd_and_even_weeks_count_from_the_week_of_1_september(
    world: World, day: date, expected: list[int]
) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    course = await world.course("Алгебра", anna, await world.group("7Б", 7))
    await world.slot(course, anna, 1, week=WeekParity.ODD)
    await world.slot(course, anna, 2, week=WeekParity.EVEN)
    assert await numbers(world, day, teacher_id=anna) == expected


async def test_a_timetable_change_moves_lessons_from_its_day_on(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    course = await world.course("Алгебра", anna, await world.group("7Б", 7))
    await world.slot(course, anna, 1, ends_on=MONDAY)
    await world.slot(course, anna, 5, starts_on=date(2026, 9, 15))
    assert await numbers(world, MONDAY, teacher_id=anna) == [1]
    assert await numbers(world, date(2026, 9, 21), teacher_id=anna) == [5]


async def test_a_lesson_with_a_register_stays_when_the_timetable_changes(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    slot = await world.slot(await world.course("Алгебра", anna, await world.group("7Б", 7)), anna, 1)
    (lesson,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    await world.session.execute(
        insert(Register).values(lesson_id=lesson.lesson_id, opened_at=moment("08:30"))
    )
    await world.session.execute(update(Slot).where(Slot.id == slot).values(number=2))
    assert await numbers(world, MONDAY, teacher_id=anna) == [1, 2]


async def test_a_lesson_nobody_wrote_in_follows_the_timetable(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    slot = await world.slot(await world.course("Алгебра", anna, await world.group("7Б", 7)), anna, 1)
    (before,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    await world.session.execute(update(Slot).where(Slot.id == slot).values(rooms=["7"]))
    (after,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    assert (after.lesson_id, after.rooms) == (before.lesson_id, ["7"])


async def test_bells_of_a_weekday_replace_the_general_ones(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    await world.slot(await world.course("Алгебра", anna, await world.group("7Б", 7)), anna, 1)
    await world.add(
        Bell,
        school_id=world.school_id,
        weekday=1,
        number=1,
        starts_at=moment("09:00").time(),
        ends_at=moment("09:30").time(),
    )
    (lesson,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    assert lesson.starts_at == moment("09:00")


async def test_a_combined_lesson_is_one_lesson_of_both_classes(world: World) -> None:
    anna = await world.teacher("Соколова Анна Петровна")
    ten, eleven = await world.group("10А", 10), await world.group("11А", 11)
    await world.slot(await world.course("Физкультура", anna, ten, eleven), anna, 1)
    (lesson,) = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, group_id=eleven)
    assert lesson.groups == "10А+11А"


async def test_a_substitute_gets_that_lesson_only(world: World) -> None:
    anna, belova = await world.teacher("Соколова Анна Петровна"), await world.teacher("Белова Мария")
    course = await world.course("Алгебра", anna, await world.group("7Б", 7))
    await world.slot(course, anna, 1)
    await world.slot(course, anna, 2)
    await world.add(
        Substitution,
        school_id=world.school_id,
        course_id=course,
        date=MONDAY,
        number=2,
        absent_teacher_id=anna,
        substitute_id=belova,
        entered_by=anna,
        entered_at=moment("08:00"),
    )
    assert await numbers(world, MONDAY, teacher_id=belova) == [2]
    assert await numbers(world, date(2026, 9, 21), teacher_id=belova) == []


async def test_registers_of_other_lessons_hold_back_nothing(world: World) -> None:
    anna, oleg = await world.teacher("Соколова Анна Петровна"), await world.teacher("Орлов Олег")
    course = await world.course("Алгебра", anna, await world.group("7Б", 7))
    for number in (1, 3):
        await world.slot(course, anna, number)
    begun, untouched = await timetable.lessons(
        world.session, world.school_id, MONDAY, MONDAY, teacher_id=anna
    )
    await world.session.execute(insert(Register).values(lesson_id=begun.lesson_id, opened_at=moment("08:30")))
    await world.session.execute(update(Slot).values(teacher_id=oleg, rooms=["30"]))
    rows = await timetable.lessons(world.session, world.school_id, MONDAY, MONDAY, teacher_id=oleg)
    assert [(row.lesson_id, row.teacher_id, row.rooms) for row in rows if row.number == 3] == [
        (untouched.lesson_id, oleg, ["30"])
    ]
    kept = await timetable.lesson(world.session, world.school_id, begun.lesson_id)
    assert kept is not None
    assert (kept.teacher_id, kept.rooms) == (anna, ["12"])
