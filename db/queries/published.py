"""Documents and instructions that are published (U13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PublishedDocument


@dataclass(frozen=True, slots=True)
class DocumentRow:
    document_id: int
    title: str
    file_id: int
    for_families: bool
    """False: for staff only."""
    published_at: datetime


_COLUMNS = (
    PublishedDocument.id,
    PublishedDocument.title,
    PublishedDocument.file_id,
    PublishedDocument.for_families,
    PublishedDocument.published_at,
)
"""Those of DocumentRow."""


async def standing(
    session: AsyncSession, school_id: int, *, families_only: bool, document_id: int | None = None
) -> list[DocumentRow]:
    """What is not withdrawn, the newest first; or one of them."""
    rows = await session.execute(
        select(*_COLUMNS)
        .where(
            PublishedDocument.school_id == school_id,
            PublishedDocument.withdrawn_at.is_(None),
            PublishedDocument.for_families if families_only else true(),
            true() if document_id is None else PublishedDocument.id == document_id,
        )
        .order_by(PublishedDocument.published_at.desc(), PublishedDocument.id.desc())
    )
    return [DocumentRow(*row) for row in rows]


async def publish(session: AsyncSession, **values: Any) -> int:
    """The same file under the same title is the same document, published anew."""
    write = insert(PublishedDocument).values(**values)
    newest = ("for_families", "published_by", "published_at")
    return (
        await session.execute(
            write.on_conflict_do_update(
                index_elements=["file_id", "title"],
                set_={name: write.excluded[name] for name in newest} | {"withdrawn_at": None},
            ).returning(PublishedDocument.id)
        )
    ).scalar_one()


async def withdraw(session: AsyncSession, document_id: int, at: datetime) -> None:
    await session.execute(
        update(PublishedDocument).where(PublishedDocument.id == document_id).values(withdrawn_at=at)
    )
