"""zvonok doctor: what works, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import json
import pwd
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import click
from aiogram.exceptions import (
    AiogramError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from pydantic import SecretStr

from bot.backup.words import PROBLEMS, age
from bot.config import Settings, load_settings
from bot.database import embedded_cluster, open_database
from bot.receiving import mailbox_of
from bot.refusal import Refusal
from bot.served import bots_to_serve, unreadable
from bot.telegram import build_bot
from db.engine import Database
from db.queries import queues
from db.queries.schools import schools
from db.server import server_facts
from db.wall import ROLE, wall_stands
from services import backups
from services.attention import MEGABYTE, QUEUE_TOLERANCE, is_nearly_full, space_of
from services.clock import Clock
from services.schools import stored_bots

_CLOCK_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    text: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Для программ.")
def doctor(as_json: bool) -> None:
    """Проверить настройки, базу данных, Telegram, часы и очереди. Код 1, если что-то сломано."""
    checks = asyncio.run(_checks())
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            click.echo(f"{'✓' if check.ok else '✗'} {check.name}: {check.text}")
    sys.exit(0 if all(check.ok for check in checks) else 1)


async def _checks() -> list[Check]:
    try:
        settings = load_settings()
    except Refusal as refusal:
        return [Check("Настройки", False, str(refusal))]
    checks = [Check("Настройки", True, "прочитаны")]
    checks += [check async for check in _database(settings)]
    checks += [check async for check in _telegram(settings)]
    return checks


async def _database(settings: Settings) -> AsyncIterator[Check]:
    async with AsyncExitStack() as stack:
        try:
            db = await stack.enter_async_context(open_database(settings))
        except Refusal as refusal:
            yield Check("База данных", False, str(refusal))
            return
        async with db.transaction() as session:
            facts = await server_facts(session)
            stands, there = await wall_stands(session), await schools(session)
        yield Check("База данных", True, f"PostgreSQL {facts.version}")
        if settings.database_url is None:
            yield keeper_check(embedded_cluster(settings).stat().st_uid)
        yield Check(
            "Русские буквы в базе",
            facts.lowers_cyrillic,
            "сравниваются без учёта регистра"
            if facts.lowers_cyrillic
            else "не приводятся к строчным: создайте базу с локалью C.UTF-8 или ru_RU.UTF-8",
        )
        yield Check("Схема базы", True, facts.revision)
        yield wall_check(stands, len(there))
        async for check in school_bot_checks(db, settings):
            yield check
        yield _clock("Часы базы данных", facts.now)
        now = Clock(settings.clock).now()
        async for check in queue_checks(db, now):
            yield check
        space = await asyncio.to_thread(space_of, settings.data_dir)
        yield Check("Место на диске", not is_nearly_full(space), f"свободно {space.free // MEGABYTE} МБ")
        async for check in backup_checks(db, settings, now):
            yield check


def wall_check(stands: bool, schools_there: int) -> Check:
    name = "Стена между школами"
    if stands:
        return Check(name, True, "стоит: PostgreSQL сам не показывает одной школе данные другой")
    advice = (
        f"не стоит: пусть администратор сервера выполнит CREATE ROLE {ROLE} NOLOGIN; "
        f"GRANT {ROLE} TO учётная_запись_бота; и перезапустите бота"
    )
    return Check(name, schools_there < 2, advice)


async def school_bot_checks(db: Database, settings: Settings) -> AsyncIterator[Check]:
    try:
        served = await bots_to_serve(db, settings)
    except Refusal as refusal:
        yield Check("Боты школ", False, str(refusal))
        return
    unread = {bot.school_id for bot in (await stored_bots(db, settings.cipher)).unreadable}
    for school_id in sorted(unread):
        yield Check("Боты школ", False, unreadable(school_id))
    for bot in served:
        if bot.token != settings.bot_token:
            address = settings.webhook_url and mailbox_of(settings, bot).url
            name = f"Бот школы № {bot.school_id}"
            yield await bot_check(name, bot.token, settings.bot_api_url, "zvonok school bot", address)
    async with db.transaction() as session:
        silent = {school.id for school in await schools(session)} - {bot.school_id for bot in served} - unread
    if len(silent) > 1 or (silent and served):
        numbers = ", ".join(map(str, sorted(silent)))
        yield Check("Школы без бота", False, f"{numbers}: дайте им токены, zvonok school bot --school НОМЕР")


def keeper_check(uid: int) -> Check:
    """Whose files the embedded database is: root lends it the account `nobody` where there is no better one,
    and other programs that nobody owns could read it all."""
    name = "Владелец базы данных"
    try:
        account = pwd.getpwuid(uid).pw_name
    except KeyError:
        return Check(name, True, str(uid))
    if account != "nobody":
        return Check(name, True, account)
    return Check(
        name,
        False,
        "nobody: её прочтёт любая программа с этой учётной записью. Заведите для бота свою: "
        "руководство администратора, «Своя учётная запись»",
    )


async def queue_checks(db: Database, now: datetime) -> AsyncIterator[Check]:
    """What waits too long, and what could not be handled at all."""
    async with db.transaction() as session:
        message = await queues.oldest_due_message(session, now)
        update = await queues.oldest_waiting_update(session)
        given_up = await queues.updates_given_up(session)
    for name, since in (("Исходящие", message), ("Входящие", update)):
        age = timedelta() if since is None else now - since
        fine = age < QUEUE_TOLERANCE
        waiting = "ничего не ждёт" if since is None else f"самое старое ждёт {int(age.total_seconds())} с"
        yield Check(name, fine, waiting if fine else f"{waiting}: запущен ли zvonok run?")

    yield Check(
        "Сбои",
        not given_up,
        f"сообщений, на которых бот падал при каждом запуске: {given_up}. Они отложены; "
        "покажите разработчикам строки intake.given_up из журнала"
        if given_up
        else "ни одно сообщение не роняет бота",
    )


async def backup_checks(db: Database, settings: Settings, now: datetime) -> AsyncIterator[Check]:
    """How old the last back-up is, and whether it can be trusted (O1)."""
    name = "Резервные копии"
    async with db.transaction() as session:
        seen = await backups.view(session, now)
    if seen is None:
        yield Check(name, True, "школы ещё нет, копировать нечего")
    elif settings.backup_key is None:
        yield Check(name, False, "нет ключа: руководство администратора, «Резервные копии»")
    elif seen.problems or seen.last_good is not None:
        said = [PROBLEMS[problem] for problem in seen.problems]
        if seen.last_good is not None:
            tried_at = seen.last_trial and seen.last_trial.verified_at
            tried = f", проверка {age(tried_at, now)}" if tried_at else ""
            said.append(f"последняя {age(seen.last_good.started_at, now)}{tried}")
        if not settings.backup_copy_dir:
            said.append("второй папки нет (ZVONOK_BACKUP_COPY_DIR)")
        yield Check(name, not seen.problems, "; ".join(said))


async def _telegram(settings: Settings) -> AsyncIterator[Check]:
    if settings.bot_token is not None:
        token, address = settings.bot_token, settings.webhook_url
        check = await bot_check("Telegram", token, settings.bot_api_url, "ZVONOK_BOT_TOKEN", address)
        yield check
        if check.ok:
            yield _clock("Часы Telegram", await _date_of(settings.bot_api_url))
    elif settings.secret_key is None:
        yield Check("Telegram", False, "задайте ZVONOK_BOT_TOKEN: токен бота от @BotFather")


async def bot_check(name: str, token: SecretStr, api_url: str, source: str, address: str | None) -> Check:
    """`source`: where the token comes from; `address`: where its updates should be posted, if anywhere."""
    bot = build_bot(token.get_secret_value(), api_url)
    try:
        username = (await bot.get_me()).username
        if (await bot.get_webhook_info()).url == (address or ""):
            return Check(name, True, f"@{username}")
        return Check(
            name,
            False,
            f"@{username}: Telegram присылает его сообщения не сюда. Запустите zvonok run заново; не поможет "
            "— тем же токеном пользуется другая программа: остановите её",
        )
    except (TelegramUnauthorizedError, TelegramNotFound):
        return Check(name, False, f"не знает такого токена: проверьте {source}")
    except TelegramNetworkError:
        return Check(name, False, "не отвечает: проверьте связь и ZVONOK_BOT_API_URL")
    except AiogramError as error:
        return Check(name, False, f"отвечает ошибкой {type(error).__name__}")
    finally:
        await bot.session.close()


async def _date_of(url: str) -> datetime | None:
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.head(url) as answer:
            date = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError):
        return None
    return parsedate_to_datetime(date) if date else None


def _clock(name: str, theirs: datetime | None) -> Check:
    if theirs is None:
        return Check(name, True, "время не сообщают")
    difference = abs(datetime.now(UTC) - theirs)
    seconds = difference.total_seconds()
    if difference <= _CLOCK_TOLERANCE:
        return Check(name, True, f"расходятся с нашими на {seconds:.0f} с")
    return Check(name, False, f"расходятся с нашими на {seconds:.0f} с: настройте время на этом компьютере")
