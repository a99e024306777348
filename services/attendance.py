"""Taking the register (J7): who is absent or late at a lesson.

Every action sets a state and none toggles, so a tap that comes twice or late does no harm. What a teacher
taps counts at once; «Готово» declares the register complete and starts the undo window, after which
guardians are told. Corrections after it go the same way, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database, Executor
from db.enums import AttendanceStatus
from db.queries import attendance as queries
from db.queries import registers
from db.queries.attendance import EARLY, Cell, RegisterRow
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Account, Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, Locked, NotFound
from services.notifications import absence_alert, at_school
from services.settings import institution_settings, values_by_preset

__all__ = ["EARLY", "AttendanceService", "Cell", "RegisterRow", "Taken"]

LOCK_DAYS_BY_PRESET: dict[str, int] = values_by_preset("edit_lock_days")
MAX_LATE_MINUTES = 120


@dataclass(frozen=True, slots=True)
class NewCell:
    """What is to stand in a cell."""

    pupil_id: int
    status: AttendanceStatus
    late_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A complete register and when guardians learn, or learned, of its absences.

    `alerts_at` is aware; None when there is no absence to tell of or nobody whom a message reaches.
    """

    register: RegisterRow
    alerts_at: datetime | None


class AttendanceService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open(self, *, actor: Actor, lesson_id: int) -> RegisterRow:
        """Show a lesson's register; the first time, planned absences and a double lesson's are filled in.

        Raises NotFound for a lesson that is not the actor's. A lesson that has not begun, or is locked, is
        shown as it stands.
        """
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.TAKE_REGISTER)
            register = await self._read(session, actor, lesson_id)
            if register.begun and not register.locked and register.taken_at is None:
                await registers.begin(session, lesson, actor_id=actor.person_id, now=self._clock.now())
                register = await self._read(session, actor, lesson_id)
            return register

    async def set_cell(
        self,
        *,
        account: Account,
        lesson_id: int,
        pupil_id: int,
        status: AttendanceStatus,
        late_minutes: int | None = None,
    ) -> RegisterRow:
        """Set one pupil's state. The hot path: one statement while the register is being taken.

        In a register that is taken it is a correction: the alert leaves after a new undo window, or the one
        that has left is edited. Raises NotFound, Locked (J5), InvalidInput.
        """
        now = self._clock.now()
        cell = NewCell(pupil_id, status, late_minutes)
        async with self._db.statement() as session:
            register = await _tap(session, account, lesson_id, cell, taken=False, alert_at=None, now=now)
        if register.taken_at is None:
            return register
        async with self._db.transaction() as session:
            return await _correct(session, account, register, cell, now=now)

    async def take(self, *, actor: Actor, lesson_id: int) -> Taken:
        """«Готово»: the register is complete, and the undo window begins."""
        async with self._db.transaction() as session:
            lesson = await self._writable(session, actor, lesson_id)
            await registers.begin(session, lesson, actor_id=actor.person_id, now=self._clock.now())
            return await self._take(session, actor, lesson_id)

    async def everyone_present(self, *, actor: Actor, lesson_id: int) -> Taken:
        """«Все на месте»: everyone but those whose absence was planned, and the register is complete."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            lesson = await self._writable(session, actor, lesson_id)
            await registers.begin(session, lesson, actor_id=actor.person_id, now=now)
            cleared = await registers.clear(session, lesson_id=lesson_id, actor_id=actor.person_id, now=now)
            for pupil_id, status, late_minutes in cleared:
                await record(
                    session,
                    actor,
                    "attendance.set",
                    subject=("lesson", lesson_id),
                    pupil_id=pupil_id,
                    at=now,
                    before={"status": status, "late_minutes": late_minutes},
                    after={"status": AttendanceStatus.PRESENT, "late_minutes": None},
                )
            taken = await self._take(session, actor, lesson_id)
            await absence_alert.post(session, taken.register, [row[0] for row in cleared], now=now)
            return taken

    async def tell_now(self, *, actor: Actor, lesson_id: int) -> Taken:
        """«Сообщить сейчас»: end the undo window of this lesson. Raises NotFound before «Готово»."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            lesson = await self._writable(session, actor, lesson_id)
            if lesson.taken_at is None:
                raise NotFound
            pupils = await registers.hasten_alerts(session, lesson_id=lesson_id, now=now)
            register = await self._read(session, actor, lesson_id)
            await absence_alert.post(session, register, pupils, now=now)
            return Taken(register, await absence_alert.first_alert_at(session, register, now=now))

    async def _take(self, session: AsyncSession, actor: Actor, lesson_id: int) -> Taken:
        now = self._clock.now()
        settings = await institution_settings(session, actor.school_id)
        pupils = await registers.take(
            session,
            lesson_id=lesson_id,
            actor_id=actor.person_id,
            now=now,
            alert_at=now + timedelta(minutes=settings.undo_minutes),
        )
        register = await self._read(session, actor, lesson_id)
        if pupils:
            await record(session, actor, "register.taken", subject=("lesson", lesson_id), at=now)
        await absence_alert.post(session, register, pupils, now=now)
        return Taken(register, await absence_alert.first_alert_at(session, register, now=now))

    async def _writable(self, session: AsyncSession, actor: Actor, lesson_id: int) -> LessonRow:
        lesson = await access_lesson(session, actor, lesson_id, Permission.TAKE_REGISTER)
        _check_open(await self._read(session, actor, lesson_id))
        return lesson

    async def _read(self, session: AsyncSession, actor: Actor, lesson_id: int) -> RegisterRow:
        return await read_register(session, actor.school_id, lesson_id, now=self._clock.now())


async def read_register(
    session: AsyncSession, school_id: int, lesson_id: int, *, now: datetime
) -> RegisterRow:
    """A register as it stands, for who has the right to see it. Raises NotFound."""
    register = await queries.register(
        session,
        school_id=school_id,
        lesson_id=lesson_id,
        now=now,
        edit_lock_days_by_preset=LOCK_DAYS_BY_PRESET,
    )
    if register is None:
        raise NotFound
    return register


async def set_cells(
    session: AsyncSession,
    account: Account,
    register: RegisterRow,
    cells: Iterable[NewCell],
    *,
    now: datetime,
) -> None:
    """`AttendanceService.set_cell` for several pupils, within the caller's transaction.

    The caller holds the register (`registers.hold`), so that it stays taken, or not, as `register` says.
    """
    for cell in cells:
        if register.taken_at is None:
            await _tap(session, account, register.lesson_id, cell, taken=False, alert_at=None, now=now)
        else:
            await _correct(session, account, register, cell, now=now)


async def _correct(
    session: AsyncSession, account: Account, register: RegisterRow, cell: NewCell, *, now: datetime
) -> RegisterRow:
    settings = await institution_settings(session, register.school_id)
    window = now + timedelta(minutes=settings.undo_minutes)
    alert_at = window if cell.status is AttendanceStatus.ABSENT else None
    lesson_id = register.lesson_id
    register = await _tap(session, account, lesson_id, cell, taken=True, alert_at=alert_at, now=now)
    await absence_alert.post(session, register, [cell.pupil_id], now=now)
    if cell.status is not AttendanceStatus.ABSENT:
        await at_school.settle(session, register.school_id, lesson_id, cell.pupil_id, now=now)
    return register


async def _tap(
    session: Executor,
    account: Account,
    lesson_id: int,
    cell: NewCell,
    *,
    taken: bool,
    alert_at: datetime | None,
    now: datetime,
) -> RegisterRow:
    if cell.late_minutes is not None and not 1 <= cell.late_minutes <= MAX_LATE_MINUTES:
        raise InvalidInput(problem="late_minutes")
    register = await queries.tap(
        session,
        account_school_id=account.school_id,
        channel=account.channel,
        external_user_id=account.external_user_id,
        lesson_id=lesson_id,
        pupil_id=cell.pupil_id,
        status=cell.status,
        late_minutes=cell.late_minutes,
        taken=taken,
        alert_at=alert_at,
        now=now,
        edit_lock_days_by_preset=LOCK_DAYS_BY_PRESET,
    )
    if register is None or all(written.pupil_id != cell.pupil_id for written in register.cells):
        raise NotFound
    _check_open(register)
    return register


def _check_open(register: RegisterRow) -> None:
    if register.locked:
        raise Locked(date=register.date)
    if not register.begun:
        raise InvalidInput(problem="lesson_not_begun", starts_at=register.starts_at)
