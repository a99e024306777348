"""Changes of personal cards: asked for by guardians, made when the school approves them (U12).

A phone on a card is the second check at the door (services/access/binding.py), so whoever approves a new
one must be somebody who may let that person in, and nobody decides what they have asked for themselves.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import CardChangeState, CardField
from db.queries import cards as queries
from db.queries import consents, invitations
from db.queries.cards import CardPerson, ChangeRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import Forbidden, InvalidInput, NotFound
from services.importing.values import NotAValue, parse_date, parse_email, parse_phone
from services.notifications import cards as notices
from services.rates import Rate, check_rate
from services.typed import typed_line

NAME_LIMIT = 200
OLDEST = 120
"""Years."""
ASKED = Rate("card.change_asked", an_hour=30)


class CardChangeService:
    """Every method raises NotFound for a card or a request that is not the actor's to see."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def ask(
        self, *, actor: Actor, pupil_id: int, person_id: int, field: CardField, typed: str
    ) -> ChangeRow:
        """A guardian asks to change a field of their child's card or of their own, never of another
        guardian's. Asking again for the same field replaces what was asked.

        Raises InvalidInput for a value that cannot be right, or is what the card says already.
        """
        now = self._clock.now()
        today = actor.day_of(now)
        after = read_value(field, typed, today)
        async with self._db.transaction() as session:
            check(actor, Permission.CONFIRM_CARD, await load_pupil(session, actor, pupil_id, today))
            if person_id not in (pupil_id, actor.person_id):
                raise NotFound
            family = await queries.members(session, pupil_id, today)
            before = _value(next(row for row in family if row.person_id == person_id), field)
            if after == before:
                raise InvalidInput(problem="card_same")
            await check_rate(session, actor, ASKED, now)
            change_id = await queries.ask(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                person_id=person_id,
                field=field,
                before=before,
                after=after,
                requested_by=actor.person_id,
                requested_at=now,
            )
            await record(
                session,
                actor,
                "card.change_asked",
                subject=("card_change", change_id),
                pupil_id=pupil_id,
                at=now,
                before={field.value: before},
                after={field.value: after, "person_id": person_id},
            )
            change = await queries.shown(session, actor.school_id, change_id, today)
            assert change is not None
            await notices.tell_school(session, actor, change, now)
            return change

    async def waiting(self, *, actor: Actor) -> list[ChangeRow]:
        """What waits for a decision, the oldest first: of the actor's classes, or of the school."""
        whole_school = not notices.OFFICE.isdisjoint(actor.staff_roles)
        if not whole_school and not actor.class_teacher_of:
            raise NotFound
        group_ids = None if whole_school else actor.class_teacher_of
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            return await queries.open_changes(session, actor.school_id, today, group_ids=group_ids)

    async def show(self, *, actor: Actor, change_id: int) -> tuple[ChangeRow, bool]:
        """A request, decided or not, and whether the actor may decide it."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            change = await queries.shown(session, actor.school_id, change_id, today)
            await self._see(session, actor, change, today)
            assert change is not None
            return change, await notices.may_decide(session, actor, change, today)

    async def approve(self, *, actor: Actor, change_id: int, version: int) -> ChangeRow:
        """The card says it from now on.

        Raises Forbidden for the actor's own request and for a phone of somebody whom they may not let in,
        and InvalidInput when it is decided already, not what was shown as this `version` any more, or its
        author has no access any more.
        """
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            change = await self._decidable(session, actor, change_id, today)
            if change.version != version:
                raise InvalidInput(problem="card_asked_anew")
            # The account was closed or the child is no longer theirs: what they asked for is not made (U5).
            asker = change.asked_by.person_id
            speaks = await consents.may_speak_for(session, asker, change.pupil_id, today)
            if not speaks or not await queries.is_bound(session, asker):
                raise InvalidInput(problem="card_asker_gone")
            person_id, field = change.person.person_id, change.field
            await invitations.lock_person(session, person_id)
            family = await queries.members(session, change.pupil_id, today)
            card = next((row for row in family if row.person_id == person_id), None)
            if card is None:
                raise InvalidInput(problem="card_asker_gone")
            await queries.set_field(session, person_id, field, _stored(field, change.after))
            await record(
                session,
                actor,
                "card.changed",
                subject=("person", person_id),
                pupil_id=change.pupil_id,
                at=now,
                before={field.value: _value(card, field)},
                after={field.value: change.after},
            )
            return await self._decide(session, actor, change, CardChangeState.APPROVED, None, now)

    async def decline(self, *, actor: Actor, change_id: int, typed: str) -> ChangeRow:
        """The card stays as it is; the family reads why. Raises as `approve`, whatever the version."""
        now = self._clock.now()
        reason = typed_line(typed)
        async with self._db.transaction() as session:
            change = await self._decidable(session, actor, change_id, actor.day_of(now))
            await record(
                session,
                actor,
                "card.change_declined",
                subject=("card_change", change_id),
                pupil_id=change.pupil_id,
                at=now,
                after={"reason": reason},
            )
            return await self._decide(session, actor, change, CardChangeState.DECLINED, reason, now)

    async def _see(self, session: AsyncSession, actor: Actor, change: ChangeRow | None, today: date) -> None:
        if change is None:
            raise NotFound
        subject = await load_pupil(session, actor, change.pupil_id, today)
        check(actor, Permission.DECIDE_CARD_CHANGE, subject)

    async def _decidable(self, session: AsyncSession, actor: Actor, change_id: int, today: date) -> ChangeRow:
        change = await queries.change(session, actor.school_id, change_id, today)
        await self._see(session, actor, change, today)
        assert change is not None
        if change.state is not CardChangeState.OPEN:
            raise InvalidInput(problem="card_decided")
        if not await notices.may_decide(session, actor, change, today):
            raise Forbidden
        return change

    async def _decide(
        self,
        session: AsyncSession,
        actor: Actor,
        change: ChangeRow,
        state: CardChangeState,
        reason: str | None,
        now: datetime,
    ) -> ChangeRow:
        await queries.decide(
            session,
            change.change_id,
            state=state,
            decided_by=actor.person_id,
            decided_at=now,
            reason=reason,
        )
        await notices.tell_family(session, actor, change, now)
        decided = await queries.shown(session, actor.school_id, change.change_id, actor.day_of(now))
        assert decided is not None
        return decided


def read_value(field: CardField, typed: str, today: date) -> str:
    """A value as cards keep it, dates in ISO. Raises InvalidInput."""
    line = typed_line(typed)
    try:
        match field:
            case CardField.LAST_NAME | CardField.FIRST_NAME | CardField.MIDDLE_NAME:
                return _name(line)
            case CardField.BIRTH_DATE:
                return _birth_date(line, today)
            case CardField.PHONE:
                return parse_phone(line)
            case CardField.EMAIL:
                return parse_email(line)
    except NotAValue:
        raise _refused(field) from None


def _refused(field: CardField) -> InvalidInput:
    match field:
        case CardField.LAST_NAME:
            return InvalidInput(problem="card_last_name")
        case CardField.FIRST_NAME:
            return InvalidInput(problem="card_first_name")
        case CardField.MIDDLE_NAME:
            return InvalidInput(problem="card_middle_name")
        case CardField.BIRTH_DATE:
            return InvalidInput(problem="card_birth_date")
        case CardField.PHONE:
            return InvalidInput(problem="card_phone")
        case CardField.EMAIL:
            return InvalidInput(problem="card_email")


def _name(line: str) -> str:
    if len(line) > NAME_LIMIT or not any(char.isalpha() for char in line):
        raise NotAValue("not_a_name")
    return line


def _birth_date(line: str, today: date) -> str:
    day = parse_date(line)
    if not today.year - OLDEST <= day.year or day >= today:
        raise NotAValue("not_a_date")
    return day.isoformat()


def _value(person: CardPerson, field: CardField) -> str:
    value = getattr(person, field.value)
    return value.isoformat() if isinstance(value, date) else value or ""


def _stored(field: CardField, value: str) -> str | date:
    return date.fromisoformat(value) if field is CardField.BIRTH_DATE else value
