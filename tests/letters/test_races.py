"""Two at once: with real commits and real locks."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from db.engine import Database
from db.models import InformationLetter
from services.letters import LetterDraft, LetterService
from tests.world import MONDAY, FakeClock, build_story


async def test_letters_sent_from_two_devices_at_once_are_sent_once(
    committed_db: Database, clock: FakeClock
) -> None:
    people = await build_story(committed_db)
    async with committed_db.transaction() as session:
        people.world.session = session
        irina = await people.world.actor(people.irina)
    letters = LetterService(committed_db, clock)
    draft = LetterDraft(people.group, None, MONDAY, MONDAY)
    sent = await asyncio.gather(*(letters.send(actor=irina, draft=draft, remark="") for _ in range(4)))
    assert sent == [4] * 4
    async with committed_db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(InformationLetter)) == 4
