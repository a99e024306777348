"""A pupil's week worked out slowly, one pupil at a time, in plain Python from the rows of the tables.

It is written from the rules, not from the statements: `services.week.computing` must say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceSource, AttendanceStatus, LessonKind, MarkValue, WeekParity
from db.models import (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    AuditEntry,
    Base,
    Bell,
    Course,
    CourseGroup,
    CourseTeacher,
    Digest,
    Enrolment,
    Event,
    FinalMark,
    Group,
    Holiday,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    Lesson,
    LessonTopic,
    Mark,
    Person,
    PlannedAbsence,
    PlanTopic,
    Register,
    School,
    SchoolSetting,
    SchoolYear,
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
    ids: dict[type[Base], dict[int, dict[str, Any]]]

    def of(self, model: type[Base], **values: Any) -> Rows:
        return [row for row in self.rows[model] if all(row[name] == value for name, value in values.items())]

    def by_id(self, model: type[Base], id_: int) -> dict[str, Any]:
        return self.ids[model][id_]

    def subject(self, course: dict[str, Any]) -> str:
        return str(self.by_id(Subject, course["subject_id"])["name"])


_MODELS: Sequence[type[Base]] = (
    AbsenceDay,
    AbsenceReason,
    Attendance,
    AuditEntry,
    Bell,
    Course,
    CourseGroup,
    CourseTeacher,
    Digest,
    Enrolment,
    Event,
    FinalMark,
    Group,
    Holiday,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    Lesson,
    LessonTopic,
    Mark,
    Person,
    PlannedAbsence,
    PlanTopic,
    Register,
    School,
    SchoolSetting,
    SchoolYear,
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
    ids = {model: {row["id"]: row for row in rows if "id" in row} for model, rows in found.items()}
    return Tables(found, ids)


def half_up(number: Fraction) -> Decimal:
    return Decimal(floor(number * 100 + Fraction(1, 2))) / 100


def slow_week(tables: Tables, pupil_id: int, monday: date, now: datetime) -> dict[str, Any]:
    """Every field of `services.week.summary.WeekSummary`, by its name."""
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
    person = tables.by_id(Person, pupil_id)
    has_marks = group["grade"] > 1

    def is_news(given_on: date, set_at: datetime) -> bool:
        if given_on >= monday:
            return True
        late = told_at is not None and set_at > told_at - UNDO
        return late and given_on >= monday - timedelta(days=7)

    cells = _cells(tables, pupil_id, group, as_of, now, is_news) if has_marks else []
    by_subject: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in cells:
        by_subject[cell["subject"]].append(cell)
    remark = None
    for cell in cells:
        if cell["news"] and cell["comment"]:
            remark = {"subject": cell["subject"], "text": cell["comment"]}
    missed_since = (
        monday if told_at is None else min(monday, told_at.astimezone(zone).date() + timedelta(days=1))
    )
    # Of a week that is long over nothing is ahead any more.
    ahead = (
        [today + timedelta(days) for days in range(1, 8)] if monday <= today <= monday + timedelta(9) else []
    )
    homework_for, homework = _homework(tables, pupil_id, ahead, now)
    return {
        "pupil_id": pupil_id,
        "last_name": person["last_name"],
        "first_name": person["first_name"],
        "middle_name": person["middle_name"],
        "group": group["name"],
        "has_marks": has_marks,
        "monday": monday,
        "last": _last_school_day(tables, group, monday, as_of),
        "subjects": tuple(
            {"subject": subject, **_subject(found)} for subject, found in sorted(by_subject.items())
        ),
        "finals": _finals(tables, pupil_id, as_of, now, is_news) if has_marks else (),
        "missed": _missed(tables, pupil_id, missed_since, as_of, now),
        "homework_for": homework_for,
        "homework": homework,
        "controls": _controls(tables, pupil_id, group, today, ahead, now) if has_marks and ahead else (),
        "remark": remark,
        "events": _events(tables, group, ahead),
    }


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


def _cells(
    tables: Tables,
    pupil_id: int,
    group: dict[str, Any],
    as_of: date,
    now: datetime,
    is_news: Callable[[date, datetime], bool],
) -> list[dict[str, Any]]:
    """Marks of the term, news and open debts, in the order of their lessons."""
    since = max(term["starts_on"] for term in _terms(tables, group) if term["starts_on"] <= as_of)
    weighted = not tables.of(SchoolSetting, key="final_average", value="plain")
    cells = []
    for mark in tables.of(Mark, pupil_id=pupil_id):
        work = tables.by_id(Work, mark["work_id"])
        lesson = tables.by_id(Lesson, work["lesson_id"])
        if lesson["date"] > as_of or mark["given_on"] > as_of:
            continue
        known = _known(tables, mark, now)
        news = is_news(mark["given_on"], mark["set_at"])
        if known["value"] and (lesson["date"] >= since or news or mark["due_on"]):
            cells.append(
                known
                | {
                    "subject": tables.subject(tables.by_id(Course, lesson["course_id"])),
                    "course_id": lesson["course_id"],
                    "news": news,
                    "day": lesson["date"],
                    "order": (lesson["date"], lesson["number"], work["position"]),
                    "kind": tables.by_id(WorkKind, work["kind_id"])["name"],
                    "title": work["title"],
                    "weight": Fraction(work["weight"]) if weighted else Fraction(1),
                    "counts": lesson["date"] >= since and known["value"] in NUMBERS,
                }
            )
    return sorted(cells, key=lambda cell: cell["order"])


def _subject(cells: list[dict[str, Any]]) -> dict[str, Any]:
    average = _average([cell for cell in cells if cell["counts"]])
    before = _average([cell for cell in cells if cell["counts"] and not cell["news"]])
    trend = None
    if average is not None and before is not None:
        trend = "flat" if average == before else "up" if average > before else "down"
    return {
        "course_id": cells[-1]["course_id"],
        "marks": tuple(
            {name: cell[name] for name in ("value", "day", "kind", "title", "comment", "due_on")}
            for cell in cells
            if cell["news"]
        ),
        "average": average,
        "trend": trend,
        "debts": tuple(sorted(cell["due_on"] for cell in cells if cell["value"] is MarkValue.DEBT)),
    }


def _average(cells: list[dict[str, Any]]) -> Decimal | None:
    weights = sum(cell["weight"] for cell in cells)
    if not weights:
        return None
    return half_up(sum(cell["weight"] * NUMBERS[cell["value"]] for cell in cells) / weights)


def _finals(
    tables: Tables, pupil_id: int, as_of: date, now: datetime, is_news: Callable[[date, datetime], bool]
) -> tuple[dict[str, Any], ...]:
    found = []
    for row in sorted(tables.of(FinalMark, pupil_id=pupil_id), key=lambda row: row["id"]):
        if (
            row["given_on"] <= as_of
            and row["set_at"] <= now - UNDO
            and is_news(row["given_on"], row["set_at"])
        ):
            final = {name: row[name] for name in ("kind", "value")}
            final["term"] = tables.by_id(Term, row["term_id"])["name"] if row["term_id"] else None
            final["subject"] = tables.by_id(Subject, row["subject_id"])["name"]
            found.append(final)
    return tuple(sorted(found, key=lambda final: final["subject"]))


def _missed(
    tables: Tables, pupil_id: int, first: date, last: date, now: datetime
) -> tuple[dict[str, Any], ...]:
    days: dict[date, list[dict[str, Any]]] = defaultdict(list)
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
        missed = {"number": lesson["number"], "status": status, "late_minutes": cell["late_minutes"]}
        missed["subject"] = tables.subject(tables.by_id(Course, lesson["course_id"]))
        days[lesson["date"]].append(missed)
        for row in tables.of(PlannedAbsence, pupil_id=pupil_id, cancelled_at=None):
            covered = (row["first_lesson"] or 0) <= lesson["number"] <= (row["last_lesson"] or 99)
            if status is AttendanceStatus.ABSENT and covered and _in_force(row, lesson["date"]):
                planned[lesson["date"]] = tables.by_id(AbsenceReason, row["reason_id"])["name"]
    found = []
    for day, lessons in sorted(days.items()):
        said = next(iter(tables.of(AbsenceDay, pupil_id=pupil_id, date=day)), None)
        confirmed = said and said["reason_id"] and tables.by_id(AbsenceReason, said["reason_id"])["name"]
        found.append(
            {
                "day": day,
                "lessons": tuple(sorted(lessons, key=lambda one: (one["number"], one["subject"]))),
                "answer": said["answer"] if said else None,
                "reason": confirmed or planned.get(day),
            }
        )
    return tuple(found)


def _homework(
    tables: Tables, pupil_id: int, ahead: list[date], now: datetime
) -> tuple[date | None, tuple[dict[str, Any], ...]]:
    tasks = []
    for task in tables.of(Homework, withdrawn_at=None):
        if task["due_on"] not in ahead or task["set_at"] > now - UNDO:
            continue
        lesson = tables.by_id(Lesson, task["lesson_id"])
        course = tables.by_id(Course, lesson["course_id"])
        named = bool(tables.of(HomeworkPupil, homework_id=task["id"], pupil_id=pupil_id))
        if named or (task["for_everyone"] and _sits_in(tables, pupil_id, course, lesson["date"])):
            tasks.append(task | {"subject": tables.subject(course)})
    nearest = min((task["due_on"] for task in tasks), default=None)
    # What is due at no lesson comes last.
    tasks.sort(key=lambda task: (task["due_number"] or 99, task["subject"], task["id"]))
    return nearest, tuple(
        {
            "subject": task["subject"],
            "text": task["text"],
            "has_files": bool(tables.of(HomeworkFile, homework_id=task["id"])),
        }
        for task in tasks
        if task["due_on"] == nearest
    )


def _sits_in(tables: Tables, pupil_id: int, course: dict[str, Any], day: date) -> bool:
    groups = {row["group_id"] for row in tables.of(CourseGroup, course_id=course["id"])}
    enrolled = any(
        row["group_id"] in groups and _in_force(row, day) for row in tables.of(Enrolment, pupil_id=pupil_id)
    )
    members = tables.of(SubgroupMember, course_id=course["id"], pupil_id=pupil_id)
    return enrolled and (course["subgroup"] is None or any(_in_force(row, day) for row in members))


def _events(tables: Tables, group: dict[str, Any], ahead: list[date]) -> tuple[dict[str, Any], ...]:
    found = [
        row
        for row in tables.of(Event, cancelled_at=None)
        if row["date"] in ahead and row["group_id"] in (None, group["id"])
    ]
    # What has no hour is all day, and comes first.
    found.sort(key=lambda row: (row["date"], row["starts_at"] or time.min, row["id"]))
    return tuple({"day": row["date"], "starts_at": row["starts_at"], "title": row["title"]} for row in found)


def _terms(tables: Tables, group: dict[str, Any]) -> Rows:
    return [
        term
        for term in tables.of(Term, year_id=group["year_id"])
        if term["grades"] is None or group["grade"] in term["grades"]
    ]


def _is_school_day(tables: Tables, group: dict[str, Any], day: date) -> bool:
    holidays = tables.of(Holiday, year_id=group["year_id"])
    return any(_in_force(term, day) for term in _terms(tables, group)) and not any(
        _in_force(holiday, day) for holiday in holidays
    )


def _numbers(tables: Tables, group: dict[str, Any], course_id: int, day: date) -> list[int]:
    """Of the lessons that the timetable has of a course on that day."""
    if not _is_school_day(tables, group, day):
        return []
    year = tables.by_id(SchoolYear, group["year_id"])
    september = date(year["starts_on"].year, 9, 1)
    first_monday = september - timedelta(september.weekday())
    is_odd = (day - first_monday).days // 7 % 2 == 0
    return sorted(
        slot["number"]
        for slot in tables.of(Slot, course_id=course_id, weekday=day.isoweekday())
        if _in_force(slot, day)
        and slot["week"] in (None, WeekParity.ODD if is_odd else WeekParity.EVEN)
        and tables.of(Bell, number=slot["number"])
    )


def _last_school_day(tables: Tables, group: dict[str, Any], monday: date, as_of: date) -> date:
    courses = [row["course_id"] for row in tables.of(CourseGroup, group_id=group["id"])]
    week = [monday + timedelta(days) for days in range((as_of - monday).days + 1)]
    with_lessons = [
        day for day in week if any(_numbers(tables, group, course_id, day) for course_id in courses)
    ]
    return max(with_lessons, default=min(as_of, monday + timedelta(days=4)))


def _controls(
    tables: Tables, pupil_id: int, group: dict[str, Any], today: date, ahead: list[date], now: datetime
) -> tuple[dict[str, Any], ...]:
    """The plan's rows that no lesson had yet, given to the lessons that are to come, in their order."""
    hour = now.astimezone(ZoneInfo(tables.rows[School][0]["timezone"])).time()
    found = []
    for place in tables.of(CourseGroup, group_id=group["id"]):
        course = tables.by_id(Course, place["course_id"])
        taught = {}
        for lesson in tables.of(Lesson, course_id=course["id"]):
            for topic in tables.of(LessonTopic, lesson_id=lesson["id"]):
                taught[lesson["date"], lesson["number"]] = (
                    tables.by_id(PlanTopic, topic["plan_topic_id"])["number"] if topic["plan_topic_id"] else 0
                )
        variants = [
            row["plan_variant"]
            for row in tables.of(CourseTeacher, course_id=course["id"])
            if _in_force(row, ahead[0]) and row["plan_variant"]
        ]
        plan = sorted(
            (
                row
                for row in tables.of(
                    PlanTopic,
                    year_id=course["year_id"],
                    subject_id=course["subject_id"],
                    grade=group["grade"],
                    variant=min(variants, default="1"),
                )
                if row["number"] > max(taught.values(), default=0)
            ),
            key=lambda row: row["number"],
        )
        over = [bell["number"] for bell in tables.rows[Bell] if bell["ends_at"] <= hour]
        coming = [
            (day, number)
            for day in [today, *ahead]
            for number in _numbers(tables, group, course["id"], day)
            if day > today or (number not in over and (day, number) not in taught)
        ]
        for (day, _), row in zip(coming, plan, strict=False):
            if day > today and row["kind"] is LessonKind.CONTROL and _sits_in(tables, pupil_id, course, day):
                found.append({"day": day, "subject": tables.subject(course), "topic": row["topic"]})
    return tuple(sorted(found, key=lambda one: (one["day"], one["subject"])))
