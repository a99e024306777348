"""Filling the story's journal by hand, quickly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy import insert, select

from db.enums import MarkValue
from db.models import Course, CourseGroup, CourseTeacher, Lesson, Mark, Term, Work, WorkKind
from tests.world import YEAR_START, Story, moment

M = MarkValue
LAST_DAY = date(2026, 10, 24)
"""Of the first quarter, a Saturday."""
DEADLINE = date(2026, 10, 26)
"""Two days later (klyuchi)."""
MARKED = date(2026, 10, 5)
_positions = count(100)


@dataclass(slots=True)
class Journal:
    """Marks without the rules of giving them."""

    people: Story
    lessons: dict[tuple[int, date], int] = field(default_factory=dict)

    async def term(self, name: str = "1 четверть") -> int:
        world = self.people.world
        statement = select(Term.id).where(Term.year_id == world.year_id, Term.name == name)
        return (await world.session.execute(statement)).scalar_one()

    async def lesson(self, day: date = MARKED, course_id: int = 0) -> int:
        course_id = course_id or self.people.algebra
        if (course_id, day) not in self.lessons:
            self.lessons[course_id, day] = await self.people.world.add(
                Lesson,
                school_id=self.people.world.school_id,
                course_id=course_id,
                teacher_id=self.people.anna,
                date=day,
                number=3,
                starts_at=moment("10:15", day),
                ends_at=moment("10:55", day),
                rooms=[],
            )
        return self.lessons[course_id, day]

    async def marks(
        self,
        pupil_id: int,
        *values: MarkValue,
        weight: str = "1",
        day: date = MARKED,
        course_id: int = 0,
        kind: str = "ур",
        title: str = "",
    ) -> None:
        """Each of the pupil's marks in a work of its own."""
        people = self.people
        session, school_id = people.world.session, people.world.school_id
        found = select(WorkKind.id).where(WorkKind.school_id == school_id, WorkKind.short_name == kind)
        kind_id = (await session.execute(found)).scalar_one()
        lesson_id = await self.lesson(day, course_id)
        for value in values:
            work_id = await people.world.add(
                Work,
                school_id=school_id,
                lesson_id=lesson_id,
                position=next(_positions),
                kind_id=kind_id,
                weight=Decimal(weight),
                title=title,
                created_by=people.anna,
                created_at=moment("10:20", day),
            )
            await session.execute(
                insert(Mark).values(
                    work_id=work_id,
                    pupil_id=pupil_id,
                    value=value,
                    due_on=day + timedelta(days=7) if value is M.DEBT else None,
                    comment="",
                    given_on=day,
                    set_by=people.anna,
                    set_at=moment("10:30", day),
                )
            )

    async def parallel_course(self, subgroup: str | None, teacher_id: int, like: int = 0) -> int:
        """Another course of the same subject and class."""
        world = self.people.world
        like = like or self.people.algebra
        subject = select(Course.subject_id).where(Course.id == like)
        course_id = await world.add(
            Course,
            school_id=world.school_id,
            year_id=world.year_id,
            subject_id=(await world.session.execute(subject)).scalar_one(),
            subgroup=subgroup,
        )
        await world.session.execute(
            insert(CourseGroup).values(course_id=course_id, group_id=self.people.group)
        )
        await world.add(
            CourseTeacher,
            school_id=world.school_id,
            course_id=course_id,
            teacher_id=teacher_id,
            starts_on=YEAR_START,
        )
        return course_id


async def first_quarter(journal: Journal) -> None:
    """Иванов 4,20, Сидоренко too few, Петрова 4,50, Агаев only a debt."""
    people = journal.people
    await journal.marks(people.ivanov, M.FIVE)
    await journal.marks(people.ivanov, M.FOUR, weight="2", day=date(2026, 10, 7), kind="к/р", title="№ 1")
    await journal.marks(people.ivanov, M.FOUR, weight="2", day=date(2026, 10, 14), kind="к/р", title="№ 2")
    await journal.marks(people.sidorenko, M.FIVE, M.TWO)
    await journal.marks(people.petrova, M.FIVE, M.FOUR, M.FIVE, M.FOUR)
    await journal.marks(people.agaev, M.DEBT, kind="к/р")
