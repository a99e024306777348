"""Telegram loses replies, says «too many», fails, and people block the bot: everyone else notices nothing."""

from __future__ import annotations

from db.enums import OutboxState
from db.models import Binding, OutboxMessage
from sandbox import Fault
from services.notifications.blocked import GuardianBlockedKind
from tests.faults.conftest import School, alerts

IVANOV, SIDORENKO, REPEAT = "Иванов Пётр, 7Б", "Сидоренко Матвей, 7Б", "(повтор)"


async def test_an_alert_whose_reply_was_lost_comes_twice_and_says_so(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    school.fault(Fault.reset_after("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [IVANOV, REPEAT]


async def test_an_alert_that_never_reached_telegram_comes_once(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    school.fault(Fault.reset_before("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [REPEAT]


async def test_a_screen_whose_reply_was_lost_is_shown_and_the_tap_counts_once(school: School) -> None:
    anna = await school.open_register()
    await school.restart()
    lost = school.fault(Fault.reset_after("editMessageText"))
    assert (await anna.press("Иванов П.")).text == "Иванов П.: Н"
    await school.settled()
    assert lost.hits == 1
    await anna.sees_on_screen("нет 1 из 4")
    assert await school.marked_absent(school.people.ivanov)


async def test_an_answer_to_a_tap_whose_reply_was_lost_does_not_cost_the_screen(school: School) -> None:
    anna = await school.open_register()
    lost = school.fault(Fault.reset_after("answerCallbackQuery"))
    assert (await anna.press("Иванов П.")).text == "Иванов П.: Н"
    await anna.sees_on_screen("нет 1 из 4")
    await school.settled()
    assert lost.hits == 1
    assert await school.marked_absent(school.people.ivanov)


async def test_too_many_for_one_chat_holds_up_nobody_else(school: School) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    mother, father = school.mother.user.user_id, school.father.user.user_id
    school.fault(Fault.too_many_requests(1, "sendMessage", chat_id=mother, times=3))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    tried = [
        call
        for call in school.sandbox.calls
        if call.method == "sendMessage" and call.chat_id in (mother, father)
    ]
    assert [call.chat_id for call in tried[-5:] if call.ok] == [father, mother]
    assert (alerts(school.mother), alerts(school.father)) == ([IVANOV], [SIDORENKO])


async def test_too_many_for_the_whole_token_is_waited_out_and_everything_arrives_once(school: School) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    storm = school.fault(Fault.too_many_requests(1, times=6))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    await school.settled()
    assert storm.hits == 6
    assert (alerts(school.mother), alerts(school.father)) == ([IVANOV], [SIDORENKO])


async def test_telegram_that_fails_for_a_while_gets_the_message_in_the_end_once(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    failing = school.fault(Fault.error(500, "sendMessage", chat_id=school.mother.user.user_id, times=2))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert failing.hits == 2
    assert alerts(school.mother) == [IVANOV]


async def test_telegram_that_fails_over_a_tap_does_not_take_it_from_the_teacher(school: School) -> None:
    anna = await school.open_register()
    failing = school.fault(Fault.error(502, "answerCallbackQuery", times=2))
    assert (await anna.press("Иванов П.")).text == "Иванов П.: Н"
    await school.settled()
    assert failing.hits == 2
    assert await school.marked_absent(school.people.ivanov)


async def test_polls_that_fail_lose_no_update(school: School) -> None:
    anna = await school.open_register()
    failing = [
        school.fault(fault) for fault in (Fault.error(502, "getUpdates"), Fault.reset_after("getUpdates"))
    ]
    anna.tap("Иванов П.")
    anna.tap("Сидоренко М.")
    await anna.sees("нет 2 из 4", timeout=10)
    await school.settled()
    assert [fault.hits for fault in failing] == [1, 1]
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)


async def test_telegram_that_is_slow_for_one_chat_is_quick_for_another(school: School) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    silent = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    silent.release()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert (alerts(school.mother), alerts(school.father)) == ([IVANOV], [SIDORENKO])


async def test_a_blocked_bot_is_told_to_the_class_teacher_once_and_seen_in_her_day(school: School) -> None:
    anna, irina = await school.take_register("Иванов П."), school.phone(school.people.irina)
    await school.mother.block()
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.BLOCKED)
    assert await school.count(Binding.blocked_at.is_not(None)) == 1
    await irina.sees("Иванова Мария Сергеевна")

    # What is said of the next lesson does not reach her either, and is nothing new to the class teacher.
    await school.restart_at("11:12")
    belova = school.phone(school.people.belova)
    await belova.start()
    await belova.press("Перекличка")
    await belova.press("Иванов П.")
    await belova.press("Готово")
    await belova.press("Сообщить сейчас")
    await school.settled()
    await school.alert_rests_as(school.people.ivanov, OutboxState.BLOCKED)
    assert await school.count(OutboxMessage.kind == GuardianBlockedKind.name) == 1
    await irina.press("Мой класс сегодня")
    await irina.sees("Иванов П. — некому сообщить")

    # She comes back: what she missed arrives at once.
    await school.mother.start()
    await school.mother.sees("Нет на 3-м и 4-м уроках")
