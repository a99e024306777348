"""Whole tables of a school at once: reading what is there, and writing what an import changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import Row, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import (
    Base,
    Bell,
    Campus,
    ClassTeacher,
    Consent,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Group,
    Guardianship,
    Holiday,
    Person,
    PlanTopic,
    School,
    SchoolSetting,
    SchoolYear,
    Slot,
    SubgroupMember,
    Subject,
    Term,
)

_IMPORT_LOCK = 0x5A_56_49_4D
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Rows: TypeAlias = Sequence[AnyRow]


async def lock_imports(session: AsyncSession) -> None:
    """Wait until no other import runs; held to the end of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))


async def school(session: AsyncSession, school_id: int | None = None) -> AnyRow | None:
    """A school; without an id the only one that there is, if there is one."""
    query = select(School.id, School.name, School.short_name, School.timezone, School.preset)
    if school_id is not None:
        query = query.where(School.id == school_id)
    return (await session.execute(query)).one_or_none()


async def years(session: AsyncSession, school_id: int) -> Rows:
    query = select(SchoolYear.id, SchoolYear.name, SchoolYear.starts_on, SchoolYear.ends_on)
    return (await session.execute(query.where(SchoolYear.school_id == school_id))).all()


async def settings(session: AsyncSession, school_id: int) -> dict[str, str]:
    query = select(SchoolSetting.key, SchoolSetting.value).where(SchoolSetting.school_id == school_id)
    return {key: value for key, value in await session.execute(query)}


async def rows_of(session: AsyncSession, model: type[Base], *conditions: Any) -> Rows:
    """Every column of the rows that meet the conditions, in the order of their ids."""
    table = model.__table__
    return (await session.execute(select(table).where(*conditions).order_by(*table.primary_key))).all()


def of_school(model: type[Campus | Bell | Person | Subject | Guardianship], school_id: int) -> Any:
    return model.school_id == school_id


def of_year(model: type[Term | Holiday | Group | Course | PlanTopic], year_id: int) -> Any:
    return model.year_id == year_id


def of_groups_of_year(model: type[ClassTeacher | Enrolment], year_id: int) -> Any:
    return model.group_id.in_(select(Group.id).where(Group.year_id == year_id))


def of_courses_of_year(model: type[CourseTeacher | SubgroupMember | Slot], year_id: int) -> Any:
    return model.course_id.in_(select(Course.id).where(Course.year_id == year_id))


async def courses(session: AsyncSession, year_id: int) -> Rows:
    """Id, subject_id, subgroup and group_ids of every course of the year."""
    groups = func.array_agg(aggregate_order_by(CourseGroup.group_id, CourseGroup.group_id))
    query = (
        select(Course.id, Course.subject_id, Course.subgroup, groups.label("group_ids"))
        .join(CourseGroup, CourseGroup.course_id == Course.id)
        .where(Course.year_id == year_id)
        .group_by(Course.id)
        .order_by(Course.id)
    )
    return (await session.execute(query)).all()


async def consents(session: AsyncSession, school_id: int) -> Rows:
    query = select(
        Consent.id, Consent.person_id, Consent.pupil_id, Consent.given_at, Consent.withdrawn_at
    ).where(Consent.school_id == school_id)
    return (await session.execute(query)).all()


async def add(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows; their ids, in the same order."""
    if not rows:
        return []
    key = model.__table__.c.id
    result = await session.execute(insert(model).returning(key, sort_by_parameter_order=True), rows)
    return list(result.scalars())


async def link(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Classes of courses."""
    if rows:
        await session.execute(insert(CourseGroup), rows)


async def change(session: AsyncSession, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Update rows by `id`; all the rows that set the same columns in one statement."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row.keys() - {"id"})), []).append(row)
    table = cast(Table, model.__table__)
    connection = await session.connection()
    for columns, parameters in by_columns.items():
        values = {column: bindparam(f"new_{column}", type_=table.c[column].type) for column in columns}
        statement = update(table).where(table.c.id == bindparam("row_id")).values(values)
        renamed = [{"row_id": p["id"]} | {f"new_{c}": p[c] for c in columns} for p in parameters]
        await connection.execute(statement, renamed)


async def remove(session: AsyncSession, model: type[Base], ids: Sequence[int]) -> None:
    if ids:
        table = cast(Table, model.__table__)
        await session.execute(delete(table).where(table.c.id.in_(ids)))


async def put_settings(session: AsyncSession, school_id: int, values: dict[str, str]) -> None:
    if not values:
        return
    rows = [{"school_id": school_id, "key": key, "value": value} for key, value in values.items()]
    statement = upsert(SchoolSetting)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[SchoolSetting.school_id, SchoolSetting.key],
            set_={"value": statement.excluded.value},
        ),
        rows,
    )
