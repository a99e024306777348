"""Reading the journal: whose courses, a course's card, its page for a term (J13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from db.engine import Database
from db.enums import FinalKind, MarkValue
from db.queries import class_day, courses
from db.queries import journal_page as queries
from db.queries.class_day import GroupRow
from db.queries.courses import CourseRow
from db.queries.journal_page import (
    Absence,
    PageLesson,
    PageMark,
    PagePupil,
    PageRows,
    PageWork,
    Period,
)
from db.queries.journal_page_statement import LOCK_SETTINGS
from services.access.courses import access_course, course_subject
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.marks.averages import average
from services.settings import AverageKind, institution_settings, values_by_preset

__all__ = [
    "CourseCard",
    "CourseRow",
    "Courses",
    "FinalColumn",
    "GroupCourses",
    "GroupRow",
    "JournalPage",
    "JournalService",
    "PageLesson",
    "PagePupil",
    "PageWork",
    "Period",
]


@dataclass(frozen=True, slots=True)
class Courses:
    """Where the actor's journals are."""

    own: tuple[CourseRow, ...]
    """What the actor teaches today."""
    groups: tuple[GroupRow, ...]
    """Classes all of whose journals the actor may see, those that the actor leads first."""


@dataclass(frozen=True, slots=True)
class GroupCourses:
    group: GroupRow
    courses: tuple[CourseRow, ...]


@dataclass(frozen=True, slots=True)
class CourseCard:
    course: CourseRow
    teachers: tuple[str, ...]
    period: Period
    """The one that is running, else the one to look at now."""
    has_subgroups: bool
    writes_to_families: bool
    """The actor may write to the families of the course's pupils (C1)."""


@dataclass(frozen=True, slots=True)
class FinalColumn:
    """A term's mark, the year's or the exam's (J8)."""

    kind: FinalKind
    term: Period | None


@dataclass(frozen=True)
class JournalPage:
    """A course's lessons and pupils over a period, with what stands in every cell."""

    course: CourseRow
    period: Period
    periods: tuple[Period, ...]
    """Of the course's year, the year itself last."""
    today: date
    rows: PageRows
    average_kind: AverageKind
    is_own: bool
    """The reader teaches the course today."""

    @property
    def lessons(self) -> tuple[PageLesson, ...]:
        return self.rows.lessons

    @property
    def pupils(self) -> tuple[PagePupil, ...]:
        return self.rows.pupils

    def absence(self, lesson: PageLesson, pupil: PagePupil) -> Absence | None:
        return (
            None if lesson.lesson_id is None else self.rows.absences.get((lesson.lesson_id, pupil.pupil_id))
        )

    def mark(self, work: PageWork, pupil: PagePupil) -> PageMark | None:
        return self.rows.marks.get((work.work_id, pupil.pupil_id))

    def was_in_course(self, lesson: PageLesson, pupil: PagePupil) -> bool:
        """Whether the lesson was one of the pupil's; others' cells are no gap in the journal (S2, S6)."""
        return any(starts_on <= lesson.date <= ends_on for starts_on, ends_on in pupil.places)

    def is_locked(self, lesson: PageLesson, work: PageWork | None, pupil: PagePupil) -> bool:
        """Whether this cell can no longer be written in: what stands may not be changed (J5), and what is
        empty may not be filled (J4)."""
        if work is None:
            return lesson.closed
        return lesson.locked if self.mark(work, pupil) else work.closed

    def average(self, pupil: PagePupil) -> Decimal | None:
        """Of the page's marks; None when none of them counts."""
        return self._averages.get(pupil.pupil_id)

    @cached_property
    def final_columns(self) -> tuple[FinalColumn, ...]:
        """The period's own, or every term's on the page of a year; the year's and the exam's when given."""
        terms = [self.period] if self.period.term_id is not None else self.periods[:-1]
        given = {kind for kind, _, _ in self._finals}
        return (
            *(FinalColumn(FinalKind.TERM, term) for term in terms),
            *(FinalColumn(kind, None) for kind in (FinalKind.YEAR, FinalKind.EXAM) if kind in given),
        )

    def final(self, column: FinalColumn, pupil: PagePupil) -> MarkValue | None:
        term_id = None if column.term is None else column.term.term_id
        return self._finals.get((column.kind, term_id, pupil.pupil_id))

    @cached_property
    def _finals(self) -> Mapping[tuple[FinalKind, int | None, int], MarkValue]:
        return {(one.kind, one.term_id, one.pupil_id): one.value for one in self.rows.finals}

    @cached_property
    def _averages(self) -> Mapping[int, Decimal | None]:
        marks: defaultdict[int, list[tuple[MarkValue, Decimal]]] = defaultdict(list)
        weights = {work.work_id: work.weight for lesson in self.lessons for work in lesson.works}
        for (work_id, pupil_id), mark in self.rows.marks.items():
            if work_id in weights:
                marks[pupil_id].append((mark.value, weights[work_id]))
        return {pupil_id: average(given, self.average_kind) for pupil_id, given in marks.items()}

    def columns(self) -> Iterator[tuple[PageLesson, PageWork | None]]:
        """Every work of every lesson; a lesson without works has one column for its register."""
        for lesson in self.lessons:
            for work in lesson.works or (None,):
                yield lesson, work


class JournalService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def courses(self, *, actor: Actor) -> Courses:
        """The actor's own courses, and the classes whose journals are open to the actor."""
        today = self._today(actor)
        own: list[CourseRow] = []
        async with self._db.transaction() as session:
            if actor.staff_roles:
                own = await courses.courses_of_teacher(session, actor.school_id, actor.person_id, today)
            groups = await class_day.groups(session, actor.school_id, today)
        seen = [
            group
            for group in groups
            if may(actor, Permission.SEE_JOURNAL, GroupSubject(actor.school_id, group.group_id))
        ]
        seen.sort(key=lambda group: group.group_id not in actor.class_teacher_of)
        return Courses(tuple(own), tuple(seen))

    async def group_courses(self, *, actor: Actor, group_id: int) -> GroupCourses:
        """What a class is taught. Raises NotFound for a class whose journals are not open to the actor."""
        async with self._db.transaction() as session:
            group = await class_day.group(session, actor.school_id, group_id)
            subject = GroupSubject(actor.school_id, group_id) if group else None
            check(actor, Permission.SEE_JOURNAL, subject)
            assert group is not None
            rows = await courses.courses_of_group(session, actor.school_id, group_id, self._today(actor))
        return GroupCourses(group, tuple(rows))

    async def card(self, *, actor: Actor, course_id: int) -> CourseCard:
        """A course and what leads on from it. Raises NotFound for a course that is not the actor's to see."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            course = await access_course(session, actor, course_id, Permission.SEE_JOURNAL, today)
            periods = await queries.periods(session, course.year_id, course.grade)
            teachers = await queries.teachers(session, course.teacher_ids)
            has_subgroups = await queries.has_subgroups(session, course)
        return CourseCard(
            course,
            tuple(teachers),
            _running(periods, today),
            has_subgroups,
            writes_to_families=may(
                actor, Permission.WRITE_ABOUT_COURSE, course_subject(actor.school_id, course)
            ),
        )

    async def page(self, *, actor: Actor, course_id: int, term_id: int | None) -> JournalPage:
        """A course's page of a term, or of the year (None). Four statements, one of them the page's.

        Raises NotFound for a course that is not the actor's to see, and for a term of another form or year.
        """
        today, now = self._today(actor), self._clock.now()
        async with self._db.transaction() as session:
            course = await access_course(session, actor, course_id, Permission.SEE_JOURNAL, today)
            periods = await queries.periods(session, course.year_id, course.grade)
            period = next((one for one in periods if one.term_id == term_id), None)
            if period is None:
                raise NotFound
            rows = await queries.page(
                session,
                school_id=actor.school_id,
                course_id=course_id,
                first=period.starts_on,
                last=period.ends_on,
                today=today,
                now=now,
                settings_by_preset={key: values_by_preset(key) for key in LOCK_SETTINGS},
            )
            settings = await institution_settings(session, actor.school_id)
        return JournalPage(
            course,
            period,
            tuple(periods),
            today,
            rows,
            settings.final_average,
            is_own=actor.person_id in course.teacher_ids,
        )

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())


def _running(periods: list[Period], today: date) -> Period:
    """The term of the day; between terms and after the last the one before, before the first the first."""
    *terms, year = periods
    begun = [term for term in terms if term.starts_on <= today]
    return begun[-1] if begun else next(iter(terms), year)
