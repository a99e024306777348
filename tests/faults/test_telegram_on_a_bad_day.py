"""Telegram loses replies, says «too many», fails, and people block the bot: everyone else notices nothing."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest

from db.enums import AttendanceStatus, OutboxState
from db.models import Binding, OutboxMessage, SchoolSetting
from sandbox import Fault
from services.attendance import AttendanceService
from services.notifications.absence_alert import NAME as ALERT
from services.notifications.blocked import GuardianBlockedKind
from tests.faults.classes import classes
from tests.faults.conftest import PATIENCE, School, alerts, until

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
    await anna.sees("нет 2 из 4")
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


async def test_in_a_storm_of_too_many_every_chat_gets_its_time_and_its_message_once(
    empty_school: School, long: bool
) -> None:
    school, dice, longest = empty_school, random.Random(429), 60 if long else 2
    await school.add(SchoolSetting, key="undo_minutes", value="0")
    [lesson] = await classes(school, 1, 12)
    async with school.living_here():
        await lesson.phone.start()
        await school.settled()  # the storm is not for the answer to /start
        families = [school.people.world.accounts[person].chat_id for person in lesson.guardians]
        for chat_id in families:
            wait = dice.randint(1, longest)
            school.fault(Fault.too_many_requests(wait, "sendMessage", chat_id=chat_id))
        for _ in range(6):
            school.fault(Fault.too_many_requests(dice.randint(1, longest), "sendMessage"))
        await lesson.take_register(lesson.pupils, PATIENCE)
        await alerts_are_sent(school, len(families), 6 * longest + PATIENCE)
    calls = [call for call in school.sandbox.calls if call.method == "sendMessage"]
    for chat_id in families:
        own = [call for call in calls if call.chat_id == chat_id]
        for refused, next_one in itertools.pairwise(own):
            assert next_one.time - refused.time >= int(refused.error.rpartition(" ")[2])
        assert [call.ok for call in own][-1:] == [True]
        assert sum(call.ok for call in own) == 1


async def alerts_are_sent(school: School, number: int, patience: float) -> None:
    async def everyone_knows() -> bool:
        sent = await school.count(OutboxMessage.kind == ALERT, OutboxMessage.state == OutboxState.SENT)
        return sent == number

    await until(everyone_knows, "every family is told", patience)


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_a_storm_for_the_whole_token_nobody_is_written_to_before_it_is_over(
    seed: int, empty_school: School, long: bool
) -> None:
    """Two chats hear it that had been quiet; what is posted to others meanwhile waits with them."""
    school, seconds = empty_school, random.Random(seed).randint(1, 60 if long else 2)
    await school.add(SchoolSetting, key="undo_minutes", value="0")
    [lesson] = await classes(school, 1, 12)
    attendance = AttendanceService(school.db, school.clock)
    teacher = school.people.world.accounts[lesson.actor.person_id]

    async def are_absent(pupils: Iterable[int]) -> None:
        for pupil in pupils:
            await attendance.set_cell(
                account=teacher, lesson_id=lesson.lesson_id, pupil_id=pupil, status=AttendanceStatus.ABSENT
            )

    families = [school.people.world.accounts[person].chat_id for person in lesson.guardians]
    storm = [
        school.fault(Fault.too_many_requests(seconds, "sendMessage", chat_id=chat_id))
        for chat_id in families[:2]
    ]

    async def is_heard() -> bool:
        heard = all(fault.hits for fault in storm)
        return heard and not await school.count(OutboxMessage.state == OutboxState.CLAIMED)

    await attendance.take(actor=lesson.actor, lesson_id=lesson.lesson_id)
    # Both are due before the bot begins: the first waits for its chat only as long as Telegram has said.
    await are_absent(lesson.pupils[:2])
    async with school.living_here():
        await until(is_heard, "both chats have heard it")
        await are_absent(lesson.pupils[2:])
        await alerts_are_sent(school, len(lesson.pupils), seconds + PATIENCE)
    calls = [
        call for call in school.sandbox.calls if call.method == "sendMessage" and call.chat_id in families
    ]
    assert [call.ok for call in calls] == [False] * 2 + [True] * 12
    assert calls[2].time - calls[1].time >= seconds


async def test_an_account_that_is_gone_is_told_to_the_class_teacher_and_holds_nobody_up(
    school: School,
) -> None:
    anna, irina = await school.take_register("Иванов П.", "Сидоренко М."), school.phone(school.people.irina)
    await school.mother.deactivate()
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.BLOCKED)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    await irina.sees("Иванова Мария Сергеевна")


async def test_a_chat_that_has_moved_is_put_aside_alone(school: School) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    school.fault(Fault.moved(-100_500, "sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    failed = await school.alert_rests_as(school.people.ivanov, OutboxState.FAILED)
    assert "supergroup" in (failed.reason or "")
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    assert (alerts(school.mother), alerts(school.father)) == ([], [SIDORENKO])
