"""More classes than the story's, each with a teacher and families who have accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from db.enums import AttendanceStatus
from handlers.callbacks.register import OpenRegister, SetCell, TakeRegister
from sandbox import Phone
from services.actor import Actor
from services.lessons import LessonService
from tests.faults.conftest import School


@dataclass
class Lesson:
    """A teacher before their class, of which they are the class teacher too."""

    phone: Phone
    actor: Actor
    group_id: int
    lesson_id: int
    pupils: list[int]
    guardians: list[int]
    """One of each pupil."""
    minutes: Counter[int] = field(default_factory=Counter)
    """The last that was set for a pupil: each tap says something new."""

    async def mark_absent(self, pupil: int, patience: float) -> None:
        absent = SetCell(lesson_id=self.lesson_id, pupil_id=pupil, status=AttendanceStatus.ABSENT)
        answer = await self.phone.press_data(absent.pack(), timeout=patience)
        assert answer.text.endswith("Н")

    async def take_register(self, absent: Iterable[int], patience: float) -> None:
        """These are marked absent, and the register is complete."""
        await self.phone.press_data(OpenRegister(lesson_id=self.lesson_id).pack(), timeout=patience)
        for pupil in absent:
            await self.mark_absent(pupil, patience)
        await self.phone.press_data(TakeRegister(lesson_id=self.lesson_id).pack(), timeout=patience)


async def classes(school: School, number: int, size: int) -> list[Lesson]:
    """Classes whose third lesson is running, each with its own teacher."""
    world, built = school.people.world, []
    async with school.db.transaction() as session:
        world.session = session
        for place in range(number):
            teacher = await world.teacher(f"Учитель Номер {place}")
            group = await world.group(f"8-{place}", 8, class_teacher=teacher)
            pupils = [await world.pupil(f"Ученик Номер {place}-{pupil}", group) for pupil in range(size)]
            guardians = [await world.guardian(f"Родитель Номер {pupil}", pupil) for pupil in pupils]
            for guardian in guardians:
                await world.account_of(guardian)
            await world.slot(
                await world.course(f"Химия {place}", teacher, group), teacher, 3, room=f"{place}"
            )
            built.append((await world.actor(teacher), group, pupils, guardians))
    lessons = []
    for actor, group, pupils, guardians in built:
        running = (await LessonService(school.db, school.clock).day(actor=actor)).running()
        assert running is not None
        phone = school.phone(actor.person_id)
        lessons.append(Lesson(phone, actor, group, running.lesson_id, pupils, guardians))
    for account in world.accounts.values():
        school.sandbox.phone(account.external_user_id).chat.started = True
    return lessons
