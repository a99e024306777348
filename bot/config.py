"""The settings of the installation: ZVONOK_* variables, and the file .env of the current folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, MultiFernet
from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.backup.keys import recipients
from bot.backup.shelf import Keep
from bot.refusal import Refusal

_PREFIX = "ZVONOK_"
_FILE = ".env"


class SettingsError(Refusal):
    """A sentence a line for everything that is wrong. No value is repeated: it may be a secret."""


class Address(NamedTuple):
    host: str
    port: int


def as_token(value: SecretStr) -> SecretStr:
    """Of a bot. Raises ValueError when it does not look like one."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    return value.rstrip("/")


def _database_url(value: SecretStr) -> SecretStr:
    """For SQLAlchemy and asyncpg, which do not read every spelling that libpq does."""
    try:
        url = make_url(value.get_secret_value())
    except ArgumentError:
        raise ValueError from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+asyncpg") or not url.database:
        raise ValueError
    if "sslmode" in url.query:
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(["sslmode"])
    return SecretStr(url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False))


def _folder(value: Path) -> Path:
    folder = value.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise ValueError
    return folder


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _webhook_secret(value: SecretStr) -> SecretStr:
    """Telegram's own rule for secret_token."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError
    return value


def _address(value: object) -> Address:
    parts = urlsplit(f"//{value}")
    if not parts.hostname or not parts.port or parts.netloc != value or "@" in parts.netloc:
        raise ValueError
    return Address(parts.hostname, parts.port)


def _public_keys(value: str) -> str:
    recipients(value)
    return value


def _secret_keys(value: SecretStr) -> SecretStr:
    _cipher(value)
    return value


def _cipher(keys: SecretStr) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in keys.get_secret_value().split(",")])


def _keep(value: object) -> Keep:
    days, weeks, months = map(int, str(value).split(","))
    if min(days, weeks, months) < 0:
        raise ValueError
    return Keep(days, weeks, months)


def _sentry_dsn(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in ("http", "https") or not (parts.hostname and parts.username and parts.path[1:]):
        raise ValueError
    return value


class Settings(BaseSettings):
    """Made by `load_settings`; a secret shows as stars when printed."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_file=_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=False,
    )

    bot_token: Annotated[SecretStr, AfterValidator(as_token)] | None = None
    bot_api_url: Annotated[str, AfterValidator(_web_address)] = "https://api.telegram.org"
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = None
    """None: the embedded PostgreSQL."""
    data_dir: Annotated[Path, AfterValidator(_folder)] = Field(default_factory=Path("data").absolute)
    clock: Annotated[datetime, BeforeValidator(_moment)] | None = None
    """When the clock begins, with its zone; None: real time."""
    webhook_url: Annotated[str, AfterValidator(_web_address)] | None = None
    """None: the bot polls."""
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    listen: Annotated[Address, NoDecode, BeforeValidator(_address)] = Address("127.0.0.1", 8080)
    log_format: Literal["console", "json"] = "console"
    health_listen: Annotated[Address, NoDecode, BeforeValidator(_address)] | None = None
    """Where /health, /ready and /metrics are; None: nowhere, so that processes of one machine do not meet."""
    sentry_dsn: Annotated[SecretStr, AfterValidator(_sentry_dsn)] | None = None
    """None: errors are told to nobody else."""
    backup_key: Annotated[str, AfterValidator(_public_keys)] | None = None
    """Public keys, by comma. None: no back-ups are made."""
    backup_identity_file: Path | None = None
    """None: whoever restores a back-up names it."""
    backup_dir: Annotated[Path, AfterValidator(_folder)] | None = None
    """None: `backups` of the data folder."""
    backup_copy_dir: Annotated[Path, AfterValidator(_folder)] | None = None
    """A second place for every back-up."""
    backup_keep: Annotated[Keep, NoDecode, BeforeValidator(_keep)] = Keep(7, 5, 12)
    secret_key: Annotated[SecretStr, AfterValidator(_secret_keys)] | None = None
    """By comma: the first one encrypts the tokens of schools' bots, any of them decrypts. None: no school has
    a bot of its own."""

    @property
    def cipher(self) -> MultiFernet | None:
        return None if self.secret_key is None else _cipher(self.secret_key)


_EXPECTED = {
    "bot_token": "токен от @BotFather, например 123456:AAE-x",
    "bot_api_url": "адрес, например https://api.telegram.org",
    "database_url": "адрес PostgreSQL, например postgresql://zvonok:пароль@localhost/zvonok",
    "data_dir": "папка",
    "clock": "момент с часовым поясом, например 2026-09-14T08:25+03:00",
    "webhook_url": "адрес, например https://school.example/zvonok",
    "webhook_secret": "до 256 латинских букв, цифр, «_» и «-»",
    "listen": "адрес и порт, например 127.0.0.1:8080",
    "log_format": "console или json",
    "health_listen": "адрес и порт, например 127.0.0.1:9464",
    "sentry_dsn": "адрес (DSN) проекта Sentry, например https://ключ@sentry.example/1",
    "secret_key": "ключ, который даёт zvonok school key; несколько — через запятую, первый шифрует",
    "backup_key": "открытый ключ age1…, его даёт zvonok backup key; несколько — через запятую",
    "backup_identity_file": "файл с закрытым ключом копий",
    "backup_dir": "папка",
    "backup_copy_dir": "папка, лучше на другом диске",
    "backup_keep": "сколько дней, недель и месяцев хранить копии, например 7,5,12",
}


def load_settings() -> Settings:
    """Read and check everything; variables win over the file. Raises SettingsError."""
    try:
        in_file = dotenv_values(_FILE, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"Файл {_FILE} не читается: нужен текстовый файл в UTF-8.") from None
    folder = _credentials()
    in_folder = os.listdir(folder) if folder else []
    sources: dict[str, Any] = {"_secrets_dir": folder}  # mypy would look for a field of this name
    problems = list(_unknown([*os.environ, *in_file, *in_folder]))
    try:
        settings = Settings(**sources)
    except ValidationError as error:
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors(include_input=False))
        problems += [
            f"{_PREFIX}{field.upper()}: нужно другое значение — {_EXPECTED[field]}." for field in wrong
        ]
    else:
        if settings.webhook_url and not settings.webhook_secret:
            problems.append(
                "Вместе с ZVONOK_WEBHOOK_URL нужен ZVONOK_WEBHOOK_SECRET: без него обновления "
                "мог бы прислать кто угодно."
            )
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _credentials() -> str | None:
    """A folder with a file for each secret: systemd's LoadCredential, the secrets of a container."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return folder if os.path.isdir(folder) else None


def _unknown(names: Iterable[str]) -> Iterable[str]:
    known = [f"{_PREFIX}{field}".upper() for field in Settings.model_fields]
    for name in sorted({name.upper() for name in names} - set(known)):
        if name.startswith(_PREFIX):
            meant = get_close_matches(name, known, n=1)
            yield f"Настройки {name} нет" + (f"; возможно, это {meant[0]}." if meant else ".")
