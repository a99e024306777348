"""Debt points remind the family and the teacher of their day (J4)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from db.enums import MarkValue
from db.models import OutboxMessage
from services.marks.debts import DebtService
from services.marks.giving import NewMark
from services.notifications import debt_reminder
from services.notifications.debt_reminder import (
    DebtReminder,
    DebtReminderKind,
    TeacherDebts,
    TeacherDebtsKind,
)
from services.notifications.ports import DueMessage, Kind, Ready, Skip, SkipReason
from tests.marks_entry.conftest import Desk

DUE = date(2026, 9, 21)
EVE, DAY_AFTER = date(2026, 9, 20), date(2026, 9, 22)


async def owe(desk: Desk) -> None:
    mark = NewMark(desk.people.ivanov, desk.work, MarkValue.DEBT, DUE)
    written = await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])
    assert not written.refused


async def reminders(desk: Desk) -> dict[str, Ready | Skip]:
    """Run the job, and ask every reminder that it posted what it says now, by kind."""
    kinds: dict[str, Kind] = {kind.name: kind for kind in (DebtReminderKind(), TeacherDebtsKind())}
    said: dict[str, Ready | Skip] = {}
    async with desk.db.transaction() as session:
        await debt_reminder.remind(session, desk.clock.now())
        rows = await session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(kinds)))
        for row in rows:
            message = DueMessage(
                row.id,
                row.school_id,
                row.binding_id,
                desk.people.mother if row.pupil_id else desk.people.anna,
                row.pupil_id,
                row.kind,
                row.payload,
                None,
            )
            answer = await kinds[row.kind].prepare(session, message, desk.clock.now())
            assert isinstance(answer, Ready | Skip)
            said[row.kind] = answer
    return said


async def test_the_days_offered_are_the_next_lessons_of_the_course(desk: Desk) -> None:
    days = await DebtService(desk.db, desk.clock).days(actor=desk.anna, work_id=desk.work)
    assert days[:3] == (DUE, date(2026, 9, 28), date(2026, 10, 5))
    assert date(2026, 10, 26) not in days, "the autumn holidays have no lessons"


async def test_the_day_before_and_the_day_after_remind_the_family_and_the_teacher(desk: Desk) -> None:
    await owe(desk)
    assert await reminders(desk) == {}
    for day in (EVE, DAY_AFTER):
        desk.clock.set("16:00", day)
        said = await reminders(desk)
        family, teacher = said["debt_reminder"], said["teacher_debts"]
        assert isinstance(family, Ready)
        assert isinstance(family.view, DebtReminder)
        assert [debt.due_on for debt in family.view.debts] == [DUE]
        assert isinstance(teacher, Ready)
        assert isinstance(teacher.view, TeacherDebts)
        assert [debt.pupil_id for debt in teacher.view.debts] == [desk.people.ivanov]


async def test_a_settled_debt_reminds_nobody(desk: Desk) -> None:
    await owe(desk)
    desk.clock.set("16:00", EVE)
    await reminders(desk)
    mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FOUR)
    written = await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])
    assert not written.refused, "settling a debt needs no reason"
    said = await reminders(desk)
    assert set(said.values()) == {Skip(SkipReason.CORRECTED)}
