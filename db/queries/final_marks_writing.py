"""Writing final marks with their history (J8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Numeric,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue
from db.models import AuditEntry, FinalMark
from db.queries.courses import CourseRow
from db.queries.final_marks import PeriodRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinal:
    """A final mark to be written on a course's page."""

    pupil_id: int
    value: MarkValue
    comment: str
    average: Decimal | None
    counted: int


_news = (
    func.jsonb_to_recordset(bindparam("news", type_=JSONB))
    .table_valued(
        column("pupil_id", BigInteger),
        column("value", Text),
        column("comment", Text),
        column("average", Numeric(3, 2)),
        column("counted", Integer),
    )
    .render_derived(name="news", with_types=True)
)


async def give(
    session: AsyncSession,
    course: CourseRow,
    period: PeriodRow,
    news: Sequence[NewFinal],
    *,
    school_id: int,
    actor_id: int,
    binding_id: int,
    given_on: date,
    now: datetime,
) -> list[int]:
    """Fill cells that are still empty, with their history, in one statement; the pupils whose were.

    A mark that somebody gives at the same time stands. `given_on`: the school's day.
    """
    rows = select(
        literal(school_id),
        literal(course.year_id),
        literal(course.course_id),
        literal(course.subject_id),
        _news.c.pupil_id,
        literal(period.kind.value),
        cast(literal(period.term_id), BigInteger),
        _news.c.value,
        _news.c.comment,
        _news.c.average,
        _news.c.counted,
        cast(literal(given_on), Date),
        literal(actor_id),
        literal(now),
        # In one order, so that two who accept at the same time wait instead of deadlocking.
    ).order_by(_news.c.pupil_id)
    given = (
        insert(FinalMark)
        .from_select(_COLUMNS, rows)
        .on_conflict_do_nothing()
        .returning(FinalMark.id, FinalMark.pupil_id, FinalMark.value, FinalMark.comment)
        .cte("given")
    )
    history = (
        insert(AuditEntry)
        .from_select(
            _HISTORY,
            select(
                literal(school_id),
                literal(now),
                literal(actor_id),
                literal(binding_id),
                literal("final_mark.set"),
                literal("final_mark"),
                given.c.id,
                given.c.pupil_id,
                func.jsonb_build_object("value", given.c.value, "comment", given.c.comment),
            ),
        )
        .returning(AuditEntry.id)
        .cte("history")
    )
    parameters = {
        "news": [
            {
                "pupil_id": new.pupil_id,
                "value": new.value.value,
                "comment": new.comment,
                "average": None if new.average is None else str(new.average),
                "counted": new.counted,
            }
            for new in news
        ]
    }
    return list(await session.scalars(select(given.c.pupil_id).add_cte(history), parameters))


_COLUMNS = [
    *("school_id", "year_id", "course_id", "subject_id", "pupil_id", "kind", "term_id", "value", "comment"),
    *("average", "marks", "given_on", "set_by", "set_at"),
]
_HISTORY = [
    *("school_id", "at", "person_id", "binding_id", "action", "subject_type", "subject_id", "pupil_id"),
    "after",
]


@dataclass(frozen=True, slots=True)
class StandingFinal:
    """A final mark as it was before a change."""

    final_id: int
    value: MarkValue
    comment: str
    given_on: date


async def hold(
    session: AsyncSession, course: CourseRow, period: PeriodRow, pupil_id: int
) -> StandingFinal | None:
    """The pupil's final mark, which nobody else changes until this transaction ends."""
    row = (
        await session.execute(
            select(FinalMark.id, FinalMark.value, FinalMark.comment, FinalMark.given_on)
            .where(
                FinalMark.pupil_id == pupil_id,
                FinalMark.subject_id == course.subject_id,
                FinalMark.year_id == course.year_id,
                FinalMark.kind == period.kind,
                FinalMark.term_id.is_not_distinct_from(period.term_id),
            )
            .with_for_update()
        )
    ).one_or_none()
    return None if row is None else StandingFinal(*row)


async def change(
    session: AsyncSession, final_id: int, new: NewFinal, *, actor_id: int, now: datetime
) -> None:
    """Replace what stands; the day on which it was first given stays."""
    await session.execute(
        update(FinalMark)
        .where(FinalMark.id == final_id)
        .values(
            value=new.value,
            comment=new.comment,
            average=new.average,
            marks=new.counted,
            set_by=actor_id,
            set_at=now,
        )
    )
