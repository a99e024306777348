"""How long after the undo window an alert is with the parents, while a whole city's digests are queued."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, insert, select, update

from benchmarks.figures import Figure, Size
from benchmarks.lesson import open_lesson
from benchmarks.place import Place
from benchmarks.sending import queue_digests, sender
from benchmarks.telegram import Telegram
from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, OutboxState
from db.models import Attendance, OutboxMessage, Register
from db.queries import attendance
from services.attendance import LOCK_DAYS_BY_PRESET
from services.notifications import absence_alert

_START, _APART = timedelta(seconds=2), timedelta(seconds=0.9)
"""The first alert is due when the sender is in full swing; the next ones follow one by one."""
_PATIENCE_SECONDS = 60


async def measure(place: Place, telegram: Telegram, size: Size) -> list[Figure]:
    alone = await _latencies(place, telegram, "30:alone", size.alerts, queued=0)
    busy = await _latencies(place, telegram, "31:busy", size.alerts, queued=size.queued)
    return [
        Figure(
            f"alert: seconds from due to delivered, {size.queued:,} messages queued, median",
            median(busy),
            f"{len(busy)} alerts; with an empty queue {median(alone):.2f} s",
            at_most=0.3,
        ),
        Figure("alert: the same, the slowest", max(busy), f"with an empty queue {max(alone):.2f} s"),
    ]


async def _latencies(place: Place, telegram: Telegram, token: str, alerts: int, queued: int) -> list[float]:
    """Seconds from the end of an undo window to Telegram's confirmation, for every guardian's message."""
    async with place.school() as db:
        if queued:
            await queue_digests(db, place.clock.now(), queued)
        async with sender(place, db, telegram, token):
            await _post_alerts(place, db, alerts, place.clock.now() + _START)
            return await _delivered(db)


async def _post_alerts(place: Place, db: Database, pupils: int, first: datetime) -> None:
    """As after «Готово», but with a window of its own for every pupil."""
    lesson = await open_lesson(db, place.clock)
    now, lesson_id = place.clock.now(), lesson.register.lesson_id
    told = [cell.pupil_id for cell in lesson.register.cells][:pupils]
    async with db.transaction() as session:
        await session.execute(
            update(Register)
            .where(Register.lesson_id == lesson_id)
            .values(taken_at=now, taken_by=lesson.actor.person_id)
        )
        cells = [
            {
                "lesson_id": lesson_id,
                "pupil_id": pupil_id,
                "status": AttendanceStatus.ABSENT,
                "source": AttendanceSource.TEACHER,
                "set_by": lesson.actor.person_id,
                "set_at": now,
                "alert_at": first + number * _APART,
            }
            for number, pupil_id in enumerate(told)
        ]
        await session.execute(insert(Attendance), cells)
        register = await attendance.register(
            session,
            school_id=lesson.actor.school_id,
            lesson_id=lesson_id,
            now=now,
            edit_lock_days_by_preset=LOCK_DAYS_BY_PRESET,
        )
        assert register is not None
        await absence_alert.post(session, register, told, now=now)


async def _delivered(db: Database) -> list[float]:
    alert = OutboxMessage.kind == absence_alert.NAME
    waits = func.extract("epoch", OutboxMessage.sent_at - OutboxMessage.not_before)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            async with db.transaction() as session:
                rows = (await session.execute(select(OutboxMessage.state, waits).where(alert))).all()
            if all(state is not OutboxState.QUEUED and state is not OutboxState.CLAIMED for state, _ in rows):
                return [float(wait) for state, wait in rows if state is OutboxState.SENT]
            await asyncio.sleep(0.5)
