"""An excursion is announced, families are reminded, it is called off; a memo is published (C6, U13)."""

from __future__ import annotations

from datetime import timedelta

from db.enums import StaffRole
from services.notifications import events
from tests.journeys.conftest import Town
from tests.journeys.test_families import tap
from tests.world import MONDAY


async def test_an_excursion_is_announced_and_called_off(town: Town) -> None:
    mother, irina = town.phone(town.people.mother), town.phone(town.people.irina)
    await tap(irina, "События", "Добавить событие")
    await irina.say("экскурсия в среду")
    await irina.sees("Начните с дня и названия")
    await irina.say("16.09 10:00 Экскурсия в музей\nВозьмите обед.")
    await irina.sees("Напомним семьям за 1 день")
    await tap(mother, "События")
    await mother.sees_on_screen("ср 16.09, 10:00 — Экскурсия в музей (7Б)")

    await town.at("17:00", MONDAY + timedelta(days=1))
    async with town.db.transaction() as session:
        await events.remind(session, town.clock.now())
    await mother.sees("Среда, 16 сентября, 10:00 · 7Б")
    await tap(irina, "Отменить событие", "Да, отменить")
    await mother.sees("🔴 Отменено")


async def test_a_memo_is_published_opened_and_withdrawn(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        person_id = await world.employ(await world.person("Админов Иван"), StaffRole.ADMINISTRATOR)
        await world.account_of(person_id)
    administrator, mother = town.phone(person_id), town.phone(town.people.mother)
    await administrator.start()
    await tap(administrator, "Документы", "Добавить документ")
    await administrator.say("вот он")
    await administrator.sees("Жду файл")
    await administrator.send_document(b"%PDF-1.4 memo", name="pamyatka.pdf", caption="Памятка родителям")
    await administrator.sees("Кому показать?")
    await tap(administrator, "Семьям и сотрудникам")
    await tap(mother, "Документы", "Памятка родителям")
    await mother.settled()
    assert any(message.document for message in mother.messages)
    await tap(administrator, "Убрать документ")
    await administrator.sees_on_screen("Какой документ убрать?")
    await tap(administrator, "Памятка родителям")
    await administrator.sees_on_screen("Пока ничего не опубликовано")
    await mother.press("Памятка родителям", on=await mother.sees_button("Памятка родителям"))
    await mother.sees("Не найдено")
