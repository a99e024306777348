"""What a class teacher prints and families get as documents, and what both of them change (C2, C3)."""

from __future__ import annotations

import asyncio

from db.enums import MarkValue
from sandbox import Phone
from sandbox.state import Message
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import PATIENCE, Town
from tests.journeys.test_families import tap
from tests.week.conftest import School


async def printed(phone: Phone, button: str, *, on: Message | None = None) -> str:
    """The name of the PDF that comes of a tap; it is drawn in a thread."""
    known = {message.message_id for message in phone.messages}
    await phone.press(button, on=on or await phone.sees_button(button))
    async with asyncio.timeout(PATIENCE):
        while True:
            for message in phone.messages:
                if message.message_id not in known and message.document is not None:
                    assert message.document.data.startswith(b"%PDF")
                    return message.document.name
            await phone.chat.changed()


async def test_weeks_and_letters_are_printed_for_one_and_for_all(town: Town) -> None:
    people = town.people
    mother, irina = town.phone(people.mother), town.phone(people.irina)
    async with town.db.transaction() as session:
        people.world.session = session
        await School(session, people).mark(MarkValue.FIVE)
    await town.at("15:00")
    async with nothing_breaks(town):
        await irina.start()
        await tap(irina, "7Б: семьи", "Не в боте")
        await irina.sees_on_screen("Показаны: не в боте, 1 из 4.")
        await tap(irina, "Сводка недели: кто прочитал")
        await irina.sees_on_screen("прочитали 0 из 3")
        await tap(irina, "Распечатать неделю")
        await irina.sees_on_screen("неделя на бумаге")
        await irina.sees_on_screen("14–20 сентября")
        assert "7Б" in await printed(irina, "Весь класс (4)")
        await tap(irina, "Одного ученика…")
        assert await printed(irina, "Иванов П.")

        await irina.start()
        await tap(irina, "7Б: семьи", "Информационное письмо", "О каждом в классе", "Другие даты…")
        await irina.sees_on_screen("первый и последний день")
        await irina.say("когда-нибудь")
        await irina.settled()
        await irina.say("01.09–14.09")
        await irina.sees_on_screen("Письма о 4 учениках")
        assert await printed(irina, "PDF")
        await irina.press("Отправить семьям", on=await irina.sees_button("Отправить семьям"))
        letter = await mother.sees("Информационное письмо, 1–14 сентября")
        assert "Алгебра: 5" in letter.text
        assert await printed(mother, "PDF", on=letter)


async def test_what_stands_in_the_calendar_is_changed_and_a_request_is_declined(town: Town) -> None:
    mother, irina = town.phone(town.people.mother), town.phone(town.people.irina)
    async with nothing_breaks(town):
        await tap(irina, "События", "Добавить событие")
        await irina.say("16.09 Экскурсия в музей")
        await tap(irina, "Изменить")
        await irina.sees_on_screen("Экскурсия в музей")
        await irina.say("23.09 10:00 Экскурсия в парк")
        await irina.sees_on_screen("Экскурсия в парк")
        await tap(irina, "За 3 дня")
        await irina.sees_on_screen("Напомним семьям за 3 дня")
        await tap(mother, "События", "ср 23.09")
        await mother.sees_on_screen("Экскурсия в парк")

        await mother.start()
        await tap(mother, "Дневник: Пётр", "Карточка", "Изменить данные ребёнка…", "Имя")
        await mother.sees_on_screen("Напишите")
        await mother.say("Петя")
        asked = await irina.sees("Семья просит изменить карточку")
        await irina.press("Посмотреть", on=asked)
        await irina.press("Отклонить…", on=await irina.sees_button("Отклонить…"))
        await irina.settled()
        await irina.say("В свидетельстве — Пётр")
        told = await mother.sees("Почему: В свидетельстве — Пётр")
        await mother.press("Карточка", on=told)
        await mother.sees_on_screen("Карточка: Иванов Пётр")
