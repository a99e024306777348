"""Posting: a message is named by its key and lives."""

import pytest
from sqlalchemy import func, select

from db.enums import OutboxState
from db.models import OutboxMessage
from services.notifications import outbox
from services.notifications.ports import SkipReason
from tests.outbox.people import Post, bound


async def test_a_key_posted_twice_is_one_message_with_the_earlier_moment(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "нет на 3-м", key="day", in_minutes=5))
    await post.post(post.alert(mother, "нет на 4-м", key="day", in_minutes=60))

    row = await post.row("day")
    assert (row.state, row.revision, row.payload) == (OutboxState.QUEUED, 2, {"text": "нет на 4-м"})
    assert (row.not_before - post.clock.now()).total_seconds() == 300


async def test_of_equal_keys_in_one_call_the_last_one_counts(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "раз", key="day"), post.alert(mother, "два", key="day"))

    assert (await post.row("day")).payload == {"text": "два"}


async def test_a_message_of_a_use_case_that_fails_is_not_there(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")

    async def use_case() -> None:
        async with post.db.transaction() as session:
            await outbox.post(session, [post.alert(mother, "нет на 3-м")])
            raise RuntimeError("the use case failed")

    with pytest.raises(RuntimeError, match="the use case"):
        await use_case()
    async with post.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


async def test_a_sent_message_posted_again_becomes_an_edit_not_before_its_moment(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    await post.post(post.alert(mother, "нет на 3-м", key="day"))
    async with post.sending() as sender:
        sent = await post.rests_as("day", OutboxState.SENT)
        await post.post(post.alert(mother, "нет на 3-м и 4-м", key="day", in_minutes=10))
        waiting = await post.rests_as("day", OutboxState.QUEUED)
        assert (waiting.not_before - post.clock.now()).total_seconds() == 600

        post.clock.forward(minutes=10)
        sender.wake()
        await post.rests_as("day", OutboxState.SENT)
    assert [message.external_ref for message in post.messenger.sent] == [None, sent.external_ref]


async def test_a_message_posted_while_it_travels_is_edited_right_after(post: Post) -> None:
    (mother,) = await bound(post, "Иванова Мария")
    post.messenger.gate.clear()
    await post.post(post.alert(mother, "нет на 3-м", key="day"))
    async with post.sending():
        await post.has_sent("нет на 3-м")
        await post.post(post.alert(mother, "пришёл, опоздание 12 мин", key="day"))
        assert (await post.row("day")).state is OutboxState.CLAIMED
        post.messenger.gate.set()
        await post.has_sent("нет на 3-м", "пришёл, опоздание 12 мин")
        await post.rests_as("day", OutboxState.SENT)
    assert post.messenger.sent[1].external_ref == 1


async def test_what_waits_for_a_person_is_cancelled_on_all_their_accounts_and_nobody_elses(
    post: Post,
) -> None:
    mother, father = await bound(post, "Иванова Мария", "Сидоренко Олег")
    await post.post(post.alert(mother, "маме"), post.alert(father, "папе"))
    async with post.db.transaction() as session:
        await outbox.cancel_person(session, mother.person_id, SkipReason.COMPROMISED)

    cancelled = await post.row("маме")
    assert (cancelled.state, cancelled.reason) == (OutboxState.SKIPPED, "compromised")
    assert (await post.row("папе")).state is OutboxState.QUEUED
