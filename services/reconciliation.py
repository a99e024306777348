"""«Сверка недели» (J7): the class teacher goes through the absences of a week, and sees the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import absence_requests
from db.queries import class_day as class_queries
from db.queries import reconciliation as queries
from db.queries.absence_requests import RequestRow
from db.queries.absence_totals import MissedDay, missed_days
from db.queries.class_day import GroupRow, PupilRow
from db.queries.pupil_year import TermRow
from db.queries.reconciliation import ChangedDay, Reconciled
from services.absence_totals import Totals, total_of
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject
from services.actor import Actor
from services.audit import record
from services.class_day_views import PupilDay, pupil_days
from services.clock import Clock
from services.days import monday_of
from services.errors import InvalidInput
from services.notifications import reconciliation_reminder

__all__ = [
    "ChangedDay",
    "ClassTotals",
    "ClassWeek",
    "PupilTotals",
    "Reconciled",
    "ReconciliationService",
    "TermRow",
    "Totals",
]

SUNDAY = timedelta(days=6)
LAST_LESSON_DAY = timedelta(days=4)
"""From the Friday on a week may be reconciled."""


@dataclass(frozen=True, slots=True)
class ClassWeek:
    group: GroupRow
    monday: date
    today: date
    pupils: tuple[PupilDay, ...]
    """Days with missed lessons: first those with an open reason, then by pupil's name and day."""
    awaited: tuple[RequestRow, ...]
    """Absences of the week for which a document is awaited, and any whose document is late."""
    reconciled: Reconciled | None
    changed: tuple[ChangedDay, ...]
    """What was touched after it was reconciled."""
    may_reconcile: bool
    """The reader leads the class; management only looks."""

    @property
    def open(self) -> tuple[PupilDay, ...]:
        """Days without a confirmed reason."""
        return tuple(day for day in self.pupils if is_open(day))

    @property
    def over(self) -> bool:
        return self.today >= self.monday + LAST_LESSON_DAY


@dataclass(frozen=True, slots=True)
class PupilTotals:
    pupil: PupilRow
    terms: tuple[Totals, ...]
    """In the order of ClassTotals.terms."""
    year: Totals


@dataclass(frozen=True, slots=True)
class ClassTotals:
    group: GroupRow
    today: date
    terms: tuple[TermRow, ...]
    """Those that have begun."""
    pupils: tuple[PupilTotals, ...]
    """The class of today by name."""


def is_open(day: PupilDay) -> bool:
    """Nobody has confirmed the reason yet, whether the family has stated one or not."""
    return day.open or day.announced


class ReconciliationService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def week(self, *, actor: Actor, group_id: int, monday: date) -> ClassWeek:
        """Missed lessons from Monday to Sunday of the week that holds `monday`, with their reasons.

        Raises NotFound for a class that is not the actor's to see.
        """
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.SEE_CLASS_DAY)
            return await self._week(session, actor, group, monday_of(monday))

    async def reconcile(self, *, actor: Actor, group_id: int, monday: date) -> ClassWeek:
        """«Сверено»; again after changes, it counts from now.

        Raises NotFound, Forbidden for who only looks, and InvalidInput while the week is not over or a reason
        is open (`open`: how many days).
        """
        now, monday = self._clock.now(), monday_of(monday)
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.RECONCILE_ABSENCES)
            week = await self._week(session, actor, group, monday)
            if not week.over:
                raise InvalidInput(problem="week_not_over")
            if week.open:
                raise InvalidInput(problem="reasons_open", n=len(week.open))
            if week.reconciled is not None and not week.changed:
                return week
            await queries.reconcile(session, group_id, monday, person_id=actor.person_id, now=now)
            await record(
                session,
                actor,
                "week.reconciled",
                subject=("group", group_id),
                at=now,
                after={"monday": monday.isoformat()},
            )
            await reconciliation_reminder.refresh(session, actor.school_id, group_id, monday, now=now)
            return await self._week(session, actor, group, monday)

    async def totals(self, *, actor: Actor, group_id: int) -> ClassTotals:
        """Days and lessons missed by term and for the year, of every pupil. Raises as `week`."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.SEE_CLASS_DAY)
            pupils = await class_queries.pupils(session, group_id, today)
            year = await queries.year_of(session, group_id)
            ids = [pupil.pupil_id for pupil in pupils]
            days = await missed_days(session, actor.school_id, ids, year.starts_on, year.ends_on, now=now)
        terms = tuple(term for term in year.terms if term.starts_on <= today)
        of_pupil: dict[int, list[MissedDay]] = {pupil_id: [] for pupil_id in ids}
        for day in days:
            of_pupil[day.pupil_id].append(day)
        return ClassTotals(
            group, today, terms, tuple(_totals(pupil, of_pupil[pupil.pupil_id], terms) for pupil in pupils)
        )

    async def _week(self, session: AsyncSession, actor: Actor, group: GroupRow, monday: date) -> ClassWeek:
        first, last, today = monday, monday + SUNDAY, actor.day_of(self._clock.now())
        group_id = group.group_id
        cells = await class_queries.cells(session, actor.school_id, group_id, first, last)
        pupil_ids = {cell.pupil_id for cell in cells}
        said = await class_queries.said(session, actor.school_id, pupil_ids, first, last)
        days = [day for day in pupil_days(cells, said, day=first) if day.missed]
        awaited = await absence_requests.without_document(session, group_id, today, first=first, last=last)
        done = await queries.reconciled(session, group_id, monday)
        changed = await queries.changed_since(session, group_id, first, last, done.at) if done else []
        subject = GroupSubject(actor.school_id, group_id)
        return ClassWeek(
            group=group,
            monday=monday,
            today=today,
            pupils=tuple(sorted(days, key=lambda day: not is_open(day))),
            awaited=tuple(awaited),
            reconciled=done,
            changed=tuple(changed),
            may_reconcile=may(actor, Permission.RECONCILE_ABSENCES, subject),
        )

    async def _access(
        self, session: AsyncSession, actor: Actor, group_id: int, permission: Permission
    ) -> GroupRow:
        group = await class_queries.group(session, actor.school_id, group_id)
        subject = GroupSubject(actor.school_id, group_id) if group else None
        check(actor, permission, subject, seen_by=Permission.SEE_CLASS_DAY)
        assert group is not None
        return group


def _totals(pupil: PupilRow, days: Sequence[MissedDay], terms: Sequence[TermRow]) -> PupilTotals:
    return PupilTotals(
        pupil,
        tuple(total_of(day for day in days if term.starts_on <= day.date <= term.ends_on) for term in terms),
        total_of(days),
    )
