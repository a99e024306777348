"""The schools of the installation. Of several, only what no school has to itself is asked for here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.engine import Executor
from db.models import School


@dataclass(frozen=True, slots=True)
class SchoolRow:
    id: int
    name: str
    short_name: str
    timezone: str


async def schools(session: Executor) -> list[SchoolRow]:
    """Oldest first."""
    rows = await session.execute(
        select(School.id, School.name, School.short_name, School.timezone).order_by(School.id)
    )
    return [SchoolRow(*row) for row in rows]
