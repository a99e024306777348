"""Reversing what was done under a compromised account (U5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import AttendanceSource, AttendanceStatus, MarkValue
from db.models import (
    Attendance,
    AuditEntry,
    CompromiseReport,
    FinalMark,
    LessonTopic,
    Mark,
    Person,
    PlanTopic,
    Register,
)
from db.queries.history import Entry, PersonName, entries, entry

REVERSIBLE = (
    *("attendance.set", "register.taken", "mark.set", "topic.set"),
    *("homework.set", "homework.withdrawn", "homework.none", "final_mark.set"),
)
VOIDED = "compromise.voided"


@dataclass(frozen=True, slots=True)
class VoidedRow:
    """When a report's operations were reversed, and by whom; the moment is aware."""

    at: datetime
    person_id: int
    by: PersonName


async def hold_report(session: AsyncSession, report_id: int) -> None:
    """Whoever reverses its operations does so alone until the transaction ends."""
    query = select(CompromiseReport.id).where(CompromiseReport.id == report_id)
    await session.execute(query.with_for_update())


async def voided(session: AsyncSession, report_id: int) -> VoidedRow | None:
    query = (
        select(
            CompromiseReport.voided_at,
            CompromiseReport.voided_by,
            Person.last_name,
            Person.first_name,
            Person.middle_name,
        )
        .join(Person, Person.id == CompromiseReport.voided_by)
        .where(CompromiseReport.id == report_id, CompromiseReport.voided_at.is_not(None))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    at, by, *names = row
    assert at is not None
    assert by is not None
    return VoidedRow(at, by, PersonName(*names))


async def set_voided(session: AsyncSession, report_id: int, by: int, now: datetime) -> None:
    report = update(CompromiseReport).where(CompromiseReport.id == report_id)
    await session.execute(report.values(voided_at=now, voided_by=by))


async def touched(session: AsyncSession, person_id: int, since: datetime, until: datetime) -> list[Entry]:
    """The history, from `since` on and by anybody, of every record that a person wrote in between the two
    moments; the oldest first."""
    mine = aliased(AuditEntry)
    written = exists().where(
        mine.person_id == person_id,
        mine.at.between(since, until),
        mine.action.in_(REVERSIBLE),
        mine.subject_type == AuditEntry.subject_type,
        mine.subject_id == AuditEntry.subject_id,
        mine.pupil_id.is_not_distinct_from(AuditEntry.pupil_id),
        or_(mine.action == AuditEntry.action, mine.subject_type == "homework"),
    )
    rows = await session.execute(
        entries()
        .where(AuditEntry.at >= since, AuditEntry.action.in_(REVERSIBLE), written)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return [entry(row) for row in rows]


async def others(
    session: AsyncSession, person_id: int, since: datetime, until: datetime
) -> list[tuple[str, int]]:
    """What else the person did in between, by action: nothing that the journal can take back by itself."""
    rows = await session.execute(
        select(AuditEntry.action, func.count())
        .where(
            AuditEntry.person_id == person_id,
            AuditEntry.at.between(since, until),
            AuditEntry.action.not_in((*REVERSIBLE, "access.closed")),
        )
        .group_by(AuditEntry.action)
        .order_by(AuditEntry.action)
    )
    return [(row[0], row[1]) for row in rows]


async def reversals(session: AsyncSession, done: VoidedRow, report_id: int) -> tuple[list[Entry], list[int]]:
    """What was reversed, in the order of the history, and the ids of what was left as it is."""
    by_then = and_(AuditEntry.person_id == done.person_id, AuditEntry.at == done.at)
    rows = await session.execute(
        entries().where(by_then, AuditEntry.after.has_key("voids")).order_by(AuditEntry.id)
    )
    left = await session.scalar(
        select(AuditEntry.after).where(
            by_then, AuditEntry.action == VOIDED, AuditEntry.subject_id == report_id
        )
    )
    return [entry(row) for row in rows], list((left or {}).get("left", ()))


async def named(session: AsyncSession, entry_ids: Collection[int]) -> list[Entry]:
    """Lines of the history by id."""
    rows = await session.execute(
        entries().where(AuditEntry.id.in_(entry_ids)).order_by(AuditEntry.at, AuditEntry.id)
    )
    return [entry(row) for row in rows]


async def hold(
    session: AsyncSession,
    *,
    lesson_ids: Collection[int],
    marks: Collection[tuple[int, int]],
    final_ids: Collection[int],
) -> None:
    """Nobody else writes in these pages, cells (work, pupil) and final marks until the transaction ends. They
    are taken in the order in which taps take them."""
    pages = select(Register.lesson_id).where(Register.lesson_id.in_(lesson_ids))
    await session.execute(pages.order_by(Register.lesson_id).with_for_update())
    topics = select(LessonTopic.lesson_id).where(LessonTopic.lesson_id.in_(lesson_ids))
    await session.execute(topics.order_by(LessonTopic.lesson_id).with_for_update())
    cells = select(Mark.work_id).where(tuple_(Mark.work_id, Mark.pupil_id).in_(list(marks)))
    await session.execute(cells.order_by(Mark.work_id, Mark.pupil_id).with_for_update())
    finals = select(FinalMark.id).where(FinalMark.id.in_(final_ids))
    await session.execute(finals.order_by(FinalMark.id).with_for_update())


@dataclass(frozen=True, slots=True)
class OldCell:
    lesson_id: int
    pupil_id: int
    status: AttendanceStatus
    late_minutes: int | None


async def restore_cells(
    session: AsyncSession, cells: Sequence[OldCell], *, actor_id: int, now: datetime, alert_at: datetime
) -> None:
    """What stood in the register. An absence that guardians have not heard of is told at `alert_at`, when the
    register is taken."""
    taken = exists().where(Register.lesson_id == Attendance.lesson_id, Register.taken_at.is_not(None))
    for cell in cells:
        untold = and_(taken, literal(cell.status is AttendanceStatus.ABSENT))
        await session.execute(
            update(Attendance)
            .where(Attendance.lesson_id == cell.lesson_id, Attendance.pupil_id == cell.pupil_id)
            .values(
                status=cell.status,
                late_minutes=cell.late_minutes,
                source=AttendanceSource.TEACHER,
                set_by=actor_id,
                set_at=now,
                alert_at=case((Attendance.alert_at <= now, Attendance.alert_at), (untold, alert_at)),
            )
            .execution_options(synchronize_session=False)
        )


async def untake(session: AsyncSession, lesson_ids: Collection[int]) -> None:
    """Registers that were not taken after all."""
    pages = update(Register).where(Register.lesson_id.in_(lesson_ids))
    await session.execute(pages.values(taken_at=None, taken_by=None))


@dataclass(frozen=True, slots=True)
class OldMark:
    work_id: int
    pupil_id: int
    value: MarkValue | None
    due_on: date | None
    comment: str


async def restore_marks(
    session: AsyncSession, marks: Sequence[OldMark], *, actor_id: int, now: datetime
) -> list[tuple[int, date]]:
    """What stood in the cells; the pupil and `given_on` of each."""
    told = []
    for mark in marks:
        given = await session.execute(
            update(Mark)
            .where(Mark.work_id == mark.work_id, Mark.pupil_id == mark.pupil_id)
            .values(value=mark.value, due_on=mark.due_on, comment=mark.comment, set_by=actor_id, set_at=now)
            .returning(Mark.pupil_id, Mark.given_on)
            .execution_options(synchronize_session=False)
        )
        told += [(row.pupil_id, row.given_on) for row in given]
    return told


async def delete_topic(session: AsyncSession, lesson_id: int) -> None:
    await session.execute(delete(LessonTopic).where(LessonTopic.lesson_id == lesson_id))


async def still_planned(session: AsyncSession, plan_topic_id: int | None) -> int | None:
    """The row of the plan, while the plan has it."""
    return await session.scalar(select(PlanTopic.id).where(PlanTopic.id == plan_topic_id))


async def restore_final(
    session: AsyncSession, final_id: int, before: dict[str, Any] | None, *, actor_id: int, now: datetime
) -> tuple[int, date] | None:
    """What stood as a final mark; without `before` nobody had given one. The pupil and `given_on`."""
    cell = FinalMark.id == final_id
    if before is None:
        changed: Any = delete(FinalMark).where(cell)
    else:
        changed = (
            update(FinalMark)
            .where(cell)
            .values(
                value=MarkValue(before["value"]),
                comment=before.get("comment") or "",
                set_by=actor_id,
                set_at=now,
            )
        )
    given = await session.execute(changed.returning(FinalMark.pupil_id, FinalMark.given_on))
    row = given.one_or_none()
    return None if row is None else (row.pupil_id, row.given_on)


async def write_history(session: AsyncSession, lines: Sequence[dict[str, Any]]) -> None:
    """Lines of the history in their order."""
    if lines:
        await session.execute(insert(AuditEntry), list(lines))
