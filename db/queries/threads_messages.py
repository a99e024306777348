"""What is said in threads: versions, files, and whether it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState, OutboxState
from db.models import (
    Binding,
    OutboxMessage,
    Person,
    StaffAppointment,
    StoredFile,
    Thread,
    ThreadFile,
    ThreadMessage,
)
from db.queries.files import COLUMNS, StoredFileRow
from db.queries.names import Colleague, colleague_columns
from db.queries.scope import ON_DUTY

KIND = "thread_message"
"""In the outbox; the payload is `message_id`, the key «thread:<message>:<account>»."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as its latest version has it."""

    message_id: int
    """Of the first version, which every edit keeps."""
    thread_id: int
    author: Colleague
    from_school: bool
    text: str
    about: str
    """The line it answers, as it was quoted; empty without one."""
    sent_at: datetime
    edited_at: datetime | None
    files: int
    in_doubt: bool = False
    """The account it was written from is frozen: somebody else may have written it (U5)."""


_latest = aliased(ThreadMessage)
_is_first = ThreadMessage.original_id.is_(None)


def _messages() -> Select[*tuple[Any, ...]]:
    latest = (
        select(_latest.text, _latest.sent_at)
        .where(_latest.original_id == ThreadMessage.id)
        .order_by(_latest.id.desc())
        .limit(1)
        .correlate(ThreadMessage)
        .lateral("latest")
    )
    files = select(func.count()).where(ThreadFile.message_id == ThreadMessage.id).correlate(ThreadMessage)
    return (
        select(
            ThreadMessage.id,
            ThreadMessage.thread_id,
            *colleague_columns(Person),
            ThreadMessage.from_school,
            func.coalesce(latest.c.text, ThreadMessage.text).label("text"),
            ThreadMessage.about,
            ThreadMessage.sent_at,
            latest.c.sent_at,
            files.scalar_subquery(),
            exists().where(Binding.id == ThreadMessage.binding_id, Binding.state == BindingState.FROZEN),
        )
        .join(Person, Person.id == ThreadMessage.author_id)
        .outerjoin(latest, literal(True))
        .where(_is_first)
    )


def _row(row: Row[Any]) -> MessageRow:
    message_id, thread_id, *author = tuple(row)[:6]
    return MessageRow(message_id, thread_id, Colleague(*author), *tuple(row)[6:])


async def message(session: AsyncSession, message_id: int) -> MessageRow | None:
    row = (await session.execute(_messages().where(ThreadMessage.id == message_id))).one_or_none()
    return None if row is None else _row(row)


async def answered_by(session: AsyncSession, thread_id: int, message_id: int) -> Colleague | None:
    """Who of the school wrote first after this message."""
    query = (
        select(*colleague_columns(Person))
        .join(ThreadMessage, ThreadMessage.author_id == Person.id)
        .where(
            ThreadMessage.thread_id == thread_id,
            ThreadMessage.from_school,
            _is_first,
            ThreadMessage.id > message_id,
        )
        .order_by(ThreadMessage.id)
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Colleague(*row)


async def answered_with(session: AsyncSession, thread_id: int, answer_id: int) -> list[int]:
    """The family's messages that waited for this answer."""
    earlier = aliased(ThreadMessage)
    before = (
        select(func.coalesce(func.max(earlier.id), 0))
        .where(
            earlier.thread_id == thread_id,
            earlier.from_school,
            earlier.original_id.is_(None),
            earlier.id < answer_id,
        )
        .scalar_subquery()
    )
    query = select(ThreadMessage.id).where(
        ThreadMessage.thread_id == thread_id,
        ThreadMessage.from_school.is_(False),
        _is_first,
        ThreadMessage.id > before,
        ThreadMessage.id < answer_id,
    )
    return list(await session.scalars(query))


async def of_thread(session: AsyncSession, thread_id: int, *, last: int | None = None) -> list[MessageRow]:
    """All of it, or its `last` messages; the oldest first."""
    query = _messages().where(ThreadMessage.thread_id == thread_id).order_by(ThreadMessage.id.desc())
    rows = await session.execute(query if last is None else query.limit(last))
    return [_row(row) for row in reversed(rows.all())]


async def found(
    session: AsyncSession, threads: ColumnElement[bool], words: list[str], limit: int
) -> list[MessageRow]:
    """The newest messages with all the words, whatever their case and ё; `threads`: in which to look."""
    query = _messages().join(Thread, Thread.id == ThreadMessage.thread_id).where(threads)
    text = func.coalesce(query.selected_columns.text, "")
    plain = func.translate(func.lower(text), "ё", "е")
    query = query.where(*(plain.contains(word, autoescape=True) for word in words))
    rows = await session.execute(query.order_by(ThreadMessage.id.desc()).limit(limit))
    return [_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Version:
    message_id: int
    """Of the first version."""
    text: str
    sent_at: datetime


async def earlier_versions(session: AsyncSession, thread_id: int) -> list[Version]:
    """What edits have replaced, the oldest first."""
    first = func.coalesce(ThreadMessage.original_id, ThreadMessage.id)
    later = exists().where(_latest.original_id == first, _latest.id > ThreadMessage.id)
    query = select(first, ThreadMessage.text, ThreadMessage.sent_at).where(
        ThreadMessage.thread_id == thread_id, later
    )
    return [Version(*row) for row in await session.execute(query.order_by(ThreadMessage.id))]


async def add(session: AsyncSession, **values: Any) -> int | None:
    """A message; None when this one of the account's chat is written already."""
    new = (
        upsert(ThreadMessage)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["binding_id", "inbound_ref"], index_where=_is_first)
    )
    return (await session.scalars(new.returning(ThreadMessage.id))).one_or_none()


async def add_version(session: AsyncSession, message_id: int, text: str, now: datetime) -> None:
    """The message says `text` from now on."""
    kept = ("thread_id", "author_id", "from_school", "about", "binding_id", "inbound_ref")
    columns = [getattr(ThreadMessage, name) for name in kept]
    version = select(*columns, literal(text), literal(now), ThreadMessage.id)
    await session.execute(
        insert(ThreadMessage).from_select(
            [*kept, "text", "sent_at", "original_id"], version.where(ThreadMessage.id == message_id)
        )
    )


async def add_files(session: AsyncSession, message_id: int, file_ids: list[int]) -> None:
    """After those it has; one that it has stays where it is."""
    if not file_ids:
        return
    held = select(func.count()).where(ThreadFile.message_id == message_id).scalar_subquery()
    await session.execute(
        upsert(ThreadFile)
        .values(
            [
                {"message_id": message_id, "file_id": file_id, "position": held + place}
                for place, file_id in enumerate(dict.fromkeys(file_ids))
            ]
        )
        .on_conflict_do_nothing()
    )


async def files(session: AsyncSession, message_id: int) -> list[StoredFileRow]:
    rows = await session.execute(
        select(*COLUMNS)
        .join(ThreadFile, ThreadFile.file_id == StoredFile.id)
        .where(ThreadFile.message_id == message_id)
        .order_by(ThreadFile.position, StoredFile.id)
    )
    return [StoredFileRow(*row) for row in rows]


async def written_in(session: AsyncSession, binding_id: int, inbound_ref: int) -> MessageRow | None:
    """What an account has written with this message of its chat."""
    query = _messages().where(
        ThreadMessage.binding_id == binding_id, ThreadMessage.inbound_ref == inbound_ref
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _row(row)


async def written_since(session: AsyncSession, person_id: int, since: datetime, *, from_school: bool) -> int:
    """How many messages somebody has written for the school or as a family; an edit is one too."""
    query = select(func.count()).where(
        ThreadMessage.author_id == person_id,
        ThreadMessage.sent_at > since,
        ThreadMessage.from_school == from_school,
    )
    return (await session.execute(query)).scalar_one()


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a message stands on its way to the other side."""

    arrived: bool
    waits_until: datetime | None
    """Set while it is in the queue."""


async def passages(session: AsyncSession, message_ids: list[int]) -> dict[int, Passage]:
    """By message; one that was never queued, because nobody there has an account, is not in it."""
    key_of = func.concat("thread:", cast(ThreadMessage.id, Text), ":", cast(Binding.id, Text))
    waits = OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.CLAIMED])
    arrived = or_(
        OutboxMessage.external_ref.is_not(None),
        OutboxMessage.state.in_([OutboxState.SENT, OutboxState.UNKNOWN]),
    )
    roles = {role for desk in ON_DUTY.values() for role in desk}
    office = select(StaffAppointment.person_id).where(StaffAppointment.role.in_(roles))
    rows = await session.execute(
        select(
            ThreadMessage.id,
            func.bool_or(arrived),
            func.min(OutboxMessage.not_before).filter(waits),
        )
        .join(Thread, Thread.id == ThreadMessage.thread_id)
        .join(
            Binding,
            or_(
                Binding.person_id.in_([Thread.person_id, Thread.staff_id]),
                Thread.staff_id.is_(None) & Binding.person_id.in_(office),
            ),
        )
        .join(OutboxMessage, OutboxMessage.dedup_key == key_of)
        .where(ThreadMessage.id.in_(message_ids))
        .group_by(ThreadMessage.id)
    )
    return {message_id: Passage(came, until) for message_id, came, until in rows}


@dataclass(frozen=True, slots=True)
class Answered:
    """A message of the bot that somebody answers."""

    kind: str
    payload: dict[str, Any]
    pupil_id: int | None


async def answered(session: AsyncSession, binding_id: int, external_ref: int) -> Answered | None:
    """What stands in an account's chat under this number, if it left through the outbox."""
    row = (
        await session.execute(
            select(OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.pupil_id)
            .where(OutboxMessage.binding_id == binding_id, OutboxMessage.external_ref == external_ref)
            .order_by(OutboxMessage.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else Answered(*row)


@dataclass(frozen=True, slots=True)
class Account:
    person_id: int
    binding_id: int
    blocked: bool


async def accounts(session: AsyncSession, people: Select[int]) -> list[Account]:
    """The active accounts of these people."""
    rows = await session.execute(
        select(Binding.person_id, Binding.id, Binding.blocked_at.is_not(None))
        .where(Binding.person_id.in_(people), Binding.state == BindingState.ACTIVE)
        .order_by(Binding.id)
    )
    return [Account(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that did not reach its only reader, and the account it was written from."""

    message_id: int
    school_id: int
    author_binding_id: int
    pupil_id: int | None


async def lost(session: AsyncSession, binding_id: int) -> list[Lost]:
    """Messages of threads that wait for an account no more because it blocked the bot; not those that
    somebody else of a desk may have read."""
    one_reader = or_(Thread.staff_id.is_not(None), ThreadMessage.from_school)
    rows = await session.execute(
        select(ThreadMessage.id, Thread.school_id, ThreadMessage.binding_id, Thread.pupil_id)
        .select_from(OutboxMessage)
        .join(
            ThreadMessage,
            and_(
                ThreadMessage.id == OutboxMessage.payload["message_id"].as_integer(),
                OutboxMessage.kind == KIND,
            ),
        )
        .join(Thread, Thread.id == ThreadMessage.thread_id)
        .where(
            OutboxMessage.binding_id == binding_id,
            OutboxMessage.state == OutboxState.BLOCKED,
            OutboxMessage.external_ref.is_(None),
            one_reader,
        )
        .order_by(ThreadMessage.id)
    )
    return [Lost(*row) for row in rows]
