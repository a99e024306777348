"""Messages about personal cards (S7, U12): none of them says what a card holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import CardChangeState, CardField, StaffRole
from db.queries import cards as queries
from db.queries import homework_days, invitations, readers, told
from db.queries.cards import ChangeRow
from db.queries.homework_days import NamedPupil
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import GroupSubject, load_person, load_pupil
from services.actor import Actor
from services.days import last_of_month, month_of, next_month
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData

__all__ = [
    "KINDS",
    "CardAsked",
    "CardChangeAsked",
    "CardChangeDecided",
    "CardsDue",
    "may_decide",
    "remind",
]

ASKED, DECIDED, QUESTION, DUE = "card_change", "card_decided", "card_question", "cards_due"
TIME_TO_LIVE = timedelta(days=14)
LAST_DAYS = 7
"""Of a month: in them the class teacher is reminded of cards that are not checked."""
OFFICE = frozenset({StaffRole.ADMINISTRATOR, StaffRole.SECRETARY})


@dataclass(frozen=True, slots=True)
class CardChangeAsked:
    """For those who decide; once decided, it says so."""

    change: ChangeRow
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class CardChangeDecided:
    """For whoever asked and for the person whose card it is."""

    change: ChangeRow
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class CardAsked:
    """«Проверьте карточку», for a guardian; `confirmed`: they have done it since."""

    pupil: NamedPupil
    confirmed: bool
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class CardsDue:
    """The month's check of a class, for its class teacher."""

    group_id: int
    group: str
    checked: int
    of_all: int
    until: date


async def tell_school(session: AsyncSession, actor: Actor, change: ChangeRow, now: datetime) -> None:
    """Tell the class teachers of the pupil who can decide; when there are none, the office."""
    today = actor.day_of(now)
    teachers = await invitations.class_teacher_bindings(session, change.pupil_id, today)
    deciders = [one for one in teachers if await _decides(session, one, change, now)]
    to = deciders or await invitations.staff_bindings(session, actor.school_id, OFFICE, today)
    await _post(session, actor.school_id, ASKED, change, to, now)


async def tell_family(session: AsyncSession, actor: Actor, change: ChangeRow, now: datetime) -> None:
    """Tell whoever asked and whose card it is, and bring the question at the school up to date."""
    people = {change.asked_by.person_id, change.person.person_id}
    accounts = [binding_id for _, binding_id in await readers.accounts_of(session, people)]
    await _post(session, actor.school_id, DECIDED, change, accounts, now)
    asked = await told.accounts(session, f"{ASKED}:{change.change_id}:")
    await _post(session, actor.school_id, ASKED, change, asked, now)


async def ask_families(
    session: AsyncSession, actor: Actor, accounts: Iterable[tuple[int, int]], month: date, now: datetime
) -> None:
    """One question a month to an account for each of its children: (pupil, account)."""
    ends = datetime.combine(next_month(month), time.min, actor.zone)
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=actor.school_id,
                binding_id=binding_id,
                pupil_id=pupil_id,
                kind=QUESTION,
                payload={"month": month.isoformat()},
                dedup_key=f"{QUESTION}:{pupil_id}:{month.toordinal()}:{binding_id}",
                priority=Priority.BROADCAST,
                not_before=now,
                expires_at=ends,
            )
            for pupil_id, binding_id in accounts
        ],
    )


async def refresh_question(
    session: AsyncSession, actor: Actor, pupil_id: int, month: date, now: datetime
) -> None:
    """The family has answered: its questions of this month say so."""
    asked = await told.accounts(session, f"{QUESTION}:{pupil_id}:{month.toordinal()}:")
    await ask_families(session, actor, [(pupil_id, binding_id) for binding_id in asked], month, now)


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day: in the last week of a month tell class teachers of cards that are not checked, once
    a month for a class."""
    for school_id, _, timezone in await schools(session):
        zone = ZoneInfo(timezone)
        today = now.astimezone(zone).date()
        month = month_of(today)
        if next_month(month) - today > timedelta(days=LAST_DAYS):
            continue
        lacking = await queries.unchecked_classes(session, school_id, today, month)
        messages = [_due(school_id, *one, month, now, zone) for one in lacking]
        standing = await told.among(session, [message.dedup_key for message in messages])
        await outbox.post(session, [one for one in messages if one.dedup_key not in standing])


async def refresh_due(session: AsyncSession, actor: Actor, group_id: int, month: date, now: datetime) -> None:
    """Bring the reminder of a class up to date, where it stands."""
    reminded = await told.accounts(session, f"{DUE}:{group_id}:{month.toordinal()}:")
    await outbox.post(
        session, [_due(actor.school_id, group_id, one, month, now, actor.zone) for one in reminded]
    )


def _due(
    school_id: int, group_id: int, binding_id: int, month: date, now: datetime, zone: ZoneInfo
) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=DUE,
        payload={"group_id": group_id, "month": month.isoformat()},
        dedup_key=f"{DUE}:{group_id}:{month.toordinal()}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=now,
        expires_at=datetime.combine(next_month(month), time.min, zone),
    )


async def _post(
    session: AsyncSession, school_id: int, kind: str, change: ChangeRow, to: Sequence[int], now: datetime
) -> None:
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=school_id,
                binding_id=binding_id,
                pupil_id=change.pupil_id,
                kind=kind,
                payload={"change_id": change.change_id},
                dedup_key=f"{kind}:{change.change_id}:{binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                expires_at=now + TIME_TO_LIVE,
            )
            for binding_id in to
        ],
    )


async def _decides(session: AsyncSession, binding_id: int, change: ChangeRow, now: datetime) -> bool:
    reader = await actor_behind(session, binding_id, now)
    return reader is not None and await may_decide(session, reader, change, reader.day_of(now))


async def may_decide(session: AsyncSession, reader: Actor, change: ChangeRow, today: date) -> bool:
    """Nobody decides what they asked for; a phone is decided by whoever may let its owner in, because its
    last digits are the second check at the door."""
    pupil = await load_pupil(session, reader, change.pupil_id, today)
    if pupil is None or not may(reader, Permission.DECIDE_CARD_CHANGE, pupil):
        return False
    if change.asked_by.person_id == reader.person_id:
        return False
    if change.field is not CardField.PHONE:
        return True
    person = await load_person(session, reader, change.person.person_id, today)
    return person is not None and may(reader, Permission.CONFIRM_BINDING, person)


class CardChangeKind:
    name = ASKED
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A CardChangeAsked for a reader who may see the request. Payload: `change_id`."""
        reader = await actor_behind(session, message.binding_id, now)
        change = await _change(session, message, reader, now)
        if reader is None or change is None:
            return Skip(SkipReason.NO_ACCESS)
        pupil = await load_pupil(session, reader, change.pupil_id, reader.day_of(now))
        if pupil is None or not may(reader, Permission.DECIDE_CARD_CHANGE, pupil):
            return Skip(SkipReason.NO_ACCESS)
        if change.state is not CardChangeState.OPEN and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(CardChangeAsked(change, wishes.settings.personal_data))


class CardDecidedKind:
    name = DECIDED
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A CardChangeDecided for a guardian, or for the pupil whose card it is. Payload: `change_id`."""
        reader = await actor_behind(session, message.binding_id, now)
        change = await _change(session, message, reader, now)
        if reader is None or change is None:
            return Skip(SkipReason.NO_ACCESS)
        own = reader.is_pupil and reader.person_id == change.pupil_id
        if change.pupil_id not in reader.guardian_of and not own:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(CardChangeDecided(change, wishes.settings.personal_data))


class CardQuestionKind:
    name = QUESTION
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A CardAsked for a guardian. Payload: the first day of its `month`."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or message.pupil_id not in reader.guardian_of:
            return Skip(SkipReason.NO_ACCESS)
        month = date.fromisoformat(message.payload["month"])
        row = await queries.month(session, message.pupil_id, month)
        if row.confirmed_by and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        pupil = await homework_days.pupil(session, message.pupil_id, reader.day_of(now))
        assert pupil is not None
        return Ready(CardAsked(pupil, bool(row.confirmed_by), wishes.settings.personal_data))


class CardsDueKind:
    name = DUE
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A CardsDue for the class teacher. Payload: `group_id`, and the first day of the `month`."""
        reader = await actor_behind(session, message.binding_id, now)
        group_id = int(message.payload["group_id"])
        if reader is None or not may(
            reader, Permission.CHECK_CARD, GroupSubject(message.school_id, group_id)
        ):
            return Skip(SkipReason.NO_ACCESS)
        month = date.fromisoformat(message.payload["month"])
        group, checked, of_all = await queries.progress(session, group_id, reader.day_of(now), month)
        if checked == of_all and message.external_ref is None:
            return Skip(SkipReason.CORRECTED)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        return Ready(CardsDue(group_id, group, checked, of_all, last_of_month(month)))


KINDS = (CardChangeKind(), CardDecidedKind(), CardQuestionKind(), CardsDueKind())


async def _change(
    session: AsyncSession, message: DueMessage, reader: Actor | None, now: datetime
) -> ChangeRow | None:
    if reader is None:
        return None
    change_id = int(message.payload["change_id"])
    return await queries.shown(session, reader.school_id, change_id, reader.day_of(now))
