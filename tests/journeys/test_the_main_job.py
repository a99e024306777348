"""The main job: a teacher marks who is absent, the parent learns at once and answers."""

from __future__ import annotations

from tests.journeys.conftest import Town


async def test_the_story(town: Town) -> None:
    anna, belova = town.phone(town.people.anna), town.phone(town.people.belova)
    mother, father = town.phone(town.people.mother), town.phone(town.people.father)
    irina = town.phone(town.people.irina)

    # Anna Petrovna opens the bot: 7Б, algebra, lesson 3, room 12, running now.
    await anna.start()
    await anna.sees("3 урок · 10:15–10:55 · идёт")
    await anna.sees("7Б · Алгебра · каб. 12")
    await anna.sees("Перекличка не проведена")

    # Two taps mark Ivanov and Sidorenko absent, one tap says «Готово».
    await anna.press("Перекличка")
    await anna.sees_button("Иванов П.")
    assert (await anna.press("Иванов П.")).text == "Иванов П.: Н"
    assert (await anna.press("Сидоренко М.")).text == "Сидоренко М.: Н"
    await anna.press("Агаев И.")
    await anna.sees("нет 3 из 4")
    await anna.press("Готово")
    await anna.sees("Записано в 10:17")
    await anna.sees("Родители узнают в 10:22. До этого можно исправить.")
    await mother.does_not_see("Нет на")

    # The undo window closes: the mother is told, and answers.
    await town.at("10:23")
    await mother.sees("Иванов Пётр, 7Б")
    alert = await mother.sees("Нет на 3-м уроке (алгебра, 10:15).")
    assert (await mother.press("Болеет", on=alert)).text == "Записано: болеет"
    await mother.sees("Вы ответили: болеет.")

    # The register shows it at once.
    await anna.press("Исправить")
    await anna.sees("Иванов П. — заявлено родителем: болеет")

    # Sidorenko's father says «в школе!»; Anna Petrovna is asked and corrects; his message changes in place.
    alert = await father.sees("Нет на 3-м уроке")
    await father.press("Он в школе!", on=alert)
    question = await anna.sees("папа пишет, что он в школе")
    await anna.press("Исправить", on=question)
    await anna.sees("Когда пришёл на урок?")
    await anna.press("12 мин")
    changed = await father.sees("Пришёл на 3-й урок, опоздание 12 мин.")
    assert changed.message_id == alert.message_id
    settled = await anna.sees("Исправлено: опоздание 12 мин.")
    assert settled.message_id == question.message_id
    await anna.press("Перекличка", on=settled)
    await anna.sees_button("🟡 Сидоренко М. 12 мин")

    # The class teacher sees the day and confirms all reasons with one tap.
    await irina.press("Мой класс сегодня")
    await irina.sees("Иванов П.")
    await irina.sees("болеет")
    agaev = await irina.sees("Агаев И. — некому сообщить")
    assert "мама +7 900 000-00-03, не в боте" in agaev.text.replace("\N{NO-BREAK SPACE}", " ")
    await irina.press("Подтвердить причины")
    await mother.sees("Причина подтверждена: болезнь")

    # In lesson 4 Ivanov is absent too: no second alert, the first one is edited.
    await town.at("11:12")
    await belova.press("Сейчас")
    await belova.press("Перекличка")
    await belova.sees_button("Иванов П.")
    await belova.press("Иванов П.")
    await belova.press("Готово")
    await town.at("11:18")
    edited = await mother.sees("Нет на 3-м и 4-м уроках (алгебра, русский язык).")
    assert sum("Иванов Пётр" in message.text for message in mother.messages) == 1
    assert edited is mother.screen
