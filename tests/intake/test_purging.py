"""What was handled is forgotten after some days."""

from __future__ import annotations

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Channel, InboxState
from db.models import InboxUpdate
from db.queries import inbox, roster
from services.housekeeping import purge_inbox
from tests.intake.test_inbox import store
from tests.world import FakeClock, moment, new_school


async def test_what_was_given_up_is_forgotten_too(session: AsyncSession, clock: FakeClock) -> None:
    await new_school(session)
    await store(session, 1, 2)
    [given_up] = await session.scalars(select(InboxUpdate.id).where(InboxUpdate.external_id == 1))
    await inbox.give_up(session, given_up)
    clock.forward(days=4)
    await purge_inbox(session, clock.now())
    left = await session.execute(select(InboxUpdate.external_id, InboxUpdate.state))
    assert left.all() == [(2, InboxState.NEW)]


async def test_a_school_forgets_its_own_without_a_look_at_what_others_keep(
    committed_db: Database, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        ours, theirs = (await new_school(session)).school_id, (await new_school(session)).school_id
        await over(session, theirs, 2000)
        await over(session, ours, 20)
        await session.execute(text("analyze inbox"))
    clock.forward(days=4)
    read = text(
        "select seq_tup_read, n_tup_del from pg_stat_xact_user_tables where relid = 'inbox'::regclass"
    )
    async with committed_db.of(ours).transaction() as session:
        roster.limit_to(session, ours)
        # What the connection did just before, for another test, may still be counted.
        before = (await session.execute(read)).one()
        await purge_inbox(session, clock.now())
        after = (await session.execute(read)).one()
    assert (after.seq_tup_read - before.seq_tup_read, after.n_tup_del - before.n_tup_del) == (0, 20)


async def over(session: AsyncSession, school_id: int, updates: int) -> None:
    """So many of a school that were handled."""
    row = {"channel": Channel.TELEGRAM, "bot_id": school_id, "school_id": school_id, "chat_id": 1}
    row |= {"payload": {}, "state": InboxState.DONE, "attempts": 0, "received_at": moment("10:17")}
    rows = [row | {"external_id": number, "done_at": moment("10:18")} for number in range(updates)]
    await session.execute(insert(InboxUpdate), rows)
