"""Binding a messenger account to a person's card: a code, then a second check (U2, U4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, StaffRole
from db.models import Binding, Invitation, Person
from db.queries import invitations as queries
from services.access.codes import normalised
from services.access.door import AlreadyConnected, EntryRefused, failed, keepers_of, too_many_attempts
from services.access.identity import actor_of
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_person
from services.actor import Account, Actor
from services.audit import Author, record
from services.clock import Clock
from services.errors import DomainError, NotFound
from services.notifications import access_notices, outbox
from services.notifications.ports import SkipReason

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Challenge:
    """The code was right. Says nothing yet about whose it is: whoever found a notice learns no name."""

    invitation_id: int
    by_phone: bool
    """The card has a phone, so its last four digits can be asked; else only confirmation is left."""


class BindingService:
    """A failure is saved too, so errors are raised after the commit."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def present_code(self, *, account: Account, typed: str) -> Challenge:
        """The first check. Raises EntryRefused, TooManyAttempts, AlreadyConnected."""
        async with self._db.transaction() as session:
            outcome = await self._present_code(session, account, typed)
        return _or_raise(outcome)

    async def prove_by_phone(self, *, account: Account, invitation_id: int, typed: str) -> Actor:
        """The second check: the last four digits of the phone on the card, or the whole number. Who it is.

        Raises EntryRefused, TooManyAttempts, AlreadyConnected.
        """
        digits = "".join(character for character in typed[:40] if character.isdecimal())
        async with self._db.transaction() as session:
            outcome = await self._enter(session, account, invitation_id, digits)
            actor = await actor_of(session, account, self._clock.now())
        _or_raise(outcome)
        assert actor is not None
        return actor

    async def ask_confirmation(self, *, account: Account, invitation_id: int) -> None:
        """The other second check: the class teacher (for staff: administrator or secretary) says yes.

        Raises as `prove_by_phone`.
        """
        async with self._db.transaction() as session:
            outcome = await self._enter(session, account, invitation_id, None)
        _or_raise(outcome)

    async def confirm(self, *, actor: Actor, binding_id: int) -> None:
        """Let a waiting account in. Raises NotFound when none waits, or it is not the actor's to decide."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            person, binding = await self._waiting(session, actor, binding_id, now)
            await self._end_frozen(session, person.id, now)
            binding.state, binding.bound_at = BindingState.ACTIVE, now
            await record(session, actor, "binding.confirmed", subject=("binding", binding.id), at=now)
            await access_notices.post_access_granted(session, person.school_id, binding.id, now)

    async def decline(self, *, actor: Actor, binding_id: int) -> None:
        """Turn a waiting account away; the person needs a new invitation. Raises as `confirm`."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            _, binding = await self._waiting(session, actor, binding_id, now)
            binding.state, binding.ended_at = BindingState.REVOKED, now
            await record(session, actor, "binding.declined", subject=("binding", binding.id), at=now)

    async def leave(self, *, actor: Actor) -> None:
        """Unbind the account that the actor is using."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await queries.lock_person(session, actor.person_id)
            for binding in await queries.bindings_of(session, actor.person_id, [BindingState.ACTIVE]):
                if binding.id == actor.binding_id:
                    binding.state, binding.ended_at = BindingState.REVOKED, now
            await outbox.cancel_binding(session, actor.binding_id, SkipReason.BINDING_ENDED)
            await record(session, actor, "binding.left", subject=("binding", actor.binding_id), at=now)

    async def state_of(self, *, account: Account) -> BindingState | None:
        """Why an account is not let in; None: it was never bound, or no longer is."""
        async with self._db.transaction() as session:
            binding = await queries.live_binding(
                session, account.school_id, account.channel, account.external_user_id
            )
            return None if binding is None else binding.state

    async def _present_code(
        self, session: AsyncSession, account: Account, typed: str
    ) -> Challenge | DomainError:
        now = self._clock.now()
        await queries.lock_account(session, account.channel, account.external_user_id)
        if wait := await too_many_attempts(session, account, None, now):
            return wait
        code = normalised(typed)
        found = await queries.person_of_code(session, account.school_id, code) if code else None
        if found is None:
            return await failed(session, account, None, None, now)
        invitation_id, person_id = found
        person = await queries.lock_person(session, person_id)
        taken = await self._taken(session, account, person)
        if taken is not None and taken.params["same"]:
            return taken
        if await queries.open_one(session, invitation_id, now) is None:
            return await failed(session, account, person, invitation_id, now)
        return taken or Challenge(invitation_id, by_phone=person.phone is not None)

    async def _enter(
        self, session: AsyncSession, account: Account, invitation_id: int, digits: str | None
    ) -> DomainError | None:
        """`digits` None: wait for confirmation."""
        now = self._clock.now()
        await queries.lock_account(session, account.channel, account.external_user_id)
        if wait := await too_many_attempts(session, account, invitation_id, now):
            return wait
        person_id = await queries.person_of_invitation(session, account.school_id, invitation_id)
        if person_id is None:
            return EntryRefused()
        person = await queries.lock_person(session, person_id)
        if taken := await self._taken(session, account, person):
            return taken
        invitation = await queries.open_one(session, invitation_id, now)
        proved = digits is None or _same_phone(digits, person.phone)
        if invitation is None or not proved:
            return await failed(session, account, person, invitation_id, now)
        state = BindingState.PENDING if digits is None else BindingState.ACTIVE
        binding = await self._bind(session, account, person, invitation, state, now)
        if state is BindingState.PENDING:
            roles = (StaffRole.ADMINISTRATOR, StaffRole.SECRETARY)
            to = await keepers_of(session, person, now, roles=roles)
            await access_notices.post_binding_pending(session, person.school_id, to, binding.id, now)
        return None

    async def _taken(
        self, session: AsyncSession, account: Account, person: Person
    ) -> AlreadyConnected | None:
        live = await queries.live_binding(
            session, account.school_id, account.channel, account.external_user_id
        )
        if live is None or live.state is BindingState.PENDING:
            return None
        if live.person_id != person.id:
            return AlreadyConnected(same=False)
        return AlreadyConnected(same=True) if live.state is BindingState.ACTIVE else None

    async def _bind(
        self,
        session: AsyncSession,
        account: Account,
        person: Person,
        invitation: Invitation,
        state: BindingState,
        now: datetime,
    ) -> Binding:
        replaced = await queries.live_binding(
            session, account.school_id, account.channel, account.external_user_id
        )
        if replaced is not None:
            replaced.state, replaced.ended_at = BindingState.REVOKED, now
        if state is BindingState.ACTIVE:
            await self._end_frozen(session, person.id, now)
        await session.flush()
        binding = Binding(
            school_id=person.school_id,
            person_id=person.id,
            invitation_id=invitation.id,
            channel=account.channel,
            external_user_id=account.external_user_id,
            chat_id=account.chat_id,
            state=state,
            bound_at=now,
        )
        invitation.used_at = now
        session.add(binding)
        await session.flush()
        action = "binding.asked" if state is BindingState.PENDING else "binding.made"
        author = Author(person.school_id, person.id, binding.id)
        await record(session, author, action, subject=("binding", binding.id), at=now)
        return binding

    async def _end_frozen(self, session: AsyncSession, person_id: int, now: datetime) -> None:
        """New credentials replace the frozen ones (U5)."""
        for frozen in await queries.bindings_of(session, person_id, [BindingState.FROZEN]):
            frozen.state, frozen.ended_at = BindingState.REVOKED, now

    async def _waiting(
        self, session: AsyncSession, actor: Actor, binding_id: int, now: datetime
    ) -> tuple[Person, Binding]:
        person_id = await queries.person_of_binding(session, binding_id)
        if person_id is None:
            raise NotFound
        subject = await load_person(session, actor, person_id, actor.day_of(now))
        check(actor, Permission.CONFIRM_BINDING, subject)
        person = await queries.lock_person(session, person_id)
        for binding in await queries.bindings_of(session, person_id, [BindingState.PENDING]):
            if binding.id == binding_id:
                return person, binding
        raise NotFound


def _same_phone(digits: str, phone: str | None) -> bool:
    """Four digits are the end of the phone; more must end as it does, whatever its country's prefix."""
    return phone is not None and len(digits) >= 4 and digits[-10:] == phone[-min(len(digits), 10) :]


def _or_raise(outcome: T | DomainError) -> T:
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome
