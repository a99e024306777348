"""A class of thirty with two Ковалёвы, and their algebra of Monday."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import MarkValue, Sex
from db.models import Attendance, Mark, Person, Work
from db.queries import timetable
from services.actor import Account, Actor
from services.marks.class_message import Answers, ClassMessageService, Draft
from tests.world import MONDAY, FakeClock, World, moment, new_school

BOYS = (
    *("Агаев Ислам", "Волков Илья", "Гусев Артём", "Зайцев Марк", "Иванов Пётр", "Ковалёв Егор"),
    *("Ковалев Кирилл", "Лебедев Тимур", "Морозов Глеб", "Орлов Семён", "Роман Захар", "Сидоренко Матвей"),
    *("Соколов Лев", "Титов Юрий", "Фомин Олег"),
)
GIRLS = (
    *("Алиева Сабина", "Белова Вера", "Громова Ольга", "Дёмина Яна", "Жукова Зоя", "Иванова Полина"),
    *("Кравцова Дарья", "Комарова Инна", "Ларина Нина", "Миронова Ева", "Петрова Ксения", "Попова Алла"),
    *("Рябова Лия", "Уварова Майя", "Щукина Рита"),
)
STORY = "Иванов 5, Петровой 4 3, сидоренк 3, Иванова П. н, остальные 4"


@dataclass(slots=True)
class Classroom:
    """7Б at algebra, lesson 3, and a teacher who writes to the bot about it."""

    session: AsyncSession
    db: Database
    clock: FakeClock
    world: World
    anna: int
    group: int
    course: int
    lesson: int
    pupils: dict[str, int]
    """By surname and first name."""
    messages: ClassMessageService
    actor: Actor
    account: Account

    async def read(self, text: str, answers: Answers | None = None) -> Draft:
        return await self.messages.read(
            actor=self.actor, account=self.account, lesson_id=self.lesson, text=text, answers=answers
        )

    async def save(self, text: str, answers: Answers | None = None) -> Draft:
        """What the preview shows, written."""
        answers = answers or Answers()
        draft = await self.read(text, answers)
        return await self.write(text, answers, draft.version)

    async def write(self, text: str, answers: Answers, version: int) -> Draft:
        return await self.messages.write(
            actor=self.actor,
            account=self.account,
            lesson_id=self.lesson,
            text=text,
            answers=answers,
            version=version,
        )

    async def marks(self, position: int = 1) -> dict[str, MarkValue | None]:
        """What stands in a work of the lesson, by the pupil's name."""
        rows = await self.session.execute(
            select(Person.last_name, Person.first_name, Mark.value)
            .join(Mark, Mark.pupil_id == Person.id)
            .join(Work, Work.id == Mark.work_id)
            .where(Work.lesson_id == self.lesson, Work.position == position)
        )
        return {f"{row[0]} {row[1]}": row[2] for row in rows}

    async def absences(self) -> dict[str, tuple[str, int | None]]:
        rows = await self.session.execute(
            select(Person.last_name, Person.first_name, Attendance.status, Attendance.late_minutes)
            .join(Attendance, Attendance.pupil_id == Person.id)
            .where(Attendance.lesson_id == self.lesson)
        )
        return {f"{row[0]} {row[1]}": (row[2].value, row[3]) for row in rows}


async def seat(world: World, group: int) -> dict[str, int]:
    """Thirty pupils in the order of the class list."""
    named = sorted([*((name, Sex.MALE) for name in BOYS), *((name, Sex.FEMALE) for name in GIRLS)])
    return {name: await world.pupil(name, group, sex=sex) for name, sex in named}


@pytest.fixture
async def room(session: AsyncSession, db: Database, clock: FakeClock) -> Classroom:
    return await furnished(session, db, clock)


async def furnished(session: AsyncSession, db: Database, clock: FakeClock) -> Classroom:
    clock.set("10:40")
    world = await new_school(session)
    anna = await world.teacher("Соколова Анна Петровна", sex=Sex.FEMALE)
    group = await world.group("7Б", 7)
    pupils = await seat(world, group)
    course = await world.course("Алгебра", anna, group)
    await world.slot(course, anna, 3)
    lessons = await timetable.lessons(session, world.school_id, MONDAY, MONDAY, teacher_id=anna)
    actor = await world.actor(anna, moment("10:40"))
    return Classroom(
        session,
        db,
        clock,
        world,
        anna,
        group,
        course,
        lessons[0].lesson_id,
        pupils,
        ClassMessageService(db, clock),
        actor,
        await world.account_of(anna),
    )
