"""What became of messages is counted, once it is written down."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from db.engine import Database
from db.enums import OutboxState
from services.notifications.departures import LEASE, Departures
from services.notifications.ports import Blocked, Refused, Unknown
from tests.outbox.people import a_post, bound
from tests.world import FakeClock


async def test_every_end_of_a_message_is_counted_by_its_kind(
    committed_db: Database, clock: FakeClock
) -> None:
    post = await a_post(committed_db, clock)
    mother, father, brother, aunt = await bound(post, "Мать А", "Отец Б", "Брат В", "Тётя Г")
    for person, outcome in ((father, Blocked()), (brother, Refused("too long")), (aunt, Unknown())):
        post.messenger.outcomes[person.chat_id].append(outcome)
    past = clock.now() - timedelta(minutes=1)
    await post.post(
        post.alert(mother, "sent"),
        post.digest(mother, "too late", expires_at=past),
        *(post.digest(person, str(person.id)) for person in (father, brother, aunt)),
    )

    async with post.sending():
        await post.rests_as("sent", OutboxState.SENT)
        await post.rests_as("too late", OutboxState.SKIPPED)
        for person in (father, brother, aunt):
            await post.rests_as(str(person.id), OutboxState.BLOCKED, OutboxState.FAILED, OutboxState.UNKNOWN)

    assert post.outcomes == Counter({
        ("alert", OutboxState.SENT): 1,
        ("digest", OutboxState.SKIPPED): 1,
        ("digest", OutboxState.BLOCKED): 1,
        ("digest", OutboxState.FAILED): 1,
        ("digest", OutboxState.UNKNOWN): 1,
    })  # fmt: skip


async def test_what_a_dead_sender_had_on_its_way_is_counted_as_unknown(
    committed_db: Database, clock: FakeClock
) -> None:
    post = await a_post(committed_db, clock)
    (mother,) = await bound(post, "Мать А")
    await post.post(post.digest(mother, "сводка"))
    killed = Departures(post.db, clock, [post.digests], Counter(), school_id=mother.school_id)
    assert await killed.next(busy_chats=[])
    clock.forward(seconds=LEASE.total_seconds())

    async with post.sending():
        await post.rests_as("сводка", OutboxState.UNKNOWN)

    assert post.outcomes == Counter({("digest", OutboxState.UNKNOWN): 1})
