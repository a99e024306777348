"""Loading a lesson as a subject of permissions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import locks, registers, timetable
from db.queries.timetable import LessonRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import LessonSubject
from services.actor import Actor
from services.errors import Locked, NotFound
from services.settings import values_by_preset


async def access_lesson(
    session: AsyncSession, actor: Actor, lesson_id: int, permission: Permission
) -> LessonRow:
    """The lesson, when the actor may do this with it. Raises NotFound."""
    row = await timetable.lesson(session, actor.school_id, lesson_id)
    if row is not None and row.taken_at is None:
        # A lesson in which nobody wrote follows the timetable, also to another teacher and into nothing.
        row = await timetable.lesson_at(session, actor.school_id, row.course_id, row.date, row.number)
    if row is None:
        raise NotFound
    subject = LessonSubject(
        school_id=actor.school_id,
        lesson_id=row.lesson_id,
        date=row.date,
        teacher_id=row.teacher_id,
        substitute_id=row.substitute_id,
        group_ids=await timetable.group_ids_of(session, row.course_id),
    )
    check(actor, permission, subject)
    return row


async def lesson_to_write_in(
    session: AsyncSession, actor: Actor, lesson_id: int, *, now: datetime
) -> LessonRow:
    """The actor's lesson, about to be written in: from now on it stays, whatever becomes of the timetable,
    and until the transaction ends nobody else writes in it this way.

    Raises NotFound, and Locked when its records may no longer be changed (J5).
    """
    lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
    by_preset = values_by_preset("edit_lock_days")
    if await locks.lesson_is_locked(session, lesson.lesson_id, now=now, edit_lock_days_by_preset=by_preset):
        raise Locked(date=lesson.date)
    await registers.hold(session, lesson.lesson_id)
    return lesson
