"""Writing plans (J1). Numbers are unique within a plan, so they change by way of negative ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LessonKind
from db.models import CourseTeacher, LessonTopic, PlanTopic, Subject
from db.queries.periods import not_ended
from db.queries.plans import Plan, is_of


async def hold(session: AsyncSession, plan: Plan) -> None:
    """Nobody else changes plans of this subject before the transaction ends."""
    await session.execute(
        select(Subject.id).where(Subject.id == plan.subject_id).with_for_update(key_share=True)
    )


async def change(session: AsyncSession, topic_id: int, **values: str | LessonKind) -> None:
    await session.execute(update(PlanTopic).where(PlanTopic.id == topic_id).values(values))


async def add(session: AsyncSession, school_id: int, plan: Plan, *, after: int, topic: str) -> int:
    """Put a row after the number `after`, 0 for the beginning; the following ones move on by one."""
    await _shift(session, plan, after=after, by=1)
    row: dict[str, Any] = plan._asdict() | {
        "school_id": school_id,
        "number": after + 1,
        "topic": topic,
        "kind": LessonKind.LESSON,
        "homework": "",
    }
    return (await session.execute(insert(PlanTopic).values(row).returning(PlanTopic.id))).scalar_one()


async def remove(session: AsyncSession, plan: Plan, *, topic_id: int, number: int) -> None:
    """Take a row out; the following ones move up by one."""
    await session.execute(delete(PlanTopic).where(PlanTopic.id == topic_id))
    await _shift(session, plan, after=number, by=-1)


async def swap(session: AsyncSession, plan: Plan, one: int, other: int) -> None:
    """The rows of these two numbers change places."""
    numbers = {one: other, other: one}
    for now, then in numbers.items():
        await session.execute(
            update(PlanTopic).where(is_of(plan), PlanTopic.number == now).values(number=-then)
        )
    await _settle(session, plan)


async def _shift(session: AsyncSession, plan: Plan, *, after: int, by: int) -> None:
    await session.execute(
        update(PlanTopic).where(is_of(plan), PlanTopic.number > after).values(number=-(PlanTopic.number + by))
    )
    await _settle(session, plan)


async def _settle(session: AsyncSession, plan: Plan) -> None:
    await session.execute(
        update(PlanTopic).where(is_of(plan), PlanTopic.number < 0).values(number=-PlanTopic.number)
    )


async def taught_of(session: AsyncSession, topic_ids: Sequence[int]) -> int:
    """How many of these rows some course has had."""
    found = await session.scalar(
        select(func.count(LessonTopic.plan_topic_id.distinct())).where(
            LessonTopic.plan_topic_id.in_(topic_ids)
        )
    )
    return found or 0


async def assign(session: AsyncSession, course_id: int, variant: str, today: date) -> None:
    """From now on all teachers of the course go by this variant."""
    await session.execute(
        update(CourseTeacher)
        .where(CourseTeacher.course_id == course_id, not_ended(CourseTeacher, today))
        .values(plan_variant=variant)
    )
