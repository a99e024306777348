"""Broadcasts as their authors put them together: the text, the files, whom they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AudienceKind, BroadcastReply
from db.models import (
    Broadcast,
    BroadcastFile,
    BroadcastRecipient,
    BroadcastTarget,
    Enrolment,
    Group,
    Person,
    StoredFile,
)
from db.queries.files import COLUMNS as FILE_COLUMNS
from db.queries.files import StoredFileRow
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class Composed:
    """A broadcast, sent or not."""

    broadcast_id: int
    school_id: int
    author_id: int
    text: str
    audience: AudienceKind
    pupils_too: bool
    reply: BroadcastReply
    options: tuple[str, ...]
    reply_by: datetime | None
    urgent: bool
    per_pupil: bool
    captioned: bool
    version: int
    released_at: datetime | None
    leaves_at: datetime | None
    edited_at: datetime | None
    cancelled_at: datetime | None
    withdrawn_at: datetime | None
    remind_at: datetime | None
    """When the silent are reminded by themselves."""
    reminded_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Cancelled before it left, or withdrawn."""
        return self.cancelled_at is not None or self.withdrawn_at is not None

    @property
    def for_whole_school(self) -> bool:
        return self.audience is AudienceKind.SCHOOL


COLUMNS = (
    Broadcast.id,
    Broadcast.school_id,
    Broadcast.author_id,
    Broadcast.text,
    Broadcast.audience,
    Broadcast.pupils_too,
    Broadcast.reply,
    Broadcast.options,
    Broadcast.reply_by,
    Broadcast.urgent,
    Broadcast.per_pupil,
    Broadcast.captioned,
    Broadcast.version,
    Broadcast.released_at,
    Broadcast.leaves_at,
    Broadcast.edited_at,
    Broadcast.cancelled_at,
    Broadcast.withdrawn_at,
    Broadcast.remind_at,
    Broadcast.reminded_at,
)
"""Those of Composed."""


def composed(values: Sequence[Any]) -> Composed:
    """Out of a row of COLUMNS."""
    fields: dict[str, Any] = dict(zip(Composed.__dataclass_fields__, values, strict=True))
    return Composed(**fields | {"options": tuple(fields["options"])})


@dataclass(frozen=True, slots=True)
class Target:
    """A class or a pupil that the author has chosen."""

    group_id: int | None
    pupil_id: int | None
    name: str
    """Of the class; «Иванов Пётр»."""
    group_ids: frozenset[int]
    """The class, or the pupil's classes of today."""


async def start(session: AsyncSession, *, school_id: int, author_id: int, created_at: datetime) -> int:
    """An empty draft for nobody. Returns its id."""
    row = await session.execute(
        insert(Broadcast)
        .values(
            school_id=school_id,
            author_id=author_id,
            created_at=created_at,
            text="",
            audience=AudienceKind.GROUPS,
            pupils_too=False,
            reply=BroadcastReply.NONE,
            options=[],
            urgent=False,
            per_pupil=False,
            captioned=False,
            version=1,
        )
        .returning(Broadcast.id)
    )
    return row.scalar_one()


async def find(
    session: AsyncSession, school_id: int, broadcast_id: int, *, for_change: bool = False
) -> Composed | None:
    """`for_change`: others who want to change it wait until the transaction ends."""
    query = select(*COLUMNS).where(Broadcast.id == broadcast_id, Broadcast.school_id == school_id)
    row = (await session.execute(query.with_for_update() if for_change else query)).one_or_none()
    return None if row is None else composed(row)


async def change(session: AsyncSession, broadcast_id: int, **values: Any) -> None:
    """Write these columns and raise the version."""
    await session.execute(
        update(Broadcast).where(Broadcast.id == broadcast_id).values(**values, version=Broadcast.version + 1)
    )


async def targets(session: AsyncSession, broadcast_id: int, today: date) -> list[Target]:
    """Whom the author has chosen, classes and pupils in their order; a pupil may have left."""
    places = (
        select(func.array_agg(Enrolment.group_id))
        .where(Enrolment.pupil_id == BroadcastTarget.pupil_id, in_force(Enrolment, today))
        .correlate(BroadcastTarget)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            BroadcastTarget.group_id,
            BroadcastTarget.pupil_id,
            func.coalesce(Group.name, func.concat_ws(" ", Person.last_name, Person.first_name)),
            case((BroadcastTarget.group_id.is_not(None), array([BroadcastTarget.group_id])), else_=places),
        )
        .outerjoin(Group, Group.id == BroadcastTarget.group_id)
        .outerjoin(Person, Person.id == BroadcastTarget.pupil_id)
        .where(BroadcastTarget.broadcast_id == broadcast_id)
        .order_by(Group.grade, Group.name, Person.sort_key, BroadcastTarget.id)
    )
    return [Target(group_id, pupil_id, name, frozenset(ids or ())) for group_id, pupil_id, name, ids in rows]


async def add_targets(
    session: AsyncSession,
    broadcast_id: int,
    *,
    group_ids: Collection[int] = (),
    pupil_ids: Collection[int] = (),
) -> None:
    rows = [
        *({"broadcast_id": broadcast_id, "group_id": one, "pupil_id": None} for one in group_ids),
        *({"broadcast_id": broadcast_id, "group_id": None, "pupil_id": one} for one in pupil_ids),
    ]
    if rows:
        await session.execute(insert_new(BroadcastTarget).values(rows).on_conflict_do_nothing())


async def remove_targets(
    session: AsyncSession,
    broadcast_id: int,
    *,
    group_ids: Collection[int] = (),
    pupil_ids: Collection[int] = (),
) -> None:
    await session.execute(
        delete(BroadcastTarget).where(
            BroadcastTarget.broadcast_id == broadcast_id,
            BroadcastTarget.group_id.in_(group_ids) | BroadcastTarget.pupil_id.in_(pupil_ids),
        )
    )


async def clear_targets(session: AsyncSession, broadcast_id: int, *, but: AudienceKind | None = None) -> None:
    """Forget whom the author has chosen; `but`: what belongs to this kind of audience stays."""
    query = delete(BroadcastTarget).where(BroadcastTarget.broadcast_id == broadcast_id)
    if but is AudienceKind.GROUPS:
        query = query.where(BroadcastTarget.group_id.is_(None))
    elif but is AudienceKind.FAMILIES:
        query = query.where(BroadcastTarget.pupil_id.is_(None))
    await session.execute(query)


async def files(session: AsyncSession, broadcast_id: int) -> list[StoredFileRow]:
    """In their order."""
    rows = await session.execute(
        select(*FILE_COLUMNS)
        .join(BroadcastFile, BroadcastFile.file_id == StoredFile.id)
        .where(BroadcastFile.broadcast_id == broadcast_id)
        .order_by(BroadcastFile.position, StoredFile.id)
    )
    return [StoredFileRow(*row) for row in rows]


async def add_file(session: AsyncSession, broadcast_id: int, file_id: int, position: int) -> None:
    await session.execute(
        insert_new(BroadcastFile)
        .values(broadcast_id=broadcast_id, file_id=file_id, position=position)
        .on_conflict_do_nothing()
    )


async def remove_file(session: AsyncSession, broadcast_id: int, file_id: int) -> None:
    await session.execute(
        delete(BroadcastFile).where(
            BroadcastFile.broadcast_id == broadcast_id, BroadcastFile.file_id == file_id
        )
    )


async def discard(session: AsyncSession, broadcast_ids: Collection[int]) -> None:
    """Delete drafts with all that hangs on them; what was sent stays."""
    drafts = select(Broadcast.id).where(Broadcast.id.in_(broadcast_ids), Broadcast.released_at.is_(None))
    for hanging in (BroadcastFile, BroadcastTarget):
        await session.execute(delete(hanging).where(hanging.broadcast_id.in_(drafts)))
    await session.execute(delete(Broadcast).where(Broadcast.id.in_(drafts)))


async def abandoned(session: AsyncSession, before: datetime) -> list[int]:
    """Drafts that were begun before this moment; they are the caller's until the transaction ends."""
    found = await session.scalars(
        select(Broadcast.id)
        .where(Broadcast.released_at.is_(None), Broadcast.created_at < before)
        .with_for_update(skip_locked=True)
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class ListedBroadcast:
    composed: Composed
    author: Colleague
    groups: str
    """Names of the chosen classes, by comma; empty when there are none."""


async def listed(
    session: AsyncSession,
    school_id: int,
    author_id: int,
    *,
    of_everybody: bool,
    led: Collection[int],
    now: datetime,
    today: date,
    skip: int,
    limit: int,
) -> list[ListedBroadcast]:
    """One's own, drafts of which something was written too; `of_everybody`: and what others have sent, else
    what has left to families of the classes `led`."""
    names = (
        select(func.string_agg(Group.name, aggregate_order_by(literal(", "), Group.grade, Group.name)))
        .join(BroadcastTarget, BroadcastTarget.group_id == Group.id)
        .where(BroadcastTarget.broadcast_id == Broadcast.id)
        .correlate(Broadcast)
        .scalar_subquery()
    )
    own = and_(
        Broadcast.author_id == author_id, or_(Broadcast.released_at.is_not(None), Broadcast.text != "")
    )
    others: ColumnElement[bool]
    if of_everybody:
        others = Broadcast.released_at.is_not(None)
    else:
        told = exists().where(
            BroadcastRecipient.broadcast_id == Broadcast.id,
            Enrolment.pupil_id == BroadcastRecipient.pupil_id,
            Enrolment.group_id.in_(led),
            in_force(Enrolment, today),
        )
        others = and_(Broadcast.cancelled_at.is_(None), Broadcast.leaves_at <= now, told)
    rows = await session.execute(
        select(*colleague_columns(Person), func.coalesce(names, ""), *COLUMNS)
        .join(Person, Person.id == Broadcast.author_id)
        .where(Broadcast.school_id == school_id, or_(own, others))
        .order_by(Broadcast.created_at.desc(), Broadcast.id.desc())
        .offset(skip)
        .limit(limit)
    )
    return [ListedBroadcast(composed(row[5:]), Colleague(*row[:4]), row[4]) for row in rows]
