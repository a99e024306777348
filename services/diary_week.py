"""A pupil's week in the diary, and a month of days to choose from (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db.engine import Database
from db.queries import diary, homework_days
from db.queries.diary import DiaryLesson
from db.queries.homework_days import DayTask
from services.actor import Actor
from services.clock import Clock
from services.days import last_of_month, monday_of, month_of
from services.diary_day import LONGEST_PAUSE, neighbours
from services.diary_head import DiaryHead, open_diary
from services.settings import institution_settings

__all__ = ["DayTask", "DiaryHead", "DiaryLesson", "DiaryMonth", "DiaryWeek", "DiaryWeekService"]

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    head: DiaryHead
    monday: date
    lessons: tuple[DiaryLesson, ...]
    """In their order."""
    tasks: tuple[DayTask, ...]
    """By the day they are to be done by."""
    before: date
    """Monday of the nearest week with lessons, else of the week before."""
    after: date


@dataclass(frozen=True, slots=True)
class DiaryMonth:
    head: DiaryHead
    first: date
    last: date
    days: tuple[date, ...]
    """With lessons."""


class DiaryWeekService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def week(self, *, actor: Actor, pupil_id: int, day: date) -> DiaryWeek:
        """The week of a day as the family may know it. Raises NotFound for a pupil who is not the actor's to
        see."""
        now = self._clock.now()
        school_id, monday = actor.school_id, monday_of(day)
        sunday = monday + timedelta(days=6)
        async with self._db.transaction() as session:
            head = await open_diary(session, actor, pupil_id, actor.day_of(now))
            settings = await institution_settings(session, school_id)
            undo = timedelta(minutes=settings.undo_minutes)
            lessons = await diary.lessons(session, school_id, pupil_id, monday, sunday, now=now, undo=undo)
            tasks = await homework_days.due(
                session, school_id, pupil_id, monday, sunday, set_until=now - undo
            )
            around = await diary.lesson_days(
                session, school_id, pupil_id, monday - LONGEST_PAUSE, sunday + LONGEST_PAUSE
            )
        before, after = neighbours([monday_of(one) for one in around], monday, WEEK)
        return DiaryWeek(head, monday, tuple(lessons), tuple(tasks), before, after)

    async def month(self, *, actor: Actor, pupil_id: int, day: date) -> DiaryMonth:
        """The month of a day. Raises NotFound for a pupil who is not the actor's to see."""
        first, last = month_of(day), last_of_month(day)
        async with self._db.transaction() as session:
            head = await open_diary(session, actor, pupil_id, actor.day_of(self._clock.now()))
            days = await diary.lesson_days(session, actor.school_id, pupil_id, first, last)
        return DiaryMonth(head, first, last, tuple(days))
