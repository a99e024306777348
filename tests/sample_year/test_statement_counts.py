"""A screen costs the same number of statements in the second week and at the end of a full year."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services, build_services
from db.engine import Database
from db.enums import FinalKind, StaffRole
from db.models import Lesson, Mark, Term, Work
from db.queries import sample_year
from services.actor import Account, Actor
from services.files import FileStore
from tests.plans.making import Statements
from tests.world import YEAR_START, FakeClock, Story, moment, story

SECOND_WEEK, LATE_IN_MAY = date(2026, 9, 14), date(2027, 5, 24)


@dataclass(slots=True)
class Reader:
    """Somebody who opens every screen on a Monday at 10:17."""

    services: Services
    people: Story
    anna: Actor
    account: Account
    irina: Actor
    mother: Actor
    deputy: Actor
    lesson_id: int
    work_id: int
    term_id: int
    today: date


SCREENS: dict[str, Callable[[Reader], Awaitable[Any]]] = {
    "home": lambda r: r.services.home.view(actor=r.anna),
    "day": lambda r: r.services.lessons.day(actor=r.anna),
    "lesson": lambda r: r.services.lessons.lesson(actor=r.anna, lesson_id=r.lesson_id),
    "register": lambda r: r.services.attendance.open(actor=r.anna, lesson_id=r.lesson_id),
    "topic": lambda r: r.services.topics.open(actor=r.anna, lesson_id=r.lesson_id),
    "homework": lambda r: r.services.homework.lesson(actor=r.anna, lesson_id=r.lesson_id),
    "works": lambda r: r.services.works.works(actor=r.anna, lesson_id=r.lesson_id),
    "marks": lambda r: r.services.marks.look(account=r.account, work_id=r.work_id),
    "history": lambda r: r.services.history.lesson(actor=r.anna, lesson_id=r.lesson_id),
    "courses": lambda r: r.services.journal.courses(actor=r.anna),
    "course": lambda r: r.services.journal.card(actor=r.anna, course_id=r.people.algebra),
    "journal": lambda r: r.services.journal.page(actor=r.anna, course_id=r.people.algebra, term_id=r.term_id),
    "journal of the year": lambda r: r.services.journal.page(
        actor=r.anna, course_id=r.people.algebra, term_id=None
    ),
    "plan": lambda r: r.services.plans.open(actor=r.anna, course_id=r.people.algebra),
    "final marks": lambda r: r.services.final_marks.page(
        actor=r.anna, course_id=r.people.algebra, kind=FinalKind.TERM, term_id=r.term_id
    ),
    "final marks of the year": lambda r: r.services.final_marks.page(
        actor=r.anna, course_id=r.people.algebra, kind=FinalKind.YEAR, term_id=None
    ),
    "class day": lambda r: r.services.class_day.day(actor=r.irina, group_id=r.people.group),
    "class week": lambda r: r.services.class_day.week(actor=r.irina, group_id=r.people.group, monday=r.today),
    "diary": lambda r: r.services.diary.day(actor=r.mother, pupil_id=r.people.ivanov),
    "marks of a day": lambda r: r.services.marks_days.day(
        actor=r.mother, pupil_id=r.people.ivanov, day=r.today
    ),
    "locked days": lambda r: r.services.unlocking.days(actor=r.deputy, group_id=r.people.group),
    "open now": lambda r: r.services.unlocking.open_now(actor=r.deputy),
}


async def reader_on(session: AsyncSession, services: Services, people: Story, today: date) -> Reader:
    now = moment("10:17", today)
    deputy = await people.world.employ(await people.world.person("Громова Галина"), StaffRole.DEPUTY)
    lesson = select(Lesson.id).where(Lesson.course_id == people.algebra, Lesson.ends_at < now)
    work = (
        select(Work.id).join(Lesson).where(Lesson.course_id == people.algebra, Lesson.ends_at < now).limit(1)
    )
    term = select(Term.id).where(Term.name == "1 четверть")
    return Reader(
        services,
        people,
        await people.world.actor(people.anna, now),
        await people.world.account_of(people.anna),
        await people.world.actor(people.irina, now),
        await people.world.actor(people.mother, now),
        await people.world.actor(deputy, now),
        (await session.scalars(lesson.order_by(Lesson.date.desc()).limit(1))).one(),
        (await session.scalars(work)).one(),
        (await session.scalars(term)).one(),
        today,
    )


async def test_no_screen_asks_more_of_a_full_year(
    db: Database, session: AsyncSession, clock: FakeClock, tmp_path: Path
) -> None:
    people = await story(session)
    for weekday in range(2, 6):
        await people.world.slot(people.algebra, people.anna, 3, weekday=weekday)
    services = build_services(db, clock, FileStore(tmp_path))
    statements = Statements(db)

    async def counted(today: date, since: date) -> dict[str, int]:
        clock.set("10:17", today)
        school_id = people.world.school_id
        await sample_year.fill(session, school_id, since, today, until=clock.now())
        reader = await reader_on(session, services, people, today)
        taken = {}
        for name, show in SCREENS.items():
            await show(reader)
            statements.taken()
            await show(reader)
            taken[name] = statements.taken()
        return taken

    few = await counted(SECOND_WEEK, YEAR_START)
    marks = len((await session.scalars(select(Mark.work_id))).all())
    many = await counted(LATE_IN_MAY, date(2026, 9, 15))
    assert len((await session.scalars(select(Mark.work_id))).all()) > 10 * marks
    assert few == many
    assert max(many.values()) <= 12
