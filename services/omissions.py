"""The class teacher tells the deputies what a lesson lacks; they see it until it is there (C5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind, MissingRecord
from db.queries import class_day, timetable
from db.queries import omissions as queries
from db.queries.omissions import OmissionRow
from db.queries.timetable import LessonRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import GroupSubject, SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.lessons import lacks_homework
from services.notifications import omissions as messages
from services.settings import InstitutionSettings, institution_settings
from services.typed import tidy_line, typed_line

__all__ = ["LessonOmissions", "OmissionRow", "OmissionService", "lacking", "lacking_marks"]


@dataclass(frozen=True, slots=True)
class LessonOmissions:
    """A lesson of the class, what it lacks now, and what the deputies know already."""

    group_id: int
    lesson: LessonRow
    teacher: str
    missing: tuple[MissingRecord, ...]
    told: OmissionRow | None

    @property
    def untold(self) -> tuple[MissingRecord, ...]:
        known = self.told.missing if self.told else ()
        return tuple(one for one in self.missing if one not in known)


async def lacking_marks(
    session: AsyncSession, school_id: int, lessons: Sequence[LessonRow], today: date
) -> frozenset[int]:
    """Those of the lessons whose marks are overdue: a control work without any, or a work that was entered
    and left empty."""
    past = [lesson for lesson in lessons if lesson.has_marks and lesson.date < today]
    if not past:
        return frozenset()
    days = timedelta(days=days_for_marks(await institution_settings(session, school_id)))
    due = [lesson for lesson in past if lesson.date + days < today]
    unmarked = await queries.unmarked(session, [lesson.lesson_id for lesson in due])
    return frozenset(
        lesson.lesson_id
        for lesson in due
        if lesson.lesson_id in unmarked or (lesson.topic_kind is LessonKind.CONTROL and not lesson.marks)
    )


def lacking(lesson: LessonRow, now: datetime, *, marks: bool) -> tuple[MissingRecord, ...]:
    """What a lesson that is over should hold and does not. `marks`: they are missing and it is time."""
    if lesson.ends_at > now:
        return ()
    found = {
        MissingRecord.REGISTER: lesson.taken_at is None,
        MissingRecord.TOPIC: lesson.topic is None,
        MissingRecord.HOMEWORK: lacks_homework(lesson),
        MissingRecord.MARKS: marks,
    }
    return tuple(one for one, missing in found.items() if missing)


class OmissionService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def look(self, *, actor: Actor, group_id: int, lesson_id: int) -> LessonOmissions:
        """What a lesson lacks. Raises NotFound when it is not a lesson of a class that the actor leads."""
        async with self._db.transaction() as session:
            return await self._look(session, actor, group_id, lesson_id)

    async def tell(
        self, *, actor: Actor, group_id: int, lesson_id: int, comment: str = ""
    ) -> LessonOmissions:
        """Tell the deputies what is missing now; what they know already is not told twice.

        Raises as `look`, and InvalidInput when nothing is missing.
        """
        comment = typed_line(comment) if tidy_line(comment) else ""
        now = self._clock.now()
        async with self._db.transaction() as session:
            view = await self._look(session, actor, group_id, lesson_id)
            if not view.missing:
                raise InvalidInput(problem="nothing_missing")
            told = await queries.tell(
                session,
                view.missing,
                school_id=actor.school_id,
                group_id=group_id,
                lesson_id=lesson_id,
                comment=comment,
                told_by=actor.person_id,
                told_at=now,
            )
            if told:
                await record(
                    session,
                    actor,
                    "omission.told",
                    subject=("lesson", lesson_id),
                    at=now,
                    after={"missing": sorted(told), "comment": comment},
                )
                await messages.tell_deputies(session, actor, group_id, lesson_id, now=now)
            return await self._look(session, actor, group_id, lesson_id)

    async def open(self, *, actor: Actor) -> tuple[OmissionRow, ...]:
        """What class teachers have told and is still missing. Raises NotFound for who does not control."""
        check(actor, Permission.SEE_OMISSIONS, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            await self._settle(session, actor)
            return tuple(await queries.open_of_school(session, actor.school_id))

    async def show(self, *, actor: Actor, group_id: int, lesson_id: int) -> OmissionRow:
        """Raises NotFound for who does not control, or when nothing was told."""
        check(actor, Permission.SEE_OMISSIONS, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            await self._settle(session, actor)
            return await self._told(session, actor, group_id, lesson_id)

    async def close(self, *, actor: Actor, group_id: int, lesson_id: int) -> OmissionRow:
        """The deputy needs no more; again changes nothing. Raises as `show`."""
        check(actor, Permission.SEE_OMISSIONS, SchoolSubject(actor.school_id))
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._told(session, actor, group_id, lesson_id)
            closed = await queries.close(session, group_id, lesson_id, person_id=actor.person_id, now=now)
            if closed:
                await record(session, actor, "omission.closed", subject=("lesson", lesson_id), at=now)
                await messages.refresh(session, actor.school_id, [(group_id, lesson_id)], now=now)
            return await self._told(session, actor, group_id, lesson_id)

    async def _look(
        self, session: AsyncSession, actor: Actor, group_id: int, lesson_id: int
    ) -> LessonOmissions:
        check(actor, Permission.TELL_OMISSION, GroupSubject(actor.school_id, group_id))
        lesson = await access_lesson(session, actor, lesson_id, Permission.TELL_OMISSION)
        if group_id not in await timetable.group_ids_of(session, lesson.course_id):
            raise NotFound
        now = self._clock.now()
        without_marks = await lacking_marks(session, actor.school_id, [lesson], actor.day_of(now))
        giver = lesson.substitute_id or lesson.teacher_id
        return LessonOmissions(
            group_id,
            lesson,
            (await class_day.teachers(session, [giver]))[giver],
            lacking(lesson, now, marks=lesson.lesson_id in without_marks),
            await queries.of_lesson(session, actor.school_id, group_id, lesson.lesson_id),
        )

    async def _told(self, session: AsyncSession, actor: Actor, group_id: int, lesson_id: int) -> OmissionRow:
        row = await queries.of_lesson(session, actor.school_id, group_id, lesson_id)
        if row is None:
            raise NotFound
        return row

    async def _settle(self, session: AsyncSession, actor: Actor) -> None:
        """Lists never name what is there by now."""
        await messages.settle(session, self._clock.now(), actor.school_id)


def days_for_marks(settings: InstitutionSettings) -> int:
    """After these days every kind of work in every form should have its marks (J4)."""
    return max(settings.mark_days, settings.mark_days_primary, settings.control_mark_days)
