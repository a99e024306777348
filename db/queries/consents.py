"""Consents to personal-data processing (U3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import ConsentWay
from db.models import Consent, Enrolment, Guardianship, Person, School
from db.queries.access import consented
from db.queries.periods import in_force


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent in force; `given_at` is aware."""

    pupil_id: int
    first_name: str
    version: str
    way: ConsentWay
    given_at: datetime


async def in_force_of(session: AsyncSession, person_id: int) -> list[ConsentRow]:
    """What this person consented to and did not withdraw."""
    query = (
        select(Consent.pupil_id, Person.first_name, Consent.version, Consent.way, Consent.given_at)
        .join(Person, Person.id == Consent.pupil_id)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at, Consent.id)
    )
    return [ConsentRow(*row) for row in await session.execute(query)]


async def first_names(session: AsyncSession, person_ids: Iterable[int]) -> list[tuple[int, str]]:
    query = select(Person.id, Person.first_name).where(Person.id.in_(person_ids)).order_by(Person.first_name)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def school_name(session: AsyncSession, school_id: int) -> str:
    return (await session.execute(select(School.name).where(School.id == school_id))).scalar_one()


async def may_speak_for(session: AsyncSession, person_id: int, pupil_id: int, day: date) -> bool:
    """On `day` the person is the pupil's guardian, or is the pupil."""
    guardian = exists().where(
        Guardianship.guardian_id == person_id,
        Guardianship.pupil_id == pupil_id,
        in_force(Guardianship, day),
    )
    pupil = exists().where(
        Enrolment.pupil_id == person_id, Enrolment.pupil_id == pupil_id, in_force(Enrolment, day)
    )
    return bool(await session.scalar(select(or_(guardian, pupil))))


async def withdraw(session: AsyncSession, person_id: int, pupil_id: int, now: datetime) -> list[int]:
    """Ids of the consents that this ended."""
    query = (
        update(Consent)
        .where(Consent.person_id == person_id, Consent.pupil_id == pupil_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Consent.id)
    )
    return list((await session.execute(query)).scalars())


async def ever_gave(session: AsyncSession, person_id: int, pupil_id: int) -> bool:
    """In force or withdrawn."""
    given = exists().where(Consent.person_id == person_id, Consent.pupil_id == pupil_id)
    return bool(await session.scalar(select(given)))


async def has_any(session: AsyncSession, person_id: int) -> bool:
    """A consent of this person is in force, for whomever."""
    given = exists().where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return bool(await session.scalar(select(given)))


async def has(session: AsyncSession, person_id: int, pupil_id: int) -> bool:
    return bool(await session.scalar(select(consented(person_id, pupil_id))))
