"""Ivanov moves to the other English subgroup: both teachers and the class teacher agree (S2)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import AuditEntry, SubgroupChange
from handlers.callbacks.subgroups import (
    AgreeSubgroup,
    ChooseMovedPupil,
    ChooseSubgroup,
    ChooseSubgroupDay,
    DeclineSubgroup,
    OpenSubgroups,
    ProposeSubgroup,
    ShowSubgroupChange,
)
from sandbox import Phone
from tests.journeys.bad_days import forge
from tests.journeys.conftest import Town
from tests.subgroups.conftest import two_subgroups
from tests.world import MONDAY

NEXT_MONDAY = (MONDAY + timedelta(days=7)).toordinal()


@pytest.fixture
async def english(town: Town) -> tuple[int, int]:
    """The courses of both subgroups."""
    async with town.db.transaction() as session:
        town.people.world.session = session
        return await two_subgroups(town.people)


async def proposed(town: Town) -> Phone:
    """Anna Petrovna proposes the move, beginning at her course."""
    anna = town.phone(town.people.anna)
    await anna.press("‹ Меню")
    await anna.press("Мои журналы")
    await anna.press("Английский язык")
    await anna.press("Подгруппы")
    await anna.sees("Без подгруппы (1)")
    await anna.press("Перевести ученика")
    await anna.press("Иванов П. · 1")
    await anna.press("Подгруппа 2")
    await anna.sees("С какого дня?")
    await anna.press("Понедельник, пн 21.09")
    await anna.sees("⏳ Ждём ответа: Белова М. А., Кузнецова И. В.")
    return anna


async def test_all_agree_and_everyone_reads_the_result(town: Town, english: tuple[int, int]) -> None:
    people, anna = town.people, await proposed(town)
    belova, irina = town.phone(people.belova), town.phone(people.irina)
    hers = await belova.sees("Предлагает: Соколова А. П.")
    assert "подгруппа 1 → 2" in hers.text
    assert (await belova.press("Согласен(на)", on=hers)).text == "Записано"
    await irina.sees("Согласны: Белова М. А.")
    asked = await irina.sees_button("Согласен(на)")
    taps = [irina.tap("Согласен(на)", on=asked), irina.tap("Согласен(на)", on=asked)]
    await asyncio.gather(*map(irina.answered, taps))
    for phone in (anna, belova, irina):
        await phone.sees("✓ Все согласны: с 21 сентября — в подгруппе 2")
    async with town.db.transaction() as session:
        changed = await session.scalars(select(AuditEntry.id).where(AuditEntry.action == "subgroup.changed"))
        assert len(changed.all()) == 1


async def test_both_last_words_at_once_move_the_pupil(town: Town, english: tuple[int, int]) -> None:
    people, anna = town.people, await proposed(town)
    belova, irina = town.phone(people.belova), town.phone(people.irina)
    taps = []
    for phone in (belova, irina):
        asked = await phone.sees_button("Согласен(на)")
        taps.append((phone, phone.tap("Согласен(на)", on=asked)))
    await asyncio.gather(*(phone.answered(tap) for phone, tap in taps))
    await anna.sees("✓ Все согласны")


async def test_one_no_is_told_to_all(town: Town, english: tuple[int, int]) -> None:
    people, anna = town.people, await proposed(town)
    belova, irina = town.phone(people.belova), town.phone(people.irina)
    await irina.sees_button("Против")
    asked = await belova.sees_button("Против")
    assert (await belova.press("Против", on=asked)).text == "Закрыто"
    for phone in (anna, belova, irina):
        await phone.sees("Против: Белова М. А. Всё остаётся как было.")


@pytest.mark.parametrize("who", ["mother", "father"])
async def test_whoever_forges_the_buttons_finds_nothing(
    town: Town, english: tuple[int, int], who: str
) -> None:
    people, (first, second) = town.people, english
    await proposed(town)
    phone = town.phone(getattr(people, who))
    await phone.start()
    await phone.settled()
    for action in (
        OpenSubgroups(course_id=first),
        ChooseMovedPupil(course_id=first, page=0),
        ChooseSubgroup(course_id=first, pupil_id=people.agaev),
        ChooseSubgroupDay(course_id=second, pupil_id=people.agaev),
        ProposeSubgroup(course_id=second, pupil_id=people.agaev, starts_on=NEXT_MONDAY),
        ProposeSubgroup(course_id=second, pupil_id=people.agaev, starts_on=-1),
        ShowSubgroupChange(change_id=1),
        AgreeSubgroup(change_id=1),
        DeclineSubgroup(change_id=1),
    ):
        read = await forge(town, phone, action.pack())
        assert "Не найдено" in read
        assert "Белова" not in read
    async with town.db.transaction() as session:
        (change,) = (await session.scalars(select(SubgroupChange))).all()
        assert (change.applied_at, change.declined_at) == (None, None)
