"""Messages of threads on their way to the other side, and what becomes of them (C1, U9).

A message to the school waits for the reader's hours, one to a family for the end of its quiet hours; both are
decided at sending. It lives: an edit by its author edits it in the reader's chat.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import Desk
from db.queries import roster, told
from db.queries import threads as thread_queries
from db.queries import threads_messages as queries
from db.queries import threads_mutes as mute_queries
from db.queries import threads_people as people
from db.queries.names import Colleague
from db.queries.scope import ON_DUTY
from db.queries.threads import ThreadRow
from db.queries.threads_messages import KIND, Account, MessageRow
from db.queries.threads_mutes import MuteRow
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData
from services.threads.access import Side, side_of
from services.threads.hours import hours_of, school_days_before

UNDELIVERED = "thread_undelivered"
WAITING = "thread_waiting"
MUTED = "guardian_muted"
PATIENCE_DAYS = 2
"""School days that a question may wait."""


@dataclass(frozen=True, slots=True)
class ThreadNotice:
    """A message as its reader gets it."""

    thread: ThreadRow
    message: MessageRow
    personal_data: PersonalData
    zone: ZoneInfo
    answered_by: Colleague | None = None
    """At a desk of several: who has answered it already."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """To the author: nobody reads this message, for the reader has blocked the bot."""

    thread: ThreadRow
    side: Side
    """The author's."""
    message: MessageRow
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class ThreadWaiting:
    """To those who answer: a question waits for two school days."""

    thread: ThreadRow
    since: datetime
    personal_data: PersonalData
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class GuardianMuted:
    """To the deputies: a class teacher does not pass on a guardian's messages for a while."""

    mute: MuteRow
    personal_data: PersonalData
    zone: ZoneInfo


async def readers(
    session: AsyncSession, thread: ThreadRow, actor: Actor, side: Side, now: datetime
) -> list[Account]:
    """The accounts on the other side of the one who writes."""
    if side is Side.SCHOOL:
        return await queries.accounts(session, people.these([thread.person.person_id]))
    if thread.staff is not None:
        return await queries.accounts(session, people.these([thread.staff.person_id]))
    duty = people.on_duty(thread.school_id, ON_DUTY[thread.desk], actor.day_of(now))
    found = await queries.accounts(session, duty)
    return [account for account in found if account.person_id != thread.person.person_id]


async def post(
    session: AsyncSession, thread: ThreadRow, message_id: int, to: Iterable[Account], *, now: datetime
) -> None:
    """Send a message, or bring what stands in chats up to its latest version."""
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=thread.school_id,
                binding_id=account.binding_id,
                kind=KIND,
                payload={"message_id": message_id},
                dedup_key=f"thread:{message_id}:{account.binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                pupil_id=thread.pupil.pupil_id if thread.pupil else None,
            )
            for account in to
        ],
    )


async def tell_answered(
    session: AsyncSession, thread: ThreadRow, actor: Actor, answer_id: int, *, now: datetime
) -> None:
    """At a desk of several, the question in everybody's chat says who has answered it."""
    if thread.staff is not None:
        return
    colleagues = await readers(session, thread, actor, Side.FAMILY, now)
    for message_id in await queries.answered_with(session, thread.thread_id, answer_id):
        await post(session, thread, message_id, colleagues, now=now)


async def tell_undelivered(session: AsyncSession, binding_id: int, *, now: datetime) -> None:
    """An account has blocked the bot: tell those whose messages wait for it no more."""
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=lost.school_id,
                binding_id=lost.author_binding_id,
                kind=UNDELIVERED,
                payload={"message_id": lost.message_id},
                dedup_key=f"{UNDELIVERED}:{lost.message_id}:{lost.author_binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                pupil_id=lost.pupil_id,
            )
            for lost in await queries.lost(session, binding_id)
        ],
    )


async def post_muted(
    session: AsyncSession, school_id: int, pupil_id: int, mute_id: int, to: Iterable[int], now: datetime
) -> None:
    """Tell the deputies of a mute, on these accounts."""
    await outbox.post(
        session,
        [
            NewMessage(
                school_id=school_id,
                binding_id=binding_id,
                kind=MUTED,
                payload={"mute_id": mute_id},
                dedup_key=f"{MUTED}:{mute_id}:{binding_id}",
                priority=Priority.NOTICE,
                not_before=now,
                pupil_id=pupil_id,
            )
            for binding_id in to
        ],
    )


async def refresh_muted(
    session: AsyncSession, school_id: int, pupil_id: int, mute_id: int, now: datetime
) -> None:
    """The mute was lifted: what the deputies were told says so."""
    reached = await told.accounts(session, f"{MUTED}:{mute_id}:")
    await post_muted(session, school_id, pupil_id, mute_id, reached, now)


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job: tell those whom a question has waited for through two school days, once a question."""
    for school_id, _, zone_name in await roster.schools(session):
        today = now.astimezone(ZoneInfo(zone_name)).date()
        before = await too_long(session, school_id, now)
        waiting = await thread_queries.awaiting_since(session, school_id, before, today)
        staff = await queries.accounts(
            session, people.these([one.staff.person_id for one in waiting if one.staff])
        )
        of_colleague = {
            person_id: list(accounts)
            for person_id, accounts in groupby(sorted(staff, key=_person), key=_person)
        }
        on_duty = {
            desk: await queries.accounts(session, people.on_duty(school_id, ON_DUTY[desk], today))
            for desk in {one.desk for one in waiting if one.staff is None}
        }
        reminders = [
            _reminder(thread, account, now)
            for thread in waiting
            for account in (
                on_duty[thread.desk] if thread.staff is None else of_colleague.get(thread.staff.person_id, ())
            )
        ]
        known = await told.among(session, [reminder.dedup_key for reminder in reminders])
        await outbox.post(session, [one for one in reminders if one.dedup_key not in known])


def _person(account: Account) -> int:
    return account.person_id


def _reminder(thread: ThreadRow, account: Account, now: datetime) -> NewMessage:
    since = thread.awaits_school_since
    assert since is not None
    return NewMessage(
        school_id=thread.school_id,
        binding_id=account.binding_id,
        kind=WAITING,
        payload={"thread_id": thread.thread_id, "since": since.isoformat()},
        dedup_key=f"{WAITING}:{thread.thread_id}:{since.timestamp():.0f}:{account.binding_id}",
        priority=Priority.NOTICE,
        not_before=now,
        pupil_id=thread.pupil.pupil_id if thread.pupil else None,
    )


async def too_long(session: AsyncSession, school_id: int, now: datetime) -> datetime:
    """A question asked before this moment has waited for two school days."""
    hours = await hours_of(session, school_id, Desk.ADMINISTRATION, None, now)
    return school_days_before(hours, now, PATIENCE_DAYS)


async def _thread_of(
    session: AsyncSession, message: DueMessage, reader: Actor, now: datetime
) -> tuple[ThreadRow, MessageRow, Side] | None:
    said = await queries.message(session, message.payload["message_id"])
    if said is None:
        return None
    row = await thread_queries.thread(session, reader.school_id, said.thread_id, reader.day_of(now))
    side = None if row is None else side_of(reader, row)
    return None if row is None or side is None else (row, said, side)


class ThreadMessageKind:
    name = KIND
    repeat_when_unknown = True

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A ThreadNotice for whoever is on the other side at this moment; nothing more of an account that was
        frozen meanwhile."""
        reader = await actor_behind(session, message.binding_id, now)
        found = None if reader is None else await _thread_of(session, message, reader, now)
        if reader is None or found is None:
            return Skip(SkipReason.NO_ACCESS)
        thread, said, side = found
        if said.from_school is (side is Side.SCHOOL):
            return Skip(SkipReason.NO_ACCESS)
        if said.in_doubt:
            return Skip(SkipReason.COMPROMISED)
        wishes = await wishes_of(session, reader)
        if side is Side.FAMILY:
            if (held := held_back(wishes, message, reader, now)) is not None:
                return held
        elif message.external_ref is None:
            hours = await hours_of(session, reader.school_id, thread.desk, _staff_id(thread), now)
            if (opens := hours.opens(now)) is not None:
                return Later(opens)
        answered_by = None
        if side is Side.SCHOOL and thread.staff is None:
            answered_by = await queries.answered_by(session, thread.thread_id, said.message_id)
        personal_data = wishes.settings.personal_data
        return Ready(ThreadNotice(thread, said, personal_data, reader.zone, answered_by))


class UndeliveredKind:
    name = UNDELIVERED
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """An Undelivered for the author."""
        reader = await actor_behind(session, message.binding_id, now)
        found = None if reader is None else await _thread_of(session, message, reader, now)
        if reader is None or found is None:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        thread, said, side = found
        return Ready(Undelivered(thread, side, said, wishes.settings.personal_data))


class ThreadWaitingKind:
    """Payload: `thread_id`, and `since`, the moment of the question."""

    name = WAITING
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A ThreadWaiting in the reader's hours."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None:
            return Skip(SkipReason.NO_ACCESS)
        thread_id, since = message.payload["thread_id"], datetime.fromisoformat(message.payload["since"])
        thread = await thread_queries.thread(session, reader.school_id, thread_id, reader.day_of(now))
        if thread is None or side_of(reader, thread) is not Side.SCHOOL:
            return Skip(SkipReason.NO_ACCESS)
        if thread.awaits_school_since != since:
            return Skip(SkipReason.CORRECTED)
        hours = await hours_of(session, reader.school_id, thread.desk, _staff_id(thread), now)
        if (opens := hours.opens(now)) is not None:
            return Later(opens)
        wishes = await wishes_of(session, reader)
        return Ready(ThreadWaiting(thread, since, wishes.settings.personal_data, reader.zone))


class GuardianMutedKind:
    name = MUTED
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A GuardianMuted for a deputy of this day."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not may(reader, Permission.SEE_MUTES, SchoolSubject(message.school_id)):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        mute = await mute_queries.mute(session, message.school_id, message.payload["mute_id"])
        if mute is None:
            return Skip(SkipReason.CORRECTED)
        return Ready(GuardianMuted(mute, wishes.settings.personal_data, reader.zone))


KINDS = (ThreadMessageKind(), UndeliveredKind(), ThreadWaitingKind(), GuardianMutedKind())


def _staff_id(thread: ThreadRow) -> int | None:
    return None if thread.staff is None else thread.staff.person_id
