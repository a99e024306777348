"""A mother arranges what she is told, and when; what keeps her child safe is not hers to switch off."""

from __future__ import annotations

from datetime import timedelta

from db.enums import MarkValue
from tests.journeys.conftest import Town
from tests.journeys.test_families import tap
from tests.journeys.test_the_families import due
from tests.week.conftest import School
from tests.world import MONDAY

FORGED = ("nsm:alerts:off", "nsm:marks:never", "nsq:0:9999", "nsp:everything", "nsl:../../ru", "nsl:tt")


async def test_a_mother_puts_marks_off_to_the_evening_and_is_still_alerted(town: Town) -> None:
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    await mother.start()
    await mother.press("Настройки сообщений")
    await mother.sees("О пропусках уроков, срочных объявлениях и доступе к дневнику сообщаем всегда")
    await mother.press("Отметки")
    assert (await mother.press("Вечером, в 19:00")).text == "Отметки — вечером, в 19:00"
    await mother.sees("🟢 Отметки — вечером, в 19:00")
    await mother.press("Домашнее задание")
    await mother.press("Не сообщать")
    await mother.sees("• Домашнее задание — не сообщать")

    await mother.press("Тихие часы")
    await mother.press("Другие часы")
    await mother.say("как-нибудь ночью 🌙")
    await mother.sees("Не понял часы")
    await mother.say("10:00–20:00")
    await mother.sees("🟢 Тихие часы: с 10:00 до 20:00")
    for forged in FORGED:
        await mother.press_data(forged)
    await town.idle()
    await mother.start()
    await mother.press("Настройки сообщений")
    await mother.sees_on_screen("• Отметки — вечером, в 20:00")

    await anna.start()
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Готово")
    await anna.press("Сообщить сейчас")
    await mother.sees("Нет на 3-м уроке")

    await anna.press("‹ К уроку")
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    await anna.press("Сидоренко М.")
    await anna.press("4")
    await anna.press("🔴 Иванов П.")
    await anna.press("4")
    await anna.press("Поставить: сдано позже")
    await anna.sees_button("🔴 4 Иванов П.")
    await town.at("10:40")
    await town.phone(town.people.father).sees("4 — Алгебра, работа на уроке")
    await mother.does_not_see("4 — Алгебра")
    await town.at("20:00")
    await mother.sees("За день: понедельник, 14 сентября")
    await mother.sees("4 — Алгебра, работа на уроке")


async def test_a_mother_moves_her_week_to_thursday(town: Town) -> None:
    people, thursday = town.people, MONDAY + timedelta(days=3)
    async with town.db.transaction() as session:
        people.world.session = session
        school = School(session, people)
        await school.mark(MarkValue.FOUR)
        await school.mark(MarkValue.THREE, pupil_id=people.sidorenko)
    mother, father = town.phone(people.mother), town.phone(people.father)
    await tap(mother, "Настройки сообщений", "Когда сводка", "Четверг")
    await mother.sees_on_screen("🟢 Сводка недели: четверг, 18:00")
    await due(town, "weekly_digest", "18:00", thursday)
    await mother.sees("Пётр, 7Б · 14 сентября")
    await father.does_not_see("7Б · 14 сентября")
    await due(town, "weekly_digest", "18:00", thursday + timedelta(days=1))
    await father.sees("Матвей, 7Б · 14 сентября")
    assert sum("7Б · 14 сентября" in message.text for message in mother.messages) == 1
    await tap(mother, "Когда сводка", "Как в школе: пятница, 18:00")
    await mother.sees("🟢 Сводка недели: пятница, 18:00")
