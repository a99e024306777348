"""The story of the journal: a lesson kept from the corridor, marks in one message, a correction, a locked
cell, the end of the quarter (J1-J5, J8)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from db.enums import LessonKind, MarkValue, Sex, StaffRole
from db.models import Course, FinalMark, PlanTopic
from sandbox import Phone
from tests.class_message.conftest import BOYS, GIRLS
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_bad_input import PIXEL

NEXT_MONDAY, SEPTEMBER_28 = date(2026, 9, 21), date(2026, 9, 28)
OCTOBER_19, LAST_DAY = date(2026, 10, 19), date(2026, 10, 24)


async def furnish(town: Town) -> int:
    """Thirty pupils, a plan that has got to lesson 14, and a deputy, whose id it is."""
    people, world = town.people, town.people.world
    async with town.db.transaction() as session:
        world.session = session
        known = {"Агаев Ислам", "Иванов Пётр", "Петрова Ксения", "Сидоренко Матвей"}
        for name in sorted({*BOYS, *GIRLS} - known):
            await world.pupil(name, people.group, sex=Sex.MALE if name in BOYS else Sex.FEMALE)
        subject = await session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
        plan = {"school_id": world.school_id, "year_id": world.year_id, "subject_id": subject, "grade": 7}
        rows = [
            ("Линейные уравнения", LessonKind.PRACTICAL, 14),
            ("Решение задач", LessonKind.LESSON, 15),
        ]
        await session.execute(
            insert(PlanTopic),
            [
                plan | {"variant": "1", "number": n, "topic": topic, "kind": kind, "homework": ""}
                for topic, kind, n in rows
            ],
        )
        deputy = await world.employ(await world.person("Громова Галина Степановна"), StaffRole.DEPUTY)
        account = await world.account_of(deputy)
    await town.sandbox.phone(account.external_user_id).start()
    return deputy


async def test_the_story(town: Town) -> None:
    deputy = town.phone(await furnish(town))
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    async with nothing_breaks(town):
        await town.at("10:56")
        await anna.start()
        await anna.press("Сейчас")
        await anna.sees("⚪ Тема: Линейные уравнения (14 · практическая работа № 1)")
        await anna.sees("⚪ Дома: не задано")
        await anna.press("Записать тему")
        assert (await anna.press("14. Линейные уравнения")).text == "Тема записана"
        await anna.sees("Вид: практическая")
        await anna.press("‹ К уроку")

        await anna.press("Домашнее")
        await anna.say("§12 № 345–350, Иванову ещё № 351")
        await anna.sees("Проверьте, пока не записано")
        await anna.send_photo(PIXEL)
        await anna.sees("1 файл")
        await anna.sees("Уточните, кому: «Иванову ещё № 351»")
        await anna.press("Иванов П.")
        await anna.sees("Иванов П.: ещё № 351")
        await anna.press("Записать")
        await anna.sees("на пн 21.09")

        await town.at("19:40")
        await mother.sees("§12 № 345–350")
        await anna.say("Иванов 5, Петровой 4 3, сидоренк 3, Иванова П. н, Ковалев 5, остальные 4")
        await anna.sees("Уточните: «Ковалев 5» — это")
        await anna.press("Ковалёв Егор")
        await anna.sees("Понял: 30 учеников из 30")
        assert (await anna.press("Записать")).text == "Записано"
        await anna.sees("Записано: 30 отметок, 1 Н.")
        await town.at("19:50")
        notice = await mother.sees("5 — Алгебра")

        # Next week one is corrected: why is asked, and the message that stands is edited.
        await town.at("09:00", NEXT_MONDAY)
        await open_page(anna)
        await anna.sees("14.09 · Линейные уравнения")
        await anna.press("14.09 ✎")
        await anna.sees("🟢 Отметок: 30")
        await anna.press("Отметки")
        await anna.press("Работа на уроке")
        await anna.press("5 Иванов П.")
        await anna.press("4")
        await anna.press("Ошибка при записи")
        await anna.sees("Стоит: 4")
        await town.at("09:10", NEXT_MONDAY)
        edited = await mother.sees("4 (было: 5) — Алгебра")
        assert edited.message_id == notice.message_id

        for day in (NEXT_MONDAY, SEPTEMBER_28):
            await town.at("19:40", day)
            await anna.say("Иванов 4, остальные 5")
            await anna.sees("Понял: 30 учеников из 30")
            await anna.press("Записать")
            await anna.sees("Записано: 30 отметок.")

        # A month later the cell is grey; the deputy opens the lesson with a reason.
        await town.at("12:00", OCTOBER_19)
        await open_page(anna)
        await anna.press("‹ Раньше")
        await anna.sees("🔒 14.09 · Линейные уравнения")
        await anna.press("14.09 ✎")
        await anna.sees_on_screen("🟢 Отметок: 30")
        await anna.press("Отметки")
        await anna.press("Работа на уроке")
        marks = await anna.sees_on_screen("Отметок 29 из 30")
        await anna.press("4 Иванов П.", on=marks)
        await anna.sees_on_screen("🔒 Записи за 14 сентября закрыты")
        await deputy.press("Открыть для исправлений")
        await deputy.press("7Б")
        await deputy.press("Другая дата…")
        await deputy.say("14.09")
        await deputy.press("3 · Алгебра")
        await deputy.say("Работу перепроверили")
        await deputy.press("До конца дня")
        await deputy.sees("Открыто до конца дня")
        told = await anna.sees("Завуч открыл для исправлений")
        await anna.press("К уроку", on=told)
        await anna.sees_on_screen("🟢 Отметок: 30")
        await anna.press("Отметки")
        await anna.press("Работа на уроке")
        marks = await anna.sees_on_screen("Отметок 29 из 30")
        await anna.press("4 Иванов П.", on=marks)
        await anna.sees_on_screen("Иванов Пётр")
        await anna.press("5")
        await anna.press("Ошибка при записи")
        await anna.sees_on_screen("Стоит: 5")

        # The last day of the quarter: averages with their arithmetic, «н/а» where marks are too few.
        await town.at("14:00", LAST_DAY)
        await anna.start()
        await anna.press("Итоги за 1 четверть")
        await anna.press("7Б · Алгебра")
        await anna.sees("Иванов П. 4,33 (3) → 4")
        await anna.sees("Иванова П. 5,00 (2) → н/а")
        await anna.press("Принять все предложенные (30)")
        await anna.press("Петрова К.")
        await anna.sees("(5 + 5 + 4 + 3) / 4 = 4,25")
        await anna.press("5")
        await anna.say("Победила на олимпиаде")
        await anna.sees("Комментарий: Победила на олимпиаде")
    async with town.db.transaction() as session:
        final = {row[0]: row[1] for row in await session.execute(select(FinalMark.pupil_id, FinalMark.value))}
    assert len(final) == 30
    assert final[town.people.ivanov] is MarkValue.FOUR
    assert final[town.people.petrova] is MarkValue.FIVE
    assert list(final.values()).count(MarkValue.NOT_ASSESSED) == 1


async def open_page(phone: Phone) -> None:
    """The journal page of the algebra of 7Б."""
    await phone.start()
    await phone.press("Мои журналы")
    await phone.press("7Б · Алгебра")
    await phone.press("Журнал")
