"""Substitutions (S5): another teacher gives one lesson and has its rights for that lesson only."""

from __future__ import annotations

from datetime import date

from db.engine import Database
from db.enums import StaffRole
from db.queries import substitutions as queries
from db.queries import timetable
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound


class SubstitutionService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def enter(
        self, *, actor: Actor, course_id: int, day: date, number: int, substitute_id: int
    ) -> None:
        """Let `substitute_id` give lesson `number` of a course on `day`, instead of who gave it so far.

        Raises NotFound when the timetable has no such lesson or the substitute is no teacher of today, and
        InvalidInput when the substitute is the lesson's own teacher or gives another lesson at that time.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            check(actor, Permission.ENTER_SUBSTITUTION, SchoolSubject(actor.school_id))
            own = await timetable.lessons(session, actor.school_id, day, day, teacher_id=substitute_id)
            lesson = await timetable.lesson_at(session, actor.school_id, course_id, day, number)
            employed = await queries.holds_role(
                session, actor.school_id, substitute_id, (StaffRole.TEACHER, StaffRole.DEPUTY), day
            )
            if lesson is None or not employed:
                raise NotFound
            if lesson.teacher_id == substitute_id:
                raise InvalidInput(problem="substitute_is_teacher")
            if any(row.number == number and row.course_id != course_id for row in own):
                raise InvalidInput(problem="substitute_busy")
            await queries.revoke(session, actor.school_id, course_id, day, number, now)
            substitution_id = await queries.enter(
                session,
                school_id=actor.school_id,
                course_id=course_id,
                day=day,
                number=number,
                absent_teacher_id=lesson.teacher_id,
                substitute_id=substitute_id,
                entered_by=actor.person_id,
                now=now,
            )
            await record(
                session,
                actor,
                "substitution.entered",
                subject=("substitution", substitution_id),
                at=now,
                after={"lesson_id": lesson.lesson_id, "substitute_id": substitute_id},
            )

    async def revoke(self, *, actor: Actor, course_id: int, day: date, number: int) -> None:
        """Take a substitution back; its rights end at once. Raises NotFound when there is none."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            check(actor, Permission.ENTER_SUBSTITUTION, SchoolSubject(actor.school_id))
            revoked = await queries.revoke(session, actor.school_id, course_id, day, number, now)
            if revoked is None:
                raise NotFound
            await record(session, actor, "substitution.revoked", subject=("substitution", revoked), at=now)
