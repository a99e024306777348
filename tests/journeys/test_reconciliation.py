"""The class teacher's Friday: the week is reconciled, a pupil is exempted, the deputy hears of a lesson."""

from __future__ import annotations

from datetime import timedelta

from db.enums import StaffRole
from handlers.callbacks.reconciliation import (
    CancelExemption,
    MarkReconciled,
    OpenOmission,
    ShowOmissions,
    TellOmission,
)
from tests.journeys.conftest import Town
from tests.world import MONDAY

FRIDAY = MONDAY + timedelta(days=4)


async def test_a_week_is_reconciled_and_a_lesson_told_to_the_deputy(town: Town) -> None:
    people = town.people
    async with town.db.transaction() as session:
        people.world.session = session
        deputy_id = await people.world.employ(
            await people.world.person("Орлова Вера Ивановна"), StaffRole.DEPUTY
        )
        await people.world.account_of(deputy_id)
    anna, irina, mother, deputy = (
        town.phone(person) for person in (people.anna, people.irina, people.mother, deputy_id)
    )
    await deputy.start()
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Готово")
    await anna.sees("Записано")

    # On Friday the open reason stands first; when it is closed, the week is.
    await town.at("15:00", FRIDAY)
    await irina.press("Мой класс сегодня")
    await irina.press("Сверка недели")
    await irina.sees("Нет причины: 1 день")
    await irina.press_data(MarkReconciled(group_id=people.group, monday=MONDAY.toordinal()).pack())
    await irina.sees("когда у каждого пропуска есть причина")
    await irina.press("Иванов П., пн 14.09")
    assert (await irina.press("Семейные обстоятельства")).text == "Иванов П.: семейные обстоятельства"
    assert (await irina.press("Сверено", on=await irina.sees("Не сверено"))).text == "Сверено"
    await irina.sees("Сверено: Кузнецова И. В.")
    await irina.press("Итоги пропусков")
    await irina.sees("Иванов П.: уроков 1, дней 1, уваж. 1")
    await irina.press("Excel")
    await irina.sees("пропуски по периодам")

    # A document exempts a pupil; the register says so.
    await irina.say("/start")
    await irina.press("семьи")
    await irina.press("Освобождения")
    await irina.press("Записать освобождение")
    await irina.press("Сидоренко М.")
    await irina.press("Алгебра")
    await irina.press("С начала: 1 четверть")
    await irina.press("До конца: 1 четверть")
    await irina.press("Сидит на уроке")
    await irina.say("справка № 12 от 10.09")
    await irina.sees("Основание: справка № 12 от 10.09")

    # Monday's fourth lesson is empty, and the deputy hears of it.
    await irina.press("‹ Освобождения")
    await irina.say("/class")
    await irina.press("‹ чт 17.09")
    for day in ("ср 16.09", "вт 15.09", "пн 14.09"):
        await irina.press(f"‹ {day}")
    await irina.sees("7Б · понедельник, 14 сентября")
    await irina.press("По уроку")
    await irina.press("Сообщить завучу: 4 урок")
    await irina.sees("Нет: перекличка, тема, домашнее задание")
    await irina.press("Добавить слова…")
    await irina.say("Уже вторая неделя")
    await irina.sees("Завуч уже знает")
    remark = await deputy.sees("«Уже вторая неделя»")
    await deputy.press("Закрыть замечание", on=remark)
    await deputy.sees("Уже есть")
    await deputy.press("‹ Замечания", on=remark)
    await deputy.sees("Классные руководители ни о чём не сообщают")

    # Nobody else gets in by forged buttons.
    for data in (
        MarkReconciled(group_id=people.group, monday=MONDAY.toordinal()),
        TellOmission(group_id=people.group, lesson_id=1),
        OpenOmission(group_id=people.group, lesson_id=1),
        ShowOmissions(page=0),
        CancelExemption(exemption_id=1),
    ):
        await mother.press_data(data.pack())
        await mother.sees("Не найдено")
