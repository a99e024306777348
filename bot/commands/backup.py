"""zvonok backup: make back-ups, look at them, try them, bring one back (O1)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from bot.backup.creating import alone, create
from bot.backup.keys import make_identity
from bot.backup.place import identities_of, recipients_of, shelf_of, store_of
from bot.backup.reading import Damaged
from bot.backup.restoring import Restored, holds_schools, restore
from bot.backup.shelf import Copy
from bot.backup.trying import verify
from bot.backup.words import age, size
from bot.config import Settings, load_settings
from bot.database import open_database, open_server
from bot.logs import set_up_logging
from bot.refusal import Refusal
from db.queries import backups as queries
from db.queries.backups import BackupRow
from services.backups import BackupLog
from services.clock import Clock

_FILE = click.Path(dir_okay=False, path_type=Path)
_IDENTITY = click.option(
    "--identity", type=_FILE, metavar="ФАЙЛ", help="Файл с закрытым ключом; иначе из настройки."
)


@click.group()
def backup() -> None:
    """Резервные копии: вся база и файлы, зашифрованные ключом школы."""


@backup.command()
@click.argument("file", type=_FILE, metavar="ФАЙЛ")
def key(file: Path) -> None:
    """Сделать ключ копий: закрытый в ФАЙЛ, открытый на экран."""
    public_key = make_identity(file)
    click.echo(f"ZVONOK_BACKUP_KEY={public_key}")
    click.echo(
        f"Эту строку добавьте в .env. Файл {file} уберите в надёжное место, лучше в два: без него не открыть "
        "ни одной копии, а с ним её прочтёт любой.",
        err=True,
    )


@backup.command("create")
def create_command() -> None:
    """Сделать копию сейчас; бот может работать."""
    asyncio.run(_create())


async def _create() -> None:
    settings = load_settings()
    set_up_logging(settings.log_format)
    recipients = recipients_of(settings)
    async with open_database(settings) as db:
        made = await create(db, Clock(settings.clock), store_of(settings), shelf_of(settings), recipients)
    click.echo(f"{made.path} — {size(made.size)}, файлов внутри: {made.files}")
    if made.gone:
        click.echo(f"Старых копий удалено: {len(made.gone)}.")
    problems = []
    if made.lost:
        problems.append(f"В папке files не хватает файлов: {len(made.lost)}. В копии их тоже нет.")
    if made.copy_problem:
        problems.append(f"Во вторую папку ({settings.backup_copy_dir}) копия не легла: {made.copy_problem}.")
    if problems:
        raise Refusal("\n".join(problems))


@backup.command("list")
@click.option("--json", "as_json", is_flag=True, help="Для программ.")
def list_command(as_json: bool) -> None:
    """Какие копии есть, новые первыми."""
    asyncio.run(_list(as_json))


async def _list(as_json: bool) -> None:
    settings = load_settings()
    copies = shelf_of(settings).copies()
    async with open_database(settings) as db, db.transaction() as session:
        known = await queries.by_file(session, [copy.path.name for copy in copies])
    if as_json:
        rows = [_facts(copy, known.get(copy.path.name)) for copy in copies]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    now = Clock(settings.clock).now()
    for copy in copies:
        row = known.get(copy.path.name)
        verified = "не проверялась"
        if row is not None and row.verified_at is not None:
            verified = ("проверена" if row.is_sound else "НЕ ВОССТАНАВЛИВАЕТСЯ, проверена") + (
                f" {age(row.verified_at, now)}"
            )
        click.echo(f"{copy.path.name}  {size(copy.size):>9}  {age(copy.made_at, now)}, {verified}")
    click.echo(f"Копий: {len(copies)}. Папка: {shelf_of(settings).folder}")


def _facts(copy: Copy, row: BackupRow | None) -> dict[str, object]:
    return {
        "file": copy.path.name,
        "made_at": copy.made_at.isoformat(),
        "size": copy.size,
        "verified_at": row.verified_at.isoformat() if row and row.verified_at else None,
        "is_sound": row.is_sound if row else None,
        "is_copied": row.is_copied if row else None,
    }


@backup.command("verify")
@click.argument("file", type=_FILE, metavar="[ФАЙЛ]", required=False)
@_IDENTITY
def verify_command(file: Path | None, identity: Path | None) -> None:
    """Проверить копию (без имени — последнюю): восстановить её во временную базу и сравнить."""
    asyncio.run(_verify(file, identity))


async def _verify(file: Path | None, identity: Path | None) -> None:
    settings = load_settings()
    identities = identities_of(settings, identity)
    path = _found(settings, file)
    async with open_database(settings) as db, alone(db.url):
        record = BackupLog(db, Clock(settings.clock))
        try:
            manifest = await verify(path, identities)
        except Damaged:
            await record.tried(path.name, is_sound=False)
            raise
        await record.tried(path.name, is_sound=True)
    click.echo(
        f"Копия {path.name} восстанавливается, всё сошлось: таблиц {len(manifest.rows)}, "
        f"строк {sum(manifest.rows.values())}."
    )


@backup.command("restore")
@click.argument("file", type=_FILE, metavar="ФАЙЛ")
@click.option("--yes", is_flag=True, help="Не спрашивать, можно ли заменить школу, которая есть в базе.")
@_IDENTITY
def restore_command(file: Path, yes: bool, identity: Path | None) -> None:
    """Восстановить базу и файлы из копии. Бот должен быть остановлен."""
    restored = asyncio.run(_restore(file, yes, identity))
    for line in _told(restored):
        click.echo(line)


async def _restore(file: Path, yes: bool, identity: Path | None) -> Restored:
    settings = load_settings()
    identities = identities_of(settings, identity)
    path = _found(settings, file)
    async with open_server(settings) as url:
        if await holds_schools(url) and not yes:
            _ask()
        restored = await restore(url, Clock(settings.clock), store_of(settings), path, identities)
    # Brings an older schema up to date.
    async with open_database(settings):
        return restored


def _ask() -> None:
    word = click.prompt(
        "В базе уже есть школа. Всё, что записано после копии, пропадёт. Если согласны, напишите «заменить»",
        default="",
        show_default=False,
    )
    if word.strip().lower().strip("«»") != "заменить":
        raise Refusal("Ничего не изменено.")


def _told(restored: Restored) -> list[str]:
    settled = restored.settled
    return [
        f"Восстановлено то, что было {restored.manifest.made_at.astimezone():%d.%m.%Y в %H:%M}: "
        f"строк {sum(restored.manifest.rows.values())}, файлов {restored.files}.",
        f"Не уйдут старые сообщения: {settled.messages}. Останется без ответа присланное: {settled.updates}. "
        f"Забыты начатые разговоры: {settled.conversations}.",
        "Закрытый после этого доступ снова открыт, погашенные приглашения снова действуют: проверьте "
        "«Доступ сотрудников» и «Сообщения о закрытом доступе».",
        "Теперь можно запускать бота.",
    ]


def _found(settings: Settings, file: Path | None) -> Path:
    """The file, or that of this name in the folder of back-ups, or the newest one. Raises Refusal."""
    shelf = shelf_of(settings)
    if file is None:
        copies = shelf.copies()
        if not copies:
            raise Refusal(f"В папке {shelf.folder} нет копий.")
        return copies[0].path
    for path in (file, shelf.folder / file.name):
        if path.is_file():
            return path
    raise Refusal(f"Копии {file} нет.")
