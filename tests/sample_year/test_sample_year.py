"""A made-up school year looks like one that people kept."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import FinalKind, MarkValue
from db.models import (
    Attendance,
    AuditEntry,
    Base,
    FinalMark,
    Homework,
    Lesson,
    LessonTopic,
    Mark,
    OutboxMessage,
    Register,
    Work,
)
from db.queries import sample_year
from tests.world import YEAR_END, YEAR_START, Story, moment, story


async def filled(session: AsyncSession) -> Story:
    people = await story(session)
    first_form = await people.world.group("1А", 1)
    await people.world.pupil("Малышев Тимур", first_form)
    reading = await people.world.course("Чтение", people.belova, first_form)
    for weekday in range(1, 6):
        await people.world.slot(reading, people.belova, 1, weekday=weekday)
        await people.world.slot(people.algebra, people.anna, 3 + weekday % 2, weekday=weekday)
    await sample_year.fill(
        session, people.world.school_id, YEAR_START, YEAR_END, until=moment("10:17", date(2026, 11, 16))
    )
    return people


async def count(session: AsyncSession, *conditions: ColumnElement[bool], of: type[Base]) -> int:
    return await session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


async def test_every_past_lesson_has_its_page_and_no_later_one(session: AsyncSession) -> None:
    await filled(session)
    until = moment("10:17", date(2026, 11, 16))
    past = await count(session, Lesson.ends_at <= until, of=Lesson)
    assert past > 100
    assert await count(session, Register.taken_at.is_not(None), of=Register) == past
    assert await count(session, of=LessonTopic) == past
    none = await count(session, Register.no_homework_at.is_not(None), of=Register)
    assert await count(session, of=Homework) == past - none > none > 0
    later = select(Work.lesson_id).join(Lesson, Lesson.id == Work.lesson_id).where(Lesson.ends_at > until)
    assert (await session.scalars(later)).all() == []


async def test_marks_are_given_to_who_was_there_and_never_in_the_first_form(session: AsyncSession) -> None:
    people = await filled(session)
    marks = (
        await session.execute(
            select(Mark.pupil_id, Work.lesson_id, Attendance.status)
            .join(Work, Work.id == Mark.work_id)
            .outerjoin(
                Attendance,
                (Attendance.lesson_id == Work.lesson_id) & (Attendance.pupil_id == Mark.pupil_id),
            )
        )
    ).all()
    assert {row.pupil_id for row in marks} == {
        people.ivanov,
        people.sidorenko,
        people.agaev,
        people.petrova,
    }
    assert all(row.status != "absent" for row in marks)


async def test_a_term_that_is_over_has_its_final_marks(session: AsyncSession) -> None:
    people = await filled(session)
    final = (
        await session.scalars(
            select(FinalMark).where(FinalMark.course_id == people.algebra, FinalMark.kind == FinalKind.TERM)
        )
    ).all()
    assert {row.pupil_id for row in final} == {
        people.ivanov,
        people.sidorenko,
        people.agaev,
        people.petrova,
    }
    for row in final:
        assert (row.value is MarkValue.NOT_ASSESSED) == (row.marks < 3)
    assert {row.given_on for row in final} == {date(2026, 10, 24)}


async def test_nobody_hears_of_it(session: AsyncSession) -> None:
    await filled(session)
    assert await count(session, of=OutboxMessage) == 0
    assert await count(session, of=AuditEntry) == 0

    assert await count(session, Attendance.status == "absent", of=Attendance)
