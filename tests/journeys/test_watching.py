"""Who watches the bot sees what people do and get, and none of them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import application
from bot.config import Address, Settings
from db.enums import OutboxState, StaffRole
from db.models import Binding, OutboxMessage
from services.attention import Watchman
from tests.journeys.conftest import PATIENCE, TOKEN, Town
from tests.processes import free_port
from tests.world import World


def value(told: str, name: str, **labels: str) -> float | None:
    found = (
        sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    )
    return next(found, None)


async def test_a_tap_its_answer_and_the_message_that_it_causes_are_counted(town: Town) -> None:
    anna = town.phone(town.people.anna)
    for label in ("Перекличка", "Иванов П.", "Готово", "Сообщить сейчас"):
        await anna.press(label, on=await anna.sees_button(label))
    await town.idle()

    def told() -> list[float | None]:
        figures = generate_latest(town.app.watch.registry).decode()
        return [
            value(figures, "zvonok_updates_total", update="tap", outcome="handled"),
            value(figures, "zvonok_update_answer_seconds_count", update="tap"),
            value(figures, "zvonok_messages_total", kind="absence_alert", outcome="sent"),
            value(figures, "zvonok_duty", duty="sender", state="working"),
        ]

    async def all_told() -> bool:
        return told() == [4, 4, 1, 1]

    # What the database knows is counted a moment later.
    with suppress(TimeoutError):
        await town.until(all_told)
    assert told() == [4, 4, 1, 1]


async def test_a_running_bot_tells_of_itself_where_it_was_asked_to(town: Town, tmp_path: Path) -> None:
    """A second process beside the journey's own: it stands by."""
    address = Address("127.0.0.1", free_port())
    settings = Settings.model_construct(
        bot_token=SecretStr(TOKEN),
        bot_api_url=town.sandbox.base_url,
        data_dir=tmp_path / "second",
        health_listen=address,
    )
    site = f"http://{address.host}:{address.port}"
    async with (
        application(settings, town.db, town.clock),
        aiohttp.ClientSession() as session,
        asyncio.timeout(PATIENCE),
    ):
        parts = await _ready(session, f"{site}/ready")
        async with session.get(f"{site}/metrics") as answer:
            told = await answer.text()
    assert parts == {
        "database": "ok",
        "intake": "standing_by",
        "sender": "standing_by",
        "scheduler": "working",
    }
    assert value(told, "zvonok_database_up") == 1


async def test_the_administrator_reads_in_the_morning_what_is_wrong_and_taps_to_see_it(
    town: Town, tmp_path: Path
) -> None:
    world = town.people.world
    async with town.db.transaction() as session:
        world.session = session
        artur = await world.employ(await world.person("Дорохов Артур Ильич"), StaffRole.ADMINISTRATOR)
        await world.account_of(artur)
    phone = town.phone(artur)
    await phone.start()
    await phone.sees("Артур Ильич, здравствуйте!")
    async with town.db.transaction() as session:
        world.session = session
        await an_alert_that_failed(town, world)
        await Watchman(town.db, tmp_path).tell(session, town.clock.now())
    await town.at("10:18")

    note = await phone.sees("нужна ваша помощь")
    assert "Резервные копии требуют внимания" in note.text
    await phone.press("Кому не ушло", on=note)
    shown = await phone.sees("Кому не ушло за неделю")
    assert "Иванова Мария" in shown.text
    await phone.press("Меню", on=shown)
    await phone.press("Резервные копии", on=await phone.sees_on_screen("Артур Ильич, здравствуйте!"))
    await phone.sees("Копий ещё нет")


async def an_alert_that_failed(town: Town, world: World) -> None:
    now = town.clock.now()
    [mother] = await world.session.scalars(select(Binding.id).where(Binding.person_id == town.people.mother))
    row = {"school_id": world.school_id, "binding_id": mother, "kind": "absence_alert", "payload": {}}
    row |= {"priority": 0, "revision": 1, "sent_revision": 0, "attempts": 8, "dedup_key": "failed"}
    await world.add(OutboxMessage, **row, state=OutboxState.FAILED, not_before=now, created_at=now)


async def _ready(session: aiohttp.ClientSession, url: str) -> Any:
    while True:
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(url) as answer:
                if answer.status == 200:
                    return (await answer.json())["parts"]
        await asyncio.sleep(0.01)
