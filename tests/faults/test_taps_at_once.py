"""Taps that come twice, side by side, and updates that no handler survives."""

from __future__ import annotations

from db.enums import OutboxState
from db.models import SchoolSetting
from sandbox import Fault
from tests.faults.conftest import School, alerts


async def test_the_same_tap_under_two_numbers_counts_once(school: School) -> None:
    anna = await school.open_register()
    unanswered = school.fault(Fault.hang("answerCallbackQuery"))
    tap = anna.tap("Иванов П.")
    await school.struck(unanswered)
    again = anna.tap_again(tap)
    unanswered.release()
    assert (await anna.answered(again)).text == "Иванов П.: Н"
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_the_same_tap_on_two_phones_at_once_counts_once(school: School) -> None:
    anna, tablet = await school.open_register(), await school.second_phone(school.people.anna)
    await tablet.press("Перекличка")
    await tablet.sees_button("Готово")
    async with school.locked("lock table attendance in share mode") as attendance:
        taps = anna.tap("Иванов П."), tablet.tap("Иванов П.")
        await attendance.reached(by=2)
    assert [(await anna.answered(tap)).text for tap in taps] == ["Иванов П.: Н"] * 2
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_ready_on_two_phones_at_once_alerts_the_parents_once(school: School) -> None:
    anna, tablet = await school.open_register(), await school.second_phone(school.people.anna)
    await anna.press("Иванов П.")
    await tablet.press("Перекличка")
    await tablet.sees_button("Готово")
    async with school.locked("lock table register in share mode") as register:
        anna.tap("Готово")
        tablet.tap("Готово")
        await register.reached(by=2)
    await anna.press("Сообщить сейчас")
    await tablet.press("Сообщить сейчас")
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    await school.settled()
    assert await school.times_taken() == 1
    assert len(alerts(school.mother)) == 1


async def test_a_tap_at_the_moment_of_somebody_elses_ready_is_told_to_the_parents_too(school: School) -> None:
    anna, tablet = await school.open_register(), await school.second_phone(school.people.anna)
    await anna.press("Сидоренко М.")
    await tablet.press("Перекличка")
    await tablet.sees_button("Готово")
    async with school.locked(f"select from person where id = {school.people.ivanov} for update") as ivanov:
        absent = tablet.tap("Иванов П.")
        await ivanov.reached()
        ready = anna.tap("Готово")
        await school.confirmed()
    await tablet.answered(absent)
    await anna.answered(ready)
    await school.settled()
    await anna.press("Сообщить сейчас")
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)


async def test_an_update_that_no_handler_survives_is_apologised_for_and_its_chat_goes_on(
    school: School,
) -> None:
    anna = await school.open_register()
    await school.add(SchoolSetting, key="undo_minutes", value="сколько-то")
    ready, tap = anna.tap("Готово"), anna.tap("Иванов П.")
    await anna.answered(ready)
    await anna.sees("у меня что-то сломалось")
    assert (await anna.answered(tap)).text == "Иванов П.: Н"
    assert await school.marked_absent(school.people.ivanov)
    assert await school.times_taken() == 0


async def test_what_the_database_refuses_is_no_outage_and_is_apologised_for_at_once(school: School) -> None:
    anna = await school.open_register()
    await school.add(SchoolSetting, key="edit_lock_days", value="сколько-то")
    await anna.press("Иванов П.")
    await anna.sees("у меня что-то сломалось")
    await anna.press("‹ Меню")
