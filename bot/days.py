"""What the demo school has done before the story, and does while its clock is turned."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cast import ANNA, IRINA, ZONE, card
from db.engine import Database
from db.enums import MarkValue
from db.models import Course, Event, Group, Lesson, Mark, Person, Register, SchoolYear, Subject, Work
from db.queries import sample_year, timetable
from services.clock import Clock

GROUP = "7Б"
MEETING = date(2026, 9, 24)
WEEK_OF_PYOTR = {
    "Геометрия": (MarkValue.THREE, "Вторая задача без доказательства"),
    "Информатика": (MarkValue.FIVE, ""),
    "Музыка": (MarkValue.FOUR, ""),
}


async def keep_past_days(db: Database, clock: Clock) -> None:
    """The days before were kept in full; of today, Anna Petrovna's lessons are still open."""
    now = clock.now()
    today = now.astimezone(ZONE).date()
    async with db.transaction() as session:
        anna = await card(session, ANNA)
        year = (await session.scalars(select(SchoolYear))).one()
        yesterday = today - timedelta(days=1)
        await sample_year.fill(session, anna.school_id, year.starts_on, yesterday, until=now)
        await _take_registers(session, anna.school_id, today, now, but=anna)
        await _announce_a_meeting(session, anna.school_id, now)


async def keep_days(db: Database, after: datetime, until: datetime) -> None:
    """The school works on between two moments: of the first day the registers are taken, of the days after
    it everything is entered."""
    first, last = (moment.astimezone(ZONE).date() for moment in (after, until))
    if first == last:
        return
    async with db.transaction() as session:
        anna = await card(session, ANNA)
        await _take_registers(session, anna.school_id, first, until)
        await sample_year.fill(session, anna.school_id, first + timedelta(days=1), last, until=until)
        await _mark_pyotr(session, first, last)


async def _take_registers(
    session: AsyncSession, school_id: int, day: date, until: datetime, but: Person | None = None
) -> None:
    rows = await timetable.lessons(session, school_id, day, day)
    kept = [
        {"lesson_id": row.lesson_id, "opened_at": row.starts_at, "taken_at": row.starts_at}
        for row in rows
        if row.ends_at <= until and (but is None or row.teacher_id != but.id)
    ]
    if kept:
        await session.execute(insert(Register).on_conflict_do_nothing(), kept)


async def _mark_pyotr(session: AsyncSession, first: date, last: date) -> None:
    """His week is the one that the tour tells of."""
    for subject, (value, comment) in WEEK_OF_PYOTR.items():
        works = (
            select(Work.id)
            .join(Lesson, Lesson.id == Work.lesson_id)
            .join(Course, Course.id == Lesson.course_id)
            .join(Subject, Subject.id == Course.subject_id)
            .where(Subject.name == subject, Lesson.date.between(first, last))
        )
        pyotr = select(Person.id).where(Person.last_name == "Иванов", Person.first_name == "Пётр")
        await session.execute(
            update(Mark)
            .where(Mark.work_id.in_(works), Mark.pupil_id.in_(pyotr))
            .values(value=value, comment=comment)
        )


async def _announce_a_meeting(session: AsyncSession, school_id: int, now: datetime) -> None:
    group = (await session.scalars(select(Group).where(Group.name == GROUP))).one()
    irina = await card(session, IRINA)
    session.add(
        Event(
            school_id=school_id,
            group_id=group.id,
            date=MEETING,
            starts_at=time(18),
            title="Родительское собрание",
            text="Кабинет 34. Поговорим о первых неделях и о поездках осенью.",
            remind_days=1,
            entered_by=irina.id,
            entered_at=now,
        )
    )
