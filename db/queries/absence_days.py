"""What was said about a pupil's absence on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Answer
from db.models import AbsenceDay
from db.queries.reasons import proposals


async def state(
    session: AsyncSession,
    *,
    school_id: int,
    pupil_id: int,
    day: date,
    answer: Answer,
    person_id: int,
    now: datetime,
) -> None:
    """A guardian's answer; it replaces an earlier one."""
    said = {"answer": answer, "answered_by": person_id, "answered_at": now}
    await session.execute(
        insert(AbsenceDay)
        .values(school_id=school_id, pupil_id=pupil_id, date=day, **said)
        .on_conflict_do_update(index_elements=["pupil_id", "date"], set_=said)
    )


async def confirm_stated(
    session: AsyncSession,
    *,
    school_id: int,
    pupil_ids: Collection[int],
    day: date,
    person_id: int,
    now: datetime,
) -> list[tuple[int, str]]:
    """Confirm what guardians stated and nobody has confirmed yet; the pupils with their reasons' names.

    An answer that stands for no reason of the dictionary stays open.
    """
    proposal = proposals(school_id).subquery()
    confirmed = await session.execute(
        update(AbsenceDay)
        .where(
            AbsenceDay.pupil_id.in_(pupil_ids),
            AbsenceDay.date == day,
            AbsenceDay.reason_id.is_(None),
            AbsenceDay.answer == proposal.c.answer,
        )
        .values(reason_id=proposal.c.id, confirmed_by=person_id, confirmed_at=now)
        .returning(AbsenceDay.pupil_id, proposal.c.name)
    )
    return [(row[0], row[1]) for row in confirmed]


async def set_reason(
    session: AsyncSession,
    *,
    school_id: int,
    pupil_id: int,
    day: date,
    reason_id: int,
    person_id: int,
    now: datetime,
) -> bool:
    """The class teacher's own word; it replaces an earlier one. False when it stood there already."""
    confirmed = {"reason_id": reason_id, "confirmed_by": person_id, "confirmed_at": now}
    changed = await session.scalars(
        insert(AbsenceDay)
        .values(school_id=school_id, pupil_id=pupil_id, date=day, **confirmed)
        .on_conflict_do_update(
            index_elements=["pupil_id", "date"],
            set_=confirmed,
            where=AbsenceDay.reason_id.is_distinct_from(reason_id),
        )
        .returning(AbsenceDay.pupil_id)
    )
    return changed.one_or_none() is not None
