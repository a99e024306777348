"""The topic of a lesson (J2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import LessonKind
from db.models import LessonTopic


@dataclass(frozen=True, slots=True)
class TopicRow:
    """What stands as a lesson's topic; `plan_topic_id`: the plan's row that it is, if it is one."""

    topic: str
    kind: LessonKind
    plan_topic_id: int | None


async def topic_of(session: AsyncSession, lesson_id: int, *, for_update: bool = False) -> TopicRow | None:
    """The lesson's topic; `for_update`: nobody else changes it before the transaction ends."""
    found = select(LessonTopic.topic, LessonTopic.kind, LessonTopic.plan_topic_id).where(
        LessonTopic.lesson_id == lesson_id
    )
    row = (await session.execute(found.with_for_update() if for_update else found)).one_or_none()
    return None if row is None else TopicRow(*row)


async def put(
    session: AsyncSession, lesson_id: int, topic: TopicRow, *, actor_id: int, now: datetime
) -> None:
    """Write the topic, over what stands."""
    values = {
        "topic": topic.topic,
        "kind": topic.kind,
        "plan_topic_id": topic.plan_topic_id,
        "set_by": actor_id,
        "set_at": now,
    }
    await session.execute(
        insert(LessonTopic)
        .values(lesson_id=lesson_id, **values)
        .on_conflict_do_update(index_elements=["lesson_id"], set_=values)
    )
