"""Reminders: a new message to the silent alone, not too often, and closed by the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.enums import OutboxState
from db.models import Broadcast, OutboxMessage
from handlers.texts.broadcast_reminders import reminder_screen, reminding_screen
from services.broadcasts.reminding import remind_due
from services.errors import InvalidInput, LimitReached, NotFound
from services.notifications.broadcast_reminder import BroadcastReminder, BroadcastReminderKind
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from tests.broadcasts.conftest import Newsroom
from tests.broadcasts.test_replies import TUESDAY, asked
from tests.golden import Golden
from tests.world import MOSCOW, moment


async def remind(newsroom: Newsroom, broadcast_id: int) -> int:
    reminded = await newsroom.reminders.remind(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    return reminded.people


async def prepared(newsroom: Newsroom, message: OutboxMessage) -> Ready | Later | Skip:
    due = DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=await newsroom.person(message),
        pupil_id=message.pupil_id,
        kind=message.kind,
        payload=message.payload,
        external_ref=message.external_ref,
    )
    return await BroadcastReminderKind().prepare(newsroom.session, due, newsroom.clock.now())


async def reminders(newsroom: Newsroom) -> list[OutboxMessage]:
    return await newsroom.of_kind(BroadcastReminderKind.name)


async def test_only_the_silent_are_reminded_and_their_answer_closes_it(
    newsroom: Newsroom, golden: Golden
) -> None:
    people = newsroom.people
    aunt = await people.world.guardian("Иванова Ольга", people.ivanov, relation="тётя")
    await people.world.account_of(aunt)
    broadcast_id = await asked(newsroom)
    await newsroom.reply(broadcast_id, people.father, 0)
    assert await remind(newsroom, broadcast_id) == 2  # the mother and the aunt of one pupil
    messages = await reminders(newsroom)
    assert {await newsroom.person(one) for one in messages} == {people.mother, aunt}
    first = await prepared(newsroom, messages[0])
    assert isinstance(first, Ready)
    assert isinstance(first.view, BroadcastReminder)
    shown = replace(first.view, notice=replace(first.view.notice, recipient_id=12))
    golden("broadcasts/reminder", reminder_screen(shown))

    await newsroom.sent()
    newsroom.clock.forward(minutes=1)
    await newsroom.reply(broadcast_id, people.mother, 0)
    both = await reminders(newsroom)
    assert {one.state for one in both} == {OutboxState.QUEUED}  # edited in place
    for message in both:
        ready = await prepared(newsroom, message)
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, BroadcastReminder)
        assert ready.view.family_has_answered
        screen = reminder_screen(ready.view)
        assert screen.rows == ()
        hers = await newsroom.person(message) == people.mother
        assert ("Вы уже ответили: «Согласны»" in screen.text) is hers


async def test_who_answers_meanwhile_is_not_reminded(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    assert await remind(newsroom, broadcast_id) == 2
    await newsroom.reply(broadcast_id, newsroom.people.mother, 0)
    said = {await newsroom.person(one): await prepared(newsroom, one) for one in await reminders(newsroom)}
    assert said[newsroom.people.mother] == Skip(SkipReason.CORRECTED)
    assert isinstance(said[newsroom.people.father], Ready)
    newsroom.clock.set("22:30")  # and nobody in the night
    message = next(one for one in await reminders(newsroom) if one.state is OutboxState.QUEUED)
    assert isinstance(await prepared(newsroom, message), Later | Skip)


async def test_not_twice_in_a_row_and_each_time_a_new_message(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    await remind(newsroom, broadcast_id)
    newsroom.clock.set("12:00")
    with pytest.raises(LimitReached) as refusal:
        await remind(newsroom, broadcast_id)
    assert refusal.value.params == {"problem": "broadcast_reminded_lately", "at": "14:30"}
    assert len(await reminders(newsroom)) == 2
    newsroom.clock.set("14:30")
    await remind(newsroom, broadcast_id)
    assert len(await reminders(newsroom)) == 4
    newsroom.clock.set("20:00", TUESDAY)
    with pytest.raises(InvalidInput, match="broadcast_reminder_late"):
        await remind(newsroom, broadcast_id)


async def test_nobody_is_reminded_of_what_asks_nothing_or_is_answered(newsroom: Newsroom) -> None:
    information = await newsroom.send("Просто знайте")
    with pytest.raises(InvalidInput, match="broadcast_asks_nothing"):
        await remind(newsroom, information)
    broadcast_id = await asked(newsroom)
    for person in (newsroom.people.mother, newsroom.people.father):
        await newsroom.reply(broadcast_id, person, 1)
    with pytest.raises(InvalidInput, match="broadcast_nobody_silent"):
        await remind(newsroom, broadcast_id)
    await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    with pytest.raises(InvalidInput, match="broadcast_was_cancelled"):
        await remind(newsroom, broadcast_id)
    with pytest.raises(NotFound):
        await newsroom.reminders.form(
            actor=await newsroom.actor(newsroom.people.anna), broadcast_id=broadcast_id
        )


async def test_a_morning_is_chosen_and_the_job_reminds_once(newsroom: Newsroom, golden: Golden) -> None:
    broadcast_id = await asked(newsroom)
    this: dict[str, Any] = {"actor": await newsroom.actor(), "broadcast_id": broadcast_id}
    morning = moment("09:00", TUESDAY)
    for wrong, problem in (
        (moment("10:30"), "broadcast_time_is_over"),
        (moment("20:00", TUESDAY), "broadcast_reminder_late"),
        (moment("09:00", TUESDAY + timedelta(days=200)), "broadcast_too_far"),
    ):
        with pytest.raises(InvalidInput, match=problem):
            await newsroom.reminders.schedule(**this, moment=wrong)
    form = await newsroom.reminders.schedule(**this, moment=morning)
    shown = replace(form, broadcast=replace(form.broadcast, broadcast_id=12))
    golden("broadcasts/reminding", reminding_screen(shown, MOSCOW))
    await remind_due(newsroom.session, newsroom.clock.now())
    assert await reminders(newsroom) == []
    newsroom.clock.set("09:00", TUESDAY)
    for _ in range(2):
        await remind_due(newsroom.session, newsroom.clock.now())
    assert len(await reminders(newsroom)) == 2
    broadcast = (await newsroom.reminders.form(**this)).broadcast
    assert (broadcast.remind_at, broadcast.reminded_at) == (None, morning)
    taken_back = await newsroom.reminders.schedule(**this, moment=moment("19:00", TUESDAY))
    assert taken_back.broadcast.remind_at is not None
    assert (await newsroom.reminders.schedule(**this, moment=None)).broadcast.remind_at is None


async def test_what_is_over_by_then_is_forgotten(newsroom: Newsroom) -> None:
    broadcast_id = await asked(newsroom)
    await newsroom.session.execute(update(Broadcast).values(remind_at=moment("11:00")))
    await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=broadcast_id)
    newsroom.clock.set("11:00")
    await remind_due(newsroom.session, newsroom.clock.now())
    assert await reminders(newsroom) == []
    assert (
        await newsroom.session.scalar(Broadcast.__table__.select().with_only_columns(Broadcast.remind_at))
        is None
    )
