"""How fast messages are posted in bulk, beside the same rows written by the plainest INSERT."""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter

from sqlalchemy import select, text

from benchmarks.figures import Figure, Size
from benchmarks.place import Place
from benchmarks.sending import Digest
from benchmarks.telegram import Telegram
from db.engine import Database
from db.models import Binding
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority

_PLAIN = text("""
    insert into outbox (school_id, binding_id, kind, payload, priority, dedup_key, not_before,
                        state, revision, sent_revision, attempts, created_at)
    select school_id, binding_id, kind, payload::jsonb, priority, dedup_key, not_before,
           'queued', 1, 0, 0, now()
    from unnest(cast(:school_id as bigint[]), cast(:binding_id as bigint[]), cast(:kind as text[]),
                cast(:payload as text[]), cast(:priority as smallint[]), cast(:dedup_key as text[]),
                cast(:not_before as timestamptz[]))
         as posted(school_id, binding_id, kind, payload, priority, dedup_key, not_before)
""")


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    ours, plain = [], []
    async with place.school() as db:
        messages = await _messages(place, db, size.posted)
        for _ in range(size.rounds):
            ours.append(await _post(db, messages))
            plain.append(await _insert(db, messages))
    return [
        Figure(
            "outbox: time of a bulk post, times a plain INSERT's",
            median(ours) / median(plain),
            f"{size.posted / median(ours):,.0f} rows/s; plain: {size.posted / median(plain):,.0f} rows/s",
        )
    ]


async def _messages(place: Place, db: Database, number: int) -> list[NewMessage]:
    async with db.transaction() as session:
        bindings = (await session.execute(select(Binding.id, Binding.school_id))).all()
    now = place.clock.now()
    return [
        NewMessage(
            school_id=bindings[i % len(bindings)].school_id,
            binding_id=bindings[i % len(bindings)].id,
            kind=Digest.name,
            payload={"week": i},
            dedup_key=f"{Digest.name}:{i}",
            priority=Priority.DIGEST,
            not_before=now,
        )
        for i in range(number)
    ]


async def _post(db: Database, messages: list[NewMessage]) -> float:
    begun = perf_counter()
    async with db.transaction() as session:
        await outbox.post(session, messages)
    return await _emptied(db, perf_counter() - begun)


async def _insert(db: Database, messages: list[NewMessage]) -> float:
    begun = perf_counter()
    columns = {
        "school_id": [message.school_id for message in messages],
        "binding_id": [message.binding_id for message in messages],
        "kind": [message.kind for message in messages],
        "payload": [json.dumps(message.payload) for message in messages],
        "priority": [int(message.priority) for message in messages],
        "dedup_key": [message.dedup_key for message in messages],
        "not_before": [message.not_before for message in messages],
    }
    async with db.transaction() as session:
        await session.execute(_PLAIN, columns)
    return await _emptied(db, perf_counter() - begun)


async def _emptied(db: Database, seconds: float) -> float:
    async with db.transaction() as session:
        await session.execute(text("truncate outbox"))
    return seconds
