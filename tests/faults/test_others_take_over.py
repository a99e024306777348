"""Two processes of a kind: whatever becomes of one, the other goes on, and nobody does a thing twice."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from db.enums import OutboxState
from sandbox import Fault
from services.notifications.departures import LEASE
from tests.faults.conftest import School, alerts, until
from tests.faults.deployment import Deployment

IVANOV, REPEAT = "Иванов Пётр, 7Б", "(повтор)"
PROMISED_SECONDS = 10


async def stands_by(school: School, deployment: Deployment, name: str) -> None:
    lives = school.printed().count("started")
    deployment.start(name)

    async def started() -> bool:
        return school.printed().count("started") > lives

    await until(started, f"{name} has started")


async def test_when_a_worker_is_killed_the_other_sends_within_ten_seconds(
    several: tuple[School, Deployment], record_property: Callable[[str, object], None]
) -> None:
    school, deployment = several
    anna = await school.take_register("Иванов П.")
    await stands_by(school, deployment, "worker 2")
    killed_at = monotonic()
    deployment.kill("worker 1")
    await school.tell_now(anna)
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    took = monotonic() - killed_at
    record_property("fail-over of a killed worker, s", f"{took:.1f}")
    assert took < PROMISED_SECONDS
    assert alerts(school.mother) == [IVANOV]


async def test_a_worker_that_is_stopped_lets_its_message_arrive_and_the_other_goes_on(
    several: tuple[School, Deployment], record_property: Callable[[str, object], None]
) -> None:
    school, deployment = several
    anna = await school.take_register("Иванов П.")
    await stands_by(school, deployment, "worker 2")
    on_its_way = school.fault(Fault.latency(1, "sendMessage", times=1))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    await deployment.stop("worker 1")
    assert (await school.alert_of(school.people.ivanov)).state is OutboxState.SENT
    stopped_at = monotonic()
    await anna.press("Исправить")
    await anna.press("Иванов П.")
    await school.mother.sees("учитель исправил отметку")
    took = monotonic() - stopped_at
    record_property("fail-over of a stopped worker, s", f"{took:.1f}")
    assert took < PROMISED_SECONDS
    assert not [message for message in school.mother.messages if REPEAT in message.text]


async def test_a_worker_frozen_beyond_its_lease_is_succeeded_and_does_nothing_when_it_thaws(
    several: tuple[School, Deployment], record_property: Callable[[str, object], None]
) -> None:
    school, deployment = several
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    deployment.processes["worker 1"].freeze()
    frozen_at = monotonic()
    school.clock.turn(school.clock.now() + 2 * LEASE)
    deployment.start("worker 2")
    repeated = await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    record_property("fail-over of a frozen worker, s", f"{monotonic() - frozen_at:.1f}")
    assert alerts(school.mother) == [REPEAT]

    # What it had sent is recorded by the other; of what it hears now nothing is.
    on_its_way.release()
    deployment.processes["worker 1"].thaw()
    await school.mother.sees(IVANOV)
    await anna.press("Исправить")
    await anna.press("Иванов П.")
    await school.mother.sees("учитель исправил отметку")
    after = await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert after.external_ref == repeated.external_ref
    assert len(alerts(school.mother)) + len(alerts(school.father)) == 2


async def test_the_chats_of_an_intake_that_is_frozen_are_answered_by_another(
    several: tuple[School, Deployment],
) -> None:
    school, deployment = several
    anna = await school.open_register()
    unanswered = school.fault(Fault.hang("answerCallbackQuery"))
    first = anna.tap("Иванов П.")
    await school.struck(unanswered)
    deployment.processes["intake 1"].freeze()
    deployment.start("intake 2")
    unanswered.release()
    assert (await anna.answered(first)).text == "Иванов П.: Н"
    assert (await anna.press("Сидоренко М.")).text == "Сидоренко М.: Н"
    deployment.processes["intake 1"].thaw()
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)


async def test_while_intakes_are_restarted_one_after_the_other_no_tap_is_lost(
    several: tuple[School, Deployment],
) -> None:
    school, deployment = several
    anna = await school.open_register()
    await stands_by(school, deployment, "intake 2")
    taps = [anna.tap("Иванов П.")]
    await deployment.stop("intake 1")
    taps.append(anna.tap("Сидоренко М."))
    await stands_by(school, deployment, "intake 1")
    await deployment.stop("intake 2")
    taps.append(anna.tap("Агаев И."))
    said = [(await anna.answered(tap)).text for tap in taps]
    assert said == ["Иванов П.: Н", "Сидоренко М.: Н", "Агаев И.: Н"]
    await anna.sees("нет 3 из 4")
