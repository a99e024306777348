"""Who is connected: what the class teacher and the administrator see (U2, U3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, OutboxState, StaffRole
from db.models import AuditEntry, Binding, Enrolment, OutboxMessage
from services.access.class_invitations import ClassInvitationService
from services.access.families import FamiliesShown, FamilyService, WayIn, way_in
from services.access.invitations import InvitationService
from services.errors import NotFound
from tests.access.people import School, staffed_school
from tests.statements import Statements
from tests.world import FakeClock, moment


@pytest.fixture
async def school(session: AsyncSession) -> School:
    return await staffed_school(session)


@pytest.fixture
def families(db: Database, clock: FakeClock) -> FamilyService:
    return FamilyService(db, clock)


async def test_every_state_at_the_door_is_told_apart(
    school: School, families: FamilyService, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)
    states = {
        BindingState.ACTIVE: people.mother,
        BindingState.FROZEN: people.father,
        BindingState.PENDING: people.ivanov,
    }
    for state, person_id in states.items():
        await world.account_of(person_id)
        await session.execute(update(Binding).where(Binding.person_id == person_id).values(state=state))
    blocked = await world.guardian("Петрова Ольга", people.petrova)
    await world.account_of(blocked)
    await session.execute(
        update(Binding).where(Binding.person_id == blocked).values(blocked_at=moment("09:00"))
    )
    await InvitationService(db, clock).show(actor=irina, person_id=people.petrova)
    view = await families.of_group(actor=irina, group_id=people.group)
    ways = {
        member.person.person_id: way_in(member.person)
        for family in view.families
        for member in family.members
    }
    assert ways[people.mother] is WayIn.BOUND
    assert ways[people.father] is WayIn.FROZEN
    assert ways[people.ivanov] is WayIn.PENDING
    assert ways[blocked] is WayIn.BLOCKED
    assert ways[people.petrova] is WayIn.INVITED
    assert ways[people.agaev] is WayIn.OUTSIDE
    assert [family.pupil.person.last_name for family in view.families] == [
        "Агаев",
        "Иванов",
        "Петрова",
        "Сидоренко",
    ]


async def test_consent_is_told_for_each_member_apart(school: School, families: FamilyService) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    family = await families.of_pupil(actor=irina, pupil_id=people.ivanov)
    assert [member.consented for member in family.members] == [False, True]


async def test_a_pupil_who_left_is_no_family_of_the_class(
    school: School, families: FamilyService, session: AsyncSession
) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    yesterday = date(2026, 9, 14) - timedelta(days=1)
    await session.execute(
        update(Enrolment).where(Enrolment.pupil_id == people.ivanov).values(ends_on=yesterday)
    )
    view = await families.of_group(actor=irina, group_id=people.group)
    assert "Иванов" not in {family.pupil.person.last_name for family in view.families}
    with pytest.raises(NotFound):
        await families.of_pupil(actor=irina, pupil_id=people.ivanov)


async def test_nobody_else_sees_families_or_staff(school: School, families: FamilyService) -> None:
    world, people = school.world, school.story
    for person_id in (people.anna, people.mother, people.ivanov, school.director, school.secretary):
        actor = await world.actor(person_id)
        with pytest.raises(NotFound):
            await families.of_group(actor=actor, group_id=people.group)
        with pytest.raises(NotFound):
            await families.member(actor=actor, pupil_id=people.ivanov, person_id=people.mother)
    for person_id in (people.anna, people.irina, people.mother, school.director):
        actor = await world.actor(person_id)
        with pytest.raises(NotFound):
            await families.staff(actor=actor)


async def test_a_member_of_another_family_is_not_found(school: School, families: FamilyService) -> None:
    people = school.story
    irina = await school.world.actor(people.irina)
    with pytest.raises(NotFound):
        await families.member(actor=irina, pupil_id=people.ivanov, person_id=people.father)


async def test_the_administrator_sees_all_staff_and_nobody_else(
    school: School, families: FamilyService
) -> None:
    administrator = await school.world.actor(school.administrator)
    names = [row.person.last_name for row in await families.staff(actor=administrator)]
    assert names == ["Белова", "Гусев", "Зайцева", "Кузнецова", "Орлов", "Соколова"]
    with pytest.raises(NotFound):
        await families.staff_member(actor=administrator, person_id=school.story.mother)


async def test_the_secretary_sees_staff_whom_only_the_administrator_invites(
    school: School, families: FamilyService
) -> None:
    invites = {}
    for reader in (school.administrator, school.secretary):
        actor = await school.world.actor(reader)
        card = await families.staff_member(actor=actor, person_id=school.story.anna)
        invites[reader] = card.may_invite
    assert invites == {school.administrator: True, school.secretary: False}


async def test_the_administrator_reaches_every_family_and_only_the_class_teacher_records_consent(
    school: School, families: FamilyService
) -> None:
    people = school.story
    administrator = await school.world.actor(school.administrator)
    assert await families.groups(actor=administrator) == [(people.group, "7Б")]
    records = {}
    for person_id in (school.administrator, people.irina):
        actor = await school.world.actor(person_id)
        card = await families.member(actor=actor, pupil_id=people.ivanov, person_id=people.mother)
        assert card.may_invite
        records[person_id] = card.may_record_consent
    assert records == {school.administrator: False, people.irina: True}
    irina = await school.world.actor(people.irina)
    with pytest.raises(NotFound):
        await families.groups(actor=irina)


async def test_lists_cost_the_same_number_of_statements_for_any_size(
    school: School, families: FamilyService, statements: Statements
) -> None:
    world, people = school.world, school.story
    irina, administrator = await world.actor(people.irina), await world.actor(school.administrator)

    async def cost() -> int:
        statements.taken()
        await families.of_group(actor=irina, group_id=people.group)
        await families.staff(actor=administrator)
        return statements.taken()

    small = await cost()
    for number in range(10):
        await world.guardian(f"Мама {number}", await world.pupil(f"Ученик {number}", people.group))
        await world.teacher(f"Учитель {number}")
    assert await cost() == small


async def test_silent_is_who_was_written_to_and_gave_nothing_back(
    school: School, families: FamilyService, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)

    async def silent() -> set[int]:
        view = await families.of_group(actor=irina, group_id=people.group)
        shown = view.of(FamiliesShown.SILENT)
        return {one.person.person_id for family in shown for one in family.guardians if one.silent}

    for person_id in (people.mother, people.father):
        actor = await world.actor(person_id)
        await world.add(
            OutboxMessage,
            school_id=world.school_id,
            binding_id=actor.binding_id,
            kind="digest",
            payload={},
            priority=3,
            dedup_key=f"digest:{person_id}",
            not_before=moment("08:00"),
            state=OutboxState.SENT,
            revision=1,
            sent_revision=1,
            attempts=1,
            created_at=moment("08:00"),
            sent_at=moment("08:00"),
        )
    assert await silent() == {people.mother, people.father}
    await world.add(
        AuditEntry,
        school_id=world.school_id,
        at=moment("09:00"),
        person_id=people.mother,
        action="absence.answered",
        subject_type="absence_day",
        subject_id=1,
    )
    assert await silent() == {people.father}
    await session.execute(update(OutboxMessage).values(sent_at=moment("08:00", date(2026, 8, 14))))
    assert await silent() == set()


async def test_the_class_is_invited_at_once_and_codes_given_out_stay(
    school: School, db: Database, clock: FakeClock
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)
    await world.account_of(people.mother)
    colleague = await world.guardian("Белов Лев", people.petrova)
    await world.employ(colleague, StaffRole.TEACHER)
    given = await InvitationService(db, clock).show(actor=irina, person_id=people.agaev)
    service = ClassInvitationService(db, clock)
    first = await service.sheets(actor=irina, group_id=people.group)
    assert {row.full_name for row in first if row.role == "guardian"} == {
        "Агаева Лейла",
        "Сидоренко Олег Викторович",
    }
    assert given.code in {row.code for row in first if row.person_id == people.agaev}
    again = await service.sheets(actor=irina, group_id=people.group)
    assert [row.code for row in again] == [row.code for row in first]
    # A colleague's code opens more than a diary: the administrator's to give.
    administrator = await world.actor(school.administrator)
    whole = await service.sheets(actor=administrator, group_id=people.group)
    assert "Белов Лев" in {row.full_name for row in whole}
    for person_id in (people.mother, people.anna, school.secretary, school.director):
        with pytest.raises(NotFound):
            await service.sheets(actor=await world.actor(person_id), group_id=people.group)
