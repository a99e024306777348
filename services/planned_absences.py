"""Absences known before they happen (J7): registers are filled in beforehand, and nobody is alerted.

A planned absence is itself the confirmed reason of the lessons that it covers, also of those that a register
has met before it was entered. It is not copied into the reasons of days: whatever else a pupil misses on such
a day still needs a reason of its own, and cancelling leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import class_day as class_queries
from db.queries import planned as queries
from db.queries import reasons as reason_queries
from db.queries.class_day import GroupRow, PupilRow
from db.queries.planned import PlannedRow
from db.queries.reasons import Reason
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import absence_alert

__all__ = ["ClassPlans", "PlannedAbsenceService", "PlannedRow", "Planning", "Reason", "ShownPlan"]

MAX_DAYS = 60
PAST_DAYS = 7
"""How far back an absence may begin: long enough for a family that tells on its fifth day."""
MAX_LESSON = 20


@dataclass(frozen=True, slots=True)
class ClassPlans:
    """A class, its pupils of today by name, and what is planned for them from today on."""

    group: GroupRow
    today: date
    pupils: tuple[PupilRow, ...]
    planned: tuple[PlannedRow, ...]


@dataclass(frozen=True, slots=True)
class Planning:
    """What there is to choose from for a pupil."""

    pupil: PupilRow
    group_id: int
    today: date
    lesson_numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]


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
            await self._access(session, actor, row.pupil_id)
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
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            await self._check_dates(session, actor, starts_on, ends_on)
            _check_lessons(first_lesson, last_lesson)
            if await reason_queries.reason(session, actor.school_id, reason_id) is None:
                raise NotFound
            wanted = (starts_on, ends_on, first_lesson, last_lesson)
            for row in await queries.of_pupil(session, pupil_id, starts_on, ends_on):
                if (row.starts_on, row.ends_on, row.first_lesson, row.last_lesson) == wanted and (
                    row.reason_id == reason_id
                ):
                    return row
                if _lessons_overlap(row, first_lesson, last_lesson):
                    raise InvalidInput(problem="planned_already", planned=row)
            planned_id = await queries.add(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                starts_on=starts_on,
                ends_on=ends_on,
                first_lesson=first_lesson,
                last_lesson=last_lesson,
                reason_id=reason_id,
                entered_by=actor.person_id,
                entered_at=now,
            )
            row = await self._load(session, actor, planned_id)
            await queries.fill_opened(session, actor.school_id, row, actor_id=actor.person_id, now=now)
            await self._refresh(session, actor, row, now)
            await self._record(session, actor, "absence.planned", row, now)
            return row

    async def cancel(self, *, actor: Actor, planned_id: int) -> PlannedRow:
        """Take a planned absence back as if it had never been entered; again changes nothing.

        Registers that are taken keep their cells, which now need a reason; what is just being taken forgets
        it; an alert that it held back today leaves. Raises NotFound for a pupil of another class.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            row = await self._load(session, actor, planned_id)
            await self._access(session, actor, row.pupil_id)
            if not await queries.cancel(session, planned_id, now):
                return row
            await self._withdraw(session, actor, row, now)
            await self._record(session, actor, "absence.plan_cancelled", row, now)
            return await self._load(session, actor, planned_id)

    async def finish(self, *, actor: Actor, planned_id: int) -> PlannedRow:
        """The pupil is back earlier: yesterday becomes the last day, and the days before stay explained.

        One that begins today or later is cancelled; one that is over stays as it is. Raises as `cancel`.
        """
        now, today = self._clock.now(), self._today(actor)
        async with self._db.transaction() as session:
            row = await self._load(session, actor, planned_id)
            await self._access(session, actor, row.pupil_id)
            if row.starts_on < today <= row.ends_on and not row.cancelled:
                await queries.end(session, planned_id, today - timedelta(days=1))
                await self._withdraw(session, actor, replace(row, starts_on=today), now)
                row = await self._load(session, actor, planned_id)
                await self._record(session, actor, "absence.plan_finished", row, now)
            if row.starts_on < today:
                return row
        return await self.cancel(actor=actor, planned_id=planned_id)

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    async def _access(self, session: AsyncSession, actor: Actor, pupil_id: int) -> int:
        """The class in which the actor leads this pupil."""
        subject = await load_pupil(session, actor, pupil_id, self._today(actor))
        check(actor, Permission.PLAN_ABSENCE, subject)
        assert subject is not None
        return min(subject.group_ids & actor.class_teacher_of)

    async def _load(self, session: AsyncSession, actor: Actor, planned_id: int) -> PlannedRow:
        row = await queries.planned(session, actor.school_id, planned_id)
        if row is None:
            raise NotFound
        return row

    async def _check_dates(self, session: AsyncSession, actor: Actor, starts_on: date, ends_on: date) -> None:
        if ends_on < starts_on:
            raise InvalidInput(problem="end_before_start")
        if (ends_on - starts_on).days >= MAX_DAYS:
            raise InvalidInput(problem="planned_too_long", days=MAX_DAYS)
        if starts_on < self._today(actor) - timedelta(days=PAST_DAYS):
            raise InvalidInput(problem="planned_in_the_past", days=PAST_DAYS)
        year = await queries.year_of(session, actor.school_id, starts_on)
        if year is None or ends_on > year[1]:
            raise InvalidInput(problem="outside_school_year")

    async def _withdraw(self, session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> None:
        """These days and lessons are planned no more."""
        await queries.empty_opened(session, actor.school_id, row)
        await self._refresh(session, actor, row, now)
        today = self._today(actor)
        if row.starts_on <= today <= row.ends_on and await queries.told_of(session, row.pupil_id, today):
            await absence_alert.reconsider(session, actor.school_id, [row.pupil_id], today, now=now)

    async def _refresh(self, session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> None:
        last = min(row.ends_on, self._today(actor))
        for passed in range((last - row.starts_on).days + 1):
            day = row.starts_on + timedelta(days=passed)
            await absence_alert.refresh(session, actor.school_id, [row.pupil_id], day, now=now)

    async def _record(
        self, session: AsyncSession, actor: Actor, action: str, row: PlannedRow, now: datetime
    ) -> None:
        values = {
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "first_lesson": row.first_lesson,
            "last_lesson": row.last_lesson,
            "reason": row.reason,
        }
        await record(
            session,
            actor,
            action,
            subject=("planned_absence", row.planned_id),
            pupil_id=row.pupil_id,
            at=now,
            after=values,
        )


def _check_lessons(first: int | None, last: int | None) -> None:
    if any(number is not None and not 1 <= number <= MAX_LESSON for number in (first, last)):
        raise InvalidInput(problem="lesson_number")
    if first is not None and last is not None and last < first:
        raise InvalidInput(problem="end_before_start")


def _lessons_overlap(row: PlannedRow, first: int | None, last: int | None) -> bool:
    return (row.first_lesson or 1) <= (last or MAX_LESSON) and (first or 1) <= (row.last_lesson or MAX_LESSON)
