"""Two at once: with real commits and real locks."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from db.engine import Database
from db.enums import BindingState
from db.models import Binding, CompromiseReport, Consent, Invitation
from db.queries.schools import schools
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.access.consents import CONSENT_VERSION, ConsentService
from services.access.door import ATTEMPTS, EntryRefused, TooManyAttempts
from services.access.invitations import InvitationService
from services.access.roster import RosterService
from services.actor import Actor
from tests.access.people import staffed_school, stranger
from tests.world import FakeClock, new_school


async def test_two_accounts_with_one_code_at_once_let_one_in(
    committed_db: Database, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        school = await staffed_school(session)
        irina = await school.world.actor(school.story.irina)
    mother = school.story.mother
    invitation = await InvitationService(committed_db, clock).show(actor=irina, person_id=mother)
    bindings = BindingService(committed_db, clock)
    accounts = [stranger(school.world.school_id) for _ in range(5)]
    challenges = [await bindings.present_code(account=a, typed=invitation.code) for a in accounts]
    outcomes = await asyncio.gather(
        *(
            bindings.prove_by_phone(account=account, invitation_id=challenge.invitation_id, typed="0001")
            for account, challenge in zip(accounts, challenges, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Actor) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, EntryRefused) for outcome in outcomes) == 4
    async with committed_db.transaction() as session:
        assert await session.scalar(select(func.count()).where(Binding.person_id == mother)) == 1


async def test_one_account_with_two_codes_at_once_is_one_person(
    committed_db: Database, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        school = await staffed_school(session)
        irina = await school.world.actor(school.story.irina)
    invitations, bindings = InvitationService(committed_db, clock), BindingService(committed_db, clock)
    account = stranger(school.world.school_id)

    async def enter(person_id: int, digits: str) -> None:
        invitation = await invitations.show(actor=irina, person_id=person_id)
        challenge = await bindings.present_code(account=account, typed=invitation.code)
        await bindings.prove_by_phone(account=account, invitation_id=challenge.invitation_id, typed=digits)

    await asyncio.gather(
        enter(school.story.mother, "0001"), enter(school.story.father, "0002"), return_exceptions=True
    )
    async with committed_db.transaction() as session:
        live = select(func.count()).where(
            Binding.external_user_id == account.external_user_id, Binding.state == BindingState.ACTIVE
        )
        assert await session.scalar(live) == 1


async def test_guessing_in_parallel_does_not_beat_the_limit(committed_db: Database, clock: FakeClock) -> None:
    async with committed_db.transaction() as session:
        account = stranger((await new_school(session)).school_id)
    bindings = BindingService(committed_db, clock)
    outcomes = await asyncio.gather(
        *(bindings.present_code(account=account, typed="WWWW-WWWW-WW") for _ in range(3 * ATTEMPTS)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, EntryRefused) for outcome in outcomes) == ATTEMPTS
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 2 * ATTEMPTS


async def test_closing_access_while_somebody_enters_leaves_no_way_in(
    committed_db: Database, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        school = await staffed_school(session)
        irina = await school.world.actor(school.story.irina)
    mother = school.story.mother
    invitation = await InvitationService(committed_db, clock).show(actor=irina, person_id=mother)
    bindings, account = BindingService(committed_db, clock), stranger(school.world.school_id)
    challenge = await bindings.present_code(account=account, typed=invitation.code)
    await asyncio.gather(
        bindings.prove_by_phone(account=account, invitation_id=challenge.invitation_id, typed="0001"),
        CompromiseService(committed_db, clock).report(actor=irina, person_id=mother),
        return_exceptions=True,
    )
    async with committed_db.transaction() as session:
        active = select(func.count()).where(Binding.person_id == mother, Binding.state == BindingState.ACTIVE)
        assert await session.scalar(active) == 0
        assert await session.scalar(select(func.count()).select_from(CompromiseReport)) == 1


async def test_the_same_tap_twice_at_once_is_one_consent(committed_db: Database, clock: FakeClock) -> None:
    async with committed_db.transaction() as session:
        school = await staffed_school(session)
        pupil = school.story.ivanov
        actor = await school.world.actor(pupil)
    consents = ConsentService(committed_db, clock)
    await asyncio.gather(
        *(consents.give(actor=actor, pupil_id=pupil, version=CONSENT_VERSION) for _ in range(4))
    )
    async with committed_db.transaction() as session:
        assert await session.scalar(select(func.count()).where(Consent.person_id == pupil)) == 1


async def test_inviting_a_school_twice_at_once_makes_one_code_for_everybody(
    committed_db: Database, clock: FakeClock
) -> None:
    async with committed_db.transaction() as session:
        await staffed_school(session)
        [school] = await schools(session)
    roster = RosterService(committed_db, clock)
    first, second = await asyncio.gather(roster.invite(school=school), roster.invite(school=school))
    assert [row.code for row in first] == [row.code for row in second]
    async with committed_db.transaction() as session:
        people = len({row.person_id for row in first})
        assert await session.scalar(select(func.count()).select_from(Invitation)) == people
