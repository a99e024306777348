"""What the main menu names."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Group, Person


async def people_names(session: AsyncSession, person_ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """(id, first name, middle name), by first name."""
    query = select(Person.id, Person.first_name, Person.middle_name).where(Person.id.in_(person_ids))
    rows = await session.execute(query.order_by(Person.first_name, Person.id))
    return [(row[0], row[1], row[2]) for row in rows]


async def group_names(session: AsyncSession, group_ids: Iterable[int]) -> list[tuple[int, str]]:
    """(id, name), lower grades first."""
    query = select(Group.id, Group.name).where(Group.id.in_(group_ids)).order_by(Group.grade, Group.name)
    return [(row[0], row[1]) for row in await session.execute(query)]
