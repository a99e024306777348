"""Whom a notice reaches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Date, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import Binding, Enrolment, School
from db.queries import alerts
from db.queries.access import consented
from db.queries.alerts import Recipient
from db.queries.periods import in_force


async def family_accounts(
    session: AsyncSession, pupil_ids: Sequence[int], *, actor_id: int | None, now: datetime
) -> list[Recipient]:
    """The accounts of these pupils and of their guardians, with consents in force (U3); not the actor's."""
    today = cast(func.timezone(School.timezone, now), Date)
    own = await session.execute(
        select(Enrolment.pupil_id, Binding.person_id, Binding.id)
        .distinct()
        .join(School, School.id == Enrolment.school_id)
        .join(Binding, and_(Binding.person_id == Enrolment.pupil_id, Binding.state == BindingState.ACTIVE))
        .where(
            Enrolment.pupil_id.in_(pupil_ids),
            in_force(Enrolment, today),
            consented(Enrolment.pupil_id, Enrolment.pupil_id),
        )
        .order_by(Enrolment.pupil_id, Binding.id)
    )
    found = [*await alerts.recipients(session, pupil_ids, now), *(Recipient(*row) for row in own)]
    return [one for one in found if one.person_id != actor_id]


async def accounts_of(session: AsyncSession, person_ids: Collection[int]) -> list[tuple[int, int]]:
    """(person, binding) for every active account of these people."""
    rows = await session.execute(
        select(Binding.person_id, Binding.id)
        .where(Binding.person_id.in_(person_ids), Binding.state == BindingState.ACTIVE)
        .order_by(Binding.id)
    )
    return [(person_id, binding_id) for person_id, binding_id in rows]
