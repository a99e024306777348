"""The class teacher's day: silent families asked again, a reason by hand, an absence known beforehand."""

from __future__ import annotations

from datetime import timedelta

from handlers.callbacks.class_day import ConfirmReasons, ShowClassDay
from handlers.callbacks.planned_absences import SavePlan
from handlers.callbacks.reasons import SetReason
from sandbox import Phone
from tests.journeys.bad_days import forge
from tests.journeys.conftest import Town
from tests.world import MONDAY

TODAY = MONDAY.toordinal()


async def missing(teacher: Phone, *names: str) -> None:
    """The lesson's teacher takes the register."""
    await teacher.press("Перекличка")
    for name in names:
        await teacher.press(name)
    await teacher.press("Готово")
    await teacher.sees("Записано")


async def test_the_silent_are_asked_again_and_reasons_set_by_hand(town: Town) -> None:
    anna, irina, father = (
        town.phone(person) for person in (town.people.anna, town.people.irina, town.people.father)
    )
    await missing(anna, "Сидоренко М.", "Агаев И.")
    await town.at("10:23")
    await father.sees("Нет на 3-м уроке")
    await town.at("11:00")

    await irina.press("Мой класс сегодня")
    await irina.sees("Сидоренко М. — спросили в")
    told = await irina.press("Напомнить молчащим")
    assert told.text == "Напомнили 1 родителю. 1 семье сообщить нечем"
    reminder = await father.sees("Школа ещё не знает причину")
    day = await irina.sees("напомнили в 11:00")
    assert "Напомнить молчащим" not in str(day.buttons)

    # He answers in the reminder; the class teacher sees it and confirms.
    await father.press("Семейные дела", on=reminder)
    await irina.press("Обновить")
    await irina.sees("Сидоренко М. — семейные дела (папа, 11:00)")
    assert (await irina.press("Подтвердить причины (1)")).text == "Подтверждена 1 причина"
    await father.sees("Причина подтверждена: семейные обстоятельства")

    # Agaev's mother was reached by phone; her son is ill.
    await irina.press("Причина вручную")
    await irina.press("🔴 Агаев И.")
    await irina.sees("Болезнь: уважительная, нужен документ")
    assert (await irina.press("Болезнь")).text == "Агаев И.: болезнь"
    await irina.sees("Агаев И. — болезнь, подтверждено")
    await irina.press("Сверка недели")
    await irina.sees("Пропущено 2 урока")
    await irina.press("Сегодня")
    await irina.press("По уроку")
    await irina.sees("нет: Агаев И., Сидоренко М.")


async def test_an_absence_known_beforehand_is_entered_with_buttons_and_a_typed_date(town: Town) -> None:
    anna, irina, mother = (
        town.phone(person) for person in (town.people.anna, town.people.irina, town.people.mother)
    )
    await irina.press("Мой класс сегодня")
    await irina.press("Отсутствие заранее")
    await irina.press("Записать отсутствие")
    await irina.press("Иванов П.")
    await irina.sees("С какого дня не будет?")
    await irina.press("Сегодня")
    await irina.sees("По какой день включительно?")
    await irina.press("Другая дата…")
    await irina.sees("Последний день отсутствия?")
    await irina.send_document(b"a file where a date is expected")
    await irina.sees("Не понял дату")
    await irina.say("12.09")
    await irina.sees("не может быть раньше первого")
    await irina.say("16.12")
    await irina.sees("Можно записать не больше 60 дней")
    await irina.press("‹ Назад")
    await irina.sees("По какой день включительно?")
    await irina.press("Другая дата…")
    await irina.say("16.09")
    await irina.sees("14–16 сентября · весь день")
    await irina.press("Болезнь")
    await irina.press("Записать")
    await irina.sees("Записано. В перекличках пропуск уже стоит")

    # Anna Petrovna finds it in her register, and nobody is alarmed.
    await missing(anna)
    await town.at("10:23")
    await mother.does_not_see("Нет на")
    await irina.press("Мой класс сегодня")
    await irina.sees("Иванов П. — болезнь, знали заранее")

    # He is back on Tuesday.
    await town.at("09:00", MONDAY + timedelta(days=1))
    await irina.press("Отсутствие заранее")
    await irina.press("Иванов П.: 14–16 сентября")
    await irina.press("Уже в школе")
    await irina.sees("Закончено: Иванов П., 14 сентября, болезнь.")


async def test_a_parent_who_forges_the_class_teachers_buttons_finds_nothing(town: Town) -> None:
    mother, people = town.phone(town.people.mother), town.people
    await mother.start()
    await mother.sees("здравствуйте")
    for action in (
        ShowClassDay(group_id=people.group, day=TODAY, page=0),
        ShowClassDay(group_id=people.group, day=-1, page=0),
        ConfirmReasons(group_id=people.group, day=TODAY),
        SetReason(pupil_id=people.ivanov, day=TODAY, reason_id=people.world.reasons[0]),
        SavePlan(
            pupil_id=people.ivanov,
            starts_on=TODAY,
            ends_on=TODAY,
            first_lesson=0,
            last_lesson=0,
            reason_id=people.world.reasons[0],
        ),
    ):
        read = await forge(town, mother, action.pack())
        assert "Не найдено" in read
        assert "Агаев" not in read
