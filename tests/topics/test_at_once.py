"""The same lesson written in from two phones at once: its history has no gaps."""

from __future__ import annotations

from asyncio import gather

import pytest
from sqlalchemy import select

from db.engine import Database
from db.models import AuditEntry
from db.queries import registers, timetable
from services.access.identity import actor_of
from services.actor import Actor
from services.errors import NotFound
from services.homework import HomeworkService
from services.homework_drafting import HomeworkDraftService
from services.topics import TopicService
from tests.world import MONDAY, FakeClock, build_story


@pytest.fixture
async def kept(committed_db: Database, clock: FakeClock) -> tuple[Actor, int]:
    """Anna and her lesson, in which somebody wrote already."""
    people = await build_story(committed_db)
    async with committed_db.transaction() as session:
        anna = await actor_of(session, people.world.accounts[people.anna], clock.now())
        [lesson] = await timetable.lessons(
            session, people.world.school_id, MONDAY, MONDAY, course_id=people.algebra
        )
        await registers.keep(session, lesson.lesson_id)
    assert anna is not None
    return anna, lesson.lesson_id


async def history(db: Database, action: str) -> list[AuditEntry]:
    async with db.transaction() as session:
        lines = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        )
        return list(lines)


async def test_of_several_topics_one_is_the_first(
    committed_db: Database, clock: FakeClock, kept: tuple[Actor, int]
) -> None:
    anna, lesson_id = kept
    topics = TopicService(committed_db, clock)
    await gather(*(topics.write(actor=anna, lesson_id=lesson_id, text=f"Тема {n}") for n in range(6)))
    lines = await history(committed_db, "topic.set")
    assert [line.before for line in lines] == [None, *(line.after for line in lines[:-1])]


async def test_a_task_is_withdrawn_once(
    committed_db: Database, clock: FakeClock, kept: tuple[Actor, int]
) -> None:
    anna, lesson_id = kept
    homework = HomeworkService(committed_db, clock)
    draft = await HomeworkDraftService(committed_db, clock).new(actor=anna, lesson_id=lesson_id)
    view = await homework.save(actor=anna, draft=draft.typed_anew("§12", ()))
    [task] = view.tasks
    answers = await gather(
        *(homework.withdraw(actor=anna, homework_id=task.homework_id) for _ in range(4)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(NotFound) == 3
    assert len(await history(committed_db, "homework.withdrawn")) == 1
