"""Absences known before they happen (J7): registers are filled in beforehand, and nobody is alerted.

A planned absence is itself the confirmed reason of the lessons that it covers, also of those that a register
has met before it was entered. It is not copied into the reasons of days: whatever else a pupil misses on such
a day still needs a reason of its own, and cancelling leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import class_day as class_queries
from db.queries import planned as queries
from db.queries import reasons as reason_queries
from db.queries.class_day import GroupRow, PupilRow
from db.queries.planned import PlannedRow
from db.queries.reasons import Reason
from services import absence_plans
from services.absence_plans import Planning, Wanted
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.clock import Clock
from services.errors import InvalidInput

__all__ = ["ClassPlans", "PlannedAbsenceService", "PlannedRow", "Planning", "Reason", "ShownPlan"]

MAX_DAYS = 60
PAST_DAYS = 7
"""How far back an absence may begin: long enough for a family that tells on its fifth day."""


@dataclass(frozen=True, slots=True)
class ClassPlans:
    """A class, its pupils of today by name, and what is planned for them from today on."""

    group: GroupRow
    today: date
    pupils: tuple[PupilRow, ...]
    planned: tuple[PlannedRow, ...]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    plan: PlannedRow
    today: date


class PlannedAbsenceService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(self, *, actor: Actor, group_id: int) -> ClassPlans:
        """Planned absences of a class that are not over. Raises NotFound for somebody else's class."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            group = await class_queries.group(session, actor.school_id, group_id)
            subject = GroupSubject(actor.school_id, group_id) if group else None
            check(actor, Permission.PLAN_ABSENCE, subject)
            assert group is not None
            pupils = await class_queries.pupils(session, group_id, today)
            planned = await queries.of_group(session, group_id, today, None, enrolled_on=today)
        return ClassPlans(group, today, tuple(pupils), tuple(planned))

    async def show(self, *, actor: Actor, planned_id: int) -> ShownPlan:
        """One of them, also when it was cancelled. Raises NotFound for a pupil of another class."""
        async with self._db.transaction() as session:
            row = await self._load(session, actor, planned_id)
        return ShownPlan(row, self._today(actor))

    async def planning(
        self, *, actor: Actor, pupil_id: int, starts_on: date | None = None, ends_on: date | None = None
    ) -> Planning:
        """Raises NotFound for a pupil of another class, InvalidInput when the chosen days cannot be."""
        async with self._db.transaction() as session:
            group_id = await self._access(session, actor, pupil_id)
            if starts_on is not None:
                await self._check_dates(session, actor, starts_on, ends_on or starts_on)
            pupils = await class_queries.pupils(session, group_id, self._today(actor))
            return Planning(
                pupil=next(pupil for pupil in pupils if pupil.pupil_id == pupil_id),
                group_id=group_id,
                today=self._today(actor),
                lesson_numbers=tuple(await queries.lesson_numbers(session, actor.school_id)),
                reasons=await reason_queries.dictionary(session, actor.school_id),
                longest=MAX_DAYS,
            )

    async def plan(
        self,
        *,
        actor: Actor,
        pupil_id: int,
        starts_on: date,
        ends_on: date,
        first_lesson: int | None = None,
        last_lesson: int | None = None,
        reason_id: int,
    ) -> PlannedRow:
        """Enter an absence from `starts_on` to `ends_on`, both counted; lesson numbers count on every day.

        Registers that are just being taken get it at once, alerts that wait for it are not sent, those that
        were sent say that the school knows. Entering the same one again changes nothing.

        Raises NotFound for a pupil of another class or an unknown reason, and InvalidInput for dates or
        lessons that cannot be or that overlap with what is planned already (`planned`: that PlannedRow).
        """
        wanted = Wanted(pupil_id, starts_on, ends_on, first_lesson, last_lesson, reason_id)
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            await self._check_dates(session, actor, starts_on, ends_on)
            row, _ = await absence_plans.enter(session, actor, wanted, self._clock.now())
            return row

    async def cancel(self, *, actor: Actor, planned_id: int) -> PlannedRow:
        """Take a planned absence back as if it had never been entered; again changes nothing.

        Raises NotFound for a pupil of another class.
        """
        async with self._db.transaction() as session:
            row = await self._load(session, actor, planned_id)
            return await absence_plans.cancel(session, actor, row, self._clock.now())

    async def finish(self, *, actor: Actor, planned_id: int) -> PlannedRow:
        """The pupil is back earlier: yesterday becomes the last day, and the days before stay explained.

        One that begins today or later is cancelled; one that is over stays as it is. Raises as `cancel`.
        """
        async with self._db.transaction() as session:
            row = await self._load(session, actor, planned_id)
            return await absence_plans.finish(session, actor, row, self._clock.now())

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    async def _load(self, session: AsyncSession, actor: Actor, planned_id: int) -> PlannedRow:
        row = await absence_plans.load(session, actor, planned_id)
        await self._access(session, actor, row.pupil_id)
        return row

    async def _access(self, session: AsyncSession, actor: Actor, pupil_id: int) -> int:
        """The class in which the actor leads this pupil."""
        subject = await load_pupil(session, actor, pupil_id, self._today(actor))
        check(actor, Permission.PLAN_ABSENCE, subject)
        assert subject is not None
        return min(subject.group_ids & actor.class_teacher_of)

    async def _check_dates(self, session: AsyncSession, actor: Actor, starts_on: date, ends_on: date) -> None:
        if (ends_on - starts_on).days >= MAX_DAYS:
            raise InvalidInput(problem="planned_too_long", days=MAX_DAYS)
        if starts_on < self._today(actor) - timedelta(days=PAST_DAYS):
            raise InvalidInput(problem="planned_in_the_past", days=PAST_DAYS)
        await absence_plans.check_dates(session, actor, starts_on, ends_on)
