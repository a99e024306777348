"""A plan out of a workbook that is sent to the bot: the sheet «КТП» of an import, for one course (J1)."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import PlanTopic, Subject
from db.queries import importing as tables
from db.queries import plan_rows, plans
from db.queries.courses import CourseRow
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput
from services.importing.context import Context
from services.importing.difference import Counts, Wanted, sync
from services.importing.layout import BY_KEY
from services.importing.plan_sheet import read_plan
from services.importing.problems import Problem, Problems
from services.importing.reading import read_sent
from services.importing.references import References
from services.importing.school_file import SchoolContent, Topic, Year
from services.importing.school_file import Subject as KnownSubject
from services.importing.tables import read_single_table
from services.importing.teaching_sheets import read_subjects
from services.importing.text import fold
from services.plan_rows import MAX_ROWS
from services.plans import PlannedCourse, course_to_edit
from services.rates import Rate, check_rate

__all__ = ["Counts", "PlanFile", "PlanFileService", "Problem"]

SHEET = "plan"
READ = Rate("plan.file_read", an_hour=30)
_OF_OTHER_SHEETS = "sheet_passed_over"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a file says about the plans of a course's subject and grade. With errors nothing is saved."""

    course: CourseRow
    errors: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    variants: tuple[tuple[str, int], ...] = ()
    """The plans that the file holds: variant and number of rows. Each is replaced as a whole."""
    passed_over: int = 0
    """Rows for other subjects or grades."""
    changes: Counts | None = None
    """None: nothing can be saved."""
    taught_and_gone: int = 0
    """Rows that were taught already and that the file has no more; their lessons keep the words."""


class _NothingIsSaved(Exception):
    """Takes a trial back."""


class PlanFileService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def check(self, *, actor: Actor, course_id: int, name: str, content: bytes) -> PlanFile:
        """What saving the file would say and change. Raises NotFound for who may not edit the plan, and
        InvalidInput for a plan that is longer than any year, or one file too many in an hour."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await course_to_edit(session, actor, course_id, now=now)
            await check_rate(session, actor, READ, now)
            await record(session, actor, READ.action, subject=("course", course_id), at=now)
        checked: list[PlanFile] = []
        try:
            async with self._db.transaction() as session:
                checked.append(await self._save(session, actor, course_id, name, content))
                raise _NothingIsSaved
        except _NothingIsSaved:
            return checked[0]

    async def replace(self, *, actor: Actor, course_id: int, name: str, content: bytes) -> PlanFile:
        """Save the plans of the file; with an error, nothing. A row that was taught stays linked when the
        file has its number. Raises as `check`."""
        async with self._db.transaction() as session:
            return await self._save(session, actor, course_id, name, content)

    async def _save(
        self, session: AsyncSession, actor: Actor, course_id: int, name: str, content: bytes
    ) -> PlanFile:
        now = self._clock.now()
        edited = await course_to_edit(session, actor, course_id, now=now)
        subjects = await tables.rows_of(session, Subject, tables.of_school(Subject, actor.school_id))
        known = SchoolContent(
            Year("", *edited.year),
            subjects={
                fold(row.name): KnownSubject(fold(row.name), row.name, tuple(row.short_names))
                for row in subjects
            },
        )
        topics, problems = await asyncio.to_thread(_read, name, content, known, actor.day_of(now))
        course = edited.course
        ours = [
            topic for topic in topics if topic.subject == fold(course.subject) and topic.grade == course.grade
        ]
        sizes = Counter(topic.variant for topic in ours)
        if max(sizes.values(), default=0) > MAX_ROWS:
            raise InvalidInput(problem="plan_too_long", limit=MAX_ROWS)
        found = PlanFile(
            course,
            tuple(problems.errors),
            tuple(note for note in problems.notes if note.code != _OF_OTHER_SHEETS),
            tuple(sorted(sizes.items())),
            len(topics) - len(ours),
        )
        if problems.errors or not ours:
            return found
        changes, gone = await _write(session, actor, edited, ours)
        after = {"variants": dict(sizes), "created": changes.created, "changed": changes.changed}
        await record(
            session,
            actor,
            "plan.changed",
            subject=("course", course_id),
            at=now,
            after=after | {"removed": changes.ended},
        )
        return replace(found, changes=changes, taught_and_gone=gone)


def _read(name: str, content: bytes, known: SchoolContent, today: date) -> tuple[list[Topic], Problems]:
    problems = Problems()
    table = read_single_table(read_sent(name, content, problems), BY_KEY[SHEET], problems)
    if table is None:
        return [], problems
    context = Context({SHEET: table}, known, problems, today)
    references = References(context)
    read_subjects(context, references)
    return read_plan(context, references), problems


async def _write(
    session: AsyncSession, actor: Actor, edited: PlannedCourse, topics: list[Topic]
) -> tuple[Counts, int]:
    """What was done, and how many rows went that had been taught."""
    course = edited.course
    named = {topic.variant for topic in topics}
    await plan_rows.hold(session, edited.plan)
    stored = [row for row in await plans.stored(session, course) if row.variant in named]
    numbers = {(topic.variant, topic.number) for topic in topics}
    gone = [row.id for row in stored if (row.variant, row.number) not in numbers]
    taught = await plan_rows.taught_of(session, gone)
    whose = {
        "school_id": actor.school_id,
        "year_id": course.year_id,
        "subject_id": course.subject_id,
        "grade": course.grade,
    }
    counts, _ = await sync(
        session,
        PlanTopic,
        [
            Wanted(
                (topic.variant, topic.number),
                {"topic": topic.topic, "kind": topic.kind, "homework": topic.homework},
            )
            for topic in topics
        ],
        stored,
        lambda row: (row.variant, row.number),
        lambda want: whose | dict(zip(("variant", "number"), want.key, strict=True)),
        delete=lambda _: True,
    )
    return counts, taught
