"""Who teaches what to whom, and when (S2-S5, J1)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import LessonKind, WeekParity
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class Subject(Base):
    __tablename__ = "subject"
    __table_args__ = (UniqueConstraint("school_id", "name"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    name: Mapped[str]
    short_names: Mapped[list[str]]


class Course(Base):
    """A subject taught to one class, to a subgroup of it, or to several classes at once."""

    __tablename__ = "course"

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id")
    subject_id: Mapped[int] = reference("subject.id")
    subgroup: Mapped[str | None]
    """Name of the subgroup; None: everybody of the classes."""


class CourseGroup(Base):
    __tablename__ = "course_group"

    course_id: Mapped[int] = reference("course.id", index=False, primary_key=True)
    group_id: Mapped[int] = reference("study_group.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]


class CourseTeacher(Base):
    """The load (S4): a teacher's hours in a course from a day to a day, both counted."""

    __tablename__ = "course_teacher"
    __table_args__ = (UniqueConstraint("course_id", "teacher_id", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    course_id: Mapped[int] = reference("course.id", index=False)
    teacher_id: Mapped[int] = reference("person.id")
    hours_per_week: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    plan_variant: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SubgroupMember(Base):
    """A pupil's place in a subgroup course from a day to a day, both counted (S2)."""

    __tablename__ = "subgroup_member"
    __table_args__ = (UniqueConstraint("course_id", "pupil_id", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    course_id: Mapped[int] = reference("course.id", index=False)
    pupil_id: Mapped[int] = reference("person.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SubgroupChange(Base):
    """A pupil is to move to another subgroup of the subject, once everybody concerned agrees (S2)."""

    __tablename__ = "subgroup_change"
    __table_args__ = (
        Index(
            "uq_subgroup_change_open",
            "pupil_id",
            "to_course_id",
            unique=True,
            postgresql_where="applied_at is null and declined_at is null",
        ),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    from_course_id: Mapped[int | None] = reference("course.id")
    """None: the pupil was in no subgroup yet."""
    to_course_id: Mapped[int] = reference("course.id")
    starts_on: Mapped[date]
    """First day in the new subgroup."""
    proposed_by: Mapped[int] = reference("person.id", index=False)
    proposed_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[int | None] = reference("person.id", index=False)


class SubgroupAgreement(Base):
    """Somebody who had to be asked about a subgroup change said yes."""

    __tablename__ = "subgroup_agreement"

    change_id: Mapped[int] = reference("subgroup_change.id", index=False, primary_key=True)
    person_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    agreed_at: Mapped[datetime]


class Slot(Base):
    """A row of the weekly timetable (S3), valid from a day to a day, both counted."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("weekday between 1 and 7", name="weekday"),
        Index("ix_slot_school_id_weekday", "school_id", "weekday"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    course_id: Mapped[int] = reference("course.id")
    teacher_id: Mapped[int] = reference("person.id")
    weekday: Mapped[Small]
    """ISO: 1 is Monday."""
    number: Mapped[Small]
    rooms: Mapped[list[str]]
    week: Mapped[WeekParity | None] = mapped_column(checked(WeekParity))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Substitution(Base):
    """Another teacher gives one lesson and has its rights for that lesson only (S5)."""

    __tablename__ = "substitution"
    __table_args__ = (
        Index(
            "uq_substitution_in_force",
            "course_id",
            "date",
            "number",
            unique=True,
            postgresql_where="revoked_at is null",
        ),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    course_id: Mapped[int] = reference("course.id", index=False)
    date: Mapped[date]
    number: Mapped[Small]
    absent_teacher_id: Mapped[int] = reference("person.id")
    substitute_id: Mapped[int] = reference("person.id")
    entered_by: Mapped[int] = reference("person.id", index=False)
    entered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    """When the substitute pressed «Принято»."""
    revoked_at: Mapped[datetime | None]


class Lesson(Base):
    """One lesson of one day. Derived from the timetable; the row is made when someone first looks at it,
    because buttons and records need an id, and it keeps what the timetable said then."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("course_id", "date", "number"),
        Index("ix_lesson_school_id_date", "school_id", "date"),
        Index("ix_lesson_teacher_id_date", "teacher_id", "date"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    course_id: Mapped[int] = reference("course.id", index=False)
    teacher_id: Mapped[int] = reference("person.id", index=False)
    """By the timetable; a substitution stands beside it."""
    date: Mapped[date]
    number: Mapped[Small]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    rooms: Mapped[list[str]]


class PlanTopic(Base):
    """A row of the calendar-thematic plan of a subject and grade (J1)."""

    __tablename__ = "plan_topic"
    __table_args__ = (UniqueConstraint("year_id", "subject_id", "grade", "variant", "number"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id", index=False)
    subject_id: Mapped[int] = reference("subject.id")
    grade: Mapped[Small]
    variant: Mapped[str]
    number: Mapped[int]
    topic: Mapped[str]
    kind: Mapped[LessonKind] = mapped_column(checked(LessonKind))
    homework: Mapped[str]
