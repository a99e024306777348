"""zvonok outbox: what waits, what left, and what became of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import click

from bot.commands.which_school import school_option, the_school
from bot.config import load_settings
from bot.database import open_database
from db.queries import queues, week_receipts
from db.queries.queues import MessageCount
from handlers.texts.message_kinds import TITLES
from services.clock import Clock
from services.notifications.ports import SkipReason
from services.week.digests import SkippedDigest

REASONS: dict[str, str] = {
    SkipReason.EXPIRED: "поздно",
    SkipReason.CORRECTED: "уже исправлено",
    SkipReason.CANCELLED: "автор отменил",
    SkipReason.NO_ACCESS: "нет доступа к сведениям",
    SkipReason.BINDING_ENDED: "аккаунт отключён",
    SkipReason.COMPROMISED: "доступ закрыт",
    SkippedDigest.NO_ACCOUNT: "не в боте",
    SkippedDigest.NO_CONSENT: "нет согласия",
    SkippedDigest.BLOCKED: "бот заблокирован",
    SkippedDigest.EMPTY_WEEK: "за неделю нечего сообщить",
    SkipReason.SWITCHED_OFF: "получатель отключил",
    SkipReason.IN_EVENING: "в вечернем сообщении",
    SkipReason.RESTORED: "база восстановлена из копии",
    queues.REPEATED: "возможно, пришло дважды",
}
_STATES = {
    "queued": "ждёт",
    "claimed": "отправляется",
    "sent": "отправлено",
    "unknown": "неизвестно, дошло ли",
    "skipped": "не отправлено",
    "blocked": "бот заблокирован",
    "failed": "не удалось отправить",
}


@click.group()
def outbox() -> None:
    """Исходящие сообщения."""


@outbox.command()
@click.option("--json", "as_json", is_flag=True, help="Для программ.")
@school_option
def status(as_json: bool, wanted: str | None) -> None:
    """Сообщения по видам и состояниям, и сколько ждёт самое старое."""
    asyncio.run(_status(as_json, wanted))


async def _status(as_json: bool, wanted: str | None) -> None:
    settings = load_settings()
    now = Clock(settings.clock).now()
    async with open_database(settings) as db, db.transaction() as session:
        school_id = None if wanted is None else (await the_school(session, wanted)).id
        counts = [
            *await queues.messages_by_state(session, school_id),
            *await week_receipts.skipped(session, school_id),
        ]
        oldest = await queues.oldest_due_message(session, now, school_id)
    seconds = None if oldest is None else int((now - oldest).total_seconds())
    if as_json:
        messages = [
            {"kind": row.kind, "state": row.state, "reason": row.reason, "count": row.messages}
            for row in counts
        ]
        click.echo(json.dumps({"messages": messages, "oldest_due_seconds": seconds}, ensure_ascii=False))
        return
    for row in counts:
        click.echo(counted(row))
    click.echo("Ничего не ждёт." if seconds is None else f"Самое старое из готовых ждёт {seconds} с.")


def counted(row: MessageCount) -> str:
    """«3  сообщение о пропуске [absence_alert]: не отправлено (поздно [expired])».

    A kind of another version, and what the messenger gave as a reason, stand as they are.
    """
    reason = f" ({_named(REASONS, row.reason)})" if row.reason else ""
    return f"{row.messages:>8}  {_named(TITLES, row.kind)}: {_STATES[row.state]}{reason}"


def _named(titles: Mapping[str, str], name: str) -> str:
    return f"{titles[name]} [{name}]" if name in titles else name
