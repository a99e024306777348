"""A guardian says that a pupil is at school although the register says not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus, BindingState, DisputeResolution, Sex
from db.models import Attendance, Binding, Course, Dispute, Guardianship, Lesson, Person, Subject
from db.queries.timetable import group_names, substitute_of


async def raise_dispute(
    session: AsyncSession, *, lesson_id: int, pupil_id: int, person_id: int, now: datetime
) -> None:
    """Ask the teacher. An open question and an upheld absence stay as they are; after a correction and a new
    absence it is a new question."""
    asked = {"raised_by": person_id, "raised_at": now}
    await session.execute(
        insert(Dispute)
        .values(lesson_id=lesson_id, pupil_id=pupil_id, **asked)
        .on_conflict_do_update(
            index_elements=["lesson_id", "pupil_id"],
            set_=asked | {"resolution": None, "resolved_by": None, "resolved_at": None},
            where=Dispute.resolution == DisputeResolution.CORRECTED,
        )
    )


async def withdraw(session: AsyncSession, *, lesson_ids: Sequence[int], pupil_id: int) -> list[int]:
    """Take open questions back; the lessons that had one."""
    gone = await session.scalars(
        delete(Dispute)
        .where(Dispute.lesson_id.in_(lesson_ids), Dispute.pupil_id == pupil_id, Dispute.resolution.is_(None))
        .returning(Dispute.lesson_id)
    )
    return list(gone)


async def uphold(
    session: AsyncSession, *, lesson_id: int, pupil_id: int, person_id: int, now: datetime
) -> bool:
    """The teacher confirms the absence; False when nobody has asked or the register was corrected since."""
    done = await session.scalars(
        update(Dispute)
        .where(
            Dispute.lesson_id == lesson_id,
            Dispute.pupil_id == pupil_id,
            Dispute.resolution.is_distinct_from(DisputeResolution.CORRECTED),
        )
        .values(resolution=DisputeResolution.UPHELD, resolved_by=person_id, resolved_at=now)
        .returning(Dispute.lesson_id)
    )
    return done.one_or_none() is not None


async def correct(session: AsyncSession, *, lesson_id: int, pupil_id: int, now: datetime) -> bool:
    """The register was corrected, by whoever set the cell; False when nobody has asked."""
    set_by = (
        select(Attendance.set_by)
        .where(Attendance.lesson_id == lesson_id, Attendance.pupil_id == pupil_id)
        .scalar_subquery()
    )
    done = await session.scalars(
        update(Dispute)
        .where(Dispute.lesson_id == lesson_id, Dispute.pupil_id == pupil_id)
        .values(resolution=DisputeResolution.CORRECTED, resolved_by=set_by, resolved_at=now)
        .returning(Dispute.lesson_id)
    )
    return done.one_or_none() is not None


async def asked_accounts(session: AsyncSession, lesson_id: int) -> list[int]:
    """Bindings of those who give this lesson: its teacher, or the substitute instead."""
    substitute = substitute_of(Lesson.course_id, Lesson.date, Lesson.number)
    ids = await session.scalars(
        select(Binding.id)
        .join(Lesson, Binding.person_id == func.coalesce(substitute, Lesson.teacher_id))
        .where(Lesson.id == lesson_id, Binding.state == BindingState.ACTIVE)
        .order_by(Binding.id)
    )
    return list(ids)


@dataclass(frozen=True, slots=True)
class Question:
    """«В школе!» as its teacher reads it."""

    lesson_id: int
    pupil_id: int
    last_name: str
    first_name: str
    sex: Sex | None
    number: int
    subject: str
    groups: str
    relation: str | None
    open: bool
    """The guardian still says so, and the teacher has not answered."""
    resolution: DisputeResolution | None
    status: AttendanceStatus
    """What the register says now."""
    late_minutes: int | None


async def question(
    session: AsyncSession, *, lesson_id: int, pupil_id: int, reader_id: int
) -> Question | None:
    """None when the reader does not give this lesson, or its register says nothing of this pupil."""
    substitute = substitute_of(Lesson.course_id, Lesson.date, Lesson.number)
    relation = (
        select(func.min(Guardianship.relation))
        .where(Guardianship.pupil_id == pupil_id, Guardianship.guardian_id == Dispute.raised_by)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(
            Lesson.id,
            Person.id,
            Person.last_name,
            Person.first_name,
            Person.sex,
            Lesson.number,
            Subject.name,
            group_names(Lesson.course_id),
            relation,
            and_(Dispute.lesson_id.is_not(None), Dispute.resolution.is_(None)),
            Dispute.resolution,
            Attendance.status,
            Attendance.late_minutes,
        )
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(Person, Person.id == pupil_id)
        .join(Attendance, and_(Attendance.lesson_id == Lesson.id, Attendance.pupil_id == Person.id))
        .outerjoin(Dispute, and_(Dispute.lesson_id == Lesson.id, Dispute.pupil_id == pupil_id))
        .where(
            Lesson.id == lesson_id,
            Lesson.school_id == Person.school_id,
            or_(Lesson.teacher_id == reader_id, substitute == reader_id),
        )
    )
    row = rows.one_or_none()
    return Question(*row) if row else None
