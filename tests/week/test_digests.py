"""Who is sent the week, when, and how often (C2, C7)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select, update

from db.engine import Database
from db.enums import BindingState, Channel, MarkValue, NoticeMode, NoticeTopic
from db.models import (
    Binding,
    Consent,
    Digest,
    Guardianship,
    NoticeChoice,
    NoticePreferences,
    OutboxMessage,
    SchoolSetting,
    WeekSummary,
)
from db.models import (
    School as SchoolRow,
)
from db.queries import week_digests, week_receipts
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.job_runs import JobRuns
from services.notice_settings import NoticeSettingsService
from services.notifications.outbox import Priority
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.notifications.week_digest import WeekDigest
from services.settings import PersonalData
from services.week import digests
from tests.statements import Statements
from tests.week.conftest import FRIDAY, SIX, School, build
from tests.world import MONDAY, FakeClock, moment

SUNDAY = MONDAY + timedelta(days=6)


async def prefers(school: School, person_id: int, **values: object) -> None:
    await school.session.execute(insert(NoticePreferences).values(person_id=person_id, **values))


async def test_on_friday_at_six_the_mother_is_sent_the_week_once(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    await school.mark(MarkValue.FIVE)
    await school.queue(SIX - timedelta(minutes=1))
    assert await school.decided() == {}

    await school.queue()
    [message] = await school.queued()
    assert message.dedup_key == f"week:{people.ivanov}:{MONDAY.toordinal()}:{people.mother}"
    assert (message.kind, message.pupil_id) == ("week_digest", people.ivanov)
    assert message.payload == {"monday": MONDAY.isoformat()}
    assert message.priority == Priority.DIGEST == week_digests.PRIORITY
    assert message.not_before == SIX

    ready = await school.prepared(message, people.mother)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, WeekDigest)
    assert ready.view.week == await school.week()

    for later in (SIX, SIX + timedelta(minutes=10), SIX + timedelta(days=1)):
        await school.queue(later)
    [again] = await school.queued()
    assert again.revision == 1


async def test_whoever_is_not_sent_it_is_counted_with_the_reason(school: School) -> None:
    people, world = school.people, school.people.world
    stranger = await world.guardian("Петрова Анна", people.petrova, consent=False)
    blocked = await world.guardian("Петров Иван", people.petrova)
    off = await world.guardian("Петрова Ольга", people.petrova)
    idle = await world.guardian("Агаев Руслан", people.agaev)
    for person_id in (stranger, blocked, off, idle, people.mother):
        await world.account_of(person_id)
    await school.session.execute(
        update(Binding).where(Binding.person_id == blocked).values(blocked_at=moment("09:00"))
    )
    await school.session.execute(
        insert(NoticeChoice).values(person_id=off, topic=NoticeTopic.DIGEST, mode=NoticeMode.OFF)
    )
    await school.mark(MarkValue.FIVE, pupil_id=people.petrova)
    await school.mark(MarkValue.FIVE)
    await school.queue()
    decided = await school.decided()
    assert decided[people.petrova, stranger] == "no_consent"
    assert decided[people.petrova, blocked] == "blocked"
    assert decided[people.petrova, off] == "switched_off"
    assert decided[people.agaev, idle] == "empty_week"
    assert decided[people.sidorenko, people.father] == "no_account"
    assert decided[people.ivanov, people.mother] is None
    assert [message.pupil_id for message in await school.queued()] == [people.ivanov]

    counted = {row.reason: row.messages for row in await week_receipts.skipped(school.session)}
    assert counted["no_consent"] == counted["blocked"] == counted["switched_off"] == 1
    rows = await week_receipts.readers(school.session, people.group, MONDAY, FRIDAY)
    assert {(row.pupil_id, row.guardian_id): row.skipped for row in rows} == decided


async def test_of_several_accounts_the_latest_that_is_not_blocked_gets_it(school: School) -> None:
    people, world = school.people, school.people.world
    await world.account_of(people.mother)
    accounts = [
        await world.add(
            Binding,
            school_id=world.school_id,
            person_id=people.mother,
            channel=Channel.TELEGRAM,
            external_user_id=number,
            chat_id=number,
            state=BindingState.ACTIVE,
            bound_at=moment("09:00"),
            blocked_at=blocked_at,
        )
        for number, blocked_at in ((501, None), (502, moment("09:30")))
    ]
    await school.mark(MarkValue.FIVE)
    await school.queue()
    assert [message.binding_id for message in await school.queued()] == accounts[:1]


async def test_a_mother_of_two_gets_a_message_for_each(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    await people.world.add(
        Guardianship,
        school_id=people.world.school_id,
        guardian_id=people.mother,
        pupil_id=people.petrova,
        relation="мать",
        starts_on=MONDAY,
    )
    await people.world.consent(people.mother, people.petrova)
    await school.mark(MarkValue.FIVE)
    await school.mark(MarkValue.FOUR, pupil_id=people.petrova)
    await school.queue()
    assert {message.pupil_id for message in await school.queued()} == {people.ivanov, people.petrova}


async def test_a_parents_own_day_and_hour_count(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    await prefers(school, people.mother, digest_weekday=7, digest_time=time(9, 30))
    await school.mark(MarkValue.FIVE)
    await school.queue()
    assert await school.queued() == []
    await school.queue(moment("09:29", SUNDAY))
    assert await school.queued() == []
    await school.queue(moment("09:30", SUNDAY))
    assert len(await school.queued()) == 1


async def test_from_monday_to_wednesday_it_covers_the_week_before(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    await prefers(school, people.mother, digest_weekday=1, digest_time=time(8))
    await school.mark(MarkValue.FIVE)
    await school.queue(moment("08:00", MONDAY))
    assert [row.monday for row in await school.session.scalars(select(Digest))] == [MONDAY - timedelta(7)]
    await school.queue(moment("08:00", MONDAY + timedelta(days=7)))
    [message] = await school.queued()
    assert message.payload == {"monday": MONDAY.isoformat()}


async def test_a_parent_who_changes_the_day_gets_no_second_one_and_loses_none(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    await school.mark(MarkValue.FIVE)
    await school.mark(MarkValue.FOUR, MONDAY + timedelta(days=7))
    await school.queue()
    await prefers(school, people.mother, digest_weekday=7)
    await school.queue(moment("18:00", SUNDAY))
    assert len(await school.queued()) == 1
    await school.session.execute(update(NoticePreferences).values(digest_weekday=2))
    for day in range(8, 23):
        await school.queue(moment("18:00", MONDAY + timedelta(days=day)))
    mondays = [message.payload["monday"] for message in await school.queued()]
    assert mondays == [MONDAY.isoformat(), (MONDAY + timedelta(days=7)).isoformat()]


@pytest.mark.parametrize(
    ("changed_at", "weekday", "leaves_at"),
    [
        # On Thursday from Friday to Sunday: on Sunday alone.
        (moment("20:00", FRIDAY - timedelta(days=1)), 7, [SUNDAY, SUNDAY + timedelta(days=7)]),
        # On Saturday, when Friday's has left, to Monday: the next Monday has nothing left to tell.
        (moment("10:00", FRIDAY + timedelta(days=1)), 1, [FRIDAY, MONDAY + timedelta(days=14)]),
        # On Friday, two hours after it has left, to Thursday, which is not made up for.
        (moment("20:00", FRIDAY), 4, [FRIDAY, FRIDAY + timedelta(days=6)]),
    ],
)
async def test_a_parent_who_chooses_another_day_gets_each_week_once_on_the_day_chosen(
    db: Database, school: School, changed_at: datetime, weekday: int, leaves_at: list[date]
) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    for monday in (MONDAY, MONDAY + timedelta(days=7)):
        await school.mark(MarkValue.FIVE, monday)
    settings = NoticeSettingsService(db, FakeClock(changed_at))
    mother = await people.world.actor(people.mother, changed_at)
    left: list[date] = []
    for hours in range(24 * 15 + 1):
        now = moment("00:00", MONDAY + timedelta(days=1)) + timedelta(hours=hours)
        if now.hour == changed_at.hour and now.date() == changed_at.date():
            await settings.set_digest(actor=mother, weekday=weekday)
        if now.hour in (18, 21):
            await school.queue(now)
            left += [now.date()] * (len(await school.queued()) - len(left))
    assert left == leaves_at
    mondays = [message.payload["monday"] for message in await school.queued()]
    assert mondays == [MONDAY.isoformat(), (MONDAY + timedelta(days=7)).isoformat()]


@pytest.mark.parametrize(("late", "messages"), [(timedelta(hours=47), 1), (timedelta(hours=48), 0)])
async def test_what_was_missed_is_made_up_within_two_days(
    school: School, late: timedelta, messages: int
) -> None:
    await school.people.world.account_of(school.people.mother)
    await school.mark(MarkValue.FIVE)
    await school.queue(SIX + late)
    assert len(await school.queued()) == messages


@pytest.mark.parametrize(
    ("zone", "friday"),
    [
        ("Asia/Kamchatka", date(2026, 9, 18)),
        ("Europe/Kaliningrad", date(2026, 9, 18)),
        # Summer time ends on Sunday 25 October 2026: 18:00 is an hour later by UTC from then on.
        ("Europe/Berlin", date(2026, 10, 23)),
        ("Europe/Berlin", date(2026, 11, 6)),
    ],
)
async def test_six_is_six_in_the_schools_zone(school: School, zone: str, friday: date) -> None:
    await school.session.execute(update(SchoolRow).values(timezone=zone))
    await school.people.world.account_of(school.people.mother)
    await school.mark(MarkValue.FIVE, friday - timedelta(days=4))
    six = datetime.combine(friday, time(18), ZoneInfo(zone))
    await school.queue(six - timedelta(minutes=1))
    assert await school.queued() == []
    await school.queue(six)
    assert len(await school.queued()) == 1


async def test_what_came_after_a_digest_is_in_the_next_one_and_only_there(school: School) -> None:
    people = school.people
    await people.world.account_of(people.mother)
    saturday = FRIDAY + timedelta(days=1)
    await school.mark(MarkValue.FIVE)
    await school.queue()
    await school.mark(MarkValue.THREE, FRIDAY, given_on=saturday, set_at=moment("12:00", saturday))
    next_monday = MONDAY + timedelta(days=7)
    week = await school.week(SIX + timedelta(days=7), next_monday)
    assert [mark.value for mark in week.subjects[0].marks] == [MarkValue.THREE]


async def test_right_consent_and_wishes_are_asked_again_at_sending(school: School) -> None:
    people, session = school.people, school.session
    await people.world.account_of(people.mother)
    await school.mark(MarkValue.FIVE)
    await school.queue()
    [message] = await school.queued()
    assert isinstance(await school.prepared(message, people.mother), Ready)

    await session.execute(
        insert(SchoolSetting).values(school_id=people.world.school_id, key="personal_data", value="initials")
    )
    ready = await school.prepared(message, people.mother)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, WeekDigest)
    assert ready.view.personal_data is PersonalData.INITIALS

    night = moment("23:30", FRIDAY)
    assert await school.prepared(message, people.mother, night) == Later(
        moment("07:00", FRIDAY + timedelta(days=1))
    )
    await session.execute(
        insert(NoticeChoice).values(person_id=people.mother, topic=NoticeTopic.DIGEST, mode=NoticeMode.OFF)
    )
    assert await school.prepared(message, people.mother) == Skip(SkipReason.SWITCHED_OFF)
    await session.execute(delete(NoticeChoice))
    await session.execute(update(Consent).values(withdrawn_at=SIX))
    assert await school.prepared(message, people.mother) == Skip(SkipReason.NO_ACCESS)


async def test_the_pupil_is_not_sent_one(school: School) -> None:
    people = school.people
    await people.world.account_of(people.ivanov)
    await people.world.consent(people.ivanov, people.ivanov)
    await school.mark(MarkValue.FIVE)
    await school.queue()
    assert await school.queued() == []


async def test_ten_pupils_cost_as_many_statements_as_a_hundred(
    school: School, statements: Statements
) -> None:
    people = school.people

    async def counted(pupils: int, monday: date) -> int:
        for number in range(pupils):
            pupil_id = await people.world.pupil(f"Ученик {number}", people.group)
            await people.world.account_of(await people.world.guardian(f"Мать {number}", pupil_id))
            await school.mark(MarkValue.FIVE, monday, pupil_id=pupil_id)
        statements.taken()
        await school.queue(moment("18:00", monday + timedelta(days=4)))
        return statements.taken()

    few = await counted(10, MONDAY)
    assert len(await school.queued()) == 10
    assert await counted(90, MONDAY + timedelta(days=7)) == few
    assert len(await school.queued()) == 100


async def test_two_processes_at_once_send_one(committed_db: Database) -> None:
    async with committed_db.transaction() as session:
        school = await build(session)
        people = school.people
        await people.world.account_of(people.mother)
        await school.mark(MarkValue.FIVE)
    clock = FakeClock(SIX)
    runs, school_id = JobRuns(committed_db, clock), people.world.school_id
    slots = [SIX + timedelta(minutes=number) for number in range(4)]
    await asyncio.gather(
        *(runs.run("weekly_digest", slot, digests.queue, school_id=school_id) for slot in slots)
    )
    async with committed_db.transaction() as session:
        [message] = (await session.scalars(select(OutboxMessage))).all()
        assert message.revision == 1
        assert await session.scalar(select(func.count()).select_from(WeekSummary)) == 1


async def test_the_schedule_makes_up_for_a_night_without_the_bot(db: Database, school: School) -> None:
    await school.people.world.account_of(school.people.mother)
    await school.mark(MarkValue.FIVE)
    clock = FakeClock(moment("03:05", FRIDAY + timedelta(days=2)))
    await Scheduler(db, clock, [job for job in JOBS if job.name == "weekly_digest"]).sweep()
    assert len(await school.queued()) == 1
