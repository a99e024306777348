"""zvonok school add, bot, list, reencrypt: tokens come by standard input and lie encrypted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr
from sqlalchemy import insert, select

from bot.cli import main
from bot.commands.doctor import school_bot_checks
from bot.config import Settings
from bot.refusal import Refusal
from bot.served import bots_to_serve
from db.engine import Database
from db.models import AbsenceReason, AuditEntry, Binding, InboxUpdate, OutboxMessage, School, SchoolBot
from db.queries.queues import oldest_waiting_update
from services.schools import stored_bots
from tests.world import moment, new_school

TOKEN, ANOTHER = "123456:AAE-first", "234567:AAE-second"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()

Zvonok = Callable[..., Awaitable[Result]]


@pytest.fixture
def zvonok(committed_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Zvonok:
    """Nobody answers at the address of Telegram."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZVONOK_DATABASE_URL", committed_db.url)
    monkeypatch.setenv("ZVONOK_BOT_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ZVONOK_SECRET_KEY", OLD)

    async def run(*arguments: str, typed: str = "") -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["school", *arguments], typed)

    return run


async def tokens(db: Database, *keys: str) -> dict[int | None, str]:
    cipher = MultiFernet([Fernet(key) for key in keys])
    return {bot.school_id: bot.token.get_secret_value() for bot in (await stored_bots(db, cipher)).readable}


async def test_a_school_is_added_with_its_dictionaries_and_a_token_that_nobody_sees(
    zvonok: Zvonok, committed_db: Database
) -> None:
    result = await zvonok("add", "Гимназия № 2", "--timezone", "Asia/Omsk", typed=f"{TOKEN}\n")
    assert result.exit_code == 0, result.output
    async with committed_db.transaction() as session:
        school = (await session.scalars(select(School))).one()
        assert (school.name, school.timezone) == ("Гимназия № 2", "Asia/Omsk")
        assert (await session.scalars(select(AbsenceReason.school_id))).first() == school.id
        stored = (await session.scalars(select(SchoolBot))).one()
        written = [str(entry.after) for entry in await session.scalars(select(AuditEntry))]
    assert TOKEN not in f"{stored.token} {written} {result.output}"
    assert await tokens(committed_db, OLD) == {school.id: TOKEN}


@pytest.mark.parametrize("typed", ["", "ab", f"{TOKEN} x", "x" * 10_000, "😀:токен"])
async def test_what_is_no_token_adds_no_school(zvonok: Zvonok, committed_db: Database, typed: str) -> None:
    result = await zvonok("add", "Гимназия № 2", typed=typed)
    assert result.exit_code == 1
    assert "не токен" in result.output
    async with committed_db.transaction() as session:
        assert (await session.scalars(select(School))).all() == []


async def test_a_wrong_zone_is_refused_before_the_token_is_asked(zvonok: Zvonok) -> None:
    result = await zvonok("add", "Гимназия № 2", "--timezone", "Europe/Moskow", typed=TOKEN)
    assert result.exit_code == 1
    assert "Europe/Moscow" in result.output


async def test_a_bot_serves_one_school(zvonok: Zvonok, committed_db: Database) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    result = await zvonok("add", "Вторая", typed=TOKEN)
    assert result.exit_code == 1
    assert "другой школе" in result.output
    assert list((await tokens(committed_db, OLD)).values()) == [TOKEN]


async def test_a_token_is_replaced_and_forgotten(zvonok: Zvonok, committed_db: Database) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    assert (await zvonok("bot", typed=ANOTHER)).exit_code == 0
    assert list((await tokens(committed_db, OLD)).values()) == [ANOTHER]
    assert (await zvonok("bot", "--remove")).exit_code == 0
    assert await tokens(committed_db, OLD) == {}
    assert "нет своего бота" in (await zvonok("bot", "--remove")).output


async def test_with_several_schools_a_command_asks_which(zvonok: Zvonok, committed_db: Database) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    await zvonok("add", "Вторая", typed=ANOTHER)
    refused = await zvonok("set", "undo_minutes", "7")
    assert refused.exit_code == 1
    assert "Первая" in refused.output
    assert "Вторая" in refused.output
    assert (await zvonok("show", "--school", "вторая")).output.startswith("Вторая")
    assert "Такой школы" in (await zvonok("show", "--school", "третья")).output
    listed = (await zvonok("list")).output
    assert "Первая" in listed
    assert TOKEN not in listed


async def test_a_new_key_takes_over_from_the_old_one(
    zvonok: Zvonok, committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    monkeypatch.setenv("ZVONOK_SECRET_KEY", NEW)
    assert "другим ключом" in (await zvonok("reencrypt")).output
    monkeypatch.setenv("ZVONOK_SECRET_KEY", f"{NEW},{OLD}")
    assert (await zvonok("reencrypt")).exit_code == 0
    assert list((await tokens(committed_db, NEW)).values()) == [TOKEN]
    with pytest.raises(Refusal, match="не прочесть"):
        await bots_to_serve(committed_db, Settings(secret_key=SecretStr(OLD)))


async def test_a_token_that_no_key_opens_stops_its_own_school_alone(
    zvonok: Zvonok, committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    monkeypatch.setenv("ZVONOK_SECRET_KEY", NEW)
    await zvonok("add", "Вторая", typed=ANOTHER)
    settings = Settings(secret_key=SecretStr(NEW), bot_token=SecretStr("345678:AAE-greeter"))
    second, greeter = await bots_to_serve(committed_db, settings)
    assert second.token.get_secret_value() == ANOTHER
    assert greeter.school_id is None, "the first school has a bot, if one that waits for its key"
    told = [check async for check in school_bot_checks(committed_db, settings) if not check.ok]
    assert any("не прочесть" in check.text for check in told)
    assert not any(check.name == "Школы без бота" for check in told)


async def test_a_bot_is_not_removed_when_that_would_silence_another_school(
    zvonok: Zvonok, committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZVONOK_BOT_TOKEN", ANOTHER)
    async with committed_db.transaction() as session:
        first = await new_school(session, short_name="Первая")
    await zvonok("add", "Вторая", typed=TOKEN)
    refused = await zvonok("bot", "--remove", "--school", "вторая")
    assert refused.exit_code == 1
    assert f"--school {first.school_id}" in refused.output
    settings = Settings(bot_token=SecretStr(ANOTHER), secret_key=SecretStr(OLD))
    assert first.school_id in {bot.school_id for bot in await bots_to_serve(committed_db, settings)}
    assert (await zvonok("bot", "--remove", "--school", "первая")).exit_code == 1


async def test_the_bot_of_the_settings_is_not_given_away_to_another_school(
    zvonok: Zvonok, committed_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZVONOK_BOT_TOKEN", TOKEN)
    async with committed_db.transaction() as session:
        first = await new_school(session, short_name="Первая")
    refused = await zvonok("add", "Вторая", typed=TOKEN)
    assert refused.exit_code == 1
    assert "другой школе" in refused.output
    assert (await zvonok("bot", typed=TOKEN)).exit_code == 0, "its own school may keep it"
    assert await tokens(committed_db, OLD) == {first.school_id: TOKEN}


async def test_what_waits_for_a_bot_that_is_gone_alarms_nobody(
    zvonok: Zvonok, committed_db: Database
) -> None:
    await zvonok("add", "Первая", typed=TOKEN)
    for change in (("bot",), ("bot", "--remove")):
        async with committed_db.transaction() as session:
            bot_id = (await session.scalars(select(SchoolBot.bot_id))).one()
            await session.execute(
                insert(InboxUpdate).values(
                    channel="telegram",
                    bot_id=bot_id,
                    external_id=1,
                    chat_id=5,
                    payload={},
                    state="new",
                    attempts=0,
                    received_at=moment("10:00"),
                )
            )
        assert (await zvonok(*change, typed=ANOTHER)).exit_code == 0
        async with committed_db.transaction() as session:
            assert await oldest_waiting_update(session) is None


async def test_without_a_key_no_token_is_taken(zvonok: Zvonok, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZVONOK_SECRET_KEY")
    result = await zvonok("add", "Первая", typed=TOKEN)
    assert result.exit_code == 1
    assert "zvonok school key" in result.output
    assert Fernet((await zvonok("key")).output.strip())


async def test_the_token_of_the_settings_serves_the_only_school_without_a_bot(committed_db: Database) -> None:
    settings = Settings(bot_token=SecretStr(TOKEN))
    [greeter] = await bots_to_serve(committed_db, settings)
    assert greeter.school_id is None
    async with committed_db.transaction() as session:
        first = await new_school(session)
    assert [bot.school_id for bot in await bots_to_serve(committed_db, settings)] == [first.school_id]
    async with committed_db.transaction() as session:
        await new_school(session)
    assert [bot.school_id for bot in await bots_to_serve(committed_db, settings)] == [None]


async def test_messages_are_counted_for_a_school_or_for_all(zvonok: Zvonok, committed_db: Database) -> None:
    async with committed_db.transaction() as session:
        first, second = await new_school(session, short_name="Первая"), await new_school(session)
        for world in (first, first, second):
            person = await world.person("Иванов Пётр")
            await world.account_of(person)
            binding_id = (await session.scalars(select(Binding.id).where(Binding.person_id == person))).one()
            await session.execute(
                insert(OutboxMessage).values(
                    school_id=world.school_id,
                    binding_id=binding_id,
                    kind="event",
                    payload={},
                    priority=1,
                    dedup_key=str(person),
                    not_before=moment("10:00"),
                    state="queued",
                    revision=1,
                    sent_revision=0,
                    attempts=0,
                    created_at=moment("10:00"),
                )
            )

    async def counted(*arguments: str) -> list[int]:
        run = asyncio.to_thread(CliRunner().invoke, main, ["outbox", "status", "--json", *arguments])
        return [row["count"] for row in json.loads((await run).output)["messages"]]

    assert await counted() == [3]
    assert await counted("--school", "первая") == [2]
