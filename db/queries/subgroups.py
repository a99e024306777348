"""Subgroups of a class in a subject, and pupils who are to move between them (S2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Result, Row, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Bundle, aliased

from db.models import (
    ClassTeacher,
    Course,
    CourseTeacher,
    Enrolment,
    Group,
    Person,
    SchoolYear,
    StaffAppointment,
    SubgroupAgreement,
    SubgroupChange,
    SubgroupMember,
    Subject,
    Term,
)
from db.queries.derived import derived_lessons
from db.queries.names import Colleague, colleague_columns
from db.queries.periods import in_force

LONGEST_HOLIDAYS = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class MemberRow:
    pupil_id: int
    last_name: str
    first_name: str
    group: str
    course_id: int | None
    """The subgroup; None: in none."""


async def members(
    session: AsyncSession, course_ids: Collection[int], group_ids: Collection[int], day: date
) -> list[MemberRow]:
    """Everybody of these classes on `day` with their subgroup of that day, in the order of names."""
    rows = await session.execute(
        select(Person.id, Person.last_name, Person.first_name, Group.name, func.min(SubgroupMember.course_id))
        .join(Enrolment, Enrolment.pupil_id == Person.id)
        .join(Group, Group.id == Enrolment.group_id)
        .outerjoin(
            SubgroupMember,
            and_(
                SubgroupMember.pupil_id == Person.id,
                SubgroupMember.course_id.in_(course_ids),
                in_force(SubgroupMember, day),
            ),
        )
        .where(Enrolment.group_id.in_(group_ids), in_force(Enrolment, day))
        .group_by(Person.id, Group.name)
        .order_by(Person.sort_key, Person.id)
    )
    return [MemberRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A pupil who is to be in the subgroup `after` from `starts_on`; declined by its author: withdrawn."""

    change_id: int
    pupil_id: int
    last_name: str
    first_name: str
    subject: str
    from_course_id: int | None
    before: str | None
    """The subgroup's name; None: the pupil is in none."""
    to_course_id: int
    after: str
    starts_on: date
    applied_at: datetime | None
    declined_at: datetime | None
    proposed_by: Colleague
    declined_by: Colleague | None

    @property
    def open(self) -> bool:
        return self.applied_at is None and self.declined_at is None

    @property
    def course_ids(self) -> frozenset[int]:
        return frozenset({self.to_course_id} | ({self.from_course_id} if self.from_course_id else set()))


async def _changes(session: AsyncSession, school_id: int, *wanted: Any) -> list[ChangeRow]:
    before, after = aliased(Course), aliased(Course)
    proposed_by, declined_by = aliased(Person), aliased(Person)
    rows: Result[Any] = await session.execute(
        select(
            SubgroupChange.id.label("change_id"),
            SubgroupChange.pupil_id,
            Person.last_name,
            Person.first_name,
            Subject.name.label("subject"),
            SubgroupChange.from_course_id,
            before.subgroup.label("before"),
            SubgroupChange.to_course_id,
            after.subgroup.label("after"),
            SubgroupChange.starts_on,
            SubgroupChange.applied_at,
            SubgroupChange.declined_at,
            Bundle("proposed_by", *colleague_columns(proposed_by)),
            Bundle("declined_by", *colleague_columns(declined_by)),
        )
        .join(Person, Person.id == SubgroupChange.pupil_id)
        .join(after, after.id == SubgroupChange.to_course_id)
        .join(Subject, Subject.id == after.subject_id)
        .outerjoin(before, before.id == SubgroupChange.from_course_id)
        .join(proposed_by, proposed_by.id == SubgroupChange.proposed_by)
        .outerjoin(declined_by, declined_by.id == SubgroupChange.declined_by)
        .where(SubgroupChange.school_id == school_id, *wanted)
        .order_by(SubgroupChange.starts_on, Person.sort_key, SubgroupChange.id)
    )
    return [_change(row) for row in rows]


def _change(row: Row[Any]) -> ChangeRow:
    values = dict(row._mapping)
    declined_by = Colleague(*values["declined_by"]) if values["declined_by"][0] else None
    people = {"proposed_by": Colleague(*values["proposed_by"]), "declined_by": declined_by}
    return ChangeRow(**(values | people))


async def change(session: AsyncSession, school_id: int, change_id: int) -> ChangeRow | None:
    rows = await _changes(session, school_id, SubgroupChange.id == change_id)
    return rows[0] if rows else None


async def ahead(
    session: AsyncSession, school_id: int, course_ids: Collection[int], today: date
) -> list[ChangeRow]:
    """Changes into these subgroups that are proposed, or agreed on for a day after `today`."""
    return await _changes(
        session,
        school_id,
        SubgroupChange.to_course_id.in_(course_ids),
        SubgroupChange.declined_at.is_(None),
        or_(SubgroupChange.applied_at.is_(None), SubgroupChange.starts_on > today),
    )


async def lock_pupil(session: AsyncSession, school_id: int, pupil_id: int) -> None:
    """Of one pupil one thing is decided after the other."""
    pupil = select(Person.id).where(Person.id == pupil_id, Person.school_id == school_id)
    await session.execute(pupil.with_for_update(key_share=True))


async def propose(
    session: AsyncSession,
    *,
    school_id: int,
    pupil_id: int,
    from_course_id: int | None,
    to_course_id: int,
    starts_on: date,
    by: int,
    now: datetime,
) -> int:
    proposed = await session.scalars(
        insert(SubgroupChange)
        .values(
            school_id=school_id,
            pupil_id=pupil_id,
            from_course_id=from_course_id,
            to_course_id=to_course_id,
            starts_on=starts_on,
            proposed_by=by,
            proposed_at=now,
        )
        .returning(SubgroupChange.id)
    )
    return proposed.one()


async def concerned(session: AsyncSession, row: ChangeRow, day: date) -> list[Colleague]:
    """Who has a say: the teachers of both subgroups and the pupil's class teacher, as they are on `day`."""
    teachers = select(CourseTeacher.teacher_id).where(
        CourseTeacher.course_id.in_(row.course_ids), in_force(CourseTeacher, day)
    )
    class_teachers = (
        select(ClassTeacher.person_id)
        .join(Enrolment, Enrolment.group_id == ClassTeacher.group_id)
        .where(Enrolment.pupil_id == row.pupil_id, in_force(Enrolment, day), in_force(ClassTeacher, day))
    )
    employed = exists().where(StaffAppointment.person_id == Person.id, in_force(StaffAppointment, day))
    rows = await session.execute(
        select(*colleague_columns(Person))
        .where(or_(Person.id.in_(teachers), Person.id.in_(class_teachers)), employed)
        .order_by(Person.sort_key, Person.id)
    )
    return [Colleague(*found) for found in rows]


async def agreed(session: AsyncSession, change_id: int) -> frozenset[int]:
    """Who said yes."""
    rows = await session.scalars(
        select(SubgroupAgreement.person_id).where(SubgroupAgreement.change_id == change_id)
    )
    return frozenset(rows)


async def agree(session: AsyncSession, change_id: int, person_id: int, now: datetime) -> bool:
    """False when they had said so before."""
    new = upsert(SubgroupAgreement).values(change_id=change_id, person_id=person_id, agreed_at=now)
    done = await session.scalars(new.on_conflict_do_nothing().returning(SubgroupAgreement.person_id))
    return done.one_or_none() is not None


async def decline(session: AsyncSession, change_id: int, person_id: int, now: datetime) -> None:
    await session.execute(
        update(SubgroupChange)
        .where(SubgroupChange.id == change_id)
        .values(declined_at=now, declined_by=person_id)
    )


async def move(
    session: AsyncSession,
    row: ChangeRow,
    subgroup_ids: Collection[int],
    starts_on: date,
    *,
    school_id: int,
    now: datetime,
) -> None:
    """From `starts_on` the pupil is in the new subgroup and in no other of `subgroup_ids`; until then all
    stays as it was."""
    mine = and_(SubgroupMember.pupil_id == row.pupil_id, SubgroupMember.course_id.in_(subgroup_ids))
    await session.execute(delete(SubgroupMember).where(mine, SubgroupMember.starts_on >= starts_on))
    await session.execute(
        update(SubgroupMember)
        .where(mine, in_force(SubgroupMember, starts_on))
        .values(ends_on=starts_on - timedelta(days=1))
    )
    await session.execute(
        insert(SubgroupMember).values(
            school_id=school_id, course_id=row.to_course_id, pupil_id=row.pupil_id, starts_on=starts_on
        )
    )
    await session.execute(
        update(SubgroupChange)
        .where(SubgroupChange.id == row.change_id)
        .values(applied_at=now, starts_on=starts_on)
    )


async def year_ends(session: AsyncSession, year_id: int) -> date:
    """The last day of a school year."""
    return (await session.scalars(select(SchoolYear.ends_on).where(SchoolYear.id == year_id))).one()


async def next_term(session: AsyncSession, year_id: int, day: date) -> date | None:
    """The first day of the year's term that begins after `day`."""
    return await session.scalar(
        select(func.min(Term.starts_on)).where(Term.year_id == year_id, Term.starts_on > day)
    )


async def next_lesson_day(
    session: AsyncSession, school_id: int, course_id: int, today: date, now: datetime
) -> date | None:
    """The day of the course's first lesson that has not begun; None: there is none for long."""
    derived = derived_lessons(school_id, today, today + LONGEST_HOLIDAYS)
    found: date | None = await session.scalar(
        select(func.min(derived.c.date)).where(derived.c.course_id == course_id, derived.c.starts_at > now)
    )
    return found
