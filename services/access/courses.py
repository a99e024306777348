"""Loading a course as a subject of permissions."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import courses
from db.queries.courses import CourseRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import CourseSubject
from services.actor import Actor
from services.errors import NotFound


async def access_course(
    session: AsyncSession, actor: Actor, course_id: int, permission: Permission, today: date
) -> CourseRow:
    """The course as it is on `today` (a day in the school's zone), when the actor may do this with it.
    Raises NotFound."""
    row = await courses.course(session, actor.school_id, course_id, today)
    if row is None:
        raise NotFound
    check(actor, permission, course_subject(actor.school_id, row))
    return row


def course_subject(school_id: int, row: CourseRow) -> CourseSubject:
    return CourseSubject(school_id, row.course_id, row.teacher_ids, row.group_ids)
