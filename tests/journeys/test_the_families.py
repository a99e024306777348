"""The story of the families: a Friday's week, a question to a teacher, an excursion that wants an answer
(C1, C2, C3, C6, C7)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import insert, select

from db.enums import LessonKind, MarkValue, Sex
from db.models import Course, Homework, PlanTopic
from sandbox import Phone
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from tests.class_message.conftest import BOYS, GIRLS
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_broadcasts import PHOTO
from tests.week.conftest import School
from tests.world import MONDAY, moment

WEDNESDAY, FRIDAY, NEXT_MONDAY = (MONDAY + timedelta(days=days) for days in (2, 4, 7))
FAMILIES = 27


async def furnish(town: Town) -> list[Phone]:
    """27 families, of which one has no messenger, and a week of Ivanov's; the phones of the others."""
    people, world = town.people, town.people.world
    async with town.db.transaction() as session:
        world.session = session
        bound = [people.mother, people.father]
        petrova = await world.guardian("Петрова Анна Юрьевна", people.petrova, sex=Sex.FEMALE)
        known = {"Агаев Ислам", "Иванов Пётр", "Петрова Ксения", "Сидоренко Матвей"}
        bound.append(petrova)
        for number, name in enumerate(sorted({*BOYS, *GIRLS} - known)[: FAMILIES - len(known)]):
            pupil = await world.pupil(name, people.group, sex=Sex.MALE if name in BOYS else Sex.FEMALE)
            bound.append(await world.guardian(f"Родитель-{number} {name.split()[0]}", pupil))
        for person in bound[2:]:
            await world.account_of(person)
        for weekday in range(2, 6):
            await world.slot(people.algebra, people.anna, 3, weekday=weekday)
        await world.slot(people.russian, people.belova, 4, weekday=3)
        school = School(session, people)
        await school.mark(MarkValue.FOUR, FRIDAY - timedelta(days=7))
        for value in (MarkValue.FIVE, MarkValue.FOUR, MarkValue.FOUR):
            await school.mark(value)
        await school.mark(MarkValue.FIVE, WEDNESDAY, kind="control", comment="Молодец")
        await school.absent(MONDAY, course_id=people.russian)
        await world.add(
            Homework,
            school_id=world.school_id,
            lesson_id=await school.lesson(FRIDAY),
            text="§ 12, № 345",
            due_on=NEXT_MONDAY,
            for_everyone=True,
            set_by=people.anna,
            set_at=moment("11:00", FRIDAY),
        )
        subject = await session.scalar(select(Course.subject_id).where(Course.id == people.russian))
        await session.execute(
            insert(PlanTopic),
            [
                {
                    "school_id": world.school_id,
                    "year_id": world.year_id,
                    "subject_id": subject,
                    "grade": 7,
                    "variant": "1",
                    "number": number,
                    "topic": "Причастие",
                    "kind": LessonKind.CONTROL if number == 2 else LessonKind.LESSON,
                    "homework": "",
                }
                for number in range(1, 40)
            ],
        )
    phones = [town.phone(person) for person in bound]
    await asyncio.gather(*(phone.start() for phone in phones))
    return phones


async def due(town: Town, name: str, time: str, day: date) -> None:
    """The clock says so, the job runs, and what it queues arrives."""
    await town.at(time, day)
    await Scheduler(town.db, town.clock, [job for job in JOBS if job.name == name]).sweep()
    await town.at(time, day)


async def test_the_story(town: Town) -> None:
    phones = await furnish(town)
    mother, *others = phones
    anna, irina = town.phone(town.people.anna), town.phone(town.people.irina)
    async with nothing_breaks(town):
        await due(town, "weekly_digest", "18:00", FRIDAY)
        week = await mother.sees("Пётр, 7Б · 14–18 сентября")
        for words in (
            "5 4 4 5     4,50 ↑",
            "причина пока не указана",
            "На понедельник",
            "§ 12, № 345",
            "ср 23.09: Русский язык",
            "Алгебра: «Молодец»",
        ):
            assert words in week.text
        await mother.press("Ознакомлен(а)", on=week)
        await mother.sees("Вы ознакомились 18 сентября.")
        await mother.press("Картинка", on=week)
        await mother.settled()
        assert mother.screen.photo is not None
        await mother.press("Почему 4,", on=week)
        await mother.sees("4,")

        # A line is the form: it finds the subject's teacher, in her hours.
        line = next(line for line in week.text.splitlines() if line.startswith("Алгебра"))
        await mother.say("А можно пересдать?", reply_to=week, quote=line)
        sent = await mother.sees("Отправлено: Соколова Анна Петровна, алгебра")
        assert "прочитает" in sent.text
        await anna.does_not_see("пересдать")
        await irina.start()
        await irina.press("Написать классу")
        await irina.sees("Объявление → 7Б, 27 семей")
        await irina.send_photo(PHOTO, "В среду экскурсия, нужно согласие до вторника")
        await irina.sees_on_screen("📎 1 файл")
        await irina.press("Ответ")
        await irina.press("«Согласны» / «Не согласны»")
        await irina.press("вт 22.09")
        await irina.press("Проверить и отправить")
        confirm = await irina.sees("Получат 26 человек.")
        for phone in others[-2:]:
            await phone.block()
        await irina.press("Отправить", on=confirm)
        await town.at("18:30", FRIDAY)
        for number, phone in enumerate(phones[:19]):
            notice = await phone.sees("В среду экскурсия")
            assert notice.photo is not None
            await phone.press("Согласны" if number < 17 else "Не согласны", on=notice)
        await town.at("18:35", FRIDAY)
        life = await irina.sees("24 доставлено")
        for words in (
            "«Согласны» 17, «Не согласны» 2",
            "⏳ Ждём 5 семей",
            "2 заблокировали бота · 1 не в боте",
        ):
            assert words in life.text
        await irina.press("Кого не достать", on=life)
        await irina.sees("+7 900 000-00-03")

        # Families whom no message reaches get the week on paper.
        await irina.start()
        await irina.press("7Б: семьи", on=irina.screen)
        await irina.press("Распечатать неделю", on=await irina.sees_button("Распечатать неделю"))
        await irina.press("Кого нет в боте (3)", on=await irina.sees_button("Кого нет в боте (3)"))
        printed = await irina.sees("Недели 3 учеников")
        assert printed.document is not None
        assert printed.document.data.startswith(b"%PDF")

        await town.at("08:00", NEXT_MONDAY)
        question = await anna.sees("А можно пересдать?")
        assert "Иванов Пётр, 7Б · алгебра" in question.text
        await anna.say("Да, в четверг после уроков", reply_to=question)
        await mother.sees("Да, в четверг после уроков")

        # On Monday the silent alone are asked again, by a message that rings.
        await town.at("09:00", NEXT_MONDAY)
        await irina.press("Напомнить им", on=life)
        told = await irina.press("Напомнить сейчас")
        assert told.text == "Напомнили 5 людям"
        await town.idle()
        assert [reminders(phone) for phone in phones] == [0] * 19 + [1] * 5 + [0] * 2
        await phones[19].press("Согласны", on=await phones[19].sees("🔔 Напоминание"))
        await phones[19].sees("Вы ответили 21 сентября")
        await town.at("09:05", NEXT_MONDAY)
        assert "«Согласны» 18, «Не согласны» 2" in life.text

        # The list, to count with and to print.
        await irina.press("Excel", on=life)
        await town.idle()
        assert irina.screen.document is not None
        workbook = load_workbook(BytesIO(irina.screen.document.data))
        answers = Counter(cell for sheet in workbook for row in sheet.values for cell in row)
        assert (answers["«Согласны»"], answers["«Не согласны»"]) == (18, 2)
        await irina.press("PDF", on=life)
        await town.idle()
        assert irina.screen.document is not None
        assert irina.screen.document.data.startswith(b"%PDF")


def reminders(phone: Phone) -> int:
    return sum("Напоминание" in message.text for message in phone.messages)
