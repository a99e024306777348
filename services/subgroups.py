"""Subgroups of a class in a subject (S2): who is where, and moving a pupil when all concerned agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import courses
from db.queries import subgroups as queries
from db.queries.courses import CourseRow
from db.queries.names import Colleague
from db.queries.subgroups import ChangeRow, MemberRow
from services.access.courses import course_subject
from services.access.permissions import Permission
from services.access.policy import may
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.days import monday_of
from services.errors import Forbidden, InvalidInput, NotFound
from services.notifications import subgroup_change
from services.notifications.subgroup_change import Change

__all__ = [
    "Change",
    "ChangeRow",
    "Colleague",
    "CourseRow",
    "MemberRow",
    "Move",
    "SubgroupPage",
    "SubgroupService",
]


@dataclass(frozen=True, slots=True)
class SubgroupPage:
    """Who is in which subgroup of the course's classes and subject on `today`."""

    course: CourseRow
    """The one asked for; where that is a colleague's, one of the reader's beside it."""
    today: date
    subgroups: tuple[CourseRow, ...]
    members: tuple[MemberRow, ...]
    """Everybody of the classes, by name; also those in no subgroup."""
    ahead: tuple[ChangeRow, ...]
    """What is proposed, or agreed on for a later day."""
    may_propose: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A pupil who could be in the subgroup `to`, and from when."""

    pupil: MemberRow
    before: CourseRow | None
    after: CourseRow
    next_lesson: date | None
    next_monday: date
    term_start: date | None


class SubgroupService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, *, actor: Actor, course_id: int) -> SubgroupPage:
        """Raises NotFound for a course that is not the actor's to see, or has no subgroups beside it."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            course, found = await self._access(session, actor, course_id)
            ids = [one.course_id for one in found]
            members = await queries.members(session, ids, course.group_ids, today)
            ahead = await queries.ahead(session, actor.school_id, ids, today)
        may_propose = _may(actor, Permission.AGREE_SUBGROUPS, found)
        readers = (one for one in (course, *found) if _may(actor, Permission.SEE_SUBGROUPS, [one]))
        return SubgroupPage(next(readers), today, tuple(found), tuple(members), tuple(ahead), may_propose)

    async def move(self, *, actor: Actor, to_course_id: int, pupil_id: int) -> Move:
        """What there is to choose from for a pupil.

        Raises NotFound unless the actor has a say in it, InvalidInput when the pupil is there already.
        """
        now, today = self._clock.now(), self._today(actor)
        async with self._db.transaction() as session:
            pupil, before, after = await self._standing(session, actor, to_course_id, pupil_id)
            term = await queries.next_term(session, after.year_id, today)
            lesson = await queries.next_lesson_day(session, actor.school_id, to_course_id, today, now)
        monday = monday_of(today) + timedelta(days=7)
        return Move(pupil, before, after, lesson, monday, term)

    async def propose(self, *, actor: Actor, to_course_id: int, pupil_id: int, starts_on: date) -> Change:
        """Propose that a pupil is in a subgroup from `starts_on`; those concerned are asked. Nobody but the
        actor being concerned, it is done at once. Proposing the same again changes nothing.

        Raises as `move`, and InvalidInput for a day that cannot be or while another change is open.
        """
        now, today = self._clock.now(), self._today(actor)
        async with self._db.transaction() as session:
            await queries.lock_pupil(session, actor.school_id, pupil_id)
            _, before, after = await self._standing(session, actor, to_course_id, pupil_id)
            if not today <= starts_on <= await queries.year_ends(session, after.year_id):
                raise InvalidInput(problem="subgroup_day")
            ids = [one.course_id for one in await courses.subgroups(session, actor.school_id, after, today)]
            for row in await queries.ahead(session, actor.school_id, ids, today):
                if row.pupil_id != pupil_id:
                    continue
                if row.open and (row.to_course_id, row.starts_on) == (to_course_id, starts_on):
                    return await self._view(session, actor, row)
                raise InvalidInput(problem="subgroup_change_open")
            change_id = await queries.propose(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                from_course_id=before.course_id if before else None,
                to_course_id=to_course_id,
                starts_on=starts_on,
                by=actor.person_id,
                now=now,
            )
            row = await self._load(session, actor, change_id)
            await self._record(session, actor, "subgroup.proposed", row, now)
            return await self._settle(session, actor, row, now)

    async def change(self, *, actor: Actor, change_id: int) -> Change:
        """One of them, also when it is settled. Raises NotFound for those who have no say in it."""
        async with self._db.transaction() as session:
            return await self._view(session, actor, await self._load(session, actor, change_id))

    async def agree(self, *, actor: Actor, change_id: int) -> Change:
        """Say yes; the last one's yes moves the pupil, from the day agreed on or, when that has come, from
        the next lesson. Again changes nothing. Raises NotFound for those who have no say in it."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            row = await self._lock(session, actor, change_id)
            view = await self._view(session, actor, row)
            if not view.may_answer:
                return view
            await queries.agree(session, change_id, actor.person_id, now)
            await self._record(session, actor, "subgroup.agreed", row, now)
            return await self._settle(session, actor, row, now)

    async def decline(self, *, actor: Actor, change_id: int) -> Change:
        """Say no, or take one's own proposal back: it is closed for all. Again changes nothing.

        Raises NotFound for those who have no say in it.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            row = await self._lock(session, actor, change_id)
            view = await self._view(session, actor, row)
            if not (view.may_answer or view.may_withdraw):
                return view
            await queries.decline(session, change_id, actor.person_id, now)
            await self._record(session, actor, "subgroup.declined", row, now)
            return await self._tell(session, actor, change_id, now)

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    async def _access(
        self, session: AsyncSession, actor: Actor, course_id: int
    ) -> tuple[CourseRow, list[CourseRow]]:
        """A course and the subgroups beside it, for whoever may see one of them."""
        today = self._today(actor)
        course = await courses.course(session, actor.school_id, course_id, today)
        found = await courses.subgroups(session, actor.school_id, course, today) if course else []
        if course is None or not found or not _may(actor, Permission.SEE_SUBGROUPS, (course, *found)):
            raise NotFound
        return course, found

    async def _standing(
        self, session: AsyncSession, actor: Actor, to_course_id: int, pupil_id: int
    ) -> tuple[MemberRow, CourseRow | None, CourseRow]:
        """The pupil, the subgroup of today, and the one to be in."""
        today = self._today(actor)
        after, subgroups = await self._access(session, actor, to_course_id)
        found = {one.course_id: one for one in subgroups}
        members = await queries.members(session, list(found), after.group_ids, today)
        pupil = next((one for one in members if one.pupil_id == pupil_id), None)
        if pupil is None or after.subgroup is None:
            raise NotFound
        if pupil.course_id == to_course_id:
            raise InvalidInput(problem="subgroup_already")
        before = found[pupil.course_id] if pupil.course_id is not None else None
        if not _may(actor, Permission.AGREE_SUBGROUPS, filter(None, (before, after))):
            raise Forbidden
        return pupil, before, after

    async def _settle(self, session: AsyncSession, actor: Actor, row: ChangeRow, now: datetime) -> Change:
        """Move the pupil when nobody's word is wanting any more, and tell all concerned."""
        view = await self._view(session, actor, row)
        if not view.waiting:
            await self._move(session, actor, row, now)
        return await self._tell(session, actor, row.change_id, now)

    async def _move(self, session: AsyncSession, actor: Actor, row: ChangeRow, now: datetime) -> None:
        today = self._today(actor)
        starts_on = row.starts_on
        if starts_on <= today:
            lesson = await queries.next_lesson_day(session, actor.school_id, row.to_course_id, today, now)
            starts_on = lesson or today + timedelta(days=1)
        after = await courses.course(session, actor.school_id, row.to_course_id, today)
        assert after is not None
        found = await courses.subgroups(session, actor.school_id, after, today)
        ids = [one.course_id for one in found]
        await queries.move(session, row, ids, starts_on, school_id=actor.school_id, now=now)
        await record(
            session,
            actor,
            "subgroup.changed",
            subject=("subgroup_change", row.change_id),
            pupil_id=row.pupil_id,
            at=now,
            before={"course_id": row.from_course_id},
            after={"course_id": row.to_course_id, "starts_on": starts_on.isoformat()},
        )

    async def _tell(self, session: AsyncSession, actor: Actor, change_id: int, now: datetime) -> Change:
        row = await self._load(session, actor, change_id)
        today = self._today(actor)
        await subgroup_change.post(session, actor.school_id, row, today, but=actor.person_id, now=now)
        return await self._view(session, actor, row)

    async def _lock(self, session: AsyncSession, actor: Actor, change_id: int) -> ChangeRow:
        """As it is when nobody else can change it any more."""
        row = await self._load(session, actor, change_id)
        await queries.lock_pupil(session, actor.school_id, row.pupil_id)
        return await self._load(session, actor, change_id)

    async def _load(self, session: AsyncSession, actor: Actor, change_id: int) -> ChangeRow:
        row = await queries.change(session, actor.school_id, change_id)
        if row is None:
            raise NotFound
        return row

    async def _view(self, session: AsyncSession, actor: Actor, row: ChangeRow) -> Change:
        view = await subgroup_change.view(session, row, actor, self._today(actor))
        if view is None:
            raise NotFound
        return view

    async def _record(
        self, session: AsyncSession, actor: Actor, action: str, row: ChangeRow, now: datetime
    ) -> None:
        await record(
            session,
            actor,
            action,
            subject=("subgroup_change", row.change_id),
            pupil_id=row.pupil_id,
            at=now,
            after={"to_course_id": row.to_course_id, "starts_on": row.starts_on.isoformat()},
        )


def _may(actor: Actor, permission: Permission, found: Iterable[CourseRow]) -> bool:
    return any(may(actor, permission, course_subject(actor.school_id, one)) for one in found)
