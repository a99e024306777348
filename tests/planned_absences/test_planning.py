"""An absence known beforehand stands in registers, alarms nobody and counts as explained."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, OutboxState, StaffRole
from db.models import AbsenceReason, AuditEntry, ClassTeacher, PlannedAbsence
from services.class_day_views import AlertState
from services.errors import InvalidInput, NotFound
from services.notifications.ports import Skip, SkipReason
from services.planned_absences import PlannedAbsenceService
from tests.attendance.test_register import lesson_of
from tests.planned_absences.conftest import Known
from tests.world import MONDAY, YEAR_END, FakeClock, Story, build_story, moment, new_school

ABSENT, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.PRESENT
DAY = timedelta(days=1)


async def source_of(known: Known, db: Database, clock: FakeClock, pupil_id: int) -> AttendanceSource | None:
    lesson = await lesson_of(db, clock, known.people, known.people.anna, 3)
    register = await known.monday.attendance.open(
        actor=await known.people.world.actor(known.people.anna), lesson_id=lesson
    )
    return next(cell.source for cell in register.cells if cell.pupil_id == pupil_id)


async def test_the_register_has_it_and_nobody_is_told(known: Known, db: Database, clock: FakeClock) -> None:
    await known.plan(known.people.ivanov)
    assert await source_of(known, db, clock, known.people.ivanov) is AttendanceSource.PLANNED
    await known.take(known.people.anna, 3)
    assert await known.monday.messages() == []
    ivanov = await known.pupil(known.people.ivanov)
    assert [cell.planned_reason for cell in ivanov.missed] == ["болезнь"]
    assert (ivanov.open, ivanov.alert.state) == (False, AlertState.NOT_NEEDED)


async def test_before_any_register_the_class_day_says_who_will_not_come(known: Known) -> None:
    await known.plan(known.people.ivanov)
    day = await known.class_day.day(actor=await known.irina(), group_id=known.people.group)
    assert day.missing == ()
    assert [pupil.last_name for pupil in day.expected_away] == ["Иванов"]


async def test_planned_while_the_alert_waits_stops_it(known: Known) -> None:
    await known.monday.take(known.people.anna, 3, known.people.ivanov)
    await known.plan(known.people.ivanov)
    (alert,) = await known.monday.messages()
    assert await known.monday.prepared(alert) == Skip(SkipReason.CORRECTED)


async def test_planned_after_the_alert_left_changes_what_it_says(known: Known, clock: FakeClock) -> None:
    await known.monday.take(known.people.anna, 3, known.people.ivanov)
    clock.set("10:23")
    await known.monday.sent()
    await known.plan(known.people.ivanov)
    (alert,) = await known.monday.messages()
    assert alert.state is OutboxState.QUEUED
    said = await known.monday.alert(alert)
    assert said.missed == ()
    assert [(cell.number, cell.planned) for cell in said.corrected] == [(3, True)]


async def test_a_plan_from_the_fourth_lesson_leaves_the_third_to_be_explained(
    known: Known, clock: FakeClock
) -> None:
    await known.monday.take(known.people.anna, 3, known.people.ivanov)
    await known.plan(known.people.ivanov, first=4)
    clock.set("11:15")
    await known.take(known.people.belova, 4)
    ivanov = await known.pupil(known.people.ivanov)
    assert [(cell.number, cell.planned_reason) for cell in ivanov.missed] == [(3, None), (4, "болезнь")]
    assert [cell.number for cell in ivanov.unplanned] == [3]
    (alert,) = await known.monday.messages()
    assert [cell.number for cell in (await known.monday.alert(alert)).missed] == [3]


async def test_a_register_that_is_being_taken_gets_it_at_once(
    known: Known, db: Database, clock: FakeClock
) -> None:
    assert await source_of(known, db, clock, known.people.ivanov) is None
    plan = await known.plan(known.people.ivanov)
    assert await source_of(known, db, clock, known.people.ivanov) is AttendanceSource.PLANNED
    await known.service.cancel(actor=await known.irina(), planned_id=plan.planned_id)
    assert await source_of(known, db, clock, known.people.ivanov) is None


async def test_the_teachers_own_word_stands_against_the_plan(
    known: Known, db: Database, clock: FakeClock
) -> None:
    lesson = await lesson_of(db, clock, known.people, known.people.anna, 3)
    anna = await known.people.world.actor(known.people.anna)
    await known.monday.attendance.open(actor=anna, lesson_id=lesson)
    await known.monday.set(known.people.anna, lesson, known.people.ivanov, PRESENT)
    await known.plan(known.people.ivanov)
    assert await source_of(known, db, clock, known.people.ivanov) is AttendanceSource.TEACHER
    await known.take(known.people.anna, 3)
    assert (await known.pupil(known.people.ivanov)).missed == ()


async def test_a_cancelled_plan_lets_the_alert_that_it_held_back_leave(
    known: Known, clock: FakeClock, session: AsyncSession
) -> None:
    await known.monday.take(known.people.anna, 3, known.people.ivanov)
    plan = await known.plan(known.people.ivanov)
    (alert,) = await known.monday.messages()
    alert.state = OutboxState.SKIPPED
    await session.flush()
    clock.set("10:40")
    await known.service.cancel(actor=await known.irina(), planned_id=plan.planned_id)
    (alert,) = await known.monday.messages()
    assert alert.state is OutboxState.QUEUED
    assert [cell.number for cell in (await known.monday.alert(alert)).missed] == [3]


async def test_a_cancelled_plan_leaves_taken_registers_with_an_open_reason(known: Known) -> None:
    plan = await known.plan(known.people.ivanov)
    await known.take(known.people.anna, 3)
    await known.service.cancel(actor=await known.irina(), planned_id=plan.planned_id)
    ivanov = await known.pupil(known.people.ivanov)
    assert (ivanov.open, [cell.number for cell in ivanov.missed]) == (True, [3])
    assert await known.planned() == []


async def test_back_earlier_ends_it_yesterday_and_keeps_the_days_before(
    known: Known, clock: FakeClock
) -> None:
    plan = await known.plan(known.people.ivanov, MONDAY, 5)
    await known.take(known.people.anna, 3)
    clock.set("09:00", MONDAY + 2 * DAY)
    ended = await known.service.finish(actor=await known.irina(), planned_id=plan.planned_id)
    assert (ended.starts_on, ended.ends_on, ended.cancelled) == (MONDAY, MONDAY + DAY, False)
    assert not (await known.pupil(known.people.ivanov)).open
    again = await known.service.finish(actor=await known.irina(), planned_id=plan.planned_id)
    assert again == ended


async def test_finishing_what_has_not_begun_cancels_it(known: Known) -> None:
    plan = await known.plan(known.people.ivanov, MONDAY + DAY)
    ended = await known.service.finish(actor=await known.irina(), planned_id=plan.planned_id)
    assert ended.cancelled


async def test_the_same_plan_twice_is_one_plan(known: Known, session: AsyncSession) -> None:
    first, second = await known.plan(known.people.ivanov), await known.plan(known.people.ivanov)
    assert first == second
    for _ in range(2):
        await known.service.cancel(actor=await known.irina(), planned_id=first.planned_id)
    actions = await session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_type == "planned_absence").order_by(AuditEntry.id)
    )
    assert list(actions) == ["absence.planned", "absence.plan_cancelled"]


async def test_plans_may_share_a_day_but_not_a_lesson(known: Known) -> None:
    await known.plan(known.people.ivanov, first=1, last=2)
    await known.plan(known.people.ivanov, first=4)
    await known.plan(known.people.sidorenko)
    with pytest.raises(InvalidInput) as refused:
        await known.plan(known.people.ivanov, MONDAY - DAY, 3, first=2, last=2)
    assert refused.value.params["problem"] == "planned_already"
    assert len(await known.planned()) == 3


@pytest.mark.parametrize(
    ("starts_on", "days", "first", "last", "problem"),
    [
        (MONDAY, 0, None, None, "end_before_start"),
        (MONDAY, 61, None, None, "planned_too_long"),
        (MONDAY - 8 * DAY, 1, None, None, "planned_in_the_past"),
        (YEAR_END, 2, None, None, "outside_school_year"),
        (date(2030, 1, 14), 1, None, None, "outside_school_year"),
        (MONDAY, 1, 5, 4, "end_before_start"),
        (MONDAY, 1, 0, None, "lesson_number"),
        (MONDAY, 1, None, 40_000, "lesson_number"),
    ],
)
async def test_what_cannot_be_is_refused(
    known: Known, starts_on: date, days: int, first: int | None, last: int | None, problem: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await known.plan(known.people.ivanov, starts_on, days, first=first, last=last)
    assert refused.value.params["problem"] == problem
    assert await known.planned() == []


async def test_days_that_cannot_be_are_refused_before_the_last_question(known: Known) -> None:
    irina, ivanov = await known.irina(), known.people.ivanov
    for starts_on, ends_on in ((MONDAY - 8 * DAY, None), (MONDAY, MONDAY + 60 * DAY)):
        with pytest.raises(InvalidInput):
            await known.service.planning(actor=irina, pupil_id=ivanov, starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize(("starts_on", "days"), [(MONDAY, 60), (MONDAY - 7 * DAY, 1), (YEAR_END, 1)])
async def test_what_is_just_possible_is_taken(known: Known, starts_on: date, days: int) -> None:
    assert (await known.plan(known.people.ivanov, starts_on, days)).starts_on == starts_on


async def test_only_the_class_teacher_of_today_plans(known: Known, session: AsyncSession) -> None:
    world, service = known.people.world, known.service
    plan = await known.plan(known.people.ivanov)
    other = await world.teacher("Павлова Нина")
    await world.group("7А", 7, class_teacher=other)
    deputy = await world.employ(await world.person("Орлова Вера"), StaffRole.DEPUTY)
    await session.execute(
        update(ClassTeacher).where(ClassTeacher.person_id == known.people.irina).values(ends_on=MONDAY - DAY)
    )
    for person in (known.people.mother, known.people.anna, other, deputy, known.people.irina):
        actor = await world.actor(person)
        with pytest.raises(NotFound):
            await service.plan(
                actor=actor,
                pupil_id=known.people.sidorenko,
                starts_on=MONDAY,
                ends_on=MONDAY,
                reason_id=known.sick,
            )
        with pytest.raises(NotFound):
            await service.planning(actor=actor, pupil_id=known.people.sidorenko)
        with pytest.raises(NotFound):
            await service.list(actor=actor, group_id=known.people.group)
        for action in (service.show, service.cancel, service.finish):
            with pytest.raises(NotFound):
                await action(actor=actor, planned_id=plan.planned_id)
    kept = await session.scalar(select(func.count()).where(PlannedAbsence.cancelled_at.is_(None)))
    assert kept == 1


async def test_forged_ids_find_nothing(known: Known, session: AsyncSession) -> None:
    elsewhere = await new_school(session, name="Школа № 2", short_name="Школа 2")
    foreign = await session.scalar(
        select(AbsenceReason.id).where(AbsenceReason.school_id == elsewhere.school_id).limit(1)
    )
    assert foreign is not None
    irina = await known.irina()
    with pytest.raises(NotFound):
        await known.service.plan(
            actor=irina,
            pupil_id=known.people.ivanov,
            starts_on=MONDAY,
            ends_on=MONDAY,
            reason_id=foreign,
        )
    with pytest.raises(NotFound):
        await known.service.cancel(actor=irina, planned_id=10**12)
    with pytest.raises(NotFound):
        await known.service.planning(actor=irina, pupil_id=10**12)


async def test_the_list_holds_what_is_not_over(known: Known, clock: FakeClock) -> None:
    await known.plan(known.people.ivanov)
    await known.plan(known.people.sidorenko, MONDAY + DAY, 3)
    clock.set("09:00", MONDAY + DAY)
    assert [plan.last_name for plan in await known.planned()] == ["Сидоренко"]


async def test_two_taps_at_once_plan_once(committed_db: Database) -> None:
    clock = FakeClock(moment("10:17"))
    people: Story = await build_story(committed_db)
    async with committed_db.transaction() as session:
        people.world.session = session
        irina = await people.world.actor(people.irina)
        sick = await session.scalar(select(AbsenceReason.id).where(AbsenceReason.code == "sick"))
        assert sick is not None
    service = PlannedAbsenceService(committed_db, clock)

    async def tap() -> int:
        plan = await service.plan(
            actor=irina, pupil_id=people.ivanov, starts_on=MONDAY, ends_on=MONDAY, reason_id=sick
        )
        return plan.planned_id

    first, second = await asyncio.gather(tap(), tap())
    assert first == second
