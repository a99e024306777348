"""A pupil's day in the diary: marks, attendance, homework (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db.engine import Database
from db.queries import class_day, diary, home, homework_days
from db.queries.class_day import GroupRow, PupilRow
from db.queries.diary import DiaryLesson, DiaryMark
from db.queries.homework_days import DayTask, NamedPupil
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.home import Named
from services.notifications import marks_day
from services.notifications.homework_day import may_read
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
    "Told",
]

DAYS_AHEAD = 7
"""How far the homework of the next days is looked for."""


@dataclass(frozen=True, slots=True)
class DiaryDay:
    pupil: NamedPupil
    day: date
    today: date
    lessons: tuple[DiaryLesson, ...]
    due: tuple[DayTask, ...]
    """What is to be done by this day."""
    ahead: tuple[DayTask, ...]
    """By the next day that anything is to be done by; only when today's lessons are over."""
    told: tuple[Told, ...]
    """Marks given on this day for other days' lessons, and final marks."""
    children: tuple[Named, ...]
    """Whose diaries the actor reads as family, by first name."""
    is_family: bool
    """The actor is the pupil or their guardian, and may open the files of homework."""
    class_id: int | None
    """The pupil's class, when its diaries are the actor's to read."""


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
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, today)
            check(actor, Permission.SEE_PUPIL, subject)
            assert subject is not None
            pupil = await homework_days.pupil(session, pupil_id, today)
            if pupil is None:
                raise NotFound
            settings = await institution_settings(session, actor.school_id)
            undo = timedelta(minutes=settings.undo_minutes)
            lessons = await diary.lessons(session, actor.school_id, pupil_id, shown, now=now, undo=undo)
            last = shown + timedelta(days=DAYS_AHEAD)
            tasks = await homework_days.due(
                session, actor.school_id, pupil_id, shown, last, set_until=now - undo
            )
            given = await marks_day.current(session, pupil, shown, undo=undo, now=now)
            people = await home.people_names(session, actor.guardian_of)
        is_over = shown == today and all(lesson.ends_at <= now for lesson in lessons)
        return DiaryDay(
            pupil=pupil,
            day=shown,
            today=today,
            lessons=tuple(lessons),
            due=tuple(task for task in tasks if task.due_on == shown),
            ahead=_nearest([task for task in tasks if task.due_on > shown]) if is_over else (),
            told=tuple(one for one in given.told if one.now.value is not None and _of_other_day(one, shown)),
            children=tuple(Named(person_id, first_name) for person_id, first_name, _ in people),
            is_family=may_read(actor, pupil_id),
            class_id=next((id for id in sorted(subject.group_ids) if _leads_to_class(actor, id)), None),
        )

    async def of_class(self, *, actor: Actor, group_id: int) -> ClassDiaries:
        """Whose diaries there are in a class today. Raises NotFound for a class that is not the actor's."""
        async with self._db.transaction() as session:
            group = await class_day.group(session, actor.school_id, group_id)
            if group is None or not _leads_to_class(actor, group_id):
                raise NotFound
            today = actor.day_of(self._clock.now())
            return ClassDiaries(group, today, tuple(await class_day.pupils(session, group_id, today)))


def _leads_to_class(actor: Actor, group_id: int) -> bool:
    return may(actor, Permission.SEE_CLASS_DAY, GroupSubject(actor.school_id, group_id))


def _nearest(tasks: list[DayTask]) -> tuple[DayTask, ...]:
    """Those of the first day among them."""
    return tuple(task for task in tasks if task.due_on == tasks[0].due_on)


def _of_other_day(one: Told, day: date) -> bool:
    return not isinstance(one.mark, GivenMark) or one.mark.lesson_date != day
