"""The school in the database, as the same plain values that a file becomes, and the ids behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Bell,
    Campus,
    ClassTeacher,
    CourseTeacher,
    Enrolment,
    Group,
    Guardianship,
    Holiday,
    Person,
    PlanTopic,
    Slot,
    StaffAppointment,
    SubgroupMember,
    Subject,
    Term,
)
from db.queries import importing as queries
from db.queries.importing import AnyRow, Rows
from services.importing import school_file as values
from services.importing.names import Name
from services.importing.school_file import CourseKey, SchoolContent, Year
from services.importing.text import fold, fold_class

_TABLES_OF_A_YEAR = (
    "term",
    "holiday",
    "study_group",
    "plan_topic",
    "class_teacher",
    "enrolment",
    "course",
    "course_teacher",
    "subgroup_member",
    "slot",
)


@dataclass(slots=True)
class Stored:
    """Rows of the tables, and ids by the keys that a file knows. Days are those of one school year."""

    school: AnyRow
    year_id: int | None
    """None: the year is not there yet."""
    settings: dict[str, str]
    campuses: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)
    courses: dict[CourseKey, int] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    """By table name; those of a table with periods that are not over also by «enrolment now»."""
    is_new: bool = False


async def load(
    session: AsyncSession, school_id: int | None, year_name: str | None, today: date
) -> tuple[Stored, SchoolContent] | None:
    """The school in the named year, else in the one that holds `today`, else in the last one.

    When the named year is not there yet, the content is that of the last year, and the stored rows are
    those that belong to no year. `school_id` None: the only school. None: there is no school yet.
    """
    school = await queries.school(session, school_id)
    if school is None:
        return None
    year = _choose(await queries.years(session, school.id), year_name, today)
    stored = Stored(school, year.id if year else None, await queries.settings(session, school.id))
    await _load_tables(session, stored, today)
    if year is None:
        first = today.year if today.month > 6 else today.year - 1
        span = Year(f"{first}/{first + 1}", date(first, 9, 1), date(first + 1, 8, 31))
        return stored, _content(stored, span)
    content = _content(stored, Year(year.name, year.starts_on, year.ends_on))
    if year_name and year.name != year_name:
        stored.year_id, stored.groups, stored.courses = None, {}, {}
        stored.rows |= dict.fromkeys(_TABLES_OF_A_YEAR, ())
    return stored, content


def _choose(years: Rows, name: str | None, today: date) -> AnyRow | None:
    latest_first = sorted(years, key=lambda year: year.starts_on, reverse=True)
    named = (year for year in latest_first if year.name == name)
    now = (year for year in latest_first if year.starts_on <= today <= year.ends_on and not name)
    return next(chain(named, now, latest_first), None)


async def _load_tables(session: AsyncSession, stored: Stored, today: date) -> None:
    school_id, year_id = stored.school.id, stored.year_id or 0
    conditions: dict[type[Any], tuple[Any, ...]] = {
        Campus: (queries.of_school(Campus, school_id),),
        Bell: (queries.of_school(Bell, school_id),),
        Person: (queries.of_school(Person, school_id),),
        Subject: (queries.of_school(Subject, school_id),),
        StaffAppointment: (StaffAppointment.school_id == school_id,),
        Guardianship: (queries.of_school(Guardianship, school_id),),
        Term: (queries.of_year(Term, year_id),),
        Holiday: (queries.of_year(Holiday, year_id),),
        Group: (queries.of_year(Group, year_id),),
        PlanTopic: (queries.of_year(PlanTopic, year_id),),
        ClassTeacher: (queries.of_groups_of_year(ClassTeacher, year_id),),
        Enrolment: (queries.of_groups_of_year(Enrolment, year_id),),
        CourseTeacher: (queries.of_courses_of_year(CourseTeacher, year_id),),
        SubgroupMember: (queries.of_courses_of_year(SubgroupMember, year_id),),
        Slot: (queries.of_courses_of_year(Slot, year_id),),
    }
    for model, where in conditions.items():
        stored.rows[model.__tablename__] = await queries.rows_of(session, model, *where)
    stored.rows["course"] = await queries.courses(session, year_id)
    stored.rows["consent"] = await queries.consents(session, school_id)
    stored.campuses = {fold(row.name): row.id for row in stored.rows["campus"]}
    stored.groups = {fold_class(row.name): row.id for row in stored.rows["study_group"]}
    stored.subjects = {fold(row.name): row.id for row in stored.rows["subject"]}
    group_keys = {row_id: key for key, row_id in stored.groups.items()}
    subject_keys = {row_id: key for key, row_id in stored.subjects.items()}
    for row in stored.rows["course"]:
        groups = frozenset(group_keys[group_id] for group_id in row.group_ids)
        stored.courses[CourseKey(groups, subject_keys[row.subject_id], fold(row.subgroup or ""))] = row.id
    for table in ("staff_appointment", "class_teacher", "enrolment", "guardianship", "subgroup_member"):
        stored.rows[f"{table} now"] = [row for row in stored.rows[table] if is_open(row, today)]


def is_open(row: AnyRow, today: date) -> bool:
    """Not over; it may begin later."""
    return row.ends_on is None or row.ends_on >= today


def _content(stored: Stored, year: Year) -> SchoolContent:
    rows = stored.rows
    campus_names = {row.id: row.name for row in rows["campus"]}
    group_keys = {row_id: key for key, row_id in stored.groups.items()}
    subject_keys = {row_id: key for key, row_id in stored.subjects.items()}
    course_keys = {row_id: key for key, row_id in stored.courses.items()}
    subgroup_names = {row.id: row.subgroup or "" for row in rows["course"]}
    class_teachers = {row.group_id: row.person_id for row in rows["class_teacher now"]}
    roles: dict[int, set[Any]] = defaultdict(set)
    campuses: dict[int, str | None] = {}
    for row in rows["staff_appointment now"]:
        roles[row.person_id].add(row.role)
        campuses.setdefault(row.person_id, campus_names.get(row.campus_id))
    no_consent = values.Consent(None, None)
    return SchoolContent(
        year,
        stored.settings,
        [values.Term(r.name, r.starts_on, r.ends_on, r.kind, _tuple(r.grades)) for r in rows["term"]],
        [values.Holiday(r.name, r.starts_on, r.ends_on) for r in rows["holiday"]],
        [
            values.Bell(r.number, r.starts_at, r.ends_at, r.weekday, campus_names.get(r.campus_id))
            for r in rows["bell"]
        ],
        {
            r.id: values.Person(
                r.id,
                Name(r.last_name, r.first_name, r.middle_name),
                r.external_id,
                r.phone,
                r.email,
                r.sex,
                r.birth_date,
            )
            for r in rows["person"]
        },
        [values.Employee(person, frozenset(held), campuses[person]) for person, held in roles.items()],
        {fold(r.name): values.Subject(fold(r.name), r.name, tuple(r.short_names)) for r in rows["subject"]},
        {
            group_keys[r.id]: values.Group(
                group_keys[r.id], r.name, r.grade, class_teachers.get(r.id), campus_names.get(r.campus_id)
            )
            for r in rows["study_group"]
        },
        [
            values.Pupil(r.pupil_id, group_keys[r.group_id], r.number, no_consent)
            for r in rows["enrolment now"]
        ],
        [
            values.Guardian(r.guardian_id, r.pupil_id, r.relation, no_consent)
            for r in rows["guardianship now"]
        ],
        [
            values.Load(
                course_keys[r.course_id],
                subgroup_names[r.course_id],
                r.teacher_id,
                r.hours_per_week,
                r.plan_variant,
                r.starts_on,
                r.ends_on,
            )
            for r in rows["course_teacher"]
        ],
        [values.Member(course_keys[r.course_id], r.pupil_id) for r in rows["subgroup_member now"]],
        [
            values.Slot(
                course_keys[r.course_id],
                subgroup_names[r.course_id],
                r.teacher_id,
                r.weekday,
                r.number,
                tuple(r.rooms),
                r.week,
                r.starts_on,
                r.ends_on,
            )
            for r in rows["slot"]
        ],
        [
            values.Topic(
                subject_keys[r.subject_id], r.grade, r.variant, r.number, r.topic, r.kind, r.homework
            )
            for r in rows["plan_topic"]
        ],
        {(r.person_id, r.pupil_id) for r in rows["consent"] if r.withdrawn_at is None},
    )


def _tuple(numbers: list[int] | None) -> tuple[int, ...] | None:
    return tuple(numbers) if numbers is not None else None
