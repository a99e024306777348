"""Releasing: who is told, once, by whom who still may; and nothing has left before the undo window closes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from db.enums import BindingState, BroadcastReply, OutboxState, StaffRole
from db.models import (
    AuditEntry,
    Binding,
    Broadcast,
    BroadcastRecipient,
    ClassTeacher,
    Consent,
    Enrolment,
    Guardianship,
    NoticeChoice,
    StaffAppointment,
)
from services.broadcasts.releasing import RELEASES
from services.errors import Forbidden, InvalidInput, LimitReached, NotFound
from services.housekeeping import purge_broadcast_drafts
from services.notifications.broadcast import BroadcastNotice
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.vocabulary import NoticeMode, NoticeTopic
from tests.broadcasts.conftest import Newsroom
from tests.statements import Statements
from tests.world import MONDAY, moment

TUESDAY = MONDAY + timedelta(days=1)
YESTERDAY = MONDAY - timedelta(days=1)


async def test_every_family_of_the_class_is_told_once(newsroom: Newsroom) -> None:
    people = newsroom.people
    broadcast_id = await newsroom.send()
    recipients = await newsroom.recipients(broadcast_id)
    assert (people.mother, people.ivanov) in recipients
    assert len(recipients) == 4  # Агаева too, who is not in the bot, and a row for Петрова, who has nobody
    messages = await newsroom.messages()
    assert {await newsroom.person(one) for one in messages} == {people.mother, people.father}
    assert all(one.not_before == moment("10:22") for one in messages)
    assert (await newsroom.reads(people.mother)).text == "В среду экскурсия."


async def test_sending_twice_sends_once(newsroom: Newsroom) -> None:
    broadcast_id = await newsroom.draft()
    first = await newsroom.release(broadcast_id)
    again = await newsroom.release(broadcast_id)
    assert again.leaves_at == first.leaves_at
    assert len(await newsroom.messages()) == 2
    entries = await newsroom.session.scalars(select(AuditEntry.action))
    assert list(entries).count("broadcast.released") == 1


async def test_an_old_preview_sends_nothing_that_it_does_not_show(newsroom: Newsroom) -> None:
    broadcast_id, actor = await newsroom.draft(), await newsroom.actor()
    shown = await newsroom.previews.preview(actor=actor, broadcast_id=broadcast_id)
    await newsroom.compose.type_text(actor=actor, broadcast_id=broadcast_id, text="Другое")
    with pytest.raises(InvalidInput, match="broadcast_changed"):
        await newsroom.releases.release(actor=actor, broadcast_id=broadcast_id, version=shown.draft.version)
    assert await newsroom.messages() == []


async def test_it_can_be_taken_back_until_it_leaves(newsroom: Newsroom) -> None:
    broadcast_id, actor = await newsroom.send(), await newsroom.actor()
    cancelled = await newsroom.releases.cancel(actor=actor, broadcast_id=broadcast_id)
    assert cancelled.cancelled
    assert {(one.state, one.reason) for one in await newsroom.messages()} == {
        (OutboxState.SKIPPED, SkipReason.CANCELLED)
    }
    with pytest.raises(InvalidInput, match="broadcast_was_cancelled"):
        await newsroom.releases.send_now(actor=actor, broadcast_id=broadcast_id)

    withdrawn = await newsroom.send("Второе")
    await newsroom.changes.withdraw(actor=actor, broadcast_id=withdrawn)
    with pytest.raises(InvalidInput, match="broadcast_was_cancelled"):
        await newsroom.releases.send_now(actor=actor, broadcast_id=withdrawn)

    late = await newsroom.send("Третье")
    newsroom.clock.forward(minutes=5)
    with pytest.raises(InvalidInput, match="broadcast_is_leaving"):
        await newsroom.releases.cancel(actor=actor, broadcast_id=late)


async def test_what_need_not_wait_leaves_at_once(newsroom: Newsroom) -> None:
    broadcast_id, actor = await newsroom.send(), await newsroom.actor()
    sent = await newsroom.releases.send_now(actor=actor, broadcast_id=broadcast_id)
    assert sent.has_left
    assert {one.not_before for one in await newsroom.messages()} == {newsroom.clock.now()}


async def test_a_moment_can_be_chosen(newsroom: Newsroom) -> None:
    broadcast_id = await newsroom.draft()
    actor = await newsroom.actor()
    tonight = moment("18:00")
    await newsroom.compose.set_leaving(actor=actor, broadcast_id=broadcast_id, moment=tonight)
    assert (await newsroom.release(broadcast_id)).leaves_at == tonight
    for problem, at in (("over", moment("10:00")), ("far", moment("10:00") + timedelta(days=91))):
        with pytest.raises(InvalidInput, match=problem):
            await newsroom.compose.set_leaving(actor=actor, broadcast_id=await newsroom.draft(), moment=at)


async def test_nothing_incomplete_is_sent(newsroom: Newsroom) -> None:
    actor = await newsroom.actor()
    for problem, text, changes in (
        ("broadcast_empty", "", {}),
        ("broadcast_time_is_over", "Есть", {"leaves_at": moment("10:16")}),
        ("broadcast_no_time_to_answer", "Есть", {"reply_by": moment("10:20")}),
    ):
        broadcast_id = await newsroom.draft(text, **changes)
        with pytest.raises(InvalidInput, match=problem):
            await newsroom.release(broadcast_id)
        with pytest.raises(InvalidInput, match=problem):
            await newsroom.previews.preview(actor=actor, broadcast_id=broadcast_id)
    broadcast_id = await newsroom.draft()
    await newsroom.audience.set_group(
        actor=actor, broadcast_id=broadcast_id, group_id=newsroom.people.group, chosen=False
    )
    with pytest.raises(InvalidInput, match="broadcast_for_nobody"):
        await newsroom.release(broadcast_id)
    assert await newsroom.messages() == []
    assert await newsroom.session.scalar(select(func.count()).select_from(BroadcastRecipient)) == 0


async def test_a_parent_of_two_gets_one_message_unless_each_child_is_asked_about(
    newsroom: Newsroom,
) -> None:
    people = newsroom.people
    world = people.world
    sister = await world.pupil("Иванова Анна", people.group)
    await world.add(
        Consent,
        school_id=world.school_id,
        person_id=people.mother,
        pupil_id=sister,
        version="1",
        way="paper",
        given_at=moment("08:00"),
    )
    await world.add(
        Guardianship,
        school_id=world.school_id,
        guardian_id=people.mother,
        pupil_id=sister,
        relation="мать",
        starts_on=YESTERDAY,
    )
    await newsroom.send("Всем")
    notice = await newsroom.reads(people.mother)
    assert (notice.pupil, notice.group) == (None, "7Б")
    await newsroom.sent()

    await newsroom.send("Отпустите {имя:вижу кого}?", reply=BroadcastReply.ACKNOWLEDGE)
    texts = set()
    for message in (await newsroom.messages())[2:]:
        if await newsroom.person(message) == people.mother:
            ready = await newsroom.prepared(message)
            assert isinstance(ready, Ready)
            assert isinstance(ready.view, BroadcastNotice)
            texts.add(ready.view.text)
    assert texts == {"Отпустите Петра?", "Отпустите Анну?"}


async def test_the_latest_account_that_is_not_blocked_is_written_to(newsroom: Newsroom) -> None:
    people = newsroom.people
    values = {
        "school_id": people.world.school_id,
        "person_id": people.mother,
        "channel": "telegram",
        "state": BindingState.ACTIVE,
    }
    newest = await people.world.add(
        Binding, **values, external_user_id=5, chat_id=5, bound_at=moment("09:00")
    )
    await people.world.add(
        Binding,
        **values,
        external_user_id=6,
        chat_id=6,
        bound_at=moment("09:30"),
        blocked_at=moment("09:40"),
    )
    await newsroom.send()
    assert (await newsroom.message_of(people.mother)).binding_id == newest


async def test_pupils_are_told_too_when_wanted(newsroom: Newsroom) -> None:
    people = newsroom.people
    await people.world.consent(people.petrova, people.petrova)
    await people.world.account_of(people.petrova)
    broadcast_id = await newsroom.send("Завтра субботник.", pupils_too=True)
    assert (people.petrova, people.petrova) in await newsroom.recipients(broadcast_id)
    assert (await newsroom.reads(people.petrova)).text == "Завтра субботник."


async def test_who_may_not_read_any_more_is_passed_over(newsroom: Newsroom) -> None:
    people, session = newsroom.people, newsroom.session
    await newsroom.send()
    message = await newsroom.message_of(people.mother)
    await session.execute(
        update(Enrolment).where(Enrolment.pupil_id == people.ivanov).values(ends_on=YESTERDAY)
    )
    assert await newsroom.prepared(message) == Skip(SkipReason.NO_ACCESS)
    await session.execute(update(Enrolment).where(Enrolment.pupil_id == people.ivanov).values(ends_on=None))
    assert isinstance(await newsroom.prepared(message), Ready)
    await session.execute(
        update(Consent).where(Consent.person_id == people.mother).values(withdrawn_at=moment("10:18"))
    )
    assert await newsroom.prepared(message) == Skip(SkipReason.NO_ACCESS)


async def test_a_class_teacher_who_was_replaced_says_nothing_more(newsroom: Newsroom) -> None:
    people, session = newsroom.people, newsroom.session
    broadcast_id = await newsroom.draft()
    waiting = await newsroom.send("Завтра", leaves_at=moment("08:00", TUESDAY))
    await session.execute(update(ClassTeacher).values(ends_on=YESTERDAY))
    with pytest.raises(NotFound):
        await newsroom.release(broadcast_id)
    newsroom.clock.set("08:00", TUESDAY)
    (message, *_) = await newsroom.messages()
    assert message.payload["broadcast_id"] == waiting
    assert await newsroom.prepared(message) == Skip(SkipReason.NO_ACCESS)
    # The new one leads the class, and the old one's drafts are not theirs.
    await people.world.add(
        ClassTeacher,
        school_id=people.world.school_id,
        group_id=people.group,
        person_id=people.belova,
        starts_on=MONDAY,
    )
    with pytest.raises(NotFound):
        await newsroom.release(broadcast_id, author=people.belova)


async def test_an_author_whose_access_was_closed_says_nothing_more(newsroom: Newsroom) -> None:
    people = newsroom.people
    await newsroom.send()
    await newsroom.session.execute(
        update(Binding).where(Binding.person_id == people.irina).values(state=BindingState.FROZEN)
    )
    message = await newsroom.message_of(people.mother)
    assert await newsroom.prepared(message) == Skip(SkipReason.NO_ACCESS)


async def test_only_information_can_be_switched_off_and_nothing_urgent_waits_for_the_morning(
    newsroom: Newsroom,
) -> None:
    people = newsroom.people
    await newsroom.session.execute(
        insert(NoticeChoice).values(
            person_id=people.mother, topic=NoticeTopic.BROADCASTS, mode=NoticeMode.OFF
        )
    )
    for changes, at, expected in (
        ({}, "12:00", Skip),
        ({"reply": BroadcastReply.ACKNOWLEDGE}, "12:00", Ready),
        ({"urgent": True}, "12:00", Ready),
        ({"reply": BroadcastReply.ACKNOWLEDGE}, "23:30", Later),
        ({"urgent": True}, "23:30", Ready),
    ):
        newsroom.clock.set("10:17")
        await newsroom.send("Важно", **changes)
        newsroom.clock.set(at)
        message = [one for one in await newsroom.messages() if await newsroom.person(one) == people.mother][
            -1
        ]
        assert isinstance(await newsroom.prepared(message), expected), (changes, at)


async def test_a_stolen_account_does_not_flood_the_families(newsroom: Newsroom) -> None:
    for number in range(RELEASES.an_hour):
        await newsroom.send(str(number))
    broadcast_id = await newsroom.draft()
    with pytest.raises(LimitReached, match="too_often"):
        await newsroom.release(broadcast_id)
    newsroom.clock.forward(hours=1)
    await newsroom.release(broadcast_id)


async def test_urgently_writes_only_who_may(newsroom: Newsroom) -> None:
    people = newsroom.people
    head = await people.world.employ(await people.world.person("Главнова Вера"), StaffRole.HEAD)
    actor = await newsroom.actor(head)
    form = await newsroom.compose.start(actor=actor, group_id=people.group)
    broadcast_id = form.draft.broadcast_id
    with pytest.raises(Forbidden):
        await newsroom.compose.set_urgent(actor=actor, broadcast_id=broadcast_id, urgent=True)
    await newsroom.compose.change(actor=actor, broadcast_id=broadcast_id, text="Срочно", urgent=True)
    with pytest.raises(Forbidden):
        await newsroom.release(broadcast_id, author=head)


async def test_drafts_that_were_left_are_forgotten_and_what_was_sent_stays(newsroom: Newsroom) -> None:
    sent = await newsroom.send()
    left = await newsroom.draft("Потом")
    actor = await newsroom.actor()
    await newsroom.compose.add_file(actor=actor, broadcast_id=left, file_id=await newsroom.file())
    await purge_broadcast_drafts(newsroom.session, newsroom.clock.now() + timedelta(days=6))
    assert await newsroom.session.scalar(select(func.count()).select_from(Broadcast)) == 2
    await purge_broadcast_drafts(newsroom.session, newsroom.clock.now() + timedelta(days=8))
    assert list(await newsroom.session.scalars(select(Broadcast.id))) == [sent]


async def test_a_release_takes_the_same_statements_for_any_number_of_families(
    newsroom: Newsroom, statements: Statements
) -> None:
    async def taken() -> int:
        broadcast_id = await newsroom.draft()
        statements.taken()
        await newsroom.release(broadcast_id)
        return statements.taken()

    world, group = newsroom.people.world, newsroom.people.group
    before = await taken()
    for number in range(10):
        guardian = await world.guardian(f"Мамова М{number}", await world.pupil(f"Новый Н{number}", group))
        await world.account_of(guardian)
    assert await taken() == before
    assert len(await newsroom.messages()) == 2 + 12


async def test_each_of_thousands_of_messages_costs_three_statements(
    newsroom: Newsroom, statements: Statements
) -> None:
    draft = await newsroom.draft("Здравствуйте! {имя} едет на экскурсию.", reply=BroadcastReply.ACKNOWLEDGE)
    author = await newsroom.actor()
    for name in ("план.jpg", "карта.jpg"):
        file_id = await newsroom.file(name.encode(), name, name)
        await newsroom.compose.add_file(actor=author, broadcast_id=draft, file_id=file_id)
    await newsroom.release(draft)
    newsroom.clock.set("10:30")
    message = (await newsroom.messages())[0]
    assert isinstance(await newsroom.prepared(message), Ready)
    statements.taken()
    ready = await newsroom.prepared(message)
    assert statements.taken() - 1 == 3  # one is the test's, for the person
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, BroadcastNotice)
    assert [file.name for file in ready.view.files] == ["план.jpg", "карта.jpg"]


async def test_a_guardian_who_was_not_in_the_bot_has_no_message(newsroom: Newsroom) -> None:
    await newsroom.send()
    assert len(await newsroom.messages()) == 2
    preview = await newsroom.previews.preview(
        actor=await newsroom.actor(), broadcast_id=await newsroom.draft()
    )
    assert (preview.families, preview.people) == (4, 2)
    assert [one.last_name for one in preview.unreached] == ["Агаев", "Петрова"]


async def test_a_former_employee_writes_nothing(newsroom: Newsroom) -> None:
    broadcast_id = await newsroom.draft()
    await newsroom.session.execute(update(StaffAppointment).values(ends_on=YESTERDAY))
    with pytest.raises(NotFound):
        await newsroom.compose.form(actor=await newsroom.actor(), broadcast_id=broadcast_id)


async def test_a_former_employee_takes_nothing_back_that_was_sent(newsroom: Newsroom) -> None:
    """Who is a parent here too keeps the account, and the buttons under what they wrote."""
    broadcast_id = await newsroom.send()
    await newsroom.session.execute(update(StaffAppointment).values(ends_on=YESTERDAY))
    with pytest.raises(NotFound):
        await newsroom.changes.withdraw(actor=await newsroom.actor(), broadcast_id=broadcast_id)
