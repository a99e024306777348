"""A plan for a course of the small school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LessonKind
from db.models import Course, CourseTeacher, PlanTopic
from db.queries import timetable
from tests.world import MONDAY, Story, World

EQUATIONS: tuple[tuple[str, LessonKind], ...] = (
    ("Степень числа", LessonKind.LESSON),
    ("Практикум: степени", LessonKind.PRACTICAL),
    ("Линейные уравнения", LessonKind.PRACTICAL),
    ("Решение задач", LessonKind.LESSON),
    ("Контрольная по теме «Уравнения»", LessonKind.CONTROL),
    ("Функции", LessonKind.LESSON),
)


async def make_plan(
    world: World,
    course_id: int,
    rows: Sequence[tuple[str, LessonKind]] = EQUATIONS,
    *,
    variant: str = "1",
    grade: int = 7,
) -> list[int]:
    """Ids of the plan's rows, in their order."""
    subject_id = await world.session.scalar(select(Course.subject_id).where(Course.id == course_id))
    return [
        await world.add(
            PlanTopic,
            school_id=world.school_id,
            year_id=world.year_id,
            subject_id=subject_id,
            grade=grade,
            variant=variant,
            number=number,
            topic=topic,
            kind=kind,
            homework="",
        )
        for number, (topic, kind) in enumerate(rows, 1)
    ]


async def use_variant(world: World, course_id: int, variant: str | None) -> None:
    await world.session.execute(
        update(CourseTeacher).where(CourseTeacher.course_id == course_id).values(plan_variant=variant)
    )


async def lesson_at(people: Story, session: AsyncSession, number: int = 3, day: date = MONDAY) -> int:
    row = await timetable.lesson_at(session, people.world.school_id, people.algebra, day, number)
    assert row is not None
    return row.lesson_id
