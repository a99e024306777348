"""People, their roles, classes and families (U1, S1, S6, S7)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Computed, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import Sex, StaffRole
from db.models.base import Base, Id, SchoolId, Small, checked, reference


class Person(Base):
    """One human being; every role hangs on this row, so one person may be teacher and parent at once."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("school_id", "external_id"),
        Index("ix_person_school_id_sort_key", "school_id", "sort_key"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    external_id: Mapped[str | None]
    """The school's own id from the import."""
    last_name: Mapped[str]
    first_name: Mapped[str]
    middle_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(
        Computed(
            "translate(lower(last_name || ' ' || first_name || ' ' || middle_name), 'ё', 'е')", persisted=True
        )
    )
    sex: Mapped[Sex | None] = mapped_column(checked(Sex))
    birth_date: Mapped[date | None]
    phone: Mapped[str | None]
    """E.164."""
    email: Mapped[str | None]


class StaffAppointment(Base):
    """A staff role held from a day to a day, both counted."""

    __tablename__ = "staff_appointment"
    __table_args__ = (UniqueConstraint("person_id", "role", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    person_id: Mapped[int] = reference("person.id", index=False)
    role: Mapped[StaffRole] = mapped_column(checked(StaffRole))
    campus_id: Mapped[int | None] = reference("campus.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Group(Base):
    """A class of a school year («7Б»)."""

    __tablename__ = "study_group"
    __table_args__ = (
        UniqueConstraint("year_id", "name"),
        CheckConstraint("grade between 1 and 12", name="grade"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id", index=False)
    name: Mapped[str]
    grade: Mapped[Small]
    campus_id: Mapped[int | None] = reference("campus.id")


class ClassTeacher(Base):
    """Who leads a class from a day to a day, both counted; a former one sees nothing any more."""

    __tablename__ = "class_teacher"
    __table_args__ = (UniqueConstraint("group_id", "person_id", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    group_id: Mapped[int] = reference("study_group.id", index=False)
    person_id: Mapped[int] = reference("person.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Enrolment(Base):
    """A pupil's place in a class from a day to a day, both counted."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("pupil_id", "group_id", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    pupil_id: Mapped[int] = reference("person.id", index=False)
    group_id: Mapped[int] = reference("study_group.id")
    number: Mapped[Small | None]
    """In the class list."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Guardianship(Base):
    """A guardian of a pupil from a day to a day, both counted; many to many."""

    __tablename__ = "guardianship"
    __table_args__ = (UniqueConstraint("guardian_id", "pupil_id", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    guardian_id: Mapped[int] = reference("person.id", index=False)
    pupil_id: Mapped[int] = reference("person.id")
    relation: Mapped[str]
    """As the school wrote it («мать», «опекун»); empty when unknown."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
