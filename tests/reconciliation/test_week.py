"""«Сверка недели»: open reasons first, nothing forgotten, and whatever changed afterwards is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer, OutboxState, StaffRole
from db.models import AbsenceReason, Binding, ClassTeacher, Exemption, OutboxMessage, Subject
from handlers.texts.class_totals import totals_file, totals_screen
from handlers.texts.reconciliation import reminder_screen, week_screen
from services.absence_requests import AbsenceRequestService
from services.actor import Actor
from services.class_day import ClassDayService
from services.errors import Forbidden, InvalidInput, NotFound
from services.notifications import reconciliation_reminder
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from services.notifications.reconciliation_reminder import (
    ReconciliationReminder,
    ReconciliationReminderKind,
)
from services.reconciliation import ClassWeek, ReconciliationService
from tests.attendance.test_alerts_and_answers import Day
from tests.golden import Golden, check_limits
from tests.statements import Statements
from tests.world import MONDAY, MOSCOW, FakeClock, Story, moment, story

DAY = timedelta(days=1)
FRIDAY, NEXT_MONDAY = MONDAY + 4 * DAY, MONDAY + 7 * DAY


@dataclass(slots=True)
class Led:
    people: Story
    monday: Day
    service: ReconciliationService
    class_day: ClassDayService
    requests: AbsenceRequestService
    sick: int
    truancy: int

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id)

    async def week(self, monday: date = MONDAY) -> ClassWeek:
        irina = await self.actor(self.people.irina)
        return await self.service.week(actor=irina, group_id=self.people.group, monday=monday)

    async def reconcile(self, person_id: int | None = None) -> ClassWeek:
        actor = await self.actor(person_id or self.people.irina)
        return await self.service.reconcile(actor=actor, group_id=self.people.group, monday=MONDAY)

    async def explain(self, *pupils: int) -> None:
        for pupil_id in pupils:
            irina = await self.actor(self.people.irina)
            await self.class_day.set_reason(
                actor=irina, pupil_id=pupil_id, day=MONDAY, reason_id=self.truancy
            )

    async def reminders(self) -> list[OutboxMessage]:
        rows = await self.monday.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == reconciliation_reminder.NAME)
            .execution_options(populate_existing=True)
        )
        return list(rows)


@pytest.fixture
async def led(db: Database, clock: FakeClock, session: AsyncSession) -> Led:
    people = await story(session)
    for person in (people.mother, people.father, people.irina):
        await people.world.account_of(person)
    found = await session.execute(select(AbsenceReason.code, AbsenceReason.id))
    reasons = {code: reason_id for code, reason_id in found}
    return Led(
        people,
        Day(people, db, clock, session),
        ReconciliationService(db, clock),
        ClassDayService(db, clock),
        AbsenceRequestService(db, clock),
        reasons["sick"],
        reasons["truancy"],
    )


@pytest.fixture
async def missed(led: Led, clock: FakeClock) -> Led:
    """Agaev, Ivanov and Sidorenko are missing at lesson 3; Ivanov's mother has answered, and it is Friday."""
    people = led.people
    await led.monday.take(people.anna, 3, people.agaev, people.ivanov, people.sidorenko)
    clock.set("10:23")
    await led.monday.answers.answer(
        actor=await led.actor(people.mother), pupil_id=people.ivanov, day=MONDAY, answer=Answer.SICK
    )
    clock.set("15:00", FRIDAY)
    return led


async def test_open_reasons_stand_first_and_must_be_closed(missed: Led) -> None:
    people = missed.people
    await missed.explain(people.agaev)
    week = await missed.week(MONDAY + 3 * DAY)
    assert week.monday == MONDAY
    assert [(one.last_name, one.reason) for one in week.pupils] == [
        ("Иванов", None),
        ("Сидоренко", None),
        ("Агаев", "без уважительной причины"),
    ]
    with pytest.raises(InvalidInput) as refused:
        await missed.reconcile()
    assert refused.value.params == {"problem": "reasons_open", "n": 2}
    await missed.explain(people.sidorenko)
    await missed.class_day.confirm_all(
        actor=await missed.actor(people.irina), group_id=people.group, day=MONDAY
    )
    done = await missed.reconcile()
    assert done.reconciled is not None
    assert (done.reconciled.by.last_name, done.reconciled.at) == ("Кузнецова", moment("15:00", FRIDAY))
    assert (done.open, done.changed) == ((), ())


async def test_what_changes_after_it_is_shown_until_it_is_reconciled_again(
    missed: Led, clock: FakeClock
) -> None:
    people = missed.people
    await missed.explain(people.agaev, people.ivanov, people.sidorenko)
    await missed.reconcile()
    clock.set("17:00", FRIDAY)
    await missed.class_day.set_reason(
        actor=await missed.actor(people.irina), pupil_id=people.agaev, day=MONDAY, reason_id=missed.sick
    )
    week = await missed.week()
    assert [(one.last_name, one.date) for one in week.changed] == [("Агаев", MONDAY)]
    clock.set("17:30", FRIDAY)
    again = await missed.reconcile()
    assert again.changed == ()
    assert again.reconciled is not None
    assert again.reconciled.at == moment("17:30", FRIDAY)
    clock.set("18:00", FRIDAY)
    same = await missed.reconcile()
    assert same.reconciled == again.reconciled


async def test_before_friday_and_by_others_it_is_refused(missed: Led, clock: FakeClock) -> None:
    people, world = missed.people, missed.people.world
    clock.set("20:00", MONDAY + 3 * DAY)
    with pytest.raises(InvalidInput) as refused:
        await missed.reconcile()
    assert refused.value.params["problem"] == "week_not_over"
    deputy = await world.employ(await world.person("Орлова Вера"), StaffRole.DEPUTY)
    with pytest.raises(Forbidden):
        await missed.reconcile(deputy)
    week = await missed.service.week(actor=await missed.actor(deputy), group_id=people.group, monday=MONDAY)
    assert not week.may_reconcile
    other = await world.teacher("Павлова Нина")
    await world.group("7А", 7, class_teacher=other)
    for person in (people.mother, people.anna, other):
        actor, ids = await missed.actor(person), {"group_id": people.group}
        for attempt in (
            missed.service.week(actor=actor, monday=MONDAY, **ids),
            missed.service.reconcile(actor=actor, monday=MONDAY, **ids),
            missed.service.totals(actor=actor, **ids),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_what_was_announced_is_open_and_a_late_document_is_named(led: Led, clock: FakeClock) -> None:
    people = led.people
    announced = await led.requests.announce(
        actor=await led.actor(people.mother),
        pupil_id=people.ivanov,
        starts_on=MONDAY,
        ends_on=MONDAY,
        reason_id=led.sick,
    )
    await led.monday.take(people.anna, 3)
    assert [one.last_name for one in (await led.week()).open] == ["Иванов"]
    irina, ids = await led.actor(people.irina), {"request_id": announced.request.request_id}
    await led.requests.ask_document(actor=irina, due_on=MONDAY + 2 * DAY, **ids)
    week = await led.week()
    assert (week.open, [one.last_name for one in week.awaited]) == ((), ["Иванов"])
    # Its day is over: it stands in the week after too, until it is brought.
    clock.set("09:00", NEXT_MONDAY)
    assert [one.last_name for one in (await led.week(NEXT_MONDAY)).awaited] == ["Иванов"]
    await led.requests.accept(actor=irina, **ids)
    assert (await led.week(NEXT_MONDAY)).awaited == ()


async def prepared(led: Led, message: OutboxMessage) -> object:
    binding = await led.monday.session.get_one(Binding, message.binding_id)
    due = DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=binding.person_id,
        pupil_id=None,
        kind=message.kind,
        payload=message.payload,
        external_ref=message.external_ref,
    )
    return await ReconciliationReminderKind().prepare(led.monday.session, due, led.monday.clock.now())


async def test_on_monday_who_has_not_reconciled_is_reminded_once(
    missed: Led, clock: FakeClock, session: AsyncSession
) -> None:
    clock.set("14:00", NEXT_MONDAY)
    for _ in range(2):
        await reconciliation_reminder.remind(session, clock.now())
    (message,) = await missed.reminders()
    ready = await prepared(missed, message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, ReconciliationReminder)
    assert (ready.view.group.name, ready.view.monday, ready.view.done) == ("7Б", MONDAY, False)
    await missed.monday.sent()
    await missed.explain(missed.people.agaev, missed.people.ivanov, missed.people.sidorenko)
    await missed.reconcile()
    (message,) = await missed.reminders()
    assert message.state is OutboxState.QUEUED
    ready = await prepared(missed, message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, ReconciliationReminder)
    assert ready.view.done
    await session.execute(update(ClassTeacher).values(ends_on=FRIDAY))
    assert await prepared(missed, message) == Skip(SkipReason.NO_ACCESS)


async def test_a_week_without_registers_reminds_nobody(
    led: Led, clock: FakeClock, session: AsyncSession
) -> None:
    clock.set("14:00", NEXT_MONDAY)
    await reconciliation_reminder.remind(session, clock.now())
    assert await led.reminders() == []


async def test_totals_count_days_lessons_and_reasons_but_not_who_need_not_come(
    missed: Led, clock: FakeClock, session: AsyncSession
) -> None:
    people = missed.people
    clock.set("11:20")
    await missed.monday.take(people.belova, 4, people.agaev)
    clock.set("15:00", FRIDAY)
    await missed.explain(people.agaev)
    await missed.class_day.confirm_all(
        actor=await missed.actor(people.irina), group_id=people.group, day=MONDAY
    )
    algebra = await session.scalar(select(Subject.id).where(Subject.name == "Алгебра"))
    assert algebra is not None
    await people.world.add(
        Exemption,
        school_id=people.world.school_id,
        pupil_id=people.sidorenko,
        subject_id=algebra,
        starts_on=MONDAY,
        ends_on=MONDAY,
        attends=False,
        ground="справка № 5",
        entered_by=people.irina,
        entered_at=clock.now(),
    )
    totals = await missed.service.totals(actor=await missed.actor(people.irina), group_id=people.group)
    by_name = {one.pupil.last_name: one for one in totals.pupils}
    agaev, ivanov = by_name["Агаев"].year, by_name["Иванов"].year
    assert (agaev.days, agaev.lessons, agaev.not_valid) == (1, 2, 2)
    assert (ivanov.days, ivanov.lessons, ivanov.valid, ivanov.unexplained) == (0, 1, 1, 0)
    assert by_name["Сидоренко"].year.lessons == by_name["Петрова"].year.lessons == 0
    assert by_name["Агаев"].terms == (agaev,)
    content = totals_file(totals).document
    assert content is not None
    sheet = openpyxl.load_workbook(BytesIO(content.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[0][:3] == ("Ученик", "1 четверть: дней", "1 четверть: уроков")
    assert rows[1][:5] == ("Агаев Ислам", "1", "2", "0", "2")


async def test_the_week_reminder_and_totals_in_words(missed: Led, golden: Golden) -> None:
    people = missed.people
    await missed.explain(people.agaev)
    totals = await missed.service.totals(actor=await missed.actor(people.irina), group_id=people.group)
    week = await missed.week()
    numbers = {one.pupil_id: number for number, one in enumerate(week.pupils, 101)}
    group = replace(week.group, group_id=7)
    fixed = replace(
        week, group=group, pupils=tuple(replace(one, pupil_id=numbers[one.pupil_id]) for one in week.pupils)
    )
    golden("reconciliation/week", week_screen(fixed, MOSCOW))
    terms = tuple(replace(term, term_id=3) for term in totals.terms)
    golden("reconciliation/totals", totals_screen(replace(totals, group=group, terms=terms), 3, 0))
    golden(
        "reconciliation/totals_of_the_year", totals_screen(replace(totals, group=group, terms=terms), 0, 0)
    )
    golden("reconciliation/reminder", reminder_screen(ReconciliationReminder(group, MONDAY, done=False)))
    golden("reconciliation/reminder_done", reminder_screen(ReconciliationReminder(group, MONDAY, done=True)))
    await missed.explain(people.ivanov, people.sidorenko)
    done = await missed.reconcile()
    calm = tuple(replace(one, pupil_id=numbers[one.pupil_id]) for one in done.pupils)
    golden("reconciliation/reconciled", week_screen(replace(done, group=group, pupils=calm), MOSCOW))
    worst = "<b>&'\"" * 34
    many = tuple(replace(one, last_name=worst, first_name=worst) for one in week.pupils * 30)
    for page in (-1, 0, 3, 10**6):
        check_limits(week_screen(replace(week, pupils=many), MOSCOW, page))
        check_limits(totals_screen(replace(totals, pupils=totals.pupils * 60), 0, page))


async def test_a_bigger_class_takes_as_many_statements(led: Led, statements: Statements) -> None:
    people = led.people

    async def taken(pupils: int) -> tuple[int, int]:
        missing = [await people.world.pupil(f"Ученик{pupils}-{n} Иван", people.group) for n in range(pupils)]
        await led.monday.take(people.anna, 3, *missing)
        await led.week()
        irina = await led.actor(people.irina)
        statements.taken()
        await led.service.week(actor=irina, group_id=people.group, monday=MONDAY)
        week = statements.taken()
        await led.service.totals(actor=irina, group_id=people.group)
        return week, statements.taken()

    few = await taken(5)
    assert few == await taken(10)
    assert max(few) <= 8
