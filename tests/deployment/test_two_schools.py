"""Two schools, each with a bot of its own, as compose.yaml deploys them; a third is added while it runs."""

from __future__ import annotations

import asyncio
import hmac

import pytest
from aiohttp import ClientSession
from cryptography.fernet import Fernet

from db.models import Attendance, InboxUpdate
from sandbox.state import BotAccount
from tests.deployment.conftest import SECRET, Deployment, until
from tests.world import build_story

TOKENS = ["1000001:of-the-first", "1000002:of-the-second", "1000003:of-the-third"]


def secret_of(bot: BotAccount) -> str:
    return hmac.digest(SECRET.encode(), str(bot.bot_id).encode(), "sha256").hex()


@pytest.fixture
async def key(deployment: Deployment) -> str:
    for number, token in enumerate(TOKENS):
        deployment.telegram.add_bot(token, f"school_{number}_bot")
    return deployment.own.setdefault("ZVONOK_SECRET_KEY", Fernet.generate_key().decode())


async def test_each_school_has_its_bot_its_address_and_its_secret(deployment: Deployment, key: str) -> None:
    schools = [await build_story(deployment.db) for _ in range(2)]
    for people, token in zip(schools, TOKENS, strict=False):
        school = str(people.world.school_id)
        assert await deployment.command("school", "bot", "--school", school, typed=token) == 0
    await deployment.start_all()

    # Both teachers tap side by side; Telegram numbers the updates of each bot alike.
    annas = [deployment.phone(people, people.anna, number) for number, people in enumerate(schools)]
    await asyncio.gather(*(anna.start() for anna in annas))
    await asyncio.gather(*(anna.press("Перекличка") for anna in annas))
    await annas[0].press("Иванов П.")
    await annas[1].press("Агаев И.")
    await deployment.settled()
    here, there = schools
    assert await deployment.count(Attendance.pupil_id == here.ivanov) == 1
    assert await deployment.count(Attendance.pupil_id == there.agaev) == 1
    assert await deployment.count(Attendance.pupil_id.in_([here.agaev, there.ivanov])) == 0

    # A teacher of one school is nobody in the other, and finds none of its lessons there.
    [button] = [row[0].data for row in annas[1].screen.buttons if row[0].text.endswith("Агаев И.")]
    stranger = deployment.phone(here, here.anna, bot_number=1)
    await stranger.start()
    await stranger.press_data(button or "")
    await deployment.settled()
    assert await deployment.count(Attendance.pupil_id == there.agaev) == 1

    # Whoever has one school's secret posts nothing to the other's address.
    first, second, third = deployment.telegram.state.bots.values()
    addresses = [bot.queue.webhook.url if bot.queue.webhook else "" for bot in (first, second)]
    assert addresses == [f"{deployment.balancer.url}/{bot.bot_id}" for bot in (first, second)]
    forged = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}}
    async with ClientSession() as session:
        for address, secret, status in [
            (addresses[1], secret_of(first), 404),
            (addresses[1], SECRET, 404),
            (deployment.balancer.url, SECRET, 404),
            (addresses[1], secret_of(second), 200),
        ]:
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            async with session.post(address, json=forged, headers=headers) as answer:
                assert answer.status == status, (address, secret)
    assert await deployment.count(InboxUpdate.chat_id == 5) == 1

    # A school that is added needs no restart.
    assert await deployment.command("school", "add", "Гимназия № 3", typed=TOKENS[2]) == 0

    async def announced() -> bool:
        return third.queue.webhook is not None

    await until(announced, "the new bot has a webhook")
    phone = deployment.telegram.phone(77, bot=third)
    await phone.start()
    printed = deployment.printed()
    assert "Traceback" not in printed
    secrets = (*TOKENS, key, SECRET, *map(secret_of, (first, second, third)))
    assert [secret for secret in secrets if secret in printed] == []
