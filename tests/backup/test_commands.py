"""zvonok backup, as an administrator types it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.config import SettingsError, load_settings
from db.engine import Database
from db.migrate import upgrade
from tests.backup.conftest import new_database
from tests.world import build_story


def zvonok(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["backup", *arguments], input=typed)


@pytest.fixture
async def installation(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Path]:
    """The folder of a computer where a school is run, with a database that nobody else uses."""
    monkeypatch.chdir(tmp_path)
    async with new_database(database_url) as url:
        monkeypatch.setenv("ZVONOK_DATABASE_URL", url)
        await upgrade(url)
        db = Database(url)
        await build_story(db)
        await db.close()
        yield tmp_path


async def test_an_administrator_makes_a_key_and_a_back_up_tries_it_and_brings_it_back_by_a_word(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*arguments: str, typed: str = "") -> str:
        result = zvonok(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.output

    def in_a_thread(*arguments: str, typed: str = "") -> Awaitable[str]:
        return asyncio.to_thread(said, *arguments, typed=typed)

    public = (await in_a_thread("key", "key.txt")).splitlines()[0]
    monkeypatch.setenv(*public.split("=", 1))
    assert "Копий: 0" in await in_a_thread("list")
    assert ".tar.age" in await in_a_thread("create")
    [name] = [path.name for path in (installation / "data/backups").iterdir()]
    assert "не проверялась" in await in_a_thread("list")
    assert "всё сошлось" in await in_a_thread("verify", "--identity", "key.txt")
    [row] = json.loads(await in_a_thread("list", "--json"))
    assert (row["file"], row["is_sound"]) == (name, True)
    for typed in ("\n", "да\n", ""):
        refused = await asyncio.to_thread(zvonok, "restore", name, "--identity", "key.txt", typed=typed)
        assert refused.exit_code == 1
        assert "Восстановлено" not in refused.output
    restored = await in_a_thread("restore", name, "--identity", "key.txt", typed="«Заменить»\n")
    assert "Восстановлено то, что было" in restored
    assert "Не уйдут старые сообщения: 0" in restored
    assert "Теперь можно запускать бота" in restored
    assert "AGE-SECRET-KEY" not in restored


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create",), "zvonok backup key"),
        (("verify",), "--identity"),
        (("restore", "x"), "--identity"),
        (("restore", "x", "--identity", "nowhere"), "не читается"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = zvonok(*arguments)
    assert result.exit_code == 1
    assert sentence in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZVONOK_BACKUP_KEY", "AGE-SECRET-KEY-1QQQ"),
        ("ZVONOK_BACKUP_KEY", "age1x,"),
        ("ZVONOK_BACKUP_KEEP", "9,9"),
        ("ZVONOK_BACKUP_KEEP", "7,5,-1"),
        ("ZVONOK_BACKUP_KEEP", "неделю"),
    ],
)
def test_a_wrong_setting_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert name in str(refusal.value)
    assert value not in str(refusal.value)
