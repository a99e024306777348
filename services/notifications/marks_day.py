"""Marks of a day as one living message for each account of a pupil and of their guardians (C7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import mark_notices
from services.settings import values_by_preset

NAME = mark_notices.KIND


async def post(
    session: AsyncSession,
    school_id: int,
    cells: Sequence[tuple[int, date]],
    *,
    actor_id: int | None,
    now: datetime,
    only_edit: bool = False,
) -> None:
    """Tell of marks that were given, changed or removed otherwise than by `MarkService`, which posts itself.

    `cells`: the pupil and the day on which the mark was given (`given_on`). The actor's own accounts are not
    told. `only_edit`: bring messages that stand in chats to what is true now, and tell nobody anew.
    """
    if not cells:
        return
    await mark_notices.post(
        session,
        school_id=school_id,
        actor_id=actor_id,
        cells=[{"pupil_id": pupil_id, "given_on": day.isoformat()} for pupil_id, day in set(cells)],
        only_edit=only_edit,
        now=now,
        undo_minutes_by_preset=values_by_preset("undo_minutes"),
    )
