"""The help point is for everybody, and so is the way back to what was asked there (U9)."""

from __future__ import annotations

from datetime import time

from db.engine import Database
from services.home import HomeService
from tests.threads.school import Office, words
from tests.world import MONDAY, FakeClock


async def test_who_has_asked_finds_the_way_back_whoever_they_are(
    school: Office, db: Database, clock: FakeClock
) -> None:
    world, story = school.story.world, school.story
    former = await world.guardian("Бывшая Вера", story.petrova, ends_on=MONDAY)
    clock.forward(days=1)
    await world.consent(story.ivanov, story.ivanov)
    home = HomeService(db, clock)
    for person in (former, story.ivanov):
        actor = await school.actor(person)
        view = await school.addressees.with_help(actor=actor)
        assert not (await home.view(actor=actor)).has_threads
        await school.threads.write(actor=actor, thread_id=view.thread.thread_id, words=words("Как войти?"))
        assert (await home.view(actor=actor)).has_threads
        assert (await school.reader.threads(actor=actor, page=0)).threads
        week = await school.addressees.help_week(actor=actor)
        assert week == view.week == dict.fromkeys(range(1, 6), (time(9), time(17)))
