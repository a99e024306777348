"""Homework from the corridor: typed, photographed, for all and for one; and the families who read it (J3)."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from db.models import Guardianship, Homework, HomeworkFile, Lesson, School, StoredFile
from handlers.callbacks.homework import (
    ChooseDue,
    ChooseWhom,
    EditHomework,
    NoHomework,
    OpenHomework,
    RemoveFile,
    SaveHomework,
    SetDue,
    SetEveryone,
    SetForPupil,
    ShowHomeworkDay,
    ShowOwnFiles,
    ShowTaskFiles,
    TakeHint,
    WithdrawHomework,
)
from sandbox import Phone
from sandbox.views import message_json
from services.files import MAX_BYTES
from services.homework_draft import TEXT_LIMIT
from services.notifications import homework_reminder
from tests.journeys.bad_days import forge, kept, nothing_breaks
from tests.journeys.conftest import Town
from tests.world import MONDAY

BOARD = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR42mO40KAAQQxwFgBadAihmNlUMgAAAABJRU5ErkJggg=="
)
SECOND = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADElEQVR4nGNgaGAAAAGGAIEb7bpIAAAAAElFTkSuQmCC"
)
TODAY = MONDAY.toordinal()
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
async def calm(town: Town) -> AsyncIterator[None]:
    async with nothing_breaks(town):
        yield


async def open_homework(town: Town) -> Phone:
    """Anna Petrovna on the homework of the lesson that is running."""
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Домашнее")
    await anna.sees("Дома: не задано")
    return anna


async def save(phone: Phone) -> str:
    """«Записать» under the newest preview; the toast. An earlier screen has «Записать тему»."""
    return (await phone.press("Записать", on=await phone.sees_on_screen("Срок:"))).text


async def count(town: Town, model: type[Homework | HomeworkFile | StoredFile]) -> int:
    async with town.db.transaction() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_the_story(town: Town) -> None:
    mother, father = town.phone(town.people.mother), town.phone(town.people.father)
    anna = await open_homework(town)
    await anna.sees("Записать нужно до конца дня")

    # She types the task and adds a photo of the board; the bot shows who gets what by when.
    await anna.say("§12 № 345–350, Иванову ещё № 351")
    await anna.sees("Всем: §12 № 345–350")
    await anna.sees("Иванов П.: ещё № 351")
    await anna.send_photo(BOARD)
    preview = await anna.sees_on_screen("📎 1 файл")
    assert "Срок: на пн 21.09, 3-й урок" in preview.text
    assert await save(anna) == "Записано"
    await anna.sees("1. Всем: §12 № 345–350")
    await mother.does_not_see("Домашнее задание")

    # When the undo window is over, every family reads its own.
    await town.at("10:23")
    told = await mother.sees("Домашнее задание · понедельник, 14 сентября")
    assert "ещё № 351" in told.text
    assert "отдельное задание" in told.text
    assert "351" not in (await father.sees("§12 № 345–350")).text

    # The photo comes on request.
    await mother.press("Показать файлы", on=told)
    await mother.settled()
    assert mother.screen.photo is not None
    assert mother.screen.photo.data == BOARD

    # The next lesson moves: another date by a button, and the message is edited.
    await anna.press("Изменить 1")
    await anna.press("Изменить срок")
    await anna.press("чт 17.09")
    await anna.sees("Срок: на чт 17.09")
    await save(anna)
    await anna.sees("1. Всем: §12 № 345–350")
    await town.at("10:30")
    changed = await mother.sees("изменено")
    assert changed.message_id == told.message_id
    assert "на чт 17.09" in changed.text

    # And it is taken back.
    await anna.press("Снять 1")
    await anna.press("Да, снять")
    await town.at("10:40")
    assert (await father.sees("Задание снято: Алгебра")).message_id
    assert sum("Домашнее задание" in message.text for message in mother.messages) == 1


async def test_an_album_is_one_task_with_one_preview(town: Town) -> None:
    anna = await open_homework(town)
    before = len(anna.messages)
    await anna.send_album([BOARD, SECOND], "Упражнения с доски")
    await anna.send_album([("лист.pdf", b"%PDF-1.7")])
    preview = await anna.sees_on_screen("📎 3 файла")
    assert "Упражнения с доски" in preview.text
    await anna.settled()
    assert sum(message.outgoing for message in anna.messages[before:]) == 2
    await save(anna)
    await anna.sees("📎 3 файла")
    assert (await count(town, Homework), await count(town, HomeworkFile)) == (1, 3)
    await anna.press("Файлы 1")
    await anna.settled()
    assert anna.screen.document is not None
    assert anna.screen.document.name == "лист.pdf"


async def test_a_message_that_comes_twice_adds_nothing(town: Town) -> None:
    anna = await open_homework(town)
    sent = await anna.send_photo(BOARD, "С доски")
    await anna.sees_on_screen("С доски")
    anna.chat.bot.queue.push("message", anna.chat, message_json(sent))
    await anna.sees("Задание изменилось, оно ниже")
    await save(anna)
    await anna.sees("1. Всем: С доски")
    async with town.db.transaction() as session:
        assert await session.scalar(select(Homework.text)) == "С доски"
    assert (await count(town, Homework), await count(town, HomeworkFile)) == (1, 1)


async def test_two_taps_on_save_are_one_task(town: Town) -> None:
    anna = await open_homework(town)
    await anna.say("§12")
    await anna.sees("Всем: §12")
    preview = anna.screen
    taps = [anna.tap("Записать", on=preview) for _ in range(2)]
    answers = [(await anna.answered(tap)).text for tap in taps]
    assert answers == ["Записано", "Этого черновика уже нет: он записан или отменён."]
    await anna.sees("1. Всем: §12")
    assert await count(town, Homework) == 1


async def test_an_old_preview_writes_nothing_that_it_does_not_show(town: Town) -> None:
    anna = await open_homework(town)
    await anna.say("§12")
    old = await anna.sees("Всем: §12")
    save_old = next(button.data for row in old.buttons for button in row if button.text == "Записать")
    await anna.say("§13")
    await anna.sees("Всем: §13")
    await anna.sees("Задание изменилось, оно ниже")
    assert save_old is not None
    assert "изменилось" in (await anna.press_data(save_old, message=old)).text
    assert await count(town, Homework) == 0


async def test_a_reminder_names_the_lessons_and_leads_to_them(town: Town) -> None:
    async with town.db.transaction() as session:
        await session.execute(update(School).values(preset="kasli"))
    anna = town.phone(town.people.anna)
    await anna.start()
    await town.at("13:50")
    async with town.db.transaction() as session:
        await homework_reminder.remind(session, town.clock.now())
    reminder = await anna.sees("Не задано: 7Б алгебра")
    assert "Записать нужно до 14:50" in reminder.text
    await anna.press("3 урок: 7Б алгебра", on=reminder)
    await anna.press("Дома ничего")
    done = await anna.sees("записано во всех уроках")
    assert done.message_id
    assert await count(town, Homework) == 0


async def test_for_whom_and_when_is_chosen_by_buttons(town: Town) -> None:
    mother, father = town.phone(town.people.mother), town.phone(town.people.father)
    anna = await open_homework(town)
    await anna.say("§12")
    await anna.press("Кому")
    await anna.press("Сидоренко М.")
    await anna.sees_button("✅ Сидоренко М.")
    await anna.press("‹ К заданию")
    await anna.sees("Сидоренко М.: §12")
    await anna.press("Изменить срок")
    await anna.press("Другая дата…")
    await anna.say("вчера")
    await anna.sees("Не понял дату")
    await anna.say("14.09")
    await anna.sees("Срок должен быть позже урока")
    await anna.say("30.09")
    await anna.sees("Срок: на ср 30.09")
    await save(anna)
    await town.at("10:23")
    await father.sees("на ср 30.09")
    await mother.does_not_see("§12")


async def test_a_namesake_is_asked_about(town: Town) -> None:
    async with town.db.transaction() as session:
        town.people.world.session = session
        await town.people.world.pupil("Иванов Павел", town.people.group)
    anna = await open_homework(town)
    await anna.say("§12, Иванову ещё № 351")
    await anna.sees("Уточните, кому: «Иванову ещё № 351»")
    await anna.press("Иванов Пётр")
    await anna.sees("Иванов Пётр: ещё № 351")
    await save(anna)
    assert (await anna.sees("2. Иванов Пётр: ещё № 351")).text


@pytest.mark.parametrize(
    "words", ["<b>№ 5</b> &amp; <script>", "🤡" * 500, "я" * TEXT_LIMIT, "\u202e§12\u202c"]
)
async def test_whatever_is_typed_is_shown_as_it_is(town: Town, words: str) -> None:
    anna = await open_homework(town)
    await anna.say(words)
    await anna.sees_button("Записать")
    await save(anna)
    await anna.sees("1. Всем:")
    async with town.db.transaction() as session:
        assert await session.scalar(select(Homework.text)) == words.strip("\u202e\u202c")


async def test_what_is_no_task_gets_a_clear_answer(town: Town) -> None:
    anna = await open_homework(town)
    await anna.send_contact()
    await anna.sees("подойдут текст, фото или файл")
    await anna.say("я" * (TEXT_LIMIT + 1))
    await anna.sees(f"длиннее {TEXT_LIMIT} знаков")
    await anna.send_document(b"\0" * (MAX_BYTES + 1), "видео.mp4")
    await anna.sees("Файл больше 20 МБ")
    await anna.send_document(b"\0", "пусто.txt")
    await anna.sees("📎 1 файл")
    assert await count(town, Homework) == 0


async def test_the_step_is_left_by_start(town: Town) -> None:
    anna = await open_homework(town)
    await anna.start()
    await anna.say("§12")
    await anna.sees("Сейчас я этого не жду")


async def test_a_file_that_telegram_has_forgotten_is_sent_from_our_folder(town: Town) -> None:
    mother = town.phone(town.people.mother)
    anna = await open_homework(town)
    await anna.send_document(b"%PDF-1.7", "лист.pdf")
    await save(anna)
    await town.at("10:23")
    told = await mother.sees("📎 1 файл")
    town.sandbox.state.files.clear()
    await mother.press("Показать файлы", on=told)
    await mother.settled()
    assert mother.screen.document is not None
    assert (mother.screen.document.name, mother.screen.document.data) == ("лист.pdf", b"%PDF-1.7")
    known = len(town.sandbox.state.files)
    await mother.press("Показать файлы", on=told)
    await mother.settled()
    assert len(town.sandbox.state.files) == known


async def test_a_file_that_is_lost_everywhere_is_named(town: Town, tmp_path: Path) -> None:
    mother = town.phone(town.people.mother)
    anna = await open_homework(town)
    await anna.send_document(b"%PDF-1.7", "лист.pdf")
    await save(anna)
    await town.at("10:23")
    told = await mother.sees("📎 1 файл")
    town.sandbox.state.files.clear()
    for kept_file in [path for path in (tmp_path / "files").rglob("*") if path.is_file()]:
        kept_file.unlink()
    await mother.press("Показать файлы", on=told)
    await mother.sees("Файл «лист.pdf» не сохранился")


async def test_a_former_guardian_reads_nothing_more(town: Town) -> None:
    mother = town.phone(town.people.mother)
    anna = await open_homework(town)
    await anna.send_photo(BOARD, "§12")
    await save(anna)
    await town.at("10:23")
    told = await mother.sees("§12")
    async with town.db.transaction() as session:
        await session.execute(
            update(Guardianship)
            .where(Guardianship.guardian_id == town.people.mother)
            .values(ends_on=MONDAY - timedelta(days=1))
        )
    await mother.press("Показать файлы", on=told)
    await mother.sees("Не найдено")
    assert all(message.photo is None for message in mother.messages)


async def test_forged_buttons_find_and_change_nothing(town: Town) -> None:
    anna = await open_homework(town)
    await anna.send_photo(BOARD, "§12")
    await save(anna)
    await anna.sees("1. Всем: §12")
    async with town.db.transaction() as session:
        homework_id, lesson_id = (await session.execute(select(Homework.id, Homework.lesson_id))).one()
        before = await kept(town)
    father, people = town.phone(town.people.father), town.people
    for data in (
        OpenHomework(lesson_id=lesson_id),
        NoHomework(lesson_id=lesson_id),
        TakeHint(lesson_id=lesson_id),
        EditHomework(homework_id=homework_id),
        WithdrawHomework(homework_id=homework_id),
        ShowOwnFiles(homework_id=homework_id),
        SaveHomework(lesson_id=lesson_id, version=1),
        ChooseDue(lesson_id=lesson_id),
        ChooseWhom(lesson_id=lesson_id, page=-5),
        SetForPupil(lesson_id=lesson_id, pupil_id=people.ivanov, chosen=True, page=0),
        ShowHomeworkDay(pupil_id=people.ivanov, day=TODAY),
        ShowTaskFiles(homework_id=homework_id, pupil_id=people.ivanov),
        ShowHomeworkDay(pupil_id=people.sidorenko, day=-1),
    ):
        assert "Не найдено" in await forge(town, father, data.pack())
    assert await kept(town) == before


async def test_a_draft_takes_no_forged_pupil_subgroup_file_or_day(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        stranger = await world.pupil("Чужов Семён", await world.group("7В", 7))
    anna = await open_homework(town)
    await anna.say("§12")
    await anna.sees("Всем: §12")
    async with town.db.transaction() as session:
        of_today = select(Lesson.id).where(Lesson.number == 3, Lesson.date == MONDAY)
        lesson_id = (await session.scalars(of_today)).one()
    for data in (
        SetForPupil(lesson_id=lesson_id, pupil_id=stranger, chosen=True, page=0),
        SetEveryone(lesson_id=lesson_id, course_id=town.people.russian),
        SetDue(lesson_id=lesson_id, day=-7, number=3),
    ):
        assert "Не найдено" in await forge(town, anna, data.pack())
    await forge(town, anna, RemoveFile(lesson_id=lesson_id, file_id=99).pack())
    assert "Срок" in await forge(town, anna, SetDue(lesson_id=lesson_id, day=TODAY, number=0).pack())
    await save(anna)
    await anna.sees("Срок должен быть позже урока")
    assert await count(town, Homework) == 0


async def test_two_teachers_write_at_once(town: Town) -> None:
    await town.at("11:12")
    anna, belova = town.phone(town.people.anna), town.phone(town.people.belova)
    for teacher, typed in ((anna, "§12"), (belova, "упр. 7")):
        await teacher.say("/now")
        await teacher.press("Домашнее")
        await teacher.sees("Дома: не задано")
        await teacher.say(typed)
    assert await asyncio.gather(save(anna), save(belova)) == ["Записано", "Записано"]
    await anna.sees("1. Всем: §12")
    await belova.sees("1. Всем: упр. 7")
