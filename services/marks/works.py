"""The works of a lesson: what its marks are for (J4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import locks, registers
from db.queries import works as queries
from db.queries.attendance import EARLY
from db.queries.timetable import LessonRow
from db.queries.works import KindRow, WorkRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, Locked, NotFound
from services.settings import values_by_preset
from services.typed import tidy_line

__all__ = ["BY_PRESET", "KindRow", "LessonWorks", "WorkRow", "WorkService"]

MAX_WORKS = 10
"""In one lesson."""
MAX_TITLE = 60
MAX_WEIGHT = Decimal(10)
BY_PRESET: Mapping[str, Any] = {
    f"{key}_by_preset": values_by_preset(key)
    for key in (
        *("edit_lock_days", "mark_days", "mark_days_primary", "control_mark_days"),
        *("undo_minutes", "notice_days"),
    )
}
"""What statements about marks need to know of the presets (J4, J5)."""


@dataclass(frozen=True, slots=True)
class LessonWorks:
    """A lesson with its works, and whether marks may be given in it yet."""

    lesson: LessonRow
    today: date
    begun: bool
    works: tuple[WorkRow, ...]
    kinds: tuple[KindRow, ...]
    """The institution's dictionary."""


class WorkService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def works(self, *, actor: Actor, lesson_id: int) -> LessonWorks:
        """Raises NotFound for a lesson that the actor does not give."""
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            return await self._read(session, actor, lesson)

    async def work(self, *, actor: Actor, work_id: int) -> WorkRow:
        """One work of a lesson that the actor gives. Raises NotFound."""
        async with self._db.transaction() as session:
            work, _ = await access_work(session, actor, work_id, now=self._clock.now())
            return work

    async def kinds(self, *, actor: Actor) -> tuple[KindRow, ...]:
        """The institution's kinds of work with their weights, in their order."""
        async with self._db.transaction() as session:
            return tuple(await queries.kinds(session, actor.school_id))

    async def add(
        self,
        *,
        actor: Actor,
        lesson_id: int,
        kind_id: int,
        weight: Decimal | None = None,
        title: str = "",
        place: int | None = None,
    ) -> WorkRow:
        """Add a work to a lesson; without `weight` it has its kind's.

        `place`: how many works there were when the person decided. When one of this kind stands there by
        now, it was a second tap, and that work is the answer.

        Raises NotFound, Locked (J5), InvalidInput (`marks_not_begun`, `no_marks_in_form_one`,
        `too_many_works`, `work_weight`, `work_title`).
        """
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            return await add_work(
                session,
                actor,
                lesson,
                kind_id=kind_id,
                weight=weight,
                title=title,
                place=place,
                now=self._clock.now(),
            )

    async def change(
        self,
        *,
        actor: Actor,
        work_id: int,
        kind_id: int | None = None,
        weight: Decimal | None = None,
        title: str | None = None,
    ) -> WorkRow:
        """Change what is given; another kind comes with its weight. Raises NotFound, Locked, InvalidInput."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            work, lesson = await access_work(session, actor, work_id, now=now)
            await _check_unlocked(session, work, lesson, now=now)
            kind = await _kind(session, actor, work.kind_id if kind_id is None else kind_id)
            if weight is None:
                weight = work.weight if kind.kind_id == work.kind_id else kind.weight
            words = work.title if title is None else tidy_line(title)
            _check(weight, words)
            await queries.change(session, work_id, kind_id=kind.kind_id, weight=weight, title=words)
            await record(
                session,
                actor,
                "work.changed",
                subject=("work", work_id),
                at=now,
                before=_as_json(work.kind_id, work.weight, work.title),
                after=_as_json(kind.kind_id, weight, words),
            )
            return await _read(session, actor, work_id, now=now)

    async def remove(self, *, actor: Actor, work_id: int) -> LessonWorks:
        """Remove a work that never held a mark: the history of marks hangs on the others.

        Raises NotFound, Locked (J5), InvalidInput(`work_has_marks`).
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            work, lesson = await access_work(session, actor, work_id, now=now)
            if not work.fillable:
                raise Locked(date=lesson.date)
            if not await queries.remove(session, work_id):
                raise InvalidInput(problem="work_has_marks")
            await record(
                session,
                actor,
                "work.removed",
                subject=("work", work_id),
                at=now,
                before=_as_json(work.kind_id, work.weight, work.title),
            )
            return await self._read(session, actor, lesson)

    async def _read(self, session: AsyncSession, actor: Actor, lesson: LessonRow) -> LessonWorks:
        now = self._clock.now()
        return LessonWorks(
            lesson=lesson,
            today=actor.day_of(now),
            begun=now >= lesson.starts_at - EARLY,
            works=tuple(await queries.works(session, lesson.lesson_id, now=now, by_preset=BY_PRESET)),
            kinds=tuple(await queries.kinds(session, actor.school_id)),
        )


async def access_work(
    session: AsyncSession, actor: Actor, work_id: int, *, now: datetime
) -> tuple[WorkRow, LessonRow]:
    """A work of a lesson that the actor gives. Raises NotFound."""
    work = await _read(session, actor, work_id, now=now)
    return work, await access_lesson(session, actor, work.lesson_id, Permission.KEEP_JOURNAL)


async def add_work(
    session: AsyncSession,
    actor: Actor,
    lesson: LessonRow,
    *,
    kind_id: int,
    weight: Decimal | None = None,
    title: str = "",
    place: int | None = None,
    now: datetime,
) -> WorkRow:
    """`WorkService.add` within the caller's transaction, for a lesson that the actor may keep."""
    check_begun(lesson, now)
    if not lesson.has_marks:
        raise InvalidInput(problem="no_marks_in_form_one")
    kind = await _kind(session, actor, kind_id)
    weight, title = kind.weight if weight is None else weight, tidy_line(title)
    _check(weight, title)
    await registers.keep(session, lesson.lesson_id)
    await queries.hold(session, lesson.lesson_id)
    works = await queries.works(session, lesson.lesson_id, now=now, by_preset=BY_PRESET)
    if place is not None and place < len(works) and works[place].kind_id == kind_id:
        return works[place]
    if len(works) >= MAX_WORKS:
        raise InvalidInput(problem="too_many_works")
    work_id = await queries.add(
        session,
        school_id=actor.school_id,
        lesson_id=lesson.lesson_id,
        kind_id=kind_id,
        weight=weight,
        title=title,
        actor_id=actor.person_id,
        now=now,
    )
    work = await _read(session, actor, work_id, now=now)
    if not work.fillable:
        raise Locked(date=lesson.date)
    await record(
        session,
        actor,
        "work.added",
        subject=("work", work_id),
        at=now,
        after=_as_json(kind_id, weight, title),
    )
    return work


def check_begun(lesson: LessonRow, now: datetime) -> None:
    """Raises InvalidInput before the register may be opened: nobody has earned a mark yet."""
    if now < lesson.starts_at - EARLY:
        raise InvalidInput(problem="marks_not_begun")


async def _read(session: AsyncSession, actor: Actor, work_id: int, *, now: datetime) -> WorkRow:
    work = await queries.work(session, actor.school_id, work_id, now=now, by_preset=BY_PRESET)
    if work is None:
        raise NotFound
    return work


async def _check_unlocked(session: AsyncSession, work: WorkRow, lesson: LessonRow, *, now: datetime) -> None:
    """A weight is part of the marks that stand, and a work without marks of the page (J5)."""
    by_preset = BY_PRESET["edit_lock_days_by_preset"]
    if not work.marks:
        if not work.fillable:
            raise Locked(date=lesson.date)
    elif await locks.lesson_is_locked(session, lesson.lesson_id, now=now, edit_lock_days_by_preset=by_preset):
        raise Locked(date=lesson.date)


async def _kind(session: AsyncSession, actor: Actor, kind_id: int) -> KindRow:
    kinds = await queries.kinds(session, actor.school_id)
    kind = next((kind for kind in kinds if kind.kind_id == kind_id), None)
    if kind is None:
        raise NotFound
    return kind


def _check(weight: Decimal, title: str) -> None:
    if not 0 <= weight <= MAX_WEIGHT or weight != round(weight, 1):
        raise InvalidInput(problem="work_weight")
    if len(title) > MAX_TITLE:
        raise InvalidInput(problem="work_title")


def _as_json(kind_id: int, weight: Decimal, title: str) -> dict[str, Any]:
    return {"kind_id": kind_id, "weight": str(weight), "title": title}
