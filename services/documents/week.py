"""The week of a pupil as half a sheet of A4, to be cut, signed and brought back (C3; K 1.12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from services.documents.typesetting import pdf
from services.week.printing import PrintedWeek
from services.week.summary import DayMissed, SubjectWeek, WeekSummary

TASKS, TASK_LIMIT = 12, 200


def week_pdf(printed: PrintedWeek) -> bytes:
    """Two pupils a page, in their order. `printed.weeks` is not empty."""
    return pdf(
        "week",
        {"school": printed.school, "weeks": [_week(week) for week in printed.weeks]},
    )


def _week(week: WeekSummary) -> dict[str, Any]:
    return {
        "name": " ".join(filter(None, (week.last_name, week.first_name, week.middle_name))),
        "group": week.group or "",
        "from": _day(week.monday),
        "to": _day(week.last),
        "has_marks": week.has_marks,
        "subjects": [_subject(subject) for subject in week.subjects],
        "finals": [
            {"subject": one.subject, "kind": one.kind, "term": one.term or "", "value": one.value}
            for one in week.finals
        ],
        "missed": [_missed(day) for day in week.missed],
        "homework_for": _day(week.homework_for) if week.homework_for else None,
        "homework": [
            {"subject": task.subject, "text": task.text[:TASK_LIMIT], "files": task.has_files}
            for task in week.homework[:TASKS]
        ],
        "controls": [
            {"day": _day(one.day), "subject": one.subject, "topic": one.topic[:TASK_LIMIT]}
            for one in week.controls[:TASKS]
        ],
        "remark": {"subject": week.remark.subject, "text": week.remark.text} if week.remark else None,
        "events": [
            {
                "day": _day(one.day),
                "at": f"{one.starts_at:%H:%M}" if one.starts_at else "",
                "title": one.title,
            }
            for one in week.events[:TASKS]
        ],
    }


def _subject(subject: SubjectWeek) -> dict[str, Any]:
    return {
        "name": subject.subject,
        "marks": [mark.value for mark in subject.marks],
        "average": average(subject.average),
        "trend": subject.trend,
        "debts": [_day(day) for day in subject.debts],
    }


def _missed(day: DayMissed) -> dict[str, Any]:
    return {
        "day": _day(day.day),
        "absent": [one.number for one in day.lessons if one.status == "absent"],
        "late": [one.number for one in day.lessons if one.status == "late"],
        "answer": day.answer,
        "reason": day.reason,
    }


def average(value: Decimal | None) -> str:
    """«4,33»; nothing when nothing counts."""
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
