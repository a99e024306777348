"""What became of messages is counted, once it is written down."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from db.engine import Database
from db.enums import OutboxState
from services.notifications.departures import LEASE, Departures
from services.notifications.ports import Blocked, Delivered, Refused, Unknown
from tests.outbox.people import Post, a_post, bound
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


async def test_what_was_settled_while_it_was_away_is_not_counted_again_when_it_comes_back(
    committed_db: Database, clock: FakeClock
) -> None:
    post = await a_post(committed_db, clock)
    (mother,) = await bound(post, "Мать А")
    await post.post(post.digest(mother, "сводка"))
    departures = departures_of(post)
    frozen = await departures.next(busy_chats=[])
    assert frozen
    clock.forward(seconds=LEASE.total_seconds())
    await departures.recover(own=[])

    for outcome in (Delivered(1), Refused("too long"), Unknown(), Blocked()):
        await departures.record(frozen, outcome)

    assert post.outcomes == Counter({("digest", OutboxState.UNKNOWN): 1})


@pytest.mark.parametrize("killed", [True, False])
async def test_a_message_that_may_come_twice_is_counted_as_unknown_though_it_is_repeated(
    committed_db: Database, clock: FakeClock, killed: bool
) -> None:
    post = await a_post(committed_db, clock)
    (mother,) = await bound(post, "Мать А")
    await post.post(post.alert(mother, "нет на 3-м"))
    departures = departures_of(post)
    await lose(departures, clock, killed)
    assert post.outcomes == Counter({("alert", OutboxState.UNKNOWN): 1})

    repeat = await departures.next(busy_chats=[])
    assert repeat
    await departures.record(repeat, Delivered(1))
    assert post.outcomes == Counter({("alert", OutboxState.UNKNOWN): 1, ("alert", OutboxState.SENT): 1})


@pytest.mark.parametrize("killed", [True, False])
async def test_an_edit_that_is_made_again_is_not_counted(
    committed_db: Database, clock: FakeClock, killed: bool
) -> None:
    post = await a_post(committed_db, clock)
    (mother,) = await bound(post, "Мать А")
    departures = departures_of(post)
    await post.post(post.alert(mother, "нет", key="day"))
    new = await departures.next(busy_chats=[])
    assert new
    await departures.record(new, Delivered(1))
    await post.post(post.alert(mother, "пришёл", key="day"))
    await lose(departures, clock, killed)

    assert post.outcomes == Counter({("alert", OutboxState.SENT): 1})


async def test_what_is_sent_again_because_somebody_posted_meanwhile_has_not_failed(
    committed_db: Database, clock: FakeClock
) -> None:
    post = await a_post(committed_db, clock)
    (mother,) = await bound(post, "Мать А")
    departures = departures_of(post)
    await post.post(post.digest(mother, "слишком длинно", key="day"))
    travelling = await departures.next(busy_chats=[])
    assert travelling
    await post.post(post.digest(mother, "короче", key="day"))
    await departures.record(travelling, Refused("too long"))

    assert post.outcomes == Counter()


def departures_of(post: Post) -> Departures:
    kinds = (post.alerts, post.digests)
    return Departures(post.db, post.clock, kinds, post.outcomes, school_id=post.world.school_id)


async def lose(departures: Departures, clock: FakeClock, killed: bool) -> None:
    """The next message leaves, and nobody hears what became of it."""
    departure = await departures.next(busy_chats=[])
    assert departure
    if killed:
        clock.forward(seconds=LEASE.total_seconds())
        await departures.recover(own=[])
    else:
        await departures.record(departure, Unknown())
        clock.forward(seconds=10)
