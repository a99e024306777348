"""The machine's clock jumps, summer time ends, the bot is away for a day: what is due is done once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from bot.app import Part
from db.enums import MarkValue, OutboxState, TermKind
from db.models import NoticePreferences, OutboxMessage, Term
from db.models import School as SchoolRow
from sandbox import Fault
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.notifications.ports import SkipReason
from services.notifications.week_digest import WeekDigestKind
from tests.faults.conftest import School, alerts, until
from tests.week.conftest import SIX
from tests.week.conftest import School as Journal
from tests.world import MONDAY, YEAR_END

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IVANOV, REPEAT = "Иванов Пётр, 7Б", "(повтор)"
WORKER = frozenset([Part.WORKER])
DIGESTS = [job for job in JOBS if job.name == "weekly_digest"]


@pytest.mark.parametrize("jump", [HOUR, DAY, -HOUR, -DAY], ids=str)
async def test_a_message_on_its_way_comes_once_wherever_the_clock_jumps(
    empty_school: School, jump: timedelta
) -> None:
    school = empty_school
    async with school.living_here():
        anna = await school.take_register("Иванов П.")
        on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
        await school.tell_now(anna)
        await school.struck(on_its_way)
        school.clock.turn(school.clock.now() + jump)
        on_its_way.release()
        await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
        assert alerts(school.mother) == [IVANOV]


@pytest.mark.parametrize("ahead", [HOUR, DAY], ids=str)
async def test_a_message_claimed_while_the_clock_was_ahead_does_not_wait_for_that_time(
    school: School, ahead: timedelta
) -> None:
    anna = await school.take_register("Иванов П.")
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    on_its_way = school.fault(Fault.hang("editMessageText", chat_id=school.mother.user.user_id))
    await anna.press("Исправить")
    await anna.press("Иванов П.")
    await school.struck(on_its_way)
    await school.kill()
    async with school.db.transaction() as session:
        later = OutboxMessage.lease_until + ahead
        claimed = OutboxMessage.state == OutboxState.CLAIMED
        await session.execute(update(OutboxMessage).where(claimed).values(lease_until=later))
    school.start()
    await school.mother.sees("учитель исправил отметку")
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert len(alerts(school.mother)) <= 1


async def test_an_alert_of_the_day_before_is_not_sent_after_a_day_away(empty_school: School) -> None:
    school = empty_school
    async with school.living_here():
        await school.take_register("Иванов П.")
    school.clock.turn(school.clock.now() + DAY)
    async with school.living_here():
        expired = await school.alert_rests_as(school.people.ivanov, OutboxState.SKIPPED)
    assert expired.reason == SkipReason.EXPIRED
    assert alerts(school.mother) == []


async def test_a_digest_leaves_once_however_the_clock_jumps_about_its_hour(empty_school: School) -> None:
    school = empty_school
    await has_a_mark(school, MONDAY)
    async with school.living_here(parts=WORKER):
        schedule = Scheduler(school.db, school.clock, DIGESTS)
        for moment in (SIX, SIX - HOUR, SIX, SIX + DAY, SIX - DAY, SIX + HOUR):
            school.clock.turn(moment)
            await schedule.sweep()
            if moment == SIX:
                await digest_has_left(school)
        await digest_has_left(school)


async def test_a_digest_leaves_once_after_a_day_away(empty_school: School) -> None:
    school = empty_school
    await has_a_mark(school, MONDAY)
    school.clock.turn(SIX - timedelta(minutes=1))
    async with school.living_here(parts=WORKER):
        assert not await school.count(OutboxMessage.kind == WeekDigestKind.name)
    school.clock.turn(SIX + DAY)
    for _ in range(2):
        async with school.living_here(parts=WORKER):
            await digest_has_left(school)


@pytest.mark.parametrize("night", [date(2026, 10, 25), date(2027, 3, 28)], ids=["twice", "never"])
async def test_half_past_two_comes_twice_or_never_and_its_digest_once(
    empty_school: School, night: date
) -> None:
    school, berlin = empty_school, ZoneInfo("Europe/Berlin")
    async with school.db.transaction() as session:
        await session.execute(update(SchoolRow).values(timezone=berlin.key))
        world = school.people.world
        term = {"name": "3 четверть", "kind": TermKind.QUARTER, "year_id": world.year_id}
        term |= {"school_id": world.school_id, "starts_on": date(2027, 1, 9), "ends_on": YEAR_END}
        await session.execute(insert(Term).values(**term))
        wishes = {"digest_weekday": 7, "digest_time": time(2, 30)}
        await session.execute(insert(NoticePreferences).values(person_id=school.people.mother, **wishes))
    await has_a_mark(school, night - timedelta(days=6))
    school.clock.turn(datetime.combine(night, time(), UTC) - HOUR)
    async with school.living_here(parts=WORKER):
        schedule = Scheduler(school.db, school.clock, DIGESTS)
        for _ in range(10):
            school.clock.turn(school.clock.now() + HOUR / 2)
            await schedule.sweep()
        # It has waited for the end of the quiet hours.
        school.clock.turn(datetime.combine(night, time(8), berlin))
        await school.wake_sender()
        await digest_has_left(school)


async def has_a_mark(school: School, day: date) -> None:
    async with school.db.transaction() as session:
        school.people.world.session = session
        await Journal(session, school.people).mark(MarkValue.FIVE, day)


async def digest_has_left(school: School) -> None:
    """The mother's; nobody else's child has a mark."""

    async def has_left() -> bool:
        digest = OutboxMessage.kind == WeekDigestKind.name
        return bool(await school.count(digest, OutboxMessage.state == OutboxState.SENT))

    await until(has_left, "the digest is sent")
    async with school.db.transaction() as session:
        rows = await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == WeekDigestKind.name))
        assert [(row.state, row.revision) for row in rows] == [(OutboxState.SENT, 1)]
    assert len([message for message in school.mother.messages if message.outgoing]) == 1
