"""Who plays in the demo: the people of the story, and how they get in."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Channel
from db.models import Person as PersonCard
from sandbox import Person
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


async def bring_in(db: Database, clock: Clock) -> list[Person]:
    """Connect the people of the story as they would do it, and show the page who they are."""
    bindings = BindingService(db, clock)
    shown = []
    for part in PARTS:
        async with db.transaction() as session:
            person = await card(session, part.user_id)
            school_id = person.school_id
            invitation = issue(session, person, issued_by=None, days=INVITATION_DAYS, now=clock.now())
            await session.flush()
            code = view_of(person, invitation)
            phone = person.phone or ""
        if part.connected:
            account = Account(Channel.TELEGRAM, part.user_id, part.user_id, school_id)
            challenge = await bindings.present_code(account=account, typed=code.payload)
            await bindings.prove_by_phone(
                account=account, invitation_id=challenge.invitation_id, typed=phone[-4:]
            )
            shown.append(Person(part.user_id, part.name, part.role))
        else:
            hint = f"Приглашение: код {code.code}, телефон в карточке заканчивается на {phone[-4:]}."
            shown.append(Person(part.user_id, part.name, part.role, hint=hint, start_code=code.payload))
    return shown


async def card(session: AsyncSession, user_id: int) -> PersonCard:
    """Of somebody of the story."""
    name = next(part.name for part in PARTS if part.user_id == user_id)
    last, first, middle = name.split()
    found = await session.scalars(
        select(PersonCard).where(
            PersonCard.last_name == last,
            PersonCard.first_name == first,
            PersonCard.middle_name == middle,
        )
    )
    return found.one()
