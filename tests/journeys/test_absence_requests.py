"""A mother announces an absence ahead; the class teacher asks for a document and gets it."""

from __future__ import annotations

from sqlalchemy import select

from db.models import AbsenceRequest
from handlers.callbacks.absence_requests import AcceptAbsence, RequestAbsence, ShowAbsenceRequest
from tests.journeys.bad_days import nothing_breaks
from tests.journeys.conftest import Town
from tests.journeys.test_families import tap


async def only_request(town: Town) -> int:
    async with town.db.transaction() as session:
        return (await session.scalars(select(AbsenceRequest.id))).one()


async def test_a_family_announces_days_ahead_and_brings_the_document(town: Town) -> None:
    anna, irina, mother, father = (
        town.phone(person)
        for person in (town.people.anna, town.people.irina, town.people.mother, town.people.father)
    )
    await mother.say("/diary")
    await mother.press("Не придёт в школу")
    await mother.press("Сообщить об отсутствии")
    await mother.press("Другая дата…")
    await mother.say("вчера")
    await mother.sees("Не понял дату")
    await mother.say("14.09")
    await mother.sees("По какой день включительно?")
    await mother.press("По вт 15.09")
    await mother.press("Болезнь")
    await mother.press("Добавить слова…")
    await mother.say("Температура, вызвали врача")
    await mother.sees("«Температура, вызвали врача»")
    assert (await mother.press("Отправить")).text == "Отправлено"
    await mother.sees("классный руководитель ещё не ответил")

    question = await irina.sees("Иванов П., 7Б не будет: 14–15 сентября, болезнь")
    await anna.press("Перекличка")
    await anna.sees("🔵 Иванов П. — болезнь")
    await anna.press("Готово")
    await irina.press("Мой класс сегодня")
    await irina.sees("Иванов П. — болезнь, заявлено родителем")

    await irina.press("Попросить справку…", on=question)
    question = await irina.sees("До какого дня принести справку?")
    await irina.press("До пт 18.09", on=question)
    answer = await mother.sees("Нужна справка: принесите до 18 сентября")
    question = await irina.sees("Ждём справку до 18 сентября")
    await irina.press("Справка есть", on=question)
    # The same message of hers says so; the register keeps the reason.
    accepted = await mother.sees("Принято классным руководителем")
    assert accepted.message_id == answer.message_id

    # Somebody else's child is not found by a forged button, nor by another parent's.
    request_id = await only_request(town)
    for forged in (
        RequestAbsence(pupil_id=town.people.ivanov),
        ShowAbsenceRequest(request_id=request_id),
        AcceptAbsence(request_id=request_id),
    ):
        await father.press_data(forged.pack())
        await father.sees("Не найдено")


async def test_days_announced_from_the_alert_are_rejected_and_other_days_withdrawn(town: Town) -> None:
    anna, irina, mother = (
        town.phone(person) for person in (town.people.anna, town.people.irina, town.people.mother)
    )
    async with nothing_breaks(town):
        await anna.press("Перекличка")
        await anna.press("Иванов П.")
        await anna.press("Готово")
        await anna.press("Сообщить сейчас")
        alert = await mother.sees("Нет на 3-м уроке")
        await mother.press("Болеет", on=alert)
        await mother.press("На несколько дней…", on=await mother.sees_button("На несколько дней…"))
        await mother.sees_on_screen("По какой день включительно?")
        await tap(mother, "По вт 15.09")
        # The reason is the one stated in the alert.
        await mother.sees_on_screen("Причина: болезнь.")
        await tap(mother, "Отправить")
        question = await irina.sees("Иванов П., 7Б не будет: 14–15 сентября, болезнь")

        await irina.press("Отклонить…", on=question)
        await irina.settled()
        await irina.say("Во вторник контрольная, принесите справку")
        answer = await mother.sees("Во вторник контрольная, принесите справку")
        await mother.press("Сообщить ещё раз", on=answer)
        await tap(
            mother, "Сообщить об отсутствии", "Завтра", "Только вт 15.09", "Весь день", "врача", "Отправить"
        )
        second = await irina.sees("Иванов П., 7Б не будет: 15 сентября")
        await irina.press("Принять", on=second)
        accepted = await mother.sees("Принято классным руководителем")
        await mother.press("Показать", on=accepted)
        await tap(mother, "Всё-таки придёт")
        await mother.sees("Отменено семьёй")
        # The answer, in which she tapped, says so too: what she tapped on becomes the answer again.
        await mother.sees_button("Сообщить ещё раз")
        await tap(mother, "‹ Все сообщения об отсутствии")
        page = await mother.sees("не придёт в школу")
        assert "🔴 Не принято" in page.text
