"""zvonok school: import a whole school, see what is there, change a setting."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bot.commands import import_texts as texts
from bot.commands import school_bots
from bot.commands.which_school import NO_SCHOOL, school_option, the_school
from bot.config import load_settings
from bot.database import has_database, open_database
from bot.refusal import Refusal
from db.engine import Database
from db.queries.school import SchoolCounts
from db.queries.schools import schools
from services.clock import Clock
from services.errors import InvalidInput
from services.importing.problems import Problem
from services.importing.service import ImportResult, ImportService, check_file
from services.importing.values import NotAValue
from services.institution import InstitutionService

_SHOWN_OF_A_KIND = 10
_ROLES = {
    "administrator": "администраторы",
    "director": "директор",
    "deputy": "завучи",
    "head": "заведующие отделениями",
    "teacher": "учителя",
    "secretary": "секретари",
    "hr": "кадры",
}


@click.group(help="Школа: загрузить, посмотреть, настроить.")
def school() -> None:
    pass


for command in (school_bots.add, school_bots.list_, school_bots.bot, school_bots.key, school_bots.reencrypt):
    school.add_command(command)


@school.command("import", help="Загрузить школу из книги .xlsx или папки с файлами .csv.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Только проверить, ничего не сохранять.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
@school_option
def import_(path: Path, dry_run: bool, as_json: bool, wanted: str | None) -> None:
    result = asyncio.run(_check(path, wanted) if dry_run else _import(path, wanted))
    if as_json:
        click.echo(json.dumps(_as_json(result, dry_run), ensure_ascii=False, indent=2))
    else:
        _print(result, dry_run)
    sys.exit(0 if result.ok else 1)


async def _check(path: Path, wanted: str | None) -> ImportResult:
    settings = load_settings()
    clock = Clock(settings.clock)
    if not has_database(settings):
        with _Progress() as progress:
            return check_file(path, clock, progress.step)
    async with open_database(settings) as db:
        school_id = await _into(db, wanted)
        with _Progress() as progress:
            return await ImportService(db, clock, progress.step).check(path, school_id)


async def _import(path: Path, wanted: str | None) -> ImportResult:
    settings = load_settings()
    async with open_database(settings) as db:
        school_id = await _into(db, wanted)
        with _Progress() as progress:
            return await ImportService(db, Clock(settings.clock), progress.step).import_file(path, school_id)


async def _into(db: Database, wanted: str | None) -> int | None:
    """None: the first school is to be made of the file."""
    async with db.transaction() as session:
        if wanted is None and not await schools(session):
            return None
        return (await the_school(session, wanted)).id


class _Progress:
    """A bar on the terminal's error stream; nothing where there is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = click.progressbar(
            length=1, label="Загрузка", file=sys.stderr, hidden=not sys.stderr.isatty()
        )

    def __enter__(self) -> _Progress:
        self._bar.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._bar.__exit__(*exception)

    def step(self, done: int, total: int) -> None:
        self._bar.length = total
        self._bar.update(done - self._bar.pos)


def _as_json(result: ImportResult, dry_run: bool) -> dict[str, Any]:
    summary: dict[str, Any] = {"rows": result.rows}
    if result.changes:
        summary["changes"] = {section: asdict(counts) for section, counts in result.changes.items()}
    return {
        "ok": result.ok,
        "dry_run": dry_run,
        "errors": [_problem_as_json(problem) for problem in result.errors],
        "notes": [_problem_as_json(problem) for problem in result.notes],
        "summary": summary,
    }


def _problem_as_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "cell": problem.cell,
        "value": problem.value,
        "message": texts.sentence(problem),
        "suggestion": problem.suggestion,
    }


def _print(result: ImportResult, dry_run: bool) -> None:
    _print_notes(result.notes)
    for problem in result.errors:
        click.secho(texts.line(problem), fg="red")
    if not result.ok:
        click.echo(f"Ошибок: {len(result.errors)}. Ничего не сохранено.")
        return
    for section, counts in result.changes.items():
        parts = [f"новых {counts.created}"] if counts.created else []
        parts += [f"изменено {counts.changed}"] if counts.changed else []
        parts += [f"закончилось {counts.ended}"] if counts.ended else []
        parts += [f"без изменений {counts.unchanged}"] if counts.unchanged else []
        click.echo(f"{texts.section(section)}: {', '.join(parts) or 'пусто'}")
    click.echo("Ошибок нет, можно загружать." if dry_run else "Готово, всё сохранено.")


def _print_notes(notes: list[Problem]) -> None:
    """The first ones of each kind: a whole school may have hundreds of a kind."""
    told: Counter[str] = Counter()
    for note in notes:
        told[note.code] += 1
        if told[note.code] <= _SHOWN_OF_A_KIND:
            click.echo(texts.line(note))
    if hidden := sum(max(0, number - _SHOWN_OF_A_KIND) for number in told.values()):
        click.echo(f"… и ещё замечаний: {hidden} (все — с ключом --json)")


@school.command(help="Показать, что есть в базе.")
@click.option("--json", "as_json", is_flag=True, help="Ответ для программ.")
@school_option
def show(as_json: bool, wanted: str | None) -> None:
    counts = asyncio.run(_counts(wanted))
    if as_json:
        click.echo(json.dumps(asdict(counts), ensure_ascii=False, indent=2))
        return
    click.echo(f"{counts.name}, {counts.year or 'учебный год не идёт'}")
    for role, number in counts.staff.items():
        click.echo(f"  {_ROLES[role]}: {number}")
    click.echo(f"  ученики: {counts.pupils}")
    click.echo(f"  родители: {counts.guardians}")
    click.echo(f"Классы ({len(counts.groups)}):")
    for group, pupils in counts.groups.items():
        click.echo(f"  {group}: учеников {pupils}, уроков сегодня {counts.lessons.get(group, 0)}")
    click.echo(f"Уроков сегодня: {counts.lessons_of_day}")


async def _counts(wanted: str | None) -> SchoolCounts:
    async with _opened(wanted) as (institution, school_id):
        return await institution.counts(school_id)


@asynccontextmanager
async def _opened(wanted: str | None) -> AsyncIterator[tuple[InstitutionService, int]]:
    settings = load_settings()
    if not has_database(settings):
        raise Refusal(NO_SCHOOL)
    async with open_database(settings) as db:
        async with db.transaction() as session:
            school_id = (await the_school(session, wanted)).id
        yield InstitutionService(db, Clock(settings.clock)), school_id


@school.command("set", help="Изменить настройку, например: zvonok school set undo_minutes 7")
@click.argument("key")
@click.argument("value")
@school_option
def set_(key: str, value: str, wanted: str | None) -> None:
    click.echo(f"{key} = {asyncio.run(_set(wanted, key, value))}")


async def _set(wanted: str | None, key: str, value: str) -> str:
    async with _opened(wanted) as (institution, school_id):
        try:
            return await institution.set(school_id, key, value)
        except NotAValue as wrong:
            raise Refusal(
                texts.wrong_value(wrong, key if wrong.code == "unknown_setting" else value)
            ) from None
        except InvalidInput as wrong:
            raise Refusal(_WRONG_YEAR[str(wrong.params["problem"])]) from None


_WRONG_YEAR = {
    "year_is_imported": "Новый учебный год открывается загрузкой: zvonok school import.",
    "no_year_now": "Сейчас не идёт ни один учебный год.",
    "end_before_start": "Конец года раньше начала.",
}
