"""Correcting a plan row by row (J1). A plan may be several classes': what is changed is changed for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind
from db.queries import plan_rows, plans
from db.queries.courses import CourseRow
from db.queries.plans import PlanRow, TaughtRow
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.plans import PlannedCourse, course_to_edit
from services.typed import typed_line

MAX_ROWS = 1000
"""Of a plan: more lessons than any year has."""


@dataclass(frozen=True, slots=True)
class PlanRowPage:
    """A row with its neighbours' numbers; None at the ends of the plan."""

    course: CourseRow
    taught: TaughtRow
    before: int | None
    after: int | None
    index: int
    """Its place in the plan, from 0."""


class PlanRowService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def row(self, *, actor: Actor, course_id: int, topic_id: int) -> PlanRowPage:
        """One row. Raises NotFound, also for a row of another plan than the course's."""
        async with self._db.transaction() as session:
            edited = await course_to_edit(session, actor, course_id, now=self._clock.now())
            return await _page(session, edited, topic_id)

    async def set_topic(self, *, actor: Actor, course_id: int, topic_id: int, text: str) -> PlanRowPage:
        """Other words. Lessons that were taught keep theirs. Raises NotFound, InvalidInput."""
        return await self._change(actor, course_id, topic_id, "topic", typed_line(text))

    async def set_homework(self, *, actor: Actor, course_id: int, topic_id: int, text: str) -> PlanRowPage:
        """What the plan suggests to set. Raises NotFound, InvalidInput."""
        return await self._change(actor, course_id, topic_id, "homework", typed_line(text))

    async def set_kind(self, *, actor: Actor, course_id: int, topic_id: int, kind: LessonKind) -> PlanRowPage:
        """Raises NotFound."""
        return await self._change(actor, course_id, topic_id, "kind", kind)

    async def move(self, *, actor: Actor, course_id: int, topic_id: int, number: int) -> PlanRowPage:
        """The row gets this number, and whoever has it gets the row's. Raises NotFound."""
        async with self._db.transaction() as session:
            edited, row = await self._to_change(session, actor, course_id, topic_id)
            rows = await plans.rows(session, edited.plan, course_id)
            if all(other.row.number != number for other in rows):
                raise NotFound
            if number != row.number:
                await plan_rows.swap(session, edited.plan, row.number, number)
                await self._record(session, actor, topic_id, {"number": row.number}, {"number": number})
            return await _page(session, edited, topic_id)

    async def add(self, *, actor: Actor, course_id: int, after: int | None, text: str) -> PlanRowPage:
        """A new row after the row of this id; None: before all others. Raises NotFound, InvalidInput."""
        topic = typed_line(text)
        async with self._db.transaction() as session:
            edited = await course_to_edit(session, actor, course_id, now=self._clock.now())
            await plan_rows.hold(session, edited.plan)
            rows = await plans.rows(session, edited.plan, course_id)
            numbers = {one.row.topic_id: one.row.number for one in rows}
            if after is not None and after not in numbers:
                raise NotFound
            if len(rows) >= MAX_ROWS:
                raise InvalidInput(problem="plan_too_long", limit=MAX_ROWS)
            number = numbers[after] if after is not None else 0
            topic_id = await plan_rows.add(session, actor.school_id, edited.plan, after=number, topic=topic)
            page = await _page(session, edited, topic_id)
            await self._record(session, actor, topic_id, None, _written(page.taught.row))
            return page

    async def remove(self, *, actor: Actor, course_id: int, topic_id: int) -> int:
        """Take a row out that nobody was taught; the place where it stood. Raises NotFound, InvalidInput."""
        async with self._db.transaction() as session:
            edited, row = await self._to_change(session, actor, course_id, topic_id)
            page = await _page(session, edited, topic_id)
            if await plan_rows.taught_of(session, [topic_id]):
                raise InvalidInput(problem="plan_row_taught")
            await plan_rows.remove(session, edited.plan, topic_id=topic_id, number=row.number)
            await self._record(session, actor, topic_id, _written(row), None)
            return page.index

    async def _change(
        self, actor: Actor, course_id: int, topic_id: int, column: str, value: str | LessonKind
    ) -> PlanRowPage:
        async with self._db.transaction() as session:
            edited, row = await self._to_change(session, actor, course_id, topic_id)
            before = _written(row)[column]
            if before != value:
                await plan_rows.change(session, topic_id, **{column: value})
                await self._record(session, actor, topic_id, {column: before}, {column: value})
            return await _page(session, edited, topic_id)

    async def _to_change(
        self, session: AsyncSession, actor: Actor, course_id: int, topic_id: int
    ) -> tuple[PlannedCourse, PlanRow]:
        edited = await course_to_edit(session, actor, course_id, now=self._clock.now())
        await plan_rows.hold(session, edited.plan)
        row = await plans.row_of(session, edited.plan, topic_id)
        if row is None:
            raise NotFound
        return edited, row

    async def _record(
        self,
        session: AsyncSession,
        actor: Actor,
        topic_id: int,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> None:
        subject = ("plan_topic", topic_id)
        now = self._clock.now()
        await record(session, actor, "plan.changed", subject=subject, at=now, before=before, after=after)


def _written(row: PlanRow) -> dict[str, Any]:
    return {"number": row.number, "topic": row.topic, "kind": row.kind, "homework": row.homework}


async def _page(session: AsyncSession, edited: PlannedCourse, topic_id: int) -> PlanRowPage:
    rows = await plans.rows(session, edited.plan, edited.course.course_id)
    index = next((index for index, one in enumerate(rows) if one.row.topic_id == topic_id), None)
    if index is None:
        raise NotFound
    numbers = [one.row.number for one in rows]
    return PlanRowPage(
        course=edited.course,
        taught=rows[index],
        before=numbers[index - 1] if index else None,
        after=numbers[index + 1] if index + 1 < len(rows) else None,
        index=index,
    )
