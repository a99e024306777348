"""The class teacher writes to the class, with a photo; the mother reads it, and reads it anew (C6, C7)."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.enums import StaffRole
from db.models import Broadcast, BroadcastRecipient, OutboxMessage
from handlers.callbacks.broadcast_drafts import (
    EditDraft,
    PreviewBroadcast,
    SendBroadcast,
    SetAudienceGrade,
    SetAudienceGroup,
    SetFamily,
    SetReply,
    SetTime,
)
from handlers.callbacks.broadcasts import (
    CancelBroadcast,
    OpenNotice,
    SendNow,
    ShowBroadcastFiles,
    ShowNotice,
    WithdrawBroadcast,
)
from tests.journeys.bad_days import forge, nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_families import tap
from tests.world import MONDAY

PHOTO = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mO40KAAQQxwFgBadAihmNlUMgAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
async def calm(town: Town) -> AsyncIterator[None]:
    async with nothing_breaks(town):
        yield


async def test_the_class_goes_on_an_excursion(town: Town) -> None:
    irina, mother, father = (
        town.phone(one) for one in (town.people.irina, town.people.mother, town.people.father)
    )
    await irina.start()
    await irina.press("Написать классу")
    await irina.sees("Объявление → 7Б, 4 семьи")
    await irina.send_album([PHOTO], "В среду экскурсия. Разрешаете ли вы {имя:кому} поехать?")
    await irina.sees_on_screen("📎 1 файл")
    await irina.press("Ответ")
    await irina.press("«Согласны» / «Не согласны»")
    await irina.press("вт 15.09")
    await irina.sees("«Согласны» / «Не согласны» до вт 15.09, 20:00")

    # The preview is the message itself.
    await irina.press("Проверить и отправить")
    sample = await irina.sees("Разрешаете ли вы Петру поехать?")
    assert sample.photo is not None
    assert "кнопки заработают" in (await irina.press("Согласны", on=sample)).text
    confirm = await irina.sees("Получат 2 человека.")
    assert "Не достать 2 семьи: Агаев И. (7Б), Петрова К. (7Б)" in confirm.text

    # Two taps send once; it can be taken back until it leaves.
    taps = [irina.tap("Отправить", on=confirm) for _ in range(2)]
    answers = [(await irina.answered(tap)).text for tap in taps]
    assert answers == ["Записано, пока можно отменить", "Это объявление уже отправлено."]
    await irina.sees("Объявление уйдёт 14 сентября в 10:22")
    await irina.say("Это уже не объявление")
    await irina.sees("Сейчас я этого не жду")
    await mother.does_not_see("экскурсия")
    await town.at("10:23")
    read = await mother.sees("Разрешаете ли вы Петру поехать?")
    assert read.photo is not None
    assert read.photo.data == PHOTO
    assert "Матвею" in (await father.sees("экскурсия")).text
    await mother.sees_button("Не согласны")

    # Another text stands in the same message, under the same photo.
    await irina.press("Объявления")
    await irina.press("1. В среду экскурсия")
    await irina.press("Изменить текст")
    await irina.say("В четверг экскурсия. Отпустите {имя:вижу кого}?")
    changed = await mother.sees("Отпустите Петра?")
    assert (changed.message_id, changed.photo is not None) == (read.message_id, True)
    assert "изменено 14 сентября в 10:2" in changed.text

    # And it is withdrawn.
    await irina.press("Отозвать")
    await irina.press("Да, отозвать")
    gone = await mother.sees("Объявление отменено")
    assert gone.message_id == read.message_id
    assert "экскурсия" not in gone.text
    async with town.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(BroadcastRecipient)) == 4


async def test_a_canned_text_an_own_answer_and_a_typed_moment(town: Town) -> None:
    irina, mother = town.phone(town.people.irina), town.phone(town.people.mother)
    await irina.start()
    await irina.press("Написать классу")
    await irina.press("Готовые тексты")
    await irina.press("Экскурсия")
    await irina.sees("Разрешаете ли вы {имя:кому} поехать?")
    await irina.send_contact()
    await irina.sees("подойдут текст, фото или файл")
    await irina.press("‹ К объявлению")
    await irina.press("Ответ")
    await irina.press("Свои варианты…")
    await irina.say("Едем")
    await irina.sees("от 2 до 6 разных вариантов")
    await irina.say("Едем\nНе едем")
    await irina.press("Без срока")
    await irina.press("Кому")
    await irina.press("Отдельные семьи: 7Б")
    await irina.press("Иванов П.")
    await irina.sees_button("✅ Иванов П.")
    await irina.press("‹ К объявлению")
    await irina.press("Когда")
    await irina.press("Другое время…")
    await irina.say("потом")
    await irina.sees("Не понял время")
    await irina.say("13.09 10:00")
    await irina.sees("Это время уже прошло")
    await irina.say("15.09 7:30")
    await irina.sees("Когда: 15 сентября в 07:30")
    await irina.press("Проверить и отправить")
    await irina.press("Отправить", on=await irina.sees("Получит 1 человек"))
    await irina.sees("Объявление уйдёт 15 сентября в 07:30")
    await irina.press("Отправить сейчас")
    await irina.sees("Объявление отправлено семьям")
    await mother.sees("Разрешаете ли вы Петру поехать?")
    await mother.sees_button("Не едем")


async def test_a_deputy_wakes_the_school_for_what_is_urgent_alone(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        eighth = await world.pupil("Орлова Вера", await world.group("8А", 8))
        other = await world.account_of(await world.guardian("Орлова Нина", eighth))
        deputy_id = await world.employ(await world.person("Завучева Ольга"), StaffRole.DEPUTY)
        await world.account_of(deputy_id)
    deputy, mother = town.phone(deputy_id), town.phone(town.people.mother)
    eighth_mother = town.sandbox.phone(other.external_user_id)
    await town.at("21:30")
    await asyncio.gather(deputy.start(), eighth_mother.start())
    for words, audience, whom, people, urgent in (
        ("Собрание седьмых классов", "7-е классы", "7Б", "Получат 2 человека.", False),
        ("Завтра занятий нет: мороз", "Вся школа", "вся школа", "Получат 3 человека.", True),
    ):
        await deputy.press("Написать классу", on=await deputy.sees_button("Написать классу"))
        await deputy.sees_on_screen("Новое объявление")
        await deputy.say(words)
        await deputy.sees_on_screen(words)
        await deputy.press("Кому")
        await deputy.sees_on_screen("Кому объявление")
        await tap(deputy, audience, "‹ К объявлению")
        await deputy.sees_on_screen(f"Объявление → {whom}")
        if urgent:
            await deputy.press("❗ Срочно")
            await deputy.sees_on_screen("Срочно: придёт и в тихие часы")
        await deputy.press("Проверить и отправить")
        confirm = await deputy.sees(people)
        assert ("придёт и в тихие часы" in confirm.text) is urgent
        await deputy.press("Отправить", on=confirm)
        await deputy.sees("Объявление уйдёт 14 сентября в 21:35")
        await deputy.start()
    await town.at("21:36")
    for phone in (mother, eighth_mother):
        await phone.sees("Завтра занятий нет: мороз")
    await mother.does_not_see("Собрание")
    await town.at("07:00", MONDAY + timedelta(days=1))
    await mother.sees("Собрание седьмых классов")
    await eighth_mother.does_not_see("Собрание")


async def test_forged_buttons_reach_nobody(town: Town) -> None:
    people = town.people
    irina, father = town.phone(people.irina), town.phone(people.father)
    await irina.start()
    await irina.press("Написать классу")
    await irina.say("В среду экскурсия")
    await irina.sees_button("Проверить и отправить")
    async with town.db.transaction() as session:
        (draft,) = (await session.execute(select(Broadcast.id, Broadcast.version))).all()
    this = {"broadcast_id": draft.id}
    for data in (
        EditDraft(**this),
        PreviewBroadcast(**this),
        SetAudienceGrade(**this, grade=0, page=0),
        SetAudienceGroup(**this, group_id=people.group, chosen=True, page=-3),
        SetFamily(**this, pupil_id=people.sidorenko, chosen=True, page=0),
        SetReply(**this, kind="x"),
        SetTime(**this, minute=-5),
        SendBroadcast(**this, version=draft.version),
        SendNow(**this),
        CancelBroadcast(**this),
        WithdrawBroadcast(**this),
        ShowNotice(recipient_id=1),
        OpenNotice(recipient_id=1),
        ShowBroadcastFiles(recipient_id=1),
    ):
        assert "Не найдено" in await forge(town, father, data.pack()), data
    for data in (SetReply(**this, kind="x"), SetTime(**this, minute=-5), SetTime(**this, minute=10**15)):
        assert "Не найдено" in await forge(town, irina, data.pack()), data
    assert "уже прошло" in await forge(town, irina, SetTime(**this, minute=1).pack())
    async with town.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
