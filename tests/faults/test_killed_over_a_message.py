"""kill -9 between the commit of an alert and the record that it was sent: every alert arrives, and only the
one that was on its way may come twice, marked."""

from __future__ import annotations

from db.enums import OutboxState
from sandbox import Fault
from tests.faults.conftest import School, alerts

IVANOV, REPEAT = "Иванов Пётр, 7Б", "(повтор)"


async def test_killed_while_the_undo_window_is_open_the_alert_leaves_after_it(school: School) -> None:
    await school.take_register("Иванов П.")
    await school.kill()
    school.clock.turn((await school.alert_of(school.people.ivanov)).not_before)
    school.start()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [IVANOV]


async def test_killed_while_a_message_is_being_claimed_it_is_sent_once(school: School) -> None:
    await school.take_register("Иванов П.")
    await school.kill()
    school.clock.turn((await school.alert_of(school.people.ivanov)).not_before)
    await school.nothing_is_overdue()  # a job of that moment would wait for the same lock
    async with school.locked("lock table guardianship in access exclusive mode") as what_it_says:
        school.start()
        await what_it_says.reached()
        await school.kill()
    school.start()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [IVANOV]


async def test_killed_before_telegram_took_the_message_it_is_repeated_and_says_so(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    assert (await school.alert_of(school.people.ivanov)).state is OutboxState.CLAIMED
    await school.restart_after_the_lease()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [REPEAT]


async def test_killed_after_telegram_took_the_message_it_is_repeated_and_says_so(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    school.freeze()
    on_its_way.release()
    await school.mother.sees("Нет на 3-м уроке")
    await school.restart_after_the_lease()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [IVANOV, REPEAT]


async def test_killed_when_the_message_is_sent_but_not_recorded_it_is_repeated_once(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    async with school.locked("select from outbox where state = 'claimed' for update") as record:
        on_its_way.release()
        await record.reached()
        await school.kill()
    await school.restart_after_the_lease()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    await school.restart_after_the_lease()
    await school.settled()
    assert alerts(school.mother) == [IVANOV, REPEAT]


async def test_killed_over_the_repeat_too_it_is_counted_as_unknown_and_not_sent_again(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    first, repeat = (
        school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id)) for _ in range(2)
    )
    await school.tell_now(anna)
    await school.struck(first)
    await school.restart_after_the_lease()
    await school.struck(repeat)
    await school.restart_after_the_lease()
    unknown = await school.alert_rests_as(school.people.ivanov, OutboxState.UNKNOWN)
    assert unknown.reason == "no_answer"
    assert alerts(school.mother) == []


async def test_killed_between_two_messages_only_the_one_on_its_way_is_repeated(school: School) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.father.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    await school.restart_after_the_lease()
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    assert alerts(school.mother) == [IVANOV]
    assert alerts(school.father) == [REPEAT]


async def test_killed_over_an_edit_the_message_comes_right_without_a_second_one(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    await school.tell_now(anna)
    alert = await school.mother.sees("Нет на 3-м уроке")
    on_its_way = school.fault(Fault.hang("editMessageText", chat_id=school.mother.user.user_id))
    await anna.press("Исправить")
    await anna.press("Иванов П.")
    await school.struck(on_its_way)
    await school.restart_after_the_lease()
    changed = await school.mother.sees("учитель исправил отметку")
    assert changed.message_id == alert.message_id
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert len([message for message in school.mother.messages if "Иванов" in message.text]) == 1


async def test_killed_again_while_it_settles_what_was_on_its_way_it_repeats_once(school: School) -> None:
    anna = await school.take_register("Иванов П.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    await school.kill()
    async with school.locked("select from outbox where state = 'claimed' for update") as settling:
        await school.restart_after_the_lease()
        await settling.reached()
        await school.kill()
    school.start()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert alerts(school.mother) == [REPEAT]
