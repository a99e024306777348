"""Two at once: with real commits and real locks."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select

from db.engine import Database
from db.models import BroadcastRecipient, OutboxMessage
from services.broadcasts.composing import ComposeService
from services.broadcasts.releasing import Released, ReleaseService
from services.notifications.broadcast import BroadcastKind
from tests.world import FakeClock, build_story


async def test_sending_from_two_devices_at_once_sends_once_and_is_cancelled_once(
    committed_db: Database, clock: FakeClock
) -> None:
    people = await build_story(committed_db)
    async with committed_db.transaction() as session:
        people.world.session = session
        irina = await people.world.actor(people.irina)
    compose = ComposeService(committed_db, clock)
    releases = ReleaseService(committed_db, clock)
    broadcast_id = (await compose.start(actor=irina, group_id=people.group)).draft.broadcast_id
    form = await compose.type_text(actor=irina, broadcast_id=broadcast_id, text="В среду экскурсия")
    this: dict[str, Any] = {"actor": irina, "broadcast_id": broadcast_id}
    released = await asyncio.gather(
        *(releases.release(**this, version=form.draft.version) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(one, Released) for one in released)
    async with committed_db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(BroadcastRecipient)) == 4
        sent = select(func.count(), func.max(OutboxMessage.revision)).where(
            OutboxMessage.kind == BroadcastKind.name
        )
        assert (await session.execute(sent)).one() == (2, 1)

    # Whoever is first decides: it is cancelled, or it has left; never both.
    outcomes = await asyncio.gather(
        releases.cancel(**this), releases.send_now(**this), return_exceptions=True
    )
    assert sum(isinstance(one, Released) for one in outcomes) == 1
