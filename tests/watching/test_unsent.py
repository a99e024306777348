"""«Кому не ушло»: to whom a message could not be sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState, StaffRole
from db.models import Binding, OutboxMessage
from db.queries.attention import Unsent, failed_messages
from handlers.texts import message_kinds
from handlers.texts.unsent import unsent_screen
from services.attention import UnsentMessages, UnsentService
from services.errors import NotFound
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, FakeClock, World, moment, new_school

NOW = moment("10:17")
MARIA = Unsent("Иванова Мария Сергеевна", "+79000000003", "binding_pending", False, NOW)


async def failed(
    world: World,
    name: str,
    posted_at: datetime,
    state: OutboxState = OutboxState.FAILED,
    times: int = 1,
    **values: Any,
) -> None:
    person_id = await world.person(name, phone="+79000000003")
    await world.account_of(person_id)
    [binding_id] = await world.session.scalars(select(Binding.id).where(Binding.person_id == person_id))
    row = {"school_id": world.school_id, "binding_id": binding_id, "kind": "binding_pending", "payload": {}}
    row |= {"priority": 0, "state": state, "revision": 1, "sent_revision": 0, "attempts": 8}
    row |= {"not_before": posted_at, "created_at": posted_at} | values
    for _ in range(times):
        await world.add(OutboxMessage, **row, dedup_key=uuid4().hex)


async def read_by_the_administrator(world: World, db: Database, clock: FakeClock) -> UnsentMessages:
    administrator = await world.employ(await world.person("Дорохов Артур Ильич"), StaffRole.ADMINISTRATOR)
    return await UnsentService(db, clock).newest(actor=await world.actor(administrator))


async def test_an_administrator_reads_who_was_not_reached_in_their_school(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world, other = await new_school(session), await new_school(session)
    earlier = NOW - timedelta(hours=2)
    await failed(world, "Иванова Мария Сергеевна", NOW)
    await failed(world, "Сидоренко Олег Ильич", earlier)
    await failed(world, "Агаева Лейла", NOW, OutboxState.SENT)
    await failed(world, "Старова Анна", NOW - timedelta(days=8))
    await failed(other, "Чужова Анна", NOW)
    teacher = await world.teacher("Соколова Анна Петровна")
    oleg = MARIA._replace(addressee="Сидоренко Олег Ильич", posted_at=earlier)
    assert await read_by_the_administrator(world, db, clock) == ([MARIA, oleg], False)
    with pytest.raises(NotFound):
        await UnsentService(db, clock).newest(actor=await world.actor(teacher))


async def test_a_living_message_of_last_week_that_was_posted_again_and_failed_is_listed(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world = await new_school(session)
    long_ago = NOW - timedelta(days=8)
    await failed(world, "Иванова Мария Сергеевна", NOW, created_at=long_ago)
    assert await read_by_the_administrator(world, db, clock) == ([MARIA], False)
    assert await failed_messages(session, world.school_id, NOW - timedelta(days=1)) == 1


async def test_a_message_that_stands_in_the_chat_was_sent_even_if_its_correction_failed(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world = await new_school(session)
    await failed(world, "Иванова Мария Сергеевна", NOW, external_ref=17, sent_revision=1, revision=2)
    assert await read_by_the_administrator(world, db, clock) == ([], False)
    assert await failed_messages(session, world.school_id, NOW - timedelta(days=1)) == 0


async def test_what_failed_is_found_without_a_look_at_what_was_sent_or_is_anothers(
    session: AsyncSession,
) -> None:
    world, other = await new_school(session), await new_school(session)
    await failed(world, "Агаева Лейла", NOW, OutboxState.SENT, times=300)
    await failed(other, "Чужова Анна", NOW, times=300)
    await failed(world, "Иванова Мария Сергеевна", NOW)
    await session.execute(text("analyze outbox"))
    read = text(
        "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relid = 'outbox'::regclass"
    )
    before = (await session.scalars(read)).one()
    assert await failed_messages(session, world.school_id, NOW - timedelta(days=1)) == 1
    assert (await session.scalars(read)).one() == before + 1


async def test_of_more_than_two_hundred_it_is_said_that_these_are_the_last(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world = await new_school(session)
    await failed(world, "Иванова Мария Сергеевна", NOW, times=200)
    everything = await read_by_the_administrator(world, db, clock)
    assert "Показаны" not in unsent_screen(everything, MOSCOW, MONDAY, 0).text
    await failed(world, "Старова Анна", NOW - timedelta(hours=1))
    cut_off = await read_by_the_administrator(world, db, clock)
    assert {one.addressee for one in cut_off.newest} == {"Иванова Мария Сергеевна"}
    assert "Показаны последние 200." in unsent_screen(cut_off, MOSCOW, MONDAY, 0).text


async def test_what_a_message_says_of_a_child_is_not_told(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world = await new_school(session)
    child = await world.person("Иванов Пётр")
    await failed(world, "Иванова Мария Сергеевна", NOW, kind="failing_pupil", pupil_id=child)
    found = await read_by_the_administrator(world, db, clock)
    said = unsent_screen(found, MOSCOW, MONDAY, 0).text
    assert "сообщение о ребёнке" in said
    assert message_kinds.TITLES["failing_pupil"] not in said
    assert "Пётр" not in said


def test_the_words_of_what_was_not_sent(golden: Golden) -> None:
    yesterday = NOW - timedelta(days=1)
    others = (
        MARIA._replace(addressee="<b>Сидоренко</b>", phone=None, about_pupil=True, posted_at=yesterday),
        MARIA._replace(addressee="Я" * 200, kind="of_another_version"),
    )
    golden("unsent/some", unsent_screen(UnsentMessages([MARIA, *others], more=False), MOSCOW, MONDAY, 0))
    golden("unsent/second_page", unsent_screen(UnsentMessages([MARIA] * 90, more=True), MOSCOW, MONDAY, 1))
    golden("unsent/none", unsent_screen(UnsentMessages([], more=False), MOSCOW, MONDAY, 0))
