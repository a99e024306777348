"""A window stays clickable for ever: it is rendered, the world changes, the button is pressed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from db.enums import StaffRole
from db.models import Attendance, AuditEntry, Enrolment, OutboxMessage, Slot
from sandbox import Message, Phone
from services.actor import Actor
from tests.journeys.bad_days import kept, nothing_breaks
from tests.journeys.conftest import Town
from tests.substitutions.entering import substitute
from tests.world import MONDAY

YESTERDAY = MONDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
async def calm(town: Town) -> AsyncIterator[None]:
    async with nothing_breaks(town):
        yield


async def register_of(teacher: Phone) -> Message:
    await teacher.press("Перекличка")
    return await teacher.sees_button("Иванов П.")


async def taken(teacher: Phone, *names: str) -> Message:
    """The register with these pupils absent; the message after «Готово»."""
    await register_of(teacher)
    for name in names:
        await teacher.press(name)
    await teacher.press("Готово")
    return await teacher.sees("Записано")


async def acting(town: Town, person_id: int) -> Actor:
    async with town.db.transaction() as session:
        town.people.world.session = session
        return await town.people.world.actor(person_id, town.clock.now())


async def deputy(town: Town) -> Actor:
    """Somebody who enters substitutions."""
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        return await world.actor(await world.employ(await world.person("Орлов Павел"), StaffRole.DEPUTY))


async def history(town: Town, action: str) -> int:
    async with town.db.transaction() as session:
        found = await session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        )
    return found or 0


async def test_a_pupil_leaves_while_the_register_is_open(town: Town) -> None:
    anna = town.phone(town.people.anna)
    register = await register_of(anna)
    async with town.db.transaction() as session:
        await session.execute(
            update(Enrolment).where(Enrolment.pupil_id == town.people.ivanov).values(ends_on=YESTERDAY)
        )
    before = await kept(town)
    await anna.press("Иванов П.", on=register)
    await anna.sees_on_screen("Не найдено: возможно, это уже изменилось")
    assert await kept(town) == before
    await anna.press("Сидоренко М.", on=register)
    await anna.sees("нет 1 из 3")


async def test_a_substitution_that_was_taken_back_takes_its_register_along(town: Town) -> None:
    people, belova, orlov = town.people, town.phone(town.people.belova), await deputy(town)
    await belova.sees_button("Сейчас")
    substitutions = town.branch.services.substitutions
    await substitute(substitutions, orlov, people.anna, {3: people.belova})
    await belova.press("Сейчас")
    await belova.sees("7Б · Алгебра")
    register = await register_of(belova)
    await belova.press("Иванов П.", on=register)
    await substitute(substitutions, orlov, people.anna, {3: None})
    before = await kept(town)
    for label in ("Сидоренко М.", "Опоздал", "Готово"):
        latest = belova.screen
        await belova.press(label, on=register)
        assert "Не найдено" in (await belova.sees_after(latest)).text
    assert await kept(town) == before
    # The lesson's own teacher finds what the substitute has marked.
    await register_of(town.phone(people.anna))
    await town.phone(people.anna).sees("нет 1 из 4")


async def test_a_lesson_goes_to_another_teacher_before_its_register_is_opened(town: Town) -> None:
    people, anna, belova = town.people, town.phone(town.people.anna), town.phone(town.people.belova)
    await belova.sees_button("Сейчас")
    card = await anna.sees_button("Перекличка")
    async with town.db.transaction() as session:
        await session.execute(
            update(Slot).where(Slot.course_id == people.algebra).values(teacher_id=people.belova)
        )
    before = await kept(town)
    await anna.press("Перекличка", on=card)
    await anna.sees_on_screen("Не найдено: возможно, это уже изменилось")
    assert await kept(town) == before
    await belova.press("Сейчас")
    await belova.sees("7Б · Алгебра")


async def test_a_lesson_that_was_dropped_has_no_register_but_one_that_was_begun_stays(town: Town) -> None:
    anna, belova = town.phone(town.people.anna), town.phone(town.people.belova)
    register = await register_of(anna)
    await town.at("11:12")
    await belova.press("Сейчас")
    card = await belova.sees("7Б · Русский язык")
    async with town.db.transaction() as session:
        await session.execute(update(Slot).values(ends_on=YESTERDAY))
    await belova.press("Перекличка", on=card)
    await belova.sees_on_screen("Не найдено")
    assert (await anna.press("Иванов П.", on=register)).text == "Иванов П.: Н"
    await anna.press("Готово", on=register)
    await anna.sees("Записано в 11:12")


async def test_the_register_locks_while_it_is_shown(town: Town) -> None:
    anna = town.phone(town.people.anna)
    after = await taken(anna, "Иванов П.")
    await anna.press("Исправить", on=after)
    register = await anna.sees_button("Сидоренко М.")
    await town.at("08:00", date(2026, 12, 1))
    before = await kept(town)
    for label in ("Сидоренко М.", "Готово"):
        latest = anna.screen
        await anna.press(label, on=register)
        assert "Записи за 14 сентября закрыты" in (await anna.sees_after(latest)).text
    await anna.press("Опоздал", on=register)
    await anna.sees("Записи за 14 сентября закрыты: срок исправлений прошёл")
    assert await kept(town) == before


async def test_two_teachers_set_the_same_pupil_and_a_double_tap_is_one_change(town: Town) -> None:
    people, anna, belova = town.people, town.phone(town.people.anna), town.phone(town.people.belova)
    await belova.sees_button("Сейчас")
    services = town.branch.services
    await substitute(services.substitutions, await deputy(town), people.anna, {3: people.belova})
    await belova.press("Сейчас")
    hers, his = await register_of(anna), await register_of(belova)
    taps = [phone.tap("Иванов П.", on=shown) for phone, shown in ((anna, hers), (anna, hers), (belova, his))]
    taps.append(anna.tap_again(taps[0]))
    answers = await asyncio.gather(*map(anna.answered, taps))
    assert [answer.text for answer in answers] == ["Иванов П.: Н"] * 4
    assert await history(town, "attendance.set") == 1
    done = [anna.tap("Готово", on=hers), anna.tap("Готово", on=hers), belova.tap("Готово", on=his)]
    await asyncio.gather(*map(anna.answered, done))
    assert await history(town, "register.taken") == 1
    await town.at("10:23")
    mother = town.phone(people.mother)
    await mother.sees("Нет на 3-м уроке")
    async with town.db.transaction() as session:
        alerts = await session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "absence_alert"))
        assert len(list(alerts)) == 1


async def test_telling_now_after_the_window_closed_and_done_again_change_nothing(town: Town) -> None:
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    after = await taken(anna, "Иванов П.")
    await town.at("10:40")
    alert = await mother.sees("Нет на 3-м уроке")
    before = await kept(town)
    await anna.press("Сообщить сейчас", on=after)
    await anna.sees("Родителям сообщили. Если исправите, их сообщение изменится.")
    assert await kept(town) == before
    await mother.settled()
    assert mother.screen is alert


async def test_an_alert_is_answered_after_everything_changed(town: Town) -> None:
    people = town.people
    anna, irina, mother, father = map(town.phone, (people.anna, people.irina, people.mother, people.father))
    after = await taken(anna, "Иванов П.", "Сидоренко М.")
    await town.at("10:23")
    hers, his = await mother.sees("Нет на 3-м уроке"), await father.sees("Нет на 3-м уроке")
    illness, trip = hers.buttons[0][0].data, his.buttons[1][0].data
    assert illness is not None
    assert trip is not None

    # Corrected: the father's old button has nothing to answer.
    await anna.press("Исправить", on=after)
    await anna.press("Сидоренко М.")
    await father.sees("учитель исправил отметку")
    before = await kept(town)
    await father.press_data(trip, message=his)
    await father.sees_on_screen("Пропуск уже исправлен, отвечать не нужно")
    assert await kept(town) == before

    # Confirmed by hand: the mother's answer comes too late.
    await irina.press("Мой класс сегодня")
    await irina.press("Причина вручную")
    await irina.press("Иванов П.")
    await irina.press("Семейные обстоятельства")
    await mother.sees("Причина подтверждена: семейные обстоятельства")
    before = await kept(town)
    await mother.press_data(illness, message=hers)
    await mother.sees_on_screen("Классный руководитель уже записал причину: семейные обстоятельства")
    assert await kept(town) == before


async def test_a_planned_absence_answers_the_alert_before_the_guardian_does(town: Town) -> None:
    people = town.people
    await taken(town.phone(people.anna), "Иванов П.")
    await town.at("10:23")
    mother = town.phone(people.mother)
    alert = await mother.sees("Нет на 3-м уроке")
    data = alert.buttons[0][0].data
    assert data is not None
    await town.branch.services.planned_absences.plan(
        actor=await acting(town, people.irina),
        pupil_id=people.ivanov,
        starts_on=MONDAY,
        ends_on=MONDAY,
        reason_id=people.world.reasons[0],
    )
    await mother.sees("об этом пропуске школа знает")
    before = await kept(town)
    await mother.press_data(data, message=alert)
    await mother.sees_on_screen("отвечать не нужно")
    assert await kept(town) == before


async def test_the_class_day_is_confirmed_after_the_register_was_corrected(town: Town) -> None:
    people = town.people
    anna, irina, mother, father = map(town.phone, (people.anna, people.irina, people.mother, people.father))
    after = await taken(anna, "Иванов П.", "Сидоренко М.")
    await town.at("10:23")
    await mother.press("Болеет", on=await mother.sees("Нет на 3-м уроке"))
    at_school = await father.sees("Нет на 3-м уроке")
    await irina.press("Мой класс сегодня")
    day = await irina.sees_button("Подтвердить причины (1)")
    await anna.press("Исправить", on=after)
    await anna.press("Иванов П.")
    await mother.sees("учитель исправил отметку")
    taps = [irina.tap("Подтвердить причины", on=day) for _ in range(2)]
    told = await asyncio.gather(*map(irina.answered, taps))
    assert {answer.text for answer in told} == {"Подтверждать больше нечего."}
    assert await history(town, "absence.reason_confirmed") == 0
    assert (await irina.press("Напомнить молчащим", on=day)).text.startswith("Напомнили 1 родителю")

    # The question «в школе!» is settled by a correction; insisting afterwards does not undo it.
    await father.press("Он в школе!", on=at_school)
    question = await anna.sees_button("Подтверждаю Н")
    insist = next(b.data for row in question.buttons for b in row if b.text == "Подтверждаю Н")
    assert insist is not None
    await anna.press("Исправить", on=question)
    await anna.press("На месте с начала урока")
    await father.sees("учитель исправил отметку")
    await anna.press_data(insist, message=question)
    await anna.sees_on_screen("Не найдено")
    async with town.db.transaction() as session:
        statuses = await session.scalars(select(Attendance.status).distinct())
        assert list(statuses) == ["present"]
