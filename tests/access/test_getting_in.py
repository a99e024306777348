"""Getting in: a code, a second check, and what happens to those who guess (U2, U4)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, StaffRole
from db.models import AuditEntry, Binding, Guardianship, Invitation, Person
from services.access.binding import BindingService
from services.access.door import ATTEMPTS, CLOSE_AFTER, AlreadyConnected, EntryRefused, TooManyAttempts
from services.access.identity import actor_of
from services.access.invitations import InvitationService, InvitationView
from services.actor import Account
from services.errors import NotFound
from services.notifications import access_notices
from tests.access.people import School, messages, staffed_school, stranger
from tests.world import YEAR_START, FakeClock

MOTHERS_DIGITS = "0001"


@dataclass(slots=True)
class Door:
    """The school with its services, seen by a class teacher who hands out codes."""

    school: School
    session: AsyncSession
    clock: FakeClock
    bindings: BindingService
    invitations: InvitationService

    async def invite(self, person_id: int, by: int | None = None) -> InvitationView:
        actor = await self.school.world.actor(by or self.school.story.irina, self.clock.now())
        return await self.invitations.show(actor=actor, person_id=person_id)

    async def enter(self, account: Account, code: str, digits: str | None) -> None:
        challenge = await self.bindings.present_code(account=account, typed=code)
        if digits is None:
            await self.bindings.ask_confirmation(account=account, invitation_id=challenge.invitation_id)
        else:
            await self.bindings.prove_by_phone(
                account=account, invitation_id=challenge.invitation_id, typed=digits
            )

    def stranger(self) -> Account:
        return stranger(self.school.world.school_id)

    async def is_in(self, account: Account) -> bool:
        return await actor_of(self.session, account, self.clock.now()) is not None


@pytest.fixture
async def door(db: Database, session: AsyncSession, clock: FakeClock) -> Door:
    school = await staffed_school(session)
    return Door(school, session, clock, BindingService(db, clock), InvitationService(db, clock))


async def test_a_code_and_four_digits_let_a_mother_in(door: Door) -> None:
    people, account = door.school.story, door.stranger()
    invitation = await door.invite(people.mother)
    challenge = await door.bindings.present_code(account=account, typed=invitation.code)
    assert challenge.by_phone
    assert not await door.is_in(account)
    await door.bindings.prove_by_phone(
        account=account, invitation_id=challenge.invitation_id, typed=MOTHERS_DIGITS
    )
    actor = await actor_of(door.session, account, door.clock.now())
    assert actor is not None
    assert actor.person_id == people.mother
    assert actor.guardian_of == {people.ivanov}


@pytest.mark.parametrize("digits", ["0001", "+7 900 000-00-01", "89000000001", "9000000001"])
async def test_the_whole_number_proves_as_well_as_its_end(door: Door, digits: str) -> None:
    account = door.stranger()
    await door.enter(account, (await door.invite(door.school.story.mother)).payload, digits)
    assert await door.is_in(account)


@pytest.mark.parametrize("digits", ["", "1", "001", "0002", "+7 901 000-00-01", "😀", "9" * 5000, "٠٠٠١"])
async def test_wrong_digits_do_not(door: Door, digits: str) -> None:
    account = door.stranger()
    invitation = await door.invite(door.school.story.mother)
    with pytest.raises(EntryRefused):
        await door.enter(account, invitation.code, digits)
    assert not await door.is_in(account)


async def test_a_code_works_once(door: Door) -> None:
    invitation = await door.invite(door.school.story.mother)
    await door.enter(door.stranger(), invitation.code, MOTHERS_DIGITS)
    with pytest.raises(EntryRefused):
        await door.bindings.present_code(account=door.stranger(), typed=invitation.code)


async def test_an_expired_revoked_or_replaced_code_is_refused_like_a_wrong_one(door: Door) -> None:
    people = door.school.story
    irina = await door.school.world.actor(people.irina)
    expired = await door.invite(people.mother)
    door.clock.forward(days=31)
    revoked = await door.invite(people.father)
    await door.invitations.revoke(actor=irina, person_id=people.father)
    replaced = await door.invite(people.mother)
    await door.invitations.reissue(actor=irina, person_id=people.mother)
    for code in (expired.code, revoked.code, replaced.code, "WWWW-WWWW-WW", "привет"):
        with pytest.raises(EntryRefused):
            await door.bindings.present_code(account=door.stranger(), typed=code)


async def test_an_invitation_that_closed_between_the_checks_is_refused(door: Door) -> None:
    people, account = door.school.story, door.stranger()
    invitation = await door.invite(people.mother)
    challenge = await door.bindings.present_code(account=account, typed=invitation.code)
    irina = await door.school.world.actor(people.irina)
    await door.invitations.revoke(actor=irina, person_id=people.mother)
    with pytest.raises(EntryRefused):
        await door.bindings.prove_by_phone(
            account=account, invitation_id=challenge.invitation_id, typed=MOTHERS_DIGITS
        )


async def test_an_account_that_guesses_has_to_wait(door: Door) -> None:
    account = door.stranger()
    invitation = await door.invite(door.school.story.mother)
    for _ in range(ATTEMPTS):
        with pytest.raises(EntryRefused):
            await door.bindings.present_code(account=account, typed="WWWW-WWWW-WW")
    with pytest.raises(TooManyAttempts) as wait:
        await door.bindings.present_code(account=account, typed=invitation.code)
    assert wait.value.params == {"minutes": 15}
    door.clock.forward(minutes=16)
    await door.enter(account, invitation.code, MOTHERS_DIGITS)
    assert await door.is_in(account)


async def test_digits_of_one_invitation_cannot_be_guessed_from_many_accounts(door: Door) -> None:
    invitation = await door.invite(door.school.story.mother)
    for number in range(ATTEMPTS):
        with pytest.raises(EntryRefused):
            await door.enter(door.stranger(), invitation.code, f"9{number:03}")
    with pytest.raises(TooManyAttempts):
        await door.enter(door.stranger(), invitation.code, MOTHERS_DIGITS)


async def test_nor_by_patience(door: Door) -> None:
    invitation = await door.invite(door.school.story.mother)
    for number in range(CLOSE_AFTER):
        door.clock.forward(minutes=16)
        with pytest.raises(EntryRefused):
            await door.enter(door.stranger(), invitation.code, f"9{number:03}")
    door.clock.forward(minutes=16)
    with pytest.raises(EntryRefused):
        await door.bindings.present_code(account=door.stranger(), typed=invitation.code)


async def test_the_class_teacher_is_told_once_after_several_failures(door: Door) -> None:
    people = door.school.story
    invitation = await door.invite(people.mother)
    for number in range(4):
        with pytest.raises(EntryRefused):
            await door.enter(door.stranger(), invitation.code, f"9{number:03}")
        told = await messages(door.session, access_notices.INVITATION_MISUSED)
        assert len(told) == (1 if number >= 2 else 0)
    irina = await door.school.world.actor(people.irina)
    assert told[0].binding_id == irina.binding_id


async def test_of_a_staff_invitation_the_administrator_is_told(door: Door) -> None:
    administrator = await door.school.world.actor(door.school.administrator)
    await door.session.execute(
        update(Person).where(Person.id == door.school.story.anna).values(phone="+79000000009")
    )
    invitation = await door.invite(door.school.story.anna, by=door.school.administrator)
    for _ in range(3):
        with pytest.raises(EntryRefused):
            await door.enter(door.stranger(), invitation.code, "0000")
    (told,) = await messages(door.session, access_notices.INVITATION_MISUSED)
    assert told.binding_id == administrator.binding_id


async def test_without_a_phone_on_the_card_the_class_teacher_decides(door: Door) -> None:
    people, account = door.school.story, door.stranger()
    invitation = await door.invite(people.ivanov)
    challenge = await door.bindings.present_code(account=account, typed=invitation.code)
    assert not challenge.by_phone
    with pytest.raises(EntryRefused):
        await door.bindings.prove_by_phone(
            account=account, invitation_id=challenge.invitation_id, typed="0000"
        )
    await door.bindings.ask_confirmation(account=account, invitation_id=challenge.invitation_id)
    assert not await door.is_in(account)
    assert await door.bindings.state_of(account=account) is BindingState.PENDING
    (asked,) = await messages(door.session, access_notices.BINDING_PENDING)
    irina = await door.school.world.actor(people.irina)
    assert asked.binding_id == irina.binding_id
    await door.bindings.confirm(actor=irina, binding_id=asked.payload["binding_id"])
    assert await door.is_in(account)
    assert len(await messages(door.session, access_notices.ACCESS_GRANTED)) == 1


async def test_a_declined_account_stays_outside_and_cannot_be_confirmed_later(door: Door) -> None:
    people, account = door.school.story, door.stranger()
    await door.enter(account, (await door.invite(people.mother)).code, None)
    (binding_id,) = (await messages(door.session, access_notices.BINDING_PENDING))[0].payload.values()
    irina = await door.school.world.actor(people.irina)
    await door.bindings.decline(actor=irina, binding_id=binding_id)
    with pytest.raises(NotFound):
        await door.bindings.confirm(actor=irina, binding_id=binding_id)
    assert await door.bindings.state_of(account=account) is None


async def test_a_class_teacher_neither_invites_nor_confirms_staff_or_other_classes(door: Door) -> None:
    world, people = door.school.world, door.school.story
    other = await world.pupil("Чужая Анна", await world.group("7В", 7))
    irina = await world.actor(people.irina)
    # Belova teaches here, and her son is in Irina's class: her code would open a teacher's register.
    son = await world.pupil("Белов Илья", people.group)
    await world.add(
        Guardianship,
        school_id=world.school_id,
        guardian_id=people.belova,
        pupil_id=son,
        relation="мать",
        starts_on=YEAR_START,
    )
    for person_id in (other, people.belova, people.anna, 10**12):
        with pytest.raises(NotFound):
            await door.invitations.show(actor=irina, person_id=person_id)
    account = door.stranger()
    await door.enter(account, (await door.invite(people.belova, by=door.school.administrator)).code, None)
    binding_id = await door.session.scalar(
        select(Binding.id).where(Binding.external_user_id == account.external_user_id)
    )
    assert binding_id is not None
    with pytest.raises(NotFound):
        await door.bindings.confirm(actor=irina, binding_id=binding_id)
    secretary = await world.actor(door.school.secretary)
    await door.bindings.confirm(actor=secretary, binding_id=binding_id)
    assert await door.is_in(account)


async def test_whoever_sees_a_code_stands_in_the_history(door: Door) -> None:
    irina = door.school.story.irina
    for _ in range(2):
        await door.invite(door.school.story.mother)
    actor = await door.school.world.actor(irina)
    await door.invitations.reissue(actor=actor, person_id=door.school.story.mother)
    lines = select(AuditEntry.action, AuditEntry.person_id).order_by(AuditEntry.id)
    actions = ("invitation.issued", "invitation.viewed", "invitation.revoked", "invitation.issued")
    assert (await door.session.execute(lines)).all() == [(action, irina) for action in actions]


async def test_a_parent_invites_nobody(door: Door) -> None:
    mother = await door.school.world.actor(door.school.story.mother)
    with pytest.raises(NotFound):
        await door.invitations.show(actor=mother, person_id=door.school.story.father)


async def test_an_account_of_another_card_is_told_so_and_spends_no_code(door: Door) -> None:
    people = door.school.story
    fathers = await door.school.world.account_of(people.father)
    invitation = await door.invite(people.mother)
    with pytest.raises(AlreadyConnected) as refused:
        await door.bindings.present_code(account=fathers, typed=invitation.code)
    assert refused.value.params == {"same": False}
    father = await actor_of(door.session, fathers, door.clock.now())
    assert father is not None
    await door.bindings.leave(actor=father)
    await door.enter(fathers, invitation.code, MOTHERS_DIGITS)
    mother = await actor_of(door.session, fathers, door.clock.now())
    assert mother is not None
    assert mother.person_id == people.mother


async def test_the_link_that_was_used_already_is_no_failure_for_its_own_account(door: Door) -> None:
    account = door.stranger()
    invitation = await door.invite(door.school.story.mother)
    await door.enter(account, invitation.code, MOTHERS_DIGITS)
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(AlreadyConnected) as again:
            await door.bindings.present_code(account=account, typed=invitation.code)
        assert again.value.params == {"same": True}


async def test_a_person_may_have_two_accounts(door: Door) -> None:
    first, second = door.stranger(), door.stranger()
    for account in (first, second):
        invitation = await door.invite(door.school.story.mother)
        await door.enter(account, invitation.code, MOTHERS_DIGITS)
    assert await door.is_in(first)
    assert await door.is_in(second)


async def test_showing_a_code_again_does_not_make_another(door: Door) -> None:
    first = await door.invite(door.school.story.mother)
    assert (await door.invite(door.school.story.mother)).code == first.code
    assert await door.session.scalar(select(func.count()).select_from(Invitation)) == 1


async def test_an_account_that_waits_may_try_another_code(door: Door) -> None:
    account = door.stranger()
    await door.enter(account, (await door.invite(door.school.story.father)).code, None)
    await door.enter(account, (await door.invite(door.school.story.mother)).code, MOTHERS_DIGITS)
    actor = await actor_of(door.session, account, door.clock.now())
    assert actor is not None
    assert actor.person_id == door.school.story.mother


async def test_a_former_administrator_lets_nobody_in(door: Door) -> None:
    world = door.school.world
    former = await world.employ(
        await world.person("Бывший Админ"),
        StaffRole.ADMINISTRATOR,
        ends_on=door.clock.now().date().replace(day=1),
    )
    actor = await world.actor(former)
    with pytest.raises(NotFound):
        await door.invitations.show(actor=actor, person_id=door.school.story.anna)
