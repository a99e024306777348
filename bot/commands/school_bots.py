"""zvonok school add, list, bot, key, reencrypt: several schools, each with a bot of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import click
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.commands import import_texts as texts
from bot.commands.which_school import school_option, the_school
from bot.config import Settings, as_token, load_settings
from bot.database import open_database
from bot.refusal import Refusal
from bot.served import of_the_settings
from bot.telegram import build_bot
from db.engine import Database
from db.queries.schools import bots, schools
from services.clock import Clock
from services.errors import NotFound
from services.importing.settings_sheet import DEFAULTS, setting_value
from services.importing.values import NotAValue
from services.schools import BotIsAnothers, NewBot, SchoolService, TokenUnreadable, stored_bots

_LONGEST_TOKEN = 200


@click.command(help="Добавить школу со своим ботом. Токен спросят или прочтут со стандартного ввода.")
@click.argument("name", metavar="НАЗВАНИЕ")
@click.option("--short-name", metavar="НАЗВАНИЕ", help="Краткое; без него — полное.")
@click.option("--timezone", default=DEFAULTS["timezone"], show_default=True, help="Часовой пояс.")
@click.option("--preset", default=DEFAULTS["preset"], show_default=True, help="Образец положения.")
def add(name: str, short_name: str | None, timezone: str, preset: str) -> None:
    given = {"name": name, "short_name": short_name or name, "timezone": timezone, "preset": preset}
    school_id = asyncio.run(_add({key: _checked(key, value) for key, value in given.items()}))
    click.echo(f"Добавлена школа № {school_id}. Загрузите её: zvonok school import ПУТЬ --school {school_id}")


async def _add(values: dict[str, str]) -> int:
    settings = load_settings()
    async with _opened(settings) as (db, service):
        new = await _ask_for_bot(settings)
        await _check_is_free(db, settings, new, school_id=None)
        return await service.add(values=values, bot=new)


def _checked(key: str, value: str) -> str:
    try:
        return setting_value(key, value)
    except NotAValue as wrong:
        raise Refusal(texts.wrong_value(wrong, value)) from None


@click.command("list", help="Школы и их боты.")
def list_() -> None:
    asyncio.run(_list())


async def _list() -> None:
    async with open_database(load_settings()) as db, db.transaction() as session:
        there = await schools(session)
        names = {bot.school_id: bot.username or str(bot.bot_id) for bot in await bots(session)}
    for school in there:
        served = f"@{names[school.id]}" if school.id in names else "своего бота нет"
        click.echo(f"{school.id:>4}  {school.name}  {served}")


@click.command(help="Дать школе бота или другой токен. Токен спросят или прочтут со стандартного ввода.")
@school_option
@click.option("--remove", is_flag=True, help="Забыть токен: бот школы остановится.")
def bot(wanted: str | None, remove: bool) -> None:
    asyncio.run(_remove_bot(wanted) if remove else _set_bot(wanted))
    click.echo("Готово.")


async def _set_bot(wanted: str | None) -> None:
    settings = load_settings()
    async with _opened(settings) as (db, service):
        async with db.transaction() as session:
            school = await the_school(session, wanted)
        new = await _ask_for_bot(settings)
        await _check_is_free(db, settings, new, school_id=school.id)
        await service.set_bot(school_id=school.id, bot=new)


async def _check_is_free(db: Database, settings: Settings, new: NewBot, school_id: int | None) -> None:
    """The bot of ZVONOK_BOT_TOKEN serves a school without being stored as its own. Raises BotIsAnothers."""
    stored = await stored_bots(db, settings.cipher)
    of_settings = await of_the_settings(db, settings, stored)
    serves = {bot.school_id for bot in of_settings if bot.bot_id == new.bot_id}
    if serves - {None, school_id}:
        raise BotIsAnothers


async def _remove_bot(wanted: str | None) -> None:
    settings = load_settings()
    async with _opened(settings) as (db, service):
        async with db.transaction() as session:
            school = await the_school(session, wanted)
            own = {bot.school_id for bot in await bots(session)}
            others = [other.id for other in await schools(session) if other.id not in {*own, school.id}]
        if settings.bot_token is not None and len(others) == 1:
            raise Refusal(
                f"Бот из ZVONOK_BOT_TOKEN служит школе № {others[0]} и умолк бы: без своего бота остались бы "
                f"две. Сначала дайте ей её бота: zvonok school bot --school {others[0]}"
            )
        await service.remove_bot(school_id=school.id)


@click.command(help="Создать ключ для ZVONOK_SECRET_KEY: им шифруются токены школ.")
def key() -> None:
    click.echo(Fernet.generate_key())


@click.command(help="Зашифровать токены первым ключом из ZVONOK_SECRET_KEY; прежние ключи станут не нужны.")
def reencrypt() -> None:
    click.echo(f"Зашифровано токенов: {asyncio.run(_reencrypt())}.")


async def _reencrypt() -> int:
    async with _opened(load_settings()) as (_, service):
        return await service.reencrypt()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, SchoolService]]:
    if settings.cipher is None:
        raise Refusal(
            "Токены школ хранятся зашифрованными, а ключа нет. Создайте его: zvonok school key, "
            "и укажите в ZVONOK_SECRET_KEY. Сохраните и копию: без ключа токены не прочесть."
        )
    async with open_database(settings) as db:
        with _as_sentences():
            yield db, SchoolService(db, Clock(settings.clock), settings.cipher)


@contextmanager
def _as_sentences() -> Iterator[None]:
    try:
        yield
    except NotFound:
        raise Refusal("У этой школы нет своего бота.") from None
    except BotIsAnothers:
        raise Refusal("Этот бот уже служит другой школе: заведите новой своего у @BotFather.") from None
    except TokenUnreadable as unreadable:
        number = unreadable.params["school_id"]
        raise Refusal(f"Токен бота школы № {number} зашифрован другим ключом; ничего не изменено.") from None


async def _ask_for_bot(settings: Settings) -> NewBot:
    """Never an argument of the command: others on this computer would see it, and the shell would keep it."""
    if sys.stdin.isatty():
        typed = click.prompt("Токен бота", hide_input=True, err=True)
    else:
        typed = sys.stdin.readline(_LONGEST_TOKEN)
    try:
        token = as_token(SecretStr(typed.strip()))
    except ValueError:
        raise Refusal("Это не токен бота: он выглядит как 123456:AAE-x, его даёт @BotFather.") from None
    telegram = build_bot(token.get_secret_value(), settings.bot_api_url)
    try:
        return NewBot(token, (await telegram.me()).username or "")
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise Refusal("Telegram не знает такого токена: скопируйте его у @BotFather ещё раз.") from None
    except AiogramError as error:
        click.echo(
            f"Telegram не ответил ({type(error).__name__}), токен сохранён без проверки: zvonok doctor.",
            err=True,
        )
        return NewBot(token, "")
    finally:
        await telegram.session.close()
