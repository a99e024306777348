"""Personal cards: who sees what, the month's check, and changes that families ask for (S7, U12)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, CardField, StaffRole
from db.models import AuditEntry, Binding, Person
from services.access.identity import actor_of
from services.actor import Actor
from services.card_changes import CardChangeService
from services.cards import CardService
from services.errors import Forbidden, InvalidInput, NotFound
from services.notifications.cards import KINDS, remind
from services.notifications.ports import DueMessage, Ready, Skip
from tests.access.people import School, messages, staffed_school
from tests.statements import Statements
from tests.world import FakeClock, build_story, moment


@pytest.fixture
async def school(session: AsyncSession) -> School:
    school = await staffed_school(session)
    people = school.story
    for person_id in (people.irina, people.mother, school.administrator, school.secretary):
        await school.world.account_of(person_id)
    return school


@pytest.fixture
def cards(db: Database, clock: FakeClock) -> CardService:
    return CardService(db, clock)


@pytest.fixture
def changes(db: Database, clock: FakeClock) -> CardChangeService:
    return CardChangeService(db, clock)


async def second_guardian(school: School) -> Actor:
    world, people = school.world, school.story
    father = await world.guardian(
        "Иванов Сергей", people.ivanov, relation="отец", phone="+79000000009", email="father@example.org"
    )
    return await world.actor(father)


async def view(session: AsyncSession, kind: str, now: str = "10:17") -> list[Ready | Skip]:
    """What every message of a kind says now."""
    found = []
    for row in await messages(session, kind):
        person_id = await session.scalar(select(Binding.person_id).where(Binding.id == row.binding_id))
        assert person_id is not None
        due = DueMessage(
            id=row.id,
            school_id=row.school_id,
            binding_id=row.binding_id,
            person_id=person_id,
            pupil_id=row.pupil_id,
            kind=kind,
            payload=row.payload,
            external_ref=row.external_ref,
        )
        (one,) = (one for one in KINDS if one.name == kind)
        answer = await one.prepare(session, due, moment(now))
        assert isinstance(answer, Ready | Skip)
        found.append(answer)
    return found


async def test_a_guardian_sees_the_child_and_themself_and_of_the_other_only_who_it_is(
    school: School, cards: CardService
) -> None:
    people = school.story
    await second_guardian(school)
    mother = await school.world.actor(people.mother)
    card = await cards.card(actor=mother, pupil_id=people.ivanov)
    father, own = sorted(card.guardians, key=lambda one: one.own)
    assert own.person.phone == "+79000000001"
    assert father.hidden
    assert (father.person.last_name, father.person.relation) == ("Иванов", "отец")
    assert (father.person.phone, father.person.email, father.person.birth_date) == (None, None, None)
    for keeper in (people.irina, school.administrator, school.secretary):
        full = await cards.card(actor=await school.world.actor(keeper), pupil_id=people.ivanov)
        assert "+79000000009" in {one.person.phone for one in full.guardians}
    for stranger in (people.father, people.anna, people.ivanov, school.director):
        actor = await school.world.actor(stranger)
        for attempt in (cards.card, cards.check, cards.confirm):
            with pytest.raises(NotFound):
                await attempt(actor=actor, pupil_id=people.ivanov)


async def test_the_months_check_goes_from_card_to_card(school: School, cards: CardService) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    view = await cards.of_group(actor=irina, group_id=people.group)
    assert (view.group, view.checked, len(view.pupils), view.until) == ("7Б", 0, 4, date(2026, 9, 30))
    assert await cards.check(actor=irina, pupil_id=people.ivanov) == people.petrova
    assert await cards.check(actor=irina, pupil_id=people.petrova) == people.sidorenko
    assert await cards.check(actor=irina, pupil_id=people.sidorenko) == people.agaev
    assert await cards.check(actor=irina, pupil_id=people.agaev) is None
    assert (await cards.of_group(actor=irina, group_id=people.group)).checked == 4
    mother = await school.world.actor(people.mother)
    await cards.confirm(actor=mother, pupil_id=people.ivanov)
    await cards.confirm(actor=mother, pupil_id=people.ivanov)
    rows = (await cards.of_group(actor=irina, group_id=people.group)).pupils
    assert [row.last_name for row in rows if row.confirmed] == ["Иванов"]
    administrator = await school.world.actor(school.administrator)
    assert not (await cards.of_group(actor=administrator, group_id=people.group)).may_check
    for person_id in (people.mother, people.anna, school.director):
        with pytest.raises(NotFound):
            await cards.of_group(actor=await school.world.actor(person_id), group_id=people.group)


async def test_families_are_asked_once_a_month_and_the_confirmed_are_left_in_peace(
    school: School, cards: CardService, session: AsyncSession
) -> None:
    people = school.story
    irina, mother = [await school.world.actor(who) for who in (people.irina, people.mother)]
    assert await cards.ask_families(actor=irina, group_id=people.group) == 1
    assert await cards.ask_families(actor=irina, group_id=people.group) == 1
    (answer,) = await view(session, "card_question")
    assert isinstance(answer, Ready)
    await cards.confirm(actor=mother, pupil_id=people.ivanov)
    assert isinstance((await view(session, "card_question"))[0], Skip)
    assert await cards.ask_families(actor=irina, group_id=people.group) == 0
    with pytest.raises(NotFound):
        await cards.ask_families(actor=mother, group_id=people.group)


async def test_a_change_is_made_when_the_school_approves_it_and_history_keeps_both_values(
    school: School, changes: CardChangeService, session: AsyncSession, clock: FakeClock
) -> None:
    people = school.story
    mother, irina = [await school.world.actor(who) for who in (people.mother, people.irina)]
    asked = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.mother,
        field=CardField.PHONE,
        typed="8 (900) 123-45-67",
    )
    assert (asked.before, asked.after) == ("+79000000001", "+79001234567")
    # Thinking better of it replaces the request; it is still one, and what was seen before is not approved.
    clock.forward(seconds=1)
    again = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.mother,
        field=CardField.PHONE,
        typed="+7 900 123-45-68",
    )
    assert again.change_id == asked.change_id
    assert [one.after for one in await changes.waiting(actor=irina)] == ["+79001234568"]
    assert len(await view(session, "card_change")) == 1
    with pytest.raises(InvalidInput, match="card_asked_anew"):
        await changes.approve(actor=irina, change_id=asked.change_id, version=asked.version)
    assert await session.scalar(select(Person.phone).where(Person.id == people.mother)) == "+79000000001"
    await changes.approve(actor=irina, change_id=asked.change_id, version=again.version)
    assert await session.scalar(select(Person.phone).where(Person.id == people.mother)) == "+79001234568"
    line = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "card.changed"))).one()
    assert (line.before, line.after) == ({"phone": "+79000000001"}, {"phone": "+79001234568"})
    assert isinstance((await view(session, "card_decided"))[0], Ready)
    with pytest.raises(InvalidInput, match="card_decided"):
        await changes.decline(actor=irina, change_id=asked.change_id, typed="поздно")
    assert await changes.waiting(actor=irina) == []


async def test_of_two_who_decide_at_once_one_decides(committed_db: Database, clock: FakeClock) -> None:
    changes, people = CardChangeService(committed_db, clock), await build_story(committed_db)
    async with committed_db.transaction() as session:
        people.world.session = session
        secretary = await people.world.employ(await people.world.person("Зайцева Нина"), StaffRole.SECRETARY)
        await people.world.account_of(secretary)
        mother, *deciders = [
            await people.world.actor(who) for who in (people.mother, people.irina, people.irina, secretary)
        ]
    asked = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.ivanov,
        field=CardField.MIDDLE_NAME,
        typed="Олегович",
    )
    said = await asyncio.gather(
        *(
            changes.approve(actor=one, change_id=asked.change_id, version=asked.version)
            for one in deciders[:2]
        ),
        changes.decline(actor=deciders[2], change_id=asked.change_id, typed="Так не пишут"),
        return_exceptions=True,
    )
    refused = [one for one in said if isinstance(one, InvalidInput)]
    assert [one.params["problem"] for one in refused] == ["card_decided"] * 2
    async with committed_db.transaction() as session:
        lines = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.in_(["card.changed", "card.change_declined"]))
        )
        assert len(list(lines)) == 1


async def test_a_declined_change_leaves_the_card_and_says_why(
    school: School, changes: CardChangeService, session: AsyncSession
) -> None:
    people = school.story
    mother, secretary = [await school.world.actor(who) for who in (people.mother, school.secretary)]
    asked = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.ivanov,
        field=CardField.BIRTH_DATE,
        typed="12.03.2013",
    )
    assert asked.after == "2013-03-12"
    declined = await changes.decline(
        actor=secretary, change_id=asked.change_id, typed=" Нужно\nсвидетельство "
    )
    assert declined.reason == "Нужно свидетельство"
    assert await session.scalar(select(Person.birth_date).where(Person.id == people.ivanov)) is None


async def test_nobody_asks_for_another_guardian_or_another_child(
    school: School, changes: CardChangeService
) -> None:
    people = school.story
    father = await second_guardian(school)
    mother = await school.world.actor(people.mother)
    for pupil_id, person_id in (
        (people.ivanov, father.person_id),
        (people.ivanov, people.sidorenko),
        (people.sidorenko, people.mother),
        (people.sidorenko, people.sidorenko),
    ):
        with pytest.raises(NotFound):
            await changes.ask(
                actor=mother,
                pupil_id=pupil_id,
                person_id=person_id,
                field=CardField.EMAIL,
                typed="new@example.org",
            )
    asked = await changes.ask(
        actor=father,
        pupil_id=people.ivanov,
        person_id=father.person_id,
        field=CardField.EMAIL,
        typed="new@example.org",
    )
    for stranger in (people.mother, people.father, people.anna, school.director):
        actor = await school.world.actor(stranger)
        with pytest.raises(NotFound):
            await changes.show(actor=actor, change_id=asked.change_id)
        with pytest.raises(NotFound):
            await changes.approve(actor=actor, change_id=asked.change_id, version=asked.version)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (CardField.PHONE, "12345"),
        (CardField.EMAIL, "не почта"),
        (CardField.LAST_NAME, "123"),
        (CardField.FIRST_NAME, "Я" * 201),
        (CardField.BIRTH_DATE, "31.02.2013"),
        (CardField.BIRTH_DATE, "15.09.2026"),
        (CardField.BIRTH_DATE, "01.01.1900"),
        (CardField.MIDDLE_NAME, "\u202e \u200b"),
        (CardField.PHONE, "8 900 000 00 01"),
    ],
)
async def test_a_value_that_cannot_be_right_is_not_passed_on(
    school: School, changes: CardChangeService, field: CardField, typed: str
) -> None:
    people = school.story
    mother = await school.world.actor(people.mother)
    with pytest.raises(InvalidInput):
        await changes.ask(
            actor=mother, pupil_id=people.ivanov, person_id=people.mother, field=field, typed=typed
        )


async def test_a_colleagues_phone_is_decided_by_who_may_let_them_in_and_never_by_the_asker(
    school: School, changes: CardChangeService, session: AsyncSession
) -> None:
    """Its last digits open the door of a teacher's account."""
    world, people = school.world, school.story
    await world.employ(people.mother, StaffRole.TEACHER)
    mother, irina = [await world.actor(who) for who in (people.mother, people.irina)]
    asked = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.mother,
        field=CardField.PHONE,
        typed="+79001234567",
    )
    with pytest.raises(Forbidden):
        await changes.approve(actor=irina, change_id=asked.change_id, version=asked.version)
    told = {row.binding_id for row in await messages(session, "card_change")}
    office = [await world.actor(who) for who in (school.administrator, school.secretary)]
    assert told == {actor.binding_id for actor in office}
    await changes.approve(actor=office[0], change_id=asked.change_id, version=asked.version)

    own_child = await world.guardian("Гусева Анна", people.petrova)
    await world.employ(own_child, StaffRole.ADMINISTRATOR)
    administrator = await world.actor(own_child)
    hers = await changes.ask(
        actor=administrator,
        pupil_id=people.petrova,
        person_id=people.petrova,
        field=CardField.LAST_NAME,
        typed="Гусева",
    )
    with pytest.raises(Forbidden):
        await changes.approve(actor=administrator, change_id=hers.change_id, version=hers.version)


async def test_what_a_frozen_account_asked_for_is_not_made(
    school: School, changes: CardChangeService, session: AsyncSession
) -> None:
    people = school.story
    mother, irina = [await school.world.actor(who) for who in (people.mother, people.irina)]
    asked = await changes.ask(
        actor=mother,
        pupil_id=people.ivanov,
        person_id=people.mother,
        field=CardField.PHONE,
        typed="+79001234567",
    )
    await session.execute(
        update(Binding).where(Binding.person_id == people.mother).values(state=BindingState.FROZEN)
    )
    with pytest.raises(InvalidInput, match="card_asker_gone"):
        await changes.approve(actor=irina, change_id=asked.change_id, version=asked.version)


@pytest.mark.parametrize(("day", "reminded"), [(22, 0), (23, 0), (24, 1), (30, 1)])
async def test_the_class_teacher_is_reminded_in_the_last_week_and_once(
    school: School, cards: CardService, session: AsyncSession, day: int, reminded: int
) -> None:
    now = moment("14:00", date(2026, 9, day))
    await remind(session, now)
    await remind(session, now)
    found = await messages(session, "cards_due")
    assert len(found) == reminded
    assert all(row.revision == 1 for row in found)


async def test_a_complete_class_is_reminded_of_nothing(
    school: School, cards: CardService, session: AsyncSession
) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    for pupil_id in (people.ivanov, people.petrova, people.sidorenko, people.agaev):
        await cards.check(actor=irina, pupil_id=pupil_id)
    await remind(session, moment("14:00", date(2026, 9, 28)))
    assert await messages(session, "cards_due") == []


async def test_the_office_sees_how_far_every_class_has_come(
    school: School, cards: CardService, statements: Statements
) -> None:
    world, people = school.world, school.story
    await cards.check(actor=await world.actor(people.irina), pupil_id=people.ivanov)
    for grade in (5, 6):
        await world.pupil(f"Новиков {grade}", await world.group(f"{grade}В", grade))
    await world.group("11В", 11)
    for keeper in (school.administrator, school.secretary):
        actor = await world.actor(keeper)
        statements.taken()
        view = await cards.of_school(actor=actor)
        assert statements.taken() == 1
        found = [(one.name, one.checked, one.of_all) for one in view.classes]
        assert found == [("5В", 0, 1), ("6В", 0, 1), ("7Б", 1, 4)]
    for other in (people.irina, people.mother, people.anna, school.director):
        with pytest.raises(NotFound):
            await cards.of_school(actor=await world.actor(other))


async def test_lists_cost_the_same_for_any_size(
    school: School,
    cards: CardService,
    changes: CardChangeService,
    session: AsyncSession,
    statements: Statements,
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)

    async def cost() -> int:
        statements.taken()
        await cards.of_group(actor=irina, group_id=people.group)
        await cards.ask_families(actor=irina, group_id=people.group)
        await changes.waiting(actor=irina)
        return statements.taken()

    small = await cost()
    for number in range(8):
        pupil = await world.pupil(f"Ученик {number}", people.group)
        account = await world.account_of(await world.guardian(f"Мама {number}", pupil))
        guardian = await actor_of(session, account, moment("10:17"))
        assert guardian is not None
        await changes.ask(
            actor=guardian,
            pupil_id=pupil,
            person_id=pupil,
            field=CardField.EMAIL,
            typed=f"pupil{number}@example.org",
        )
    assert await cost() == small
