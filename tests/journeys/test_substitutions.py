"""Anna Petrovna is ill: the deputy finds who gives her lessons, and they keep her journal (S5)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from db.enums import StaffRole
from db.models import AuditEntry, LessonTopic, Substitution
from handlers.callbacks.substitutions import (
    AcceptSubstitutions,
    AskAbsentDays,
    ChooseAbsent,
    OpenAbsence,
    RevokeSubstitution,
    SaveSubstitutions,
    SetSubstitute,
    ShowSubstitution,
    ShowSubstitutions,
    SubstitutionsWorkbook,
)
from sandbox import Phone
from services.substitution_register import Span
from tests.journeys.bad_days import forge
from tests.journeys.conftest import Town
from tests.world import MONDAY

TODAY = MONDAY.toordinal()


async def deputy(town: Town, name: str = "Громова Вера Ильинична") -> Phone:
    """Somebody who enters substitutions, with the menu on the phone."""
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        person_id = await world.employ(await world.person(name), StaffRole.DEPUTY)
        await world.account_of(person_id)
    phone = town.phone(person_id)
    await phone.start()
    await phone.sees_button("Замещения")
    return phone


async def away_today(office: Phone, surname: str = "Соколова") -> None:
    """Up to the list of the lessons of today."""
    await office.press("Замещения")
    await office.press("Записать замещение")
    await office.sees("Кто отсутствует?")
    await office.press(surname)
    await office.press("Сегодня")


async def test_the_substitute_is_told_accepts_and_keeps_the_journal(town: Town) -> None:
    people, belova = town.people, town.phone(town.people.belova)
    office = await deputy(town)
    await away_today(office)
    await office.sees("⚪ не выбрано")
    await office.press("3 урок")
    await office.sees("Занятых здесь нет")
    assert (await office.press("Белова М. А.")).text == "Белова\xa0М.\xa0А."
    await office.sees("→ Белова М. А.")
    await belova.does_not_see("Вы замещаете")
    await office.press("Записать (1)")
    await office.sees("Записано 1 замещение.")
    await office.press("Журнал замещений")
    await office.sees("Соколова А. П. → Белова М. А. ⏳")

    told = await belova.sees("Вы замещаете: понедельник, 14 сентября")
    assert "3 урок, 7Б · Алгебра, каб. 12, 10:15" in told.text
    assert "вместо: Соколова\xa0А.\xa0П." in told.text
    assert (await belova.press("Принято", on=told)).text == "Принято"
    await belova.sees("✓ Вы приняли замещение")
    await town.phone(people.anna).does_not_see("замещ")

    # The register, the topic and a mark, as the lesson's own teacher keeps them.
    await belova.press("К уроку")
    card = await belova.sees_button("Перекличка")
    await belova.press("Перекличка", on=card)
    await belova.press("Все на месте")
    await belova.sees("Записано в 10:17")
    await belova.press("Записать тему")
    await belova.press("Написать свою")
    await belova.say("Линейные уравнения")
    await belova.sees("Тема: Линейные уравнения")
    async with town.db.transaction() as session:
        assert (await session.scalars(select(LessonTopic.topic))).all() == ["Линейные уравнения"]

    # Taken back: the message says so, and the buttons of the lesson are nobody's.
    await office.press("✓ Неделя")
    await office.sees("Соколова А. П. → Белова М. А. ✓")
    await office.press("пн 14.09 · 3 урок")
    assert (await office.press("Отменить")).text == "Замещение отменено"
    await office.sees("Отменено: 10:17")
    await belova.sees("Замещение отменено: понедельник, 14 сентября")
    await belova.press("Домашнее")
    await belova.sees_on_screen("Не найдено")


async def test_several_days_go_to_one_person_in_one_tap_and_one_lesson_to_nobody(town: Town) -> None:
    people = town.people
    async with town.db.transaction() as session:
        people.world.session = session
        for weekday in (2, 3):
            await people.world.slot(people.algebra, people.anna, 4, weekday=weekday)
    office = await deputy(town)
    await office.press("Замещения")
    await office.press("Записать замещение")
    await office.say("сокОЛова")
    await office.press("Соколова А. П.")
    await office.press("Несколько дней…")
    await office.sees("С какого дня")
    await office.press("пн 14.09")
    await office.sees("По какой день")
    await office.press("ср 16.09")
    await office.press("Один на все уроки")
    assert (await office.press("Кузнецова И. В. · 3 из 3")).text == "Выбрано уроков: 3"
    await office.press("вт 15.09")
    assert (await office.press("Без замены")).text == "Без замены"
    await office.sees("— без замены")
    await office.press("Записать (2)")
    await office.sees("Записано 2 замещения.")
    irina = town.phone(people.irina)
    await irina.sees("Вы замещаете: понедельник, 14 сентября")
    await irina.sees("Вы замещаете: среда, 16 сентября")
    await irina.does_not_see("вторник")
    await office.press("Журнал замещений")
    await office.press("Файл Excel")
    sheet = await office.sees("Журнал замещений, 14.09.2026")
    assert sheet.document is not None


async def test_whom_nobody_knows_is_asked_for_again(town: Town) -> None:
    office = await deputy(town)
    await office.press("Замещения")
    await office.press("Записать замещение")
    for typed in ("Пупкин", "<b>%_\u202eк", "😀" * 100):
        await office.say(typed)
        await office.sees_on_screen("не нашёл")
    await office.send_document(b"a list of teachers")
    await office.sees_on_screen("Здесь нужны слова")
    await office.say("х" * 3000)
    await office.sees_on_screen("Слишком длинно")
    await office.say("белова")
    await office.sees_on_screen("Кто отсутствует?")
    await office.press("Белова М. А.")
    await office.sees("Когда отсутствует?")
    await office.say("завтра")
    await office.sees_on_screen("Сейчас я этого не жду")


async def test_two_deputies_at_once_and_a_double_tap_leave_one_substitution(town: Town) -> None:
    first, second = await deputy(town), await deputy(town, "Орлов Павел Ильич")
    for office, name in ((first, "Белова М. А."), (second, "Кузнецова И. В.")):
        await away_today(office)
        await office.press("3 урок")
        await office.press(name)
        await office.sees_button("Записать (1)")
    taps = [first.tap("Записать (1)"), second.tap("Записать (1)"), first.tap("Записать (1)")]
    await asyncio.gather(first.answered(taps[0]), second.answered(taps[1]), first.answered(taps[2]))
    async with town.db.transaction() as session:
        rows = (await session.scalars(select(Substitution))).all()
    assert len([row for row in rows if row.revoked_at is None]) == 1


async def test_accepting_on_two_phones_at_once_is_accepting_once(town: Town) -> None:
    office, belova = await deputy(town), town.phone(town.people.belova)
    await away_today(office)
    await office.press("3 урок")
    await office.press("Белова М. А.")
    await office.press("Записать (1)")
    told = await belova.sees("Вы замещаете")
    taps = [belova.tap("Принято", on=told), belova.tap("Принято", on=told)]
    taps.append(belova.tap_again(taps[0]))
    assert {(await belova.answered(tap)).text for tap in taps} == {"Принято"}
    async with town.db.transaction() as session:
        accepted = await session.scalars(
            select(AuditEntry.id).where(AuditEntry.action == "substitution.accepted")
        )
        assert len(accepted.all()) == 1


async def test_one_lesson_taken_meanwhile_saves_nothing_and_says_which(town: Town) -> None:
    people = town.people
    office = await deputy(town)
    async with town.db.transaction() as session:
        people.world.session = session
        await people.world.slot(people.algebra, people.anna, 5)
    await away_today(office)
    await office.press("Один на все уроки")
    await office.press("Белова М. А. · 2 из 2")
    await office.sees_button("Записать (2)")
    async with town.db.transaction() as session:
        people.world.session = session
        other = await people.world.course("История", people.belova, await people.world.group("8А", 8))
        await people.world.slot(other, people.belova, 5)
    await office.press("Записать (2)")
    await office.sees_on_screen("Белова Мария не может вести 5-й урок 14.09")
    async with town.db.transaction() as session:
        assert (await session.scalars(select(Substitution.id))).all() == []


@pytest.mark.parametrize("who", ["anna", "mother"])
async def test_whoever_forges_the_deputys_buttons_finds_nothing(town: Town, who: str) -> None:
    people = town.people
    office, phone = await deputy(town), town.phone(getattr(town.people, who))
    await away_today(office)
    await office.press("3 урок")
    await office.press("Белова М. А.")
    await office.press("Записать (1)")
    await office.sees("Записано 1 замещение.")
    await phone.start()
    days = {"teacher_id": people.belova, "starts_on": TODAY, "ends_on": TODAY}
    await phone.settled()
    for action in (
        ShowSubstitutions(),
        SubstitutionsWorkbook(span=Span.TERM, day=TODAY),
        ShowSubstitution(substitution_id=1),
        RevokeSubstitution(substitution_id=1),
        AcceptSubstitutions(day=TODAY),
        AcceptSubstitutions(day=-5),
        ChooseAbsent(page=0),
        AskAbsentDays(teacher_id=people.belova),
        OpenAbsence(**days),
        SetSubstitute(**days, lesson_id=1, substitute_id=people.anna),
        SaveSubstitutions(**days),
    ):
        read = await forge(town, phone, action.pack())
        assert "Не найдено" in read or "Ещё никто не выбран" in read
        assert "Белова" not in read
    async with town.db.transaction() as session:
        (row,) = (await session.scalars(select(Substitution))).all()
        assert (row.revoked_at, row.accepted_at) == (None, None)
