"""A pupil moves to another subgroup when all concerned agree (S2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from db.enums import AttendanceStatus, StaffRole
from db.models import Attendance, AuditEntry, CourseTeacher, SchoolSetting, StaffAppointment, SubgroupMember
from db.queries import timetable
from services.attendance import AttendanceService
from services.errors import Forbidden, InvalidInput, NotFound
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.notifications.subgroup_change import SubgroupQuestion
from services.settings import PersonalData
from tests.statements import Statements
from tests.subgroups.conftest import English
from tests.world import MONDAY, story

WEDNESDAY = MONDAY + timedelta(days=2)
NEXT_MONDAY = MONDAY + timedelta(days=7)
NEXT_WEDNESDAY = WEDNESDAY + timedelta(days=7)


async def test_who_is_where_and_who_is_nowhere(english: English) -> None:
    people = english.people
    page = await english.service.show(actor=await english.actor(people.irina), course_id=english.first)
    assert [one.subgroup for one in page.subgroups] == ["1", "2"]
    assert {one.pupil_id: one.course_id for one in page.members} == {
        people.agaev: english.first,
        people.ivanov: english.first,
        people.petrova: english.second,
        people.sidorenko: None,
    }
    assert page.may_propose


async def test_a_colleagues_subgroup_leads_back_to_ones_own_course(english: English) -> None:
    page = await english.service.show(
        actor=await english.actor(english.people.anna), course_id=english.second
    )
    assert page.course.course_id == english.first


async def test_all_agree_and_the_lessons_of_each_day_have_their_pupils(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert [one.last_name for one in change.waiting] == ["Белова", "Кузнецова"]
    change = await english.agree(change, people.belova)
    assert change.row.applied_at is None
    assert await english.pupils(english.second, NEXT_WEDNESDAY) == {people.petrova}
    change = await english.agree(change, people.irina)
    assert change.row.applied_at is not None
    assert await english.pupils(english.first, WEDNESDAY) == {people.agaev, people.ivanov}
    assert await english.pupils(english.second, WEDNESDAY) == {people.petrova}
    assert await english.pupils(english.first, NEXT_WEDNESDAY) == {people.agaev}
    assert await english.pupils(english.second, NEXT_WEDNESDAY) == {people.petrova, people.ivanov}
    actions = await english.session.scalars(
        select(AuditEntry.action).where(AuditEntry.pupil_id == people.ivanov).order_by(AuditEntry.id)
    )
    assert list(actions) == [
        "subgroup.proposed",
        "subgroup.agreed",
        "subgroup.agreed",
        "subgroup.changed",
    ]


async def test_what_stands_in_the_old_journal_stays_there(english: English) -> None:
    people = english.people
    english.clock.set("12:20", WEDNESDAY)
    attendance = AttendanceService(english.db, english.clock)
    anna = await english.actor(people.anna)
    (lesson,) = await timetable.lessons(
        english.session, people.world.school_id, WEDNESDAY, WEDNESDAY, course_id=english.first
    )
    await attendance.open(actor=anna, lesson_id=lesson.lesson_id)
    await attendance.set_cell(
        account=await people.world.account_of(people.anna),
        lesson_id=lesson.lesson_id,
        pupil_id=people.ivanov,
        status=AttendanceStatus.ABSENT,
    )
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    await english.agree(change, people.belova, people.irina)
    english.clock.set("12:20", NEXT_WEDNESDAY)
    register = await attendance.open(actor=anna, lesson_id=lesson.lesson_id)
    assert {cell.pupil_id for cell in register.cells} == {people.agaev, people.ivanov}
    status = await english.session.scalar(
        select(Attendance.status).where(Attendance.pupil_id == people.ivanov)
    )
    assert status is AttendanceStatus.ABSENT


async def test_a_pupil_of_no_subgroup_is_placed_by_its_teacher_and_the_class_teacher(
    english: English,
) -> None:
    people = english.people
    change = await english.propose(people.sidorenko, english.second, NEXT_MONDAY, by=people.irina)
    assert [one.last_name for one in change.waiting] == ["Белова"]
    await english.agree(change, people.belova)
    assert people.sidorenko in await english.pupils(english.second, NEXT_WEDNESDAY)
    assert people.sidorenko not in await english.pupils(english.second, WEDNESDAY)


async def test_whoever_is_both_class_teacher_and_teacher_agrees_once(english: English) -> None:
    people = english.people
    await english.session.execute(
        update(CourseTeacher).where(CourseTeacher.course_id == english.second).values(teacher_id=people.irina)
    )
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert [one.last_name for one in change.waiting] == ["Кузнецова"]
    assert (await english.agree(change, people.irina)).row.applied_at is not None


async def test_one_who_holds_all_the_roles_moves_at_once(english: English) -> None:
    people = english.people
    await english.session.execute(update(CourseTeacher).values(teacher_id=people.irina))
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY, by=people.irina)
    assert change.row.applied_at is not None


async def test_a_day_that_has_come_meanwhile_becomes_the_next_lesson(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, WEDNESDAY)
    await english.agree(change, people.belova)
    english.clock.set("15:00", WEDNESDAY)
    change = await english.agree(change, people.irina)
    assert change.row.starts_on == NEXT_WEDNESDAY
    assert people.ivanov in await english.pupils(english.first, WEDNESDAY)


async def test_in_the_holidays_the_next_lesson_is_after_them(english: English) -> None:
    people = english.people
    english.clock.set("12:00", date(2026, 10, 28))
    move = await english.service.move(
        actor=await english.actor(people.anna), to_course_id=english.second, pupil_id=people.ivanov
    )
    assert move.next_lesson == date(2026, 11, 4)
    assert (move.next_monday, move.term_start) == (date(2026, 11, 2), date(2026, 11, 2))


async def test_one_no_closes_it_for_all(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    irina = await english.actor(people.irina)
    closed = await english.service.decline(actor=irina, change_id=change.row.change_id)
    assert closed.row.declined_by is not None
    late = await english.agree(change, people.belova)
    assert (late.row.applied_at, late.may_answer, late.may_withdraw) == (None, False, False)
    assert people.ivanov in await english.pupils(english.first, NEXT_WEDNESDAY)
    again = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert again.row.change_id != change.row.change_id
    assert again.agreed == ()


async def test_a_proposal_is_taken_back_by_its_author(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert change.may_withdraw
    anna = await english.actor(people.anna)
    closed = await english.service.decline(actor=anna, change_id=change.row.change_id)
    assert closed.row.declined_by == closed.row.proposed_by


async def test_the_same_proposal_twice_is_one_and_another_waits_for_it(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    again = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert again.row.change_id == change.row.change_id
    with pytest.raises(InvalidInput) as refused:
        await english.propose(people.ivanov, english.second, WEDNESDAY)
    assert refused.value.params["problem"] == "subgroup_change_open"


async def test_moving_on_and_back_keeps_every_period(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    await english.agree(change, people.belova, people.irina)
    english.clock.set("08:00", NEXT_WEDNESDAY)
    change = await english.propose(people.ivanov, english.first, NEXT_WEDNESDAY + timedelta(days=5))
    await english.agree(change, people.belova, people.irina)
    periods = await english.session.execute(
        select(SubgroupMember.course_id, SubgroupMember.starts_on, SubgroupMember.ends_on)
        .where(SubgroupMember.pupil_id == people.ivanov)
        .order_by(SubgroupMember.starts_on)
    )
    assert [tuple(row) for row in periods] == [
        (english.first, date(2026, 9, 1), date(2026, 9, 20)),
        (english.second, date(2026, 9, 21), date(2026, 9, 27)),
        (english.first, date(2026, 9, 28), None),
    ]


@pytest.mark.parametrize(
    ("starts_on", "problem"),
    [(MONDAY - timedelta(days=1), "subgroup_day"), (date(2027, 6, 1), "subgroup_day")],
)
async def test_days_that_cannot_be(english: English, starts_on: date, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await english.propose(english.people.ivanov, english.second, starts_on)
    assert refused.value.params["problem"] == problem


async def test_where_the_pupil_is_already(english: English) -> None:
    with pytest.raises(InvalidInput) as refused:
        await english.propose(english.people.ivanov, english.first, NEXT_MONDAY)
    assert refused.value.params["problem"] == "subgroup_already"


async def test_a_pupil_of_another_class_and_a_course_without_subgroups(english: English) -> None:
    people = english.people
    stranger = await people.world.pupil("Чужой Пётр", await people.world.group("8А", 8))
    for pupil_id, course_id in ((stranger, english.second), (people.ivanov, people.algebra)):
        with pytest.raises(NotFound):
            await english.propose(pupil_id, course_id, NEXT_MONDAY)


async def test_whom_it_does_not_concern(english: English) -> None:
    people, world = english.people, english.people.world
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    colleague = await world.teacher("Другая Ольга")
    former = await world.employ(
        await world.person("Бывший Пётр"), StaffRole.TEACHER, ends_on=MONDAY - timedelta(days=1)
    )
    foreign = await story(english.session)
    for who in (
        await english.actor(people.mother),
        await english.actor(colleague),
        await english.actor(former),
        await foreign.world.actor(foreign.irina),
    ):
        for attempt in (
            english.service.show(actor=who, course_id=english.first),
            english.service.move(actor=who, to_course_id=english.second, pupil_id=people.ivanov),
            english.service.propose(
                actor=who, to_course_id=english.second, pupil_id=people.agaev, starts_on=NEXT_MONDAY
            ),
            english.service.change(actor=who, change_id=change.row.change_id),
            english.service.agree(actor=who, change_id=change.row.change_id),
            english.service.decline(actor=who, change_id=change.row.change_id),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_the_management_reads_and_does_not_decide(english: English) -> None:
    world = english.people.world
    deputy = await english.actor(await world.employ(await world.person("Громова Вера"), StaffRole.DEPUTY))
    page = await english.service.show(actor=deputy, course_id=english.first)
    assert not page.may_propose
    with pytest.raises(Forbidden):
        await english.service.propose(
            actor=deputy,
            to_course_id=english.second,
            pupil_id=english.people.ivanov,
            starts_on=NEXT_MONDAY,
        )


async def test_a_teacher_who_left_is_waited_for_no_more(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    await english.session.execute(
        update(StaffAppointment)
        .where(StaffAppointment.person_id == people.belova)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    with pytest.raises(NotFound):
        await english.agree(change, people.belova)
    assert await english.prepared(people.belova) == Skip(SkipReason.NO_ACCESS)
    assert (await english.agree(change, people.irina)).row.applied_at is not None


async def test_everyone_is_asked_once_and_told_what_came_of_it(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    assert set(await english.messages()) == {people.belova, people.irina}
    asked = await english.prepared(people.belova)
    assert isinstance(asked, Ready)
    assert isinstance(asked.view, SubgroupQuestion)
    assert asked.view.change.may_answer
    await english.agree(change, people.belova, people.irina)
    assert set(await english.messages()) == {people.belova, people.irina, people.anna}
    for person_id, told in ((people.belova, True), (people.anna, False)):
        result = await english.prepared(person_id, told=told)
        assert isinstance(result, Ready)
        assert isinstance(result.view, SubgroupQuestion)
        assert result.view.change.row.applied_at is not None
        assert not result.view.change.may_answer


async def test_what_is_settled_before_it_was_asked_is_not_asked(english: English) -> None:
    people = english.people
    change = await english.propose(people.ivanov, english.second, NEXT_MONDAY)
    anna = await english.actor(people.anna)
    await english.service.decline(actor=anna, change_id=change.row.change_id)
    assert await english.prepared(people.belova) == Skip(SkipReason.CORRECTED)


async def test_nobody_is_asked_in_the_quiet_hours(english: English) -> None:
    english.clock.set("23:30")
    await english.propose(english.people.ivanov, english.second, NEXT_MONDAY)
    assert isinstance(await english.prepared(english.people.belova), Later)


async def test_the_message_says_of_the_pupil_what_the_school_lets_it_say(english: English) -> None:
    world = english.people.world
    setting = {"school_id": world.school_id, "key": "personal_data", "value": "none"}
    await world.session.execute(insert(SchoolSetting).values(**setting))
    await english.propose(english.people.ivanov, english.second, NEXT_MONDAY)
    ready = await english.prepared(english.people.belova)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, SubgroupQuestion)
    assert ready.view.personal_data is PersonalData.NONE


async def test_a_large_class_takes_as_many_statements_as_a_small_one(
    english: English, statements: Statements
) -> None:
    irina = await english.actor(english.people.irina)
    statements.taken()
    await english.service.show(actor=irina, course_id=english.first)
    assert (few := statements.taken())
    for number in range(10):
        await english.people.world.pupil(f"Ученик{number} Пётр", english.people.group)
    statements.taken()
    page = await english.service.show(actor=irina, course_id=english.first)
    assert (len(page.members), statements.taken()) == (14, few)
