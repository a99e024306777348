"""Who changed what, when and why (J5), for those who may see the lesson or the course's journal."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from db.enums import FinalKind
from db.queries import history as queries
from db.queries.courses import CourseRow
from db.queries.history import Entries, Entry
from db.queries.timetable import LessonRow
from services.access.courses import access_course
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.access.predicates import substitutes, teaches
from services.access.subjects import LessonSubject
from services.actor import Actor
from services.clock import Clock

__all__ = ["CourseRow", "Entry", "FinalsHistory", "HistoryService", "LessonHistory", "LessonRow"]

PAGE = 8
LAST_PAGE = 10_000
"""A forged page behind all others is the last one that could be."""


@dataclass(frozen=True, slots=True)
class LessonHistory:
    """A page of a lesson's history, the newest first."""

    lesson: LessonRow
    entries: Entries
    page: int
    gives: bool
    """The reader gives the lesson."""

    @property
    def pages(self) -> int:
        return _pages(self.entries)


@dataclass(frozen=True, slots=True)
class FinalsHistory:
    """A page of the history of final marks, the newest first."""

    course: CourseRow
    kind: FinalKind
    term_id: int | None
    entries: Entries
    page: int

    @property
    def pages(self) -> int:
        return _pages(self.entries)


class HistoryService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def lesson(self, *, actor: Actor, lesson_id: int, page: int = 0) -> LessonHistory:
        """Register, topic, homework, marks and locks of a lesson. Raises NotFound."""
        page = _within(page)
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.SEE_LESSON)
            found = await queries.of_lesson(session, lesson_id, offset=page * PAGE, limit=PAGE)
        subject = LessonSubject(
            school_id=actor.school_id,
            lesson_id=lesson_id,
            date=lesson.date,
            teacher_id=lesson.teacher_id,
            substitute_id=lesson.substitute_id,
            group_ids=frozenset(),
        )
        return LessonHistory(lesson, found, page, teaches(actor, subject) or substitutes(actor, subject))

    async def finals(
        self, *, actor: Actor, course_id: int, kind: FinalKind, term_id: int | None, page: int = 0
    ) -> FinalsHistory:
        """The final marks of a course for a period. Raises NotFound."""
        page = _within(page)
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            course = await access_course(session, actor, course_id, Permission.SEE_JOURNAL, today)
            found = await queries.of_finals(session, course_id, kind, term_id, offset=page * PAGE, limit=PAGE)
        return FinalsHistory(course, kind, term_id, found, page)


def _within(page: int) -> int:
    return min(max(page, 0), LAST_PAGE)


def _pages(entries: Entries) -> int:
    return max(1, -(-entries.in_all // PAGE))
