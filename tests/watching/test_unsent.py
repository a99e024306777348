"""«Кому не ушло»: to whom a message could not be sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import OutboxState, StaffRole
from db.models import Binding, OutboxMessage
from db.queries.attention import Unsent
from handlers.texts.unsent import unsent_screen
from services.attention import UnsentService
from services.errors import NotFound
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, FakeClock, World, moment, new_school

NOW = moment("10:17")
MARIA = Unsent("Иванова Мария Сергеевна", "+79000000003", "absence_alert", NOW)


async def failed(world: World, name: str, posted_at: datetime, state: OutboxState) -> None:
    person_id = await world.person(name, phone="+79000000003")
    await world.account_of(person_id)
    [binding_id] = await world.session.scalars(select(Binding.id).where(Binding.person_id == person_id))
    row = {"school_id": world.school_id, "binding_id": binding_id, "kind": "absence_alert", "payload": {}}
    row |= {"priority": 0, "dedup_key": uuid4().hex, "not_before": NOW, "state": state, "revision": 1}
    await world.add(OutboxMessage, **row, sent_revision=0, attempts=8, created_at=posted_at)


async def test_an_administrator_reads_who_was_not_reached_in_their_school(
    db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world, other = await new_school(session), await new_school(session)
    earlier = NOW - timedelta(hours=2)
    await failed(world, "Иванова Мария Сергеевна", NOW, OutboxState.FAILED)
    await failed(world, "Сидоренко Олег Ильич", earlier, OutboxState.FAILED)
    await failed(world, "Агаева Лейла", NOW, OutboxState.SENT)
    await failed(world, "Старова Анна", NOW - timedelta(days=8), OutboxState.FAILED)
    await failed(other, "Чужова Анна", NOW, OutboxState.FAILED)
    administrator = await world.employ(await world.person("Дорохов Артур Ильич"), StaffRole.ADMINISTRATOR)
    teacher = await world.teacher("Соколова Анна Петровна")
    unsent = UnsentService(db, clock)
    found = await unsent.newest(actor=await world.actor(administrator))
    assert found == [MARIA, Unsent("Сидоренко Олег Ильич", "+79000000003", "absence_alert", earlier)]
    with pytest.raises(NotFound):
        await unsent.newest(actor=await world.actor(teacher))


def test_the_words_of_what_was_not_sent(golden: Golden) -> None:
    yesterday = NOW - timedelta(days=1)
    others = (
        MARIA._replace(addressee="<b>Сидоренко</b>", phone=None, kind="week_digest", posted_at=yesterday),
        MARIA._replace(addressee="Я" * 200, kind="of_another_version"),
    )
    golden("unsent/some", unsent_screen([MARIA, *others], MOSCOW, MONDAY, 0))
    golden("unsent/second_page", unsent_screen([MARIA] * 90, MOSCOW, MONDAY, 1))
    golden("unsent/none", unsent_screen([], MOSCOW, MONDAY, 0))
