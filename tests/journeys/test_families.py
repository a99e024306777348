"""The class teacher's families: cards, a request to change one, invitations, the letter (S7, U12, U2, C2)."""

from __future__ import annotations

from handlers.callbacks.cards import ApproveCardChange, CheckCard, ShowCard, ShowCardChecks
from handlers.callbacks.families import PrintInvitations
from handlers.callbacks.letters import ShowSentLetters
from handlers.callbacks.weeks import PrintWeekFor
from sandbox import Phone
from tests.journeys.conftest import Town
from tests.world import MONDAY


async def tap(phone: Phone, *labels: str) -> None:
    """Wait for each button, then press it."""
    for label in labels:
        await phone.press(label, on=await phone.sees_button(label))


async def test_a_mother_asks_to_change_her_phone_and_the_class_teacher_agrees(town: Town) -> None:
    mother, irina = town.phone(town.people.mother), town.phone(town.people.irina)
    await tap(mother, "Дневник: Пётр", "Карточка")
    await mother.sees_on_screen("Телефон: +7 900 000-00-01")
    await tap(mother, "Изменить мои данные…", "Телефон")
    await mother.sees_on_screen("Напишите номер телефона")
    await mother.say("мой новый номер")
    await mother.sees("Не похоже на номер телефона")
    await mother.say("8 (901) 234-56-78")
    await mother.sees("Просьба отправлена")

    asked = await irina.sees("Семья просит изменить карточку (Иванов Пётр): телефон")
    await irina.press("Посмотреть", on=asked)
    await irina.sees_on_screen("+7 900 000-00-01 → +7 901 234-56-78")
    stale = await irina.sees_button("Изменить карточку")
    await irina.press("Изменить карточку", on=stale)
    await irina.sees_on_screen("🟢 Карточка изменена")
    told = await mother.sees("Школа изменила карточку (Иванов Пётр): телефон")
    await mother.press("Карточка", on=told)
    await mother.sees("Телефон: +7 901 234-56-78")


async def test_the_months_check_and_the_papers_of_a_class(town: Town) -> None:
    mother, irina = town.phone(town.people.mother), town.phone(town.people.irina)
    await tap(irina, "7Б: семьи", "Карточки")
    await irina.sees_on_screen("Проверено 0 из 4, до 30 сентября")
    told = await irina.press("Попросить семьи проверить")
    assert told.text == "Попросили 2 семьи"
    question = await mother.sees("Проверьте, пожалуйста, карточку в школе: Иванов Пётр")
    await mother.press("Всё верно", on=question)
    await mother.sees("Вы подтвердили, что всё верно")
    await tap(irina, "Агаев И.", "Проверено")
    await irina.sees_on_screen("Карточка: Иванов Пётр")
    await tap(irina, "‹ Карточки")
    await irina.sees_on_screen("Проверено 1 из 4")

    # The paper of one more family is here, and the others get their codes on sheets to cut.
    await tap(irina, "‹ Семьи", "Согласия на бумаге", "Агаев И. — ученик(ца)")
    await tap(irina, "‹ Все семьи", "Напечатать приглашения")
    sheets = await irina.sees("четыре на листе")
    assert sheets.document is not None

    # The information letter, with a remark.
    await tap(irina, "Информационное письмо")
    await irina.sees("О ком?")
    await tap(irina, "Иванов П.", "Последние 30 дней")
    await tap(irina, "Добавить замечание…")
    await irina.say("Стал внимательнее на уроках.")
    preview = await irina.sees_button("Изменить замечание…")
    await irina.press("Отправить семьям", on=preview)
    await irina.sees_on_screen("Отправлено 1 письмо")
    letter = await mother.sees("Стал внимательнее на уроках.")
    await mother.press("Ознакомлен(а)", on=letter)
    await mother.sees("Вы ознакомились 14 сентября")
    await tap(irina, "Кто ознакомился")
    await irina.sees_on_screen("🟢 Иванова М. (14 сентября)")


async def test_forged_buttons_open_nobodys_card_and_print_nothing(town: Town) -> None:
    people = town.people
    father = town.phone(people.father)
    await father.start()
    await father.sees("здравствуйте")
    for action in (
        ShowCard(pupil_id=people.ivanov),
        CheckCard(pupil_id=people.sidorenko),
        ShowCardChecks(group_id=people.group, page=0),
        ApproveCardChange(change_id=1, version=1),
        PrintInvitations(group_id=people.group),
        PrintWeekFor(group_id=people.group, monday=MONDAY.toordinal(), everybody=True),
        ShowSentLetters(group_id=people.group, page=0),
    ):
        await father.press_data(action.pack())
        await father.settled()
        assert "Не найдено" in father.screen.text
        assert "Иванов" not in father.screen.text
