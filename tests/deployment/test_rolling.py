"""Two intakes and two workers, as each example starts them: one dies, all are restarted, nobody notices."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from db.enums import OutboxState
from db.models import AuditEntry, OutboxMessage
from sandbox import Phone
from sandbox.state import Tap
from services.notifications.absence_alert import NAME as ALERT
from tests.deployment.conftest import SECRET, Deployment, until
from tests.deployment.examples import composed, enabled
from tests.logged import Log, words_about_people
from tests.world import build_story, moment

TOKEN = "1000000:of-a-rolling-restart"
FAIL_OVER = 10.0
"""Seconds, for the worker that stands by to send instead of the one that died."""


class Finger:
    """Taps on and on: a pupil is absent, is there, is absent…"""

    def __init__(self, phone: Phone, absent: str, present: str) -> None:
        self._phone = phone
        self._data = absent, present
        self.taps: list[Tap] = []
        self.lifted = asyncio.Event()

    async def tap(self) -> None:
        """Ends with the pupil absent."""
        while not self.lifted.is_set() or len(self.taps) % 2 == 0:
            self.taps.append(self._phone.tap_data(self._data[len(self.taps) % 2]))
            await asyncio.sleep(0.05)


async def statuses(deployment: Deployment, pupil_id: int) -> list[str]:
    """That the register has said of a pupil, in their order."""
    told = (
        select(AuditEntry.after["status"].astext)
        .where(AuditEntry.action == "attendance.set", AuditEntry.pupil_id == pupil_id)
        .order_by(AuditEntry.id)
    )
    async with deployment.db.statement() as session:
        return list(await session.scalars(told))


def alerts(phone: Phone) -> int:
    return sum("Нет на 3-м уроке" in message.text for message in phone.messages if message.outgoing)


@pytest.mark.parametrize("deployment", [composed, enabled], ids=["compose", "systemd"], indirect=True)
async def test_a_worker_dies_and_all_processes_are_restarted_while_people_tap(deployment: Deployment) -> None:
    people = await build_story(deployment.db)
    deployment.telegram.add_bot(TOKEN, "zvonok_bot")
    deployment.own["ZVONOK_BOT_TOKEN"] = TOKEN
    anna, mother, father = (
        deployment.phone(people, person) for person in (people.anna, people.mother, people.father)
    )
    await deployment.start_all()

    # One sender; the other takes over.
    [working] = await deployment.at_work("sender")
    await anna.start()
    await anna.press("Перекличка")
    await anna.press("Иванов П.")
    await anna.press("Готово")
    await anna.sees_button("Сообщить сейчас")
    deployment.running[working].process.kill()
    await anna.press("Сообщить сейчас")
    await mother.sees("Нет на 3-м уроке", timeout=FAIL_OVER)
    await deployment.start(deployment.running[working].service)
    [successor] = await deployment.at_work("sender")
    assert successor != working

    # Every process is restarted, while somebody taps.
    await anna.press("Исправить")
    await anna.sees_button("Сидоренко М.")
    absent = anna.find_button("Сидоренко М.")[1].data
    await anna.press("Сидоренко М.")
    await anna.sees_button("🔴 Сидоренко М.")
    present = anna.find_button("🔴 Сидоренко М.")[1].data
    assert absent is not None
    assert present is not None
    await anna.press("🔴 Сидоренко М.")
    await deployment.settled()
    before, (answered, _) = await statuses(deployment, people.sidorenko), deployment.answers()
    finger = Finger(anna, absent, present)
    tapping = asyncio.create_task(finger.tap())
    for service in deployment.services:
        assert await deployment.restart(service.name) == 0
    finger.lifted.set()
    await tapping
    answers = [(await anna.answered(tap)).text for tap in finger.taps]
    await deployment.settled()
    assert set(answers[::2]) == {"Сидоренко М.: Н"}
    assert len(set(answers[1::2])) == 1
    taken = (await statuses(deployment, people.sidorenko))[len(before) :]
    assert taken == [*before[-2:] * (len(finger.taps) // 2), before[-2]]
    assert deployment.answers() == (answered + len(finger.taps), 0)

    # What is sent is sent once.
    await anna.press("Готово")
    await deployment.settled()
    deployment.clock.turn(moment("10:30"))  # the undo window has ended
    for service in deployment.services:
        if "worker" in service.name:
            await deployment.restart(service.name)
    await father.sees("Нет на 3-м уроке")

    async def all_sent() -> bool:
        return not await deployment.count(OutboxMessage.state.in_([OutboxState.QUEUED, OutboxState.CLAIMED]))

    await until(all_sent, "everything is sent")
    assert (alerts(mother), alerts(father)) == (1, 1)
    assert await deployment.count(OutboxMessage.kind == ALERT, OutboxMessage.attempts > 1) == 0
    assert len(await deployment.at_work("sender")) == 1
    log = Log()
    log.written.append(deployment.printed())
    assert "Traceback" not in log.written[0]
    log.must_not_name({*await words_about_people(deployment.db), TOKEN.partition(":")[2], SECRET})
