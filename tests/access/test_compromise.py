"""«Доступ мог попасть к чужим» (U5): close first, ask afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, OutboxState
from db.models import Binding, Invitation
from services.access.binding import BindingService
from services.access.compromise import CompromiseService, Noticed
from services.access.door import EntryRefused
from services.access.identity import actor_of
from services.access.invitations import InvitationService
from services.audit import record
from services.errors import NotFound
from services.notifications import access_notices
from services.notifications.access_notices import AccessClosed, AccessClosedKind
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from tests.access.people import School, messages, staffed_school, stranger
from tests.world import FakeClock, moment


@pytest.fixture
async def school(session: AsyncSession) -> School:
    """Director and administrators are bound, so they can be told."""
    school = await staffed_school(session)
    for person_id in (school.director, school.administrator):
        await school.world.account_of(person_id)
    return school


@pytest.fixture
def compromises(db: Database, clock: FakeClock) -> CompromiseService:
    return CompromiseService(db, clock)


async def test_everything_of_the_person_stops_at_once(
    school: School, compromises: CompromiseService, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, mother = school.world, school.story.mother
    account = await world.account_of(mother)
    irina = await world.actor(school.story.irina)
    await InvitationService(db, clock).show(actor=irina, person_id=mother)
    actor = await world.actor(mother)
    await access_notices.post_access_granted(session, world.school_id, actor.binding_id, clock.now())
    await compromises.report(actor=actor, person_id=mother)
    assert await actor_of(session, account, clock.now()) is None
    assert await BindingService(db, clock).state_of(account=account) is BindingState.FROZEN
    (waiting,) = await messages(session, access_notices.ACCESS_GRANTED)
    assert (waiting.state, waiting.reason) == (OutboxState.SKIPPED, SkipReason.COMPROMISED)
    assert await session.scalar(select(Invitation.revoked_at)) == clock.now()


async def test_director_and_administrator_are_told_and_the_director_receives(
    school: School, compromises: CompromiseService, clock: FakeClock, session: AsyncSession
) -> None:
    world, anna = school.world, school.story.anna
    report_id = await compromises.report(actor=await world.actor(anna), person_id=anna)
    director, administrator = await world.actor(school.director), await world.actor(school.administrator)
    told = await messages(session, access_notices.ACCESS_CLOSED)
    assert {message.binding_id for message in told} == {director.binding_id, administrator.binding_id}
    with pytest.raises(NotFound):
        await compromises.receive(actor=administrator, report_id=report_id)
    clock.forward(minutes=20)
    await compromises.receive(actor=director, report_id=report_id)
    clock.forward(minutes=20)
    await compromises.receive(actor=director, report_id=report_id)
    view = await compromises.view(actor=director, report_id=report_id)
    assert view.report.reported_at == moment("10:17")
    assert view.report.received_at == moment("10:37")
    assert not view.may_receive


async def test_the_notice_is_rendered_for_those_who_may_still_read_it(
    school: School, compromises: CompromiseService, clock: FakeClock, session: AsyncSession
) -> None:
    world, anna = school.world, school.story.anna
    report_id = await compromises.report(actor=await world.actor(anna), person_id=anna)
    for person_id, receives in ((school.director, True), (school.administrator, False)):
        reader = await world.actor(person_id)
        ready = await AccessClosedKind().prepare(
            session, _due(school, reader.binding_id, report_id), clock.now()
        )
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, AccessClosed)
        assert ready.view.may_receive is receives
    irina = await world.actor(school.story.irina)
    refused = await AccessClosedKind().prepare(
        session, _due(school, irina.binding_id, report_id), clock.now()
    )
    assert refused == Skip(SkipReason.NO_ACCESS)


def _due(school: School, binding_id: int, report_id: int) -> DueMessage:
    return DueMessage(
        id=1,
        school_id=school.world.school_id,
        binding_id=binding_id,
        person_id=0,
        pupil_id=None,
        kind=access_notices.ACCESS_CLOSED,
        payload={"report_id": report_id},
        external_ref=None,
    )


async def test_operations_since_detection_are_listed(
    school: School, compromises: CompromiseService, clock: FakeClock, session: AsyncSession
) -> None:
    world, anna = school.world, school.story.anna
    account = await world.account_of(anna)
    actor = await world.actor(anna)
    for at in (moment("08:00") - timedelta(days=1), moment("09:00")):
        await record(
            session, actor, "attendance.set", subject=("lesson", 1), pupil_id=school.story.ivanov, at=at
        )
    report_id = await compromises.report(actor=actor, person_id=anna)
    director = await world.actor(school.director)

    async def listed() -> list[str]:
        view = await compromises.view(actor=director, report_id=report_id)
        assert view.operations_in_all == len(view.operations)
        return [operation.action for operation in view.operations]

    assert await listed() == ["access.closed"]
    await compromises.note_detection(account=account, noticed=Noticed.TODAY)
    assert await listed() == ["access.closed", "attendance.set"]
    await compromises.note_detection(account=account, noticed=Noticed.YESTERDAY)
    assert await listed() == ["access.closed", "attendance.set", "attendance.set"]
    view = await compromises.view(actor=director, report_id=report_id)
    assert view.report.detected_at == moment("00:00") - timedelta(days=1)
    assert view.operations[-1].pupil == "Иванов Пётр"


async def test_whoever_holds_the_frozen_account_cannot_take_the_doubt_back(
    school: School, compromises: CompromiseService
) -> None:
    world, anna = school.world, school.story.anna
    account = await world.account_of(anna)
    report_id = await compromises.report(actor=await world.actor(anna), person_id=anna)
    await compromises.note_detection(account=account, noticed=Noticed.YESTERDAY)
    await compromises.note_detection(account=account, noticed=Noticed.NOW)
    view = await compromises.view(actor=await world.actor(school.director), report_id=report_id)
    assert view.report.detected_at == moment("00:00") - timedelta(days=1)


async def test_closing_again_closes_what_was_opened_since(
    school: School, compromises: CompromiseService, db: Database, clock: FakeClock
) -> None:
    world, mother = school.world, school.story.mother
    await world.account_of(mother)
    await compromises.report(actor=await world.actor(mother), person_id=mother)
    irina = await world.actor(school.story.irina)
    invitations, bindings = InvitationService(db, clock), BindingService(db, clock)
    invitation = await invitations.show(actor=irina, person_id=mother)
    await compromises.report(actor=irina, person_id=mother)
    with pytest.raises(EntryRefused):
        await bindings.present_code(account=stranger(school.world.school_id), typed=invitation.code)
    waiting = stranger(school.world.school_id)
    invitation = await invitations.show(actor=irina, person_id=mother)
    challenge = await bindings.present_code(account=waiting, typed=invitation.code)
    await bindings.ask_confirmation(account=waiting, invitation_id=challenge.invitation_id)
    report_id = await compromises.report(actor=irina, person_id=mother)
    assert await bindings.state_of(account=waiting) is None
    assert await compromises.report(actor=irina, person_id=mother) == report_id


async def test_detection_is_fixed_once_the_director_has_the_report(
    school: School, compromises: CompromiseService
) -> None:
    world, anna = school.world, school.story.anna
    account = await world.account_of(anna)
    report_id = await compromises.report(actor=await world.actor(anna), person_id=anna)
    await compromises.receive(actor=await world.actor(school.director), report_id=report_id)
    with pytest.raises(NotFound):
        await compromises.note_detection(account=account, noticed=Noticed.EARLIER)
    with pytest.raises(NotFound):
        await compromises.note_detection(account=stranger(school.world.school_id), noticed=Noticed.EARLIER)


async def test_a_class_teacher_closes_access_for_a_parent_who_phones_but_not_for_staff(
    school: School, compromises: CompromiseService, session: AsyncSession, clock: FakeClock
) -> None:
    world, people = school.world, school.story
    mother = await world.account_of(people.mother)
    irina = await world.actor(people.irina)
    await compromises.report(actor=irina, person_id=people.mother)
    assert await actor_of(session, mother, clock.now()) is None
    for person_id in (school.director, people.anna):
        with pytest.raises(NotFound):
            await compromises.report(actor=irina, person_id=person_id)
    father = await world.actor(people.father)
    with pytest.raises(NotFound):
        await compromises.report(actor=father, person_id=people.anna)


async def test_only_director_and_administrator_see_reports(
    school: School, compromises: CompromiseService
) -> None:
    world, people = school.world, school.story
    report_id = await compromises.report(actor=await world.actor(people.mother), person_id=people.mother)
    for person_id in (people.irina, people.father, people.anna, school.secretary):
        actor = await world.actor(person_id)
        with pytest.raises(NotFound):
            await compromises.view(actor=actor, report_id=report_id)
        with pytest.raises(NotFound):
            await compromises.recent(actor=actor)
    assert len(await compromises.recent(actor=await world.actor(school.administrator))) == 1


async def test_a_new_invitation_brings_the_person_back_and_ends_the_frozen_account(
    school: School, compromises: CompromiseService, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, mother = school.world, school.story.mother
    account = await world.account_of(mother)
    await compromises.report(actor=await world.actor(mother), person_id=mother)
    irina = await world.actor(school.story.irina)
    invitation = await InvitationService(db, clock).reissue(actor=irina, person_id=mother)
    bindings = BindingService(db, clock)
    new_phone = stranger(school.world.school_id)
    challenge = await bindings.present_code(account=new_phone, typed=invitation.code)
    await bindings.prove_by_phone(account=new_phone, invitation_id=challenge.invitation_id, typed="0001")
    assert await actor_of(session, new_phone, clock.now()) is not None
    assert await bindings.state_of(account=account) is None
    states = await session.scalars(
        select(Binding.state).where(Binding.person_id == mother).order_by(Binding.id)
    )
    assert list(states) == [BindingState.REVOKED, BindingState.ACTIVE]


async def test_the_same_account_may_come_back_with_a_new_code(
    school: School, compromises: CompromiseService, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    world, mother = school.world, school.story.mother
    account = await world.account_of(mother)
    await compromises.report(actor=await world.actor(mother), person_id=mother)
    irina = await world.actor(school.story.irina)
    invitation = await InvitationService(db, clock).show(actor=irina, person_id=mother)
    bindings = BindingService(db, clock)
    challenge = await bindings.present_code(account=account, typed=invitation.code)
    await bindings.prove_by_phone(account=account, invitation_id=challenge.invitation_id, typed="0001")
    assert await actor_of(session, account, clock.now()) is not None
