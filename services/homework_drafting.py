"""Drafts of tasks (J3): a new one, the plan's, that of a task that stands; and what completes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import homework as queries
from db.queries.files import StoredFileRow
from db.queries.homework import Due, LessonPupil, SubgroupRow, TaskRow
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.files import own_files
from services.homework_draft import Draft

__all__ = ["Due", "HomeworkDraftService", "HomeworkForm", "LessonPupil", "SubgroupRow"]

LESSONS_OFFERED = 6


@dataclass(frozen=True, slots=True)
class HomeworkForm:
    """What a draft is shown and completed with."""

    lesson: LessonRow
    today: date
    draft: Draft
    pupils: tuple[LessonPupil, ...]
    subgroups: tuple[SubgroupRow, ...]
    """Of the lesson's class in this subject, with those of their pupils who are in the lesson."""
    next_lessons: tuple[Due, ...]
    files: tuple[StoredFileRow, ...]


class HomeworkDraftService:
    """Nothing here writes: a draft is in no journal before `HomeworkService.save`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def new(self, *, actor: Actor, lesson_id: int) -> Draft:
        """An empty task, due at the course's next lesson of this year, else on the next school day.

        Raises NotFound.
        """
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            due = await _default_due(session, actor.school_id, lesson)
            return Draft(lesson_id=lesson.lesson_id, due_on=due[0], due_number=due[1])

    async def hinted(self, *, actor: Actor, lesson_id: int) -> Draft:
        """The task that the plan proposes. Raises NotFound when it proposes none."""
        draft = await self.new(actor=actor, lesson_id=lesson_id)
        async with self._db.transaction() as session:
            hint = await queries.hint(session, lesson_id)
        if hint is None:
            raise NotFound
        return draft.typed_anew(hint, ())

    async def of_task(self, *, actor: Actor, homework_id: int) -> Draft:
        """A task that stands, to be changed. Raises NotFound."""
        async with self._db.transaction() as session:
            task = await standing_task(session, actor, homework_id)
            await access_lesson(session, actor, task.lesson_id, Permission.KEEP_JOURNAL)
            return Draft(
                lesson_id=task.lesson_id,
                homework_id=homework_id,
                due_on=task.due_on,
                due_number=task.due_number,
                typed=task.text,
                text=task.text,
                pupil_ids=None if task.for_everyone else task.pupil_ids,
                file_ids=task.file_ids,
            )

    async def form(self, *, actor: Actor, draft: Draft) -> HomeworkForm:
        """The draft with everything that its preview and its choices show. Raises NotFound."""
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, draft.lesson_id, Permission.KEEP_JOURNAL)
            old = None
            if draft.homework_id is not None:
                old = await task_of_lesson(session, actor, lesson, draft.homework_id)
            named = old.pupil_ids if old else ()
            pupils = await queries.pupils(session, lesson.course_id, lesson.date, named)
            here = {pupil.pupil_id for pupil in pupils}
            subgroups = []
            if lesson.subgroup is None:
                subgroups = await queries.subgroups(session, lesson.course_id, lesson.date)
            return HomeworkForm(
                lesson=lesson,
                today=actor.day_of(self._clock.now()),
                draft=draft,
                pupils=tuple(pupils),
                subgroups=tuple(
                    SubgroupRow(one.course_id, one.name, one.pupil_ids & here) for one in subgroups
                ),
                next_lessons=tuple(
                    await queries.next_lessons(
                        session, actor.school_id, lesson.course_id, lesson.date, LESSONS_OFFERED
                    )
                ),
                files=tuple(await own_files(session, actor, list(draft.file_ids))),
            )


async def standing_task(session: AsyncSession, actor: Actor, homework_id: int) -> TaskRow:
    """A task of the actor's school; whose lesson it is, is still to be asked. Raises NotFound, also when it
    is withdrawn."""
    task = await queries.task(session, actor.school_id, homework_id)
    if task is None or task.withdrawn_at is not None:
        raise NotFound
    return task


async def task_of_lesson(session: AsyncSession, actor: Actor, lesson: LessonRow, homework_id: int) -> TaskRow:
    """As `standing_task`, of this lesson."""
    task = await standing_task(session, actor, homework_id)
    if task.lesson_id != lesson.lesson_id:
        raise NotFound
    return task


async def _default_due(session: AsyncSession, school_id: int, lesson: LessonRow) -> tuple[date, int | None]:
    lessons = await queries.next_lessons(session, school_id, lesson.course_id, lesson.date, 1)
    if lessons:
        return lessons[0].day, lessons[0].number
    day = await queries.next_school_day(session, school_id, lesson.course_id, lesson.date)
    return day or lesson.date + timedelta(days=1), None
