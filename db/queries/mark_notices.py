"""Whom the day's message about marks reaches; what it says is in db/queries/mark_days.py."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    FromClause,
    Select,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState
from db.models import Binding, Guardianship, OutboxMessage, School
from db.queries.access import consented
from db.queries.locks import NOW, setting, today
from db.queries.outbox import POSTED, posting, telling
from db.queries.periods import in_force

KIND = "marks_day"
PRIORITY = 2
"""services.notifications.outbox.Priority.BROADCAST."""
TIME_TO_LIVE = timedelta(days=3)
_EPOCH = date(1970, 1, 1)


def messages(news: FromClause) -> Select[*tuple[Any, ...]]:
    """The messages that tell of `news`, as `outbox.posting` wants them.

    Columns of `news`: school_id, actor_id (whose own accounts are not told), pupil_id, given_on (the message
    is that day's), only_edit (only where it stands in a chat already). A reader is a guardian of today or
    the pupil, with a consent in force (U3). Parameters: now, undo_minutes_by_preset.
    """
    told = select(news).distinct().subquery("told")
    guardians = (
        select(told, Guardianship.guardian_id.label("person_id"))
        .join(Guardianship, Guardianship.pupil_id == told.c.pupil_id)
        .join(School, School.id == told.c.school_id)
        .where(in_force(Guardianship, today(NOW)))
    )
    readers = union_all(guardians, select(told, told.c.pupil_id)).subquery("readers")
    # As date.toordinal(): how the database writes a date is a setting of its own.
    ordinal = readers.c.given_on - literal(_EPOCH) + _EPOCH.toordinal()
    key = func.concat(KIND, ":", readers.c.pupil_id, ":", ordinal, ":", Binding.id)
    stands = exists().where(OutboxMessage.dedup_key == key, OutboxMessage.external_ref.is_not(None))
    leaves_at = NOW + setting("undo_minutes") * timedelta(minutes=1)
    values = {
        "school_id": readers.c.school_id,
        "binding_id": Binding.id,
        "pupil_id": readers.c.pupil_id,
        "kind": literal(KIND),
        "payload": func.jsonb_build_object("date", readers.c.given_on),
        "priority": literal(PRIORITY),
        "dedup_key": key,
        "not_before": leaves_at,
        "expires_at": leaves_at + TIME_TO_LIVE,
    }
    return (
        select(*(values[name].label(name) for name in POSTED))
        .select_from(readers)
        .join(School, School.id == readers.c.school_id)
        .join(
            Binding,
            and_(Binding.person_id == readers.c.person_id, Binding.state == BindingState.ACTIVE),
        )
        .where(
            consented(readers.c.person_id, readers.c.pupil_id),
            readers.c.person_id.is_distinct_from(readers.c.actor_id),
            or_(~readers.c.only_edit, stands),
        )
        .order_by(key)
    )


@cache
def _post_statement() -> Select[str]:
    cells = (
        func.jsonb_to_recordset(bindparam("cells", type_=JSONB))
        .table_valued(column("pupil_id", BigInteger), column("given_on", Date))
        .render_derived(name="cells", with_types=True)
    )
    news = select(
        bindparam("school_id", type_=BigInteger).label("school_id"),
        bindparam("actor_id", type_=BigInteger).label("actor_id"),
        cells.c.pupil_id,
        cells.c.given_on,
        bindparam("only_edit", type_=Boolean).label("only_edit"),
    ).subquery("news")
    return telling(posting(messages(news)))


async def post(session: AsyncSession, **parameters: Any) -> None:
    """Post the messages of these cells.

    Parameters: school_id, actor_id, cells (pupil_id and ISO given_on of each), only_edit, now,
    undo_minutes_by_preset.
    """
    await session.execute(_post_statement(), parameters)
