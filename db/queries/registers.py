"""A register as a whole: begun, taken, cleared, told at once (J7). Single cells are in attendance.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import AttendanceSource, AttendanceStatus
from db.models import Attendance, Lesson, PlannedAbsence, Register
from db.queries.planned import covers
from db.queries.timetable import LessonRow, roster


async def keep(session: AsyncSession, lesson_id: int) -> None:
    """Something is written in the lesson: from now on it stays, whatever becomes of the timetable."""
    await session.execute(insert(Register).values(lesson_id=lesson_id).on_conflict_do_nothing())


async def hold(session: AsyncSession, lesson_id: int) -> None:
    """Keep the lesson's page, and let nobody else write in its register until the transaction ends."""
    await keep(session, lesson_id)
    await session.execute(select(Register.lesson_id).where(Register.lesson_id == lesson_id).with_for_update())


async def begin(session: AsyncSession, lesson: LessonRow, *, actor_id: int, now: datetime) -> None:
    """Begin a register once: planned absences stand in it, a double lesson starts as its first one ended."""
    write = insert(Register).values(lesson_id=lesson.lesson_id, opened_at=now)
    begun = await session.execute(
        write.on_conflict_do_update(
            index_elements=["lesson_id"],
            set_={"opened_at": now},
            where=Register.opened_at.is_(None),
        ).returning(Register.lesson_id)
    )
    if begun.one_or_none() is None:
        return
    pupils = roster(lesson.course_id, lesson.date).subquery("pupils")
    columns = ["lesson_id", "pupil_id", "status", "source", "set_by", "set_at"]

    def cells(source: AttendanceSource) -> Select[*tuple[Any, ...]]:
        return select(
            literal(lesson.lesson_id),
            pupils.c.pupil_id,
            literal(AttendanceStatus.ABSENT.value),
            literal(source.value),
            literal(actor_id),
            literal(now),
        )

    planned = cells(AttendanceSource.PLANNED).where(
        exists().where(
            PlannedAbsence.pupil_id == pupils.c.pupil_id, covers(lesson.date, literal(lesson.number))
        )
    )
    first = aliased(Lesson)
    copied = (
        cells(AttendanceSource.COPIED)
        .join(Attendance, Attendance.pupil_id == pupils.c.pupil_id)
        .join(first, first.id == Attendance.lesson_id)
        .join(Register, Register.lesson_id == first.id)
        .where(
            first.course_id == lesson.course_id,
            first.date == lesson.date,
            first.number == lesson.number - 1,
            Register.taken_at.is_not(None),
            Attendance.status == AttendanceStatus.ABSENT,
        )
    )
    for statement in (planned, copied):
        await session.execute(insert(Attendance).from_select(columns, statement).on_conflict_do_nothing())


async def take(
    session: AsyncSession, *, lesson_id: int, actor_id: int, now: datetime, alert_at: datetime
) -> list[int]:
    """Declare a register complete, and give its absences, planned ones apart, the end of the undo window.

    The ids of the pupils whose guardians are to be told. Taking a register again changes nothing.
    """
    write = insert(Register).values(lesson_id=lesson_id, opened_at=now, taken_at=now, taken_by=actor_id)
    taken = await session.execute(
        write.on_conflict_do_update(
            index_elements=["lesson_id"],
            set_={"taken_at": now, "taken_by": actor_id},
            where=Register.taken_at.is_(None),
        ).returning(Register.lesson_id)
    )
    if taken.one_or_none() is None:
        return []
    told = await session.scalars(
        update(Attendance)
        .where(
            Attendance.lesson_id == lesson_id,
            Attendance.status == AttendanceStatus.ABSENT,
            Attendance.source != AttendanceSource.PLANNED,
        )
        .values(alert_at=alert_at)
        .returning(Attendance.pupil_id)
    )
    return list(told)


async def clear(
    session: AsyncSession, *, lesson_id: int, actor_id: int, now: datetime
) -> list[tuple[int, AttendanceStatus, int | None]]:
    """Set everyone present but those whose absence was planned; the cells as they were before."""
    wrong = and_(
        Attendance.lesson_id == lesson_id,
        Attendance.status != AttendanceStatus.PRESENT,
        Attendance.source != AttendanceSource.PLANNED,
    )
    # The register before its cells, as a tap does: the other way round, each could wait for the other.
    await session.execute(select(Register.lesson_id).where(Register.lesson_id == lesson_id).with_for_update())
    before = await session.execute(
        select(Attendance.pupil_id, Attendance.status, Attendance.late_minutes).where(wrong).with_for_update()
    )
    cells = [(row.pupil_id, row.status, row.late_minutes) for row in before]
    await session.execute(
        update(Attendance)
        .where(wrong)
        .values(
            status=AttendanceStatus.PRESENT,
            late_minutes=None,
            source=AttendanceSource.TEACHER,
            set_by=actor_id,
            set_at=now,
            alert_at=case((Attendance.alert_at <= now, Attendance.alert_at)),
        )
    )
    return cells


async def hasten_alerts(session: AsyncSession, *, lesson_id: int, now: datetime) -> list[int]:
    """End the undo window of a lesson now; the pupils whose guardians are to be told at once."""
    pupils = await session.scalars(
        update(Attendance)
        .where(Attendance.lesson_id == lesson_id, Attendance.alert_at > now)
        .values(alert_at=now)
        .returning(Attendance.pupil_id)
    )
    return list(pupils)
