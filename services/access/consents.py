"""Consent to personal-data processing: the gate before any pupil data (U3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import ConsentWay
from db.models import Consent
from db.queries import consents as queries
from db.queries import invitations as people
from db.queries.consents import ConsentRow
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import DomainError, NotFound

__all__ = ["CONSENT_VERSION", "ConsentRequest", "ConsentRow", "ConsentService", "OldConsentText"]

CONSENT_VERSION = "1"
"""Of the text that the gate shows; a changed text is a new version."""


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """A pupil whose data waits behind the gate. Only the first name is told: siblings must differ."""

    pupil_id: int
    first_name: str
    own: bool
    """The pupil is asked for themself."""
    version: str
    school: str
    """Full name of the institution that processes the data."""


class OldConsentText(DomainError):
    """The text changed after it was shown; it must be read again."""


class ConsentService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def requests(self, *, actor: Actor) -> list[ConsentRequest]:
        """For whom the actor's consent is missing, by first name."""
        if not actor.awaiting_consent_for:
            return []
        async with self._db.transaction() as session:
            names = await queries.first_names(session, actor.awaiting_consent_for)
            school = await queries.school_name(session, actor.school_id)
        return [
            ConsentRequest(pupil_id, name, pupil_id == actor.person_id, CONSENT_VERSION, school)
            for pupil_id, name in names
        ]

    async def given(self, *, actor: Actor) -> list[ConsentRow]:
        """The actor's own consents in force."""
        async with self._db.transaction() as session:
            return await queries.in_force_of(session, actor.person_id)

    async def give(self, *, actor: Actor, pupil_id: int, version: str) -> Actor:
        """Consent by button; once is enough. The actor with the rights that follow.

        Raises NotFound for somebody else's child, OldConsentText.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._check(session, actor, pupil_id, Permission.GIVE_CONSENT, now)
            if version != CONSENT_VERSION:
                raise OldConsentText
            await self._give(session, actor, actor.person_id, pupil_id, ConsentWay.BUTTON, now)
            return await actor_behind(session, actor.binding_id, now) or actor

    async def record_paper(self, *, actor: Actor, person_id: int, pupil_id: int) -> None:
        """The class teacher holds the signed paper of a guardian or of the pupil. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._check(session, actor, pupil_id, Permission.RECORD_CONSENT, now)
            today = actor.day_of(now)
            if not await queries.may_speak_for(session, person_id, pupil_id, today):
                raise NotFound
            await self._give(session, actor, person_id, pupil_id, ConsentWay.PAPER, now)

    async def withdraw(self, *, actor: Actor, pupil_id: int) -> Actor:
        """Take back one's own consent: nothing about the pupil is shown or sent from now on.

        Whoever gave it may, at any time, also when they are the pupil's guardian no longer: it would hold
        again if they became one. Raises NotFound for a consent that was never given.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            if not await queries.ever_gave(session, actor.person_id, pupil_id):
                raise NotFound
            await self._withdraw(session, actor, actor.person_id, pupil_id, now)
            return await actor_behind(session, actor.binding_id, now) or actor

    async def record_withdrawal(self, *, actor: Actor, person_id: int, pupil_id: int) -> None:
        """The class teacher was told in writing that a consent is taken back; without one nothing changes.

        Raises NotFound.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._check(session, actor, pupil_id, Permission.RECORD_CONSENT, now)
            if not await queries.has(session, person_id, pupil_id):
                return
            await self._withdraw(session, actor, person_id, pupil_id, now)

    async def _check(
        self, session: AsyncSession, actor: Actor, pupil_id: int, permission: Permission, now: datetime
    ) -> None:
        subject = await load_pupil(session, actor, pupil_id, actor.day_of(now))
        check(actor, permission, subject)

    async def _give(
        self,
        session: AsyncSession,
        actor: Actor,
        person_id: int,
        pupil_id: int,
        way: ConsentWay,
        now: datetime,
    ) -> None:
        await people.lock_person(session, person_id)
        if await queries.has(session, person_id, pupil_id):
            return
        consent = Consent(
            school_id=actor.school_id,
            person_id=person_id,
            pupil_id=pupil_id,
            version=CONSENT_VERSION,
            way=way,
            given_at=now,
            recorded_by=actor.person_id if way is ConsentWay.PAPER else None,
        )
        session.add(consent)
        await session.flush()
        await record(
            session,
            actor,
            "consent.given",
            subject=("consent", consent.id),
            pupil_id=pupil_id,
            at=now,
            after={"person_id": person_id, "version": CONSENT_VERSION, "way": way},
        )

    async def _withdraw(
        self, session: AsyncSession, actor: Actor, person_id: int, pupil_id: int, now: datetime
    ) -> None:
        await people.lock_person(session, person_id)
        for consent_id in await queries.withdraw(session, person_id, pupil_id, now):
            await record(
                session,
                actor,
                "consent.withdrawn",
                subject=("consent", consent_id),
                pupil_id=pupil_id,
                at=now,
                before={"person_id": person_id},
            )
