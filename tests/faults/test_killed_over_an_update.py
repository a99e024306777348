"""kill -9 between a tap and all that it does: whatever the point, its effect is there once."""

from __future__ import annotations

from db.enums import InboxState
from db.models import InboxUpdate
from sandbox import Fault
from tests.faults.conftest import School, until


async def test_killed_before_the_tap_is_kept_telegram_brings_it_again(school: School) -> None:
    anna = await school.open_register()
    async with school.locked("lock table inbox in share mode") as inbox:
        anna.tap("Иванов П.")
        await inbox.reached()
        await school.kill()
    assert len(school.sandbox.bot.queue.pending) == 1
    school.start()
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_when_the_tap_is_kept_but_not_confirmed_it_counts_once(school: School) -> None:
    anna = await school.open_register()
    unconfirmed = school.fault(Fault.reset_before("getUpdates", times=None))
    async with school.locked("lock table attendance in share mode") as attendance:
        anna.tap("Иванов П.")
        await attendance.reached()
        await school.struck(unconfirmed)
        await school.kill()
    assert len(school.sandbox.bot.queue.pending) == 1
    school.sandbox.faults.clear()
    school.start()
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_when_the_tap_is_confirmed_but_not_handled_it_is_not_lost(school: School) -> None:
    anna = await school.open_register()
    async with school.locked("lock table attendance in share mode") as attendance:
        tap = anna.tap("Иванов П.")
        await attendance.reached()
        await school.confirmed()
        await school.kill()
    assert not await school.marked_absent(school.people.ivanov)
    school.start()
    assert (await anna.answered(tap)).text == "Иванов П.: Н"
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_when_the_tap_is_committed_but_not_answered_it_counts_once(school: School) -> None:
    anna = await school.open_register()
    unanswered = school.fault(Fault.hang("answerCallbackQuery"))
    tap = anna.tap("Иванов П.")
    await school.struck(unanswered)
    assert await school.marked_absent(school.people.ivanov)
    await school.restart()
    assert (await anna.answered(tap)).text == "Иванов П.: Н"
    await anna.sees("нет 1 из 4")
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_when_the_tap_is_answered_but_not_shown_the_screen_catches_up(school: School) -> None:
    anna = await school.open_register()
    await school.restart()  # A new process has edited nothing in the last second, so it edits at once.
    unshown = school.fault(Fault.hang("editMessageText"))
    assert (await anna.press("Иванов П.")).text == "Иванов П.: Н"
    await school.struck(unshown)
    await school.restart()
    await anna.sees("нет 1 из 4")
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_while_the_screen_waits_for_its_second_the_next_tap_shows_everything(
    school: School,
) -> None:
    anna = await school.open_register()
    unshown = school.fault(Fault.hang("editMessageText"))
    await anna.press("Иванов П.")

    async def done_or_being_shown() -> bool:
        return unshown.hits > 0 or not await school.count(InboxUpdate.state == InboxState.NEW)

    await until(done_or_being_shown, "nothing is left but the screen")
    await school.kill()
    school.sandbox.faults.clear()
    school.start()
    await anna.press("Сидоренко М.")
    await anna.sees("нет 2 из 4")
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)


async def test_killed_when_all_is_done_but_not_marked_so_nothing_happens_twice(school: School) -> None:
    anna = await school.open_register()
    await school.restart()
    edit = school.fault(Fault.hang("editMessageText"))
    anna.tap("Иванов П.")
    await school.struck(edit)
    async with school.locked("select from inbox where state = 'new' for update") as update:
        edit.release()
        await update.reached()
        await school.kill()
    school.start()
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)
    await anna.sees_on_screen("нет 1 из 4")


async def test_killed_between_two_taps_of_a_batch_both_count_in_their_order(school: School) -> None:
    anna = await school.open_register()
    between = school.fault(Fault.hang("answerCallbackQuery"))
    absent, late = anna.tap("Иванов П."), anna.tap("Сидоренко М.")
    await school.struck(between)
    await school.confirmed()
    assert await school.marked_absent(school.people.ivanov)
    assert not await school.marked_absent(school.people.sidorenko)
    await school.restart()
    assert (await anna.answered(absent)).text == "Иванов П.: Н"
    assert (await anna.answered(late)).text == "Сидоренко М.: Н"
    await anna.sees("нет 2 из 4")
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)


async def test_killed_when_ready_is_committed_but_not_answered_it_is_taken_once(school: School) -> None:
    anna = await school.open_register()
    await anna.press("Иванов П.")
    await school.settled()
    unanswered = school.fault(Fault.hang("answerCallbackQuery"))
    ready = anna.tap("Готово")
    await school.struck(unanswered)
    assert await school.times_taken() == 1
    await school.restart()
    await anna.answered(ready)
    await anna.sees("Родители узнают в 10:22")
    await school.settled()
    assert await school.times_taken() == 1
    assert (await school.alert_of(school.people.ivanov)).revision == 1


async def test_killed_again_while_it_takes_up_what_was_left_it_loses_nothing(school: School) -> None:
    anna = await school.open_register()
    async with school.locked("lock table attendance in share mode") as attendance:
        tap = anna.tap("Иванов П.")
        await attendance.reached()
        await school.kill()
    async with school.locked("select from inbox where state = 'new' for update") as left:
        school.start()
        await left.reached()
        await school.kill()
    school.start()
    assert (await anna.answered(tap)).text == "Иванов П.: Н"
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)
