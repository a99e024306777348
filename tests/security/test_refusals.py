"""Whoever tries the walls is seen in the log, and nobody is named there (ASVS 16.3.2, 16.3.3)."""

from __future__ import annotations

import json
from typing import Any

from db.engine import Database
from handlers.callbacks.compromise import PrintReport
from handlers.callbacks.letters import ShowLetter
from handlers.callbacks.menu import AskLeave
from handlers.callbacks.notice_settings import TypeQuietHours
from services.access.door import ATTEMPTS
from services.audit import record_each
from services.documents.papers import PAPERS
from tests.fuzz.conftest import EVERYTHING, MOTHER, STRANGER, Crowd
from tests.handlers.test_strangers import NOWHERE
from tests.logged import Log, words_about_people
from tests.world import FakeClock

SAID = "Тайнов болеет"


def lines(log: Log, event: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in log.written if line.startswith("{")]
    return [line for line in told if line["event"] == event]


def refusals(log: Log) -> list[tuple[str, str, str | None]]:
    return [(line["level"], line["why"], line["button"]) for line in lines(log, "refused")]


async def test_a_forged_button_and_one_about_others_are_lines_about_nobody(
    crowd: Crowd, log: Log, db: Database
) -> None:
    packed = crowd.street.victims.packed
    await crowd.press(MOTHER, f"{AskLeave.__prefix__}:{SAID}")
    await crowd.press(MOTHER, f"{SAID}:1")
    await crowd.press(MOTHER, packed(ShowLetter, NOWHERE))
    await crowd.press(STRANGER, packed(ShowLetter))
    assert refusals(log) == [
        ("warning", "unreadable_button", AskLeave.__prefix__),
        ("warning", "unreadable_button", None),
        ("info", "NotFound", ShowLetter.__prefix__),
        ("info", "stranger", ShowLetter.__prefix__),
    ]
    assert [line["update_id"] for line in lines(log, "refused")] == [1, 2, 3, 4]
    assert {line["school"] for line in lines(log, "refused")} == {crowd.street.world.school_id}
    log.must_not_name({*await words_about_people(db), *map(str, crowd.users.values()), "Тайнов"})


async def test_a_limit_is_a_warning(crowd: Crowd, log: Log, clock: FakeClock) -> None:
    world, victims = crowd.street.world, crowd.street.victims
    teacher = await world.actor(victims.ids["teacher"])
    spent = range(PAPERS.an_hour)
    await record_each(world.session, teacher, PAPERS.action, subject_type="x", ids=spent, at=clock.now())
    await crowd.press(EVERYTHING, victims.packed(PrintReport))
    assert refusals(log) == [("warning", "too_often", PrintReport.__prefix__)]


async def test_a_slip_of_the_keyboard_is_none(crowd: Crowd, log: Log) -> None:
    await crowd.press(EVERYTHING, crowd.street.victims.packed(TypeQuietHours))
    await crowd.write(EVERYTHING, "message", {"text": SAID})
    assert refusals(log) == [("info", "quiet_hours_typed", None)]
    log.must_not_name([SAID])


async def test_a_door_that_closes_on_whoever_guesses_is_a_warning(crowd: Crowd, log: Log) -> None:
    for _ in range(ATTEMPTS):
        await crowd.write(STRANGER, "message", {"text": "WWWW-WWWW-WW"})
    assert lines(log, "door.closed") == []
    await crowd.write(STRANGER, "message", {"text": "WWWW-WWWW-WW"})
    [closed] = lines(log, "door.closed")
    assert (closed["level"], closed["school"]) == ("warning", crowd.street.world.school_id)
    log.must_not_name(["WWWW-WWWW-WW", str(crowd.users[STRANGER])])
