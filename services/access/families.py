"""Who is connected and who is not: the class teacher's families, the administrator's staff (U2, U3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from db.engine import Database
from db.queries import families as queries
from db.queries.families import MemberRow, StaffRow, Standing
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import PersonSubject, SchoolSubject, load_group, load_person, load_pupil
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound

__all__ = [
    "ClassFamilies",
    "FamiliesShown",
    "Family",
    "FamilyService",
    "MemberCard",
    "MemberRow",
    "StaffCard",
    "StaffRow",
    "Standing",
    "WayIn",
    "way_in",
]


class WayIn(StrEnum):
    """How a person stands at the door: what needs a decision first, then what works."""

    PENDING = "pending"
    FROZEN = "frozen"
    BLOCKED = "blocked"
    BOUND = "bound"
    INVITED = "invited"
    OUTSIDE = "outside"


class FamiliesShown(StrEnum):
    """Which families of a class a list shows: all, or those in which anybody is so."""

    ALL = "a"
    OUTSIDE = "o"
    """A guardian who is not in the bot."""
    NO_CONSENT = "c"
    SILENT = "s"
    """A guardian from whom nothing came back for 30 days (MemberRow.silent)."""


def way_in(person: Standing) -> WayIn:
    if person.pending_binding_id is not None:
        return WayIn.PENDING
    if person.active:
        return WayIn.BLOCKED if person.blocked else WayIn.BOUND
    if person.frozen:
        return WayIn.FROZEN
    return WayIn.INVITED if person.invited_until else WayIn.OUTSIDE


@dataclass(frozen=True, slots=True)
class Family:
    pupil: MemberRow
    guardians: tuple[MemberRow, ...]

    @property
    def members(self) -> tuple[MemberRow, ...]:
        return (self.pupil, *self.guardians)


@dataclass(frozen=True, slots=True)
class ClassFamilies:
    group_id: int
    group_name: str
    families: tuple[Family, ...]
    """In the order of the class list."""
    leads: bool
    """The actor is the class teacher."""

    def of(self, shown: FamiliesShown) -> tuple[Family, ...]:
        """Those families that fit."""
        return tuple(family for family in self.families if _fits(family, shown))


@dataclass(frozen=True, slots=True)
class MemberCard:
    """One member, and what the reader may do about their access."""

    member: MemberRow
    may_invite: bool
    may_confirm: bool
    may_record_consent: bool


@dataclass(frozen=True, slots=True)
class StaffCard:
    """An employee, and what the reader may do about their access."""

    row: StaffRow
    may_invite: bool


class FamilyService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def groups(self, *, actor: Actor) -> list[tuple[int, str]]:
        """(id, name) of all classes with pupils today. Raises NotFound unless the actor is administrator."""
        check(actor, Permission.SEE_FAMILIES, SchoolSubject(actor.school_id))
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            return await queries.groups_with_pupils(session, actor.school_id, today)

    async def of_group(self, *, actor: Actor, group_id: int) -> ClassFamilies:
        """The families of a class today. Raises NotFound for a class that is not the actor's."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            check(actor, Permission.SEE_FAMILIES, await load_group(session, actor, group_id))
            today = actor.day_of(now)
            rows = await queries.of_group(session, group_id, today, now)
            name = await queries.group_name(session, group_id)
        return ClassFamilies(group_id, name, _families(rows), group_id in actor.class_teacher_of)

    async def of_pupil(self, *, actor: Actor, pupil_id: int) -> Family:
        """One family. Raises NotFound for a pupil who is not in a class of the actor's today."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            check(actor, Permission.SEE_FAMILIES, await load_pupil(session, actor, pupil_id, today))
            families = _families(await queries.of_pupil(session, pupil_id, today, now))
        if not families:
            raise NotFound
        return families[0]

    async def member(self, *, actor: Actor, pupil_id: int, person_id: int) -> MemberCard:
        """A pupil or a guardian in the pupil's family. Raises NotFound."""
        family = await self.of_pupil(actor=actor, pupil_id=pupil_id)
        for member in family.members:
            if member.person.person_id == person_id:
                break
        else:
            raise NotFound
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            subject = await load_person(session, actor, person_id, today)
            pupil = await load_pupil(session, actor, pupil_id, today)
        assert subject is not None
        assert pupil is not None
        return MemberCard(
            member,
            may_invite=may(actor, Permission.INVITE_PERSON, subject),
            may_confirm=may(actor, Permission.CONFIRM_BINDING, subject),
            may_record_consent=may(actor, Permission.RECORD_CONSENT, pupil),
        )

    async def staff(self, *, actor: Actor) -> list[StaffRow]:
        """All staff of the school by name. Raises NotFound for everybody but those who let staff in."""
        now = self._clock.now()
        check(actor, Permission.SEE_STAFF_ACCESS, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            return await queries.staff(session, actor.school_id, actor.day_of(now), now)

    async def staff_member(self, *, actor: Actor, person_id: int) -> StaffCard:
        """One of them. Raises NotFound."""
        now = self._clock.now()
        check(actor, Permission.SEE_STAFF_ACCESS, SchoolSubject(actor.school_id))
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            rows = await queries.staff(session, actor.school_id, today, now, person_id=person_id)
        if not rows:
            raise NotFound
        subject = PersonSubject(actor.school_id, person_id, is_staff=True, group_ids=frozenset())
        return StaffCard(rows[0], may_invite=may(actor, Permission.INVITE_PERSON, subject))


def _fits(family: Family, shown: FamiliesShown) -> bool:
    match shown:
        case FamiliesShown.ALL:
            return True
        case FamiliesShown.OUTSIDE:
            return any(not one.person.active for one in family.guardians)
        case FamiliesShown.NO_CONSENT:
            return any(not one.consented for one in family.members)
        case FamiliesShown.SILENT:
            return any(one.silent for one in family.guardians)


def _families(rows: list[MemberRow]) -> tuple[Family, ...]:
    by_pupil = (list(members) for _, members in groupby(rows, key=lambda row: row.pupil_id))
    return tuple(Family(pupil, tuple(guardians)) for pupil, *guardians in by_pupil)
