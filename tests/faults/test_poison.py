"""What brings a process down, or cannot be prepared, is put aside alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.intake import MAX_ATTEMPTS
from db.enums import InboxState, OutboxState
from db.models import Binding, InboxUpdate, OutboxMessage
from sandbox import Fault
from services.notifications import outbox
from services.notifications.absence_alert import NAME as ALERT
from services.notifications.outbox import NewMessage, Priority
from tests.faults.conftest import School, alerts, until

IVANOV = "Иванов Пётр, 7Б"
NAMES = ["Агаев И.", "Иванов П.", "Петрова К.", "Сидоренко М."]


async def test_an_update_over_which_every_process_dies_is_given_up_and_all_others_are_answered(
    school: School,
) -> None:
    anna, mother = await school.open_register(), school.mother
    deadly = school.fault(Fault.hang("sendMessage", chat_id=mother.user.user_id, times=None))
    await mother.say("/start")
    deaths = 0

    async def given_up() -> bool:
        return bool(await school.count(InboxUpdate.state == InboxState.FAILED))

    async def met_again_or_given_up() -> bool:
        return deadly.hits > deaths or await given_up()

    async def anna_is_answered() -> bool:
        anna_waits = InboxUpdate.chat_id == anna.user.user_id, InboxUpdate.state == InboxState.NEW
        return not await school.count(*anna_waits)

    while True:
        await until(met_again_or_given_up, "a process handles it, or gives it up")
        if await given_up():
            break
        deaths += 1
        name = NAMES[deaths % len(NAMES)]
        assert (await anna.press(name)).text.startswith(name)
        await until(anna_is_answered, "the teacher's tap is marked as handled")
        await school.restart()
    assert 1 < deaths <= MAX_ATTEMPTS + 1
    school.sandbox.faults.clear()
    await mother.start()


async def test_a_message_that_cannot_be_prepared_is_put_aside_and_the_next_one_leaves(
    empty_school: School,
) -> None:
    school = empty_school
    async with school.db.transaction() as session:
        mother = select(Binding.id).where(Binding.person_id == school.people.mother)
        message = NewMessage(
            school_id=school.people.world.school_id,
            binding_id=(await session.scalars(mother)).one(),
            kind=ALERT,
            payload={"day": "not a day"},
            dedup_key="poison",
            priority=Priority.ALERT,
            not_before=school.clock.now() - timedelta(hours=1),
        )
        await outbox.post(session, [message])

    async def put_aside() -> bool:
        school.clock.turn(school.clock.now() + timedelta(minutes=1))
        await school.wake_sender()
        poison = OutboxMessage.dedup_key == "poison"
        return bool(await school.count(poison, OutboxMessage.state == OutboxState.FAILED))

    async with school.living_here():
        anna = await school.take_register("Иванов П.")
        await school.tell_now(anna)
        await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
        assert alerts(school.mother) == [IVANOV]
        await until(put_aside, "it is put aside")
