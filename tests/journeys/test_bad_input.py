"""Bad input is normal: it gets a clear sentence, nothing breaks, nothing changes, nothing leaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from db.enums import Answer, AttendanceStatus, StaffRole
from db.models import ClassTeacher, Person
from handlers.callbacks.alert import AnswerAlert, ChangeAnswer, ShowAlert
from handlers.callbacks.class_day import ConfirmReasons, ShowClassDay
from handlers.callbacks.disputes import CorrectAbsence, SettleQuestion, UpholdAbsence
from handlers.callbacks.families import ShowFamily
from handlers.callbacks.lessons import ShowDay, ShowLesson
from handlers.callbacks.planned_absences import PlanDraft, SavePlan
from handlers.callbacks.reasons import ChooseMissing, ChooseReason, SetReason
from handlers.callbacks.reconciliation import ShowReconciliation
from handlers.callbacks.register import AskMinutes, OpenRegister, SetCell, SetLate, TakeRegister, TellNow
from sandbox import Phone
from services.access.consents import ConsentService
from tests.journeys.bad_days import forge, kept, nothing_breaks
from tests.journeys.conftest import Town
from tests.world import MONDAY, YEAR_START

TODAY = MONDAY.toordinal()
YESTERDAY = MONDAY - timedelta(days=1)
EMOJI = "🤡" * 2048
"""4096 as Telegram counts."""


@pytest.fixture(autouse=True)
async def calm(town: Town) -> AsyncIterator[None]:
    async with nothing_breaks(town):
        yield


@dataclass(frozen=True, slots=True)
class Others:
    """People who have nothing to do with 7Б, or no longer have."""

    zoya: int
    """Leads 7В."""
    chuzhov: int
    """A pupil of 7В."""
    grandmother: int
    """Was Ivanov's guardian until yesterday."""
    former: int
    """Led 7Б until yesterday."""


async def add_others(town: Town) -> Others:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        zoya = await world.teacher("Зотова Зоя Ильинична")
        chuzhov = await world.pupil("Чужов Семён", await world.group("7В", 7, class_teacher=zoya))
        grandmother = await world.guardian(
            "Иванова Нина Павловна", town.people.ivanov, relation="бабушка", ends_on=YESTERDAY
        )
        former = await world.teacher("Бывшая Раиса Львовна")
        await world.add(
            ClassTeacher,
            school_id=world.school_id,
            group_id=town.people.group,
            person_id=former,
            starts_on=YEAR_START,
            ends_on=YESTERDAY,
        )
        for person in (zoya, grandmother, former):
            await world.account_of(person)
    for person in (zoya, grandmother, former):
        await town.phone(person).start()
    return Others(zoya, chuzhov, grandmother, former)


async def lesson_of(town: Town, person_id: int) -> int:
    """The only lesson that this teacher has on the story's Monday."""
    async with town.db.transaction() as session:
        town.people.world.session = session
        actor = await town.people.world.actor(person_id, town.clock.now())
    day = await town.branch.services.lessons.day(actor=actor)
    return day.lessons[0].lesson_id


async def told(town: Town, *names: str) -> int:
    """Anna Petrovna has marked them absent, and their guardians know; the lesson."""
    anna = town.phone(town.people.anna)
    await anna.press("Перекличка")
    for name in names:
        await anna.press(name)
    await anna.press("Готово")
    await anna.sees("Записано")
    await town.at("10:23")
    return await lesson_of(town, town.people.anna)


async def test_names_with_markup_emoji_and_right_to_left_marks_are_shown_as_they_are(town: Town) -> None:
    markup, marks, long = "<b>Бобби</b>&amp;'", "\u202eкилорК\u202c🧨", "Щ" * 200
    people = town.people
    names = {people.ivanov: (markup, "<i>"), people.petrova: (marks, "\u200f😀"), people.agaev: (long, long)}
    async with town.db.transaction() as session:
        world = people.world
        world.session = session
        for person, (last, first) in names.items():
            await session.execute(
                update(Person).where(Person.id == person).values(last_name=last, first_name=first)
            )
        guardian = await world.guardian("<u>Мама</u> &lt; 🧕", people.ivanov, people.petrova, people.agaev)
        await world.account_of(guardian)
        await session.execute(
            update(Person)
            .where(Person.id == people.anna)
            .values(last_name="</b>", middle_name="", first_name=long)
        )
    mother, anna, irina = town.phone(guardian), town.phone(people.anna), town.phone(people.irina)
    await mother.start()
    await anna.press("Перекличка")
    await anna.press("Опоздал")
    await anna.sees("Кто опоздал?")
    await anna.press("ЩЩЩ")
    await anna.sees("на сколько минут опоздание?")
    assert (await anna.press("12 мин")).text.endswith(": опоздание 12 мин")
    await anna.sees_button("🟡 ЩЩЩ")
    assert (await anna.press("ЩЩЩ")).text.endswith(": на месте")
    for label in ("<b>Бобби</b>", "килорК"):
        assert (await anna.press(label)).text.endswith(": Н")
    await anna.sees("нет 2 из 4")
    assert (await anna.press("ЩЩЩ")).text.endswith(": Н")
    await anna.press("Готово")
    await anna.sees(f"Нет: {markup}")
    await town.at("10:23")
    await mother.sees(f"{markup} <i>, 7Б")
    await mother.sees("килорК🧨 \u200f😀, 7Б")  # Telegram takes overriding marks out of texts
    await mother.sees(f"{long} {long}, 7Б")
    await mother.sees(f"Отметка: </b> {long}, 14 сентября")
    await irina.press("Мой класс сегодня")
    await irina.sees(markup)
    await irina.press("Причина вручную")
    await irina.press("ЩЩЩ")
    assert (await irina.press("Болезнь")).text.endswith("болезнь")
    await irina.sees("килорК🧨")
    await irina.press("‹ Меню")
    await irina.press("7Б: семьи")
    await irina.press("<b>Бобби</b>")
    await irina.sees("<u>Мама</u>")


async def test_whatever_comes_where_a_code_or_digits_are_expected(town: Town) -> None:
    async with town.db.transaction() as session:
        world = town.people.world
        world.session = session
        olga = await world.guardian("Петрова Ольга", town.people.petrova, consent=False, phone="+79000000004")
        actor = await world.actor(town.people.irina)
    invitation = await town.branch.services.invitations.show(actor=actor, person_id=olga)
    stranger = town.stranger()
    await stranger.start("_" * 64)
    await stranger.sees("код или цифры не подходят")
    await stranger.press("Ввести код")
    await everything_but_text(stranger, "Пришлите код или цифры текстом, пожалуйста.")
    await stranger.say(invitation.code)
    await stranger.sees("последние 4 цифры телефона")
    await everything_but_text(stranger, "Пришлите код или цифры текстом, пожалуйста.")
    await stranger.say(EMOJI)
    await stranger.sees("код или цифры не подходят")
    await stranger.say("0004")
    await stranger.sees("Согласие на обработку персональных данных")
    await stranger.start("A" * 64)
    await stranger.sees("код или цифры не подходят")


async def test_whatever_comes_where_a_date_is_expected(town: Town) -> None:
    irina = town.phone(town.people.irina)
    for label in ("Мой класс сегодня", "Отсутствие заранее", "Записать отсутствие", "Иванов П."):
        await irina.press(label)
    await irina.press("Другая дата…")
    await irina.sees("Первый день отсутствия?")
    before = await kept(town)
    await everything_but_text(irina, "Не понял дату")
    for typed in (EMOJI, "31.02", "0.0", "٣٠.٠٩", "01.01.9999", "99999999999.9"):
        assert "Не понял дату" in (await irina.sees_after(await irina.say(typed))).text
    await irina.start()
    await irina.say(EMOJI)
    await irina.sees("Сейчас я этого не жду")
    assert await kept(town) == before


async def everything_but_text(phone: Phone, answer: str) -> None:
    for send in (
        phone.send_photo(PIXEL, EMOJI[:512]),
        phone.send_document(b"RIFF....WEBP", "sticker.webp"),
        phone.send_contact("+79000000004"),
    ):
        assert answer in (await phone.sees_after(await send)).text


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000000500"
    "01a5f645400000000049454e44ae426082"
)


async def test_only_people_alone_with_the_bot_are_answered(town: Town) -> None:
    anna = town.phone(town.people.anna)
    sent = await anna.say("/now")
    await anna.sees("7Б · Алгебра")
    await anna.settled()
    seen, before = len(anna.messages), await kept(town)
    await anna.edit(sent, "/help")
    group = {"id": -100500, "type": "supergroup", "title": "Родители 7Б"}
    user = {"id": anna.user.user_id, "is_bot": False, "first_name": "Анна"}
    message = {"message_id": 1, "date": 0, "chat": group, "from": user, "text": "/now"}
    anna.chat.bot.queue.push("message", anna.chat, message)
    tap = {"id": "1", "from": user, "chat_instance": "1", "message": message, "data": "now"}
    anna.chat.bot.queue.push("callback_query", anna.chat, tap)
    await anna.settled()
    assert len(anna.messages) == seen
    assert await kept(town) == before


async def test_buttons_of_others_find_nothing(town: Town) -> None:
    people, others = town.people, await add_others(town)
    lesson = await told(town, "Иванов П.", "Сидоренко М.")
    absent = AttendanceStatus.ABSENT
    answer = AnswerAlert(pupil_id=people.ivanov, day=TODAY, answer=Answer.SICK)
    reason = SetReason(pupil_id=people.ivanov, day=TODAY, reason_id=people.world.reasons[0])
    plan = SavePlan(
        pupil_id=people.ivanov,
        starts_on=TODAY,
        ends_on=TODAY,
        first_lesson=0,
        last_lesson=0,
        reason_id=people.world.reasons[0],
    )
    before = await kept(town)
    for person, actions in {
        # A pupil of another class in one's own buttons.
        people.anna: (
            SetCell(lesson_id=lesson, pupil_id=others.chuzhov, status=absent),
            SetLate(lesson_id=lesson, pupil_id=others.chuzhov, minutes=5),
            AskMinutes(lesson_id=lesson, pupil_id=others.chuzhov),
            CorrectAbsence(lesson_id=lesson, pupil_id=others.chuzhov),
            SettleQuestion(lesson_id=lesson, pupil_id=others.chuzhov, minutes=0),
            UpholdAbsence(lesson_id=lesson, pupil_id=others.chuzhov),
            reason,
            ConfirmReasons(group_id=people.group, day=TODAY),
        ),
        people.father: (
            answer,
            ShowAlert(pupil_id=people.ivanov, day=TODAY),
            ChangeAnswer(pupil_id=others.chuzhov, day=TODAY),
            SetCell(lesson_id=lesson, pupil_id=people.sidorenko, status=AttendanceStatus.PRESENT),
            OpenRegister(lesson_id=lesson),
            ShowLesson(lesson_id=lesson),
            TakeRegister(lesson_id=lesson),
            TellNow(lesson_id=lesson),
            CorrectAbsence(lesson_id=lesson, pupil_id=people.sidorenko),
            SettleQuestion(lesson_id=lesson, pupil_id=people.sidorenko, minutes=5),
        ),
        # The class teacher does not give this lesson; a colleague neither gives it nor leads the class.
        people.irina: (
            SetCell(lesson_id=lesson, pupil_id=people.ivanov, status=absent),
            ChooseReason(pupil_id=others.chuzhov, day=TODAY),
            PlanDraft(pupil_id=others.chuzhov),
            answer,
        ),
        people.belova: (OpenRegister(lesson_id=lesson), reason, ShowClassDay(group_id=1, day=TODAY, page=0)),
        others.zoya: (reason, plan, ShowFamily(pupil_id=people.ivanov)),
        others.former: (reason, plan, ConfirmReasons(group_id=people.group, day=TODAY)),
        others.grandmother: (answer, ShowAlert(pupil_id=people.ivanov, day=TODAY)),
    }.items():
        phone = town.phone(person)
        for action in actions:
            read = await forge(town, phone, action.pack())
            assert "Не найдено" in read, (person, action)
            assert not any(name in read for name in ("Иванов", "Сидоренко", "Чужов"))
    assert await kept(town) == before


async def test_who_withdrew_consent_or_closed_access_cannot_answer_an_old_alert(town: Town) -> None:
    people = town.people
    await told(town, "Иванов П.", "Сидоренко М.")
    mother, father = town.phone(people.mother), town.phone(people.father)
    hers, his = await mother.sees("Нет на 3-м уроке"), await father.sees("Нет на 3-м уроке")
    async with town.db.transaction() as session:
        people.world.session = session
        mothers, fathers = await people.world.actor(people.mother), await people.world.actor(people.father)
    await ConsentService(town.db, town.clock).withdraw(actor=mothers, pupil_id=people.ivanov)
    await town.branch.services.compromises.report(actor=fathers, person_id=people.father)
    before = await kept(town)
    await mother.press("Болеет", on=hers)
    await mother.sees("Не найдено")
    await father.press("Он в школе!", on=his)
    await father.sees("Доступ закрыт: сообщили, что он мог попасть к чужим")
    assert await kept(town) == before


async def test_buttons_of_last_year_say_what_to_do(town: Town) -> None:
    lesson = await told(town, "Иванов П.")
    anna, mother = town.phone(town.people.anna), town.phone(town.people.mother)
    alert = await mother.sees("Нет на 3-м уроке")
    await anna.press("Исправить")
    register = await anna.sees_button("Сидоренко М.")
    await town.at("10:00", MONDAY + timedelta(days=365))
    before = await kept(town)
    anna.make_old(register)
    mother.make_old(alert)
    await anna.press("Сидоренко М.", on=register)
    await anna.sees_on_screen("Записи за 14 сентября закрыты: срок исправлений прошёл")
    await mother.press("Болеет", on=alert)
    await mother.sees_on_screen("Отвечать на это сообщение уже поздно")
    assert "Эта кнопка устарела" in await forge(town, anna, f"cell_of_2019:{lesson}")
    await anna.press("‹ Меню")
    await anna.sees_on_screen("здравствуйте")
    assert await kept(town) == before


GARBAGE = (
    "",
    "☠" * 16,
    "x" * 64,
    ":" * 64,
    "cell",
    "cell:" + "9" * 59,
    "cell:1:2",
    "cell:1:2:3:4",
    "cell:а:б:в",
)
HUGE = 2**63


async def test_forged_data_is_answered_and_changes_nothing(town: Town) -> None:
    people = town.people
    lesson = await told(town, "Иванов П.")
    async with town.db.transaction() as session:
        people.world.session = session
        head = await people.world.employ(
            await people.world.person("Орлов Павел Ильич"), StaffRole.DIRECTOR, StaffRole.ADMINISTRATOR
        )
        await people.world.account_of(head)
    await town.phone(head).start()
    latest = date.max.toordinal()
    stale, unknown = "Эта кнопка устарела", "Не найдено"
    forged: dict[int, dict[str, str]] = {
        people.anna: {
            **dict.fromkeys(GARBAGE, stale),
            f"cell:{lesson}:{people.ivanov}:sick": stale,
            f"cell:-{lesson}:{people.ivanov}:absent": stale,
            f"cell:{lesson}:{HUGE}:absent": stale,
            f"reg:{HUGE}": stale,
            f"reg:{HUGE - 1}": unknown,
            "reg:1e3": stale,
            f"cell:{lesson}:{people.ivanov}:late": "Опоздание бывает от 1 до 120 минут",
            f"late:{lesson}:{people.ivanov}:0": "Опоздание бывает от 1 до 120 минут",
            f"late:{lesson}:{people.ivanov}:-5": "Опоздание бывает от 1 до 120 минут",
            f"late:{lesson}:{people.ivanov}:9999": "Опоздание бывает от 1 до 120 минут",
            "day:0": unknown,
            "day:1000000000": unknown,
            f"day:{latest}": unknown,
            f"day:{HUGE}": unknown,
            ShowDay(day=date(2100, 12, 31).toordinal()).pack(): "31 декабря",
        },
        people.mother: {
            f"ans:{people.ivanov}:{TODAY}:dead": stale,
            f"ans:{people.ivanov}:{TODAY}:": stale,
            f"ans:{people.ivanov}:0:sick": unknown,
            f"ans:{people.ivanov}:{latest + 1}:sick": unknown,
            f"ans:{people.ivanov}:{TODAY + 1}:sick": "Пропуск уже исправлен",
            f"ans:{HUGE}:{TODAY}:sick": stale,
            f"anv:{people.ivanov}:-1": unknown,
            f"ard:{people.ivanov}:{TODAY}:{TODAY - 1}:::": "Конец раньше начала",
            f"ard:{people.ivanov}:{TODAY}:{TODAY + 200}:::": "Сами вы можете сообщить не больше",
            f"ard:{people.sidorenko}:::::": unknown,
            f"ars:{people.ivanov}:{TODAY - 1}:{TODAY}:0:0:1": "Эти дни уже прошли",
            f"ars:{people.ivanov}:{TODAY}:{TODAY}:0:0:{HUGE - 1}": unknown,
            f"arv:{HUGE - 1}": unknown,
            f"csg:{people.ivanov}:{'9' * 40}": "Ваш ребёнок: Пётр",
            f"csq:{HUGE}": stale,
            f"csw:{people.sidorenko}": unknown,
            f"fr:{people.father}": unknown,
            f"bnd:{HUGE}": stale,
            "cln:never": stale,
        },
        people.irina: {
            f"cday:{people.group}:{TODAY}:-1": "14 сентября",
            f"cday:{people.group}:{TODAY}:1000000": "14 сентября",
            f"cday:{people.group}:{TODAY}:{10**30}": "14 сентября",
            f"cday:{people.group}:0:0": unknown,
            f"cday:{HUGE}:{TODAY}:0": stale,
            ShowReconciliation(
                group_id=people.group, monday=date(2100, 12, 31).toordinal(), page=-1
            ).pack(): "7Б",
            ChooseMissing(group_id=people.group, day=TODAY, page=10**6).pack(): "Чью причину записать?",
            f"rss:{people.ivanov}:{TODAY}:{HUGE - 1}": unknown,
            f"rcw:{people.group}:{TODAY}:1000000": "Пропущен 1 урок",
            f"rcm:{people.group}:{TODAY + 7}": "Неделя ещё идёт",
            f"rct:{people.group}:{HUGE - 1}:9": "учебный год",
            f"aru:{HUGE - 1}:{TODAY}": unknown,
            f"exd:{people.ivanov}:1:1000000000::": unknown,
            f"oma:{people.group}:{HUGE - 1}": unknown,
            f"pal:{people.group}:-1000000": "отсутствие заранее",
            f"pap:{people.group}:1000000": "кого не будет?",
            f"pad:{people.ivanov}:{TODAY}:{TODAY}:{'7' * 36}::": stale,
            f"pad:{people.ivanov}:{TODAY}:{TODAY - 1}:::": "Конец раньше начала",
            f"pad:{people.ivanov}:{TODAY}:{TODAY + 400}:::": "не больше 60 дней",
            f"pas:{people.ivanov}:{TODAY}:{TODAY}:50:60:1": "Такого урока нет",
            f"pas:{people.ivanov}:{TODAY}:{TODAY}:0:0:{HUGE - 1}": unknown,
            f"pas:{people.ivanov}:1000000000:0:0:0:1": unknown,
            f"pav:{HUGE - 1}": unknown,
        },
        head: {
            "stf:-1": "Доступ сотрудников",
            "stf:1000000": "Доступ сотрудников",
            f"stm:{HUGE}": stale,
            f"cmv:{HUGE - 1}": unknown,
            f"cmp:{HUGE - 1}": unknown,
            f"inv:{HUGE - 1}": unknown,
        },
    }
    before = await kept(town)

    async def press_all(person: int) -> None:
        for data, expected in forged[person].items():
            assert len(data.encode()) <= 64, data
            assert expected in await forge(town, town.phone(person), data), data

    await asyncio.gather(*map(press_all, forged))
    assert await kept(town) == before
