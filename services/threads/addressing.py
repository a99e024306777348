"""To whom somebody may write, and the thread with them (C1, U9)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Desk
from db.queries import threads as queries
from db.queries import threads_mutes as mutes
from db.queries import threads_people as people
from db.queries.threads_people import CourseTeacherRow
from services.access.courses import access_course
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import CourseSubject, PupilSubject, SchoolSubject, load_pupil
from services.actor import Actor
from services.clock import Clock
from services.errors import NotFound
from services.threads.access import access_thread
from services.threads.hours import Week, hours_of
from services.threads.naming import named
from services.threads.views import Addressees, Colleague, CoursePupils, Families, ThreadView
from services.threads.writing import thread_view


class AddresseeService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def addressees(self, *, actor: Actor, pupil_id: int) -> Addressees:
        """Everybody a guardian may write to about a pupil. Raises NotFound."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            await _own_pupil(session, actor, pupil_id, self._clock)
            [pupil] = await people.names(session, [pupil_id])
            muted = await mutes.in_force(
                session, actor.school_id, now, person_id=actor.person_id, pupil_id=pupil_id
            )
            return Addressees(
                pupil_id=pupil_id,
                first_name=pupil.first_name,
                class_teachers=tuple(
                    one
                    for one in await people.class_teachers(session, pupil_id, today)
                    if one.person_id != actor.person_id
                ),
                teachers=tuple(await _teachers(session, actor, pupil_id, self._clock)),
                mute=muted[0] if muted else None,
            )

    async def children(self, *, actor: Actor) -> tuple[Colleague, ...]:
        """The pupils a guardian may write about, by first name."""
        async with self._db.transaction() as session:
            return tuple(await people.names(session, actor.guardian_of))

    async def teachers_meant(
        self, *, actor: Actor, pupil_id: int, words: str
    ) -> tuple[CourseTeacherRow, ...]:
        """Those of the pupil's teachers whose subject the words name; one when it is clear who is meant.

        Raises NotFound.
        """
        async with self._db.transaction() as session:
            await _own_pupil(session, actor, pupil_id, self._clock)
            teachers = await _teachers(session, actor, pupil_id, self._clock)
        subjects = named({name for row in teachers for name in (row.subject, *row.short_names)}, words)
        return tuple(row for row in teachers if not subjects.isdisjoint((row.subject, *row.short_names)))

    async def with_school(
        self, *, actor: Actor, pupil_id: int, course_id: int | None = None, staff_id: int | None = None
    ) -> ThreadView:
        """The guardian's thread with a teacher of a course (`staff_id` None: the first of its teachers), with
        the class teacher `staff_id` or, with neither, with the administration. Raises NotFound."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            await _own_pupil(session, actor, pupil_id, self._clock)
            desk = Desk.ADMINISTRATION
            if course_id is not None:
                teachers = await _teachers(session, actor, pupil_id, self._clock)
                fitting = [
                    row.teacher.person_id
                    for row in teachers
                    if row.course_id == course_id and staff_id in (None, row.teacher.person_id)
                ]
                if not fitting:
                    raise NotFound
                desk, staff_id = Desk.TEACHER, fitting[0]
            elif staff_id is not None:
                leading = await people.class_teachers(session, pupil_id, today)
                if staff_id == actor.person_id or staff_id not in [one.person_id for one in leading]:
                    raise NotFound
                desk = Desk.CLASS_TEACHER
            return await self._open(session, actor, actor.person_id, desk, staff_id, pupil_id, course_id)

    async def pupils_of_course(self, *, actor: Actor, course_id: int) -> CoursePupils:
        """The pupils about whom a teacher may write to families. Raises NotFound."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            course = await access_course(session, actor, course_id, Permission.WRITE_ABOUT_COURSE, today)
            pupils = await people.pupils_of_course(session, course_id, today)
        return CoursePupils(course, tuple(pupils))

    async def families(self, *, actor: Actor, pupil_id: int) -> Families:
        """Whom a colleague may write to about a pupil. Raises NotFound when they may not at all."""
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            subject = await load_pupil(session, actor, pupil_id, today)
            if subject is None:
                raise NotFound
            courses = [
                row
                for row in await people.teachers(session, pupil_id, today)
                if row.teacher.person_id == actor.person_id and _teaches(actor, row)
            ]
            as_class_teacher = may(actor, Permission.ANSWER_AS_CLASS_TEACHER, subject)
            as_administration = _for_administration(actor, subject)
            if not (courses or as_class_teacher or as_administration):
                raise NotFound
            [pupil] = await people.names(session, [pupil_id])
            guardians = [
                row
                for row in await people.guardians(session, pupil_id, today)
                if row.person.person_id != actor.person_id
            ]
            return Families(pupil, tuple(guardians), as_class_teacher, tuple(courses), as_administration)

    async def with_family(
        self, *, actor: Actor, pupil_id: int, guardian_id: int, course_id: int | None = None
    ) -> ThreadView:
        """The thread with a guardian: about a course of the actor's, else as class teacher, else for the
        administration. Raises NotFound."""
        families = await self.families(actor=actor, pupil_id=pupil_id)
        if guardian_id not in [row.person.person_id for row in families.guardians]:
            raise NotFound
        staff_id: int | None = actor.person_id
        if course_id is not None:
            if course_id not in [row.course_id for row in families.courses]:
                raise NotFound
            desk = Desk.TEACHER
        elif families.as_class_teacher:
            desk = Desk.CLASS_TEACHER
        elif families.as_administration:
            desk, staff_id = Desk.ADMINISTRATION, None
        else:
            raise NotFound
        async with self._db.transaction() as session:
            return await self._open(session, actor, guardian_id, desk, staff_id, pupil_id, course_id)

    async def with_help(self, *, actor: Actor) -> ThreadView:
        """Anybody's thread with the help point (U9)."""
        async with self._db.transaction() as session:
            return await self._open(session, actor, actor.person_id, Desk.HELP, None, None, None)

    async def help_week(self, *, actor: Actor) -> Week:
        """When the help point answers."""
        async with self._db.transaction() as session:
            hours = await hours_of(session, actor.school_id, Desk.HELP, None, self._clock.now())
        return hours.week

    async def _open(
        self,
        session: AsyncSession,
        actor: Actor,
        person_id: int,
        desk: Desk,
        staff_id: int | None,
        pupil_id: int | None,
        course_id: int | None,
    ) -> ThreadView:
        now = self._clock.now()
        thread_id = await queries.open_thread(
            session,
            school_id=actor.school_id,
            person_id=person_id,
            desk=desk,
            staff_id=staff_id,
            pupil_id=pupil_id,
            course_id=course_id,
            now=now,
        )
        row, side = await access_thread(session, actor, thread_id, actor.day_of(now))
        hours = await hours_of(session, actor.school_id, desk, staff_id, now)
        return thread_view(row, side, hours, now)


async def _own_pupil(session: AsyncSession, actor: Actor, pupil_id: int, clock: Clock) -> None:
    subject = await load_pupil(session, actor, pupil_id, actor.day_of(clock.now()))
    check(actor, Permission.WRITE_TO_SCHOOL, subject)


async def _teachers(
    session: AsyncSession, actor: Actor, pupil_id: int, clock: Clock
) -> list[CourseTeacherRow]:
    """Not a guardian's own courses."""
    teachers = await people.teachers(session, pupil_id, actor.day_of(clock.now()))
    return [row for row in teachers if row.teacher.person_id != actor.person_id]


def _teaches(actor: Actor, row: CourseTeacherRow) -> bool:
    course = CourseSubject(actor.school_id, row.course_id, frozenset({row.teacher.person_id}), frozenset())
    return may(actor, Permission.WRITE_ABOUT_COURSE, course)


def _for_administration(actor: Actor, pupil: PupilSubject) -> bool:
    school = SchoolSubject(actor.school_id)
    return may(actor, Permission.WRITE_TO_FAMILY, pupil) and may(
        actor, Permission.ANSWER_ADMINISTRATION, school
    )
