"""What a person may see, as sub-selects of ids: every list that is not of one known thing filters by these.

They say in SQL what services.access.permissions says of one subject; tests/access/test_matrix.py holds the
two together.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, exists, or_, select, union

from db.enums import Desk, StaffRole
from db.models import CourseGroup, CourseTeacher, Enrolment, Group, Lesson, Substitution, Thread
from db.queries.periods import in_force
from db.queries.timetable import roster

MANAGEMENT = frozenset({StaffRole.DIRECTOR, StaffRole.DEPUTY, StaffRole.HEAD})
ON_DUTY: dict[Desk, frozenset[StaffRole]] = {
    Desk.ADMINISTRATION: frozenset({StaffRole.DIRECTOR, StaffRole.DEPUTY}),
    Desk.HELP: frozenset({StaffRole.ADMINISTRATOR, StaffRole.SECRETARY}),
}
"""Who answers at a desk that is nobody's own (ANSWER_ADMINISTRATION, ANSWER_HELP)."""


class Viewer(Protocol):
    """services.actor.Actor, seen from here."""

    @property
    def person_id(self) -> int: ...
    @property
    def school_id(self) -> int: ...
    @property
    def staff_roles(self) -> Collection[StaffRole]: ...
    @property
    def class_teacher_of(self) -> Collection[int]: ...
    @property
    def guardian_of(self) -> Collection[int]: ...
    @property
    def is_pupil(self) -> bool: ...


def groups(viewer: Viewer) -> Select[int]:
    """Classes whose day the viewer may see (SEE_CLASS_DAY)."""
    query = select(Group.id).where(Group.school_id == viewer.school_id)
    return query if _manages(viewer) else query.where(Group.id.in_(viewer.class_teacher_of))


def pupils(viewer: Viewer, today: date) -> Select[int]:
    """Pupils, present and former, whom the viewer may see (SEE_PUPIL); `today` is the school's."""
    query = select(Enrolment.pupil_id).where(Enrolment.school_id == viewer.school_id)
    if _manages(viewer):
        return query
    own = {*viewer.guardian_of, *([viewer.person_id] if viewer.is_pupil else [])}
    of_my_class = Enrolment.group_id.in_(viewer.class_teacher_of) & in_force(Enrolment, today)
    return query.where(or_(Enrolment.pupil_id.in_(own), of_my_class))


def lessons(viewer: Viewer) -> Select[int]:
    """Lessons that the viewer may see (SEE_LESSON)."""
    query = select(Lesson.id).where(Lesson.school_id == viewer.school_id)
    if _manages(viewer):
        return query
    substituted = exists().where(
        Substitution.course_id == Lesson.course_id,
        Substitution.date == Lesson.date,
        Substitution.number == Lesson.number,
        Substitution.substitute_id == viewer.person_id,
        Substitution.revoked_at.is_(None),
    )
    of_my_class = exists().where(
        CourseGroup.course_id == Lesson.course_id, CourseGroup.group_id.in_(viewer.class_teacher_of)
    )
    given = or_(Lesson.teacher_id == viewer.person_id, substituted)
    return query.where(or_(of_my_class, given) if viewer.staff_roles else of_my_class)


def calendar_groups(viewer: Viewer, today: date) -> Select[int]:
    """Classes whose events the viewer may see: those that SEE_EVENTS names, and the family's own (C6)."""
    query = select(Group.id).where(Group.school_id == viewer.school_id)
    if _manages(viewer) or StaffRole.ADMINISTRATOR in viewer.staff_roles:
        return query
    family = {*viewer.guardian_of, *([viewer.person_id] if viewer.is_pupil else [])}
    own = select(Enrolment.group_id).where(Enrolment.pupil_id.in_(family), in_force(Enrolment, today))
    return query.where(or_(Group.id.in_(viewer.class_teacher_of), Group.id.in_(own)))


def own_threads(viewer: Viewer) -> Select[int]:
    """Threads in which the viewer writes for the family, or asks the help point."""
    about_own = or_(Thread.pupil_id.is_(None), Thread.pupil_id.in_(viewer.guardian_of))
    return select(Thread.id).where(Thread.person_id == viewer.person_id, about_own)


def answered_threads(viewer: Viewer, today: date) -> Select[int]:
    """Threads in which the viewer answers for the school today; nobody else's, whatever their rank."""
    led = select(Enrolment.pupil_id).where(
        Enrolment.group_id.in_(viewer.class_teacher_of), in_force(Enrolment, today)
    )
    taught = select(CourseTeacher.course_id).where(
        CourseTeacher.teacher_id == viewer.person_id, in_force(CourseTeacher, today)
    )
    desks = [desk for desk, roles in ON_DUTY.items() if not roles.isdisjoint(viewer.staff_roles)]
    personal = (Thread.staff_id == viewer.person_id) & or_(
        (Thread.desk == Desk.CLASS_TEACHER) & Thread.pupil_id.in_(led),
        and_(
            Thread.desk == Desk.TEACHER,
            Thread.course_id.in_(taught if viewer.staff_roles else []),
            pupil_in_course(today),
        ),
    )
    return select(Thread.id).where(
        Thread.school_id == viewer.school_id,
        Thread.person_id != viewer.person_id,
        or_(Thread.desk.in_(desks), personal),
    )


def pupil_in_course(today: date) -> ColumnElement[bool]:
    """The pupil of a Thread is in its course today, and in the subgroup."""
    pupils = roster(Thread.course_id, today).with_only_columns(Enrolment.pupil_id)
    return Thread.pupil_id.in_(pupils.correlate(Thread))


def read_threads(viewer: Viewer, today: date) -> CompoundSelect[int]:
    """Threads that the viewer writes or answers in. A union, for PostgreSQL would try every thread of the
    school for one condition or the other."""
    return union(own_threads(viewer), answered_threads(viewer, today))


def _manages(viewer: Viewer) -> bool:
    return not MANAGEMENT.isdisjoint(viewer.staff_roles)
