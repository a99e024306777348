"""Due at the course's next real lesson, as the timetable, its holidays and its terms say."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from db.models import Slot
from services.homework import LessonHomework
from services.homework_draft import Draft
from tests.homework.conftest import Desk
from tests.world import MONDAY, YEAR_END

LAST_MONDAY_BEFORE_HOLIDAYS = date(2026, 10, 19)
FIRST_MONDAY_AFTER = date(2026, 11, 2)


async def due(desk: Desk, number: int = 3, day: date = MONDAY, teacher: int | None = None) -> Draft:
    teacher = teacher or desk.people.anna
    desk.clock.set("10:17", day)
    lesson_id = await desk.lesson(teacher, number, day)
    return await desk.drafts.new(actor=await desk.actor(teacher), lesson_id=lesson_id)


async def test_the_next_lesson_of_the_course_and_not_of_the_class(desk: Desk) -> None:
    await desk.people.world.slot(desk.people.algebra, desk.people.anna, 2, weekday=3)
    draft = await due(desk)
    assert (draft.due_on, draft.due_number) == (date(2026, 9, 16), 2)


async def test_a_double_lesson_is_not_its_own_next_one(desk: Desk) -> None:
    await desk.people.world.slot(desk.people.algebra, desk.people.anna, 4, weekday=1)
    draft = await due(desk)
    assert (draft.due_on, draft.due_number) == (MONDAY + timedelta(days=7), 3)


async def test_holidays_are_jumped_over(desk: Desk) -> None:
    draft = await due(desk, day=LAST_MONDAY_BEFORE_HOLIDAYS)
    assert (draft.due_on, draft.due_number) == (FIRST_MONDAY_AFTER, 3)


async def test_a_moved_timetable_moves_the_next_lesson(desk: Desk) -> None:
    people = desk.people
    await desk.session.execute(
        update(Slot).where(Slot.course_id == people.algebra).values(ends_on=MONDAY + timedelta(days=6))
    )
    await people.world.slot(people.algebra, people.anna, 6, weekday=5, starts_on=MONDAY + timedelta(days=7))
    draft = await due(desk)
    assert (draft.due_on, draft.due_number) == (date(2026, 9, 25), 6)


async def test_a_task_keeps_its_date_when_the_timetable_moves_later(desk: Desk) -> None:
    view: LessonHomework = await desk.set("§12")
    await desk.session.execute(
        update(Slot).where(Slot.course_id == desk.people.algebra).values(weekday=5, starts_on=MONDAY)
    )
    actor = await desk.actor(desk.people.anna)
    again = await desk.homework.lesson(actor=actor, lesson_id=view.lesson.lesson_id)
    assert again.tasks[0].due_on == MONDAY + timedelta(days=7)


async def test_after_the_last_lesson_of_the_year_it_is_due_on_the_next_school_day(desk: Desk) -> None:
    people = desk.people
    last = await people.world.course("Музыка", people.anna, people.group)
    await people.world.slot(last, people.anna, 5, starts_on=MONDAY, ends_on=MONDAY)
    await people.world.slot(people.russian, people.belova, 1, weekday=4)
    draft = await due(desk, 5)
    assert (draft.due_on, draft.due_number) == (date(2026, 9, 17), None)


async def test_on_the_last_school_day_it_is_due_the_day_after(desk: Desk) -> None:
    last = date(2026, 12, 28)
    draft = await due(desk, day=last)
    assert (draft.due_on, draft.due_number) == (last + timedelta(days=1), None)
    assert last < YEAR_END


async def test_a_subgroup_has_its_own_next_lesson(desk: Desk) -> None:
    people = desk.people
    for name, pupil, weekday in (("1", people.ivanov, 2), ("2", people.agaev, 4)):
        part = await people.world.course(
            f"Английский {name}", people.anna, people.group, subgroup=name, members=(pupil,)
        )
        await people.world.slot(part, people.anna, 4 + int(name))
        await people.world.slot(part, people.anna, 1, weekday=weekday)
    assert (await due(desk, 5)).due_on == date(2026, 9, 15)
    assert (await due(desk, 6)).due_on == date(2026, 9, 17)


async def test_the_next_lessons_are_offered(desk: Desk) -> None:
    draft = await due(desk, day=date(2026, 10, 12))
    form = await desk.drafts.form(actor=await desk.actor(desk.people.anna), draft=draft)
    assert [one.day for one in form.next_lessons][:3] == [
        LAST_MONDAY_BEFORE_HOLIDAYS,
        FIRST_MONDAY_AFTER,
        FIRST_MONDAY_AFTER + timedelta(days=7),
    ]
    assert len(form.next_lessons) == 6
