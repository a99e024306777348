"""One living alert a day for every guardian, the answers inside it, and the question they may raise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer, AttendanceStatus, DisputeResolution, OutboxState
from db.models import Binding, Consent, Guardianship, OutboxMessage, StaffAppointment
from services.absence_answers import AnswerService
from services.attendance import AttendanceService
from services.errors import InvalidInput, NotFound
from services.notifications.absence_alert import AbsenceAlert, AbsenceAlertKind
from services.notifications.at_school import AtSchoolKind
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from tests.attendance.test_register import lesson_of
from tests.world import MONDAY, FakeClock, Story, moment, story

ABSENT, LATE, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.LATE, AttendanceStatus.PRESENT


class Day:
    """The story's Monday: Anna's lesson 3 and Belova's lesson 4."""

    def __init__(self, people: Story, db: Database, clock: FakeClock, session: AsyncSession) -> None:
        self.people, self.db, self.clock, self.session = people, db, clock, session
        self.attendance = AttendanceService(db, clock)
        self.answers = AnswerService(db, clock)

    async def take(self, teacher: int, number: int, *absent: int) -> int:
        lesson = await lesson_of(self.db, self.clock, self.people, teacher, number)
        actor = await self.people.world.actor(teacher)
        await self.attendance.open(actor=actor, lesson_id=lesson)
        for pupil in absent:
            await self.set(teacher, lesson, pupil, ABSENT)
        await self.attendance.take(actor=actor, lesson_id=lesson)
        return lesson

    async def set(
        self, teacher: int, lesson: int, pupil: int, status: AttendanceStatus, minutes: int | None = None
    ) -> None:
        await self.attendance.set_cell(
            account=await self.people.world.account_of(teacher),
            lesson_id=lesson,
            pupil_id=pupil,
            status=status,
            late_minutes=minutes,
        )

    async def messages(self, kind: str = "absence_alert") -> list[OutboxMessage]:
        rows = await self.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == kind).execution_options(populate_existing=True)
        )
        return list(rows)

    async def prepared(self, message: OutboxMessage) -> Ready | Later | Skip:
        person = await self.session.scalar(select(Binding.person_id).where(Binding.id == message.binding_id))
        assert person is not None
        kind = AbsenceAlertKind() if message.kind == "absence_alert" else AtSchoolKind()
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=person,
            pupil_id=message.pupil_id,
            kind=message.kind,
            payload=message.payload,
            external_ref=message.external_ref,
        )
        return await kind.prepare(self.session, due, self.clock.now())

    async def alert(self, message: OutboxMessage) -> AbsenceAlert:
        ready = await self.prepared(message)
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, AbsenceAlert)
        return ready.view

    async def sent(self) -> None:
        """What is queued leaves, as the sender would record it."""
        await self.session.execute(
            update(OutboxMessage).values(
                state=OutboxState.SENT,
                external_ref=OutboxMessage.id,
                sent_revision=OutboxMessage.revision,
                sent_at=self.clock.now(),
            )
        )


@pytest.fixture
async def day(session: AsyncSession, db: Database, clock: FakeClock) -> Day:
    people = await story(session)
    for person in (people.mother, people.father, people.anna, people.belova):
        await people.world.account_of(person)
    return Day(people, db, clock, session)


async def test_the_alert_waits_for_the_undo_window(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.ivanov)
    (message,) = await day.messages()
    assert message.not_before == moment("10:22")
    assert await day.prepared(message) == Later(moment("10:22"))
    day.clock.set("10:22")
    alert = await day.alert(message)
    assert [(cell.number, cell.subject) for cell in alert.missed] == [(3, "Алгебра")]
    assert alert.missed[0].marked_by == "Соколова Анна Петровна"


async def test_a_correction_inside_the_window_leaves_nothing_to_say(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.ivanov)
    await day.set(day.people.anna, lesson, day.people.ivanov, PRESENT)
    day.clock.set("10:22")
    (message,) = await day.messages()
    assert await day.prepared(message) == Skip(SkipReason.CORRECTED)


async def test_marked_again_after_a_correction_has_a_new_window(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.ivanov)
    await day.set(day.people.anna, lesson, day.people.ivanov, PRESENT)
    day.clock.set("10:21")
    await day.set(day.people.anna, lesson, day.people.ivanov, ABSENT)
    day.clock.set("10:22")
    (message,) = await day.messages()
    assert await day.prepared(message) == Later(moment("10:26"))


async def test_a_second_missed_lesson_edits_the_same_message(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.ivanov)
    day.clock.set("10:22")
    await day.sent()
    day.clock.set("11:12")
    await day.take(day.people.belova, 4, day.people.ivanov)
    (message,) = await day.messages()
    assert (message.state, message.not_before) == (OutboxState.QUEUED, moment("11:17"))
    day.clock.set("11:17")
    alert = await day.alert(message)
    assert [cell.number for cell in alert.missed] == [3, 4]


async def test_two_registers_taken_late_are_both_told(day: Day) -> None:
    day.clock.set("11:15")
    await day.take(day.people.anna, 3, day.people.ivanov)
    day.clock.set("11:17")
    await day.take(day.people.belova, 4, day.people.ivanov)
    (message,) = await day.messages()
    assert message.not_before == moment("11:20")
    day.clock.set("11:20")
    ready = await day.prepared(message)
    assert isinstance(ready, Ready)
    assert ready.again_at == moment("11:22")


async def test_tell_now_ends_the_window(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.ivanov)
    taken = await day.attendance.tell_now(
        actor=await day.people.world.actor(day.people.anna), lesson_id=lesson
    )
    assert taken.alerts_at == day.clock.now()
    (message,) = await day.messages()
    assert message.not_before == day.clock.now()
    assert (await day.alert(message)).missed


async def test_an_answer_stands_in_the_register_at_once(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.ivanov)
    day.clock.set("10:25")
    mother = await day.people.world.actor(day.people.mother)
    alert = await day.answers.answer(actor=mother, pupil_id=day.people.ivanov, day=MONDAY, answer=Answer.SICK)
    assert alert.pupil.answer is Answer.SICK
    anna = await day.people.world.actor(day.people.anna)
    register = await day.attendance.open(actor=anna, lesson_id=lesson)
    assert [cell.answer for cell in register.cells if cell.pupil_id == day.people.ivanov] == [Answer.SICK]


async def test_at_school_asks_the_teacher_and_a_correction_settles_it(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    await day.sent()
    father = await day.people.world.actor(day.people.father)
    await day.answers.answer(actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.AT_SCHOOL)
    (question,) = await day.messages("at_school")
    ready = await day.prepared(question)
    assert isinstance(ready, Ready)
    await day.sent()
    await day.set(day.people.anna, lesson, day.people.sidorenko, LATE, 12)
    (alert_message,) = await day.messages()
    assert alert_message.state is OutboxState.QUEUED
    alert = await day.alert(alert_message)
    assert alert.missed == ()
    assert [(c.number, c.status, c.late_minutes) for c in alert.corrected] == [(3, LATE, 12)]
    assert alert.corrected[0].dispute is DisputeResolution.CORRECTED
    (question,) = await day.messages("at_school")
    assert question.state is OutboxState.QUEUED


async def test_a_teacher_who_no_longer_works_here_is_not_asked(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    father = await day.people.world.actor(day.people.father)
    await day.answers.answer(actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.AT_SCHOOL)
    (question,) = await day.messages("at_school")
    anna = StaffAppointment.person_id == day.people.anna
    await day.session.execute(update(StaffAppointment).where(anna).values(ends_on=MONDAY - timedelta(days=1)))
    assert await day.prepared(question) == Skip(SkipReason.NO_ACCESS)


async def test_an_absence_marked_again_after_a_correction_can_be_disputed_again(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    father = await day.people.world.actor(day.people.father)
    await day.answers.answer(actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.AT_SCHOOL)
    for status in (PRESENT, ABSENT):
        await day.set(day.people.anna, lesson, day.people.sidorenko, status)
    day.clock.set("10:30")
    alert = await day.answers.answer(
        actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.AT_SCHOOL
    )
    assert (alert.missed[0].disputed, alert.missed[0].dispute) == (True, None)


async def test_the_teacher_may_insist(day: Day) -> None:
    lesson = await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    father = await day.people.world.actor(day.people.father)
    await day.answers.answer(actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.AT_SCHOOL)
    anna = await day.people.world.actor(day.people.anna)
    await day.answers.uphold(actor=anna, lesson_id=lesson, pupil_id=day.people.sidorenko)
    alert = await day.answers.alert(actor=father, pupil_id=day.people.sidorenko, day=MONDAY)
    assert alert.missed[0].dispute is DisputeResolution.UPHELD
    with pytest.raises(NotFound):
        await day.answers.uphold(actor=anna, lesson_id=lesson, pupil_id=day.people.ivanov)
    with pytest.raises(NotFound):
        await day.answers.uphold(actor=father, lesson_id=lesson, pupil_id=day.people.sidorenko)


async def test_another_answer_takes_the_question_back(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    father = await day.people.world.actor(day.people.father)
    for answer in (Answer.AT_SCHOOL, Answer.SICK):
        await day.answers.answer(actor=father, pupil_id=day.people.sidorenko, day=MONDAY, answer=answer)
    (question,) = await day.messages("at_school")
    assert await day.prepared(question) == Skip(SkipReason.CORRECTED)


async def test_a_parent_of_another_child_finds_nothing(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.sidorenko)
    day.clock.set("10:23")
    mother = await day.people.world.actor(day.people.mother)
    with pytest.raises(NotFound):
        await day.answers.answer(actor=mother, pupil_id=day.people.sidorenko, day=MONDAY, answer=Answer.SICK)


@pytest.mark.parametrize("at", [moment("10:23"), moment("10:23", MONDAY + timedelta(days=8))])
async def test_a_day_without_an_absence_or_long_ago_takes_no_answer(day: Day, at: datetime) -> None:
    if at > moment("23:59"):
        await day.take(day.people.anna, 3, day.people.ivanov)
    day.clock.at = at
    mother = await day.people.world.actor(day.people.mother)
    with pytest.raises(InvalidInput):
        await day.answers.answer(actor=mother, pupil_id=day.people.ivanov, day=MONDAY, answer=Answer.SICK)


async def test_access_is_checked_again_at_sending(day: Day) -> None:
    await day.take(day.people.anna, 3, day.people.ivanov, day.people.sidorenko)
    day.clock.set("10:22")
    await day.session.execute(
        update(Consent).where(Consent.person_id == day.people.mother).values(withdrawn_at=day.clock.now())
    )
    await day.session.execute(
        update(Guardianship)
        .where(Guardianship.guardian_id == day.people.father)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    outcomes = [await day.prepared(message) for message in await day.messages()]
    assert outcomes == [Skip(SkipReason.NO_ACCESS)] * 2


async def test_quiet_hours_hold_back_only_what_is_not_of_today(day: Day) -> None:
    day.clock.set("22:30")
    await day.take(day.people.anna, 3, day.people.ivanov)
    (message,) = await day.messages()
    assert message.not_before == moment("22:35")
    day.clock.set("23:58")
    await day.take(day.people.belova, 4, day.people.sidorenko)
    late = next(m for m in await day.messages() if m.pupil_id == day.people.sidorenko)
    assert late.not_before == moment("07:00", MONDAY + timedelta(days=1))


async def test_a_consent_for_one_child_opens_no_alert_of_another(day: Day) -> None:
    world, people = day.people.world, day.people
    aunt = await world.guardian("Тётина Вера Ильинична", people.ivanov, people.petrova, consent=False)
    await world.consent(aunt, people.ivanov)
    binding = (await world.actor(aunt)).binding_id
    await day.take(people.anna, 3, people.ivanov, people.petrova)
    hers = [message for message in await day.messages() if message.binding_id == binding]
    assert [message.pupil_id for message in hers] == [people.ivanov]
    # Not even a message that is there already opens it, nor a forged button.
    hers[0].pupil_id = people.petrova
    day.clock.forward(minutes=5)
    assert await day.prepared(hers[0]) == Skip(SkipReason.NO_ACCESS)
    for ask in (
        day.answers.alert(actor=await world.actor(aunt), pupil_id=people.petrova, day=MONDAY),
        day.answers.answer(
            actor=await world.actor(aunt), pupil_id=people.petrova, day=MONDAY, answer=Answer.SICK
        ),
    ):
        with pytest.raises(NotFound):
            await ask
