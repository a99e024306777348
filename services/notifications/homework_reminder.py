"""«Не задано»: one message a day to a teacher, before the time to enter homework runs out (J3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import homework, roster, timetable
from db.queries import homework_days as queries
from db.queries.timetable import LessonRow
from services.access.identity import actor_behind
from services.homework_deadlines import deadline, reminds_at
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import InstitutionSettings, institution_settings

__all__ = ["HomeworkReminder", "HomeworkReminderKind", "OpenLesson"]

NAME = "homework_reminder"


@dataclass(frozen=True, slots=True)
class OpenLesson:
    """A lesson of today about whose homework nothing is said yet. Moments are aware."""

    lesson_id: int
    number: int
    groups: str
    subject: str
    teacher_id: int
    """Whoever gives it: the substitute, if there is one."""
    reminds_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class HomeworkReminder:
    day: date
    lessons: tuple[OpenLesson, ...]
    """Empty: all of them are filled by now."""
    zone: ZoneInfo


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job: tell every teacher whose time is running out, once a day."""
    for school_id, _, zone_name in await roster.schools(session):
        zone = ZoneInfo(zone_name)
        day = now.astimezone(zone).date()
        settings = await institution_settings(session, school_id)
        lessons = await timetable.lessons(session, school_id, day, day)
        due = [
            lesson
            for lesson in await _open(session, school_id, lessons, settings, zone, now=now)
            if lesson.reminds_at <= now < lesson.deadline
        ]
        last_moments = {
            teacher_id: max(lesson.deadline for lesson in theirs) for teacher_id, theirs in _by_teacher(due)
        }
        accounts = await queries.unreminded(session, NAME, list(last_moments), day)
        await outbox.post(
            session,
            [
                _message(school_id, binding_id, day, now, expires_at=last_moments[person_id])
                for person_id, binding_id in accounts
            ],
        )


async def refresh(session: AsyncSession, lesson: LessonRow, school_id: int, *, now: datetime) -> None:
    """What the reminders that stand in chats say of this lesson's day is not so any more."""
    teachers = [lesson.teacher_id, *([lesson.substitute_id] if lesson.substitute_id else [])]
    accounts = await queries.reminded(session, NAME, teachers, lesson.date)
    await outbox.post(
        session,
        [_message(school_id, binding_id, lesson.date, now, expires_at=None) for _, binding_id in accounts],
    )


def _message(
    school_id: int, binding_id: int, day: date, now: datetime, *, expires_at: datetime | None
) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        kind=NAME,
        payload={"date": day.isoformat()},
        dedup_key=f"{NAME}:{day.toordinal()}:{binding_id}",
        priority=Priority.NOTICE,
        not_before=now,
        expires_at=expires_at,
    )


class HomeworkReminderKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """The teacher's lessons of the day that are still open; edited when the next one's hour comes."""
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not reader.staff_roles:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        told = message.external_ref is not None
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        day = date.fromisoformat(message.payload["date"])
        rows = await timetable.lessons(session, reader.school_id, day, day, teacher_id=reader.person_id)
        found = await _open(session, reader.school_id, rows, wishes.settings, reader.zone, now=now)
        own = [lesson for lesson in found if lesson.teacher_id == reader.person_id]
        if not told and all(lesson.deadline <= now for lesson in own):
            return Skip(SkipReason.CORRECTED)
        next_hours = [lesson.reminds_at for lesson in own if lesson.reminds_at > now]
        return Ready(HomeworkReminder(day, tuple(own), reader.zone), again_at=min(next_hours, default=None))


async def _open(
    session: AsyncSession,
    school_id: int,
    lessons: Sequence[LessonRow],
    settings: InstitutionSettings,
    zone: ZoneInfo,
    *,
    now: datetime,
) -> list[OpenLesson]:
    """Those of one day's lessons that have begun and have no homework; form 1 has none at all (U7)."""
    rows = [
        row
        for row in lessons
        if row.starts_at <= now and row.has_marks and not row.tasks and not row.no_homework
    ]
    if not rows:
        return []
    day_ends = await homework.class_days_end(
        session, school_id, {row.course_id for row in rows}, rows[0].date
    )
    found = []
    for row in rows:
        ends = max(row.ends_at, day_ends.get(row.course_id, row.ends_at))
        found.append(
            OpenLesson(
                lesson_id=row.lesson_id,
                number=row.number,
                groups=row.groups,
                subject=row.subject,
                teacher_id=row.substitute_id or row.teacher_id,
                reminds_at=reminds_at(settings, row.date, ends, zone),
                deadline=deadline(settings, row.date, ends, zone),
            )
        )
    return found


def _by_teacher(lessons: Iterable[OpenLesson]) -> Iterable[tuple[int, list[OpenLesson]]]:
    def teacher(lesson: OpenLesson) -> int:
        return lesson.teacher_id

    for teacher_id, theirs in groupby(sorted(lessons, key=teacher), key=teacher):
        yield teacher_id, list(theirs)
