"""What a family reads of a day's marks, and when (C7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from db.enums import FinalKind, MarkValue
from db.models import Consent, Course, FinalMark, Guardianship, OutboxMessage, School, SchoolSetting, Term
from db.queries import mark_notices, timetable
from services.marks.giving import NewMark
from services.notifications import marks_day
from services.notifications.marks_day import MarksDay, MarksDayKind
from services.notifications.outbox import Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from tests.marks_entry.conftest import Desk
from tests.world import MONDAY, moment

Said = list[tuple[MarkValue | None, MarkValue | None]]
"""Of each mark: what stands, and what stood."""


async def give(desk: Desk, value: MarkValue | None, *, reason: str = "", due_on: date | None = None) -> None:
    mark = NewMark(desk.people.ivanov, desk.work, value, due_on)
    written = await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark], reason=reason)
    assert not written.refused


async def posted(desk: Desk) -> list[OutboxMessage]:
    async with desk.db.transaction() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


async def prepared(desk: Desk, *, known: bool = False, day: date = MONDAY) -> Ready | Later | Skip:
    """What the mother's message says now; `known`: it stands in her chat."""
    message = next(row for row in await posted(desk) if row.payload["date"] == day.isoformat())
    due = DueMessage(
        message.id,
        message.school_id,
        message.binding_id,
        desk.people.mother,
        message.pupil_id,
        message.kind,
        message.payload,
        external_ref=1 if known else None,
    )
    async with desk.db.transaction() as session:
        return await MarksDayKind().prepare(session, due, desk.clock.now())


async def said(desk: Desk, *, known: bool = False, day: date = MONDAY) -> Said:
    answer = await prepared(desk, known=known, day=day)
    assert isinstance(answer, Ready)
    assert isinstance(answer.view, MarksDay)
    return [(told.now.value, told.before.value if told.before else None) for told in answer.view.told]


async def stands_in_chats(desk: Desk) -> None:
    async with desk.db.transaction() as session:
        await session.execute(update(OutboxMessage).values(external_ref=7, state="sent"))


async def test_a_mark_waits_for_its_undo_window(desk: Desk) -> None:
    await give(desk, MarkValue.FOUR)
    [message] = await posted(desk)
    assert message.not_before == moment("10:22")
    assert message.priority == Priority.BROADCAST == mark_notices.PRIORITY
    assert await prepared(desk) == Later(moment("10:22"))
    desk.clock.set("10:22")
    assert await said(desk) == [(MarkValue.FOUR, None)]


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        # Seven and two hours ahead of UTC: midnight has come there, or is still to come.
        ("Asia/Barnaul", "20:30", MONDAY + timedelta(days=1)),
        ("Asia/Barnaul", "19:30", MONDAY),
        ("Europe/Kaliningrad", "23:59", MONDAY),
    ],
)
async def test_a_mark_is_given_on_the_schools_day(desk: Desk, zone: str, at: str, day: date) -> None:
    async with desk.db.transaction() as session:
        await session.execute(update(School).values(timezone=zone))
    desk.clock.set(at)
    await give(desk, MarkValue.FOUR)
    [message] = await posted(desk)
    assert message.payload == {"date": day.isoformat()}
    desk.clock.set("12:00", day + timedelta(days=1))
    assert await said(desk, day=day) == [(MarkValue.FOUR, None)]


async def test_a_slip_is_never_told(desk: Desk) -> None:
    await give(desk, MarkValue.TWO)
    desk.clock.set("10:20")
    await give(desk, MarkValue.FIVE)
    desk.clock.set("10:22")
    assert await prepared(desk) == Later(moment("10:25"))
    desk.clock.set("10:25")
    assert await said(desk) == [(MarkValue.FIVE, None)]


async def test_a_mark_that_is_taken_back_in_time_is_no_news(desk: Desk) -> None:
    await give(desk, MarkValue.TWO)
    await give(desk, None)
    desk.clock.set("10:30")
    assert await prepared(desk) == Skip(SkipReason.CORRECTED)


async def test_a_change_and_a_removal_say_what_stood(desk: Desk) -> None:
    await give(desk, MarkValue.FOUR)
    desk.clock.set("11:00")
    assert await said(desk) == [(MarkValue.FOUR, None)]
    await give(desk, MarkValue.FIVE, reason="ошибка")
    assert await said(desk, known=True) == [(MarkValue.FOUR, None)]
    desk.clock.set("11:05")
    assert await said(desk, known=True) == [(MarkValue.FIVE, MarkValue.FOUR)]
    await give(desk, None, reason="не его работа")
    desk.clock.set("11:10")
    assert await said(desk, known=True) == [(None, MarkValue.FIVE)]


async def test_a_settled_debt_is_news_of_its_own_day(desk: Desk) -> None:
    due = MONDAY + timedelta(days=7)
    await give(desk, MarkValue.DEBT, due_on=due)
    desk.clock.set("12:00")
    assert await said(desk) == [(MarkValue.DEBT, None)]
    desk.clock.set("12:00", due)
    await give(desk, MarkValue.FOUR)
    desk.clock.set("12:30", due)
    assert await said(desk, day=due) == [(MarkValue.FOUR, MarkValue.DEBT)]


async def test_a_night_is_not_disturbed(desk: Desk) -> None:
    desk.clock.set("21:30")
    await give(desk, MarkValue.FOUR)
    desk.clock.set("21:35")
    assert await prepared(desk) == Later(moment("07:00", MONDAY + timedelta(days=1)))
    assert await said(desk, known=True) == [(MarkValue.FOUR, None)], "an edit makes no sound"


async def test_final_marks_stand_in_the_same_message(desk: Desk) -> None:
    people = desk.people
    async with desk.db.transaction() as session:
        subject = await session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
        term = await session.scalar(select(Term.id).order_by(Term.id).limit(1))
        await session.execute(
            insert(FinalMark).values(
                school_id=people.world.school_id,
                year_id=people.world.year_id,
                course_id=people.algebra,
                subject_id=subject,
                pupil_id=people.ivanov,
                kind=FinalKind.TERM,
                term_id=term,
                value=MarkValue.FIVE,
                comment="",
                marks=3,
                given_on=MONDAY,
                set_by=people.anna,
                set_at=desk.clock.now(),
            )
        )
        for _ in range(2):
            await marks_day.post(
                session,
                people.world.school_id,
                [(people.ivanov, MONDAY)],
                actor_id=people.anna,
                now=desk.clock.now(),
            )
    await give(desk, MarkValue.FOUR)
    assert len(await posted(desk)) == 1
    desk.clock.set("10:30")
    assert await said(desk) == [(MarkValue.FIVE, None), (MarkValue.FOUR, None)]


class TestReaders:
    async def test_every_account_of_the_family_but_the_actors_has_one_message(self, desk: Desk) -> None:
        people, world = desk.people, desk.people.world
        async with desk.db.transaction():
            # Anna Petrovna is Ivanov's guardian too; Ivanov has the bot, and may read of himself.
            await world.add(
                Guardianship,
                school_id=world.school_id,
                guardian_id=people.anna,
                pupil_id=people.ivanov,
                relation="тётя",
                starts_on=date(2026, 9, 1),
            )
            await world.consent(people.anna, people.ivanov)
            await world.consent(people.ivanov, people.ivanov)
            await world.account_of(people.ivanov)
        await give(desk, MarkValue.FOUR)
        await give(desk, MarkValue.FIVE)
        async with desk.db.transaction() as session:
            rows = await session.scalars(select(OutboxMessage.dedup_key).order_by(OutboxMessage.binding_id))
            keys = list(rows)
        assert len(keys) == 2
        assert all(key.startswith(f"marks_day:{people.ivanov}:{MONDAY.toordinal()}:") for key in keys)

    async def test_without_a_consent_nobody_is_told(self, desk: Desk) -> None:
        async with desk.db.transaction() as session:
            await session.execute(update(Consent).values(withdrawn_at=desk.clock.now()))
        await give(desk, MarkValue.FOUR)
        assert await posted(desk) == []

    async def test_a_consent_is_asked_for_again_at_sending(self, desk: Desk) -> None:
        await give(desk, MarkValue.FOUR)
        async with desk.db.transaction() as session:
            await session.execute(update(Consent).values(withdrawn_at=desk.clock.now()))
        desk.clock.set("10:30")
        assert await prepared(desk) == Skip(SkipReason.NO_ACCESS)

    @pytest.mark.parametrize(("days", "messages"), [(7, 1), (8, 0)])
    async def test_back_filling_is_no_news(self, desk: Desk, days: int, messages: int) -> None:
        desk.clock.set("12:00", MONDAY + timedelta(days=days))
        await give(desk, MarkValue.FOUR)
        assert len(await posted(desk)) == messages

    async def test_back_filling_is_no_news_beside_the_days_own_marks_either(self, desk: Desk) -> None:
        later = MONDAY + timedelta(days=21)
        desk.clock.set("12:00", later)
        async with desk.db.transaction() as session:
            [lesson] = await timetable.lessons(
                session, desk.people.world.school_id, later, later, teacher_id=desk.people.anna
            )
        work = await desk.works.add(
            actor=desk.anna, lesson_id=lesson.lesson_id, kind_id=await desk.kind("ур")
        )
        fresh = NewMark(desk.people.ivanov, work.work_id, MarkValue.FIVE)
        await desk.marks.write(actor=desk.anna, lesson_id=lesson.lesson_id, marks=[fresh])
        await give(desk, MarkValue.TWO)
        desk.clock.forward(minutes=30)
        assert await said(desk, day=later) == [(MarkValue.FIVE, None)]

    async def test_what_a_family_was_told_is_corrected_however_old_it_is(self, desk: Desk) -> None:
        await give(desk, MarkValue.FOUR)
        await stands_in_chats(desk)
        desk.clock.set("12:00", MONDAY + timedelta(days=20))
        await give(desk, MarkValue.FIVE, reason="ошибка")
        [message] = await posted(desk)
        assert (message.state, message.revision) == ("queued", 2)
        desk.clock.forward(minutes=5)
        assert await said(desk, known=True) == [(MarkValue.FIVE, MarkValue.FOUR)]


async def test_the_view_carries_how_much_the_school_lets_messages_say(desk: Desk) -> None:
    await give(desk, MarkValue.FOUR)
    async with desk.db.transaction() as session:
        await session.execute(
            insert(SchoolSetting).values(
                school_id=desk.people.world.school_id, key="personal_data", value="none"
            )
        )
    desk.clock.set("10:30")
    answer = await prepared(desk)
    assert isinstance(answer, Ready)
    assert isinstance(answer.view, MarksDay)
    assert answer.view.personal_data == "none"
