"""The substitute keeps the journal of the lesson, and of no other (S5)."""

from __future__ import annotations

import pytest

from db.enums import MarkValue
from services.errors import NotFound
from services.homework import HomeworkService
from services.marks.giving import MarkService, NewMark
from services.marks.works import WorkService
from services.topics import TopicService
from tests.substitutions.conftest import Office


async def keep(office: Office, person_id: int, lesson_id: int) -> None:
    """Write a topic, homework and a mark."""
    actor = await office.actor(person_id)
    db, clock = office.db, office.clock
    await TopicService(db, clock).write(actor=actor, lesson_id=lesson_id, text="Уравнения")
    await HomeworkService(db, clock).nothing(actor=actor, lesson_id=lesson_id)
    works = WorkService(db, clock)
    kind, *_ = await works.kinds(actor=actor)
    work = await works.add(actor=actor, lesson_id=lesson_id, kind_id=kind.kind_id)
    mark = NewMark(office.people.ivanov, work.work_id, MarkValue.FIVE)
    written = await MarkService(db, clock).write(actor=actor, lesson_id=lesson_id, marks=[mark])
    assert written.written


async def test_the_substitute_and_the_absent_teacher_both_may(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    (lesson,) = (await office.absence()).lessons
    await keep(office, people.belova, lesson.lesson_id)
    await keep(office, people.anna, lesson.lesson_id)


async def test_after_it_is_taken_back_the_substitute_may_nothing(office: Office) -> None:
    people = office.people
    await office.substitute({3: people.belova})
    (lesson,) = (await office.absence()).lessons
    await office.substitute({3: None})
    actor, lesson_id = await office.actor(people.belova), lesson.lesson_id
    for attempt in (
        TopicService(office.db, office.clock).write(actor=actor, lesson_id=lesson_id, text="Уравнения"),
        HomeworkService(office.db, office.clock).nothing(actor=actor, lesson_id=lesson_id),
        WorkService(office.db, office.clock).works(actor=actor, lesson_id=lesson_id),
        MarkService(office.db, office.clock).write(actor=actor, lesson_id=lesson_id, marks=[]),
    ):
        with pytest.raises(NotFound):
            await attempt
