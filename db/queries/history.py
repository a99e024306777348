"""The history of the journal as people read it: who, when, what, from what to what (J5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, case, cast, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import FinalKind
from db.models import (
    AuditEntry,
    Course,
    FinalMark,
    Homework,
    Lesson,
    Person,
    Subject,
    Term,
    Work,
    WorkKind,
)
from db.queries.timetable import group_names


@dataclass(frozen=True, slots=True)
class PersonName:
    last_name: str
    first_name: str
    middle_name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history with the names of what it is about; `at` is aware."""

    entry_id: int
    at: datetime
    action: str
    subject_type: str
    subject_id: int
    person_id: int | None
    author: PersonName | None
    """None: the command line or a job."""
    pupil_id: int | None
    pupil: PersonName | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    lesson_id: int | None
    date: date | None
    """Of the lesson."""
    number: int | None
    """Of the lesson."""
    subject: str | None
    groups: str | None
    work: str | None
    """Kind of work."""
    work_title: str | None
    course_id: int | None
    term_id: int | None
    """Of a final mark."""
    term: str | None


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of the history."""

    rows: tuple[Entry, ...]
    in_all: int


_author, _pupil = aliased(Person), aliased(Person)
_NAMES = ("last_name", "first_name", "middle_name")


def entries() -> Select[*tuple[Any, ...]]:
    """Lines of the history with the names of what they are about."""
    of = AuditEntry.subject_type
    lesson_id = func.coalesce(
        case((of == "lesson", AuditEntry.subject_id), else_=cast(null(), BigInteger)),
        Work.lesson_id,
        Homework.lesson_id,
    )
    # The line that reverses a final mark says where it stood: the mark itself is gone.
    stood = AuditEntry.after
    course_id = func.coalesce(
        Lesson.course_id,
        FinalMark.course_id,
        case((of == "course", AuditEntry.subject_id)),
        case((of == "final_mark", cast(stood["course_id"].astext, BigInteger))),
    )
    term_id = func.coalesce(
        FinalMark.term_id, case((of == "final_mark", cast(stood["term_id"].astext, BigInteger)))
    )
    return (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.action,
            AuditEntry.subject_type,
            AuditEntry.subject_id,
            AuditEntry.person_id,
            AuditEntry.pupil_id,
            AuditEntry.before,
            AuditEntry.after,
            Lesson.id.label("lesson_id"),
            Lesson.date,
            Lesson.number,
            Subject.name.label("subject"),
            group_names(Course.id).label("groups"),
            WorkKind.name.label("work"),
            Work.title.label("work_title"),
            Course.id.label("course_id"),
            term_id.label("term_id"),
            Term.name.label("term"),
            *(getattr(_author, name).label(f"author_{name}") for name in _NAMES),
            *(getattr(_pupil, name).label(f"pupil_{name}") for name in _NAMES),
        )
        .outerjoin(_author, _author.id == AuditEntry.person_id)
        .outerjoin(_pupil, _pupil.id == AuditEntry.pupil_id)
        .outerjoin(Work, and_(of == "work", Work.id == AuditEntry.subject_id))
        .outerjoin(WorkKind, WorkKind.id == Work.kind_id)
        .outerjoin(Homework, and_(of == "homework", Homework.id == AuditEntry.subject_id))
        .outerjoin(FinalMark, and_(of == "final_mark", FinalMark.id == AuditEntry.subject_id))
        .outerjoin(Term, Term.id == term_id)
        .outerjoin(Lesson, Lesson.id == lesson_id)
        .outerjoin(Course, Course.id == course_id)
        .outerjoin(Subject, Subject.id == Course.subject_id)
    )


def entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)

    def named(who: str) -> PersonName | None:
        names = [values[f"{who}_{name}"] for name in _NAMES]
        return None if names[0] is None else PersonName(*names)

    names = Entry.__dataclass_fields__.keys() - {"entry_id", "author", "pupil"}
    return Entry(
        entry_id=values["id"],
        author=named("author"),
        pupil=named("pupil"),
        **{name: values[name] for name in names},
    )


async def _page(session: AsyncSession, found: ColumnElement[bool], offset: int, limit: int) -> Entries:
    """The newest first. An offset behind the end finds nothing, not even how many there are."""
    statement = (
        entries()
        .add_columns(func.count().over().label("in_all"))
        .where(found)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .offset(offset)
        .limit(limit)
    )
    rows = (await session.execute(statement)).all()
    return Entries(tuple(entry(row) for row in rows), rows[0].in_all if rows else 0)


async def of_lesson(session: AsyncSession, lesson_id: int, *, offset: int, limit: int) -> Entries:
    """Register, topic, homework, marks and locks of a lesson."""
    works = select(Work.id).where(Work.lesson_id == lesson_id)
    tasks = select(Homework.id).where(Homework.lesson_id == lesson_id)
    about = or_(
        and_(AuditEntry.subject_type == "lesson", AuditEntry.subject_id == lesson_id),
        and_(AuditEntry.subject_type == "work", AuditEntry.subject_id.in_(works)),
        and_(AuditEntry.subject_type == "homework", AuditEntry.subject_id.in_(tasks)),
    )
    return await _page(session, about, offset, limit)


async def of_finals(
    session: AsyncSession, course_id: int, kind: FinalKind, term_id: int | None, *, offset: int, limit: int
) -> Entries:
    """The final marks of a course for a period, and their lock."""
    finals = select(FinalMark.id).where(
        FinalMark.course_id == course_id,
        FinalMark.kind == kind,
        FinalMark.term_id.is_not_distinct_from(term_id),
    )
    about = or_(
        and_(AuditEntry.subject_type == "final_mark", AuditEntry.subject_id.in_(finals)),
        and_(
            AuditEntry.subject_type == "course",
            AuditEntry.subject_id == course_id,
            AuditEntry.action.like("journal.%"),
            cast(AuditEntry.after["term_id"].astext, BigInteger).is_not_distinct_from(term_id),
        ),
    )
    return await _page(session, about, offset, limit)
