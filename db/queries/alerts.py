"""Whom an absence alert reaches and what it says at the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, and_, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import Answer, AttendanceStatus, BindingState, DisputeResolution, Sex
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    Binding,
    Course,
    Dispute,
    Enrolment,
    Group,
    Guardianship,
    Lesson,
    OutboxMessage,
    Person,
    PlannedAbsence,
    Register,
    School,
    Subject,
)
from db.queries.access import consented
from db.queries.exemptions import need_not_attend
from db.queries.names import full_name
from db.queries.periods import in_force
from db.queries.planned import covers


@dataclass(frozen=True, slots=True)
class Recipient:
    pupil_id: int
    person_id: int
    binding_id: int


async def recipients(session: AsyncSession, pupil_ids: Sequence[int], now: datetime) -> list[Recipient]:
    """Every account of every guardian of these pupils who is bound and has consented (U3)."""
    today = cast(func.timezone(School.timezone, now), Date)
    rows = await session.execute(
        select(Guardianship.pupil_id, Binding.person_id, Binding.id)
        .join(School, School.id == Guardianship.school_id)
        .join(
            Binding,
            and_(Binding.person_id == Guardianship.guardian_id, Binding.state == BindingState.ACTIVE),
        )
        .where(
            Guardianship.pupil_id.in_(pupil_ids),
            in_force(Guardianship, today),
            consented(Guardianship.guardian_id, Guardianship.pupil_id),
        )
        .order_by(Guardianship.pupil_id, Binding.id)
    )
    return [Recipient(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands in a chat already."""

    binding_id: int
    pupil_id: int
    kind: str
    payload: dict[str, Any]
    dedup_key: str


async def standing(
    session: AsyncSession, kinds: Sequence[str], pupil_ids: Sequence[int], day: date
) -> list[Standing]:
    """Messages of these kinds about these pupils and this day that stand in chats."""
    rows = await session.execute(
        select(
            OutboxMessage.binding_id,
            OutboxMessage.pupil_id,
            OutboxMessage.kind,
            OutboxMessage.payload,
            OutboxMessage.dedup_key,
        ).where(
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.pupil_id.in_(pupil_ids),
            OutboxMessage.payload["date"].astext == day.isoformat(),
            OutboxMessage.external_ref.is_not(None),
        )
    )
    return [Standing(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PupilDay:
    """A pupil on a day, as far as a guardian is concerned."""

    pupil_id: int
    school_id: int
    last_name: str
    first_name: str
    sex: Sex | None
    group: str | None
    zone: str
    answer: Answer | None
    answered_by: int | None
    relation: str | None
    """What the person who answered is to the pupil."""
    reason: str | None
    """Confirmed by the class teacher."""
    entitled: bool
    """The reader is a guardian today, with a consent in force."""


async def pupil_day(
    session: AsyncSession, *, pupil_id: int, reader_id: int, day: date, now: datetime
) -> PupilDay | None:
    today = cast(func.timezone(School.timezone, now), Date)
    group = (
        select(func.min(Group.name))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == Person.id, in_force(Enrolment, day))
        .scalar_subquery()
    )
    relation = (
        select(func.min(Guardianship.relation))
        .where(Guardianship.pupil_id == Person.id, Guardianship.guardian_id == AbsenceDay.answered_by)
        .scalar_subquery()
    )
    entitled = exists().where(
        Guardianship.pupil_id == Person.id,
        Guardianship.guardian_id == reader_id,
        in_force(Guardianship, today),
        consented(reader_id, Guardianship.pupil_id),
    )
    rows = await session.execute(
        select(
            Person.id,
            Person.school_id,
            Person.last_name,
            Person.first_name,
            Person.sex,
            group,
            School.timezone,
            AbsenceDay.answer,
            AbsenceDay.answered_by,
            relation,
            AbsenceReason.name,
            entitled,
        )
        .join(School, School.id == Person.school_id)
        .outerjoin(AbsenceDay, and_(AbsenceDay.pupil_id == Person.id, AbsenceDay.date == day))
        .outerjoin(AbsenceReason, AbsenceReason.id == AbsenceDay.reason_id)
        .where(Person.id == pupil_id)
    )
    row = rows.one_or_none()
    return PupilDay(*row) if row else None


@dataclass(frozen=True, slots=True)
class LessonCell:
    """A lesson of a pupil's day of which guardians were or will be told."""

    lesson_id: int
    number: int
    subject: str
    starts_at: datetime
    status: AttendanceStatus
    late_minutes: int | None
    alert_at: datetime
    planned: bool
    """A planned absence covers it by now, or the pupil need not attend."""
    marked_by: str
    """Full name."""
    dispute: DisputeResolution | None
    disputed: bool
    """A guardian says that the pupil is at school; `dispute` is the teacher's answer, if given."""


async def lesson_cells(session: AsyncSession, pupil_id: int, day: date) -> list[LessonCell]:
    """Lessons of a day with an absence that has or had an alert, in their order."""
    teacher = aliased(Person)
    statement: Select[*tuple[Any, ...]] = (
        select(
            Lesson.id,
            Lesson.number,
            Subject.name,
            Lesson.starts_at,
            Attendance.status,
            Attendance.late_minutes,
            Attendance.alert_at,
            or_(
                exists().where(PlannedAbsence.pupil_id == pupil_id, covers(day, Lesson.number)),
                need_not_attend(pupil_id, Lesson.course_id, day),
            ),
            full_name(teacher),
            Dispute.resolution,
            Dispute.lesson_id.is_not(None),
        )
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .join(teacher, teacher.id == Attendance.set_by)
        .outerjoin(Dispute, and_(Dispute.lesson_id == Lesson.id, Dispute.pupil_id == pupil_id))
        .where(
            Attendance.pupil_id == pupil_id,
            Lesson.date == day,
            Attendance.alert_at.is_not(None),
            Register.taken_at.is_not(None),
        )
        .order_by(Lesson.number, Lesson.id)
    )
    return [LessonCell(*row) for row in await session.execute(statement)]
