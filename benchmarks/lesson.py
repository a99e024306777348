"""The lesson of the story: Соколова's algebra in 7Б, Monday's third."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from benchmarks.place import ACCOUNTS_FROM
from db.engine import Database
from db.enums import Channel
from db.models import Person
from services.access.identity import actor_of
from services.actor import Account, Actor
from services.attendance import AttendanceService, RegisterRow
from services.clock import Clock
from services.lessons import LessonService
from services.marks.works import WorkService

TEACHER = "Соколова"


@dataclass(frozen=True, slots=True)
class OpenLesson:
    account: Account
    actor: Actor
    register: RegisterRow
    """As it is when the teacher has just opened it."""


async def open_lesson(db: Database, clock: Clock) -> OpenLesson:
    async with db.transaction() as session:
        teacher = await session.scalar(select(Person).where(Person.last_name == TEACHER))
        assert teacher is not None
        number = ACCOUNTS_FROM + teacher.id
        account = Account(Channel.TELEGRAM, number, number, teacher.school_id)
        actor = await actor_of(session, account, clock.now())
    assert actor is not None
    lesson = (await LessonService(db, clock).day(actor=actor)).current()
    assert lesson is not None
    register = await AttendanceService(db, clock).open(actor=actor, lesson_id=lesson.lesson_id)
    return OpenLesson(account, actor, register)


async def open_work(db: Database, clock: Clock, lesson: OpenLesson) -> int:
    """A work without marks in the lesson; its id."""
    works = WorkService(db, clock)
    kind = (await works.kinds(actor=lesson.actor))[0]
    work = await works.add(actor=lesson.actor, lesson_id=lesson.register.lesson_id, kind_id=kind.kind_id)
    return work.work_id
