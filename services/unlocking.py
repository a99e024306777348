"""Opening what is locked, with a reason and for a time (J5).

A deputy opens a lesson, or the final marks of a course for a term; its teacher is told, and may have asked.
Everything that happens to a lock stands in the history beside the changes themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import FinalKind
from db.queries import class_day, final_marks, timetable, unlock_requests
from db.queries import unlocking as queries
from db.queries.class_day import GroupRow
from db.queries.timetable import LessonRow
from db.queries.unlock_requests import REFUSED, RequestRow
from db.queries.unlocking import RESTORED, UNLOCKED, Place, Target, UnlockRow
from services.access.courses import access_course
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import unlocking as notices
from services.settings import institution_settings, values_by_preset
from services.typed import typed_line

__all__ = [
    "REFUSED",
    "UNLOCKED",
    "LockedDay",
    "LockedDays",
    "OpenNow",
    "Place",
    "RequestRow",
    "Target",
    "UnlockRow",
    "UnlockService",
    "UnlockTerm",
]

DAYS_OFFERED = 6
LOOK_BACK = timedelta(days=14)


class UnlockTerm(StrEnum):
    """For how long: to the end of today, or of one of the next days."""

    TODAY = "0"
    DAY = "1"
    THREE_DAYS = "3"
    WEEK = "7"

    @property
    def days(self) -> int:
        return int(self.value)


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What is open in the school, and the classes to look for more in."""

    unlocks: tuple[UnlockRow, ...]
    groups: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class LockedDays:
    """The last days of a class that are locked already, the newest first."""

    group: GroupRow
    days: tuple[date, ...]
    today: date


@dataclass(frozen=True, slots=True)
class LockedDay:
    """The lessons of a class on a day; `locked`: this day's lessons are, but for those opened again."""

    group: GroupRow
    day: date
    locked: bool
    lessons: tuple[LessonRow, ...]


class UnlockService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open_now(self, *, actor: Actor) -> OpenNow:
        """What is open, and where to look for more. Raises NotFound for all but deputies and director."""
        now = self._clock.now()
        _check_deputy(actor)
        async with self._db.transaction() as session:
            unlocks = await queries.open_now(session, actor.school_id, now)
            groups = await class_day.groups(session, actor.school_id, actor.day_of(now))
        return OpenNow(tuple(unlocks), tuple(groups))

    async def days(self, *, actor: Actor, group_id: int) -> LockedDays:
        """The class's last locked days with lessons. Raises NotFound."""
        async with self._db.transaction() as session:
            group = await self._group(session, actor, group_id)
            last = await self._last_locked(session, actor)
            rows = await timetable.lessons(
                session, actor.school_id, last - LOOK_BACK, last, group_id=group_id
            )
        days = sorted({row.date for row in rows}, reverse=True)
        return LockedDays(group, tuple(days[:DAYS_OFFERED]), actor.day_of(self._clock.now()))

    async def day(self, *, actor: Actor, group_id: int, day: date) -> LockedDay:
        """The lessons of a class on a day. Raises NotFound."""
        async with self._db.transaction() as session:
            group = await self._group(session, actor, group_id)
            locked = day <= await self._last_locked(session, actor)
            rows = await timetable.lessons(session, actor.school_id, day, day, group_id=group_id)
        return LockedDay(group, day, locked, tuple(rows))

    async def locked(self, *, actor: Actor, target: Target) -> Place:
        """What a deputy is about to open. Raises NotFound, and InvalidInput when it is not locked."""
        _check_deputy(actor)
        async with self._db.transaction() as session:
            await self._check_locked(session, actor, target, _SEES)
            return await queries.place_of(session, target)

    async def unlock(self, *, actor: Actor, target: Target, term: UnlockTerm, reason: str) -> UnlockRow:
        """Open it, and tell whoever keeps it. Raises NotFound, and InvalidInput without a reason or when it
        is not locked."""
        _check_deputy(actor)
        async with self._db.transaction() as session:
            await self._check_locked(session, actor, target, _SEES)
            return await self._open(session, actor, target, term, reason)

    async def lock_again(self, *, actor: Actor, unlock_id: int) -> UnlockRow:
        """«Закрыть» before its time; what is closed already stays so. Raises NotFound."""
        now = self._clock.now()
        _check_deputy(actor)
        async with self._db.transaction() as session:
            unlock = await queries.unlock(session, actor.school_id, unlock_id)
            if unlock is None:
                raise NotFound
            target = unlock.place.target
            if unlock_id in await queries.end(session, target, now):
                await record(
                    session,
                    actor,
                    RESTORED,
                    subject=target.subject,
                    at=now,
                    after={"unlock_id": unlock_id, "term_id": target.term_id},
                )
                unlock = await queries.unlock(session, actor.school_id, unlock_id)
                assert unlock is not None
                await notices.tell_keepers(session, actor, unlock, now)
                await notices.refresh_requests(session, actor, target, now)
            return unlock

    async def own_locked(self, *, actor: Actor, target: Target) -> Place:
        """What a teacher is about to ask for. Raises as `ask`."""
        async with self._db.transaction() as session:
            await self._check_to_ask_for(session, actor, target)
            return await queries.place_of(session, target)

    async def ask(self, *, actor: Actor, target: Target, reason: str) -> Place:
        """«Попросить открыть»: the deputies get one message; while it waits, asking again changes nothing.

        Raises NotFound for what the actor does not keep, and InvalidInput without a reason or when it is not
        locked.
        """
        now = self._clock.now()
        reason = typed_line(reason)
        async with self._db.transaction() as session:
            await self._check_to_ask_for(session, actor, target)
            asked = await unlock_requests.requests_of(session, target, now - notices.TIME_TO_LIVE, now)
            if not any(one.person_id == actor.person_id and one.answer is None for one in asked):
                request_id = await unlock_requests.ask(
                    session,
                    target,
                    school_id=actor.school_id,
                    actor_id=actor.person_id,
                    binding_id=actor.binding_id,
                    reason=reason,
                    now=now,
                )
                await notices.ask_deputies(session, actor, request_id, now)
            return await queries.place_of(session, target)

    async def allow(self, *, actor: Actor, request_id: int) -> RequestRow:
        """«Открыть на день»; a request that is answered, or no longer needed, stays as it is. Raises
        NotFound."""
        async with self._db.transaction() as session:
            request = await self._request(session, actor, request_id)
            if request.answer is None and request.open_until is None:
                target = request.place.target
                await self._open(session, actor, target, UnlockTerm.DAY, request.reason, request_id)
            return await self._request(session, actor, request_id)

    async def refuse(self, *, actor: Actor, request_id: int) -> RequestRow:
        """«Отказать», as `allow`; the teacher is told."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            request = await self._request(session, actor, request_id)
            if request.answer is None and request.open_until is None:
                target = request.place.target
                await record(
                    session,
                    actor,
                    REFUSED,
                    subject=target.subject,
                    at=now,
                    after={"request_id": request_id, "term_id": target.term_id},
                )
                await notices.tell_refused(session, request, actor.school_id, now)
                await notices.refresh_requests(session, actor, target, now)
            return await self._request(session, actor, request_id)

    async def _open(
        self,
        session: AsyncSession,
        actor: Actor,
        target: Target,
        term: UnlockTerm,
        reason: str,
        request_id: int | None = None,
    ) -> UnlockRow:
        now = self._clock.now()
        reason = typed_line(reason)
        until = _end_of_day(actor, actor.day_of(now) + timedelta(days=term.days))
        await queries.end(session, target, now)
        unlock_id = await queries.add(
            session,
            target,
            school_id=actor.school_id,
            until=until,
            reason=reason,
            actor_id=actor.person_id,
            now=now,
        )
        after = {"unlock_id": unlock_id, "until": until.isoformat(), "reason": reason}
        if request_id is not None:
            after["request_id"] = request_id
        if target.term_id is not None:
            after["term_id"] = target.term_id
        await record(session, actor, UNLOCKED, subject=target.subject, at=now, after=after)
        unlock = await queries.unlock(session, actor.school_id, unlock_id)
        assert unlock is not None
        await notices.tell_keepers(session, actor, unlock, now)
        await notices.refresh_requests(session, actor, target, now)
        return unlock

    async def _request(self, session: AsyncSession, actor: Actor, request_id: int) -> RequestRow:
        _check_deputy(actor)
        await unlock_requests.hold_request(session, request_id)
        request = await unlock_requests.request(session, actor.school_id, request_id, self._clock.now())
        if request is None:
            raise NotFound
        return request

    async def _group(self, session: AsyncSession, actor: Actor, group_id: int) -> GroupRow:
        _check_deputy(actor)
        group = await class_day.group(session, actor.school_id, group_id)
        if group is None:
            raise NotFound
        return group

    async def _last_locked(self, session: AsyncSession, actor: Actor) -> date:
        settings = await institution_settings(session, actor.school_id)
        return actor.day_of(self._clock.now()) - timedelta(days=settings.edit_lock_days + 1)

    async def _check_to_ask_for(self, session: AsyncSession, actor: Actor, target: Target) -> None:
        await self._check_locked(session, actor, target, _KEEPS)
        if await queries.is_open(session, target, self._clock.now()):
            raise InvalidInput(problem="not_locked")

    async def _check_locked(
        self, session: AsyncSession, actor: Actor, target: Target, needs: tuple[Permission, Permission]
    ) -> None:
        """`needs`: of a lesson, and of a course. What is open already may be opened for longer."""
        now = self._clock.now()
        of_lesson, of_course = needs
        if target.lesson_id is not None:
            lesson = await access_lesson(session, actor, target.lesson_id, of_lesson)
            settings = await institution_settings(session, actor.school_id)
            locked = actor.day_of(now) > lesson.date + timedelta(days=settings.edit_lock_days)
        else:
            locked = await self._finals_locked(session, actor, target, of_course)
        if not locked:
            raise InvalidInput(problem="not_locked")

    async def _finals_locked(
        self, session: AsyncSession, actor: Actor, target: Target, permission: Permission
    ) -> bool:
        now = self._clock.now()
        if target.course_id is None:
            raise NotFound
        course = await access_course(session, actor, target.course_id, permission, actor.day_of(now))
        periods = await final_marks.periods(
            session, course, now=now, final_mark_days_by_preset=values_by_preset("final_mark_days")
        )
        kind = FinalKind.YEAR if target.term_id is None else FinalKind.TERM
        period = next((one for one in periods if (one.kind, one.term_id) == (kind, target.term_id)), None)
        if period is None:
            raise NotFound
        return period.late


_SEES = (Permission.SEE_LESSON, Permission.SEE_JOURNAL)
_KEEPS = (Permission.KEEP_JOURNAL, Permission.GIVE_FINAL_MARKS)


def _check_deputy(actor: Actor) -> None:
    check(actor, Permission.UNLOCK_JOURNAL, SchoolSubject(actor.school_id))


def _end_of_day(actor: Actor, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), actor.zone)
