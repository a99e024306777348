from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.config import SettingsError, load_settings

TOKEN = "123456:AAE-secret_part"


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith("ZVONOK_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    return str(refusal.value).splitlines()


def test_nothing_needs_to_be_set_and_only_this_machine_is_listened_to() -> None:
    settings = load_settings()

    assert settings.bot_token is None
    assert settings.database_url is None
    assert settings.bot_api_url == "https://api.telegram.org"
    assert settings.listen == ("127.0.0.1", 8080)


def test_a_variable_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"ZVONOK_BOT_TOKEN={TOKEN}\nZVONOK_LOG_FORMAT=json\nEDITOR=vi\n", "utf-8")
    monkeypatch.setenv("ZVONOK_LOG_FORMAT", "console")

    settings = load_settings()

    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.log_format == "console"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONOK_DATABASE_URL", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://h/db", "postgresql+asyncpg://h/db"),
        ("postgresql://u:p%40ss@h:5433/db", "postgresql+asyncpg://u:p%40ss@h:5433/db"),
        ("postgresql+asyncpg://u@/db?host=/run/pg", "postgresql+asyncpg://u@/db?host=%2Frun%2Fpg"),
        ("postgresql://h/db?sslmode=require", "postgresql+asyncpg://h/db?ssl=require"),
    ],
)
def test_every_spelling_of_a_database_url_suits_the_driver(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("ZVONOK_DATABASE_URL", given)
    database_url = load_settings().database_url
    assert database_url is not None
    assert database_url.get_secret_value() == used


def test_the_clock_begins_at_a_moment_of_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONOK_CLOCK", "2026-09-14T08:25+03:00")
    clock = load_settings().clock
    assert clock == datetime.fromisoformat("2026-09-14T05:25Z")
    assert clock is not None
    assert clock.utcoffset() == timedelta(hours=3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZVONOK_BOT_TOKEN", "forgotten"),
        ("ZVONOK_BOT_TOKEN", f"{TOKEN} и хвост"),
        ("ZVONOK_BOT_API_URL", "api.example"),
        ("ZVONOK_BOT_API_URL", "http://[broken"),
        ("ZVONOK_DATABASE_URL", "mysql://u:geheim@h/db"),
        ("ZVONOK_DATABASE_URL", "postgresql://u:geheim@h"),
        ("ZVONOK_DATABASE_URL", "postgresql://u:geheim@h:port/db"),
        ("ZVONOK_CLOCK", "2026-10-05T08:25"),
        ("ZVONOK_CLOCK", "завтра"),
        ("ZVONOK_WEBHOOK_URL", "ftp://school.example"),
        ("ZVONOK_WEBHOOK_SECRET", "пароль"),
        ("ZVONOK_LISTEN", "8081"),
        ("ZVONOK_LISTEN", "127.0.0.1:99999"),
        ("ZVONOK_LISTEN", "127.0.0.1:8080/path"),
        ("ZVONOK_LOG_FORMAT", "xml"),
        ("ZVONOK_HEALTH_LISTEN", "9465"),
        ("ZVONOK_SENTRY_DSN", "https://sentry.example/1"),
        ("ZVONOK_SENTRY_DSN", "geheim"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    [sentence] = refused(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name}: ")
    assert value not in sentence
    assert "geheim" not in sentence


def test_a_folder_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    assert refused(monkeypatch, ZVONOK_DATA_DIR="file")[0].startswith("ZVONOK_DATA_DIR: ")


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ZVONOK_LISTENS=127.0.0.1:1\n", "utf-8")
    assert refused(monkeypatch, ZVONOK_BOT_TOKEM=TOKEN) == [
        "Настройки ZVONOK_BOT_TOKEM нет; возможно, это ZVONOK_BOT_TOKEN.",
        "Настройки ZVONOK_LISTENS нет; возможно, это ZVONOK_LISTEN.",
    ]


def test_every_problem_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(refused(monkeypatch, ZVONOK_LISTEN="x", ZVONOK_LOG_FORMAT="y", ZVONOK_Z="z")) == 3


def test_a_webhook_without_a_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    [sentence] = refused(monkeypatch, ZVONOK_WEBHOOK_URL="https://school.example/zvonok")
    assert "ZVONOK_WEBHOOK_SECRET" in sentence


def test_a_file_that_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes("ZVONOK_BOT_TOKEN=привет".encode("cp1251"))
    [sentence] = refused(monkeypatch)
    assert ".env" in sentence


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZVONOK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("ZVONOK_DATABASE_URL", "postgresql://u:geheim@h/db")
    printed = repr(load_settings())
    assert TOKEN not in printed
    assert "geheim" not in printed


def test_help_is_in_russian() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "электронный журнал" in result.output


def test_a_typing_error_names_the_command() -> None:
    result = CliRunner().invoke(main, ["rnu"])
    assert result.exit_code == 2
    assert "rnu" in result.output


def test_secrets_are_read_from_files_of_a_folder_and_variables_win(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ZVONOK_BOT_TOKEN").write_text(f"{TOKEN}\n")
    (tmp_path / "ZVONOK_LOG_FORMAT").write_text("json\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("ZVONOK_LOG_FORMAT", "console")
    settings = load_settings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.log_format == "console"


def test_a_misspelt_secret_and_a_folder_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "none"))
    load_settings()
    (tmp_path / "ZVONOK_BOT_TOKN").write_text(TOKEN)
    [problem] = refused(monkeypatch, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert "ZVONOK_BOT_TOKEN" in problem
