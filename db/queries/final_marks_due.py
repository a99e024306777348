"""Courses whose final marks are due (J8): for the teacher's list and for reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    SmallInteger,
    and_,
    any_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState, FinalKind
from db.models import (
    Binding,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    FinalMark,
    Group,
    OutboxMessage,
    SchoolYear,
    Subject,
    Term,
)
from db.queries.periods import in_force
from db.queries.timetable import FORM_WITHOUT_MARKS, group_names, roster


@dataclass(frozen=True, slots=True)
class DueCourse:
    """A course of a teacher's with how many of its pupils have their final mark for a period."""

    teacher_id: int
    course_id: int
    subject: str
    groups: str
    subgroup: str | None
    kind: FinalKind
    term_id: int | None
    name: str
    """Of the term, or of the year."""
    ends_on: date
    pupils: int
    given: int


async def due_courses(
    session: AsyncSession,
    school_id: int,
    first: date,
    last: date,
    *,
    today: date,
    teacher_id: int | None = None,
) -> list[DueCourse]:
    """Courses that are taught today, by one teacher or by all, with every term and year of theirs that ends
    between these days, both counted. Courses without pupils who get marks are left out (U7)."""
    period = union_all(
        _ending(Term, FinalKind.TERM, Term.id, Term.year_id, Term.grades),
        _ending(SchoolYear, FinalKind.YEAR, null(), SchoolYear.id, null()),
    ).subquery("period")
    course = aliased(Course)
    roll = (
        roster(course.id, func.least(today, period.c.ends_on))
        .join(Group, Group.id == Enrolment.group_id)
        .where(Group.grade > FORM_WITHOUT_MARKS)
        .lateral("roll")
    )
    of_its_classes = (
        exists()
        .where(
            CourseGroup.course_id == course.id,
            Group.id == CourseGroup.group_id,
            Group.grade > FORM_WITHOUT_MARKS,
            or_(period.c.grades.is_(None), Group.grade == any_(period.c.grades)),
        )
        .correlate_except(CourseGroup, Group)
    )
    groups = group_names(course.id).label("groups")
    statement: Select[*tuple[Any, ...]] = (
        select(
            CourseTeacher.teacher_id,
            course.id.label("course_id"),
            Subject.name.label("subject"),
            groups,
            course.subgroup,
            period.c.kind,
            period.c.term_id,
            period.c.name,
            period.c.ends_on,
            func.count(roll.c.pupil_id.distinct()).label("pupils"),
            func.count(FinalMark.id.distinct()).label("given"),
        )
        .select_from(course)
        .join(Subject, Subject.id == course.subject_id)
        .join(CourseTeacher, and_(CourseTeacher.course_id == course.id, in_force(CourseTeacher, today)))
        .join(period, period.c.year_id == course.year_id)
        .join(roll, literal(True))
        .outerjoin(
            FinalMark,
            and_(
                FinalMark.pupil_id == roll.c.pupil_id,
                FinalMark.subject_id == course.subject_id,
                FinalMark.year_id == course.year_id,
                FinalMark.kind == period.c.kind,
                FinalMark.term_id.is_not_distinct_from(period.c.term_id),
            ),
        )
        .where(course.school_id == school_id, period.c.ends_on.between(first, last), of_its_classes)
        .group_by(
            CourseTeacher.teacher_id,
            course.id,
            Subject.name,
            course.subgroup,
            period.c.kind,
            period.c.term_id,
            period.c.name,
            period.c.ends_on,
        )
        .order_by(period.c.ends_on, period.c.kind, Subject.name, groups, course.id)
    )
    if teacher_id is not None:
        statement = statement.where(CourseTeacher.teacher_id == teacher_id)
    rows = await session.execute(statement)
    return [DueCourse(**(dict(row._mapping) | {"kind": FinalKind(row.kind)})) for row in rows]


def _ending(model: Any, kind: FinalKind, term_id: Any, year_id: Any, grades: Any) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind.value).label("kind"),
        cast(term_id, BigInteger).label("term_id"),
        model.name,
        model.ends_on,
        year_id.label("year_id"),
        cast(grades, ARRAY(SmallInteger)).label("grades"),
    )


async def accounts_of(session: AsyncSession, teacher_ids: Collection[int]) -> list[int]:
    """Ids of the active bindings of these people."""
    rows = await session.scalars(
        select(Binding.id).where(Binding.person_id.in_(teacher_ids), Binding.state == BindingState.ACTIVE)
    )
    return list(rows)


async def standing_reminders(
    session: AsyncSession, kind: str, teacher_ids: Collection[int], ends_on: date
) -> list[tuple[int, int, date]]:
    """Reminders about the periods that end on this day: (school, binding, the day they were made for)."""
    rows = await session.execute(
        select(OutboxMessage.school_id, OutboxMessage.binding_id, OutboxMessage.payload["on"].astext)
        .join(Binding, Binding.id == OutboxMessage.binding_id)
        .where(
            OutboxMessage.kind == kind,
            OutboxMessage.payload["ends_on"].astext == ends_on.isoformat(),
            Binding.person_id.in_(teacher_ids),
            Binding.state == BindingState.ACTIVE,
        )
    )
    return [(row[0], row[1], date.fromisoformat(row[2])) for row in rows]
