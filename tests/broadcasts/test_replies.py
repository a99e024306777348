"""Answers: the reader's own, set and not toggled, changed until they are due, and never another's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.enums import BroadcastReply
from db.models import AuditEntry, BroadcastRecipient, Consent, Guardianship
from services.broadcasts.progress import Shown
from services.errors import InvalidInput, NotFound
from services.notifications.broadcast_reminder import BroadcastReminderKind
from tests.broadcasts.conftest import Newsroom
from tests.world import MONDAY, moment

TUESDAY = MONDAY + timedelta(days=1)
CHOICE: dict[str, Any] = {
    "reply": BroadcastReply.CHOICE,
    "options": ["Согласны", "Не согласны"],
    "reply_by": moment("20:00", TUESDAY),
}


async def asked(newsroom: Newsroom, **changes: Any) -> int:
    """A broadcast that asks, and has arrived."""
    broadcast_id = await newsroom.send(**(CHOICE | changes))
    newsroom.clock.set("10:30")
    await newsroom.sent()
    return broadcast_id


async def answers(newsroom: Newsroom) -> dict[int, int | None]:
    rows = await newsroom.session.execute(
        select(BroadcastRecipient.person_id, BroadcastRecipient.option).where(
            BroadcastRecipient.replied_at.is_not(None)
        )
    )
    return {row[0]: row[1] for row in rows}


async def test_an_answer_is_set_and_can_be_changed_until_it_is_due(newsroom: Newsroom) -> None:
    mother = newsroom.people.mother
    broadcast_id = await asked(newsroom)
    for _ in range(2):  # a double tap
        notice = await newsroom.reply(broadcast_id, mother, 0)
        assert (notice.option, notice.replied_at) == (0, moment("10:30"))
        assert await answers(newsroom) == {mother: 0}
    newsroom.clock.set("12:00")
    again = await newsroom.reply(broadcast_id, mother, 0)
    assert again.replied_at == moment("10:30")  # said already, and nothing new
    await newsroom.reply(broadcast_id, mother, 1)
    assert await answers(newsroom) == {mother: 1}
    history = await newsroom.session.execute(
        select(AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.action == "broadcast.answered")
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in history] == [(None, {"option": 0}), ({"option": 0}, {"option": 1})]

    newsroom.clock.set("20:00", TUESDAY)
    with pytest.raises(InvalidInput, match="broadcast_answers_closed"):
        await newsroom.reply(broadcast_id, mother, 0)
    with pytest.raises(InvalidInput, match="broadcast_answers_closed"):
        await newsroom.replies.reopen(
            actor=await newsroom.actor(mother), recipient_id=await newsroom.recipient(broadcast_id, mother)
        )
    assert await answers(newsroom) == {mother: 1}


async def test_reading_late_may_always_be_said(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom, reply=BroadcastReply.ACKNOWLEDGE, options=[])
    newsroom.clock.set("21:00", TUESDAY)
    assert (await newsroom.reply(broadcast_id, newsroom.people.mother, None)).replied_at is not None


async def test_what_was_not_asked_is_not_answered(newsroom: Newsroom) -> None:
    broadcast_id, mother = await asked(newsroom), newsroom.people.mother
    for option in (None, -1, 2, 99):
        with pytest.raises(NotFound):
            await newsroom.reply(broadcast_id, mother, option)
    information = await newsroom.send("Просто знайте")
    newsroom.clock.forward(minutes=10)
    for option in (None, 0):
        with pytest.raises(NotFound):
            await newsroom.reply(information, mother, option)
    assert await answers(newsroom) == {}


async def test_nobody_answers_for_another(newsroom: Newsroom) -> None:
    people, broadcast_id = newsroom.people, await asked(newsroom)
    hers = await newsroom.recipient(broadcast_id, people.mother)
    for person in (people.father, people.irina, people.anna):
        with pytest.raises(NotFound):
            await newsroom.replies.reply(actor=await newsroom.actor(person), recipient_id=hers, option=0)
    with pytest.raises(NotFound):
        await newsroom.replies.reply(actor=await newsroom.actor(people.mother), recipient_id=2**62, option=0)
    await newsroom.session.execute(
        update(Guardianship).where(Guardianship.guardian_id == people.mother).values(ends_on=MONDAY)
    )
    newsroom.clock.set("10:30", TUESDAY)
    with pytest.raises(NotFound):  # a guardian no more
        await newsroom.reply(broadcast_id, people.mother, 0)
    await newsroom.session.execute(
        update(Consent).where(Consent.person_id == people.father).values(withdrawn_at=newsroom.clock.now())
    )
    with pytest.raises(NotFound):
        await newsroom.reply(broadcast_id, people.father, 0)
    assert await answers(newsroom) == {}


async def test_nothing_is_answered_before_it_leaves_or_after_it_is_withdrawn(newsroom: Newsroom) -> None:
    mother = newsroom.people.mother
    broadcast_id = await newsroom.send(**CHOICE)
    with pytest.raises(NotFound):
        await newsroom.reply(broadcast_id, mother, 0)
    newsroom.clock.set("10:30")
    await newsroom.sent()
    await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    with pytest.raises(InvalidInput, match="broadcast_was_withdrawn"):
        await newsroom.reply(broadcast_id, mother, 0)


async def test_both_guardians_answer_and_the_familys_answer_is_the_latest(newsroom: Newsroom) -> None:
    people = newsroom.people
    aunt = await people.world.guardian("Иванова Ольга", people.ivanov, relation="тётя")
    await people.world.account_of(aunt)
    broadcast_id = await asked(newsroom)
    await newsroom.reply(broadcast_id, people.mother, 0)
    newsroom.clock.forward(minutes=5)
    await newsroom.reply(broadcast_id, aunt, 1)
    assert await answers(newsroom) == {people.mother: 0, aunt: 1}
    numbers = await newsroom.numbers(broadcast_id)
    assert (numbers.families.options, numbers.people.options) == ({1: 1}, {0: 1, 1: 1})
    newsroom.clock.forward(minutes=5)
    await newsroom.reply(broadcast_id, people.mother, 1)
    await newsroom.reply(broadcast_id, people.mother, 0)
    assert (await newsroom.numbers(broadcast_id)).families.options == {0: 1}


async def test_a_pupils_answer_neither_consents_for_the_parents_nor_silences_their_reminder(
    newsroom: Newsroom,
) -> None:
    people = newsroom.people
    for pupil in (people.ivanov, people.petrova):  # Петрова has no guardian on record
        await people.world.consent(pupil, pupil)
        await people.world.account_of(pupil)
    broadcast_id = await asked(newsroom, pupils_too=True)
    for pupil in (people.ivanov, people.petrova):
        await newsroom.reply(broadcast_id, pupil, 0)
    families = (await newsroom.numbers(broadcast_id)).families
    assert (families.options, families.replied) == ({0: 1}, 1)
    reminded = await newsroom.reminders.remind(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    told = [await newsroom.person(one) for one in await newsroom.of_kind(BroadcastReminderKind.name)]
    assert (reminded.people, set(told)) == (2, {people.mother, people.father})

    newsroom.clock.set("12:00")
    await newsroom.reply(broadcast_id, people.mother, 1)
    newsroom.clock.set("13:00")
    await newsroom.reply(broadcast_id, people.ivanov, 0)
    assert (await newsroom.numbers(broadcast_id)).families.options == {0: 1, 1: 1}
    (page,) = (
        await newsroom.results.families(
            actor=await newsroom.actor(), broadcast_id=broadcast_id, shown=Shown.ANSWERED, option=1
        )
    ).families
    assert {one.person_id: one.option for one in page.people} == {people.mother: 1, people.ivanov: 0}
