"""The schools of an installation and their bots. Tokens lie in the database encrypted, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cryptography.fernet import InvalidToken, MultiFernet
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import AbsenceReason, School, WorkKind
from db.queries import importing, inbox
from db.queries import schools as queries
from db.queries.schools import BotRow
from services.audit import Author, record
from services.clock import Clock
from services.errors import DomainError, NotFound
from services.settings import reason_templates, work_kind_templates


@dataclass(frozen=True, slots=True)
class SchoolBot:
    """A bot, and the school that it serves."""

    school_id: int | None
    """None: of ZVONOK_BOT_TOKEN while there is no school."""
    bot_id: int
    token: SecretStr


@dataclass(frozen=True, slots=True)
class NewBot:
    token: SecretStr
    username: str
    """Empty: the messenger did not say."""

    @property
    def bot_id(self) -> int:
        """A token begins with it."""
        return int(self.token.get_secret_value().partition(":")[0])


class BotIsAnothers(DomainError):
    """It serves another school already."""


class TokenUnreadable(DomainError):
    """There is no key, or none opens the token of `school_id`."""


async def create(session: AsyncSession, values: dict[str, str]) -> int:
    """A school with its dictionaries, and nothing else yet. `values`: the columns of the table."""
    [school_id] = await importing.add(session, School, [values])
    reasons = [
        reason.model_dump() | {"school_id": school_id, "position": position}
        for position, reason in enumerate(reason_templates(), 1)
    ]
    await importing.add(session, AbsenceReason, reasons)
    kinds = [
        kind.model_dump() | {"school_id": school_id, "position": position}
        for position, kind in enumerate(work_kind_templates())
    ]
    await importing.add(session, WorkKind, kinds)
    return school_id


class StoredBots(NamedTuple):
    """Those that schools have of their own."""

    readable: list[SchoolBot]
    unreadable: list[BotRow]
    """There is no key, or none opens their tokens: their schools wait, and nobody else does."""


async def stored_bots(db: Database, cipher: MultiFernet | None) -> StoredBots:
    async with db.statement() as connection:
        rows = await queries.bots(connection)
    found = StoredBots([], [])
    for row in rows:
        try:
            found.readable.append(SchoolBot(row.school_id, row.bot_id, _opened(cipher, row)))
        except TokenUnreadable:
            found.unreadable.append(row)
    return found


class SchoolService:
    """For the command line; nobody in a chat may do any of this. `db`: the whole database."""

    def __init__(self, db: Database, clock: Clock, cipher: MultiFernet) -> None:
        self._db = db
        self._clock = clock
        self._cipher = cipher

    async def add(self, *, values: dict[str, str], bot: NewBot) -> int:
        """A school beside those that are there; its id. `values`: name, short_name, timezone, preset, each
        checked. Raises as `set_bot`."""
        async with self._db.transaction() as session:
            school_id = await create(session, values)
            await record(
                session,
                Author(school_id),
                "school.added",
                subject=("school", school_id),
                at=self._clock.now(),
                after=dict(values),
            )
            await self._set_bot(session, school_id, bot)
        return school_id

    async def set_bot(self, *, school_id: int, bot: NewBot) -> None:
        """Give the school a bot, or another token. Its people stay bound; a new bot must be opened by each.

        Raises BotIsAnothers.
        """
        async with self._db.transaction() as session:
            await self._set_bot(session, school_id, bot)

    async def remove_bot(self, *, school_id: int) -> None:
        """Raises NotFound when the school has none."""
        async with self._db.transaction() as session:
            had = await self._bot_of(session, school_id)
            if had is None:
                raise NotFound
            await queries.remove_bot(session, school_id)
            await queries.forget_conversations(session, school_id, had.bot_id)
            await inbox.settle(session, had.bot_id, self._clock.now())
            await self._record(session, school_id, had.bot_id, None)

    async def reencrypt(self) -> int:
        """Encrypt every token with the first key, so that older ones may be thrown away. How many there are.

        Raises TokenUnreadable, and then nothing is changed.
        """
        async with self._db.transaction() as session:
            rows = await queries.lock_bots(session)
            for row in rows:
                token = _opened(self._cipher, row)
                await queries.change_token(session, row.school_id, self._closed(token))
        return len(rows)

    async def _set_bot(self, session: AsyncSession, school_id: int, bot: NewBot) -> None:
        had = await self._bot_of(session, school_id, wanted=bot.bot_id)
        await queries.put_bot(
            session, school_id, bot.bot_id, self._closed(bot.token), bot.username, self._clock.now()
        )
        if had is None or had.bot_id != bot.bot_id:
            await queries.forget_conversations(session, school_id, bot.bot_id)
        if had is not None and had.bot_id != bot.bot_id:
            await inbox.settle(session, had.bot_id, self._clock.now())
        await self._record(session, school_id, had.bot_id if had else None, bot.bot_id)

    async def _bot_of(
        self, session: AsyncSession, school_id: int, wanted: int | None = None
    ) -> BotRow | None:
        """The school's own. Raises BotIsAnothers when another school has the `wanted` one."""
        rows = {row.school_id: row for row in await queries.lock_bots(session)}
        if any(row.bot_id == wanted and row.school_id != school_id for row in rows.values()):
            raise BotIsAnothers
        return rows.get(school_id)

    async def _record(
        self, session: AsyncSession, school_id: int, before: int | None, after: int | None
    ) -> None:
        await record(
            session,
            Author(school_id),
            "school.bot",
            subject=("school", school_id),
            at=self._clock.now(),
            before=None if before is None else {"bot_id": before},
            after=None if after is None else {"bot_id": after},
        )

    def _closed(self, token: SecretStr) -> str:
        return self._cipher.encrypt(token.get_secret_value().encode()).decode()


def _opened(cipher: MultiFernet | None, row: BotRow) -> SecretStr:
    if cipher is None:
        raise TokenUnreadable(school_id=row.school_id)
    try:
        return SecretStr(cipher.decrypt(row.token.encode()).decode())
    except InvalidToken:
        raise TokenUnreadable(school_id=row.school_id) from None
