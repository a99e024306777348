"""A teacher writes a topic in one tap, puts the plan right and sends it as a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.enums import LessonKind
from db.models import AuditEntry, Lesson, LessonTopic, PlanTopic, SchoolSetting
from handlers.callbacks.plans import OpenPlan, SavePlanFile
from handlers.callbacks.topics import OpenTopic, TakeTopic, TypeTopic
from sandbox import Phone
from tests.journeys.conftest import Town
from tests.plans.making import make_plan
from tests.plans.test_files import workbook
from tests.world import MONDAY, World

NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
async def plan(town: Town) -> list[int]:
    async with town.db.transaction() as session:
        people = town.people.world
        world = World(session, people.school_id, people.year_id)
        return await make_plan(world, town.people.algebra)


async def to_topic(town: Town) -> Phone:
    """Anna Petrovna at the topic of lesson 3."""
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.press("Записать тему")
    await anna.sees("Тема не записана")
    return anna


async def lesson_id(town: Town) -> int:
    async with town.db.transaction() as session:
        found = await session.scalar(select(Lesson.id).where(Lesson.number == 3, Lesson.date == MONDAY))
    assert found is not None
    return found


async def topic(town: Town) -> tuple[str, LessonKind] | None:
    async with town.db.transaction() as session:
        row = (await session.execute(select(LessonTopic.topic, LessonTopic.kind))).one_or_none()
        return None if row is None else (row.topic, row.kind)


async def test_the_plan_proposes_and_one_tap_writes(town: Town, plan: list[int]) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.sees("⚪ Тема: Степень числа (1)")
    await anna.press("Записать тему")
    await anna.sees("По плану урок 1:")
    assert (await anna.press("1. Степень числа")).text == "Тема записана"
    await anna.sees("🟢 Тема: Степень числа")
    await anna.press("‹ К уроку")
    await anna.sees("🟢 Тема: Степень числа")
    await anna.sees("⚪ Дома: не задано")
    await town.at("10:20", NEXT_MONDAY)
    await anna.start()
    await anna.sees("⚪ Тема: Практикум: степени (2 · практическая работа № 1)")


async def test_own_words_are_typed_and_their_kind_chosen(town: Town, plan: list[int]) -> None:
    anna = await to_topic(town)
    await anna.press("Написать свою")
    await anna.sees("Напишите тему урока одним сообщением.")
    await anna.send_document(b"board", "доска.txt")
    await anna.sees("Здесь нужны слова")
    await anna.say("я" * 501)
    await anna.sees("Слишком длинно: можно до 500 знаков.")
    await anna.say("Поход в <b>музей</b> & парк 🦊")
    await anna.sees("🟢 Тема: Поход в <b>музей</b> & парк 🦊")
    await anna.press("Экскурсия")
    await anna.sees("Вид: экскурсия. Этой темы в плане нет.")
    assert await topic(town) == ("Поход в <b>музей</b> & парк 🦊", LessonKind.EXCURSION)
    await anna.say("И ещё что-то")
    await anna.sees("Сейчас я этого не жду.")


@pytest.mark.parametrize("way_out", ["/start", "‹ Назад"])
async def test_what_is_typed_after_the_step_was_left_is_no_topic(
    way_out: str, town: Town, plan: list[int]
) -> None:
    anna = await to_topic(town)
    await anna.press("Написать свою")
    await anna.sees("Напишите тему урока")
    if way_out.startswith("/"):
        await anna.start()
    else:
        await anna.press(way_out)
    await anna.settled()
    await anna.say("Поздние слова")
    await anna.sees("Сейчас я этого не жду.")
    assert await topic(town) is None


async def test_a_lesson_that_was_locked_meanwhile_keeps_its_topic(town: Town, plan: list[int]) -> None:
    async with town.db.transaction() as session:
        session.add(SchoolSetting(school_id=town.people.world.school_id, key="edit_lock_days", value="2"))
    anna = await to_topic(town)
    await anna.press("Написать свою")
    await anna.sees("Напишите тему урока")
    await town.at("10:00", MONDAY + timedelta(days=3))
    await anna.say("Слишком поздно")
    await anna.sees("🔒 Записи за 14 сентября закрыты")
    await anna.press_data(TakeTopic(lesson_id=await lesson_id(town), topic_id=plan[0]).pack())
    await anna.press_data(OpenTopic(lesson_id=await lesson_id(town)).pack())
    await anna.sees("🔒 Записи за 14 сентября закрыты: срок исправлений прошёл.")
    assert await topic(town) is None


async def test_forged_and_foreign_buttons_find_nothing(town: Town, plan: list[int]) -> None:
    await to_topic(town)
    belova, mother = town.phone(town.people.belova), town.phone(town.people.mother)
    lesson = await lesson_id(town)
    for stranger in (belova, mother):
        for data in (
            OpenTopic(lesson_id=lesson).pack(),
            TakeTopic(lesson_id=lesson, topic_id=plan[0]).pack(),
            TypeTopic(lesson_id=lesson).pack(),
            OpenPlan(course_id=town.people.algebra).pack(),
            SavePlanFile(course_id=town.people.algebra).pack(),
            "tps:0:0",
            "tpk:1:party",
            "ktm:1:1:-5",
        ):
            await stranger.press_data(data)
        await stranger.sees("Не найдено")
        await stranger.does_not_see("Степень числа")
    assert await topic(town) is None


async def test_a_plan_is_put_right_row_by_row(town: Town, plan: list[int]) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.sees("7Б · Алгебра")
    await anna.press_data(OpenPlan(course_id=town.people.algebra).pack())
    await anna.sees("В плане 6 тем, по расписанию за год 16 уроков.")
    await anna.press("Темы по порядку")
    rows = await anna.sees("3. Линейные уравнения")
    await anna.press("3", on=rows)
    await anna.press("Изменить тему")
    await anna.sees("Записанные уроки сохранят прежние слова.")
    await anna.say("Уравнения с одной переменной")
    await anna.sees("Урок 3 · практическая работа № 2")
    await anna.press("Задание на дом")
    await anna.sees("что обычно задают")
    await anna.say("§ 12, № 345–350")
    await anna.sees("Дома: § 12, № 345–350")
    await anna.press("Контрольная")
    await anna.sees("Урок 3 · контрольная работа № 1")
    assert (await anna.press("↑ Раньше")).text == "Теперь № 2"
    await anna.press("Добавить после № 2")
    await anna.sees("Она встанет после этой.")
    await anna.say("Резерв")
    await anna.sees("Урок 3")
    await anna.press("Убрать тему")
    await anna.sees("Убрать эту тему из плана?")
    await anna.press("Убрать")
    await anna.sees("2. Уравнения с одной переменной · контрольная работа № 1")
    await anna.does_not_see("Резерв")


async def test_a_file_is_shown_first_and_replaces_the_plan(town: Town, plan: list[int]) -> None:
    anna = town.phone(town.people.anna)
    await anna.start()
    await anna.sees("7Б · Алгебра")
    await anna.press_data(OpenPlan(course_id=town.people.algebra).pack())
    await anna.press("Загрузить из файла")
    await anna.sees("Пришлите файл")
    await anna.say("Вот план")
    await anna.sees("Жду файл с планом")
    await anna.send_document(b"MZ not a workbook", "план.xlsx")
    await anna.sees("это не книга Excel")
    wrong = [["Алгебра", 7, "три", "Не число", "", "", ""], ["Алгебра", 7, 2, "", "", "", ""]]
    await anna.send_document(workbook(wrong), "план.xlsx")
    await anna.sees("В файле 2 ошибки, план не изменился:")
    await anna.sees("Лист «КТП», строка 2, столбец «№»: «три» — не число")
    rows = [["Алгебра", 7, n, f"Новая тема {n}", "", "", ""] for n in range(1, 69)]
    await anna.send_document(workbook(rows), "план.xlsx")
    preview = await anna.sees("Вариант 1: прочитано 68 тем.")
    async with town.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(PlanTopic)) == len(plan)
    assert (await anna.press("Заменить план")).text == "План сохранён"
    await anna.sees("🟢 План сохранён.")
    async with town.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(PlanTopic)) == len(rows)
        assert await session.scalar(select(func.count()).where(AuditEntry.action == "plan.changed")) == 1
    await anna.press_data(SavePlanFile(course_id=town.people.algebra).pack(), message=preview)
    await anna.sees("Этот файл уже не под рукой.")
