"""Personal cards: what the school keeps of a family, who has looked at it, what is to change (S7, U12)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState, CardChangeState, CardField
from db.models import (
    Binding,
    CardChange,
    CardCheck,
    CardConfirmation,
    ClassTeacher,
    Enrolment,
    Group,
    Guardianship,
    Person,
)
from db.queries.access import consented
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class CardPerson:
    """A pupil or a guardian as the school keeps them; `relation` is empty for the pupil and where unknown."""

    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    birth_date: date | None
    phone: str | None
    """E.164."""
    email: str | None
    relation: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """What was done about a card in a month; `confirmed_by`: guardians."""

    checked_at: datetime | None
    confirmed_by: frozenset[int]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A pupil of a class and the month's check of the card."""

    pupil_id: int
    last_name: str
    first_name: str
    checked: bool
    confirmed: bool
    """By a guardian, in this month."""
    asked: bool
    """A change is asked for and not decided."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change that a guardian asks for. `before` and `after` are as the card keeps them, dates in ISO."""

    change_id: int
    pupil_id: int
    pupil_last_name: str
    pupil_first_name: str
    group: str | None
    person: Colleague
    """Whose card it is."""
    field: CardField
    before: str
    after: str
    asked_by: Colleague
    asked_at: datetime
    state: CardChangeState
    reason: str | None

    @property
    def version(self) -> int:
        """Another one when it is asked anew with another value, or by somebody else."""
        return round(self.asked_at.timestamp() * 1000)


async def members(session: AsyncSession, pupil_id: int, day: date) -> list[CardPerson]:
    """The pupil, then the guardians of `day` by name."""
    family = union_all(
        select(
            literal(pupil_id).label("person_id"), literal("").label("relation"), literal(0).label("place")
        ),
        select(Guardianship.guardian_id, Guardianship.relation, literal(1)).where(
            Guardianship.pupil_id == pupil_id, in_force(Guardianship, day)
        ),
    ).cte("family")
    rows = await session.execute(
        select(*colleague_columns(Person), Person.birth_date, Person.phone, Person.email, family.c.relation)
        .join(family, family.c.person_id == Person.id)
        .order_by(family.c.place, Person.sort_key, Person.id)
    )
    return [_person(row) for row in rows]


def _person(row: Any) -> CardPerson:
    return CardPerson(*row)


async def month(session: AsyncSession, pupil_id: int, month: date) -> MonthRow:
    """`month`: its first day."""
    checked = select(CardCheck.checked_at).where(CardCheck.pupil_id == pupil_id, CardCheck.month == month)
    confirmed = select(func.array_agg(CardConfirmation.guardian_id)).where(
        CardConfirmation.pupil_id == pupil_id, CardConfirmation.month == month
    )
    row = (await session.execute(select(checked.scalar_subquery(), confirmed.scalar_subquery()))).one()
    return MonthRow(row[0], frozenset(row[1] or ()))


async def of_group(session: AsyncSession, group_id: int, day: date, month: date) -> list[CheckRow]:
    """The pupils of a class on `day`, in the order of the class list."""
    person_id = Person.id
    rows = await session.execute(
        select(
            person_id,
            Person.last_name,
            Person.first_name,
            _checked(person_id, month),
            exists().where(CardConfirmation.pupil_id == person_id, CardConfirmation.month == month),
            exists().where(CardChange.pupil_id == person_id, CardChange.state == CardChangeState.OPEN),
        )
        .join(Enrolment, Enrolment.pupil_id == person_id)
        .where(Enrolment.group_id == group_id, in_force(Enrolment, day))
        .order_by(Enrolment.number.nulls_last(), Person.sort_key, person_id)
    )
    return [CheckRow(*row) for row in rows]


def _checked(pupil_id: Any, month: date) -> ColumnElement[bool]:
    return exists().where(CardCheck.pupil_id == pupil_id, CardCheck.month == month)


async def check(session: AsyncSession, pupil_id: int, month: date, by: int, at: datetime) -> bool:
    """False: it was checked in this month already."""
    values = {"pupil_id": pupil_id, "month": month, "checked_by": by, "checked_at": at}
    write = insert(CardCheck).values(values).on_conflict_do_nothing().returning(CardCheck.pupil_id)
    return (await session.execute(write)).first() is not None


async def confirm(session: AsyncSession, pupil_id: int, guardian_id: int, month: date, at: datetime) -> bool:
    """False: they have confirmed it in this month already."""
    values = {"pupil_id": pupil_id, "guardian_id": guardian_id, "month": month, "confirmed_at": at}
    write = insert(CardConfirmation).values(values).on_conflict_do_nothing()
    return (await session.execute(write.returning(CardConfirmation.pupil_id))).first() is not None


async def unconfirmed_accounts(
    session: AsyncSession, group_id: int, day: date, month: date
) -> list[tuple[int, int]]:
    """(pupil, account) of the guardians of a class with a consent in force of whose family nobody has
    confirmed the card in this month."""
    confirmed = exists().where(
        CardConfirmation.pupil_id == Enrolment.pupil_id, CardConfirmation.month == month
    )
    rows = await session.execute(
        select(Enrolment.pupil_id, Binding.id)
        .join(Guardianship, and_(Guardianship.pupil_id == Enrolment.pupil_id, in_force(Guardianship, day)))
        .join(
            Binding,
            and_(Binding.person_id == Guardianship.guardian_id, Binding.state == BindingState.ACTIVE),
        )
        .where(
            Enrolment.group_id == group_id,
            in_force(Enrolment, day),
            ~confirmed,
            consented(Guardianship.guardian_id, Guardianship.pupil_id),
        )
        .order_by(Enrolment.pupil_id, Binding.id)
    )
    return [(row[0], row[1]) for row in rows]


async def unchecked_classes(
    session: AsyncSession, school_id: int, day: date, month: date
) -> list[tuple[int, int]]:
    """(class, account of its class teacher) of the classes in which cards are unchecked in this month."""
    lacking = exists().where(
        Enrolment.group_id == ClassTeacher.group_id,
        in_force(Enrolment, day),
        ~_checked(Enrolment.pupil_id, month),
    )
    rows = await session.execute(
        select(ClassTeacher.group_id, Binding.id)
        .join(
            Binding,
            and_(Binding.person_id == ClassTeacher.person_id, Binding.state == BindingState.ACTIVE),
        )
        .where(
            ClassTeacher.school_id == school_id,
            in_force(ClassTeacher, day),
            lacking.correlate_except(Enrolment, CardCheck),
        )
        .order_by(ClassTeacher.group_id, Binding.id)
    )
    return [(row[0], row[1]) for row in rows]


async def progress(session: AsyncSession, group_id: int, day: date, month: date) -> tuple[str, int, int]:
    """The class's name, how many cards are checked in the month, and how many there are."""
    checked = _checked(Enrolment.pupil_id, month).correlate_except(CardCheck)
    row = (
        await session.execute(
            select(Group.name, func.count(Enrolment.id).filter(checked), func.count(Enrolment.id))
            .outerjoin(Enrolment, and_(Enrolment.group_id == Group.id, in_force(Enrolment, day)))
            .where(Group.id == group_id)
            .group_by(Group.name)
        )
    ).one()
    return row[0], row[1], row[2]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How far a class has come with the month's check of its cards."""

    group_id: int
    name: str
    checked: int
    of_all: int


async def of_school(session: AsyncSession, school_id: int, day: date, month: date) -> list[ClassRow]:
    """The classes that have pupils on `day`, lower grades first."""
    checked = _checked(Enrolment.pupil_id, month).correlate_except(CardCheck)
    rows = await session.execute(
        select(Group.id, Group.name, func.count().filter(checked), func.count())
        .join(Enrolment, and_(Enrolment.group_id == Group.id, in_force(Enrolment, day)))
        .where(Group.school_id == school_id)
        .group_by(Group.id)
        .order_by(Group.grade, Group.name, Group.id)
    )
    return [ClassRow(*row) for row in rows]


def _changes(day: date) -> Select[*tuple[Any, ...]]:
    pupil, person, asker = aliased(Person), aliased(Person), aliased(Person)
    group = (
        select(func.min(Group.name))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == CardChange.pupil_id, in_force(Enrolment, day))
        .correlate(CardChange)
        .scalar_subquery()
    )
    return (
        select(
            CardChange.id,
            CardChange.pupil_id,
            pupil.last_name,
            pupil.first_name,
            group,
            *colleague_columns(person),
            CardChange.field,
            CardChange.before,
            CardChange.after,
            *colleague_columns(asker),
            CardChange.requested_at,
            CardChange.state,
            CardChange.reason,
        )
        .join(pupil, pupil.id == CardChange.pupil_id)
        .join(person, person.id == CardChange.person_id)
        .join(asker, asker.id == CardChange.requested_by)
    )


def _row(row: Any) -> ChangeRow:
    person, asker = Colleague(*row[5:9]), Colleague(*row[12:16])
    fields: tuple[Any, ...] = (*row[:5], person, *row[9:12], asker, *row[16:])
    return ChangeRow(*fields)


async def open_changes(
    session: AsyncSession,
    school_id: int,
    day: date,
    *,
    group_ids: Collection[int] | None = None,
    pupil_id: int | None = None,
) -> list[ChangeRow]:
    """What waits for a decision, the oldest first: of a school, of the pupils of these classes, or of one."""
    inside: ColumnElement[bool] = true()
    if group_ids is not None:
        inside = exists().where(
            Enrolment.pupil_id == CardChange.pupil_id,
            Enrolment.group_id.in_(group_ids),
            in_force(Enrolment, day),
        )
    of_pupil: ColumnElement[bool] = true() if pupil_id is None else CardChange.pupil_id == pupil_id
    rows = await session.execute(
        _changes(day)
        .where(CardChange.school_id == school_id, CardChange.state == CardChangeState.OPEN, inside, of_pupil)
        .order_by(CardChange.requested_at, CardChange.id)
    )
    return [_row(row) for row in rows]


async def change(session: AsyncSession, school_id: int, change_id: int, day: date) -> ChangeRow | None:
    """Held until the transaction ends, so that two decisions come one after the other."""
    held = select(CardChange.id).where(CardChange.id == change_id, CardChange.school_id == school_id)
    if await session.scalar(held.with_for_update()) is None:
        return None
    return _row((await session.execute(_changes(day).where(CardChange.id == change_id))).one())


async def shown(session: AsyncSession, school_id: int, change_id: int, day: date) -> ChangeRow | None:
    """As `change`, only to be read."""
    query = _changes(day).where(CardChange.id == change_id, CardChange.school_id == school_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _row(row)


async def ask(session: AsyncSession, **values: Any) -> int:
    """Ask for a change; one that is open for the same field of the same card now says this instead."""
    write = insert(CardChange).values(state=CardChangeState.OPEN, **values)
    newest = ("pupil_id", "before", "after", "requested_by", "requested_at")
    return (
        await session.execute(
            write.on_conflict_do_update(
                index_elements=["person_id", "field"],
                index_where=text("state = 'open'"),  # as the index says it, without a parameter
                set_={name: write.excluded[name] for name in newest},
            ).returning(CardChange.id)
        )
    ).scalar_one()


async def decide(session: AsyncSession, change_id: int, **values: Any) -> None:
    await session.execute(update(CardChange).where(CardChange.id == change_id).values(**values))


async def set_field(session: AsyncSession, person_id: int, field: CardField, value: str | date) -> None:
    await session.execute(update(Person).where(Person.id == person_id).values({field.value: value}))


async def is_bound(session: AsyncSession, person_id: int) -> bool:
    """The person has an account that works."""
    bound = exists().where(Binding.person_id == person_id, Binding.state == BindingState.ACTIVE)
    return bool(await session.scalar(select(bound)))
