"""The whole class in one message: typed in the evening, asked about, written with one tap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from db.enums import AttendanceStatus, MarkValue, Sex
from db.models import Attendance, Mark, Person, Work
from sandbox import Phone
from sandbox.state import Message
from tests.class_message.conftest import BOYS, GIRLS
from tests.journeys.bad_days import forge, kept, nothing_breaks
from tests.journeys.conftest import PATIENCE, Town
from tests.journeys.test_bad_input import PIXEL, lesson_of
from tests.world import MONDAY, moment


@dataclass(slots=True)
class Class:
    """7Б of the story with thirty pupils, and its teacher's phone."""

    town: Town
    anna: Phone
    pupils: dict[str, int]

    async def marks(self) -> dict[str, list[MarkValue | None]]:
        async with self.town.db.transaction() as session:
            rows = await session.execute(
                select(Person.last_name, Person.first_name, Mark.value)
                .join(Mark, Mark.pupil_id == Person.id)
                .join(Work, Work.id == Mark.work_id)
                .order_by(Work.position)
            )
            found: dict[str, list[MarkValue | None]] = {}
            for last, first, value in rows:
                found.setdefault(f"{last} {first}", []).append(value)
            return found

    async def absent(self) -> list[str]:
        async with self.town.db.transaction() as session:
            rows = await session.scalars(
                select(Person.last_name)
                .join(Attendance, Attendance.pupil_id == Person.id)
                .where(Attendance.status == AttendanceStatus.ABSENT)
            )
            return list(rows)


@pytest.fixture
async def seated(town: Town) -> AsyncIterator[Class]:
    people = town.people
    named = {"Агаев Ислам": people.agaev, "Иванов Пётр": people.ivanov}
    named |= {"Петрова Ксения": people.petrova, "Сидоренко Матвей": people.sidorenko}
    async with town.db.transaction() as session:
        people.world.session = session
        for name in sorted({*BOYS, *GIRLS} - named.keys()):
            sex = Sex.MALE if name in BOYS else Sex.FEMALE
            named[name] = await people.world.pupil(name, people.group, sex=sex)
    async with nothing_breaks(town):
        await town.phone(people.anna).settled()
        yield Class(town, town.phone(people.anna), named)


STORY = "Иванов 5, Петровой 4 3, сидоренк 3, Иванова П. н, Ковалев 5, остальные 4"


async def test_the_story(town: Town, seated: Class) -> None:
    anna = seated.anna
    await town.at("19:40")
    await anna.say(STORY)
    await anna.sees("7Б · Алгебра · 3 урок")
    await anna.sees("Понял: 28 учеников из 30")
    question = await anna.sees("Уточните: «Ковалев 5» — это")
    assert "Записать" not in buttons(question)
    await anna.press("Ковалёв Егор")
    await anna.sees("Понял: 30 учеников из 30")
    assert (await anna.press("Записать")).text == "Записано"
    await anna.sees("Записано: 30 отметок, 1 Н.")
    marks = await seated.marks()
    assert marks["Иванов Пётр"] == [MarkValue.FIVE]
    assert marks["Петрова Ксения"] == [MarkValue.FOUR, MarkValue.THREE]
    assert marks["Ковалёв Егор"] == [MarkValue.FIVE]
    assert marks["Ковалев Кирилл"] == [MarkValue.FOUR]
    assert sum(len(values) for values in marks.values()) == 30
    assert await seated.absent() == ["Иванова"]


async def test_from_the_marks_screen_with_a_kind_and_a_correction_in_words(town: Town, seated: Class) -> None:
    anna = seated.anna
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Одним сообщением")
    await anna.sees("Напишите отметки классу одним сообщением")
    await anna.send_photo(PIXEL)
    await anna.sees("Не понял ни одной отметки")
    await anna.say("к/р № 2: Волков 5, Пупкин 4")
    await anna.sees("Работа: контрольная работа № 2")
    await anna.sees("Не узнал: «Пупкин 4»")
    await anna.press("Исправить текстом")
    await anna.sees("к/р № 2: Волков 5, Пупкин 4")
    await anna.say("к/р № 2: Волков 5, Попова 4")
    await anna.sees("Понял: 2 ученика из 30")
    await anna.press("Записать")
    await anna.sees("Записано: 2 отметки.")
    await town.at("10:50")
    await anna.say("к/р № 2: Волков 3")
    await anna.sees("В журнале уже стоит другое: Волков И. 5 → 3")
    await anna.press("Другая причина…")
    await anna.sees("Почему меняется отметка?")
    await anna.say("Р" * 300)
    await anna.sees("Причина длиннее 200 знаков")
    await anna.say("Списал")
    await anna.sees("Исправлю: Волков И. 5 → 3")
    await anna.press("Записать")
    await anna.sees("Исправлено: Волков И. 5 → 3")
    assert await seated.marks() == {"Волков Илья": [MarkValue.THREE], "Попова Алла": [MarkValue.FOUR]}


async def test_typed_offline_an_hour_ago_it_belongs_to_the_lesson_that_was_running(
    town: Town, seated: Class
) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        group = await world.group("7В", 7)
        await world.pupil("Волков Роман", group)
        geometry = await world.course("Геометрия", town.people.anna, group)
        await world.slot(geometry, town.people.anna, 4)
    await town.at("11:20")
    await seated.anna.say("Волков 5", sent_at=moment("10:20"))
    await seated.anna.sees("7Б · Алгебра · 3 урок")
    await seated.anna.say("Волков 4")
    await seated.anna.sees("7В · Геометрия · 4 урок")
    await town.at("19:00")
    await seated.anna.say("Волков 3")
    await seated.anna.sees("О каком они уроке?")
    await seated.anna.press("4 урок · 7В · Геометрия")
    chosen = await seated.anna.sees_on_screen("Понял: 1 ученик из 1")
    await seated.anna.press("Записать", on=chosen)
    await seated.anna.sees("Записано: 1 отметка.")
    assert await seated.marks() == {"Волков Роман": [MarkValue.THREE]}


async def test_two_drafts_at_once_keep_apart_and_outlive_start(town: Town, seated: Class) -> None:
    anna = seated.anna
    await anna.say("Волков 5, Ковалев 4")
    first = await anna.sees("Уточните: «Ковалев 4» — это")
    await anna.say("с/р: Орлов 3")
    second = await anna.sees("Работа: самостоятельная работа")
    await anna.start()
    await anna.press("Никто", on=first)
    await anna.press("Записать", on=second)
    await anna.sees("Записано: 1 отметка.")
    await until(anna, lambda: "Записать" in buttons(first))
    await anna.press("Записать", on=first)
    await until(anna, lambda: "Записано: 1 отметка." in first.text)
    assert await seated.marks() == {"Волков Илья": [MarkValue.FIVE], "Орлов Семён": [MarkValue.THREE]}


async def test_a_button_pressed_twice_or_later_writes_nothing_more(town: Town, seated: Class) -> None:
    anna = seated.anna
    await anna.say("Волков 5")
    preview = await anna.sees("Понял: 1 ученик из 30")
    save = buttons(preview)["Записать"]
    await anna.press("Записать", on=preview)
    await anna.sees("Записано: 1 отметка.")
    before = await kept(town)
    assert (await anna.press_data(save, message=preview)).text == "Это сообщение уже записано"
    await anna.say("Волков 4")
    other = await anna.sees("Исправлю: Волков И. 5 → 4")
    await anna.press("Отмена", on=other)
    await anna.sees("Хорошо, ничего не записано.")
    assert await kept(town) == before
    assert "Этого сообщения я уже не помню" in await forge(town, anna, f"cme:{10**15}:1")


async def test_when_the_journal_has_changed_the_old_preview_says_so(town: Town, seated: Class) -> None:
    anna = seated.anna
    await anna.say("Волков 5")
    old = await anna.sees("Понял: 1 ученик из 30")
    await anna.say("Волков 4")
    new = await anna.sees("4  Волков И.")
    await anna.press("Записать", on=new)
    await anna.press("Записать", on=old)
    await until(anna, lambda: "Журнал с тех пор изменился" in old.text)
    assert "Исправлю: Волков И. 4 → 5" in old.text
    assert await seated.marks() == {"Волков Илья": [MarkValue.FOUR]}


async def test_words_that_are_no_marks_get_the_usual_answer_and_other_steps_go_first(
    town: Town, seated: Class
) -> None:
    anna, mother = seated.anna, town.phone(town.people.mother)
    for text in ("Спасибо!", "Пупкин 5", "/marks", "🤡" * 2048, "<b>жирно</b>", "5 " * 2000):
        assert "Сейчас я этого не жду" in await answer(anna, text), text
    await mother.say("Иванов 5")
    await mother.sees("Кому передать?")
    await anna.start()
    await anna.press("Записать тему")
    await anna.press("Написать свою")
    assert "Понял" not in await answer(anna, "Волков 5")
    assert await seated.marks() == {}


async def test_forged_buttons_find_nothing_and_change_nothing(town: Town, seated: Class) -> None:
    anna, mother, belova = seated.anna, town.phone(town.people.mother), town.phone(town.people.belova)
    message = await anna.say("Ковалев 5, Волков •, Орлов о")
    await anna.sees("Уточните")
    draft, gone = message.message_id, "Этого сообщения я уже не помню"
    stale, unknown = "Эта кнопка устарела", "Не найдено"
    before = await kept(town)
    for data in (f"cme:{draft}:1", f"cm4:{draft}:0:1", f"cmc:{draft}:who", f"cm2:{draft}", f"cmg:{draft}"):
        assert gone in await forge(town, belova, data), data
    lesson = await lesson_of(town, town.people.anna)
    for phone in (belova, mother):
        assert unknown in await forge(town, phone, f"cm:{lesson}")
    for data, answer in {
        f"cm4:{draft}:0:{town.people.mother}": "Уточните",
        f"cm4:{draft}:0:{2**63 - 1}": "Уточните",
        f"cm4:{draft}:5:{seated.pupils['Орлов Семён']}": "Уточните",
        f"cm5:{draft}:-1": "Уточните",
        f"cm3:{draft}:{2**63 - 1}": "Уточните",
        f"cm1:{draft}:{2**63 - 1}": "7Б · Алгебра",
        f"cm7:{draft}:0": "Опоздание бывает от 1 до 120 минут",
        f"cm7:{draft}:{10**9}": "Опоздание бывает от 1 до 120 минут",
        f"cm8:{draft}:0": unknown,
        f"cm8:{draft}:{MONDAY.toordinal() - 1}": "Долгу нужен срок",
        f"cmk:{draft}:-1": unknown,
        f"cmk:{draft}:99": unknown,
        f"cmc:{draft}:everything": stale,
        f"cmc:{draft}:kind": "Уточните",
        f"cme:{draft}:0": "Журнал с тех пор изменился",
        f"cme:{draft}:{2**70}": "Журнал с тех пор изменился",
        f"cme:{2**63}:0": stale,
        f"cm:{2**63 - 1}": unknown,
    }.items():
        assert answer in await forge(town, anna, data), data
    assert await kept(town) == before


async def answer(phone: Phone, text: str) -> str:
    """What the bot says to these words."""
    return (await phone.sees_after(await phone.say(text))).text


async def until(phone: Phone, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await phone.chat.changed()


def buttons(message: Message) -> dict[str, str]:
    """What the message's buttons carry, by their words."""
    return {button.text: button.data or "" for row in message.buttons for button in row}
