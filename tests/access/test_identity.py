"""Roles are those of today in the school's zone, and of nobody else (U1, U3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, StaffRole
from db.models import Binding, ClassTeacher, Consent, Enrolment, Guardianship
from services.access.identity import actor_behind, actor_of
from tests.access.people import School, staffed_school, stranger
from tests.statements import Statements
from tests.world import MONDAY, YEAR_START, moment, new_school

NOW = moment("10:17")


@pytest.fixture
async def school(session: AsyncSession) -> School:
    """Everybody is bound, so that roles that leak from one person to another show."""
    school = await staffed_school(session)
    people = school.story
    everybody = (people.anna, people.irina, people.ivanov, people.sidorenko, people.mother, people.father)
    for person_id in everybody:
        await school.world.account_of(person_id)
    await school.world.consent(people.ivanov, people.ivanov)
    return school


async def test_a_guardian_has_their_own_children_only(school: School) -> None:
    mother = await school.world.actor(school.story.mother)
    assert mother.guardian_of == {school.story.ivanov}
    assert mother.awaiting_consent_for == set()
    assert not mother.is_pupil
    assert not mother.staff_roles
    assert not mother.class_teacher_of


async def test_a_consent_of_the_father_is_none_of_the_mother(school: School, session: AsyncSession) -> None:
    people = school.story
    await school.world.add(
        Guardianship,
        school_id=school.world.school_id,
        guardian_id=people.mother,
        pupil_id=people.sidorenko,
        relation="",
        starts_on=YEAR_START,
    )
    mother = await school.world.actor(people.mother)
    assert mother.guardian_of == {people.ivanov}
    assert mother.awaiting_consent_for == {people.sidorenko}
    await session.execute(update(Consent).where(Consent.person_id == people.mother).values(withdrawn_at=NOW))
    mother = await school.world.actor(people.mother)
    assert mother.guardian_of == set()
    assert mother.awaiting_consent_for == {people.ivanov, people.sidorenko}


async def test_a_pupil_is_one_after_their_own_consent(school: School) -> None:
    ivanov = await school.world.actor(school.story.ivanov)
    assert ivanov.is_pupil
    assert ivanov.awaiting_consent_for == set()
    sidorenko = await school.world.actor(school.story.sidorenko)
    assert not sidorenko.is_pupil
    assert sidorenko.awaiting_consent_for == {school.story.sidorenko}


async def test_staff_and_class_teacher_are_told_apart(school: School) -> None:
    irina = await school.world.actor(school.story.irina)
    assert irina.staff_roles == {StaffRole.TEACHER}
    assert irina.class_teacher_of == {school.story.group}
    anna = await school.world.actor(school.story.anna)
    assert anna.class_teacher_of == set()


@pytest.mark.parametrize("model", [ClassTeacher, Guardianship, Enrolment])
async def test_what_ended_yesterday_is_over_and_what_ends_today_is_not(
    school: School, session: AsyncSession, model: type[ClassTeacher | Guardianship | Enrolment]
) -> None:
    people = school.story
    roles_of = {ClassTeacher: people.irina, Guardianship: people.mother, Enrolment: people.ivanov}

    async def rights() -> object:
        actor = await school.world.actor(roles_of[model])
        return actor.class_teacher_of or actor.guardian_of or actor.is_pupil

    await session.execute(update(model).values(ends_on=MONDAY))
    assert await rights()
    await session.execute(update(model).values(ends_on=MONDAY - timedelta(days=1)))
    assert not await rights()


async def test_today_is_the_schools_and_not_utc(session: AsyncSession) -> None:
    world = await new_school(session, timezone="Asia/Vladivostok")
    teacher = await world.employ(
        await world.person("Ли Вера"), StaffRole.TEACHER, starts_on=date(2026, 9, 2), ends_on=date(2026, 9, 2)
    )
    begins = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
    for at, employed in (
        (begins - timedelta(minutes=1), False),
        (begins, True),
        (begins + timedelta(1), False),
    ):
        assert bool((await world.actor(teacher, at)).staff_roles) is employed


@pytest.mark.parametrize("state", [BindingState.PENDING, BindingState.FROZEN, BindingState.REVOKED])
async def test_an_account_that_is_not_active_is_nobody(
    school: School, session: AsyncSession, state: BindingState
) -> None:
    account = await school.world.account_of(school.story.anna)
    anna = await school.world.actor(school.story.anna)
    await session.execute(update(Binding).where(Binding.id == anna.binding_id).values(state=state))
    assert await actor_of(session, account, NOW) is None
    assert await actor_behind(session, anna.binding_id, NOW) is None


async def test_an_unknown_account_is_nobody(school: School, session: AsyncSession) -> None:
    assert await actor_of(session, stranger(school.world.school_id), NOW) is None


async def test_who_is_acting_costs_one_statement(
    school: School, session: AsyncSession, statements: Statements
) -> None:
    account = await school.world.account_of(school.story.mother)
    statements.taken()
    await actor_of(session, account, NOW)
    assert statements.taken() == 1
