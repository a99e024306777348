"""Marks by buttons: from the lesson to the family, as people do it (J4, J5, C7)."""

from __future__ import annotations

from tests.journeys.conftest import Town


async def test_marks_are_given_in_one_tap_a_pupil(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Отметки")
    await anna.sees("За что отметки?")
    await anna.press("Работа на уроке")
    await anna.sees("Агаев Ислам")

    # The next pupil comes by itself, and a name jumps.
    assert (await anna.press("4")).text == "Агаев И.: 4"
    await anna.sees("Иванов Пётр")
    await anna.press("Сидоренко М.")
    await anna.sees("Сидоренко Матвей")
    assert (await anna.press("зч")).text == "Сидоренко М.: зачёт"
    await anna.sees_button("зч Сидоренко М.")
    await anna.sees("Отметок 2 из 4.")


async def test_the_family_is_told_once_a_day_and_corrections_change_the_message(town: Town) -> None:
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    await anna.press("Иванов П.")
    await anna.press("4")
    await mother.does_not_see("Отметки, понедельник")

    # The undo window closes.
    await town.at("10:23")
    notice = await mother.sees("4 — Алгебра, работа на уроке")
    assert "Иванов Пётр, 7Б" in notice.text

    # The family knows it by now: a change asks for its reason, and the message that stands is edited.
    await anna.press("4 Иванов П.")
    await anna.sees("Стоит: 4")
    await anna.press("5")
    await anna.sees("вместо «4» — «5»")
    await anna.press("Ошибка при записи")
    await anna.sees("Стоит: 5")
    await town.at("10:40")
    edited = await mother.sees("5 (было: 4) — Алгебра, работа на уроке")
    assert edited.message_id == notice.message_id


async def test_a_mark_for_an_absent_pupil_asks_first(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Готово")
    await anna.press("‹ К уроку")
    await anna.press("Отметки")
    await anna.press("Контрольная работа")
    await anna.press("🔴 Иванов П.")
    await anna.sees("🔴 Н на этом уроке")
    await anna.press("5")
    await anna.sees("на этом уроке стоит Н. Поставить «5»?")
    await anna.press("Поставить: сдано позже")
    await anna.sees_button("🔴 5 Иванов П.")


async def test_a_mark_can_put_the_register_right(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Готово")
    await anna.press("‹ К уроку")
    await anna.press("Отметки")
    await anna.press("Контрольная работа")
    await anna.press("🔴 Иванов П.")
    await anna.press("5")
    await anna.press("Был(а) на уроке: исправить Н")
    await anna.sees_button("5 Иванов П.")


async def test_a_debt_has_its_day_and_a_comment_its_words(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Контрольная работа")
    await anna.press("Иванов П.")
    await anna.press("•")
    await anna.sees("до какого урока сдать долг?")
    await anna.press("пн 21.09")
    await anna.press("• Иванов П.")
    await anna.sees("Стоит долг • до 21 сентября")
    await anna.press("Комментарий")
    await anna.sees("напишите комментарий")
    await anna.say("переписать № 3")
    await anna.sees("«переписать № 3»")


async def test_a_button_of_another_teachers_list_finds_nothing(town: Town) -> None:
    anna, belova, mother = (
        town.phone(person) for person in (town.people.anna, town.people.belova, town.people.mother)
    )
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    list_of_anna = await anna.sees_button("5")
    stolen = next(button.data for row in list_of_anna.buttons for button in row if button.text == "5")
    assert stolen is not None
    for thief in (belova, mother):
        await thief.start()
        await thief.press_data(stolen)
        await thief.sees("Не найдено")
    await anna.sees("Отметок 0 из 4.")


async def test_words_that_are_no_comment_are_asked_for_again(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Контрольная работа")
    await anna.press("Иванов П.")
    await anna.press("5")
    await anna.press("5 Иванов П.")
    await anna.press("Комментарий")
    await anna.sees("напишите комментарий")
    await anna.send_document(b"5", "marks.txt")
    await anna.sees("Здесь нужны слова")
    await anna.say("а" * 201)
    await anna.sees("Комментарий длиннее 200 знаков")
    await anna.say("<b>молодец</b> 🎉")
    await anna.sees("«<b>молодец</b> 🎉»")


async def test_a_second_work_has_its_own_weight_and_title(town: Town) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Отметки")
    await anna.press("Работа на уроке")
    await anna.press("+ Работа")
    await anna.press("Контрольная работа")
    await anna.press("Об этой работе…")
    await anna.press("2,5")
    await anna.sees("Вес 2,5")
    await anna.press("Название…")
    await anna.say("№ 2")
    await anna.sees("Контрольная работа № 2")
    await anna.press("‹ К списку")
    await anna.press("Все работы")
    await anna.sees("Контрольная работа № 2 · вес 2,5: 0 отметок")
