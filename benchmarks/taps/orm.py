"""The register as a usual bot over an ORM has it: a session and a user for every update, relationships
loaded, objects changed, a commit, the screen. It has no inbox, and it shows the same screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.types import CallbackQuery, Message, TelegramObject
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, relationship, selectinload

from benchmarks.taps.bare import polling
from db import models
from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, BindingState, Channel
from handlers.callbacks.register import SetCell
from handlers.texts.register import cell_toast, register_screen
from services.attendance import Cell, RegisterRow
from services.clock import Clock


class Orm(DeclarativeBase):
    metadata = models.Base.metadata


class Person(Orm):
    __table__ = models.Person.__table__
    appointments: Mapped[list[StaffAppointment]] = relationship()
    planned: Mapped[list[PlannedAbsence]] = relationship(foreign_keys="PlannedAbsence.pupil_id")
    absence_days: Mapped[list[AbsenceDay]] = relationship(foreign_keys="AbsenceDay.pupil_id")


class StaffAppointment(Orm):
    __table__ = models.StaffAppointment.__table__


class Binding(Orm):
    __table__ = models.Binding.__table__
    person: Mapped[Person] = relationship(foreign_keys=[__table__.c.person_id])


class School(Orm):
    __table__ = models.School.__table__


class Subject(Orm):
    __table__ = models.Subject.__table__


class Enrolment(Orm):
    __table__ = models.Enrolment.__table__
    pupil: Mapped[Person] = relationship()


class Group(Orm):
    __table__ = models.Group.__table__
    enrolments: Mapped[list[Enrolment]] = relationship()


class Course(Orm):
    __table__ = models.Course.__table__
    subject: Mapped[Subject] = relationship()
    groups: Mapped[list[Group]] = relationship(secondary=models.CourseGroup.__table__)


class Register(Orm):
    __table__ = models.Register.__table__


class Attendance(Orm):
    __table__ = models.Attendance.__table__


class AbsenceReason(Orm):
    __table__ = models.AbsenceReason.__table__


class AbsenceDay(Orm):
    __table__ = models.AbsenceDay.__table__
    reason: Mapped[AbsenceReason | None] = relationship()


class PlannedAbsence(Orm):
    __table__ = models.PlannedAbsence.__table__
    reason: Mapped[AbsenceReason] = relationship()


class AuditEntry(Orm):
    __table__ = models.AuditEntry.__table__


class Lesson(Orm):
    __table__ = models.Lesson.__table__
    school: Mapped[School] = relationship()
    course: Mapped[Course] = relationship()
    register: Mapped[Register | None] = relationship()
    attendance: Mapped[list[Attendance]] = relationship()


class SessionAndUser(BaseMiddleware):
    def __init__(self, db: Database) -> None:
        self._db = db

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        assert isinstance(event, CallbackQuery)
        async with self._db.sessions() as session:
            data["session"] = session
            data["user"] = await user_of(session, event.from_user.id)
            return await handler(event, data)


async def set_cell(
    callback: CallbackQuery, callback_data: SetCell, session: AsyncSession, user: Any, clock: Clock
) -> None:
    register = await journal_tap(session, user, callback_data, clock)
    screen = register_screen(register)
    await callback.answer(cell_toast(register, callback_data.pupil_id))
    assert isinstance(callback.message, Message)
    await callback.message.edit_text(screen.text, parse_mode="HTML", reply_markup=screen.keyboard())


async def user_of(session: AsyncSession, external_user_id: int) -> Any:
    return await session.scalar(
        select(Binding)
        .where(
            Binding.channel == Channel.TELEGRAM,
            Binding.external_user_id == external_user_id,
            Binding.state == BindingState.ACTIVE,
        )
        .options(selectinload(Binding.person).selectinload(Person.appointments))
    )


async def journal_tap(session: AsyncSession, user: Any, tapped: SetCell, clock: Clock) -> RegisterRow:
    """All that the database has to do with it."""
    lesson: Any = await session.scalar(
        select(Lesson)
        .where(Lesson.id == tapped.lesson_id)
        .options(
            joinedload(Lesson.school),
            joinedload(Lesson.register),
            joinedload(Lesson.course).joinedload(Course.subject),
            selectinload(Lesson.attendance),
            joinedload(Lesson.course)
            .selectinload(Course.groups)
            .selectinload(Group.enrolments)
            .joinedload(Enrolment.pupil)
            .options(
                selectinload(Person.planned).joinedload(PlannedAbsence.reason),
                selectinload(Person.absence_days).joinedload(AbsenceDay.reason),
            ),
        )
    )
    assert user.person.appointments
    assert lesson.teacher_id == user.person_id
    now = clock.now()
    cells = {cell.pupil_id: cell for cell in lesson.attendance}
    cell = cells.get(tapped.pupil_id)
    before = None if cell is None else {"status": cell.status}
    if cell is None:
        cell = cells[tapped.pupil_id] = Attendance(pupil_id=tapped.pupil_id)
        lesson.attendance.append(cell)
    cell.status, cell.source = tapped.status, AttendanceSource.TEACHER
    cell.set_by, cell.set_at = user.person_id, now
    session.add(
        AuditEntry(
            school_id=lesson.school_id,
            at=now,
            person_id=user.person_id,
            binding_id=user.id,
            action="attendance.set",
            subject_type="lesson",
            subject_id=lesson.id,
            pupil_id=tapped.pupil_id,
            before=before,
            after={"status": tapped.status},
        )
    )
    await session.commit()
    return _register(lesson, cells, now)


def _register(lesson: Any, cells: dict[int, Any], now: Any) -> RegisterRow:
    enrolments = [enrolment for group in lesson.course.groups for enrolment in group.enrolments]
    return RegisterRow(
        lesson_id=lesson.id,
        school_id=lesson.school_id,
        date=lesson.date,
        number=lesson.number,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        zone=lesson.school.timezone,
        subject=lesson.course.subject.name,
        groups=", ".join(group.name for group in lesson.course.groups),
        rooms=lesson.rooms,
        taken_at=lesson.register and lesson.register.taken_at,
        locked=False,
        begun=now >= lesson.starts_at - timedelta(minutes=15),
        cells=tuple(
            _cell(lesson, enrolment, cells.get(enrolment.pupil_id))
            for enrolment in sorted(enrolments, key=lambda enrolment: enrolment.pupil.sort_key)
        ),
    )


def _cell(lesson: Any, enrolment: Any, cell: Any) -> Cell:
    pupil = enrolment.pupil
    day = next((day for day in pupil.absence_days if day.date == lesson.date), None)
    planned = [absence for absence in pupil.planned if absence.starts_on <= lesson.date <= absence.ends_on]
    return Cell(
        pupil_id=pupil.id,
        last_name=pupil.last_name,
        first_name=pupil.first_name,
        middle_name=pupil.middle_name,
        number=enrolment.number,
        sex=pupil.sex,
        status=cell.status if cell else AttendanceStatus.PRESENT,
        late_minutes=cell and cell.late_minutes,
        source=cell and cell.source,
        planned_reason=planned[0].reason.name if planned else None,
        answer=day and day.answer,
        reason=day.reason.name if day and day.reason else None,
        alert_at=cell and cell.alert_at,
    )


@asynccontextmanager
async def orm_bot(bot: Bot, db: Database, clock: Clock) -> AsyncIterator[None]:
    """Polls until the block ends."""
    dispatcher = Dispatcher(clock=clock)
    dispatcher.callback_query.middleware(SessionAndUser(db))
    dispatcher.callback_query.register(set_cell, SetCell.filter())
    async with polling(dispatcher, bot):
        yield
