"""The institution and its calendar (S1, O3)."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.enums import Answer, TermKind
from db.models.base import Base, Id, SchoolId, Small, checked, reference


class School(Base):
    __tablename__ = "school"

    id: Mapped[Id]
    name: Mapped[str]
    short_name: Mapped[str]
    timezone: Mapped[str]
    """IANA name; «today» and «lesson 3» are computed in it."""
    preset: Mapped[str]


class SchoolBot(Base):
    """The bot through which a school's people use Zvonok, where there are several schools."""

    __tablename__ = "school_bot"

    school_id: Mapped[int] = reference("school.id", index=False, primary_key=True)
    bot_id: Mapped[int] = mapped_column(unique=True)
    """The messenger's number of it; the token begins with it."""
    token: Mapped[str]
    """Encrypted with ZVONOK_SECRET_KEY."""
    username: Mapped[str]
    """For links to the bot, without «@»."""
    added_at: Mapped[datetime]


class SchoolSetting(Base):
    """An institution's own value where its preset should not decide."""

    __tablename__ = "school_setting"

    school_id: Mapped[int] = reference("school.id", index=False, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SchoolYear(Base):
    __tablename__ = "school_year"
    __table_args__ = (
        UniqueConstraint("school_id", "name"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    name: Mapped[str]
    """«2026/2027»."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Term(Base):
    __tablename__ = "term"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id")
    name: Mapped[str]
    kind: Mapped[TermKind | None] = mapped_column(checked(TermKind))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    grades: Mapped[list[int] | None]
    """None: every grade."""


class Holiday(Base):
    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="dates"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    year_id: Mapped[int] = reference("school_year.id")
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Campus(Base):
    __tablename__ = "campus"
    __table_args__ = (UniqueConstraint("school_id", "name"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    name: Mapped[str]


class Bell(Base):
    """Local times of a lesson number; a row with a campus or a weekday replaces the general one."""

    __tablename__ = "bell"
    __table_args__ = (
        UniqueConstraint("school_id", "campus_id", "weekday", "number", postgresql_nulls_not_distinct=True),
        CheckConstraint("starts_at < ends_at", name="times"),
    )

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    campus_id: Mapped[int | None] = reference("campus.id")
    weekday: Mapped[Small | None]
    """ISO: 1 is Monday."""
    number: Mapped[Small]
    starts_at: Mapped[time]
    ends_at: Mapped[time]


class AbsenceReason(Base):
    """The institution's dictionary of reasons for absence (J7, O3)."""

    __tablename__ = "absence_reason"
    __table_args__ = (UniqueConstraint("school_id", "code"),)

    id: Mapped[Id]
    school_id: Mapped[SchoolId]
    code: Mapped[str]
    name: Mapped[str]
    valid: Mapped[bool]
    counts_as_missed: Mapped[bool]
    needs_document: Mapped[bool]
    answer: Mapped[Answer | None] = mapped_column(checked(Answer))
    """The guardian's answer that proposes this reason."""
    position: Mapped[Small]
