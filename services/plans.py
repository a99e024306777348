"""A course's calendar-thematic plan (J1): how far it has got, and which of the variants it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import plan_rows, plans
from db.queries.courses import CourseRow
from db.queries.plans import Pace, Plan, PlanRow, TaughtRow, VariantRow, plan_of
from services.access.courses import access_course, course_subject
from services.access.permissions import Permission
from services.access.policy import may
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import NotFound
from services.settings import institution_settings

__all__ = ["CourseRow", "Pace", "PlanRow", "PlanService", "PlanView", "TaughtRow", "VariantRow"]


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of a course against what the timetable gives it."""

    course: CourseRow
    rows: tuple[TaughtRow, ...]
    pace: Pace
    groups: tuple[str, ...]
    """Every class that is taught by this plan: a change is theirs too."""
    variants: tuple[VariantRow, ...]
    """The plans that there are for this subject and grade."""
    deadline: date
    """The day on which it should be complete."""
    today: date
    may_edit: bool

    @property
    def taught(self) -> int:
        return sum(row.taught_on is not None for row in self.rows)

    @property
    def planned(self) -> int:
        """How many rows should have been taught by now."""
        return min(self.pace.due, len(self.rows))

    @property
    def lessons_ahead(self) -> int:
        return self.pace.lessons - self.pace.due

    @property
    def next_index(self) -> int:
        """Where the first row after the last taught one stands in `rows`."""
        taught = [index for index, row in enumerate(self.rows, 1) if row.taught_on is not None]
        return min(max(taught, default=0), max(len(self.rows) - 1, 0))


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """A course with the year that its plan is for."""

    course: CourseRow
    year: tuple[date, date]
    day: date
    """Today, or the year's first day when it is still ahead: plans are made in August for those who will
    teach in September."""

    @property
    def plan(self) -> Plan:
        return plan_of(self.course)


async def course_to_edit(
    session: AsyncSession, actor: Actor, course_id: int, *, now: datetime
) -> PlannedCourse:
    """The course, when the actor may edit its plan. Raises NotFound."""
    return await _planned(session, actor, course_id, Permission.EDIT_PLAN, now=now)


async def _planned(
    session: AsyncSession, actor: Actor, course_id: int, permission: Permission, *, now: datetime
) -> PlannedCourse:
    year = await plans.year_of(session, actor.school_id, course_id)
    if year is None:
        raise NotFound
    day = max(actor.day_of(now), year[0])
    course = await access_course(session, actor, course_id, permission, day)
    return PlannedCourse(course, year, day)


def deadline_of(year_starts_on: date, plan_days: int) -> date:
    """The last day on which a plan is in time: before the year begins, also with 0 days."""
    return year_starts_on - timedelta(days=max(plan_days, 1))


class PlanService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open(self, *, actor: Actor, course_id: int) -> PlanView:
        """The plan as it stands. Raises NotFound for those who may not read it."""
        async with self._db.transaction() as session:
            return await self._view(session, actor, course_id, Permission.SEE_PLAN)

    async def edit(self, *, actor: Actor, course_id: int) -> PlanView:
        """As `open`, for those who may edit it."""
        async with self._db.transaction() as session:
            return await self._view(session, actor, course_id, Permission.EDIT_PLAN)

    async def assign(self, *, actor: Actor, course_id: int, topic_id: int) -> PlanView:
        """The course goes by the variant that the row `topic_id` belongs to. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            edited = await course_to_edit(session, actor, course_id, now=now)
            variant = await plans.variant_with(session, edited.course, topic_id)
            if variant is None:
                raise NotFound
            if variant != edited.course.plan_variant:
                await plan_rows.assign(session, course_id, variant, edited.day)
                await record(
                    session,
                    actor,
                    "plan.changed",
                    subject=("course", course_id),
                    at=now,
                    before={"variant": edited.course.plan_variant},
                    after={"variant": variant},
                )
            return await self._view(session, actor, course_id, Permission.EDIT_PLAN)

    async def _view(
        self, session: AsyncSession, actor: Actor, course_id: int, permission: Permission
    ) -> PlanView:
        now = self._clock.now()
        planned = await _planned(session, actor, course_id, permission, now=now)
        settings = await institution_settings(session, actor.school_id)
        first, last = planned.year
        return PlanView(
            course=planned.course,
            rows=tuple(await plans.rows(session, planned.plan, course_id)),
            pace=await plans.pace(session, actor.school_id, course_id, first, last, now),
            groups=tuple(await plans.groups_learning_by(session, planned.plan, planned.day)),
            variants=tuple(await plans.variants(session, planned.course)),
            deadline=deadline_of(first, settings.plan_days),
            today=actor.day_of(now),
            may_edit=may(actor, Permission.EDIT_PLAN, course_subject(actor.school_id, planned.course)),
        )
