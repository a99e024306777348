"""The topic of a lesson: proposed by what was really taught, written in one tap, corrected with history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind
from db.models import AuditEntry, Holiday, LessonTopic, Register, Substitution
from services.errors import InvalidInput, Locked, NotFound
from services.lessons import LessonService, is_unfinished
from services.topics import TopicService
from tests.plans.making import lesson_at, make_plan, use_variant
from tests.statements import Statements
from tests.world import MONDAY, FakeClock, Story, story

NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
async def plan(people: Story) -> list[int]:
    return await make_plan(people.world, people.algebra)


@pytest.fixture
def topics(db: Database, clock: FakeClock) -> TopicService:
    return TopicService(db, clock)


async def offered(topics: TopicService, people: Story, lesson_id: int) -> list[int]:
    page = await topics.open(actor=await people.world.actor(people.anna), lesson_id=lesson_id)
    return [row.number for row in page.next]


async def test_the_first_lesson_is_offered_the_first_three_rows(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    assert await offered(topics, people, await lesson_at(people, session)) == [1, 2, 3]


async def test_one_tap_writes_the_row_of_the_plan(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    page = await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[2])
    assert page.topic is not None
    assert (page.topic.topic, page.topic.kind) == ("Линейные уравнения", LessonKind.PRACTICAL)
    assert page.planned is not None
    assert (page.planned.number, page.planned.of_kind) == (3, 2)
    assert await session.get(Register, lesson) is not None, "the lesson no longer follows the timetable"


async def test_the_next_lesson_is_offered_what_follows_what_was_taught(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna = await people.world.actor(people.anna)
    await topics.take_from_plan(actor=anna, lesson_id=await lesson_at(people, session), topic_id=plan[1])
    clock.set("10:20", NEXT_MONDAY)
    assert await offered(topics, people, await lesson_at(people, session, day=NEXT_MONDAY)) == [3, 4, 5]


async def test_a_cancelled_lesson_moves_the_plan(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna = await people.world.actor(people.anna)
    await topics.take_from_plan(actor=anna, lesson_id=await lesson_at(people, session), topic_id=plan[0])
    await people.world.add(
        Holiday,
        school_id=people.world.school_id,
        year_id=people.world.year_id,
        name="Карантин",
        starts_on=NEXT_MONDAY,
        ends_on=NEXT_MONDAY,
    )
    after = NEXT_MONDAY + timedelta(days=7)
    clock.set("10:20", after)
    assert await offered(topics, people, await lesson_at(people, session, day=after)) == [2, 3, 4]


async def test_a_lesson_filled_in_late_is_offered_what_was_left_out(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna = await people.world.actor(people.anna)
    monday, later = await lesson_at(people, session), NEXT_MONDAY + timedelta(days=7)
    between = await lesson_at(people, session, day=NEXT_MONDAY)
    clock.set("10:20", later)
    await topics.take_from_plan(actor=anna, lesson_id=monday, topic_id=plan[0])
    last = await lesson_at(people, session, day=later)
    await topics.take_from_plan(actor=anna, lesson_id=last, topic_id=plan[2])
    assert await offered(topics, people, between) == [2, 4, 5]


async def test_a_double_lesson_is_offered_the_following_row(
    people: Story,
    plan: list[int],
    topics: TopicService,
    db: Database,
    session: AsyncSession,
    clock: FakeClock,
) -> None:
    await people.world.slot(people.algebra, people.anna, 4)
    anna = await people.world.actor(people.anna)
    third, fourth = await lesson_at(people, session), await lesson_at(people, session, 4)
    clock.set("11:15")
    assert await offered(topics, people, fourth) == [2, 3, 4]
    day = await LessonService(db, clock).day(actor=anna)
    assert {lesson: row.number for lesson, row in day.proposals.items()} == {third: 1, fourth: 2}
    await topics.take_from_plan(actor=anna, lesson_id=third, topic_id=plan[4])
    assert await offered(topics, people, fourth) == [6]


async def test_each_course_goes_through_the_plan_at_its_own_pace(
    people: Story, topics: TopicService, db: Database, clock: FakeClock
) -> None:
    first = await people.world.course(
        "Английский язык", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    plan = await make_plan(people.world, first)
    await people.world.slot(first, people.anna, 1)
    await people.world.slot(first, people.anna, 2)
    anna = await people.world.actor(people.anna)
    day = await LessonService(db, clock).day(actor=anna)
    ids = {row.number: row.lesson_id for row in day.lessons}
    await topics.take_from_plan(actor=anna, lesson_id=ids[1], topic_id=plan[0])
    assert await offered(topics, people, ids[2]) == [2, 3, 4]
    assert await offered(topics, people, ids[3]) == []


async def test_the_plan_is_that_of_the_courses_variant(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    other = await make_plan(people.world, people.algebra, [("Множества", LessonKind.IT)], variant="Проф")
    await use_variant(people.world, people.algebra, "Проф")
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    assert [row.topic_id for row in (await topics.open(actor=anna, lesson_id=lesson)).next] == other
    with pytest.raises(NotFound):
        await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])


async def test_own_words_are_kept_as_they_were_typed_and_leave_the_plan_where_it_is(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    typed = "  Экскурсия <b>в музей</b>\n& \u202eпарк 🦊 "
    page = await topics.write(actor=anna, lesson_id=lesson, text=typed)
    assert page.topic is not None
    assert page.topic.topic == "Экскурсия <b>в музей</b> & парк 🦊"
    page = await topics.set_kind(actor=anna, lesson_id=lesson, kind=LessonKind.EXCURSION)
    assert page.topic is not None
    assert page.topic.kind is LessonKind.EXCURSION
    clock.set("10:20", NEXT_MONDAY)
    assert await offered(topics, people, await lesson_at(people, session, day=NEXT_MONDAY)) == [1, 2, 3]


async def test_other_words_for_a_row_of_the_plan_are_still_that_row(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])
    page = await topics.reword(actor=anna, lesson_id=lesson, text="Степень числа, повторение")
    assert page.topic is not None
    assert page.topic.plan_topic_id == plan[0]


async def test_every_change_leaves_who_when_before_and_after(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    for _ in range(2):
        await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])
    await topics.write(actor=anna, lesson_id=lesson, text="Повторение")
    lines = (
        await session.execute(
            select(AuditEntry.person_id, AuditEntry.at, AuditEntry.before, AuditEntry.after)
            .where(AuditEntry.action == "topic.set", AuditEntry.subject_id == lesson)
            .order_by(AuditEntry.id)
        )
    ).all()
    first = {"topic": "Степень числа", "kind": "lesson", "plan_topic_id": plan[0]}
    second = {"topic": "Повторение", "kind": "lesson", "plan_topic_id": None}
    assert [tuple(line) for line in lines] == [
        (people.anna, clock.now(), None, first),
        (people.anna, clock.now(), first, second),
    ]


@pytest.mark.parametrize("typed", ["", " \n\t ", "\u200e\u202e", "я" * 501])
async def test_what_is_no_topic_is_refused(
    typed: str, people: Story, topics: TopicService, session: AsyncSession
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    with pytest.raises(InvalidInput):
        await topics.write(actor=anna, lesson_id=lesson, text=typed)
    assert await session.get(LessonTopic, lesson) is None


async def test_a_kind_without_a_topic_finds_nothing(
    people: Story, topics: TopicService, session: AsyncSession
) -> None:
    with pytest.raises(NotFound):
        await topics.set_kind(
            actor=await people.world.actor(people.anna),
            lesson_id=await lesson_at(people, session),
            kind=LessonKind.IT,
        )


async def test_before_the_lesson_there_is_no_topic_yet(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    clock.set("09:59")
    assert not (await topics.open(actor=anna, lesson_id=lesson)).begun
    with pytest.raises(InvalidInput):
        await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])
    clock.set("10:00")
    await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])


async def test_after_the_lock_a_topic_stays_as_it_is(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    clock.set("23:00", MONDAY + timedelta(days=30))
    await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[0])
    clock.set("00:01", MONDAY + timedelta(days=31))
    for change in (
        topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=plan[1]),
        topics.write(actor=anna, lesson_id=lesson, text="Другое"),
        topics.set_kind(actor=anna, lesson_id=lesson, kind=LessonKind.IT),
    ):
        with pytest.raises(Locked):
            await change
    shown = await topics.open(actor=anna, lesson_id=lesson)
    assert shown.locked
    assert shown.topic is not None
    assert shown.topic.plan_topic_id == plan[0]


@pytest.mark.parametrize("who", ["irina", "belova", "mother"])
async def test_nobody_else_finds_the_topic(
    who: str, people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    stranger, lesson = await people.world.actor(getattr(people, who)), await lesson_at(people, session)
    for attempt in (
        topics.open(actor=stranger, lesson_id=lesson),
        topics.choose(actor=stranger, lesson_id=lesson),
        topics.take_from_plan(actor=stranger, lesson_id=lesson, topic_id=plan[0]),
        topics.write(actor=stranger, lesson_id=lesson, text="Чужая тема"),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_row_of_another_plan_finds_nothing(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession
) -> None:
    russian = await make_plan(people.world, people.russian)
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    for forged in (russian[0], 2**62):
        with pytest.raises(NotFound):
            await topics.take_from_plan(actor=anna, lesson_id=lesson, topic_id=forged)


async def test_the_substitute_writes_the_topic_of_that_lesson(
    people: Story, plan: list[int], topics: TopicService, session: AsyncSession, clock: FakeClock
) -> None:
    await people.world.add(
        Substitution,
        school_id=people.world.school_id,
        course_id=people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=people.belova,
        entered_by=people.irina,
        entered_at=clock.now(),
    )
    belova, lesson = await people.world.actor(people.belova), await lesson_at(people, session)
    await topics.take_from_plan(actor=belova, lesson_id=lesson, topic_id=plan[0])
    assert await session.scalar(select(LessonTopic.set_by)) == people.belova


async def test_a_lesson_is_finished_with_register_topic_and_an_answer_about_homework(
    people: Story, topics: TopicService, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    lessons = LessonService(db, clock)
    clock.set("10:17", date(2026, 9, 15))

    async def unfinished() -> list[int]:
        return [row.lesson_id for row in (await lessons.day(actor=anna)).unfinished_before]

    await topics.write(actor=anna, lesson_id=lesson, text="Повторение")
    assert await unfinished() == [lesson]
    register = await session.get(Register, lesson)
    assert register is not None
    register.taken_at = clock.now()
    await session.flush()
    assert await unfinished() == [lesson]
    register.no_homework_at = clock.now()
    await session.flush()
    assert await unfinished() == []


async def test_form_one_needs_no_homework(
    people: Story, topics: TopicService, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    first = await people.world.group("1А", 1)
    reading = await people.world.course("Чтение", people.anna, first)
    await people.world.slot(reading, people.anna, 1)
    anna = await people.world.actor(people.anna)
    lessons = LessonService(db, clock)
    lesson = (await lessons.day(actor=anna)).lessons[0]
    await topics.write(actor=anna, lesson_id=lesson.lesson_id, text="Буква А")
    register = await session.get(Register, lesson.lesson_id)
    assert register is not None
    register.taken_at = clock.now()
    await session.flush()
    assert not is_unfinished((await lessons.day(actor=anna)).lessons[0])


async def test_a_day_and_a_topic_take_as_many_statements_with_many_lessons_and_a_long_plan(
    people: Story,
    topics: TopicService,
    db: Database,
    session: AsyncSession,
    clock: FakeClock,
    statements: Statements,
) -> None:
    anna, lesson = await people.world.actor(people.anna), await lesson_at(people, session)
    lessons = LessonService(db, clock)
    statements.taken()

    async def cost() -> tuple[int, int, int]:
        await lessons.day(actor=anna)
        day = statements.taken()
        await topics.open(actor=anna, lesson_id=lesson)
        page = statements.taken()
        await topics.choose(actor=anna, lesson_id=lesson)
        return day, page, statements.taken()

    few = await cost()
    await make_plan(people.world, people.algebra, [(f"Тема {n}", LessonKind.LESSON) for n in range(100)])
    for number in (1, 2, 4, 5, 6):
        await people.world.slot(people.algebra, people.anna, number)
    statements.taken()
    assert await cost() == few
