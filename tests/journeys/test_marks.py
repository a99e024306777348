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
