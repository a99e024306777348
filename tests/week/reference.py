"""A pupil's week worked out slowly, one pupil at a time, in plain Python from the rows of the tables.

It is written from the rules, not from the statements: `services.week.computing` must say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceSource, AttendanceStatus, MarkValue
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    AuditEntry,
    Base,
    Course,
    CourseGroup,
    CourseTeacher,
    Digest,
    Enrolment,
    Event,
    FinalMark,
    Group,
    Homework,
    HomeworkPupil,
    Lesson,
    LessonTopic,
    Mark,
    PlannedAbsence,
    PlanTopic,
    Register,
    School,
    Slot,
    SubgroupMember,
    Subject,
    Term,
    Work,
    WorkKind,
)

UNDO = timedelta(minutes=5)
"""Of the preset «klyuchi», and so are weights in averages."""
NUMBERS = {MarkValue.TWO: 2, MarkValue.THREE: 3, MarkValue.FOUR: 4, MarkValue.FIVE: 5}
Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Tables:
    """Everything, read once."""

    rows: dict[type[Base], Rows]

    def of(self, model: type[Base], **values: Any) -> Rows:
        return [row for row in self.rows[model] if all(row[name] == value for name, value in values.items())]

    def by_id(self, model: type[Base], id_: int) -> dict[str, Any]:
        return next(row for row in self.rows[model] if row["id"] == id_)


_MODELS: Sequence[type[Base]] = (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    AuditEntry,
    Course,
    CourseGroup,
    CourseTeacher,
    Digest,
    Enrolment,
    Event,
    FinalMark,
    Group,
    Homework,
    HomeworkPupil,
    Lesson,
    LessonTopic,
    Mark,
    PlannedAbsence,
    PlanTopic,
    Register,
    School,
    Slot,
    SubgroupMember,
    Subject,
    Term,
    Work,
    WorkKind,
)


async def read_tables(session: AsyncSession) -> Tables:
    found = {}
    for model in _MODELS:
        rows = await session.execute(select(*model.__table__.c))
        found[model] = [dict(row._mapping) for row in rows]
    return Tables(found)


def half_up(number: Fraction) -> Decimal:
    return Decimal(floor(number * 100 + Fraction(1, 2))) / 100


@dataclass(frozen=True, slots=True)
class SlowWeek:
    """What of a week is compared."""

    subjects: list[tuple[Any, ...]]
    """(subject, marks, average, trend, debts)"""
    finals: list[tuple[Any, ...]]
    missed: list[tuple[Any, ...]]
    homework: tuple[date | None, list[tuple[str, str]]]


def slow_week(tables: Tables, pupil_id: int, monday: date, now: datetime) -> SlowWeek:
    [school] = tables.rows[School]
    zone = ZoneInfo(school["timezone"])
    today = now.astimezone(zone).date()
    as_of = min(today, monday + timedelta(days=6))
    decided = [
        row["decided_at"] for row in tables.of(Digest, pupil_id=pupil_id, monday=monday - timedelta(days=7))
    ]
    told_at = min(decided, default=None)
    [place] = [row for row in tables.of(Enrolment, pupil_id=pupil_id) if _in_force(row, as_of)]
    group = tables.by_id(Group, place["group_id"])

    def is_news(given_on: date, set_at: datetime) -> bool:
        if given_on >= monday:
            return True
        late = told_at is not None and set_at > told_at - UNDO
        return late and given_on >= monday - timedelta(days=7)

    return SlowWeek(
        subjects=_subjects(tables, pupil_id, group, as_of, now, is_news) if group["grade"] > 1 else [],
        finals=sorted(
            (
                tables.by_id(Subject, row["subject_id"])["name"],
                row["kind"],
                row["value"],
            )
            for row in tables.of(FinalMark, pupil_id=pupil_id)
            if group["grade"] > 1
            and row["given_on"] <= as_of
            and row["set_at"] <= now - UNDO
            and is_news(row["given_on"], row["set_at"])
        ),
        missed=_missed(
            tables,
            pupil_id,
            monday if told_at is None else min(monday, told_at.astimezone(zone).date() + timedelta(days=1)),
            as_of,
            now,
        ),
        homework=_homework(tables, pupil_id, today, now)
        if monday <= today <= monday + timedelta(9)
        else (None, []),
    )


def _in_force(row: dict[str, Any], day: date) -> bool:
    return bool(row["starts_on"] <= day and (row["ends_on"] is None or row["ends_on"] >= day))


def _known(tables: Tables, mark: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What stood in the cell last for as long as the undo window is."""
    if mark["set_at"] <= now - UNDO:
        return {"value": mark["value"], "due_on": mark["due_on"], "comment": mark["comment"]}
    lines = sorted(
        (
            line
            for line in tables.of(AuditEntry, subject_type="work", subject_id=mark["work_id"])
            if line["pupil_id"] == mark["pupil_id"] and line["action"] == "mark.set"
        ),
        key=lambda line: (line["at"], line["id"]),
    )
    ends = [*(line["at"] for line in lines), now][1:]
    lasting = [line["after"] for line, end in zip(lines, ends, strict=True) if end - line["at"] >= UNDO]
    last = lasting[-1] if lasting else {}
    return {
        "value": MarkValue(last["value"]) if last.get("value") else None,
        "due_on": date.fromisoformat(last["due_on"]) if last.get("due_on") else None,
        "comment": last.get("comment") or "",
    }


def _subjects(
    tables: Tables, pupil_id: int, group: dict[str, Any], as_of: date, now: datetime, is_news: Any
) -> list[tuple[Any, ...]]:
    begins = [
        term["starts_on"]
        for term in tables.of(Term, year_id=group["year_id"])
        if term["starts_on"] <= as_of and (term["grades"] is None or group["grade"] in term["grades"])
    ]
    since = max(begins)
    cells: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mark in tables.of(Mark, pupil_id=pupil_id):
        work = tables.by_id(Work, mark["work_id"])
        lesson = tables.by_id(Lesson, work["lesson_id"])
        if lesson["date"] > as_of or mark["given_on"] > as_of:
            continue
        known = _known(tables, mark, now)
        if known["value"] is None:
            continue
        course = tables.by_id(Course, lesson["course_id"])
        name = tables.by_id(Subject, course["subject_id"])["name"]
        news = is_news(mark["given_on"], mark["set_at"])
        if lesson["date"] >= since or news or mark["due_on"] is not None:
            cells[name].append(
                known
                | {
                    "news": news,
                    "day": lesson["date"],
                    "order": (lesson["date"], lesson["number"], work["position"]),
                    "kind": tables.by_id(WorkKind, work["kind_id"])["name"],
                    "weight": Fraction(work["weight"]),
                    "counts": lesson["date"] >= since and known["value"] in NUMBERS,
                }
            )
    return [(name, *_subject(found)) for name, found in sorted(cells.items())]


def _subject(cells: list[dict[str, Any]]) -> tuple[Any, ...]:
    marks = [
        (cell["value"], cell["day"], cell["kind"], cell["comment"], cell["due_on"])
        for cell in sorted(cells, key=lambda cell: cell["order"])
        if cell["news"]
    ]
    average = _average([cell for cell in cells if cell["counts"]])
    before = _average([cell for cell in cells if cell["counts"] and not cell["news"]])
    trend = None
    if average is not None and before is not None:
        trend = "flat" if average == before else "up" if average > before else "down"
    debts = sorted(cell["due_on"] for cell in cells if cell["value"] is MarkValue.DEBT)
    return marks, average, trend, debts


def _average(cells: list[dict[str, Any]]) -> Decimal | None:
    weights = sum(cell["weight"] for cell in cells)
    if not weights:
        return None
    return half_up(sum(cell["weight"] * NUMBERS[cell["value"]] for cell in cells) / weights)


def _missed(tables: Tables, pupil_id: int, first: date, last: date, now: datetime) -> list[tuple[Any, ...]]:
    days: dict[date, list[tuple[Any, ...]]] = defaultdict(list)
    planned: dict[date, str] = {}
    for cell in tables.of(Attendance, pupil_id=pupil_id):
        lesson = tables.by_id(Lesson, cell["lesson_id"])
        [register] = tables.of(Register, lesson_id=lesson["id"])
        status = cell["status"]
        told = (
            cell["source"] is AttendanceSource.PLANNED
            or (cell["alert_at"] is not None and cell["alert_at"] <= now)
            or (status is AttendanceStatus.LATE and register["taken_at"] is not None)
        )
        if status is AttendanceStatus.PRESENT or not told or not first <= lesson["date"] <= last:
            continue
        name = tables.by_id(Subject, tables.by_id(Course, lesson["course_id"])["subject_id"])["name"]
        days[lesson["date"]].append((lesson["number"], name, status, cell["late_minutes"]))
        for row in tables.of(PlannedAbsence, pupil_id=pupil_id, cancelled_at=None):
            if status is AttendanceStatus.ABSENT and row["starts_on"] <= lesson["date"] <= row["ends_on"]:
                planned[lesson["date"]] = tables.by_id(AbsenceReason, row["reason_id"])["name"]
    found = []
    for day, lessons in sorted(days.items()):
        said = next(iter(tables.of(AbsenceDay, pupil_id=pupil_id, date=day)), None)
        answer = said["answer"] if said else None
        confirmed = (
            tables.by_id(AbsenceReason, said["reason_id"])["name"] if said and said["reason_id"] else None
        )
        found.append((day, sorted(lessons), answer, confirmed or planned.get(day)))
    return found


def _homework(
    tables: Tables, pupil_id: int, today: date, now: datetime
) -> tuple[date | None, list[tuple[str, str]]]:
    tasks = []
    for task in tables.of(Homework, withdrawn_at=None):
        if not today < task["due_on"] <= today + timedelta(days=7) or task["set_at"] > now - UNDO:
            continue
        lesson = tables.by_id(Lesson, task["lesson_id"])
        course = tables.by_id(Course, lesson["course_id"])
        named = bool(tables.of(HomeworkPupil, homework_id=task["id"], pupil_id=pupil_id))
        if named or (task["for_everyone"] and _sits_in(tables, pupil_id, course, lesson["date"])):
            name = tables.by_id(Subject, course["subject_id"])["name"]
            tasks.append((task["due_on"], name, task["text"]))
    nearest = min((due_on for due_on, *_ in tasks), default=None)
    return nearest, sorted((name, words) for due_on, name, words in tasks if due_on == nearest)


def _sits_in(tables: Tables, pupil_id: int, course: dict[str, Any], day: date) -> bool:
    groups = {row["group_id"] for row in tables.of(CourseGroup, course_id=course["id"])}
    enrolled = any(
        row["group_id"] in groups and _in_force(row, day) for row in tables.of(Enrolment, pupil_id=pupil_id)
    )
    members = tables.of(SubgroupMember, course_id=course["id"], pupil_id=pupil_id)
    return enrolled and (course["subgroup"] is None or any(_in_force(row, day) for row in members))
