"""A month later: a grey cell, a deputy who opens it, a correction with a reason, the lock again (J5, U5)."""

from __future__ import annotations

from datetime import timedelta

from db.enums import StaffRole
from handlers.callbacks.compromise import ShowReports
from sandbox import Phone
from tests.journeys.conftest import Town
from tests.world import MONDAY

LATER = MONDAY + timedelta(days=40)


async def hired(town: Town, name: str, role: StaffRole) -> Phone:
    """A colleague of the story with the bot on the phone."""
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        person_id = await world.employ(await world.person(name), role)
        account = await world.account_of(person_id)
    phone = town.sandbox.phone(account.external_user_id)
    await phone.start()
    return phone


async def given(town: Town) -> Phone:
    """Anna has given Иванов a four on Monday."""
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    await anna.press("Иванов П.")
    await anna.press("4")
    await anna.sees_button("4 Иванов П.")
    return anna


async def test_a_deputy_opens_a_grey_cell_with_a_reason(town: Town) -> None:
    deputy = await hired(town, "Орлова Вера Ильинична", StaffRole.DEPUTY)
    anna = await given(town)
    await town.at("12:00", LATER)
    await anna.press("4 Иванов П.")
    await anna.sees_button("🔒 4 Иванов П.")
    await anna.sees("🔒 Записи за 14 сентября закрыты: срок исправлений прошёл. Открыть их может завуч.")

    await deputy.press("Открыть для исправлений")
    await deputy.sees("Сейчас ничего не открыто.")
    await deputy.press("7Б")
    await deputy.press("Другая дата…")
    await deputy.say("позавчера")
    await deputy.sees("Не понял дату.")
    await deputy.say("14.09")
    await deputy.press("3 · Алгебра")
    await deputy.sees("Почему нужно открыть?")
    await deputy.say("Ошибка в столбце")
    await deputy.sees("Причина: Ошибка в столбце")
    await deputy.press("До конца дня")
    await deputy.sees("Открыто до конца дня: 7Б · Алгебра · 3 урок, 14 сентября.")

    told = await anna.sees("Завуч открыл для исправлений: 7Б · Алгебра · 3 урок, 14 сентября.")
    await anna.press("К уроку", on=told)
    await anna.sees_on_screen("🟢 Отметок: 1")
    await anna.press("Отметки")
    await anna.sees_on_screen("Работа на уроке · вес 1")
    await anna.press("4 Иванов П.")
    await anna.sees_on_screen("Стоит: 4")
    await anna.press("5")
    await anna.sees("вместо «4» — «5»")
    await anna.say("ошибка в столбце")
    await anna.sees_button("5 Иванов П.")
    await anna.press("Изменения")
    await anna.sees("работа на уроке: Иванов П. 4 → 5, причина: ошибка в столбце")
    await anna.sees("Орлова В. И.: открыто для исправлений до конца дня, причина: Ошибка в столбце")

    await town.at("00:01", LATER + timedelta(days=1))
    await anna.sees("🔒 Снова закрыто: 7Б · Алгебра · 3 урок, 14 сентября.")
    await anna.press("‹ К уроку")
    await anna.press("Перекличка")
    await anna.sees("🔒 Записи за 14 сентября закрыты")


async def test_a_teacher_asks_and_the_deputy_answers_in_the_message(town: Town) -> None:
    deputy = await hired(town, "Орлова Вера Ильинична", StaffRole.DEPUTY)
    anna = await given(town)
    await town.at("12:00", LATER)
    await anna.press("4 Иванов П.")
    await anna.press("Попросить открыть")
    await anna.sees("Напишите завучу одним сообщением")
    await anna.say("Перепутала Иванова и Агаева")
    await anna.sees("⏳ Завуч увидит вашу просьбу")
    asked = await deputy.sees("Соколова А. П. просит открыть: 7Б · Алгебра · 3 урок, 14 сентября.")
    await deputy.press("Открыть на день", on=asked)
    await deputy.sees("🟢 Открыто до конца дня 25 октября.")
    await anna.sees("Завуч открыл для исправлений")
    await deputy.start()
    await deputy.press("Открыть для исправлений")
    await deputy.press("Закрыть 1")
    await deputy.sees("🔒 Снова закрыто: 7Б · Алгебра · 3 урок, 14 сентября.")
    await anna.sees("🔒 Снова закрыто")


async def test_the_director_reverses_what_strangers_did(town: Town) -> None:
    director = await hired(town, "Орлов Павел Ильич", StaffRole.DIRECTOR)
    mother = town.phone(town.people.mother)
    anna = await given(town)
    await town.at("10:30")
    await mother.sees("4 — Алгебра, работа на уроке")
    await anna.start()
    await anna.press("‹ Меню")
    await anna.press("Доступ мог попасть к чужим")
    await anna.press("Да, закрыть доступ")
    await anna.press("Сегодня")
    await director.press_data(ShowReports().pack())
    await director.press("Соколова")
    await director.press("Отменить операции с 14.09 00:00")
    await director.sees("Иванов П. 4 → нет")
    tap = director.tap("Отменить: 1")
    assert (await director.answered(tap)).text == "Отменено: 1"
    await director.sees("Отменено 14 сентября 10:30, Орлов П. И.")
    await director.press("Акт (PDF)")
    await director.sees("Акт об отмене операций.")
    await town.at("10:40")
    await mother.sees("убрано: 4 — Алгебра, работа на уроке")
    # The old button, pressed again.
    assert (await director.press_data(tap.data)).text == "Эти операции уже отменены."
