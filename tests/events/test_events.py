"""The calendar of class and school, and published documents (C6, U13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import NoticeMode, NoticeTopic
from db.models import Binding, NoticeChoice, OutboxMessage, StoredFile
from handlers.event_words import read_event
from handlers.texts.documents import documents_screen
from handlers.texts.events import calendar_screen, event_notice, event_screen
from services.errors import Forbidden, InvalidInput, NotFound
from services.events import EventCard, EventDraft, EventRow, EventService
from services.notifications.events import EventKind, EventReminder, remind
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.published import PublishedDocumentService
from services.settings import PersonalData
from tests.access.people import School, messages, staffed_school
from tests.golden import Golden, check_limits
from tests.world import MONDAY, FakeClock, moment

WEDNESDAY = MONDAY + timedelta(days=2)
AFTERNOON = moment("17:00")
TRIP = EventDraft(WEDNESDAY, time(10), "Экскурсия в музей", "Возьмите обед")


@pytest.fixture
async def school(session: AsyncSession) -> School:
    school = await staffed_school(session)
    for person_id in (school.story.mother, school.story.father, school.story.ivanov):
        await school.world.account_of(person_id)
    return school


@pytest.fixture
def events(db: Database, clock: FakeClock) -> EventService:
    return EventService(db, clock)


async def said(
    session: AsyncSession, row: OutboxMessage, told: int | None = None, now: datetime = AFTERNOON
) -> Ready | Later | Skip:
    """What the sender would make of a message."""
    person_id = await session.scalar(select(Binding.person_id).where(Binding.id == row.binding_id))
    assert person_id is not None
    due = DueMessage(
        id=row.id,
        school_id=row.school_id,
        binding_id=row.binding_id,
        person_id=person_id,
        pupil_id=None,
        kind="event",
        payload=row.payload,
        external_ref=told,
    )
    return await EventKind().prepare(session, due, now)


async def views(session: AsyncSession, *, told: int | None = None) -> dict[int, Ready | Later | Skip]:
    """What the reminders say now, by person."""
    people = {row.id: row.person_id for row in await session.scalars(select(Binding))}
    rows = await messages(session, "event")
    return {people[row.binding_id]: await said(session, row, told) for row in rows}


async def test_families_are_reminded_the_day_before_and_the_message_lives(
    school: School, events: EventService, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    await world.consent(people.ivanov, people.ivanov)
    other = await world.group("7В", 7)
    outsider = await world.guardian("Чужова Анна", await world.pupil("Чужов Лев", other))
    await world.account_of(outsider)
    irina = await world.actor(people.irina)
    card = await events.add(actor=irina, group_id=people.group, draft=TRIP)
    event_id = card.event.event_id
    await remind(session, moment("17:00"))
    assert await messages(session, "event") == []
    tuesday = moment("17:00", MONDAY + timedelta(days=1))
    await remind(session, tuesday)
    await remind(session, tuesday)
    told = await views(session)
    assert set(told) == {people.mother, people.father, people.ivanov}
    assert all(row.revision == 1 for row in await messages(session, "event"))
    await events.cancel(actor=irina, event_id=event_id)
    assert {row.revision for row in await messages(session, "event")} == {2}
    standing = (await views(session, told=5))[people.mother]
    assert isinstance(standing, Ready)
    assert isinstance(standing.view, EventReminder)
    assert standing.view.event.cancelled
    # Who was not told yet hears nothing of what does not take place.
    assert (await views(session))[people.mother] == Skip(SkipReason.CORRECTED)


async def test_an_event_that_moves_rings_once_for_each_move(
    school: School, events: EventService, session: AsyncSession, clock: FakeClock
) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    event_id = (await events.add(actor=irina, group_id=people.group, draft=TRIP)).event.event_id
    await remind(session, moment("17:00", MONDAY + timedelta(days=1)))
    thursday = replace(TRIP, date=TRIP.date + timedelta(days=1))
    await events.change(actor=irina, event_id=event_id, draft=thursday)
    first = await messages(session, "event")
    assert len(first) == 2  # Nobody has it in the chat yet: the reminder itself says the new day.
    for row in first:
        row.external_ref = 5
    await session.flush()
    for draft in (TRIP, replace(TRIP, title="Другой музей"), thursday, thursday):
        clock.forward(minutes=1)
        await events.change(actor=irina, event_id=event_id, draft=draft)
    rang = [row for row in await messages(session, "event") if "moved_to" in row.payload]
    assert len(rang) == 4
    notices = [await said(session, row) for row in rang]
    ready = [one.view for one in notices if isinstance(one, Ready)]
    shown = [event_notice(view).text for view in ready if isinstance(view, EventReminder)]
    assert ["Событие перенесено" in words and "17 сентября" in words for words in shown] == [True, True]
    assert notices.count(Skip(SkipReason.CORRECTED)) == 2  # The move back was overtaken before it left.


async def test_events_may_be_switched_off(
    school: School, events: EventService, session: AsyncSession
) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    await events.add(actor=irina, group_id=people.group, draft=TRIP)
    session.add(NoticeChoice(person_id=people.mother, topic=NoticeTopic.EVENTS, mode=NoticeMode.OFF))
    await session.flush()
    await remind(session, moment("17:00", MONDAY + timedelta(days=1)))
    told = await views(session)
    assert told[people.mother] == Skip(SkipReason.SWITCHED_OFF)
    assert isinstance(told[people.father], Ready)


async def test_nobody_is_reminded_of_what_has_begun(
    school: School, events: EventService, session: AsyncSession
) -> None:
    irina = await school.world.actor(school.story.irina)
    await events.add(actor=irina, group_id=school.story.group, draft=TRIP)
    await remind(session, moment("08:00", WEDNESDAY))
    row = (await messages(session, "event"))[0]
    assert isinstance(await said(session, row, now=moment("09:59", WEDNESDAY)), Ready)
    assert await said(session, row, now=moment("10:00", WEDNESDAY)) == Skip(SkipReason.EXPIRED)
    assert isinstance(await said(session, row, told=5, now=moment("10:00", WEDNESDAY)), Ready)


async def test_without_a_reminder_nobody_is_told(
    school: School, events: EventService, session: AsyncSession
) -> None:
    irina = await school.world.actor(school.story.irina)
    card = await events.add(actor=irina, group_id=school.story.group, draft=TRIP)
    await events.remind(actor=irina, event_id=card.event.event_id, days=None)
    await remind(session, moment("17:00", WEDNESDAY - timedelta(days=1)))
    assert await messages(session, "event") == []
    with pytest.raises(NotFound):
        await events.remind(actor=irina, event_id=card.event.event_id, days=5)


async def test_who_reads_and_who_writes_the_calendar(school: School, events: EventService) -> None:
    world, people = school.world, school.story
    director = await world.actor(school.director)
    other = await world.group("7В", 7)
    theirs = await events.add(actor=director, group_id=other, draft=TRIP)
    ours = await events.add(actor=director, group_id=people.group, draft=TRIP)
    whole = await events.add(actor=director, group_id=None, draft=TRIP)
    seen = {
        who: {event.event_id for event in (await events.calendar(actor=await world.actor(who))).events}
        for who in (people.mother, people.irina, people.anna, school.administrator, school.secretary)
    }
    class_and_school = {ours.event.event_id, whole.event.event_id}
    assert seen == {
        people.mother: class_and_school,
        people.irina: class_and_school,
        people.anna: {whole.event.event_id},
        school.administrator: class_and_school | {theirs.event.event_id},
        school.secretary: {whole.event.event_id},
    }
    irina, mother = await world.actor(people.irina), await world.actor(people.mother)
    for actor, event_id in ((irina, theirs.event.event_id), (mother, theirs.event.event_id)):
        with pytest.raises(NotFound):
            await events.show(actor=actor, event_id=event_id)
        with pytest.raises(NotFound):
            await events.cancel(actor=actor, event_id=event_id)
    for actor, event_id in ((irina, whole.event.event_id), (mother, ours.event.event_id)):
        with pytest.raises(Forbidden):
            await events.change(actor=actor, event_id=event_id, draft=TRIP)
    for actor, group_id in ((irina, None), (irina, other), (mother, people.group)):
        with pytest.raises(NotFound):
            await events.add(actor=actor, group_id=group_id, draft=TRIP)
    assert [place.name for place in await events.places(actor=irina)] == ["7Б"]
    assert [place.name for place in await events.places(actor=director)] == ["", "7Б", "7В"]


@pytest.mark.parametrize(
    ("typed", "draft"),
    [
        ("16.09 10:00 Экскурсия в музей\nВозьмите обед", TRIP),
        ("16.09.2026, в 10:00, Экскурсия в музей\n\nВозьмите обед ", TRIP),
        ("16.09 Субботник 🎉", EventDraft(WEDNESDAY, None, "Субботник 🎉", "")),
        ("16.09 8 класс: <b>линейка</b>", EventDraft(WEDNESDAY, None, "8 класс: <b>линейка</b>", "")),
    ],
)
def test_an_event_is_one_message(typed: str, draft: EventDraft) -> None:
    assert read_event(typed, MONDAY) == draft


@pytest.mark.parametrize("typed", ["", "Экскурсия", "16.09", "31.02 Бал", "16.09 25:61 Бал", "\u202e", "16"])
def test_what_is_no_event_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(InvalidInput):
        read_event(typed, MONDAY)


@pytest.mark.parametrize(
    "draft",
    [
        EventDraft(MONDAY - timedelta(days=1), None, "Вчера", ""),
        EventDraft(MONDAY + timedelta(days=400), None, "Через год", ""),
        EventDraft(MONDAY, None, "Я" * 101, ""),
        EventDraft(MONDAY, None, "Бал", "Я" * 601),
    ],
)
async def test_an_event_in_the_past_or_endless_is_refused(
    school: School, events: EventService, draft: EventDraft
) -> None:
    irina = await school.world.actor(school.story.irina)
    with pytest.raises(InvalidInput):
        await events.add(actor=irina, group_id=school.story.group, draft=draft)


async def test_the_calendar_in_words(school: School, events: EventService, golden: Golden) -> None:
    irina = await school.world.actor(school.story.irina)
    row = EventRow(5, 7, "7Б", WEDNESDAY, time(10), "Экскурсия в музей", "Возьмите обед", 1, False)
    calendar = await events.calendar(actor=irina)
    several = [row, EventRow(6, None, None, WEDNESDAY, None, "<b>Линейка</b>", "", None, False)]
    golden("events/nothing", calendar_screen(calendar, 0))
    full = type(calendar)(tuple(several), may_add=False, today=MONDAY)
    golden("events/calendar", calendar_screen(full, 0))
    golden("events/own", event_screen(EventCard(row, may_edit=True)))
    golden("events/notice", event_notice(EventReminder(row, PersonalData.NONE)))
    off = EventReminder(replace(row, cancelled=True), PersonalData.FULL)
    golden("events/notice_cancelled", event_notice(off))
    worst = EventRow(7, 7, "Ы" * 200, WEDNESDAY, time(10), "&" * 100, "&" * 600, 7, True)
    check_limits(event_screen(EventCard(worst, may_edit=False)))
    check_limits(calendar_screen(type(calendar)((worst,) * 99, may_add=True, today=MONDAY), 1))


async def test_documents_reach_those_they_are_for_until_they_are_withdrawn(
    school: School, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    published = PublishedDocumentService(db, clock)
    administrator = await world.actor(school.administrator)

    async def file(number: int) -> int:
        return await world.add(
            StoredFile,
            school_id=world.school_id,
            sha256=f"{number}",
            size=1,
            media_type="application/pdf",
            name="памятка.pdf",
            external_ref=None,
            uploaded_by=school.administrator,
            uploaded_at=moment("09:00"),
        )

    first, second = await file(1), await file(2)
    await published.publish(actor=administrator, file_id=first, title="Памятка", for_families=True)
    await published.publish(actor=administrator, file_id=second, title="Приказ", for_families=False)
    again = await published.publish(actor=administrator, file_id=first, title=" Памятка ", for_families=True)
    assert sorted(row.title for row in again.rows) == ["Памятка", "Приказ"]
    mother, anna = await world.actor(people.mother), await world.actor(people.anna)
    (memo,) = (await published.all(actor=mother)).rows
    assert len((await published.all(actor=anna)).rows) == 2
    order = next(row for row in again.rows if row.title == "Приказ")
    with pytest.raises(NotFound):
        await published.open(actor=mother, document_id=order.document_id)
    for actor in (mother, anna):
        with pytest.raises(NotFound):
            await published.publish(actor=actor, file_id=first, title="Своё", for_families=True)
        with pytest.raises(NotFound):
            await published.withdraw(actor=actor, document_id=memo.document_id)
    with pytest.raises(NotFound):
        await published.publish(actor=administrator, file_id=second + 1000, title="Нет", for_families=True)
    await published.withdraw(actor=administrator, document_id=memo.document_id)
    with pytest.raises(NotFound):
        await published.open(actor=mother, document_id=memo.document_id)
    check_limits(documents_screen(again, 0))
    assert memo.published_at.date() == date(2026, 9, 14)
