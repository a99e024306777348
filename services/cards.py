"""Personal cards and their monthly check (S7, U12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from db.engine import Database
from db.queries import cards as queries
from db.queries.cards import CardPerson, ChangeRow, CheckRow, ClassRow, MonthRow
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject, load_group, load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.days import last_of_month, month_of
from services.errors import NotFound
from services.notifications import cards as notices

__all__ = [
    "CardPerson",
    "CardService",
    "ChangeRow",
    "CheckRow",
    "ClassCards",
    "ClassRow",
    "PupilCard",
    "SchoolCards",
]


@dataclass(frozen=True, slots=True)
class CardMember:
    """Somebody of the family; `hidden`: the reader is told no more than the name and the relation."""

    person: CardPerson
    hidden: bool
    own: bool
    """The reader may ask for changes of it."""


@dataclass(frozen=True, slots=True)
class PupilCard:
    """What the school keeps of a pupil and the guardians, as far as the reader may see it."""

    pupil: CardMember
    guardians: tuple[CardMember, ...]
    group_id: int | None
    """The pupil's class of today, for those who check its cards or decide about them."""
    month: MonthRow
    """Of the current month."""
    changes: tuple[ChangeRow, ...]
    """Asked for and not decided: all, or the reader's own."""
    may_confirm: bool
    may_check: bool
    confirmed: bool
    """By the reader, in this month."""

    @property
    def members(self) -> tuple[CardMember, ...]:
        return (self.pupil, *self.guardians)


@dataclass(frozen=True, slots=True)
class ClassCards:
    """The month's check of a class's cards, to be complete on `until`."""

    group_id: int
    group: str
    until: date
    pupils: tuple[CheckRow, ...]
    """In the order of the class list."""
    may_check: bool

    @property
    def checked(self) -> int:
        return sum(pupil.checked for pupil in self.pupils)


@dataclass(frozen=True, slots=True)
class SchoolCards:
    """The month's check by class, to be complete on `until`."""

    until: date
    classes: tuple[ClassRow, ...]
    """Lower grades first."""


class CardService:
    """Every method raises NotFound for a card or a class that is not the actor's to see."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def card(self, *, actor: Actor, pupil_id: int) -> PupilCard:
        """A guardian sees the pupil's data and their own; of another guardian only name and relation."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, today)
            check(actor, Permission.SEE_CARD, subject)
            assert subject is not None
            keeps = may(actor, Permission.DECIDE_CARD_CHANGE, subject)
            confirms = may(actor, Permission.CONFIRM_CARD, subject)
            rows = await queries.members(session, pupil_id, today)
            month = await queries.month(session, pupil_id, month_of(today))
            changes = await queries.open_changes(session, actor.school_id, today, pupil_id=pupil_id)
        own = {pupil_id, actor.person_id} if confirms else set()
        pupil, *guardians = [_member(row, keeps=keeps, own=own) for row in rows]
        return PupilCard(
            pupil,
            tuple(guardians),
            min(subject.group_ids, default=None) if keeps else None,
            month,
            tuple(one for one in changes if keeps or one.asked_by.person_id == actor.person_id),
            may_confirm=confirms,
            may_check=may(actor, Permission.CHECK_CARD, subject),
            confirmed=actor.person_id in month.confirmed_by,
        )

    async def of_group(self, *, actor: Actor, group_id: int) -> ClassCards:
        """«Карточки: 12 из 27»."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            subject = await load_group(session, actor, group_id)
            check(actor, Permission.SEE_CARD, subject)
            assert subject is not None
            rows = await queries.of_group(session, group_id, today, month_of(today))
            name, _, _ = await queries.progress(session, group_id, today, month_of(today))
        return ClassCards(
            group_id, name, last_of_month(today), tuple(rows), may(actor, Permission.CHECK_CARD, subject)
        )

    async def of_school(self, *, actor: Actor) -> SchoolCards:
        """For the office: how far every class has come (S7). Raises NotFound for anybody else."""
        today = actor.day_of(self._clock.now())
        check(actor, Permission.DECIDE_CARD_CHANGE, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            rows = await queries.of_school(session, actor.school_id, today, month_of(today))
        return SchoolCards(last_of_month(today), tuple(rows))

    async def check(self, *, actor: Actor, pupil_id: int) -> int | None:
        """The class teacher has compared the card with the papers. The next pupil of the class whose card is
        not checked in this month; None when all are."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, today)
            check(actor, Permission.CHECK_CARD, subject)
            assert subject is not None
            month = month_of(today)
            if await queries.check(session, pupil_id, month, actor.person_id, now):
                await record(
                    session,
                    actor,
                    "card.checked",
                    subject=("person", pupil_id),
                    pupil_id=pupil_id,
                    at=now,
                    after={"month": month.isoformat()},
                )
            group_id = min(subject.group_ids & actor.class_teacher_of)
            rows = await queries.of_group(session, group_id, today, month)
            await notices.refresh_due(session, actor, group_id, month, now)
        places = [row.pupil_id for row in rows]
        place = places.index(pupil_id)
        after = [*rows[place + 1 :], *rows[:place]]
        return next((row.pupil_id for row in after if not row.checked), None)

    async def confirm(self, *, actor: Actor, pupil_id: int) -> None:
        """A guardian has read the card and finds it right; once a month is enough."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            check(actor, Permission.CONFIRM_CARD, await load_pupil(session, actor, pupil_id, today))
            if await queries.confirm(session, pupil_id, actor.person_id, month_of(today), now):
                await record(
                    session,
                    actor,
                    "card.confirmed",
                    subject=("person", pupil_id),
                    pupil_id=pupil_id,
                    at=now,
                    after={"month": month_of(today).isoformat()},
                )
                await notices.refresh_question(session, actor, pupil_id, month_of(today), now)

    async def ask_families(self, *, actor: Actor, group_id: int) -> int:
        """Ask the families of a class to look through their cards: those of whom nobody has confirmed it in
        this month, once a month. How many families the question reaches."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            check(actor, Permission.CHECK_CARD, await load_group(session, actor, group_id))
            month = month_of(today)
            accounts = await queries.unconfirmed_accounts(session, group_id, today, month)
            await notices.ask_families(session, actor, accounts, month, now)
            await record(
                session,
                actor,
                "card.families_asked",
                subject=("group", group_id),
                at=now,
                after={"month": month.isoformat()},
            )
        return len({pupil_id for pupil_id, _ in accounts})


def _member(row: CardPerson, *, keeps: bool, own: set[int]) -> CardMember:
    if keeps or row.person_id in own:
        return CardMember(row, hidden=False, own=row.person_id in own)
    return CardMember(replace(row, birth_date=None, phone=None, email=None), hidden=True, own=False)


def member_of(card: PupilCard, person_id: int) -> CardMember:
    """Raises NotFound for whoever's card the reader may not ask to change."""
    for member in card.members:
        if member.person.person_id == person_id and member.own:
            return member
    raise NotFound
