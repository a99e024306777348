"""The class teacher's day (J7): who is missing and why, confirmed at once, and asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import absence_days, timetable
from db.queries import class_day as queries
from db.queries import planned as planned_queries
from db.queries import reasons as reason_queries
from db.queries.alerts import Recipient
from db.queries.class_day import GroupRow
from db.queries.reasons import Reason
from db.queries.timetable import LessonRow
from services.absence_answers import ANSWERABLE_DAYS
from services.absence_requests import accept_of_day
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.audit import record
from services.class_day_views import (
    AlertState,
    ClassDay,
    DayLesson,
    PupilDay,
    RegisterState,
    guardian_reaches,
    pupil_days,
)
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import absence_alert, absence_reminder
from services.omissions import lacking, lacking_marks

__all__ = ["ClassDayService", "Classes", "Confirmed", "PupilReason", "PupilReasons", "Reason", "Reminded"]


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes to choose from, the actor's own first."""

    today: date
    groups: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one tap has confirmed, and the day after it."""

    day: ClassDay
    confirmed: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of «Напомнить молчащим»; every silent pupil is counted once in the last four."""

    guardians: int
    """Reminded by this tap."""
    leaves_at: datetime | None
    """When the quiet hours end; None: the reminders leave at once."""
    reminded: int
    recently: int
    """Everyone who could be was reminded within the hour."""
    waiting: int
    """Their guardians have not been asked for the first time yet."""
    unreachable: int
    """No message reaches a guardian."""


@dataclass(frozen=True, slots=True)
class PupilReasons:
    """A pupil's day beside the institution's dictionary."""

    group_id: int
    pupil: PupilDay
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PupilReason:
    """The reason that stands for a pupil's day now; `pupil` is as it was before."""

    group_id: int
    pupil: PupilDay
    reason: Reason


class ClassDayService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def classes(self, *, actor: Actor) -> Classes:
        """Classes whose day the actor may see: their own, and for the management all of the school."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            rows = await queries.groups(session, actor.school_id, today)
        seen = [
            row
            for row in rows
            if may(actor, Permission.SEE_CLASS_DAY, GroupSubject(actor.school_id, row.group_id))
        ]
        seen.sort(key=lambda row: row.group_id not in actor.class_teacher_of)
        return Classes(today, tuple(seen))

    async def day(self, *, actor: Actor, group_id: int, day: date | None = None) -> ClassDay:
        """A class's day (today if None): the missing with reasons and alerts, the late, the registers.

        The management sees it without phone numbers. Raises NotFound for a class that is not the actor's.
        """
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.SEE_CLASS_DAY)
            return await self._day(session, actor, group, day or self._today(actor))

    async def confirm_all(self, *, actor: Actor, group_id: int, day: date) -> Confirmed:
        """Confirm every reason that guardians have stated for the absences of the day, also beforehand.

        An answer that stands for no reason of the dictionary (не знаю, опаздывает, в школе) stays open. Doing
        it again confirms nothing more. Raises NotFound, and Forbidden for who only sees the day.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.CONFIRM_REASONS)
            before = await self._day(session, actor, group, day)
            confirmed = await absence_days.confirm_stated(
                session,
                school_id=actor.school_id,
                pupil_ids=[pupil.pupil_id for pupil in before.confirmable],
                day=day,
                person_id=actor.person_id,
                now=now,
            )
            for pupil_id, reason in confirmed:
                await self._record(session, actor, pupil_id, day, before=None, after=reason)
            announced = [pupil.pupil_id for pupil in before.pupils if pupil.announced]
            accepted = await accept_of_day(session, actor, announced, day, now=now)
            pupil_ids = [pupil_id for pupil_id, _ in confirmed]
            await absence_alert.refresh(session, actor.school_id, pupil_ids, day, now=now)
            count = len({*pupil_ids, *accepted})
            return Confirmed(await self._day(session, actor, group, day), count)

    async def reasons(self, *, actor: Actor, pupil_id: int, day: date) -> PupilReasons:
        """What may be set by hand for a pupil who was missing on `day`. Raises as `set_reason` does."""
        async with self._db.transaction() as session:
            group_id, pupil = await self._missing(session, actor, pupil_id, day)
            dictionary = await reason_queries.dictionary(session, actor.school_id)
            return PupilReasons(group_id, pupil, dictionary)

    async def set_reason(self, *, actor: Actor, pupil_id: int, day: date, reason_id: int) -> PupilReason:
        """State the reason of a pupil's unplanned absences of a day; it replaces what stood there.

        There is no last day for it, because documents come late; the edit lock (J5) is about the register.
        Raises NotFound for a pupil of another class or an unknown reason, Forbidden for who only sees the
        day, InvalidInput when there is no absence to explain on the day (any more).
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            group_id, pupil = await self._missing(session, actor, pupil_id, day)
            reason = await reason_queries.reason(session, actor.school_id, reason_id)
            if reason is None:
                raise NotFound
            changed = await absence_days.set_reason(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                day=day,
                reason_id=reason_id,
                person_id=actor.person_id,
                now=now,
            )
            if changed:
                await self._record(session, actor, pupil_id, day, before=pupil.reason, after=reason.name)
                await absence_alert.refresh(session, actor.school_id, [pupil_id], day, now=now)
            return PupilReason(group_id, pupil, reason)

    async def ask_silent(self, *, actor: Actor, group_id: int, day: date) -> Reminded:
        """Ask the guardians of pupils about whom nobody has said anything once more.

        Whoever was reminded within the hour is not reminded again. Raises NotFound, Forbidden, and
        InvalidInput when the day is too long ago to be answered.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            group = await self._access(session, actor, group_id, Permission.CONFIRM_REASONS)
            if not _answerable(day, self._today(actor)):
                raise InvalidInput(problem="reminder_too_late")
            shown = await self._day(session, actor, group, day)
            accounts = shown.to_remind
            pupils = sorted({account.pupil_id for account in accounts})
            leaves_at = await absence_reminder.post(
                session, actor.school_id, actor.zone, accounts, day, now=now
            )
            if accounts:
                await record(
                    session,
                    actor,
                    "absence.reminded",
                    subject=("group", group_id),
                    at=now,
                    after={"date": day.isoformat(), "pupils": pupils},
                )
        return Reminded(
            guardians=len({account.person_id for account in accounts}),
            leaves_at=leaves_at if leaves_at > now else None,
            reminded=len(pupils),
            recently=sum(1 for pupil in shown.silent if pupil.alert.state in _REACHED) - len(pupils),
            waiting=sum(1 for pupil in shown.silent if pupil.alert.state in _NOT_ASKED_YET),
            unreachable=sum(1 for pupil in shown.silent if pupil.alert.state is AlertState.NOBODY),
        )

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    async def _access(
        self, session: AsyncSession, actor: Actor, group_id: int, permission: Permission
    ) -> GroupRow:
        group = await queries.group(session, actor.school_id, group_id)
        subject = GroupSubject(actor.school_id, group_id) if group else None
        check(actor, permission, subject, seen_by=Permission.SEE_CLASS_DAY)
        assert group is not None
        return group

    async def _missing(
        self, session: AsyncSession, actor: Actor, pupil_id: int, day: date
    ) -> tuple[int, PupilDay]:
        """A pupil's day with an absence to explain, and the class in which the actor leads the pupil."""
        subject = await load_pupil(session, actor, pupil_id, self._today(actor))
        check(actor, Permission.CONFIRM_REASONS, subject, seen_by=Permission.SEE_CLASS_DAY)
        cells = await queries.cells_of_pupil(session, actor.school_id, pupil_id, day)
        said = await queries.said(session, actor.school_id, [pupil_id], day, day)
        found = pupil_days(cells, said, day=day)
        if not found or not found[0].unplanned:
            raise InvalidInput(problem="not_missing")
        assert subject is not None
        return min(subject.group_ids & actor.class_teacher_of), found[0]

    async def _day(self, session: AsyncSession, actor: Actor, group: GroupRow, day: date) -> ClassDay:
        school_id, group_id, today = actor.school_id, group.group_id, self._today(actor)
        may_confirm = may(actor, Permission.CONFIRM_REASONS, GroupSubject(school_id, group_id))
        lessons = await timetable.lessons(session, school_id, day, day, group_id=group_id)
        teachers = await queries.teachers(session, {_given_by(lesson) for lesson in lessons})
        without_marks = await lacking_marks(session, school_id, lessons, today)
        enrolled = await queries.pupils(session, group_id, day)
        cells = await queries.cells(session, school_id, group_id, day, day)
        planned = await planned_queries.of_group(session, group_id, day, day, enrolled_on=day)
        said = await queries.said(session, school_id, {cell.pupil_id for cell in cells}, day, day)
        pupils = pupil_days(cells, said, planned, day=day)
        accounts = await queries.guardian_accounts(
            session,
            [pupil.pupil_id for pupil in pupils if pupil.unplanned],
            day,
            today,
            alert=absence_alert.NAME,
            reminder=absence_reminder.NAME,
        )
        reaches = guardian_reaches(accounts, show_phones=may_confirm)
        pupils = [replace(pupil, guardians=tuple(reaches.get(pupil.pupil_id, ()))) for pupil in pupils]
        now = self._clock.now()
        return ClassDay(
            group=group,
            day=day,
            today=today,
            size=len(enrolled),
            pupils=tuple(pupils),
            lessons=tuple(
                _lesson(
                    lesson,
                    teachers[_given_by(lesson)],
                    now,
                    lacks=bool(lacking(lesson, now, marks=lesson.lesson_id in without_marks)),
                )
                for lesson in lessons
            ),
            may_confirm=may_confirm,
            to_remind=_to_remind(pupils, now) if may_confirm and _answerable(day, today) else (),
        )

    async def _record(
        self,
        session: AsyncSession,
        actor: Actor,
        pupil_id: int,
        day: date,
        *,
        before: str | None,
        after: str,
    ) -> None:
        await record(
            session,
            actor,
            "absence.reason_confirmed",
            subject=("pupil", pupil_id),
            pupil_id=pupil_id,
            at=self._clock.now(),
            before={"date": day.isoformat(), "reason": before},
            after={"date": day.isoformat(), "reason": after},
        )


_NOT_ASKED_YET = (AlertState.LEAVES, AlertState.REGISTER_OPEN)
_REACHED = (AlertState.ASKED, AlertState.UNKNOWN, AlertState.NOT_ASKED)


def _answerable(day: date, today: date) -> bool:
    return day >= today - timedelta(days=ANSWERABLE_DAYS)


def _to_remind(pupils: Iterable[PupilDay], now: datetime) -> tuple[Recipient, ...]:
    """The accounts of the silent who were asked, and not reminded within the hour."""
    return tuple(
        Recipient(pupil.pupil_id, guardian.guardian_id, binding_id)
        for pupil in pupils
        if pupil.silent and pupil.alert.state in _REACHED
        for guardian in pupil.guardians
        if guardian.reminded_at is None or guardian.reminded_at <= now - absence_reminder.EVERY
        for binding_id in guardian.bindings
    )


def _given_by(lesson: LessonRow) -> int:
    return lesson.substitute_id or lesson.teacher_id


def _lesson(lesson: LessonRow, teacher: str, now: datetime, *, lacks: bool) -> DayLesson:
    if lesson.taken_at is not None:
        state = RegisterState.TAKEN
    elif lesson.starts_at <= now:
        state = RegisterState.NOT_TAKEN
    else:
        state = RegisterState.AHEAD
    return DayLesson(
        lesson.lesson_id,
        lesson.number,
        lesson.subject,
        lesson.subgroup,
        lesson.starts_at,
        teacher,
        state,
        lacks=lacks,
    )
