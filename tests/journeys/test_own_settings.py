"""What everybody sets for themselves acts at once: how a child is named, when one is read, what is not sent
after all (C7, C8)."""

from __future__ import annotations

from sqlalchemy import func, select

from db.models import ThreadMessage
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_families import tap


async def test_a_mother_wants_initials_alone_and_her_evening_later(town: Town) -> None:
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    async with nothing_breaks(town):
        await tap(mother, "Настройки сообщений", "Во сколько вечером", "20:00")
        await mother.sees_on_screen("20:00")
        await tap(mother, "Тихие часы", "22:00–07:00")
        await mother.sees_on_screen("🟢 Тихие часы: с 22:00 до 07:00")
        await tap(mother, "Имя ребёнка", "Только инициалы")
        await mother.sees_on_screen("🟢 В сообщениях о ребёнке: только инициалы")
        await anna.press("Перекличка")
        await anna.press("Иванов П.")
        await anna.press("Готово")
        await anna.press("Сообщить сейчас")
        alert = await mother.sees("Нет на 3-м уроке")
        assert "П. И." in alert.text
        assert "Иванов" not in alert.text


async def test_a_teacher_keeps_hours_and_a_mother_thinks_again(town: Town) -> None:
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    async with nothing_breaks(town):
        await tap(anna, "‹ Меню", "Переписка", "Часы для сообщений", "Задать свои часы")
        await anna.settled()
        await anna.say("когда удобно")
        await anna.settled()
        await anna.say("пн–пт 15:00–16:00")
        await anna.sees("пн–пт 15:00–16:00")
        await mother.say("Почему три?")
        choice = await mother.sees("Кому передать?")
        await mother.press("Не отправлять", on=choice)
        await mother.sees("никому не отправляю")
        await mother.say("Почему три?")
        await mother.sees_on_screen("Кому передать?")
        await tap(mother, "Алгебра")
        await mother.sees("прочитает сегодня с 15:00")
        await anna.does_not_see("Почему три?")
        await town.at("15:00")
        await anna.sees("Почему три?")
        await anna.start()
        await tap(anna, "‹ Меню", "Переписка", "Часы для сообщений", "Как в школе")
        await anna.sees_on_screen("как в школе")
        async with town.db.transaction() as session:
            assert await session.scalar(select(func.count()).select_from(ThreadMessage)) == 1
