"""The class teacher writes to the class, with a photo; the mother reads it, and reads it anew (C6, C7)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from db.models import Broadcast, BroadcastRecipient, OutboxMessage
from handlers.callbacks.broadcasts import (
    CancelBroadcast,
    EditDraft,
    PreviewBroadcast,
    SendBroadcast,
    SendNow,
    SetAudienceGrade,
    SetAudienceGroup,
    SetFamily,
    SetReply,
    SetTime,
    ShowBroadcastFiles,
    ShowNotice,
    WithdrawBroadcast,
)
from tests.journeys.bad_days import forge, nothing_breaks
from tests.journeys.conftest import Town

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
        assert await session.scalar(select(func.count()).select_from(BroadcastRecipient)) == 3
