"""The institution's dictionary of reasons for absence (J7, O3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer
from db.models import AbsenceReason


@dataclass(frozen=True, slots=True)
class Reason:
    reason_id: int
    name: str
    valid: bool
    counts_as_missed: bool
    needs_document: bool
    answer: Answer | None = None
    """What a guardian answers to mean this reason."""


def _reasons(school_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AbsenceReason.id,
            AbsenceReason.name,
            AbsenceReason.valid,
            AbsenceReason.counts_as_missed,
            AbsenceReason.needs_document,
            AbsenceReason.answer,
        )
        .where(AbsenceReason.school_id == school_id)
        .order_by(AbsenceReason.position, AbsenceReason.id)
    )


async def dictionary(session: AsyncSession, school_id: int) -> tuple[Reason, ...]:
    return tuple(Reason(*row) for row in await session.execute(_reasons(school_id)))


async def reason(session: AsyncSession, school_id: int, reason_id: int) -> Reason | None:
    row = (await session.execute(_reasons(school_id).where(AbsenceReason.id == reason_id))).one_or_none()
    return Reason(*row) if row else None


def proposals(school_id: int) -> Select[*tuple[Any, ...]]:
    """The reason that each of a guardian's answers stands for: the first one of the dictionary.

    Columns: id, answer, name.
    """
    return (
        select(AbsenceReason.id, AbsenceReason.answer, AbsenceReason.name)
        .ext(distinct_on(AbsenceReason.answer))
        .where(AbsenceReason.school_id == school_id, AbsenceReason.answer.is_not(None))
        .order_by(AbsenceReason.answer, AbsenceReason.position, AbsenceReason.id)
    )
