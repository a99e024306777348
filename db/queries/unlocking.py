"""What a deputy has opened for corrections, and who asked for it (J5).

An unlocking is a row of its own; a request is a line of history, answered by a later one that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models import AuditEntry, Course, Lesson, OutboxMessage, Person, Subject, Term, Unlock
from db.queries.history import PersonName
from db.queries.timetable import group_names

UNLOCKED, RESTORED = "journal.unlocked", "journal.lock_restored"
REQUESTED, REFUSED = "journal.unlock_requested", "journal.unlock_refused"
REQUEST_KIND = "unlock_request"
"""The messages of a request carry its id (`services.notifications.unlocking`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is locked: a lesson, or the final marks of a course for a term (without one: of the year and the
    exam)."""

    lesson_id: int | None = None
    course_id: int | None = None
    term_id: int | None = None

    @property
    def subject(self) -> tuple[str, int]:
        """As the history names it."""
        if self.lesson_id is not None:
            return "lesson", self.lesson_id
        assert self.course_id is not None
        return "course", self.course_id


@dataclass(frozen=True, slots=True)
class Place:
    """A target by its name."""

    target: Target
    subject: str
    groups: str
    subgroup: str | None
    date: date | None
    """Of a lesson."""
    number: int | None
    """Of a lesson."""
    term: str | None


@dataclass(frozen=True, slots=True)
class UnlockRow:
    """Something that is open for corrections, or was; moments are aware."""

    unlock_id: int
    place: Place
    until: datetime
    reason: str
    granted_by: PersonName
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A teacher asks to open something; moments are aware."""

    request_id: int
    place: Place
    person_id: int
    asked_by: PersonName
    at: datetime
    reason: str
    answer: str | None
    """UNLOCKED or REFUSED; None: nobody has answered."""
    open_until: datetime | None
    """It is open now, whether because of this request or not."""


def _placed(things: Any) -> Select[*tuple[Any, ...]]:
    """Things with lesson_id, course_id and term_id, and the names of these."""
    return (
        select(
            *things.c,
            Lesson.date,
            Lesson.number,
            Subject.name.label("subject"),
            group_names(Course.id).label("groups"),
            Course.subgroup,
            Term.name.label("term"),
        )
        .select_from(things)
        .outerjoin(Lesson, Lesson.id == things.c.lesson_id)
        .join(Course, Course.id == func.coalesce(things.c.course_id, Lesson.course_id))
        .join(Subject, Subject.id == Course.subject_id)
        .outerjoin(Term, Term.id == things.c.term_id)
    )


def _by_somebody(things: Any) -> Select[*tuple[Any, ...]]:
    """The same with the name of `person_id`."""
    names = (Person.last_name, Person.first_name, Person.middle_name)
    return (
        _placed(things)
        .add_columns(*names)
        .join(Person, Person.id == things.c.person_id)
        .order_by(things.c.id)
    )


def _place(row: Row[Any]) -> Place:
    target = Target(row.lesson_id, row.course_id, row.term_id)
    return Place(target, row.subject, row.groups, row.subgroup, row.date, row.number, row.term)


def _unlocks(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    things = (
        select(
            Unlock.id,
            Unlock.lesson_id,
            Unlock.course_id,
            Unlock.term_id,
            Unlock.until,
            Unlock.reason,
            Unlock.granted_by.label("person_id"),
            Unlock.ended_at,
        )
        .where(*conditions)
        .subquery("things")
    )
    return _by_somebody(things)


def _unlock(row: Row[Any]) -> UnlockRow:
    granted_by = PersonName(row.last_name, row.first_name, row.middle_name)
    return UnlockRow(row.id, _place(row), row.until, row.reason, granted_by, row.ended_at)


def _open(target: Target, now: datetime) -> ColumnElement[bool]:
    return and_(
        Unlock.lesson_id.is_not_distinct_from(target.lesson_id),
        Unlock.course_id.is_not_distinct_from(target.course_id),
        Unlock.term_id.is_not_distinct_from(target.term_id),
        Unlock.ended_at.is_(None),
        Unlock.until > now,
    )


async def is_open(session: AsyncSession, target: Target, now: datetime) -> bool:
    return bool(await session.scalar(select(exists().where(_open(target, now)))))


async def open_now(session: AsyncSession, school_id: int, now: datetime) -> list[UnlockRow]:
    """All that is open in the school, what was opened first first."""
    rows = await session.execute(
        _unlocks(Unlock.school_id == school_id, Unlock.ended_at.is_(None), Unlock.until > now)
    )
    return [_unlock(row) for row in rows]


async def unlock(session: AsyncSession, school_id: int, unlock_id: int) -> UnlockRow | None:
    rows = await session.execute(_unlocks(Unlock.school_id == school_id, Unlock.id == unlock_id))
    row = rows.one_or_none()
    return None if row is None else _unlock(row)


async def add(
    session: AsyncSession,
    target: Target,
    *,
    school_id: int,
    until: datetime,
    reason: str,
    actor_id: int,
    now: datetime,
) -> int:
    """Open it until a moment; the id."""
    values = {
        "school_id": school_id,
        "lesson_id": target.lesson_id,
        "course_id": target.course_id,
        "term_id": target.term_id,
        "until": until,
        "reason": reason,
        "granted_by": actor_id,
        "granted_at": now,
    }
    return (await session.execute(insert(Unlock).values(**values).returning(Unlock.id))).scalar_one()


async def end(session: AsyncSession, target: Target, now: datetime) -> list[int]:
    """Close it again; the ids of what ended."""
    ended = update(Unlock).where(_open(target, now)).values(ended_at=now).returning(Unlock.id)
    return list(await session.scalars(ended))


async def ask(
    session: AsyncSession,
    target: Target,
    *,
    school_id: int,
    actor_id: int,
    binding_id: int,
    reason: str,
    now: datetime,
) -> int:
    """Write the request into the history; its id."""
    subject_type, subject_id = target.subject
    asked = insert(AuditEntry).values(
        school_id=school_id,
        at=now,
        person_id=actor_id,
        binding_id=binding_id,
        action=REQUESTED,
        subject_type=subject_type,
        subject_id=subject_id,
        after={"reason": reason, "term_id": target.term_id},
    )
    return (await session.execute(asked.returning(AuditEntry.id))).scalar_one()


def _requests(now: datetime, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    later = aliased(AuditEntry)
    answer = (
        select(later.action)
        .where(
            later.subject_type == AuditEntry.subject_type,
            later.subject_id == AuditEntry.subject_id,
            later.action.in_((UNLOCKED, REFUSED)),
            cast(later.after["request_id"].astext, BigInteger) == AuditEntry.id,
        )
        .order_by(later.id)
        .limit(1)
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    of_lesson = AuditEntry.subject_type == "lesson"
    lesson_id = case((of_lesson, AuditEntry.subject_id))
    course_id = case((~of_lesson, AuditEntry.subject_id))
    term_id = cast(AuditEntry.after["term_id"].astext, BigInteger)
    open_until = (
        select(func.max(Unlock.until))
        .where(
            or_(
                Unlock.lesson_id == lesson_id,
                and_(Unlock.course_id == course_id, Unlock.term_id.is_not_distinct_from(term_id)),
            ),
            Unlock.ended_at.is_(None),
            Unlock.until > now,
        )
        .correlate(AuditEntry)
        .scalar_subquery()
    )
    things = (
        select(
            AuditEntry.id,
            lesson_id.label("lesson_id"),
            course_id.label("course_id"),
            term_id.label("term_id"),
            AuditEntry.person_id,
            AuditEntry.at,
            AuditEntry.after["reason"].astext.label("reason"),
            answer.label("answer"),
            open_until.label("open_until"),
        )
        .where(AuditEntry.action == REQUESTED, *conditions)
        .subquery("things")
    )
    return _by_somebody(things)


def _request(row: Row[Any]) -> RequestRow:
    return RequestRow(
        request_id=row.id,
        place=_place(row),
        person_id=row.person_id,
        asked_by=PersonName(row.last_name, row.first_name, row.middle_name),
        at=row.at,
        reason=row.reason,
        answer=row.answer,
        open_until=row.open_until,
    )


async def request(session: AsyncSession, school_id: int, request_id: int, now: datetime) -> RequestRow | None:
    rows = await session.execute(
        _requests(now, AuditEntry.school_id == school_id, AuditEntry.id == request_id)
    )
    row = rows.one_or_none()
    return None if row is None else _request(row)


async def hold_request(session: AsyncSession, request_id: int) -> None:
    """Whoever answers it now does so alone until the transaction ends."""
    await session.execute(select(AuditEntry.id).where(AuditEntry.id == request_id).with_for_update())


async def requests_of(
    session: AsyncSession, target: Target, since: datetime, now: datetime
) -> list[RequestRow]:
    """Who has asked to open it since a moment, the oldest first."""
    subject_type, subject_id = target.subject
    rows = await session.execute(
        _requests(
            now,
            AuditEntry.subject_type == subject_type,
            AuditEntry.subject_id == subject_id,
            AuditEntry.at >= since,
        )
    )
    return [found for row in rows if (found := _request(row)).place.target == target]


async def told_of(session: AsyncSession, request_ids: list[int]) -> list[tuple[int, int]]:
    """(request, binding) of the messages about these requests."""
    request_id = cast(OutboxMessage.payload["request_id"].astext, BigInteger)
    rows = await session.execute(
        select(request_id, OutboxMessage.binding_id).where(
            OutboxMessage.kind == REQUEST_KIND, request_id.in_(request_ids)
        )
    )
    return [(row[0], row[1]) for row in rows]


async def place_of(session: AsyncSession, target: Target) -> Place:
    """The name of a target that the caller knows to be there."""
    thing = select(
        cast(target.lesson_id, BigInteger).label("lesson_id"),
        cast(target.course_id, BigInteger).label("course_id"),
        cast(target.term_id, BigInteger).label("term_id"),
    ).subquery("thing")
    row = await session.execute(_placed(thing))
    return _place(row.one())
