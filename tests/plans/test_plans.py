"""A course's plan: against the timetable, row by row, by variants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind, StaffRole
from db.models import AuditEntry, Course, LessonTopic, PlanTopic, School
from db.queries import timetable
from services.errors import InvalidInput, NotFound
from services.plan_rows import PlanRowService
from services.plans import PlanService, PlanView
from services.topics import TopicService
from tests.plans.making import EQUATIONS, lesson_at, make_plan
from tests.statements import Statements
from tests.world import MONDAY, YEAR_START, FakeClock, Story, story

MONDAYS_OF_THE_TERMS = 7 + 9
"""From 7 September to 19 October, and from 2 November to 28 December."""


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
async def plan(people: Story) -> list[int]:
    return await make_plan(people.world, people.algebra)


@pytest.fixture
def plans(db: Database, clock: FakeClock) -> PlanService:
    return PlanService(db, clock)


@pytest.fixture
def plan_rows(db: Database, clock: FakeClock) -> PlanRowService:
    return PlanRowService(db, clock)


@pytest.fixture
def topics(db: Database, clock: FakeClock) -> TopicService:
    return TopicService(db, clock)


def words(view: PlanView) -> list[tuple[int, str]]:
    return [(one.row.number, one.row.topic) for one in view.rows]


async def test_rows_stand_against_the_lessons_that_the_timetable_really_gives(
    people: Story, plan: list[int], plans: PlanService
) -> None:
    view = await plans.open(actor=await people.world.actor(people.anna), course_id=people.algebra)
    assert (len(view.rows), view.pace.lessons, view.pace.due) == (6, MONDAYS_OF_THE_TERMS, 1)
    assert view.groups == ("7Б",)


async def test_progress_is_what_was_due_against_what_was_taught(
    people: Story,
    plan: list[int],
    plans: PlanService,
    topics: TopicService,
    session: AsyncSession,
    clock: FakeClock,
) -> None:
    anna = await people.world.actor(people.anna)
    await topics.take_from_plan(actor=anna, lesson_id=await lesson_at(people, session), topic_id=plan[0])
    clock.set("12:00", MONDAY + timedelta(days=14))
    view = await plans.open(actor=anna, course_id=people.algebra)
    assert (view.planned, view.taught, view.next_index) == (4, 1, 1)
    assert view.rows[0].taught_on == MONDAY
    clock.set("12:00", date(2026, 12, 30))
    view = await plans.open(actor=anna, course_id=people.algebra)
    assert view.planned == len(EQUATIONS), "a plan that is over is not fallen behind any further"


async def test_practical_works_are_counted_by_themselves(
    people: Story, plan: list[int], plans: PlanService
) -> None:
    view = await plans.open(actor=await people.world.actor(people.anna), course_id=people.algebra)
    assert [one.row.of_kind for one in view.rows] == [1, 1, 2, 2, 1, 3]


@pytest.mark.parametrize(
    ("preset", "deadline"),
    [
        ("klyuchi", date(2026, 8, 31)),  # J1 (K): before 1 September
        ("kasli", date(2026, 8, 27)),  # J1 (T): five days before the year
    ],
)
async def test_each_regulation_has_its_deadline(
    preset: str, deadline: date, people: Story, plans: PlanService, session: AsyncSession
) -> None:
    school = await session.get(School, people.world.school_id)
    assert school is not None
    school.preset = preset
    await session.flush()
    view = await plans.open(actor=await people.world.actor(people.anna), course_id=people.algebra)
    assert view.deadline == deadline


async def test_a_teacher_of_september_makes_the_plan_in_august(
    people: Story, plan_rows: PlanRowService, plans: PlanService, session: AsyncSession, clock: FakeClock
) -> None:
    newcomer = await people.world.person("Новикова Вера")
    await people.world.employ(newcomer, StaffRole.TEACHER, starts_on=date(2026, 8, 1))
    geometry = await people.world.course("Геометрия", newcomer, people.group)
    clock.set("10:00", YEAR_START - timedelta(days=10))
    actor = await people.world.actor(newcomer, clock.now())
    await plan_rows.add(actor=actor, course_id=geometry, after=None, text="Начальные сведения")
    assert words(await plans.open(actor=actor, course_id=geometry)) == [(1, "Начальные сведения")]


async def test_rows_are_added_moved_and_removed(
    people: Story, plan: list[int], plans: PlanService, plan_rows: PlanRowService
) -> None:
    anna = await people.world.actor(people.anna)
    course: dict[str, Any] = {"actor": anna, "course_id": people.algebra}
    added = await plan_rows.add(**course, after=plan[1], text="Повторение <b>важного</b> 🦊")
    assert (added.taught.row.number, added.before, added.after) == (3, 2, 4)
    first = await plan_rows.add(**course, after=None, text="Введение")
    assert (first.taught.row.number, first.before, first.after) == (1, None, 2)
    for _ in range(2):
        moved = await plan_rows.move(**course, topic_id=added.taught.row.topic_id, number=5)
    assert moved.taught.row.number == 5
    assert await plan_rows.remove(**course, topic_id=first.taught.row.topic_id) == 0
    expected = [EQUATIONS[0][0], EQUATIONS[1][0], EQUATIONS[2][0], "Повторение <b>важного</b> 🦊"]
    view = await plans.open(**course)
    assert words(view) == list(enumerate([*expected, *(topic for topic, _ in EQUATIONS[3:])], 1))


async def test_every_change_of_a_row_leaves_its_history(
    people: Story, plan: list[int], plan_rows: PlanRowService, session: AsyncSession
) -> None:
    course: dict[str, Any] = {"actor": await people.world.actor(people.anna), "course_id": people.algebra}
    for _ in range(2):
        await plan_rows.set_topic(**course, topic_id=plan[0], text="Степени")
    await plan_rows.set_kind(**course, topic_id=plan[0], kind=LessonKind.IT)
    await plan_rows.set_homework(**course, topic_id=plan[0], text="§ 5, № 20–25")
    await plan_rows.move(**course, topic_id=plan[0], number=2)
    await plan_rows.remove(**course, topic_id=plan[0])
    lines = await session.execute(
        select(AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.action == "plan.changed", AuditEntry.subject_id == plan[0])
        .order_by(AuditEntry.id)
    )
    last = {"number": 2, "topic": "Степени", "kind": "it", "homework": "§ 5, № 20–25"}
    assert [tuple(line) for line in lines] == [
        ({"topic": "Степень числа"}, {"topic": "Степени"}),
        ({"kind": "lesson"}, {"kind": "it"}),
        ({"homework": ""}, {"homework": "§ 5, № 20–25"}),
        ({"number": 1}, {"number": 2}),
        (last, None),
    ]


async def test_a_row_that_was_taught_is_not_removed_and_its_lesson_keeps_its_words(
    people: Story, plan: list[int], plan_rows: PlanRowService, topics: TopicService, session: AsyncSession
) -> None:
    anna = await people.world.actor(people.anna)
    lesson = await lesson_at(people, session)
    await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])
    with pytest.raises(InvalidInput):
        await plan_rows.remove(actor=anna, course_id=people.algebra, topic_id=plan[0])
    await plan_rows.set_topic(actor=anna, course_id=people.algebra, topic_id=plan[0], text="Степени")
    assert await session.scalar(select(LessonTopic.topic)) == "Степень числа"


async def test_a_plan_is_not_longer_than_any_year(
    people: Story, plan_rows: PlanRowService, session: AsyncSession
) -> None:
    rows = [(f"Тема {n}", LessonKind.LESSON) for n in range(1000)]
    plan = await make_plan(people.world, people.algebra, rows)
    with pytest.raises(InvalidInput):
        await plan_rows.add(
            actor=await people.world.actor(people.anna),
            course_id=people.algebra,
            after=plan[0],
            text="Лишняя",
        )


async def test_a_variant_is_assigned_to_a_course_and_its_history_kept(
    people: Story, plan: list[int], plans: PlanService, session: AsyncSession
) -> None:
    other = await make_plan(people.world, people.algebra, EQUATIONS[:2], variant="Углублённый")
    anna = await people.world.actor(people.anna)
    view = await plans.open(actor=anna, course_id=people.algebra)
    assert [(one.variant, one.rows) for one in view.variants] == [("1", 6), ("Углублённый", 2)]
    for _ in range(2):
        view = await plans.assign(actor=anna, course_id=people.algebra, topic_id=other[1])
    assert view.course.plan_variant == "Углублённый"
    assert [one.row.topic_id for one in view.rows] == other
    lines = await session.execute(
        select(AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.before, AuditEntry.after)
    )
    assert [tuple(line) for line in lines] == [
        ("course", people.algebra, {"variant": "1"}, {"variant": "Углублённый"})
    ]


async def test_classes_of_one_parallel_share_a_plan(
    people: Story, plan: list[int], plans: PlanService, session: AsyncSession
) -> None:
    other = await people.world.group("7А", 7)
    subject = await session.scalar(select(PlanTopic.subject_id).where(PlanTopic.id == plan[0]))
    course = await people.world.course("Алгебра-2", people.belova, other)
    await session.execute(update(Course).where(Course.id == course).values(subject_id=subject))
    view = await plans.open(actor=await people.world.actor(people.anna), course_id=people.algebra)
    assert view.groups == ("7А", "7Б")


async def test_a_combined_class_goes_by_the_plan_of_its_lowest_grade(
    people: Story, plans: PlanService, topics: TopicService, session: AsyncSession
) -> None:
    eighth = await people.world.group("8А", 8)
    together = await people.world.course("Музыка", people.anna, people.group, eighth)
    plan = await make_plan(people.world, together)
    await people.world.slot(together, people.anna, 1)
    anna = await people.world.actor(people.anna)
    view = await plans.open(actor=anna, course_id=together)
    assert [one.row.topic_id for one in view.rows] == plan
    lesson = await timetable.lesson_at(session, people.world.school_id, together, MONDAY, 1)
    assert lesson is not None
    page = await topics.open(actor=anna, lesson_id=lesson.lesson_id)
    assert [row.topic_id for row in page.next] == plan[:3]


@pytest.mark.parametrize("who", ["irina", "belova", "mother"])
async def test_others_find_no_plan_to_edit(
    who: str, people: Story, plan: list[int], plans: PlanService, plan_rows: PlanRowService
) -> None:
    actor = await people.world.actor(getattr(people, who))
    attempts: list[Callable[[], Any]] = [
        lambda: plans.edit(actor=actor, course_id=people.algebra),
        lambda: plans.assign(actor=actor, course_id=people.algebra, topic_id=plan[0]),
        lambda: plan_rows.row(actor=actor, course_id=people.algebra, topic_id=plan[0]),
        lambda: plan_rows.add(actor=actor, course_id=people.algebra, after=None, text="Чужая"),
        lambda: plan_rows.remove(actor=actor, course_id=people.algebra, topic_id=plan[0]),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt()


async def test_management_edits_every_plan(people: Story, plan: list[int], plan_rows: PlanRowService) -> None:
    deputy = await people.world.employ(await people.world.person("Завучева Нина"), StaffRole.DEPUTY)
    page = await plan_rows.set_kind(
        actor=await people.world.actor(deputy),
        course_id=people.algebra,
        topic_id=plan[0],
        kind=LessonKind.EXCURSION,
    )
    assert page.taught.row.kind is LessonKind.EXCURSION


async def test_a_row_of_another_plan_cannot_be_reached_through_ones_own_course(
    people: Story, plan: list[int], plans: PlanService, plan_rows: PlanRowService
) -> None:
    russian = await make_plan(people.world, people.russian)
    course: dict[str, Any] = {"actor": await people.world.actor(people.anna), "course_id": people.algebra}
    for forged in (russian[0], 2**62):
        for attempt in (
            plan_rows.row(**course, topic_id=forged),
            plan_rows.set_topic(**course, topic_id=forged, text="Чужая"),
            plan_rows.move(**course, topic_id=forged, number=2),
            plan_rows.remove(**course, topic_id=forged),
            plan_rows.add(**course, after=forged, text="После чужой"),
            plans.assign(**course, topic_id=forged),
        ):
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(NotFound):
        await plan_rows.move(**course, topic_id=plan[0], number=77)
    with pytest.raises(NotFound):
        await plans.open(actor=course["actor"], course_id=2**62)


async def test_a_plan_takes_as_many_statements_with_a_hundred_rows(
    people: Story, plans: PlanService, plan_rows: PlanRowService, statements: Statements
) -> None:
    anna = await people.world.actor(people.anna)
    plan = await make_plan(people.world, people.algebra, EQUATIONS[:1])
    statements.taken()

    async def cost() -> tuple[int, int]:
        await plans.open(actor=anna, course_id=people.algebra)
        opened = statements.taken()
        await plan_rows.row(actor=anna, course_id=people.algebra, topic_id=plan[0])
        return opened, statements.taken()

    few = await cost()
    last = plan[-1]
    for number in range(30):
        page = await plan_rows.add(actor=anna, course_id=people.algebra, after=last, text=f"Тема {number}")
        last = page.taught.row.topic_id
    statements.taken()
    assert await cost() == few


async def test_the_class_teacher_and_the_management_read_a_plan(
    people: Story, plan: list[int], plans: PlanService
) -> None:
    world = people.world
    head = await world.employ(await world.person("Орлова Нина"), StaffRole.HEAD)
    for reader, edits in ((people.anna, True), (head, True), (people.irina, False)):
        view = await plans.open(actor=await world.actor(reader), course_id=people.algebra)
        assert (len(view.rows), view.may_edit) == (6, edits)
    for stranger in (people.belova, people.mother):
        with pytest.raises(NotFound):
            await plans.open(actor=await world.actor(stranger), course_id=people.algebra)
