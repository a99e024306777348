"""Rows of the files that people sent; the contents lie in a folder (services/files.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import StoredFile


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """A file; `external_ref` is the messenger's own id of it, which may have stopped working."""

    file_id: int
    sha256: str
    size: int
    media_type: str
    name: str
    external_ref: str | None


COLUMNS = (
    StoredFile.id,
    StoredFile.sha256,
    StoredFile.size,
    StoredFile.media_type,
    StoredFile.name,
    StoredFile.external_ref,
)
"""Those of StoredFileRow."""


async def keep(session: AsyncSession, **values: Any) -> StoredFileRow:
    """Insert a row; when the school has this content under this name, only its `external_ref` becomes the
    newest."""
    write = insert(StoredFile).values(**values)
    kept = write.on_conflict_do_update(
        index_elements=["school_id", "sha256", "name"], set_={"external_ref": write.excluded.external_ref}
    ).returning(*COLUMNS)
    return StoredFileRow(*(await session.execute(kept)).one())


async def kept_since(session: AsyncSession, person_id: int, since: datetime) -> int:
    """How many files somebody has sent that were not there yet."""
    query = select(func.count()).where(StoredFile.uploaded_by == person_id, StoredFile.uploaded_at > since)
    return (await session.execute(query)).scalar_one()


async def set_ref(session: AsyncSession, file_id: int, external_ref: str) -> None:
    await session.execute(
        update(StoredFile).where(StoredFile.id == file_id).values(external_ref=external_ref)
    )


async def files(session: AsyncSession, school_id: int, file_ids: Sequence[int]) -> list[StoredFileRow]:
    rows = await session.execute(
        select(*COLUMNS).where(StoredFile.school_id == school_id, StoredFile.id.in_(file_ids))
    )
    return [StoredFileRow(*row) for row in rows]
