"""Who may read a thread and write in it: its two sides of today, and nobody else.

The management reads no private threads: it has its own desk, and sees of others only how many questions
wait (docs/decisions/0011-conversations.md).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Desk
from db.queries import threads as queries
from db.queries import threads_people as people
from db.queries.threads import ThreadRow
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import CourseSubject, PupilSubject, SchoolSubject
from services.actor import Actor
from services.errors import DomainError, NotFound


class AddresseeLeft(DomainError):
    """The class teacher or teacher of the thread is not the pupil's any more: nobody would read it."""

    def __init__(self, pupil_id: int) -> None:
        super().__init__(pupil_id=pupil_id)
        self.pupil_id = pupil_id


class Side(StrEnum):
    FAMILY = "family"
    """The guardian, or whoever asks the help point."""
    SCHOOL = "school"


def side_of(actor: Actor, row: ThreadRow) -> Side | None:
    """On which side the actor is today; None: on neither any more."""
    if row.school_id != actor.school_id:
        return None
    if row.person.person_id == actor.person_id:
        asks = row.pupil is None or may(actor, Permission.WRITE_TO_SCHOOL, pupil_of(row))
        return Side.FAMILY if asks else None
    return Side.SCHOOL if _answers(actor, row) else None


def pupil_of(row: ThreadRow) -> PupilSubject:
    """The pupil of a thread that is about one."""
    assert row.pupil is not None
    return PupilSubject(row.school_id, row.pupil.pupil_id, row.pupil.group_ids)


def _answers(actor: Actor, row: ThreadRow) -> bool:
    own = row.staff is not None and row.staff.person_id == actor.person_id
    match row.desk:
        case Desk.CLASS_TEACHER:
            return own and may(actor, Permission.ANSWER_AS_CLASS_TEACHER, pupil_of(row))
        case Desk.TEACHER:
            assert row.course_id is not None
            course = CourseSubject(row.school_id, row.course_id, row.teacher_ids, frozenset())
            return own and may(actor, Permission.WRITE_ABOUT_COURSE, course)
        case Desk.ADMINISTRATION:
            return may(actor, Permission.ANSWER_ADMINISTRATION, SchoolSubject(row.school_id))
        case Desk.HELP:
            return may(actor, Permission.ANSWER_HELP, SchoolSubject(row.school_id))


async def access_thread(
    session: AsyncSession, actor: Actor, thread_id: int, today: date
) -> tuple[ThreadRow, Side]:
    """The thread and the actor's side of it. Raises NotFound."""
    row = await queries.thread(session, actor.school_id, thread_id, today)
    side = None if row is None else side_of(actor, row)
    if row is None or side is None:
        raise NotFound
    return row, side


async def check_addressee(session: AsyncSession, row: ThreadRow, side: Side, today: date) -> None:
    """Words to one colleague need that colleague to be there today. Raises AddresseeLeft."""
    if side is Side.SCHOOL or row.staff is None or row.pupil is None:
        return
    pupil_id = row.pupil.pupil_id
    if row.desk is Desk.CLASS_TEACHER:
        present = {one.person_id for one in await people.class_teachers(session, pupil_id, today)}
    else:
        teachers = await people.teachers(session, pupil_id, today)
        present = {one.teacher.person_id for one in teachers if one.course_id == row.course_id}
    if row.staff.person_id not in present:
        raise AddresseeLeft(pupil_id)
