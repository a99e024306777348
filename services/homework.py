"""Homework (J3): set, changed and withdrawn by whoever gives the lesson, with notice to the families."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import homework as queries
from db.queries import homework_days, locks, timetable
from db.queries.files import StoredFileRow
from db.queries.homework import LessonPupil, TaskRow
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson, lesson_to_write_in
from services.access.permissions import Permission
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.files import own_files
from services.homework_deadlines import deadline
from services.homework_draft import Draft, checked_text
from services.homework_drafting import standing_task, task_of_lesson
from services.homework_reading import Extra
from services.notifications import homework_day, homework_reminder
from services.settings import institution_settings, values_by_preset

__all__ = [
    "HomeworkService",
    "LessonHomework",
    "LessonPupil",
    "TaskRow",
]

MAX_TASKS = 30
"""Of one lesson."""
LONGEST = timedelta(days=366)
"""How far ahead a task may be due."""


@dataclass(frozen=True, slots=True)
class LessonHomework:
    """What is set in a lesson, as its teacher sees it. Moments are aware."""

    lesson: LessonRow
    today: date
    tasks: tuple[TaskRow, ...]
    pupils: tuple[LessonPupil, ...]
    """Of the lesson, and whoever a task is for."""
    deadline: datetime
    overdue: bool
    """The deadline has passed."""
    locked: bool
    hint: str | None
    """What the plan proposes for the lesson's topic."""


class HomeworkService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def lesson(self, *, actor: Actor, lesson_id: int) -> LessonHomework:
        """What is set in the actor's lesson. Raises NotFound."""
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
            return await self._view(session, actor, lesson)

    async def save(self, *, actor: Actor, draft: Draft) -> LessonHomework:
        """Write what the draft says: the task, and each pupil's own one beside it.

        A task that stands already just so is not written twice. Raises NotFound for pupils and files that are
        not the lesson's, Locked, and InvalidInput when it is empty, doubtful, or due at a wrong time.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            lesson = await lesson_to_write_in(session, actor, draft.lesson_id, now=now)
            _check(draft, lesson)
            old = None
            if draft.homework_id is not None:
                old = await task_of_lesson(session, actor, lesson, draft.homework_id)
            await _check_whom_and_files(session, actor, lesson, draft, old)
            if draft.text or draft.file_ids:
                await self._write(session, actor, lesson, draft, old, now)
            for extra in draft.extras:
                await self._write(session, actor, lesson, _own(draft, extra), None, now)
            await queries.set_nothing(session, lesson.lesson_id, None)
            return await self._written(session, actor, lesson, now)

    async def nothing(self, *, actor: Actor, lesson_id: int) -> LessonHomework:
        """«Дома ничего». Raises NotFound, Locked, and InvalidInput while a task stands."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            lesson = await lesson_to_write_in(session, actor, lesson_id, now=now)
            if await queries.tasks(session, actor.school_id, lesson.lesson_id):
                raise InvalidInput(problem="homework_is_set")
            if not lesson.no_homework:
                await queries.set_nothing(session, lesson.lesson_id, now)
                await record(session, actor, "homework.none", subject=("lesson", lesson.lesson_id), at=now)
            return await self._written(session, actor, lesson, now)

    async def task(self, *, actor: Actor, homework_id: int) -> tuple[LessonHomework, TaskRow]:
        """One task of the actor's lesson. Raises NotFound, also when it is withdrawn."""
        async with self._db.transaction() as session:
            task = await standing_task(session, actor, homework_id)
            lesson = await access_lesson(session, actor, task.lesson_id, Permission.KEEP_JOURNAL)
            return await self._view(session, actor, lesson), task

    async def withdraw(self, *, actor: Actor, homework_id: int) -> LessonHomework:
        """Take a task back; families who were told are told so. Raises NotFound, Locked."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            task = await standing_task(session, actor, homework_id)
            lesson = await lesson_to_write_in(session, actor, task.lesson_id, now=now)
            task = await task_of_lesson(session, actor, lesson, homework_id)
            await queries.withdraw(session, homework_id, now)
            await record(
                session,
                actor,
                "homework.withdrawn",
                subject=("homework", homework_id),
                at=now,
                before=_as_said(task),
            )
            await self._tell(session, actor, lesson, await _readers(session, lesson, task), task.set_at, now)
            return await self._written(session, actor, lesson, now)

    async def files(self, *, actor: Actor, homework_id: int) -> list[StoredFileRow]:
        """What hangs on a task of the actor's lesson. Raises NotFound."""
        async with self._db.transaction() as session:
            task = await standing_task(session, actor, homework_id)
            await access_lesson(session, actor, task.lesson_id, Permission.KEEP_JOURNAL)
            return await homework_days.files_of(session, homework_id)

    async def _write(
        self,
        session: AsyncSession,
        actor: Actor,
        lesson: LessonRow,
        draft: Draft,
        old: TaskRow | None,
        now: datetime,
    ) -> None:
        said = _said(draft)
        if old is None:
            standing = await queries.tasks(session, actor.school_id, lesson.lesson_id)
            if any(_as_said(task) == said for task in standing):
                return
            if len(standing) >= MAX_TASKS:
                raise InvalidInput(problem="too_many_tasks", n=MAX_TASKS)
        elif _as_said(old) == said:
            return
        values: dict[str, Any] = {
            "text": draft.text,
            "due_on": draft.due_on,
            "due_number": draft.due_number,
            "for_everyone": draft.pupil_ids is None,
            "pupil_ids": draft.pupil_ids or (),
            "file_ids": draft.file_ids,
        }
        if old is None:
            homework_id = await queries.add(
                session,
                school_id=actor.school_id,
                lesson_id=lesson.lesson_id,
                set_by=actor.person_id,
                set_at=now,
                **values,
            )
        else:
            homework_id = old.homework_id
            await queries.change(session, homework_id, changed_at=now, **values)
        await record(
            session,
            actor,
            "homework.set",
            subject=("homework", homework_id),
            at=now,
            before=_as_said(old) if old else None,
            after=said,
        )
        task = await standing_task(session, actor, homework_id)
        readers = await _readers(session, lesson, task, *([old] if old else []))
        await self._tell(session, actor, lesson, readers, task.set_at, now)

    async def _tell(
        self,
        session: AsyncSession,
        actor: Actor,
        lesson: LessonRow,
        pupil_ids: Collection[int],
        set_at: datetime,
        now: datetime,
    ) -> None:
        await homework_day.post(
            session, actor, pupil_ids, set_on=actor.day_of(set_at), lesson_date=lesson.date, now=now
        )

    async def _written(
        self, session: AsyncSession, actor: Actor, lesson: LessonRow, now: datetime
    ) -> LessonHomework:
        """The lesson as it is after a change, which reminders that stand in chats show too."""
        await homework_reminder.refresh(session, lesson, actor.school_id, now=now)
        changed = await timetable.lesson(session, actor.school_id, lesson.lesson_id)
        assert changed is not None, "it is kept"
        return await self._view(session, actor, changed)

    async def _view(self, session: AsyncSession, actor: Actor, lesson: LessonRow) -> LessonHomework:
        now = self._clock.now()
        tasks = await queries.tasks(session, actor.school_id, lesson.lesson_id)
        named = {pupil_id for task in tasks for pupil_id in task.pupil_ids}
        settings = await institution_settings(session, actor.school_id)
        ends = await queries.class_days_end(session, actor.school_id, [lesson.course_id], lesson.date)
        day_ends = max(lesson.ends_at, ends.get(lesson.course_id, lesson.ends_at))
        until = deadline(settings, lesson.date, day_ends, actor.zone)
        return LessonHomework(
            lesson=lesson,
            today=actor.day_of(now),
            tasks=tuple(tasks),
            pupils=tuple(await queries.pupils(session, lesson.course_id, lesson.date, named)),
            deadline=until,
            overdue=until <= now,
            locked=await locks.lesson_is_locked(
                session,
                lesson.lesson_id,
                now=now,
                edit_lock_days_by_preset=values_by_preset("edit_lock_days"),
            ),
            hint=await queries.hint(session, lesson.lesson_id),
        )


def _check(draft: Draft, lesson: LessonRow) -> None:
    checked_text(draft.text)
    if draft.empty:
        raise InvalidInput(problem="homework_empty")
    if draft.doubts:
        raise InvalidInput(problem="homework_doubtful")
    if draft.pupil_ids is not None and not draft.pupil_ids:
        raise InvalidInput(problem="homework_for_nobody")
    if not lesson.date < draft.due_on <= lesson.date + LONGEST:
        raise InvalidInput(problem="homework_due")


async def _check_whom_and_files(
    session: AsyncSession, actor: Actor, lesson: LessonRow, draft: Draft, old: TaskRow | None
) -> None:
    """Ids come out of buttons, which anybody can forge."""
    allowed = await queries.roster_ids(session, lesson.course_id, lesson.date)
    allowed |= set(old.pupil_ids) if old else set()
    named = {*(draft.pupil_ids or ()), *(one for extra in draft.extras for one in extra.pupil_ids)}
    files = await own_files(session, actor, list(draft.file_ids))
    if not named <= allowed or len(files) != len(draft.file_ids):
        raise NotFound


def _own(draft: Draft, extra: Extra) -> Draft:
    return draft.model_copy(update={"text": extra.text, "pupil_ids": extra.pupil_ids, "file_ids": ()})


async def _readers(session: AsyncSession, lesson: LessonRow, *tasks: TaskRow) -> frozenset[int]:
    """The pupils whom any of these tasks is for."""
    named = frozenset(one for task in tasks for one in task.pupil_ids)
    if any(task.for_everyone for task in tasks):
        return named | await queries.roster_ids(session, lesson.course_id, lesson.date)
    return named


def _said(draft: Draft) -> dict[str, Any]:
    return _history(draft.text, draft.due_on, draft.due_number, draft.pupil_ids, draft.file_ids)


def _as_said(task: TaskRow) -> dict[str, Any]:
    pupil_ids = None if task.for_everyone else task.pupil_ids
    return _history(task.text, task.due_on, task.due_number, pupil_ids, task.file_ids)


def _history(
    text: str,
    due_on: date,
    due_number: int | None,
    pupil_ids: tuple[int, ...] | None,
    file_ids: tuple[int, ...],
) -> dict[str, Any]:
    """A task as the history of changes tells it."""
    return {
        "text": text,
        "due_on": due_on.isoformat(),
        "due_number": due_number,
        "for_everyone": pupil_ids is None,
        "pupils": sorted(pupil_ids or ()),
        "files": list(file_ids),
    }
