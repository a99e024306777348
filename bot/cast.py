"""Who plays in the demo: the people of the story, how they get in, and the tour through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Channel
from db.models import Person as PersonCard
from db.models import Register, SchoolYear
from db.queries import sample_year, timetable
from sandbox import Person, TourStep
from services.access.binding import BindingService
from services.access.invitations import issue, view_of
from services.actor import Account
from services.clock import Clock


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the demo school with a phone. `connected`: they have entered their code already."""

    user_id: int
    name: str
    role: str
    connected: bool = True


ANNA, MOTHER, IRINA, FATHER, BELOVA, AGAEVA, DIRECTOR, ADMINISTRATOR, DEPUTY = range(101, 110)

PARTS = (
    Part(ANNA, "Соколова Анна Петровна", "учитель алгебры"),
    Part(MOTHER, "Иванова Мария Сергеевна", "мама Иванова Петра, 7Б"),
    Part(IRINA, "Кузнецова Ирина Викторовна", "классный руководитель 7Б и сама мама"),
    Part(FATHER, "Сидоренко Олег Викторович", "папа Сидоренко Матвея, 7Б"),
    Part(BELOVA, "Белова Марина Андреевна", "учитель русского языка"),
    Part(AGAEVA, "Агаева Зарема Ахмедовна", "мама Агаева Ислама, 7Б", connected=False),
    Part(DIRECTOR, "Ветрова Наталья Александровна", "директор"),
    Part(ADMINISTRATOR, "Дорохов Артур Геннадьевич", "администратор"),
    Part(DEPUTY, "Громова Галина Степановна", "завуч"),
)

INVITATION_DAYS = 30
ZONE = ZoneInfo("Europe/Moscow")

TOUR = (
    TourStep(
        "Идёт третий урок",
        "Понедельник, 10:17. Анна Петровна ведёт алгебру в 7Б, и бот уже показал ей этот урок. "
        "Откройте список класса.",
        ANNA,
        press="Перекличка",
        expect="Отметьте тех, кого нет",
    ),
    TourStep(
        "Кого нет",
        "Одно касание — одна Н: список не переспрашивает.",
        ANNA,
        press="Иванов П.",
        expect="нет 1 из",
    ),
    TourStep(
        "И второго",
        "Ошиблись? Коснитесь ещё раз, и ученик снова на месте.",
        ANNA,
        press="Сидоренко М.",
        expect="нет 2 из",
    ),
    TourStep(
        "Готово",
        "Родители узнают не сразу: пять минут можно исправить.",
        ANNA,
        press="Готово",
        expect="Родители узнают в",
    ),
    TourStep(
        "Не будем ждать",
        "В жизни сообщение уйдёт само, когда выйдет время. Здесь отправим его сейчас.",
        ANNA,
        press="Сообщить сейчас",
        expect="Вы знаете, почему?",
        expect_user_id=MOTHER,
    ),
    TourStep(
        "Мама отвечает",
        "Сообщение и есть форма: ответ в одно касание сразу стоит в перекличке.",
        MOTHER,
        press="Болеет",
        expect="Вы ответили",
    ),
    TourStep(
        "Папа удивлён",
        "Матвей опоздал и уже сидит в классе.",
        FATHER,
        press="Он в школе!",
        expect="в школе. У вас стоит Н",
        expect_user_id=ANNA,
    ),
    TourStep(
        "Учитель исправляет",
        "Матвей вошёл на двенадцатой минуте.",
        ANNA,
        press="Исправить",
        expect="Когда пришёл",
    ),
    TourStep(
        "Двенадцать минут",
        "Сообщение у папы изменится на месте, второго не будет.",
        ANNA,
        press="12 мин",
        expect="опоздание 12 мин",
        expect_user_id=FATHER,
    ),
    TourStep(
        "Классный руководитель",
        "Ирина Викторовна сейчас тоже ведёт урок, но её класс — 7Б. Откройте меню.",
        IRINA,
        press="‹ Меню",
        expect="здравствуйте",
    ),
    TourStep(
        "Мой класс сегодня",
        "Кого нет, почему и кому не удалось сообщить: весь день класса на одном экране.",
        IRINA,
        press="Мой класс сегодня",
        expect="Иванов П.",
    ),
    TourStep(
        "Одно касание",
        "Причины подтверждаются все сразу, и мама увидит это в своём сообщении.",
        IRINA,
        press="Подтвердить причины",
        expect="Причина подтверждена",
        expect_user_id=MOTHER,
    ),
    TourStep(
        "Тема урока",
        "Вернёмся к Анне Петровне: перекличка есть, а темы ещё нет.",
        ANNA,
        press="Записать тему",
        expect="По плану урок 6",
    ),
    TourStep(
        "Из плана",
        "Бот знает, что уже прошли, и предлагает следующую тему. Одно касание.",
        ANNA,
        press="6. Линейные уравнения",
        expect="Тема: Линейные уравнения",
    ),
    TourStep("Что дома", "Теперь задание.", ANNA, press="Домашнее", expect="Дома: не задано"),
    TourStep(
        "Своими словами",
        "Пишите, как сказали бы классу: что задано одному, бот отделит сам. Можно добавить фото доски.",
        ANNA,
        say="§ 2 № 38, 40, Иванову ещё № 44",
        expect="Уточните, кому",
    ),
    TourStep(
        "Иванову или Ивановой?",
        "Так пишутся обе фамилии. Бот не угадывает, а спрашивает.",
        ANNA,
        press="Иванов П.",
        expect="Иванов П.: ещё № 44",
    ),
    TourStep(
        "Записать",
        "Срок — следующий урок алгебры, если не выбрать другой.",
        ANNA,
        press="Записать",
        expect="2. Иванов П.: ещё № 44",
    ),
    TourStep(
        "Класс одним сообщением",
        "Отметки — тоже словами, прямо в чат: он знает, какой идёт урок.",
        ANNA,
        say="Иванова 5, Петровой 4 3, сидоренк 3, остальные 4",
        expect="Уточните: «Иванова 5»",
    ),
    TourStep(
        "Снова двое",
        "До «Записать» в журнале ничего не меняется.",
        ANNA,
        press="Иванова Полина",
        expect="хотя стоит «н»",
    ),
    TourStep(
        "Петра на уроке нет",
        "Бот помнит перекличку и спросит, прежде чем поставить отметку отсутствующему.",
        ANNA,
        press="Не ставить",
        expect="Не записывать: Иванов П. 4",
    ),
    TourStep(
        "Готово за минуту",
        "Весь класс в журнале.",
        ANNA,
        press="Записать",
        expect="Записано: 27 отметок",
    ),
    TourStep(
        "Дневник",
        "Тему мама видит сразу. Отметки и задание появятся здесь и придут сообщением через пять минут: "
        "до этого учитель может передумать.",
        MOTHER,
        press="Дневник: Пётр",
        expect="Линейные уравнения",
    ),
    TourStep(
        "Завуч",
        "Заболел учитель? Замещения записывают здесь же, и тот, кто заменит, сразу ведёт журнал этого урока.",
        DEPUTY,
        press="Замещения",
        expect="Журнал замещений",
    ),
)


async def bring_in(db: Database, clock: Clock) -> list[Person]:
    """Connect the people of the story as they would do it, and show the page who they are."""
    bindings = BindingService(db, clock)
    shown = []
    for part in PARTS:
        async with db.transaction() as session:
            card = await _card(session, part.name)
            invitation = issue(session, card, issued_by=None, days=INVITATION_DAYS, now=clock.now())
            await session.flush()
            code = view_of(card, invitation)
            phone = card.phone or ""
        if part.connected:
            account = Account(Channel.TELEGRAM, part.user_id, part.user_id)
            challenge = await bindings.present_code(account=account, typed=code.payload)
            await bindings.prove_by_phone(
                account=account, invitation_id=challenge.invitation_id, typed=phone[-4:]
            )
            shown.append(Person(part.user_id, part.name, part.role))
        else:
            hint = f"Приглашение: код {code.code}, телефон в карточке заканчивается на {phone[-4:]}."
            shown.append(Person(part.user_id, part.name, part.role, hint=hint, start_code=code.payload))
    return shown


async def keep_past_days(db: Database, clock: Clock) -> None:
    """The days before were kept in full; of today, Anna Petrovna's lessons are still open."""
    now = clock.now()
    today = now.astimezone(ZONE).date()
    async with db.transaction() as session:
        anna = await _card(session, PARTS[0].name)
        year = (await session.scalars(select(SchoolYear))).one()
        yesterday = today - timedelta(days=1)
        await sample_year.fill(session, anna.school_id, year.starts_on, yesterday, until=now)
        rows = await timetable.lessons(session, anna.school_id, today, today)
        kept = [
            {"lesson_id": row.lesson_id, "opened_at": row.starts_at, "taken_at": row.starts_at}
            for row in rows
            if row.ends_at <= now and row.teacher_id != anna.id
        ]
        if kept:
            await session.execute(insert(Register), kept)


async def _card(session: AsyncSession, name: str) -> PersonCard:
    last, first, middle = name.split()
    found = await session.scalars(
        select(PersonCard).where(
            PersonCard.last_name == last,
            PersonCard.first_name == first,
            PersonCard.middle_name == middle,
        )
    )
    return found.one()
