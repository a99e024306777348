"""Pupils whose average of the term is low, and who has been told of it (C4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Select, Text, and_, any_, cast, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, MarkValue
from db.models import (
    Binding,
    ClassTeacher,
    Course,
    Enrolment,
    FailingNotice,
    Group,
    Lesson,
    Mark,
    Person,
    SchoolYear,
    Subject,
    Term,
    Work,
)
from db.queries.periods import in_force
from db.queries.timetable import FORM_WITHOUT_MARKS

_NUMBERS = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO)


@dataclass(frozen=True, slots=True)
class LowRow:
    """A pupil's marks of a subject in the term of `today`."""

    pupil_id: int
    last_name: str
    first_name: str
    group_id: int
    group: str
    term_id: int
    term: str
    course_id: int
    """The subject's course that the last of the marks is from."""
    subject: str
    marks: int
    total: Decimal
    """Sum of mark × weight."""
    weights: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    below: Decimal
    min_marks: int
    weighted: bool
    settled: datetime
    """What was written later is still in its undo window."""


def _low(school_id: int, today: date, rule: Rule) -> Select[*tuple[Any, ...]]:
    weight: Any = Work.weight if rule.weighted else literal(1)
    number = cast(cast(Mark.value, Text), Integer)
    total, weights = func.sum(number * weight), func.sum(weight)
    courses = func.array_agg(aggregate_order_by(Course.id, Lesson.date.desc(), Lesson.number.desc()))
    pupil = (Enrolment.pupil_id, Person.last_name, Person.first_name, Person.sort_key)
    place = (Group.id, Group.name, Term.id, Term.name, Subject.id, Subject.name)
    return (
        select(
            Enrolment.pupil_id,
            Person.last_name,
            Person.first_name,
            Group.id.label("group_id"),
            Group.name.label("group"),
            Term.id.label("term_id"),
            Term.name.label("term"),
            courses[1].label("course_id"),
            Subject.name.label("subject"),
            func.count().label("marks"),
            total.label("total"),
            weights.label("weights"),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.pupil_id)
        .join(Group, and_(Group.id == Enrolment.group_id, Group.grade > FORM_WITHOUT_MARKS))
        .join(
            Term,
            and_(
                Term.year_id == Group.year_id,
                or_(Term.grades.is_(None), Group.grade == any_(Term.grades)),
                literal(today).between(Term.starts_on, Term.ends_on),
            ),
        )
        .join(
            Mark,
            and_(Mark.pupil_id == Enrolment.pupil_id, Mark.value.in_(_NUMBERS), Mark.set_at <= rule.settled),
        )
        .join(Work, Work.id == Mark.work_id)
        .join(Lesson, and_(Lesson.id == Work.lesson_id, Lesson.date.between(Term.starts_on, today)))
        .join(Course, Course.id == Lesson.course_id)
        .join(Subject, Subject.id == Course.subject_id)
        .where(Enrolment.school_id == school_id, in_force(Enrolment, today))
        .group_by(*pupil, *place)
        .having(func.count() >= rule.min_marks, weights > 0, total < rule.below * weights)
        .order_by(Group.name, Person.sort_key, Enrolment.pupil_id, Subject.name)
    )


async def low(session: AsyncSession, school_id: int, today: date, rule: Rule) -> list[LowRow]:
    """Of all pupils, in a statement for the first day of their terms and one for what was given since."""
    terms = select(func.min(Term.starts_on)).join(SchoolYear, SchoolYear.id == Term.year_id)
    running = (SchoolYear.school_id == school_id, literal(today).between(Term.starts_on, Term.ends_on))
    since = await session.scalar(terms.where(*running))
    if since is None:
        return []
    # A pupil's own term begins then or later. Told the day, PostgreSQL hashes the works of these terms, and
    # not the marks of the year.
    of_terms = _low(school_id, today, rule).where(Lesson.school_id == school_id, Lesson.date >= since)
    return [LowRow(**row._mapping) for row in await session.execute(of_terms)]


async def low_since(
    session: AsyncSession,
    school_id: int,
    today: date,
    rule: Rule,
    found_on: date,
    *,
    pupil_id: int | None = None,
    group_id: int | None = None,
) -> list[LowRow]:
    """Of a pupil or a class: what was found on that day and is still so."""
    low = _low(school_id, today, rule)
    if pupil_id is not None:
        low = low.where(Enrolment.pupil_id == pupil_id)
    if group_id is not None:
        low = low.where(Enrolment.group_id == group_id)
    rows = low.subquery("low")
    told = exists().where(
        FailingNotice.pupil_id == rows.c.pupil_id,
        FailingNotice.course_id == rows.c.course_id,
        FailingNotice.term_id == rows.c.term_id,
        FailingNotice.found_on == found_on,
    )
    return [LowRow(**row._mapping) for row in await session.execute(select(rows).where(told))]


async def note(
    session: AsyncSession, school_id: int, rows: Sequence[LowRow], found_on: date
) -> set[tuple[int, int]]:
    """Keep that these are told; (pupil, course) of those that are told for the first time in their term."""
    new = await session.execute(
        insert(FailingNotice)
        .on_conflict_do_nothing()
        .returning(FailingNotice.pupil_id, FailingNotice.course_id),
        [
            {
                "pupil_id": row.pupil_id,
                "course_id": row.course_id,
                "term_id": row.term_id,
                "school_id": school_id,
                "found_on": found_on,
            }
            for row in rows
        ],
    )
    return {(pupil_id, course_id) for pupil_id, course_id in new}


async def class_teachers(
    session: AsyncSession, group_ids: Collection[int], today: date
) -> list[tuple[int, int]]:
    """(class, account) of those who lead these classes."""
    rows = await session.execute(
        select(ClassTeacher.group_id, Binding.id)
        .join(
            Binding, and_(Binding.person_id == ClassTeacher.person_id, Binding.state == BindingState.ACTIVE)
        )
        .where(ClassTeacher.group_id.in_(group_ids), in_force(ClassTeacher, today))
        .order_by(ClassTeacher.group_id, Binding.id)
    )
    return [(group_id, binding_id) for group_id, binding_id in rows]
