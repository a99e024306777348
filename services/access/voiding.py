"""Operations made under a compromised account are void, recorded in an act (U5, K).

They are reversed, not erased: what stood before is written again, as new lines of the history that name the
lines they reverse. What somebody else has changed since is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import access_notices
from db.queries import voiding as queries
from db.queries.access_notices import ReportedCompromise
from db.queries.history import Entry, PersonName
from services.access.permissions import Permission
from services.access.policy import check
from services.access.reversing import HOMEWORK, Reversing, restored
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import NotFound

__all__ = ["Entry", "LeftAlone", "ReportedCompromise", "VoidService", "Voiding"]


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """What the person changed and somebody else changed after them."""

    entry: Entry
    """The person's last change of it."""
    changed_by: PersonName | None
    """None: not known any more, or no person."""


@dataclass(frozen=True, slots=True)
class Voiding:
    """A report's operations: what will be reversed, or what was."""

    report: ReportedCompromise
    reversals: tuple[Entry, ...]
    """Each goes from what the person left (`before`), and when (`at`), to what stood earlier (`after`)."""
    left_alone: tuple[LeftAlone, ...]
    others: tuple[tuple[str, int], ...]
    """What is to be checked by hand: actions and how often."""
    voided_at: datetime | None
    voided_by: PersonName | None


@dataclass(frozen=True, slots=True)
class _Plan:
    runs: tuple[tuple[Entry, ...], ...]
    """Of each record, the person's changes that nobody has changed since, in their order."""
    left_alone: tuple[LeftAlone, ...]


class VoidService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, *, actor: Actor, report_id: int) -> Voiding:
        """What would be reversed; afterwards, what was. Raises NotFound."""
        async with self._db.transaction() as session:
            report = await _report(session, actor, report_id)
            return await _view(session, report)

    async def act(self, *, actor: Actor, report_id: int) -> Voiding:
        """What was reversed. Raises NotFound, also when nothing was yet."""
        view = await self.view(actor=actor, report_id=report_id)
        if view.voided_at is None:
            raise NotFound
        return view

    async def void(self, *, actor: Actor, report_id: int) -> tuple[Voiding, bool]:
        """Reverse them in one transaction and tell the families; False when that was done before. Raises
        NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await queries.hold_report(session, report_id)
            report = await _report(session, actor, report_id)
            undone = await queries.voided(session, report_id) is None
            if undone:
                await _hold(session, await _plan(session, report))
                plan = await _plan(session, report)
                await Reversing(session, actor, now).reverse(plan.runs)
                await queries.set_voided(session, report_id, actor.person_id, now)
                await record(
                    session,
                    actor,
                    queries.VOIDED,
                    subject=("compromise_report", report_id),
                    at=now,
                    after={
                        "reversed": len(plan.runs),
                        "left": [left.entry.entry_id for left in plan.left_alone],
                    },
                )
            return await _view(session, await _report(session, actor, report_id)), undone


async def _report(session: AsyncSession, actor: Actor, report_id: int) -> ReportedCompromise:
    check(actor, Permission.VOID_OPERATIONS, SchoolSubject(actor.school_id))
    report = await access_notices.reported_compromise(session, actor.school_id, report_id)
    if report is None:
        raise NotFound
    return report


async def _view(session: AsyncSession, report: ReportedCompromise) -> Voiding:
    person, since, until = report.person_id, report.detected_at, report.reported_at
    others = tuple(await queries.others(session, person, since, until))
    done = await queries.voided(session, report.report_id)
    if done is not None:
        reversed_then, left = await queries.reversals(session, done, report.report_id)
        void = await queries.named(session, [_last_voided(one) for one in reversed_then])
        moments = {one.entry_id: one.at for one in void}
        return Voiding(
            report,
            tuple(replace(one, at=moments[_last_voided(one)]) for one in reversed_then),
            tuple(LeftAlone(entry, None) for entry in await queries.named(session, left)),
            others,
            done.at,
            done.by,
        )
    plan = await _plan(session, report)
    planned = tuple(replace(run[-1], before=run[-1].after, after=restored(run[0])) for run in plan.runs)
    return Voiding(report, planned, plan.left_alone, others, None, None)


def _last_voided(reversal: Entry) -> int:
    assert reversal.after is not None
    last: int = reversal.after["voids"][-1]
    return last


async def _plan(session: AsyncSession, report: ReportedCompromise) -> _Plan:
    """What the person did between detection and the closing of the account; what they do with new credentials
    is their own again."""
    found = await queries.touched(session, report.person_id, report.detected_at, report.reported_at)
    runs: list[tuple[Entry, ...]] = []
    left: list[LeftAlone] = []
    for _, lines in groupby(sorted(found, key=_record_of), key=_record_of):
        history = list(lines)
        mine = [one.person_id == report.person_id and one.at <= report.reported_at for one in history]
        if mine[-1]:
            begins = len(mine) - next((n for n, own in enumerate(reversed(mine)) if not own), len(mine))
            runs.append(tuple(history[begins:]))
        else:
            last = max(n for n, own in enumerate(mine) if own)
            left.append(LeftAlone(history[last], history[-1].author))
    return _Plan(tuple(sorted(runs, key=_moment)), tuple(left))


def _record_of(entry: Entry) -> tuple[Any, ...]:
    """Which record a line is about; the lines of one keep their order."""
    what = HOMEWORK if entry.subject_type == HOMEWORK else entry.action
    return what, entry.subject_id, entry.pupil_id or 0


def _moment(run: tuple[Entry, ...]) -> tuple[datetime, int]:
    return run[-1].at, run[-1].entry_id


async def _hold(session: AsyncSession, plan: _Plan) -> None:
    last = [run[-1] for run in plan.runs]
    await queries.hold(
        session,
        lesson_ids={one.lesson_id for one in last if one.lesson_id is not None},
        marks={(one.subject_id, one.pupil_id or 0) for one in last if one.action == "mark.set"},
        final_ids={one.subject_id for one in last if one.action == "final_mark.set"},
    )
