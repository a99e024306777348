"""Reading: the teacher's journal as text and as files, the family's diary (J10, J13, U6)."""

from __future__ import annotations

import asyncio
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select, update

from db.models import Course, Person, Term
from handlers.callbacks.diary import ShowDiaries, ShowDiary, ShowDiaryDay
from handlers.callbacks.journal import (
    PrintJournal,
    SendJournalPicture,
    SendJournalWorkbook,
    ShowCourse,
    ShowGroupCourses,
    ShowJournal,
)
from sandbox import Phone
from sandbox.state import Message
from tests.journeys.bad_days import forge, nothing_breaks
from tests.journeys.conftest import Town
from tests.world import MONDAY

TODAY = MONDAY.toordinal()


async def lesson_kept(town: Town) -> None:
    """Ivanov has a four and is late, Sidorenko is absent; homework is due on Tuesday."""
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Перекличка")
    await anna.press("Сидоренко М.")
    await anna.press("Готово")
    await anna.press("‹ К уроку")
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    await anna.press("Иванов П.")
    await anna.press("4")


async def sent(phone: Phone, button: str, page: Message) -> Message:
    """The new message that comes of a tap; it is drawn in a thread."""
    before = phone.screen
    await phone.press(button, on=page)
    async with asyncio.timeout(20):
        while phone.screen is before:
            await phone.chat.changed()
    return phone.screen


async def test_a_teacher_reads_the_journal_and_takes_it_along(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await lesson_kept(town)
    await anna.say("/journal")
    await anna.press("7Б · Алгебра")
    await anna.sees("Ведёт: Соколова Анна Петровна")
    await anna.press("Журнал")
    page = await anna.sees("1 четверть, 1 сентября – 24 октября")
    assert "Иванов П.       4  4,00" in page.text
    assert "Сидоренко М.    н" in page.text

    workbook = await sent(anna, "Excel", page)
    assert workbook.text == "7Б · Алгебра, 1 четверть"
    assert workbook.document is not None
    assert workbook.document.name == "journal.xlsx"
    assert load_workbook(BytesIO(workbook.document.data)).sheetnames == ["Журнал", "Темы"]
    document = (await sent(anna, "PDF", page)).document
    assert document is not None
    assert document.data.startswith(b"%PDF")
    assert (await sent(anna, "Картинка", page)).photo is not None

    await anna.press("Весь год", on=page)
    await anna.sees("весь год 2026/2027, 1 сентября – 31 мая")


async def test_a_class_teacher_finds_every_journal_of_the_class(town: Town) -> None:
    irina = town.phone(town.people.irina)
    await lesson_kept(town)
    await irina.press("Мои журналы")
    classes = await irina.sees("Журналы по классам")
    await irina.press("7Б", on=classes)
    await irina.sees("7Б · журналы")
    await irina.press("Русский язык")
    await irina.sees("Ведёт: Белова Мария Андреевна")
    await irina.press("Журнал")
    await irina.sees("тема не записана")


async def test_a_mother_reads_the_day_when_it_may_be_known(town: Town) -> None:
    mother = town.phone(town.people.mother)
    await lesson_kept(town)
    await mother.start()
    await mother.press("Дневник: Пётр")
    day = await mother.sees("3. Алгебра")
    assert "работа на уроке" not in day.text
    await town.at("10:30")
    await mother.start()
    await mother.press("Дневник: Пётр")
    await mother.sees("3. Алгебра: 4 (работа на уроке)")
    await mother.press("‹ пн 07.09")
    await mother.sees("Понедельник, 7 сентября")
    await mother.press("Сегодня")
    await mother.sees("Понедельник, 14 сентября")


async def test_a_class_teacher_reads_a_pupils_diary(town: Town) -> None:
    irina = town.phone(town.people.irina)
    await lesson_kept(town)
    await town.at("10:30")
    await irina.say("/class")
    await irina.press("Дневники")
    await irina.sees("7Б · дневники")
    await irina.press("Иванов П.")
    await irina.sees_on_screen("3. Алгебра: 4 (работа на уроке)")
    await irina.press("‹ Дневники")
    await irina.press("Сидоренко М.")
    await irina.sees_on_screen("3. Алгебра: 🔴 нет на уроке")
    await irina.press("‹ Дневники")
    await irina.press("‹ Класс сегодня")
    await irina.sees_on_screen("Нет 1 из")


async def test_forged_buttons_of_the_journal_and_the_diary_open_nothing(town: Town) -> None:
    mother, father, anna = (
        town.phone(person) for person in (town.people.mother, town.people.father, town.people.anna)
    )
    async with town.db.transaction() as session:
        term = await session.scalar(select(Term.id).order_by(Term.starts_on).limit(1)) or 0
    for phone, greeting in ((mother, "здравствуйте"), (father, "здравствуйте"), (anna, "Алгебра")):
        await phone.sees(greeting)
    algebra, russian, ivanov = town.people.algebra, town.people.russian, town.people.ivanov
    async with nothing_breaks(town):
        for action in (
            ShowCourse(course_id=algebra),
            ShowGroupCourses(group_id=town.people.group, page=0),
            ShowJournal(course_id=algebra, term_id=term, back=0, pupils=0),
            SendJournalPicture(course_id=algebra, term_id=0, back=0),
            SendJournalWorkbook(course_id=algebra, term_id=term),
            PrintJournal(course_id=algebra, term_id=term),
        ):
            assert "Не найдено" in await forge(town, mother, action.pack())
        for data in (
            ShowJournal(course_id=russian, term_id=term, back=0, pupils=0).pack(),
            ShowJournal(course_id=algebra, term_id=2**62, back=0, pupils=0).pack(),
            ShowDiary(pupil_id=ivanov).pack(),
            ShowDiaries(group_id=town.people.group, page=0).pack(),
        ):
            assert "Не найдено" in await forge(town, anna, data)
        for forged in (
            ShowDiary(pupil_id=ivanov).pack(),
            ShowDiaryDay(pupil_id=ivanov, day=TODAY).pack(),
            ShowDiaryDay(pupil_id=town.people.sidorenko, day=-5).pack(),
            ShowDiaryDay(pupil_id=town.people.sidorenko, day=10**9).pack(),
            ShowDiary(pupil_id=2**63 - 1).pack(),
            ShowDiaries(group_id=town.people.group, page=0).pack(),
        ):
            assert "Не найдено" in await forge(town, father, forged)
        far = ShowJournal(course_id=algebra, term_id=term, back=10**12, pupils=-7)
        assert "Алгебра" in await forge(town, anna, far.pack())


async def test_names_with_markup_stand_in_the_journal_and_the_diary_as_they_are(town: Town) -> None:
    async with town.db.transaction() as session:
        await session.execute(
            update(Person).where(Person.id == town.people.ivanov).values(last_name="<b>&", first_name="=1")
        )
        await session.execute(update(Course).where(Course.id == town.people.algebra).values(subgroup="<i>"))
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    await anna.say("/journal")
    await anna.press("7Б · Алгебра, подгруппа <i>")
    await anna.sees("7Б · Алгебра, подгруппа <i>")
    await mother.say("/diary")
    await mother.sees("<b>& =1, 7Б")
