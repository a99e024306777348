"""A mother's question finds Anna Petrovna, and the answer finds the mother (C1, C8; product.md, idea 8)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.enums import Desk, StaffRole
from db.models import Binding, ClassTeacher, Guardianship, OutboxMessage, Thread
from handlers.callbacks.threads import (
    AnswerThread,
    ChooseAddressee,
    ChooseFamily,
    ChooseMute,
    ChooseSubject,
    LiftMute,
    MuteFor,
    OpenAddressees,
    OpenThread,
    PrintThread,
    SendDraft,
    ShowMessageThread,
    ShowMutes,
    ShowOfficeHours,
    ShowThreadFiles,
    WriteToClassTeacher,
    WriteToFamily,
    WriteToPerson,
    WriteToTeacher,
)
from sandbox import Message, Phone
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from tests.journeys.bad_days import forge, kept, nothing_breaks
from tests.journeys.conftest import Town
from tests.world import MONDAY

BOARD = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mO40KAAQQxwFgBadAihmNlUMgAAAABJRU5ErkJggg=="
)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
async def calm(town: Town) -> AsyncIterator[None]:
    async with nothing_breaks(town):
        yield


async def arrived(town: Town, phone: Phone, words: str) -> Message:
    """A digest of the week stands in the mother's chat, as the outbox remembers it."""
    sent = await town.branch.bot.send_message(phone.user.user_id, words)
    async with town.db.transaction() as session:
        [binding] = await session.scalars(
            select(Binding).where(Binding.external_user_id == phone.user.user_id)
        )
        await outbox.post(
            session,
            [
                NewMessage(
                    school_id=binding.school_id,
                    binding_id=binding.id,
                    kind="week_digest",
                    payload={"monday": MONDAY.isoformat()},
                    dedup_key="week:story",
                    priority=Priority.DIGEST,
                    not_before=town.clock.now() + timedelta(days=300),
                    pupil_id=town.people.ivanov,
                )
            ],
        )
        [row] = await session.scalars(select(OutboxMessage).where(OutboxMessage.dedup_key == "week:story"))
        row.external_ref = sent.message_id
    return next(message for message in phone.messages if message.message_id == sent.message_id)


async def test_the_story(town: Town) -> None:
    mother, anna = town.phone(town.people.mother), town.phone(town.people.anna)
    digest = await arrived(town, mother, "Пётр, 7Б · 14–18 сентября\n\nАлгебра 5 4 4\nРусский язык 3")

    # In the evening she answers a line: it waits for the teacher's hours, and she is told so.
    await town.at("20:30")
    asked = await mother.say("А можно пересдать?", reply_to=digest, quote="Алгебра 5 4 4")
    sent = await mother.sees("Отправлено: Соколова Анна Петровна, алгебра")
    assert "Анна Петровна прочитает завтра с 08:00" in sent.text
    await anna.does_not_see("пересдать")
    # What she corrects before anybody has read it stays known as corrected.
    await mother.edit(asked, "А можно переписать?")
    await mother.sees("Изменение передано")
    await town.at("08:00", TUESDAY)
    question = await anna.sees("А можно переписать?")
    for words in (
        "Иванова Мария Сергеевна, мама",
        "Иванов Пётр, 7Б · алгебра",
        "По строке «Алгебра 5 4 4» за 14–18 сентября",
        "изменено",
    ):
        assert words in question.text

    # She is typing something else; her reply still goes to the mother, with a photo.
    await anna.say("/start")
    await anna.press("Переписка (1)")
    await anna.press("Найти")
    await anna.send_photo(BOARD, "Да, в четверг. Вот задания.", reply_to=question)
    answer = await mother.sees("Да, в четверг. Вот задания.")
    assert "Соколова Анна Петровна, алгебра" in answer.text
    assert "+7" not in question.text
    await mother.press("📎 Файлы (1)", on=answer)
    await mother.settled()
    assert mother.screen.photo is not None
    assert mother.screen.photo.data == BOARD
    assert mother.screen.forward_origin is None

    # Both find it, and print it.
    for phone in (mother, anna):
        await phone.start()
        await phone.press("Переписка", on=phone.screen)
        await phone.press("Найти")
        await phone.say("ПЕРЕПИСАТЬ")
        await phone.sees("Нашлось по словам")
        await phone.press("1", on=phone.screen)
        await phone.press("Распечатать")
        await phone.sees("Вся переписка:")
        assert phone.screen.document is not None
        assert phone.screen.document.data.startswith(b"%PDF")


async def test_words_without_a_reader_are_kept_until_one_is_chosen(town: Town) -> None:
    mother, irina = town.phone(town.people.mother), town.phone(town.people.irina)
    await mother.say("Пётр завтра придёт позже")
    first = await mother.sees("Кому передать?")
    await mother.send_album([BOARD, b64decode(_SECOND)], "Вот справка")
    await mother.settled()
    assert (await mother.press("Администрация школы", on=first)).text == (
        "Это сообщение уже отправлено или изменилось."
    )
    await mother.settled()
    assert "Пётр завтра придёт позже" in mother.screen.text
    assert "📎 2 файла" in mother.screen.text
    await mother.press("Классный руководитель, Кузнецова И. В.", on=mother.screen)
    await mother.sees("Отправлено: Кузнецова Ирина Викторовна")
    told = await irina.sees("Пётр завтра придёт позже")
    assert "Вот справка" in told.text
    assert irina.find_button("📎 Файлы (2)", on=told)
    # Her answer needs no reply: the button asks for words.
    await irina.press("Ответить", on=told)
    await irina.sees("Кому: Иванова Мария Сергеевна, мама")
    await irina.say("Спасибо!")
    thanks = await mother.sees("Спасибо!")

    # Another class teacher came: what is said to the one before is kept, and asked about.
    async with town.db.transaction() as session:
        await session.execute(update(ClassTeacher).values(person_id=town.people.belova))
    await mother.say("И ещё вопрос", reply_to=thanks)
    await mother.sees("Здесь вам больше не ответят")
    await mother.sees("«И ещё вопрос»")
    await mother.press("Классный руководитель, Белова М. А.", on=mother.screen)
    await town.phone(town.people.belova).sees("И ещё вопрос")
    await irina.does_not_see("И ещё вопрос")
    await mother.press_data(WriteToClassTeacher(pupil_id=town.people.ivanov).pack())
    await mother.sees_on_screen("Кому: Белова М")
    await mother.press("Ответить", on=thanks)
    await mother.settled()
    await mother.press("Выбрать, кому написать", on=mother.screen)
    await mother.sees_on_screen("Кому написать о ребёнке")


async def test_words_after_the_form_was_left_go_to_nobody_in_it(town: Town) -> None:
    people = town.people
    mother, anna = town.phone(people.mother), town.phone(people.anna)
    await mother.start()
    await mother.press_data(
        WriteToPerson(pupil_id=people.ivanov, course_id=people.algebra, staff_id=0).pack()
    )
    await mother.press("Вся переписка", on=await mother.sees("Кому: Соколова Анна Петровна"))
    await mother.say("Здравствуйте!")  # the thread that she reads is the one that she writes in
    question = await anna.sees("Здравствуйте!")
    await mother.sees("Отправлено: Соколова Анна Петровна")
    await mother.press_data(
        WriteToPerson(pupil_id=people.ivanov, course_id=people.algebra, staff_id=0).pack()
    )
    await mother.press("‹ Меню", on=await mother.sees_on_screen("Кому: Соколова Анна Петровна"))
    await mother.say("На Анну Петровну можно пожаловаться?")
    await mother.sees("Кому передать?")
    await anna.does_not_see("пожаловаться")

    # Nor does a teacher write to one family in front of another one's thread.
    await anna.press("Ответить", on=question)
    await anna.sees_on_screen("Кому: Иванова Мария Сергеевна")
    await anna.press_data(
        WriteToFamily(pupil_id=people.sidorenko, guardian_id=people.father, course_id=people.algebra).pack()
    )
    other = await anna.sees_on_screen("Кому: Сидоренко")
    await anna.press("Ответить", on=question)
    await anna.sees_on_screen("Кому: Иванова Мария Сергеевна")
    await anna.press("Вся переписка", on=other)
    await anna.say("Марат получил двойку")
    await mother.does_not_see("Марат")


async def test_words_kept_about_a_child_who_is_no_longer_theirs_ask_anew(town: Town) -> None:
    mother, people = town.phone(town.people.mother), town.people
    async with town.db.transaction() as session:
        people.world.session = session
        await people.world.add(
            Guardianship,
            school_id=people.world.school_id,
            guardian_id=people.mother,
            pupil_id=people.petrova,
            relation="мачеха",
            starts_on=MONDAY,
        )
        await people.world.consent(people.mother, people.petrova)
    await mother.say("Болеет")
    await mother.press("Пётр", on=await mother.sees("О ком это сообщение?"))
    await mother.sees_on_screen("Кому передать?")
    async with town.db.transaction() as session:
        await session.execute(
            update(Guardianship)
            .where(Guardianship.pupil_id == people.ivanov)
            .values(ends_on=MONDAY - timedelta(days=1))
        )
    await mother.say("Придёт в среду")
    asked = await mother.sees("Придёт в среду")
    assert "Болеет" in asked.text
    assert "Кому передать?" in asked.text


async def test_the_help_point_says_when_it_answers_and_does(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        administrator_id = await world.employ(await world.person("Админов Иван"), StaffRole.ADMINISTRATOR)
        await world.account_of(administrator_id)
    mother, administrator = town.phone(town.people.mother), town.phone(administrator_id)
    await administrator.start()
    await town.at("20:00")
    await mother.start()
    await mother.press("Помощь", on=await mother.sees_button("Помощь"))
    await mother.sees_on_screen("Отвечают администратор или секретарь школы: пн–пт 09:00–17:00.")
    await mother.press("Задать вопрос")
    await mother.sees_on_screen("Отвечают администратор или секретарь школы: пн–пт 09:00–17:00.")
    await mother.say("Как войти с другого телефона?")
    await mother.sees("Отправлено: Помощь по журналу")
    await administrator.does_not_see("другого телефона")
    await town.at("09:00", TUESDAY)
    question = await administrator.sees("Как войти с другого телефона?")
    assert "Иванова Мария Сергеевна" in question.text
    await administrator.press("Ответить", on=question)
    await administrator.say("Попросите у классного руководителя новый код")
    answer = await mother.sees("Попросите у классного руководителя новый код")
    assert "Помощь по журналу" in answer.text


async def test_a_rude_guardian_is_muted_politely(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        deputy_id = await world.employ(await world.person("Завучева Ольга"), StaffRole.DEPUTY)
        await world.account_of(deputy_id)
    mother, irina, deputy = (
        town.phone(person) for person in (town.people.mother, town.people.irina, deputy_id)
    )
    await deputy.start()
    await mother.say("Грубость")
    await mother.press("Классный руководитель", on=await mother.sees("Кому передать?"))
    told = await irina.sees("Грубость")
    await irina.press("Вся переписка", on=told)
    await irina.press("Не передавать сообщения…")
    await irina.press("7 дней")
    await irina.say("Оскорбления")
    await irina.sees("не передаются до 21 сентября")
    note = await deputy.sees("Причина: Оскорбления")

    await mother.say("Ещё грубость")
    await mother.sees("Администрация школы вас выслушает")
    await mother.press("Администрация школы", on=mother.screen)
    await mother.sees("Отправлено: Администрация школы")
    await deputy.sees("Ещё грубость")
    await irina.does_not_see("Ещё грубость")
    await deputy.press("Снять", on=note)
    await deputy.sees("Сообщения снова передаются")


async def test_forged_buttons_find_nothing(town: Town) -> None:
    people, mother = town.people, town.phone(town.people.mother)
    await mother.say("Только классному руководителю")
    await mother.press("Классный руководитель", on=await mother.sees("Кому передать?"))
    await mother.settled()
    async with town.db.transaction() as session:
        thread_id = (await session.scalars(select(Thread.id).where(Thread.desk == Desk.CLASS_TEACHER))).one()
    before = await kept(town)
    foreign = (
        OpenThread(thread_id=thread_id, page=-1),
        AnswerThread(thread_id=thread_id),
        PrintThread(thread_id=thread_id),
        ChooseMute(thread_id=thread_id),
        MuteFor(thread_id=thread_id, days=7),
        LiftMute(mute_id=1),
        ShowMutes(),
        ShowThreadFiles(message_id=1),
        ShowMessageThread(message_id=1),
        ChooseAddressee(pupil_id=people.ivanov),
        OpenAddressees(pupil_id=people.ivanov),
        ChooseSubject(pupil_id=people.ivanov, staff_id=people.anna),
        WriteToClassTeacher(pupil_id=people.ivanov),
        WriteToPerson(pupil_id=people.ivanov, course_id=0, staff_id=people.irina),
        WriteToTeacher(pupil_id=people.ivanov, course_id=people.algebra, monday=0),
    )
    father, anna = town.phone(people.father), town.phone(people.anna)
    for data in (*foreign, ShowOfficeHours(), ChooseFamily(pupil_id=people.ivanov)):
        assert "Не найдено" in await forge(town, father, data.pack())
    for data in (*foreign, WriteToFamily(pupil_id=people.ivanov, guardian_id=people.mother, course_id=0)):
        assert "Не найдено" in await forge(town, anna, data.pack())
    await mother.press_data(SendDraft(draft_id=1, course_id=0, staff_id=people.belova).pack())
    assert await kept(town) == before


_SECOND = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADElEQVR4nGNgaGAAAAGGAIEb7bpIAAAAAElFTkSuQmCC"
