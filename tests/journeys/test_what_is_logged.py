"""When everything goes wrong, the log says what, and nothing about whom."""

from __future__ import annotations

from typing import Any

from aiogram.types import Update
from sqlalchemy import text

from db.models import Person
from sandbox.faults import Fault
from tests.journeys.conftest import PATIENCE, Town
from tests.logged import Log

SAID = "Сидоренко Марина болеет, звоните +79001234567"


async def test_errors_of_every_kind_are_logged_without_a_word_of_what_was_said(town: Town, log: Log) -> None:
    """At the end of each journey the log is searched for names and words of its school."""

    async def breaks(handler: Any, event: Update, data: dict[str, Any]) -> Any:
        if event.message is None or not event.message.text:
            return await handler(event, data)
        said = event.message.text
        if said.startswith("1"):
            raise ValueError(said)
        if said.startswith("2"):
            async with town.db.transaction() as session:
                await session.execute(text("select cast(:said as text)::int"), {"said": said})
        person = Person(last_name=said)
        raise LookupError(person.last_name, event) from KeyError(said)

    town.app.dispatcher.update.outer_middleware(breaks)
    mother = town.phone(town.people.mother)
    for number in (1, 2, 3):
        said = await mother.say(f"{number} {SAID}")
        assert "сломалось" in (await mother.sees_after(said, timeout=PATIENCE)).text
    town.sandbox.faults.add(Fault.error(502, "sendMessage"))
    await mother.say(f"1 {SAID}, ещё раз")
    await town.idle()
    assert sum("update.failed" in line for line in log.written) == 8
    assert any("SQLSTATE 22P02" in line for line in log.written)
