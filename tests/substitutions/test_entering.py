"""A deputy says who gives whose lessons (S5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.enums import AttendanceStatus, StaffRole
from db.models import AuditEntry, CourseTeacher
from services.attendance import AttendanceService
from services.errors import InvalidInput, NotFound
from services.lessons import LessonService
from services.substitutions import MAX_DAYS, PAST_DAYS
from tests.statements import Statements
from tests.substitutions.conftest import Office
from tests.world import MONDAY, YEAR_START, new_school, story


async def test_the_substitute_keeps_that_register_and_no_other(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    belova = await office.actor(people.belova)
    lessons, attendance = LessonService(office.db, office.clock), AttendanceService(office.db, office.clock)
    today = await lessons.day(actor=belova)
    assert [row.number for row in today.lessons] == [3, 4]
    lesson = today.lessons[0].lesson_id
    await attendance.open(actor=belova, lesson_id=lesson)
    await attendance.set_cell(
        account=await people.world.account_of(people.belova),
        lesson_id=lesson,
        pupil_id=people.ivanov,
        status=AttendanceStatus.ABSENT,
    )
    next_week = await lessons.day(actor=belova, day=MONDAY + timedelta(days=7))
    assert [row.number for row in next_week.lessons] == [4]
    await office.substitute({3: None})
    with pytest.raises(NotFound):
        await attendance.open(actor=belova, lesson_id=lesson)


async def test_the_register_of_substitutions_names_both(office: Office) -> None:
    await office.substitute({3: office.people.belova})
    (row,) = await office.rows()
    assert (row.date, row.number, row.groups, row.subject) == (MONDAY, 3, "7Б", "Алгебра")
    assert (row.absent.last_name, row.substitute.last_name) == ("Соколова", "Белова")
    assert row.accepted_at is None


async def test_a_lesson_the_timetable_does_not_have_cannot_be_substituted(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.substitute({6: office.people.belova})


async def test_a_lesson_of_another_teacher_cannot_be_entered_as_this_ones(office: Office) -> None:
    people = office.people
    (russian,) = (await office.absence(people.belova)).lessons
    with pytest.raises(NotFound):
        await office.service.save(
            actor=office.deputy,
            teacher_id=people.anna,
            first=MONDAY,
            last=MONDAY,
            choices={russian.lesson_id: people.irina},
        )


async def test_those_of_the_subject_come_first_and_the_busy_are_not_offered(office: Office) -> None:
    world, people = office.people.world, office.people
    yakovleva = await world.teacher("Яковлева Яна Яновна")
    await world.add(
        CourseTeacher,
        school_id=world.school_id,
        course_id=people.algebra,
        teacher_id=yakovleva,
        starts_on=YEAR_START,
    )
    assert await office.names(3) == ["Яковлева", "Белова", "Громова", "Кузнецова"]
    history = await world.course("История", people.irina, await world.group("8А", 8))
    await world.slot(history, people.irina, 3)
    assert await office.names(3) == ["Яковлева", "Белова", "Громова"]
    assert await office.names(4, people.belova) == ["Громова", "Кузнецова", "Соколова", "Яковлева"]


async def test_a_former_teacher_and_one_of_another_school_are_not_offered(office: Office) -> None:
    world = office.people.world
    former = await world.employ(
        await world.person("Бывшая Анна"), StaffRole.TEACHER, ends_on=MONDAY - timedelta(days=1)
    )
    other = await new_school(office.session, name="Школа № 2")
    foreign = await other.teacher("Чужая Ольга")
    offered = await office.names(3)
    assert {"Бывшая", "Чужая"}.isdisjoint(offered)
    with pytest.raises(InvalidInput) as refused:
        await office.substitute({3: former})
    assert refused.value.params["problem"] == "substitute_busy"
    with pytest.raises(NotFound):
        await office.substitute({3: foreign})


async def test_nobody_is_sent_to_two_lessons_at_once(office: Office) -> None:
    world, people = office.people.world, office.people
    eighth = await world.group("8А", 8)
    history = await world.course("История", people.irina, eighth)
    await world.slot(history, people.irina, 3)
    await office.substitute({3: people.belova})
    assert "Белова" not in await office.names(3, people.irina)
    with pytest.raises(InvalidInput):
        await office.substitute({3: people.belova}, absent=people.irina)


async def test_two_teachers_may_swap_lessons(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    await office.substitute({4: people.anna}, absent=people.belova)
    assert [(row.number, row.substitute.last_name) for row in await office.rows()] == [
        (3, "Белова"),
        (4, "Соколова"),
    ]


async def test_one_that_cannot_be_leaves_all_of_them_unsaved(office: Office) -> None:
    world, people = office.people.world, office.people
    await world.slot(people.algebra, people.anna, 5)
    await world.slot(people.russian, people.belova, 6)
    physics = await world.course("Физика", people.irina, await world.group("8А", 8))
    await world.slot(physics, people.irina, 5)
    with pytest.raises(InvalidInput) as refused:
        await office.substitute({3: people.irina, 5: people.irina})
    assert (refused.value.params["last_name"], refused.value.params["number"]) == ("Кузнецова", 5)
    assert await office.rows() == ()
    assert await office.messages() == []


async def test_a_substitute_who_falls_ill_is_replaced(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    (first,) = await office.rows()
    ill = await office.absence(people.belova)
    assert [lesson.number for lesson in ill.lessons] == [3, 4]
    await office.substitute({3: people.irina}, absent=people.belova)
    (row,) = await office.rows()
    assert (row.absent.last_name, row.substitute.last_name) == ("Соколова", "Кузнецова")
    replaced = await office.register.card(actor=office.deputy, substitution_id=first.substitution_id)
    assert replaced.row.revoked_at is not None


async def test_saving_the_same_again_changes_nothing(office: Office) -> None:
    people = office.people
    assert (await office.substitute({3: people.belova})).entered == 1
    assert (await office.substitute({3: people.belova})).entered == 0
    actions = await office.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.startswith("substitution"))
    )
    assert list(actions) == ["substitution.entered"]


async def test_taking_back_twice_is_taking_back_once(office: Office) -> None:
    await office.substitute({3: office.people.belova})
    (row,) = await office.rows()
    for _ in range(2):
        gone = await office.service.revoke(actor=office.deputy, substitution_id=row.substitution_id)
        assert gone.revoked_at is not None
    actions = await office.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "substitution.revoked")
    )
    assert len(list(actions)) == 1


async def test_those_without_an_account_are_named(office: Office) -> None:
    people = office.people
    saved = await office.substitute({3: people.irina})
    assert [colleague.last_name for colleague in saved.unreachable] == ["Кузнецова"]
    assert (await office.substitute({3: people.belova})).unreachable == ()


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (0, -1, "end_before_start"),
        (0, MAX_DAYS, "substitution_too_long"),
        (-PAST_DAYS - 1, 0, "substitution_in_the_past"),
    ],
)
async def test_days_that_cannot_be(office: Office, first: int, last: int, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await office.service.absence(
            actor=office.deputy,
            teacher_id=office.people.anna,
            first=MONDAY + timedelta(days=first),
            last=MONDAY + timedelta(days=last),
        )
    assert refused.value.params["problem"] == problem


@pytest.mark.parametrize("who", ["anna", "irina", "mother"])
async def test_only_the_management_enters_and_reads(office: Office, who: str) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    (row,) = await office.rows()
    actor = await office.actor(getattr(people, who))
    lesson = (await office.absence()).lessons[0]
    for attempt in (
        office.service.absence(actor=actor, teacher_id=people.anna, first=MONDAY, last=MONDAY),
        office.service.teachers(actor=actor),
        office.service.revoke(actor=actor, substitution_id=row.substitution_id),
        office.service.save(
            actor=actor,
            teacher_id=people.anna,
            first=MONDAY,
            last=MONDAY,
            choices={lesson.lesson_id: people.irina},
        ),
        office.register.show(actor=actor),
        office.register.card(actor=actor, substitution_id=row.substitution_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert len(await office.rows()) == 1


async def test_a_deputy_of_another_school_finds_nothing(office: Office) -> None:
    other = await story(office.session)
    person = await other.world.person("Чужой Завуч")
    stranger = await other.world.actor(await other.world.employ(person, StaffRole.DEPUTY))
    await office.substitute({3: office.people.belova})
    (row,) = await office.rows()
    for attempt in (
        office.service.revoke(actor=stranger, substitution_id=row.substitution_id),
        office.register.card(actor=stranger, substitution_id=row.substitution_id),
        office.service.absence(actor=stranger, teacher_id=office.people.anna, first=MONDAY, last=MONDAY),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await office.register.show(actor=stranger)).rows == ()


async def test_the_register_takes_as_many_statements_for_many_as_for_few(
    office: Office, statements: Statements
) -> None:
    world, people = office.people.world, office.people
    await office.substitute({3: people.irina})
    statements.taken()
    await office.register.show(actor=office.deputy)
    assert (few := statements.taken())
    for number in (1, 2, 5, 6):
        await world.slot(people.algebra, people.anna, number)
    await office.substitute(dict.fromkeys((1, 2, 5, 6), people.irina))
    statements.taken()
    assert len((await office.register.show(actor=office.deputy)).rows) == 5
    assert statements.taken() == few
