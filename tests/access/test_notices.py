"""Notices about access name people no further than the school lets messages; the rest on request."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import SchoolSetting
from handlers.texts.access_notices import SCREENS
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.access.door import EntryRefused
from services.access.invitations import InvitationService
from services.access.notices import AccessNoticeService
from services.errors import NotFound
from services.notifications import access_notices
from services.notifications.ports import DueMessage, Ready
from services.settings import PersonalData
from tests.access.people import School, messages, staffed_school, stranger
from tests.world import FakeClock

KINDS = (access_notices.BINDING_PENDING, access_notices.INVITATION_MISUSED, access_notices.ACCESS_CLOSED)


@pytest.fixture
async def school(db: Database, session: AsyncSession, clock: FakeClock) -> School:
    """Somebody fails with the mother's code, another asks to be let in, then she closes her access."""
    school = await staffed_school(session)
    mother, irina = school.story.mother, await school.world.actor(school.story.irina)
    await school.world.account_of(school.director)
    bindings = BindingService(db, clock)
    invitation = await InvitationService(db, clock).show(actor=irina, person_id=mother)
    for _ in range(3):
        account = stranger(school.world.school_id)
        challenge = await bindings.present_code(account=account, typed=invitation.code)
        with pytest.raises(EntryRefused):
            await bindings.prove_by_phone(
                account=account, invitation_id=challenge.invitation_id, typed="9999"
            )
    await bindings.ask_confirmation(
        account=stranger(school.world.school_id), invitation_id=challenge.invitation_id
    )
    await CompromiseService(db, clock).report(actor=await school.world.actor(mother), person_id=mother)
    return school


async def payload_of(session: AsyncSession, kind: str) -> int:
    subject_id: int = next(iter((await messages(session, kind))[0].payload.values()))
    return subject_id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("personal_data", PersonalData)
async def test_a_notice_names_people_as_far_as_the_school_lets_it(
    school: School, session: AsyncSession, clock: FakeClock, kind: str, personal_data: PersonalData
) -> None:
    setting = SchoolSetting(school_id=school.world.school_id, key="personal_data", value=personal_data.value)
    session.add(setting)
    await session.flush()
    told = (await messages(session, kind))[0]
    due = DueMessage(
        id=told.id,
        school_id=told.school_id,
        binding_id=told.binding_id,
        person_id=0,
        pupil_id=None,
        kind=kind,
        payload=told.payload,
        external_ref=None,
    )
    (sender,) = [each for each in access_notices.KINDS if each.name == kind]
    ready = await sender.prepare(session, due, clock.now())
    assert isinstance(ready, Ready)
    said = SCREENS[kind](ready.view).text
    assert ("Иванов" in said) == (personal_data is PersonalData.FULL)
    assert ("М. И." in said) == (personal_data is PersonalData.INITIALS)


async def test_whoever_decides_sees_the_name_on_request_and_nobody_else_does(
    school: School, db: Database, session: AsyncSession, clock: FakeClock
) -> None:
    notices, people = AccessNoticeService(db, clock), school.story
    binding_id = await payload_of(session, access_notices.BINDING_PENDING)
    invitation_id = await payload_of(session, access_notices.INVITATION_MISUSED)
    irina = await school.world.actor(people.irina)
    assert (await notices.waiting(actor=irina, binding_id=binding_id)).person_id == people.mother
    assert (await notices.misused(actor=irina, invitation_id=invitation_id)).person_id == people.mother
    for person_id in (people.father, people.anna, school.director):
        actor = await school.world.actor(person_id)
        with pytest.raises(NotFound):
            await notices.waiting(actor=actor, binding_id=binding_id)
        with pytest.raises(NotFound):
            await notices.misused(actor=actor, invitation_id=invitation_id)
    with pytest.raises(NotFound):
        await notices.waiting(actor=irina, binding_id=2**62)
    with pytest.raises(NotFound):
        await notices.misused(actor=irina, invitation_id=2**62)
