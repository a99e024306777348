"""Two schools side by side, and a row of each in every table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Time,
    Uuid,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Base

OF_NO_SCHOOL = {"school_bot", "backup"}
"""The installation's own: a school sees nothing of it, or may only look."""
TABLES = [table for table in Base.metadata.sorted_tables if table.name not in OF_NO_SCHOOL]


def condition(table: Table) -> str:
    """The rows of the school :school_id."""
    return f"{'id' if table.name == 'school' else 'school_id'} = :school_id"


async def fill(session: AsyncSession, table: Table, school_id: int | None) -> None:
    """A row of a school; None: of none, or a new one. Any values do that fit where triggers are asleep."""
    keys = count(session.info.setdefault("next", 1))
    session.info["next"] += 100
    values = {
        column.name: value_of(column, keys)
        for column in table.columns
        if column.computed is None and not column.identity and not column.nullable
    }
    values |= WHAT_CHECKS_ASK_FOR.get(table.name, {})
    if school_id is not None:
        values["school_id"] = school_id
    await session.execute(table.insert().values(values))


def value_of(column: Column[Any], keys: Any) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        return kind.enums[0]
    for known, value in _VALUES:
        if isinstance(kind, known):
            return value(next(keys))
    raise AssertionError(f"{column} is of a kind that this test does not know: {kind}")


_VALUES: Sequence[tuple[type[Any], Any]] = (
    (SmallInteger, lambda number: number % 7 + 1),
    (BigInteger, lambda number: number),
    (Text, str),
    (Boolean, lambda _: False),
    (DateTime, lambda _: datetime.fromisoformat("2026-09-14T10:00+03:00")),
    (Date, lambda number: date.fromordinal(740_000 + number)),
    (Time, lambda number: time(microsecond=number)),
    (Numeric, lambda _: Decimal(1)),
    (Uuid, lambda number: UUID(int=number)),
    (JSONB, lambda _: {}),
    (ARRAY, lambda _: []),
)


WHAT_CHECKS_ASK_FOR: dict[str, dict[str, Any]] = {
    "broadcast_target": {"group_id": 1},
    "final_mark": {"term_id": 1},
    "thread": {"staff_id": 1},
    "unlock": {"lesson_id": 1},
}


@pytest.fixture
async def two_schools(db: Database) -> tuple[int, int]:
    """Their ids; each has a row in every table."""
    async with db.transaction() as session:
        for _ in range(2):
            await fill(session, Base.metadata.tables["school"], None)
        first, second = (await session.scalars(select(Base.metadata.tables["school"].c.id))).all()
        # So that rows need no parents.
        await session.execute(text("set local session_replication_role = replica"))
        for table in TABLES:
            if table.name != "school":
                for school_id in (first, second):
                    await fill(session, table, school_id)
        await session.execute(text("set local session_replication_role = origin"))
    return first, second
