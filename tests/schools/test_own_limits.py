"""Two schools in one process: what Telegram asks of one school's bot, the other's does not wait for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import Part, application
from bot.config import Settings
from db.engine import Database
from db.enums import AttendanceStatus, OutboxState
from db.models import OutboxMessage, SchoolSetting
from sandbox import Fault, TelegramSandbox
from services.attendance import AttendanceService
from services.clock import Clock
from services.lessons import LessonService
from services.notifications.absence_alert import NAME as ALERT
from services.schools import NewBot, SchoolService
from tests.processes import until
from tests.world import MOSCOW, Story, build_story, moment

TOKENS = "1000001:of-the-first", "1000002:of-the-second"
LONGER_THAN_THE_TEST = 600


@pytest.fixture
async def clock() -> Clock:
    return Clock(moment("10:17"))


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox(clock=lambda: clock.now().astimezone(MOSCOW))
    for number, token in enumerate(TOKENS):
        sandbox.add_bot(token, f"school_{number}_bot")
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def schools(
    committed_db: Database, clock: Clock, sandbox: TelegramSandbox, tmp_path: Path
) -> AsyncIterator[list[Story]]:
    """Each with its bot, at work; alerts leave at once."""
    settings = Settings.model_construct(
        bot_api_url=sandbox.base_url,
        data_dir=tmp_path,
        secret_key=SecretStr(Fernet.generate_key().decode()),
    )
    assert settings.cipher is not None
    service = SchoolService(committed_db, clock, settings.cipher)
    schools = [await build_story(committed_db) for _ in TOKENS]
    for people, token in zip(schools, TOKENS, strict=True):
        school_id = people.world.school_id
        await service.set_bot(school_id=school_id, bot=NewBot(SecretStr(token), ""))
        async with committed_db.transaction() as session:
            session.add(SchoolSetting(school_id=school_id, key="undo_minutes", value="0"))
        for account in people.world.accounts.values():
            sandbox.phone(account.external_user_id, bot=sandbox.state.bots[token]).chat.started = True
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            application(settings, committed_db, clock, parts=frozenset([Part.WORKER]))
        )
        yield schools


async def are_absent(db: Database, clock: Clock, people: Story) -> None:
    """Two pupils of different families, whose parents hear of it."""
    anna = people.world.accounts[people.anna]
    async with db.transaction() as session:
        people.world.session = session
        actor = await people.world.actor(people.anna)
    lesson = (await LessonService(db, clock).day(actor=actor)).running()
    assert lesson is not None
    attendance = AttendanceService(db, clock)
    await attendance.open(actor=actor, lesson_id=lesson.lesson_id)
    for pupil in (people.ivanov, people.sidorenko):
        await attendance.set_cell(
            account=anna, lesson_id=lesson.lesson_id, pupil_id=pupil, status=AttendanceStatus.ABSENT
        )
    await attendance.take(actor=actor, lesson_id=lesson.lesson_id)


async def test_while_one_schools_bot_rests_the_other_schools_families_are_told(
    committed_db: Database, clock: Clock, sandbox: TelegramSandbox, schools: list[Story]
) -> None:
    silenced, other = schools

    async def alerts(people: Story, state: OutboxState) -> int:
        of_school = OutboxMessage.school_id == people.world.school_id, OutboxMessage.kind == ALERT
        async with committed_db.statement() as connection:
            query = select(func.count()).where(*of_school, OutboxMessage.state == state)
            return await connection.scalar(query) or 0

    async def the_other_knows() -> bool:
        return await alerts(other, OutboxState.SENT) == 2

    storm = sandbox.faults.add(Fault.too_many_requests(LONGER_THAN_THE_TEST, "sendMessage", times=2))

    async def the_first_has_heard_it() -> bool:
        return storm.hits == 2 and not await alerts(silenced, OutboxState.CLAIMED)

    await are_absent(committed_db, clock, silenced)
    await until(the_first_has_heard_it, "the first school's bot rests")
    await are_absent(committed_db, clock, other)
    await until(the_other_knows, "the other school's families are told")
    assert await alerts(silenced, OutboxState.QUEUED) == 2
