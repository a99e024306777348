"""What is taught, set and marked (J2-J6, J8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import FinalKind, LessonKind, MarkValue
from db.models.base import Base, Id, ParentsSchoolId, SchoolId, Small, checked, reference


class LessonTopic(Base):
    """What was taught in a lesson (J2)."""

    __tablename__ = "lesson_topic"

    lesson_id: Mapped[int] = reference("lesson.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    plan_topic_id: Mapped[int | None] = mapped_column(
        ForeignKey("plan_topic.id", ondelete="SET NULL"), index=True
    )
    """None: typed by hand, or the plan has lost this row since."""
    topic: Mapped[str]
    kind: Mapped[LessonKind] = mapped_column(checked(LessonKind))
    set_by: Mapped[int] = reference("person.id", index=False)
    set_at: Mapped[datetime]


class Homework(Base):
    """A task set in a lesson (J3); a lesson may have several: one for all, another for single pupils."""

    __tablename__ = "homework"
    __table_args__ = (
        Index("ix_homework_due_on", "school_id", "due_on"),
        Index("ix_homework_set_at", "school_id", "set_at"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    lesson_id: Mapped[int] = reference("lesson.id")
    text: Mapped[str]
    due_on: Mapped[date]
    due_number: Mapped[Small | None]
    """Lesson number of that day, when it is due at a lesson of the course."""
    for_everyone: Mapped[bool]
    """False: for the pupils of `homework_pupil` only."""
    set_by: Mapped[int] = reference("person.id", index=False)
    set_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class HomeworkPupil(Base):
    """A pupil whom a task is for, when it is not for everyone."""

    __tablename__ = "homework_pupil"

    homework_id: Mapped[int] = reference("homework.id", index=False, primary_key=True)
    pupil_id: Mapped[int] = reference("person.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]


class StoredFile(Base):
    """A file that somebody sent; its content lies in the data folder under its SHA-256."""

    __tablename__ = "stored_file"
    __table_args__ = (
        # A name is its sender's own: the same form comes from another family under another child's name.
        UniqueConstraint("school_id", "sha256", "name"),
        Index("ix_stored_file_uploaded_by", "uploaded_by", "uploaded_at"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = reference("school.id", index=False)
    sha256: Mapped[str]
    """Lower-case hexadecimal."""
    size: Mapped[int]
    """Bytes."""
    media_type: Mapped[str]
    name: Mapped[str]
    external_ref: Mapped[str | None]
    """The messenger's own id: sending by it needs no upload. It may stop working; the content does not."""
    uploaded_by: Mapped[int] = reference("person.id", index=False)
    uploaded_at: Mapped[datetime]


class HomeworkFile(Base):
    __tablename__ = "homework_file"

    homework_id: Mapped[int] = reference("homework.id", index=False, primary_key=True)
    file_id: Mapped[int] = reference("stored_file.id", primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    position: Mapped[Small]


class WorkKind(Base):
    """The institution's dictionary of kinds of work (J4, O3)."""

    __tablename__ = "work_kind"
    __table_args__ = (UniqueConstraint("school_id", "code"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    """As a teacher writes it in front of marks: «к/р»."""
    weight: Mapped[Decimal] = mapped_column(Numeric(3, 1))
    is_control: Mapped[bool]
    """Marks of control works have their own deadline (J4)."""
    position: Mapped[Small]


class Work(Base):
    """A column of marks in a lesson: answers in class, a control work. A lesson may have several (J4)."""

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("lesson_id", "position"),
        CheckConstraint("weight between 0 and 10", name="weight"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    lesson_id: Mapped[int] = reference("lesson.id", index=False)
    position: Mapped[Small]
    kind_id: Mapped[int] = reference("work_kind.id")
    weight: Mapped[Decimal] = mapped_column(Numeric(3, 1))
    """The kind's when the work was made; the teacher may choose another."""
    title: Mapped[str]
    """«№ 2», «параграф 12»; empty: the kind says enough."""
    created_by: Mapped[int] = reference("person.id", index=False)
    created_at: Mapped[datetime]


class Mark(Base):
    """One mark in one cell (J4). A removed mark keeps its row with no value."""

    __tablename__ = "mark"
    __table_args__ = (
        CheckConstraint("(value is not distinct from 'debt') = (due_on is not null)", name="debt_is_due"),
        Index("ix_mark_pupil_id", "pupil_id", "given_on"),
        Index("ix_mark_due_on", "school_id", "due_on", postgresql_where="due_on is not null"),
    )

    work_id: Mapped[int] = reference("work.id", index=False, primary_key=True)
    pupil_id: Mapped[int] = reference("person.id", index=False, primary_key=True)
    school_id: Mapped[ParentsSchoolId]
    value: Mapped[MarkValue | None] = mapped_column(checked(MarkValue))
    due_on: Mapped[date | None]
    """Of a debt point: the last day to settle it."""
    comment: Mapped[str]
    given_on: Mapped[date]
    """The school's day on which the cell was filled when it was empty or held a debt; its notice to the
    family is that day's."""
    set_by: Mapped[int] = reference("person.id", index=False)
    set_at: Mapped[datetime]


class FinalMark(Base):
    """A pupil's result in a subject for a term, the year or an exam (J8)."""

    __tablename__ = "final_mark"
    __table_args__ = (
        UniqueConstraint(
            "pupil_id", "subject_id", "year_id", "kind", "term_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("(kind = 'term') = (term_id is not null)", name="term"),
        CheckConstraint("value <> 'debt'", name="no_debt"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id")
    course_id: Mapped[int] = reference("course.id")
    """On whose page it was given; a pupil who moves to another subgroup keeps the mark of the subject."""
    subject_id: Mapped[int] = reference("subject.id")
    pupil_id: Mapped[int] = reference("person.id", index=False)
    kind: Mapped[FinalKind] = mapped_column(checked(FinalKind))
    term_id: Mapped[int | None] = reference("term.id")
    value: Mapped[MarkValue] = mapped_column(checked(MarkValue))
    comment: Mapped[str]
    average: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    """Of the marks it was given on, as it was then; None when there was none."""
    marks: Mapped[Small]
    """How many marks it was given on."""
    given_on: Mapped[date]
    """The school's day on which it was first given."""
    set_by: Mapped[int] = reference("person.id", index=False)
    set_at: Mapped[datetime]


class Unlock(Base):
    """A deputy opens what is locked, with a reason and until a moment (J5): a lesson, or the final marks
    of a course for a term (`term_id`) or for the year and the exam (no `term_id`)."""

    __tablename__ = "unlock"
    __table_args__ = (CheckConstraint("num_nonnulls(lesson_id, course_id) = 1", name="one_thing"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    lesson_id: Mapped[int | None] = reference("lesson.id")
    course_id: Mapped[int | None] = reference("course.id")
    term_id: Mapped[int | None] = reference("term.id")
    until: Mapped[datetime]
    reason: Mapped[str]
    granted_by: Mapped[int] = reference("person.id", index=False)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Taken back before its time."""
