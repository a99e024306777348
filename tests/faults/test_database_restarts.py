"""PostgreSQL goes away under the running bot and comes back: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from db.engine import Database
from db.enums import OutboxState
from sandbox import Fault
from tests.faults.conftest import PATIENCE, School, a_school, alerts
from tests.faults.servers import OwnServer

IVANOV, SIDORENKO = "Иванов Пётр, 7Б", "Сидоренко Матвей, 7Б"


@pytest.fixture
async def school(server: OwnServer, tmp_path: Path) -> AsyncIterator[School]:
    """As the fixture of this folder, on a server that may be stopped."""
    async with AsyncExitStack() as stack:
        url = await server.start()
        stack.push_async_callback(server.stop)
        db = Database(url)
        stack.push_async_callback(db.close)
        school = await stack.enter_async_context(a_school(db, tmp_path / "bot.log"))
        school.start()
        await school.settled()
        yield school


async def test_the_database_restarts_in_mid_send_and_each_alert_comes_once(
    school: School, server: OwnServer
) -> None:
    anna = await school.take_register("Иванов П.", "Сидоренко М.")
    on_its_way = school.fault(Fault.hang("sendMessage", chat_id=school.mother.user.user_id))
    await school.tell_now(anna)
    await school.struck(on_its_way)
    await school.alert_rests_as(school.people.sidorenko, OutboxState.SENT)
    await server.stop()
    on_its_way.release()
    await school.mother.sees("Нет на 3-м уроке")
    await server.start()
    await school.alert_rests_as(school.people.ivanov, OutboxState.SENT)
    assert (alerts(school.mother), alerts(school.father)) == ([IVANOV], [SIDORENKO])


async def test_the_database_is_killed_and_the_taps_made_meanwhile_count_once(
    school: School, server: OwnServer
) -> None:
    anna = await school.open_register()
    unanswered = school.fault(Fault.hang("answerCallbackQuery"))
    anna.tap("Иванов П.")
    await school.struck(unanswered)
    await server.kill()
    meanwhile = anna.tap("Сидоренко М.")
    unanswered.release()
    await server.start()
    assert (await anna.answered(meanwhile, timeout=PATIENCE)).text == "Сидоренко М.: Н"
    await school.settled()
    assert await school.marked_absent(school.people.ivanov)
    assert await school.marked_absent(school.people.sidorenko)
