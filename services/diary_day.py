"""A pupil's day in the diary: lessons, marks, attendance, homework (U6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db.engine import Database
from db.queries import class_day, diary, homework_days
from db.queries.class_day import GroupRow, PupilRow
from db.queries.diary import DiaryLesson, DiaryMark, Substitute
from db.queries.homework_days import DayTask, NamedPupil
from services.actor import Actor
from services.clock import Clock
from services.diary_head import DiaryHead, Named, leads_to_class, open_diary
from services.errors import NotFound
from services.notifications import marks_day
from services.notifications.marks_day import GivenFinal, GivenMark, Told
from services.settings import institution_settings

__all__ = [
    "ClassDiaries",
    "DayTask",
    "DiaryDay",
    "DiaryLesson",
    "DiaryMark",
    "DiaryService",
    "GivenFinal",
    "GivenMark",
    "GroupRow",
    "Named",
    "NamedPupil",
    "PupilRow",
    "Substitute",
    "Told",
]

DAYS_AHEAD = 7
"""How far the homework of the next days is looked for."""
LONGEST_PAUSE = timedelta(days=21)
"""How far the next day with lessons is looked for: the longest holidays but the summer's are shorter."""


@dataclass(frozen=True, slots=True)
class DiaryDay:
    head: DiaryHead
    day: date
    lessons: tuple[DiaryLesson, ...]
    due: tuple[DayTask, ...]
    """What is to be done by this day."""
    ahead: tuple[DayTask, ...]
    """By the next day that anything is to be done by; only when today's lessons are over."""
    told: tuple[Told, ...]
    """Marks given on this day for other days' lessons, and final marks."""
    before: date
    """The nearest day with lessons, else the day before."""
    after: date

    @property
    def pupil(self) -> NamedPupil:
        return self.head.pupil

    @property
    def today(self) -> date:
        return self.head.today


@dataclass(frozen=True, slots=True)
class ClassDiaries:
    group: GroupRow
    today: date
    pupils: tuple[PupilRow, ...]
    """By name."""


class DiaryService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def day(self, *, actor: Actor, pupil_id: int, day: date | None = None) -> DiaryDay:
        """A day (today if None) as the family may know it: nothing is in it before its undo window closes.

        Raises NotFound for a pupil who is not the actor's to see.
        """
        now = self._clock.now()
        today = actor.day_of(now)
        shown = day or today
        school_id = actor.school_id
        async with self._db.transaction() as session:
            head = await open_diary(session, actor, pupil_id, today)
            settings = await institution_settings(session, school_id)
            undo = timedelta(minutes=settings.undo_minutes)
            lessons = await diary.lessons(session, school_id, pupil_id, shown, shown, now=now, undo=undo)
            last = shown + timedelta(days=DAYS_AHEAD)
            tasks = await homework_days.due(session, school_id, pupil_id, shown, last, set_until=now - undo)
            given = await marks_day.current(session, head.pupil, shown, undo=undo, now=now)
            around = await diary.lesson_days(
                session, school_id, pupil_id, shown - LONGEST_PAUSE, shown + LONGEST_PAUSE
            )
        is_over = shown == today and all(lesson.ends_at <= now for lesson in lessons)
        before, after = neighbours(around, shown, timedelta(days=1))
        return DiaryDay(
            head=head,
            day=shown,
            lessons=tuple(lessons),
            due=tuple(task for task in tasks if task.due_on == shown),
            ahead=_nearest([task for task in tasks if task.due_on > shown]) if is_over else (),
            told=tuple(one for one in given.told if one.now.value is not None and _of_other_day(one, shown)),
            before=before,
            after=after,
        )

    async def of_class(self, *, actor: Actor, group_id: int) -> ClassDiaries:
        """Whose diaries there are in a class today. Raises NotFound for a class that is not the actor's."""
        async with self._db.transaction() as session:
            group = await class_day.group(session, actor.school_id, group_id)
            if group is None or not leads_to_class(actor, group_id):
                raise NotFound
            today = actor.day_of(self._clock.now())
            return ClassDiaries(group, today, tuple(await class_day.pupils(session, group_id, today)))


def neighbours(days: Sequence[date], shown: date, step: timedelta) -> tuple[date, date]:
    """The nearest of the days (in their order) before and after `shown`, else one `step` away."""
    before = max((day for day in days if day < shown), default=shown - step)
    after = min((day for day in days if day > shown), default=shown + step)
    return before, after


def _nearest(tasks: list[DayTask]) -> tuple[DayTask, ...]:
    """Those of the first day among them."""
    return tuple(task for task in tasks if task.due_on == tasks[0].due_on)


def _of_other_day(one: Told, day: date) -> bool:
    return not isinstance(one.mark, GivenMark) or one.mark.lesson_date != day
