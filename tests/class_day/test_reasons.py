"""Reasons are confirmed at once or set by hand, and silent guardians are asked once more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer, AttendanceStatus, OutboxState, StaffRole
from db.models import AbsenceReason, AuditEntry, ClassTeacher, Consent, OutboxMessage
from services.actor import Actor
from services.class_day import ClassDayService, Reminded
from services.errors import Forbidden, InvalidInput, NotFound
from services.lessons import LessonService
from services.notifications.absence_reminder import AbsenceReminder, AbsenceReminderKind
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from tests.attendance.test_alerts_and_answers import Day
from tests.class_day.conftest import Led
from tests.world import MONDAY, FakeClock, build_story, moment, new_school


async def reason_id(session: AsyncSession, code: str, school_id: int) -> int:
    found = await session.scalar(
        select(AbsenceReason.id).where(AbsenceReason.code == code, AbsenceReason.school_id == school_id)
    )
    assert found is not None
    return found


async def confirm(led: Led) -> int:
    confirmed = await led.service.confirm_all(actor=await led.irina(), group_id=led.people.group, day=MONDAY)
    return confirmed.confirmed


async def remind(led: Led) -> Reminded:
    return await led.service.ask_silent(actor=await led.irina(), group_id=led.people.group, day=MONDAY)


async def prepared(led: Led, message: OutboxMessage) -> Ready | Later | Skip:
    due = DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=led.people.father,
        pupil_id=message.pupil_id,
        kind=message.kind,
        payload=message.payload,
        external_ref=message.external_ref,
    )
    return await AbsenceReminderKind().prepare(led.monday.session, due, led.monday.clock.now())


async def test_one_tap_confirms_what_was_stated_and_leaves_the_rest_open(asked: Led) -> None:
    people = asked.people
    await asked.answers(people.mother, people.ivanov, Answer.SICK)
    await asked.answers(people.father, people.sidorenko, Answer.UNKNOWN)
    confirmed = await asked.service.confirm_all(actor=await asked.irina(), group_id=people.group, day=MONDAY)
    assert confirmed.confirmed == 1
    assert {one.last_name: one.reason for one in confirmed.day.missing} == {
        "Агаев": None,
        "Иванов": "болезнь",
        "Сидоренко": None,
    }
    assert confirmed.day.confirmable == ()


async def test_a_second_tap_confirms_nothing_and_writes_no_history(asked: Led, session: AsyncSession) -> None:
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.SICK)
    assert [await confirm(asked), await confirm(asked)] == [1, 0]
    history = (
        await session.scalars(select(AuditEntry).where(AuditEntry.action == "absence.reason_confirmed"))
    ).all()
    assert [(entry.pupil_id, entry.person_id, entry.after) for entry in history] == [
        (asked.people.ivanov, asked.people.irina, {"date": "2026-09-14", "reason": "болезнь"})
    ]


async def test_the_parents_alert_says_that_the_reason_is_confirmed(asked: Led) -> None:
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.SICK)
    await asked.monday.sent()
    await confirm(asked)
    messages = await asked.monday.messages()
    (refreshed,) = [message for message in messages if message.state is OutboxState.QUEUED]
    assert refreshed.pupil_id == asked.people.ivanov
    assert (await asked.monday.alert(refreshed)).pupil.reason == "болезнь"


async def test_an_answer_that_changed_on_the_way_to_the_tap_is_the_one_confirmed(asked: Led) -> None:
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.SICK)
    await asked.shown()
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.DOCTOR)
    assert await confirm(asked) == 1
    assert (await asked.pupil(asked.people.ivanov)).reason == "у врача"


async def test_an_absence_corrected_on_the_way_to_the_tap_is_not_confirmed(asked: Led) -> None:
    people = asked.people
    await asked.answers(people.mother, people.ivanov, Answer.SICK)
    lesson = (await asked.shown()).lessons[0].lesson_id
    await asked.monday.set(people.anna, lesson, people.ivanov, AttendanceStatus.PRESENT)
    assert await confirm(asked) == 0


async def test_a_dictionary_without_that_answer_leaves_it_open(asked: Led, session: AsyncSession) -> None:
    await session.execute(update(AbsenceReason).values(answer=None))
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.SICK)
    assert await confirm(asked) == 0
    pupil = await asked.pupil(asked.people.ivanov)
    assert (pupil.confirmable, pupil.silent) == (False, False)


async def test_who_only_looks_may_not_confirm(asked: Led) -> None:
    world, service, group = asked.people.world, asked.service, asked.people.group
    deputy = await world.actor(await world.employ(await world.person("Орлова Вера"), StaffRole.DEPUTY))
    sick = await reason_id(asked.monday.session, "sick", world.school_id)
    with pytest.raises(Forbidden):
        await service.confirm_all(actor=deputy, group_id=group, day=MONDAY)
    with pytest.raises(Forbidden):
        await service.ask_silent(actor=deputy, group_id=group, day=MONDAY)
    with pytest.raises(Forbidden):
        await service.set_reason(actor=deputy, pupil_id=asked.people.ivanov, day=MONDAY, reason_id=sick)


async def everyone_else(led: Led) -> list[Actor]:
    """A parent, a teacher of the class, another class's teacher, and the class teacher of before today."""
    world = led.people.world
    other = await world.teacher("Павлова Нина")
    await world.group("7А", 7, class_teacher=other)
    await led.monday.session.execute(
        update(ClassTeacher)
        .where(ClassTeacher.person_id == led.people.irina)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    people = (led.people.mother, led.people.anna, other, led.people.irina)
    return [await world.actor(person) for person in people]


async def test_everyone_else_finds_nothing(asked: Led) -> None:
    sick = await reason_id(asked.monday.session, "sick", asked.people.world.school_id)
    service, ivanov = asked.service, asked.people.ivanov
    for actor in await everyone_else(asked):
        with pytest.raises(NotFound):
            await service.confirm_all(actor=actor, group_id=asked.people.group, day=MONDAY)
        with pytest.raises(NotFound):
            await service.ask_silent(actor=actor, group_id=asked.people.group, day=MONDAY)
        with pytest.raises(NotFound):
            await service.reasons(actor=actor, pupil_id=ivanov, day=MONDAY)
        with pytest.raises(NotFound):
            await service.set_reason(actor=actor, pupil_id=ivanov, day=MONDAY, reason_id=sick)


async def test_a_reason_set_by_hand_replaces_the_one_before(asked: Led, session: AsyncSession) -> None:
    irina, ivanov = await asked.irina(), asked.people.ivanov
    school_id = asked.people.world.school_id
    for code in ("sick", "truancy", "truancy"):
        await asked.service.set_reason(
            actor=irina, pupil_id=ivanov, day=MONDAY, reason_id=await reason_id(session, code, school_id)
        )
    said = (await asked.pupil(ivanov)).said
    assert said is not None
    assert said.reason == "без уважительной причины"
    history = await session.scalars(
        select(AuditEntry).where(AuditEntry.action == "absence.reason_confirmed").order_by(AuditEntry.id)
    )
    steps = [
        (entry.before and entry.before["reason"], entry.after and entry.after["reason"]) for entry in history
    ]
    assert steps == [(None, "болезнь"), ("болезнь", "без уважительной причины")]


async def test_the_guardian_can_no_longer_answer_what_is_confirmed(asked: Led, session: AsyncSession) -> None:
    sick = await reason_id(session, "sick", asked.people.world.school_id)
    await asked.service.set_reason(
        actor=await asked.irina(), pupil_id=asked.people.ivanov, day=MONDAY, reason_id=sick
    )
    with pytest.raises(InvalidInput):
        await asked.answers(asked.people.mother, asked.people.ivanov, Answer.FAMILY)


async def test_a_reason_needs_an_absence_a_pupil_of_the_class_and_a_row_of_the_own_dictionary(
    asked: Led, session: AsyncSession
) -> None:
    irina, world = await asked.irina(), asked.people.world
    sick = await reason_id(session, "sick", world.school_id)
    with pytest.raises(InvalidInput) as refused:
        await asked.service.set_reason(actor=irina, pupil_id=asked.people.petrova, day=MONDAY, reason_id=sick)
    assert refused.value.params == {"problem": "not_missing"}
    neighbour = await world.pupil("Зимин Лев", await world.group("7А", 7))
    elsewhere = await new_school(session, name="Школа № 2", short_name="Школа 2")
    foreign = await reason_id(session, "sick", elsewhere.school_id)
    for pupil_id, chosen in ((neighbour, sick), (asked.people.ivanov, foreign), (10**12, sick)):
        with pytest.raises(NotFound):
            await asked.service.set_reason(actor=irina, pupil_id=pupil_id, day=MONDAY, reason_id=chosen)


async def test_silent_guardians_are_asked_once_more_and_the_count_is_honest(asked: Led) -> None:
    await asked.answers(asked.people.mother, asked.people.ivanov, Answer.SICK)
    reminded = await remind(asked)
    assert reminded == Reminded(guardians=1, leaves_at=None, reminded=1, recently=0, waiting=0, unreachable=1)
    (message,) = await asked.monday.messages("absence_reminder")
    assert (message.pupil_id, message.not_before) == (asked.people.sidorenko, moment("10:23"))
    ready = await prepared(asked, message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, AbsenceReminder)
    assert ready.view.unanswered
    assert [cell.number for cell in ready.view.alert.missed] == [3]


async def test_a_double_tap_sends_one_reminder_an_hour(asked: Led, clock: FakeClock) -> None:
    await remind(asked)
    again = await remind(asked)
    assert (again.guardians, again.recently) == (0, 2)
    clock.set("11:22")  # another hour of the clock, but not an hour later
    assert (await remind(asked)).guardians == 0
    assert len(await asked.monday.messages("absence_reminder")) == 2
    clock.set("11:23")
    assert (await remind(asked)).guardians == 2
    assert len(await asked.monday.messages("absence_reminder")) == 4


async def test_who_is_about_to_be_asked_is_not_reminded(led: Led) -> None:
    await led.monday.take(led.people.anna, 3, led.people.ivanov)
    reminded = await remind(led)
    assert (reminded.guardians, reminded.waiting) == (0, 1)
    assert await led.monday.messages("absence_reminder") == []


async def test_a_reminder_is_offered_while_there_is_somebody_to_remind(led: Led, clock: FakeClock) -> None:
    await led.monday.take(led.people.anna, 3, led.people.sidorenko, led.people.agaev)
    assert (await led.shown()).to_remind == ()
    clock.set("10:23")
    await led.monday.sent()
    assert {account.pupil_id for account in (await led.shown()).to_remind} == {led.people.sidorenko}
    await remind(led)
    assert (await led.shown()).to_remind == ()
    clock.set("11:24")
    assert (await led.shown()).to_remind
    clock.set("10:00", MONDAY + timedelta(days=8))
    assert (await led.shown()).to_remind == ()


async def test_a_reminder_waits_for_the_end_of_the_quiet_hours(asked: Led, clock: FakeClock) -> None:
    clock.set("22:30")
    morning = moment("07:00", MONDAY + timedelta(days=1))
    assert (await remind(asked)).leaves_at == morning
    assert {message.not_before for message in await asked.monday.messages("absence_reminder")} == {morning}


async def test_an_answer_given_meanwhile_stops_the_reminder(asked: Led) -> None:
    await remind(asked)
    await asked.answers(asked.people.father, asked.people.sidorenko, Answer.SICK)
    message = await of_sidorenko(asked)
    assert await prepared(asked, message) == Skip(SkipReason.CORRECTED)


async def test_a_reminder_that_stands_shows_the_answer_too(asked: Led) -> None:
    await remind(asked)
    await asked.monday.sent()
    await asked.answers(asked.people.father, asked.people.sidorenko, Answer.SICK)
    message = await of_sidorenko(asked)
    assert message.state is OutboxState.QUEUED
    ready = await prepared(asked, message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, AbsenceReminder)
    assert not ready.view.unanswered


async def test_a_reminder_is_not_sent_without_consent(asked: Led, session: AsyncSession) -> None:
    await remind(asked)
    await session.execute(update(Consent).values(withdrawn_at=moment("10:24")))
    assert await prepared(asked, await of_sidorenko(asked)) == Skip(SkipReason.NO_ACCESS)


async def test_a_day_that_cannot_be_answered_any_more_is_not_reminded_of(
    asked: Led, clock: FakeClock
) -> None:
    clock.set("10:00", MONDAY + timedelta(days=8))
    with pytest.raises(InvalidInput) as refused:
        await remind(asked)
    assert refused.value.params == {"problem": "reminder_too_late"}


async def of_sidorenko(led: Led) -> OutboxMessage:
    messages = await led.monday.messages("absence_reminder")
    return next(message for message in messages if message.pupil_id == led.people.sidorenko)


async def test_two_taps_at_once_confirm_and_remind_once(committed_db: Database) -> None:
    clock = FakeClock(moment("10:17"))
    people = await build_story(committed_db)
    async with committed_db.transaction() as session:
        people.world.session = session
        irina = await people.world.actor(people.irina)
        mother = await people.world.actor(people.mother)
        anna = await people.world.actor(people.anna)
        accounts = people.world.accounts
    monday = Day(people, committed_db, clock, session)
    lessons = (await LessonService(committed_db, clock).day(actor=anna)).lessons
    lesson = next(row.lesson_id for row in lessons if row.number == 3)
    await monday.attendance.open(actor=anna, lesson_id=lesson)
    for pupil in (people.ivanov, people.sidorenko):
        await monday.attendance.set_cell(
            account=accounts[people.anna], lesson_id=lesson, pupil_id=pupil, status=AttendanceStatus.ABSENT
        )
    await monday.attendance.take(actor=anna, lesson_id=lesson)
    clock.set("10:23")
    async with committed_db.transaction() as session:
        await session.execute(update(OutboxMessage).values(state=OutboxState.SENT, external_ref=1))
    await monday.answers.answer(actor=mother, pupil_id=people.ivanov, day=MONDAY, answer=Answer.SICK)
    service = ClassDayService(committed_db, clock)
    taps = {"actor": irina, "group_id": people.group, "day": MONDAY}
    confirmed = await asyncio.gather(service.confirm_all(**taps), service.confirm_all(**taps))
    await asyncio.gather(service.ask_silent(**taps), service.ask_silent(**taps))
    assert sorted(one.confirmed for one in confirmed) == [0, 1]
    async with committed_db.transaction() as session:
        reminders = select(func.count()).where(OutboxMessage.kind == "absence_reminder")
        assert await session.scalar(reminders) == 1
