"""What planned absences have in common, whether the class teacher enters them or a guardian announces them:
registers that are being taken follow, alerts that wait are not sent, those that were sent say that the school
knows. Helpers within the caller's transaction; whether the actor may is asked before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import planned as queries
from db.queries import reasons as reason_queries
from db.queries.class_day import PupilRow
from db.queries.planned import PlannedRow
from db.queries.reasons import Reason
from services.actor import Actor
from services.audit import record
from services.errors import InvalidInput, NotFound
from services.notifications import absence_alert, absence_requests

MAX_LESSON = 20


@dataclass(frozen=True, slots=True)
class Planning:
    """What there is to choose from for a pupil."""

    pupil: PupilRow
    group_id: int
    today: date
    lesson_numbers: tuple[int, ...]
    reasons: tuple[Reason, ...]
    longest: int
    """Days that one absence may last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An absence to be entered: both days count; lesson numbers count on every day, None: the first, the
    last."""

    pupil_id: int
    starts_on: date
    ends_on: date
    first_lesson: int | None
    last_lesson: int | None
    reason_id: int

    def is_entered_as(self, row: PlannedRow) -> bool:
        mine = (self.starts_on, self.ends_on, self.first_lesson, self.last_lesson, self.reason_id)
        return mine == (row.starts_on, row.ends_on, row.first_lesson, row.last_lesson, row.reason_id)

    def overlaps(self, row: PlannedRow) -> bool:
        """On a day that both hold they share a lesson."""
        return (row.first_lesson or 1) <= (self.last_lesson or MAX_LESSON) and (self.first_lesson or 1) <= (
            row.last_lesson or MAX_LESSON
        )


async def check_dates(session: AsyncSession, actor: Actor, starts_on: date, ends_on: date) -> None:
    """Raises InvalidInput when they are in the wrong order or not of one school year."""
    if ends_on < starts_on:
        raise InvalidInput(problem="end_before_start")
    year = await queries.year_of(session, actor.school_id, starts_on)
    if year is None or ends_on > year[1]:
        raise InvalidInput(problem="outside_school_year")


async def enter(
    session: AsyncSession, actor: Actor, wanted: Wanted, now: datetime
) -> tuple[PlannedRow, bool]:
    """The absence, and whether it is new: the same one is entered once. Dates are checked before.

    Raises NotFound for an unknown reason, and InvalidInput for lessons that cannot be or that overlap with
    what is planned already (`planned`: that PlannedRow).
    """
    _check_lessons(wanted.first_lesson, wanted.last_lesson)
    if await reason_queries.reason(session, actor.school_id, wanted.reason_id) is None:
        raise NotFound
    for row in await queries.of_pupil(session, wanted.pupil_id, wanted.starts_on, wanted.ends_on):
        if wanted.is_entered_as(row):
            return row, False
        if wanted.overlaps(row):
            raise InvalidInput(problem="planned_already", planned=row)
    planned_id = await queries.add(
        session,
        school_id=actor.school_id,
        pupil_id=wanted.pupil_id,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        first_lesson=wanted.first_lesson,
        last_lesson=wanted.last_lesson,
        reason_id=wanted.reason_id,
        entered_by=actor.person_id,
        entered_at=now,
    )
    row = await load(session, actor, planned_id)
    await queries.fill_opened(session, actor.school_id, row, actor_id=actor.person_id, now=now)
    await _refresh(session, actor, row, now)
    await _record(session, actor, "absence.planned", row, now)
    return row, True


async def load(session: AsyncSession, actor: Actor, planned_id: int) -> PlannedRow:
    """Raises NotFound."""
    row = await queries.planned(session, actor.school_id, planned_id)
    if row is None:
        raise NotFound
    return row


async def cancel(session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> PlannedRow:
    """Take it back as if it had never been entered; again changes nothing.

    Registers that are taken keep their cells, which now need a reason; what is just being taken forgets it;
    an alert that it held back today leaves.
    """
    if not await queries.cancel(session, row.planned_id, now):
        return row
    await _withdraw(session, actor, row, now)
    await _record(session, actor, "absence.plan_cancelled", row, now)
    await absence_requests.refresh(session, actor.school_id, [row.planned_id], now=now)
    return await load(session, actor, row.planned_id)


async def finish(session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> PlannedRow:
    """The pupil is back earlier: yesterday becomes the last day, and the days before stay explained.

    One that begins today or later is cancelled; one that is over stays as it is.
    """
    today = actor.day_of(now)
    if row.starts_on >= today:
        return await cancel(session, actor, row, now)
    if today > row.ends_on or row.cancelled:
        return row
    await queries.end(session, row.planned_id, today - timedelta(days=1))
    await _withdraw(session, actor, replace(row, starts_on=today), now)
    row = await load(session, actor, row.planned_id)
    await _record(session, actor, "absence.plan_finished", row, now)
    await absence_requests.refresh(session, actor.school_id, [row.planned_id], now=now)
    return row


async def _withdraw(session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> None:
    """These days and lessons are planned no more."""
    await queries.empty_opened(session, actor.school_id, row)
    await _refresh(session, actor, row, now)
    today = actor.day_of(now)
    if row.starts_on <= today <= row.ends_on and await queries.told_of(session, row.pupil_id, today):
        await absence_alert.reconsider(session, actor.school_id, [row.pupil_id], today, now=now)


async def _refresh(session: AsyncSession, actor: Actor, row: PlannedRow, now: datetime) -> None:
    last = min(row.ends_on, actor.day_of(now))
    for passed in range((last - row.starts_on).days + 1):
        day = row.starts_on + timedelta(days=passed)
        await absence_alert.refresh(session, actor.school_id, [row.pupil_id], day, now=now)


async def _record(session: AsyncSession, actor: Actor, action: str, row: PlannedRow, now: datetime) -> None:
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
