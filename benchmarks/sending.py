"""The sender as the bot runs it, with one kind of message more: a digest that costs nothing to prepare."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.place import ACCOUNTS_FROM, Place
from benchmarks.telegram import Telegram
from bot.messages import KINDS, SCREENS_OF
from bot.sender import AiogramMessenger
from bot.telegram import build_bot
from db.engine import Database
from db.enums import OutboxState
from db.listening import Duties
from db.models import Binding, OutboxMessage, Person
from db.queries import outbox
from db.queries.schools import schools
from handlers.screen import Screen
from sandbox import Fault, FloodLimits, TelegramSandbox
from services.notifications.delivery import Sender
from services.notifications.limiter import Limiter
from services.notifications.outbox import Priority
from services.notifications.ports import DueMessage, Ready

_LOCK = 1


class Digest:
    name = "benchmark_digest"
    repeat_when_unknown = False

    async def prepare(self, session: AsyncSession, message: DueMessage, now: datetime) -> Ready:
        return Ready(message.id)


def _digest_screen(number: int) -> Screen:
    return Screen(f"<b>Неделя № {number}</b>\nАлгебра: 5, 4. Русский язык: 4. Пропусков нет.")


@asynccontextmanager
async def sender(place: Place, db: Database, telegram: Telegram, token: str) -> AsyncIterator[None]:
    """Sends what is due until the block ends, as far as Telegram knows everybody's chat."""
    await telegram.run(open_chats, token, ACCOUNTS_FROM, await _last_account(db))
    limiter = Limiter()
    bot = build_bot(token, telegram.url)
    messenger = AiogramMessenger(bot, limiter, {**SCREENS_OF, Digest.name: _digest_screen})
    async with db.statement() as session:
        [school] = await schools(session)
    duties = Duties(db.url, [outbox.CHANNEL])
    work = Sender(
        db.of(school.id),
        place.clock,
        messenger,
        limiter,
        (*KINDS, Digest()),
        school_id=school.id,
        duties=duties,
        lock=_LOCK,
    )
    tasks = [asyncio.create_task(duties.run()), asyncio.create_task(work.run())]
    try:
        yield
    finally:
        for task in reversed(tasks):
            task.cancel()
            await asyncio.wait([task])
        await bot.session.close()


async def queue_digests(db: Database, now: datetime, number: int) -> None:
    """So many are due now, for everybody in turn."""
    async with db.transaction() as session:
        bindings: Sequence[int] = (await session.scalars(select(Binding.id).order_by(Binding.id))).all()
        school_id = await session.scalar(select(Binding.school_id).limit(1))
        turn = func.generate_series(0, number - 1).table_valued("turn").render_derived()
        row: dict[str, Any] = {
            "school_id": literal(school_id),
            "binding_id": literal(bindings[0]) + turn.c.turn % len(bindings),
            "kind": literal(Digest.name),
            "payload": func.jsonb_build_object("week", turn.c.turn),
            "priority": literal(int(Priority.DIGEST)),
            "dedup_key": func.concat(Digest.name, ":", turn.c.turn),
            "not_before": literal(now),
            "state": literal(OutboxState.QUEUED.value),
            "revision": literal(1),
            "sent_revision": literal(0),
            "attempts": literal(0),
            "created_at": literal(now),
        }
        await session.execute(insert(OutboxMessage).from_select(list(row), select(*row.values())))


async def _last_account(db: Database) -> int:
    async with db.transaction() as session:
        last: int | None = await session.scalar(select(func.max(Person.id)))
    assert last is not None
    return ACCOUNTS_FROM + last


async def open_chats(sandbox: TelegramSandbox, token: str, first: int, last: int) -> None:
    """Over there: everybody has started this bot."""
    bot = sandbox.state.bots.get(token) or sandbox.add_bot(token, f"bench_{token.partition(':')[0]}")
    for user_id in range(first, last + 1):
        sandbox.phone(user_id, bot=bot).chat.started = True


async def be_slow(sandbox: TelegramSandbox, seconds: float, flood: bool) -> None:
    """Over there: from now on a request takes so long, and the limits of Telegram are kept or not."""
    sandbox.faults.clear()
    sandbox.faults.add(Fault.latency(seconds, "sendMessage"))
    sandbox.flood = FloodLimits() if flood else None
    sandbox.calls.clear()
