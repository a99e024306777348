"""No pupil data before consent, none after its withdrawal (U3)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import ConsentWay
from db.models import AuditEntry, Consent
from services.access.consents import CONSENT_VERSION, ConsentService, OldConsentText
from services.errors import NotFound
from services.home import HomeService
from tests.access.people import School, staffed_school
from tests.world import YEAR_START, FakeClock, moment


@pytest.fixture
async def school(session: AsyncSession) -> School:
    return await staffed_school(session)


@pytest.fixture
def consents(db: Database, clock: FakeClock) -> ConsentService:
    return ConsentService(db, clock)


async def test_a_button_opens_the_gate_for_that_child_only(school: School, consents: ConsentService) -> None:
    world, people = school.world, school.story
    guardian = await world.guardian("Петров Иван", people.petrova, people.agaev, consent=False)
    requests = await consents.requests(actor=await world.actor(guardian))
    assert [(request.first_name, request.own) for request in requests] == [
        ("Ислам", False),
        ("Ксения", False),
    ]
    await consents.give(actor=await world.actor(guardian), pupil_id=people.petrova, version=CONSENT_VERSION)
    actor = await world.actor(guardian)
    assert actor.guardian_of == {people.petrova}
    assert actor.awaiting_consent_for == {people.agaev}
    (given,) = await consents.given(actor=actor)
    assert (given.version, given.way, given.given_at) == (CONSENT_VERSION, ConsentWay.BUTTON, moment("10:17"))


async def test_pressing_twice_is_one_consent(
    school: School, consents: ConsentService, session: AsyncSession
) -> None:
    pupil = school.story.ivanov
    for _ in range(2):
        actor = await school.world.actor(pupil)
        await consents.give(actor=actor, pupil_id=pupil, version=CONSENT_VERSION)
    own = select(func.count()).select_from(Consent).where(Consent.person_id == pupil)
    assert await session.scalar(own) == 1
    assert (await school.world.actor(pupil)).is_pupil


async def test_a_text_that_changed_must_be_read_again(school: School, consents: ConsentService) -> None:
    pupil = school.story.ivanov
    with pytest.raises(OldConsentText):
        await consents.give(actor=await school.world.actor(pupil), pupil_id=pupil, version="0")


async def test_nobody_consents_for_somebody_elses_child(school: School, consents: ConsentService) -> None:
    people = school.story
    for person_id in (people.father, people.anna, people.irina, people.sidorenko, school.director):
        actor = await school.world.actor(person_id)
        with pytest.raises(NotFound):
            await consents.give(actor=actor, pupil_id=people.ivanov, version=CONSENT_VERSION)
        with pytest.raises(NotFound):
            await consents.withdraw(actor=actor, pupil_id=people.ivanov)
    assert (await school.world.actor(people.mother)).guardian_of == {people.ivanov}


async def test_withdrawal_ends_access_and_may_be_taken_back(
    school: School, consents: ConsentService, session: AsyncSession
) -> None:
    mother, ivanov = school.story.mother, school.story.ivanov
    await consents.withdraw(actor=await school.world.actor(mother), pupil_id=ivanov)
    actor = await school.world.actor(mother)
    assert (actor.guardian_of, actor.awaiting_consent_for) == (set(), {ivanov})
    await consents.give(actor=actor, pupil_id=ivanov, version=CONSENT_VERSION)
    assert (await school.world.actor(mother)).guardian_of == {ivanov}
    history = await session.scalars(
        select(AuditEntry.action).where(AuditEntry.pupil_id == ivanov).order_by(AuditEntry.id)
    )
    assert list(history) == ["consent.withdrawn", "consent.given"]


async def test_whoever_is_a_guardian_no_longer_still_takes_back_what_they_gave(
    school: School, consents: ConsentService, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    world, ivanov = school.world, school.story.ivanov
    former = await world.guardian("Иванов Илья", ivanov, ends_on=YEAR_START)
    actor = await world.actor(former)
    assert not actor.guardian_of
    assert (await HomeService(db, clock).view(actor=actor)).consented
    assert [given.pupil_id for given in await consents.given(actor=actor)] == [ivanov]
    await consents.withdraw(actor=actor, pupil_id=ivanov)
    await consents.withdraw(actor=actor, pupil_id=ivanov)  # a second tap changes nothing
    assert not await consents.given(actor=actor)
    assert not (await HomeService(db, clock).view(actor=actor)).consented
    history = select(AuditEntry.action).where(AuditEntry.person_id == former)
    assert list(await session.scalars(history)) == ["consent.withdrawn"]
    with pytest.raises(NotFound):
        await consents.give(actor=actor, pupil_id=ivanov, version=CONSENT_VERSION)


async def test_the_class_teacher_records_paper_of_their_own_class_only(
    school: School, consents: ConsentService, session: AsyncSession
) -> None:
    world, people = school.world, school.story
    irina = await world.actor(people.irina)
    await consents.record_paper(actor=irina, person_id=people.ivanov, pupil_id=people.ivanov)
    recorded = (await session.scalars(select(Consent).where(Consent.person_id == people.ivanov))).one()
    assert (recorded.way, recorded.recorded_by) == (ConsentWay.PAPER, people.irina)
    await consents.record_withdrawal(actor=irina, person_id=people.mother, pupil_id=people.ivanov)
    assert not (await world.actor(people.mother)).guardian_of
    with pytest.raises(NotFound):  # the father is not Ivanov's
        await consents.record_paper(actor=irina, person_id=people.father, pupil_id=people.ivanov)
    other = await world.pupil("Чужая Анна", await world.group("7В", 7))
    with pytest.raises(NotFound):
        await consents.record_paper(actor=irina, person_id=other, pupil_id=other)
    await consents.record_withdrawal(actor=irina, person_id=2**62, pupil_id=people.ivanov)  # nobody: nothing
    mother = await world.actor(people.mother)
    with pytest.raises(NotFound):  # a parent does not record
        await consents.record_paper(actor=mother, person_id=people.ivanov, pupil_id=people.ivanov)
