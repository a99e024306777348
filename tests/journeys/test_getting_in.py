"""Getting in: an invitation, a code, digits, consent, the menu; wrong codes; access closed in two taps."""

from __future__ import annotations

import re

import pytest

from db.enums import StaffRole
from sandbox import Phone
from tests.journeys.conftest import Town

CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{2}")


@pytest.fixture
async def olga(town: Town) -> Phone:
    """Petrova's mother: on the class list with a phone, not in the bot, no consent yet."""
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        await world.guardian(
            "Петрова Ольга Ивановна", town.people.petrova, consent=False, phone="+79000000004"
        )
    return town.sandbox.phone(77, first_name="Ольга")


@pytest.fixture
async def director(town: Town) -> Phone:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        person_id = await world.employ(await world.person("Орлов Павел Ильич"), StaffRole.DIRECTOR)
        await world.account_of(person_id)
    phone = town.phone(person_id)
    await phone.start()
    await phone.sees("Павел Ильич, здравствуйте!")
    await phone.settled()
    return phone


async def tap(phone: Phone, label: str) -> None:
    """Wait for the button, then press it."""
    await phone.press(label, on=await phone.sees_button(label))


async def open_member(irina: Phone, family: str, member: str) -> None:
    """The class teacher opens the card of somebody in a family."""
    for label in ("7Б: семьи", family, member):
        await tap(irina, label)
    await irina.sees_on_screen("Согласие:")


async def code_of(irina: Phone, family: str, member: str, button: str = "Выдать код") -> str:
    await open_member(irina, family, member)
    await tap(irina, button)
    shown = await irina.sees_on_screen("Код: ")
    found = CODE.search(shown.text)
    assert found is not None
    assert shown.photo is not None
    assert f"https://t.me/zvonok_bot?start={found.group().replace('-', '')}" in shown.text
    return found.group()


async def test_a_mother_gets_in_step_by_step(town: Town, olga: Phone) -> None:
    irina = town.phone(town.people.irina)
    code = await code_of(irina, "Петрова К.", "Петрова О.")

    # The link brings the code; four digits prove who she is; no pupil data before consent.
    await olga.start(code.replace("-", ""))
    await olga.sees("последние 4 цифры телефона")
    await olga.say("0000")
    await olga.sees("код или цифры не подходят")
    await olga.say("0004")
    gate = await olga.sees("Согласие на обработку персональных данных")
    assert "Ксения" in gate.text
    assert not any("Петрова" in message.text or "7Б" in message.text for message in olga.messages)
    await tap(olga, "Согласен(на)")
    await olga.sees("Ваш ребёнок: Ксения")

    # Somebody else finds the used notice: the same polite answer as for a wrong code.
    finder = town.sandbox.phone(78, first_name="Чужой")
    await finder.start(code.replace("-", ""))
    await finder.sees("код или цифры не подходят")

    # She may take her consent back, and give it again.
    await tap(olga, "Мои согласия")
    await tap(olga, "Отозвать: Ксения")
    await tap(olga, "Да, отозвать")
    await olga.sees("Ксения: согласия нет")


async def test_a_code_typed_in_russian_letters_and_a_file_instead_of_it(town: Town, olga: Phone) -> None:
    irina = town.phone(town.people.irina)
    code = await code_of(irina, "Петрова К.", "Петрова О.")
    await olga.start()
    await olga.sees("Чтобы войти, нужен код приглашения")
    await tap(olga, "Ввести код")
    await olga.sees("Наберите код")
    await olga.send_document(b"not a code", "code.txt")
    await olga.sees("текстом, пожалуйста")
    await olga.say("😀" * 1000)
    await olga.sees("код или цифры не подходят")
    await olga.say(code.lower().translate(str.maketrans("abcehkmptx", "авсенкмртх")))
    await olga.sees("последние 4 цифры телефона")

    # The class teacher gave her a new code meanwhile: she types it where digits are asked.
    await tap(irina, "Новый код")
    await irina.settled()
    found = CODE.search(irina.screen.text)
    assert found is not None
    assert found.group() != code
    await olga.say(found.group())
    await olga.settled()
    await olga.say("+7 900 000-00-04")
    await olga.sees("Согласие на обработку персональных данных")


async def test_without_a_phone_the_class_teacher_confirms(town: Town) -> None:
    irina, pupil = town.phone(town.people.irina), town.sandbox.phone(79, first_name="Пётр")
    code = await code_of(irina, "Иванов П.", "ученик")
    await pupil.say(code)
    await pupil.sees("вас подтвердит школа")
    await tap(pupil, "Пусть подтвердит школа")
    await pupil.sees("попросили школу подтвердить")
    await pupil.say("Ну что там?")
    await pupil.sees("ещё не подтвердила")
    await irina.sees("Иванов Пётр: кто-то вошёл по коду")
    await tap(irina, "Подтвердить")
    await pupil.sees("Школа подтвердила, что это вы")
    await tap(pupil, "‹ Меню")
    await pupil.sees("нужно ваше согласие")


async def test_guessing_is_slowed_down_and_the_class_teacher_learns(town: Town, olga: Phone) -> None:
    irina = town.phone(town.people.irina)
    code = await code_of(irina, "Петрова К.", "Петрова О.")
    await olga.start(code.replace("-", ""))
    await olga.sees("последние 4 цифры телефона")
    for number in range(5):
        await olga.say(f"11{number:02}")
        await olga.settled()
    await olga.say("0004")
    await olga.sees("Слишком много попыток")
    await irina.sees("Петрова Ольга Ивановна: с этим приглашением не получается войти")


async def test_two_taps_close_access_and_the_director_receives_it(town: Town, director: Phone) -> None:
    mother = town.phone(town.people.mother)
    await mother.settled()
    await tap(mother, "Доступ мог попасть к чужим")
    await tap(mother, "Да, закрыть доступ")
    await mother.sees("Доступ закрыт, директор и администратор узнают")
    await tap(mother, "Вчера")
    await mother.sees("Записано, спасибо")

    # Whatever she presses or writes now, one clear sentence says what to do.
    await mother.say("Здравствуйте")
    await mother.sees("попросите новое приглашение")

    notice = await director.sees("Обнаружено: 13 сентября, 00:00")
    assert "Иванова Мария Сергеевна: доступ мог попасть к чужим и закрыт" in notice.text
    await tap(director, "Получил(а)")
    await director.sees("Получено директором: 14 сентября")
    await tap(director, "Приложение 1 (PDF)")
    document = await director.sees("приложение 1")
    assert document.file is not None
    assert document.file.data.startswith(b"%PDF-")

    # A new invitation brings her back.
    code = await code_of(town.phone(town.people.irina), "Иванов П.", "мать")
    await mother.say(code)
    await mother.sees("последние 4 цифры телефона")
    await mother.say("0001")
    await mother.sees("Ваш ребёнок: Пётр")


async def test_a_teacher_whose_access_was_closed_hears_that_from_an_old_register(
    town: Town, director: Phone
) -> None:
    anna = town.phone(town.people.anna)
    await tap(anna, "Перекличка")
    register = await anna.sees_button("Иванов П.")
    await anna.say("/help")
    await tap(anna, "Доступ мог попасть к чужим")
    await tap(anna, "Да, закрыть доступ")
    await director.sees("Соколова Анна Петровна: доступ мог попасть к чужим и закрыт")
    await anna.press("Иванов П.", on=register)
    await anna.sees("Доступ закрыт: сообщили, что он мог попасть к чужим")


async def test_a_parent_presses_the_class_teachers_buttons(town: Town) -> None:
    irina, father = town.phone(town.people.irina), town.phone(town.people.father)
    await open_member(irina, "Иванов П.", "мать")
    forged = [
        button.data
        for message in irina.messages
        for row in message.buttons
        for button in row
        if button.data and not button.data.startswith(("home", "help", "now", "mcl"))
    ]
    assert len(forged) >= 4
    await father.settled()
    for data in forged:
        await father.press_data(data)
        await father.settled()
    said = " ".join(message.text for message in father.messages)
    assert "Не найдено" in said
    assert "Иванов" not in said
