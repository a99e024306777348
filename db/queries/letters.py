"""Information letters: what they tell, who was sent one, who has read it (C2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, any_, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue
from db.models import (
    Course,
    Enrolment,
    Group,
    Guardianship,
    InformationLetter,
    Lesson,
    LetterReceipt,
    Mark,
    Person,
    Subject,
    Term,
    Work,
)
from db.queries.periods import in_force


class LetterMark(NamedTuple):
    pupil_id: int
    subject: str
    value: MarkValue
    weight: Decimal


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter that was sent."""

    letter_id: int
    pupil_id: int
    last_name: str
    first_name: str
    starts_on: date
    ends_on: date
    content: dict[str, Any]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A guardian of today of the letter's pupil; `acknowledged_at` None: not yet."""

    letter_id: int
    last_name: str
    first_name: str
    acknowledged_at: datetime | None


async def marks(
    session: AsyncSession, pupil_ids: Collection[int], first: date, last: date, *, set_until: datetime
) -> list[LetterMark]:
    """The pupils' marks of the lessons of these days, by lesson; not those written after `set_until`."""
    rows = await session.execute(
        select(Mark.pupil_id, Subject.name, Mark.value, Work.weight)
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(
            Mark.pupil_id.in_(pupil_ids),
            Lesson.date.between(first, last),
            Mark.set_at <= set_until,
        )
        .order_by(Mark.pupil_id, Subject.name, Lesson.date, Lesson.number, Work.position)
    )
    return [
        LetterMark(pupil_id, subject, value, weight)
        for pupil_id, subject, value, weight in rows
        if value is not None
    ]


async def add(session: AsyncSession, letters: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """(letter, pupil) of each."""
    rows = await session.execute(
        insert(InformationLetter).returning(InformationLetter.id, InformationLetter.pupil_id), letters
    )
    return [(row[0], row[1]) for row in rows]


async def hold(session: AsyncSession, group_id: int) -> None:
    """Nobody else sends letters to this class before the transaction ends."""
    await session.execute(select(Group.id).where(Group.id == group_id).with_for_update(key_share=True))


async def lately(
    session: AsyncSession, pupil_ids: Collection[int], first: date, last: date, remark: str, since: datetime
) -> set[int]:
    """Pupils to whom the same letter was sent since then."""
    rows = await session.scalars(
        select(InformationLetter.pupil_id).where(
            InformationLetter.pupil_id.in_(pupil_ids),
            InformationLetter.starts_on == first,
            InformationLetter.ends_on == last,
            InformationLetter.remark == remark,
            InformationLetter.sent_at > since,
        )
    )
    return set(rows)


def _letters() -> Select[*tuple[Any, ...]]:
    return select(
        InformationLetter.id,
        InformationLetter.pupil_id,
        Person.last_name,
        Person.first_name,
        InformationLetter.starts_on,
        InformationLetter.ends_on,
        InformationLetter.content,
        InformationLetter.sent_at,
    ).join(Person, Person.id == InformationLetter.pupil_id)


async def one(session: AsyncSession, school_id: int, letter_id: int) -> LetterRow | None:
    query = _letters().where(InformationLetter.school_id == school_id, InformationLetter.id == letter_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else LetterRow(*row)


async def of_group(session: AsyncSession, group_id: int, day: date, since: datetime) -> list[LetterRow]:
    """Letters about the pupils of a class of `day`, the newest first."""
    inside = exists().where(
        Enrolment.pupil_id == InformationLetter.pupil_id,
        Enrolment.group_id == group_id,
        in_force(Enrolment, day),
    )
    rows = await session.execute(
        _letters()
        .where(inside, InformationLetter.sent_at >= since)
        .order_by(InformationLetter.sent_at.desc(), Person.sort_key, InformationLetter.id)
    )
    return [LetterRow(*row) for row in rows]


async def receipts(session: AsyncSession, letter_ids: Collection[int], day: date) -> list[ReceiptRow]:
    """Of every letter the guardians of `day` by name."""
    rows = await session.execute(
        select(InformationLetter.id, Person.last_name, Person.first_name, LetterReceipt.acknowledged_at)
        .join(
            Guardianship,
            and_(Guardianship.pupil_id == InformationLetter.pupil_id, in_force(Guardianship, day)),
        )
        .join(Person, Person.id == Guardianship.guardian_id)
        .outerjoin(
            LetterReceipt,
            and_(
                LetterReceipt.letter_id == InformationLetter.id,
                LetterReceipt.guardian_id == Guardianship.guardian_id,
            ),
        )
        .where(InformationLetter.id.in_(letter_ids))
        .order_by(InformationLetter.id, Person.sort_key)
    )
    return [ReceiptRow(*row) for row in rows]


async def acknowledged_at(session: AsyncSession, letter_id: int, guardian_id: int) -> datetime | None:
    query = select(LetterReceipt.acknowledged_at).where(
        LetterReceipt.letter_id == letter_id, LetterReceipt.guardian_id == guardian_id
    )
    return await session.scalar(query)


async def acknowledge(session: AsyncSession, letter_id: int, guardian_id: int, at: datetime) -> None:
    """The first time counts."""
    values = {"letter_id": letter_id, "guardian_id": guardian_id, "acknowledged_at": at}
    await session.execute(upsert(LetterReceipt).values(values).on_conflict_do_nothing())


async def term_start(session: AsyncSession, group_id: int, day: date) -> date | None:
    """The first day of the term of a class that runs on `day`, or was the last one."""
    query = (
        select(func.max(Term.starts_on))
        .join(Group, Group.year_id == Term.year_id)
        .where(
            Group.id == group_id,
            Term.starts_on <= day,
            Term.grades.is_(None) | (Group.grade == any_(Term.grades)),
        )
    )
    return await session.scalar(query)
