"""Invitations: one-time codes that let a person in (U2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import Invitation, Person
from db.queries import invitations as queries
from services.access.codes import new_code, readable
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_person
from services.actor import Actor
from services.audit import Author, record, record_each
from services.clock import Clock
from services.settings import institution_settings


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`code` as people read it; `payload` as a deep link carries it. `expires_at` is aware."""

    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    code: str
    payload: str
    expires_at: datetime


class InvitationService:
    """Every method raises NotFound for a person whom the actor may not invite."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def show(self, *, actor: Actor, person_id: int) -> InvitationView:
        """The open invitation of a person; a new one when there is none. Who saw a code is kept."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            person = await self._invitable(session, actor, person_id, now)
            invitation = await queries.open_of_person(session, person_id, now)
            if invitation is None:
                invitation = await self._issue(session, actor, person, now)
            else:
                await record(
                    session, actor, "invitation.viewed", subject=("invitation", invitation.id), at=now
                )
            return view_of(person, invitation)

    async def reissue(self, *, actor: Actor, person_id: int) -> InvitationView:
        """A new code; the ones before it stop working at once."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            person = await self._invitable(session, actor, person_id, now)
            await self._close(session, actor, person_id, now)
            return view_of(person, await self._issue(session, actor, person, now))

    async def revoke(self, *, actor: Actor, person_id: int) -> None:
        """Close what is open; accounts that are bound already stay bound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._invitable(session, actor, person_id, now)
            await self._close(session, actor, person_id, now)

    async def _invitable(self, session: AsyncSession, actor: Actor, person_id: int, now: datetime) -> Person:
        subject = await load_person(session, actor, person_id, actor.day_of(now))
        check(actor, Permission.INVITE_PERSON, subject)
        return await queries.lock_person(session, person_id)

    async def _close(self, session: AsyncSession, actor: Actor, person_id: int, now: datetime) -> None:
        closed = await queries.revoke_open(session, [person_id], now)
        await record_each(session, actor, "invitation.revoked", subject_type="invitation", ids=closed, at=now)

    async def _issue(self, session: AsyncSession, actor: Actor, person: Person, now: datetime) -> Invitation:
        days = (await institution_settings(session, person.school_id)).invitation_days
        invitation = issue(session, person, issued_by=actor.person_id, days=days, now=now)
        await session.flush()
        await record(session, actor, "invitation.issued", subject=("invitation", invitation.id), at=now)
        return invitation


def issue(
    session: AsyncSession, person: Person, *, issued_by: int | None, days: int, now: datetime
) -> Invitation:
    """Add a new invitation to the session. `issued_by`: None from the command line."""
    invitation = Invitation(
        school_id=person.school_id,
        person_id=person.id,
        code=new_code(),
        issued_by=issued_by,
        issued_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(invitation)
    return invitation


async def open_for_all(
    session: AsyncSession,
    author: Actor | Author,
    people: Sequence[Person],
    *,
    now: datetime,
) -> dict[int, Invitation]:
    """One open invitation for each of these (locked) people, by person: what is open stays, whoever has none
    gets one now. Every code that is shown or issued has its line of history."""
    days = (await institution_settings(session, author.school_id)).invitation_days
    standing = await queries.open_of_people(session, [person.id for person in people], now)
    issued_by = author.person_id
    new = {
        person.id: issue(session, person, issued_by=issued_by, days=days, now=now)
        for person in people
        if person.id not in standing
    }
    await session.flush()
    for action, found in (("invitation.viewed", standing), ("invitation.issued", new)):
        ids = [invitation.id for invitation in found.values()]
        await record_each(session, author, action, subject_type="invitation", ids=ids, at=now)
    return standing | new


def view_of(person: Person, invitation: Invitation) -> InvitationView:
    return InvitationView(
        person_id=person.id,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        code=readable(invitation.code),
        payload=invitation.code,
        expires_at=invitation.expires_at,
    )


def deep_link(bot_username: str, payload: str) -> str:
    """What the QR code and the notice carry; opening it sends the code to the bot."""
    return f"https://t.me/{bot_username}?start={payload}"
