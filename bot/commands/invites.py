"""zvonok invites: one-time codes for staff, families and pupils, as a table or as printed notices (U2)."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from aiogram.exceptions import AiogramError
from pydantic import SecretStr

from bot.commands.which_school import school_option, the_school
from bot.config import load_settings
from bot.database import open_database
from bot.refusal import Refusal
from bot.served import bots_to_serve
from bot.telegram import build_bot
from handlers.texts.cards import role_name
from services.access.invitations import deep_link
from services.access.roster import ROLES, RosterInvitation, RosterService
from services.clock import Clock
from services.documents.notices import notices_pdf
from services.vocabulary import StaffRole

COLUMNS = ("role", "full_name", "group", "pupil", "code", "link", "expires_at")


@click.command()
@click.option("--role", type=click.Choice(ROLES), help="Только эта роль.")
@click.option("--group", metavar="КЛАСС", help="Только этот класс: его ученики, родители, руководитель.")
@click.option("--person", metavar="ФИО", help="Только этот человек; можно начало: «Петрова А».")
@click.option(
    "--format",
    "layout",
    type=click.Choice(("text", "csv", "pdf")),
    default="text",
    show_default=True,
    help="pdf — уведомления для печати, страница на человека.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Файл; без него — на экран.")
@school_option
@click.option("--reissue", is_flag=True, help="Новые коды вместо прежних, прежние перестанут действовать.")
def invites(
    role: str | None,
    group: str | None,
    person: str | None,
    layout: str,
    output: Path | None,
    wanted: str | None,
    reissue: bool,
) -> None:
    """Приглашения: выдать тем, у кого их нет, и показать все неиспользованные.

    У человека один код, сколько бы у него ни было ролей и детей; строк столько, сколько ролей и детей.
    Кто уже вошёл, в списке не стоит; новый код ему выдаёт --person вместе с --reissue.
    """
    if layout == "pdf" and output is None and sys.stdout.isatty():
        raise Refusal("Укажите файл: --output приглашения.pdf")
    rows, bot_username = asyncio.run(_rows(wanted, role, group, person, reissue=reissue))
    if not rows:
        click.echo("Никого не нашлось: таких людей нет, или все они уже вошли.", err=True)
    if layout == "pdf":
        if not rows:
            raise Refusal("Печатать нечего.")
        content = notices_pdf(rows, bot_username)
    elif layout == "csv":
        content = _csv(rows, bot_username).encode()
    else:
        content = _text(rows, bot_username).encode()
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.touch(mode=0o600)  # Codes let people in: no other account of this computer reads them.
        output.write_bytes(content)
    except OSError as error:
        raise Refusal(f"Не могу записать {output}: {error.strerror}.") from error
    people = len({row.person_id for row in rows})
    click.echo(f"Записано: {output}, людей: {people}.", err=True)


async def _rows(
    wanted: str | None, role: str | None, group: str | None, person: str | None, *, reissue: bool
) -> tuple[list[RosterInvitation], str | None]:
    settings = load_settings()
    async with open_database(settings) as db:
        async with db.transaction() as session:
            school = await the_school(session, wanted)
        roster = RosterService(db, Clock(settings.clock))
        rows = await roster.invite(school=school, role=role, group=group, person=person, reissue=reissue)
        served = await bots_to_serve(db, settings)
    token = next((bot.token for bot in served if bot.school_id == school.id), None)
    return rows, await _bot_username(token, settings.bot_api_url)


async def _bot_username(token: SecretStr | None, api_url: str) -> str | None:
    """None, said on stderr, without a token or an answer: codes work without links, typed by hand."""
    if token is None:
        click.echo("Ссылок нет: не задан ZVONOK_BOT_TOKEN. Коды можно набрать в боте вручную.", err=True)
        return None
    bot = build_bot(token.get_secret_value(), api_url)
    try:
        return (await bot.me()).username
    except AiogramError as error:
        click.echo(
            f"Ссылок нет: Telegram не ответил ({type(error).__name__}). Проверьте: zvonok doctor.", err=True
        )
        return None
    finally:
        await bot.session.close()


def _link(row: RosterInvitation, bot_username: str | None) -> str:
    return deep_link(bot_username, row.payload) if bot_username else ""


def _csv(rows: Sequence[RosterInvitation], bot_username: str | None) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (
            row.role,
            row.full_name,
            row.group,
            row.pupil,
            row.code,
            _link(row, bot_username),
            row.expires_at.isoformat(timespec="minutes"),
        )
        writer.writerow(map(_no_formula, cells))
    return table.getvalue()


def _no_formula(cell: str) -> str:
    """A spreadsheet would run what begins so, and the file comes from whoever wrote the names."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _text(rows: Sequence[RosterInvitation], bot_username: str | None) -> str:
    lines = []
    for row in rows:
        about = ", ".join(filter(None, (_role_word(row.role), row.group, row.pupil)))
        until = f"до {row.expires_at:%d.%m.%Y}"
        lines.append(
            "  ".join(filter(None, (row.code, row.full_name, f"({about})", until, _link(row, bot_username))))
        )
    return "".join(f"{line}\n" for line in lines)


def _role_word(role: str) -> str:
    family = {"class_teacher": "классный руководитель", "guardian": "родитель", "pupil": "ученик(ца)"}
    return family.get(role) or role_name(StaffRole(role))
