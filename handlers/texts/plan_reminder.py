"""The reminder of plans that are missing or too short."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.plans import OpenDuePlan
from handlers.screen import Button, Screen
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.words import cut, day_and_month
from services.notifications.plan_reminder import PlanReminder, UnplannedCourse

COURSES_SHOWN, WORDS_LIMIT = 10, 60


def plan_reminder_screen(view: PlanReminder) -> Screen:
    """Which courses, what each lacks, and a button to each plan."""
    shown, day = view.courses[:COURSES_SHOWN], day_and_month(view.deadline)
    left = len(view.courses) - len(shown)
    asked = (
        text("Планы (КТП) были нужны до {day} включительно. Не готовы:", day=day)
        if view.today > view.deadline
        else text("Планы (КТП) нужны до {day} включительно. Не готовы:", day=day)
    )
    body = lines(
        asked,
        "",
        *(_line(course) for course in shown),
        count("…и ещё {n} курс.", "…и ещё {n} курсов.", left) if left else None,
    )
    rows = tuple((Button(_name(course), OpenDuePlan(course_id=course.course_id)),) for course in shown)
    return Screen(body, rows)


def _name(course: UnplannedCourse) -> str:
    parts = [course.groups, course.subject]
    if course.subgroup:
        parts.append(label("подгруппа {name}", name=course.subgroup))
    return cut(" · ".join(parts), WORDS_LIMIT)


def _line(course: UnplannedCourse) -> Markup:
    if not course.rows:
        return text("⚪ {name} — плана нет", name=_name(course))
    return text(
        "⚪ {name} — тем {rows}, уроков {lessons}",
        name=_name(course),
        rows=course.rows,
        lessons=course.lessons,
    )
