"""The statement of a journal page (J13): one, because each part comes as a JSON list of its own."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.enums import AttendanceSource, AttendanceStatus
from db.models import (
    Attendance,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    FinalMark,
    Homework,
    LessonTopic,
    Mark,
    Person,
    Register,
    School,
    SubgroupMember,
    Substitution,
    Work,
    WorkKind,
)
from db.queries import locks
from db.queries.course_lessons import standing_lessons
from db.queries.names import full_name
from db.queries.works import days_by_form, days_by_kind, lowest_form

LOCK_SETTINGS = ("edit_lock_days", "mark_days", "mark_days_primary", "control_mark_days")


def page_statement(
    school_id: int, course_id: int, first: date, last: date, today: date
) -> Select[*tuple[Any, ...]]:
    """One row: the school's name, then teachers, lessons, pupils, absences, marks and final marks as JSON.

    Parameters: now, and `<key>_by_preset` for each of `LOCK_SETTINGS`.
    """
    course = select(Course.id).where(Course.id == course_id)
    lessons = standing_lessons(school_id, course, first, last)
    places = _places(course_id, first, last)
    return select(
        select(School.name).where(School.id == school_id).scalar_subquery(),
        _teachers(course_id, first, last),
        _lessons(lessons, _day(school_id), course_id, today),
        _pupils(places),
        _absences(lessons),
        _marks(lessons),
        _finals(course_id, places),
    )


def _collected(what: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
    return func.json_agg(aggregate_order_by(what, *order) if order else what, type_=JSON)


_array = partial(func.json_build_array, type_=JSON)
_object = partial(func.json_build_object, type_=JSON)


def _day(school_id: int) -> CTE:
    """The school's day, and how long its records stay open."""
    days = (locks.setting(key).label(key) for key in LOCK_SETTINGS)
    return select(locks.today(locks.NOW).label("today"), *days).where(School.id == school_id).cte("day")


def _places(course_id: int, first: date, last: date) -> CTE:
    """Who was in the course from when to when: enrolled in its classes and, in a subgroup, a member (S2)."""
    starts_on = func.greatest(Enrolment.starts_on, SubgroupMember.starts_on, first)
    ends_on = func.least(Enrolment.ends_on, SubgroupMember.ends_on, last)
    return (
        select(Enrolment.pupil_id, Enrolment.number, starts_on.label("starts_on"), ends_on.label("ends_on"))
        .join(CourseGroup, CourseGroup.group_id == Enrolment.group_id)
        .join(Course, Course.id == CourseGroup.course_id)
        .outerjoin(
            SubgroupMember,
            and_(SubgroupMember.course_id == Course.id, SubgroupMember.pupil_id == Enrolment.pupil_id),
        )
        .where(
            Course.id == course_id,
            or_(Course.subgroup.is_(None), SubgroupMember.id.is_not(None)),
            starts_on <= ends_on,
        )
        .cte("places")
    )


def _teachers(course_id: int, first: date, last: date) -> ColumnElement[Any]:
    of_days = select(CourseTeacher.teacher_id).where(
        CourseTeacher.course_id == course_id,
        CourseTeacher.starts_on <= last,
        or_(CourseTeacher.ends_on.is_(None), CourseTeacher.ends_on >= first),
    )
    names = _collected(full_name(Person), Person.sort_key, Person.id)
    return select(names).where(Person.id.in_(of_days)).scalar_subquery()


def _lessons(lessons: CTE, day: CTE, course_id: int, today: date) -> ColumnElement[Any]:
    form = lowest_form(course_id)
    still_locked = not_(locks.is_unlocked(lessons.c.lesson_id, locks.NOW))

    def over(days: ColumnElement[int]) -> ColumnElement[bool]:
        return and_(day.c.today > lessons.c.date + days, still_locked)

    by_form, by_kind = (rule(day.c.__getitem__, form) for rule in (days_by_form, days_by_kind))
    works = (
        select(
            _collected(
                _object(
                    *("work_id", Work.id, "kind", WorkKind.short_name, "title", Work.title),
                    *("weight", cast(Work.weight, Text)),
                    *("closed", over(func.greatest(day.c.edit_lock_days, by_kind))),
                ),
                Work.position,
            )
        )
        .join(WorkKind, WorkKind.id == Work.kind_id)
        .where(Work.lesson_id == lessons.c.lesson_id)
        .correlate(lessons, day)
        .scalar_subquery()
    )
    tasks = (
        select(_collected(_array(Homework.text, Homework.for_everyone), Homework.id))
        .where(Homework.lesson_id == lessons.c.lesson_id, Homework.withdrawn_at.is_(None))
        .correlate(lessons)
        .scalar_subquery()
    )
    substitute = (
        select(full_name(Person))
        .join(Substitution, Substitution.substitute_id == Person.id)
        .where(
            Substitution.course_id == lessons.c.course_id,
            Substitution.date == lessons.c.date,
            Substitution.number == lessons.c.number,
            Substitution.revoked_at.is_(None),
        )
        .correlate(lessons)
        .scalar_subquery()
    )
    return (
        select(
            _collected(
                _object(
                    *("lesson_id", lessons.c.lesson_id, "date", lessons.c.date),
                    *("number", lessons.c.number, "topic", LessonTopic.topic, "kind", LessonTopic.kind),
                    *("taken", Register.taken_at.is_not(None), "substitute", substitute),
                    *("no_homework", Register.no_homework_at.is_not(None), "tasks", tasks),
                    *("locked", over(day.c.edit_lock_days)),
                    *("closed", over(func.greatest(day.c.edit_lock_days, by_form)), "works", works),
                ),
                lessons.c.date,
                lessons.c.number,
            )
        )
        .select_from(lessons)
        .join(day, day.c.today.is_not(None))
        .outerjoin(Register, Register.lesson_id == lessons.c.lesson_id)
        .outerjoin(LessonTopic, LessonTopic.lesson_id == lessons.c.lesson_id)
        .where(or_(lessons.c.date <= today, Register.lesson_id.is_not(None)))
        .scalar_subquery()
    )


def _pupils(places: CTE) -> ColumnElement[Any]:
    of_pupil = (
        select(
            places.c.pupil_id,
            func.max(places.c.number).label("number"),
            _collected(_array(places.c.starts_on, places.c.ends_on), places.c.starts_on).label("places"),
        )
        .group_by(places.c.pupil_id)
        .subquery("of_pupil")
    )
    pupil = _array(
        *(of_pupil.c.pupil_id, of_pupil.c.number),
        *(Person.last_name, Person.first_name, Person.middle_name, of_pupil.c.places),
    )
    return (
        select(_collected(pupil, Person.sort_key, Person.id))
        .select_from(of_pupil)
        .join(Person, Person.id == of_pupil.c.pupil_id)
        .scalar_subquery()
    )


def _absences(lessons: CTE) -> ColumnElement[Any]:
    """What a teacher set counts at once, what a double lesson copied counts when it is taken."""
    cell = _array(Attendance.lesson_id, Attendance.pupil_id, Attendance.status, Attendance.late_minutes)
    return (
        select(_collected(cell))
        .select_from(lessons)
        .join(Attendance, Attendance.lesson_id == lessons.c.lesson_id)
        .join(Register, Register.lesson_id == lessons.c.lesson_id)
        .where(
            Attendance.status != AttendanceStatus.PRESENT,
            or_(Register.taken_at.is_not(None), Attendance.source != AttendanceSource.COPIED),
        )
        .scalar_subquery()
    )


def _marks(lessons: CTE) -> ColumnElement[Any]:
    cell = _array(Mark.work_id, Mark.pupil_id, Mark.value, Mark.comment, Mark.due_on)
    return (
        select(_collected(cell))
        .select_from(lessons)
        .join(Work, Work.lesson_id == lessons.c.lesson_id)
        .join(Mark, Mark.work_id == Work.id)
        .where(Mark.value.is_not(None))
        .scalar_subquery()
    )


def _finals(course_id: int, places: CTE) -> ColumnElement[Any]:
    final = _array(FinalMark.pupil_id, FinalMark.kind, FinalMark.term_id, FinalMark.value)
    return (
        select(_collected(final))
        .join(
            Course,
            and_(Course.subject_id == FinalMark.subject_id, Course.year_id == FinalMark.year_id),
        )
        .where(Course.id == course_id, FinalMark.pupil_id.in_(select(places.c.pupil_id)))
        .scalar_subquery()
    )
