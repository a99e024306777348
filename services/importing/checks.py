"""What is allowed, and yet worth a look: pupils outside subgroups, plans that do not fit the hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

from services.importing.context import Context
from services.importing.plan_sheet import DEFAULT_VARIANT
from services.importing.school_file import Load, SchoolContent, Topic
from services.importing.tables import Row

_USUAL_WEEKS = 34
_NAMES_IN_NOTE = 10


def note_pupils_outside_subgroups(context: Context, content: SchoolContent) -> None:
    of_group: dict[str, list[int]] = defaultdict(list)
    for pupil in content.pupils:
        of_group[pupil.group].append(pupil.person)
    inside: dict[tuple[str, str], set[int]] = defaultdict(set)
    class_of = {pupil.person: pupil.group for pupil in content.pupils}
    for member in content.members:
        inside[class_of.get(member.pupil, ""), member.course.subject].add(member.pupil)
    divided: dict[tuple[str, str], Load] = {}
    for load in content.loads:
        for group in load.course.groups if load.course.subgroup else ():
            divided.setdefault((group, load.course.subject), load)
    for (group, subject), load in divided.items():
        outside = [p for p in of_group[group] if p not in inside[group, subject]]
        row = load.row or _row_of_members(context)
        if outside and row:
            names = [content.people[pupil].name.full for pupil in outside]
            more = f" (+{len(names) - _NAMES_IN_NOTE})" if len(names) > _NAMES_IN_NOTE else ""
            context.problems.note(
                "pupils_outside_subgroups",
                row,
                "subgroup",
                group=content.groups[group].name if group in content.groups else group,
                subject=content.subjects[subject].name,
                names=", ".join(names[:_NAMES_IN_NOTE]) + more,
                count=len(names),
            )


def _row_of_members(context: Context) -> Row | None:
    rows = context.rows("subgroups") or context.rows("pupils")
    return rows[0] if rows else None


def note_plans_that_do_not_fit(context: Context, content: SchoolContent) -> None:
    """A plan has as many lessons as the hours of the year; a week more or less is nothing."""
    sizes: Counter[tuple[str, int, str]] = Counter()
    first: dict[tuple[str, int, str], Topic] = {}
    for topic in content.topics:
        key = (topic.subject, topic.grade, topic.variant)
        sizes[key] += 1
        first.setdefault(key, topic)
    hours: dict[tuple[str, int, str], dict[Decimal, Load]] = defaultdict(dict)
    for load in content.loads:
        whole_year = load.valid_from is None and load.valid_to is None
        for group in load.course.groups:
            if load.hours_per_week and whole_year and group in content.groups:
                variant = load.plan_variant or DEFAULT_VARIANT
                key = (load.course.subject, content.groups[group].grade, variant)
                hours[key].setdefault(load.hours_per_week, load)
    for key in sizes.keys() & hours.keys():
        for per_week, load in hours[key].items():
            expected = int(per_week * _weeks(content, key[1]))
            row = first[key].row
            if abs(sizes[key] - expected) > per_week and (row or load.row):
                context.problems.note(
                    "plan_does_not_fit",
                    row or load.row,
                    "number" if row else "hours_per_week",
                    subject=content.subjects[key[0]].name,
                    grade=key[1],
                    lessons=sizes[key],
                    expected=expected,
                    hours=str(per_week),
                )


def _weeks(content: SchoolContent, grade: int) -> int:
    """Weeks of teaching in the year by the terms of the grade."""
    terms = [term for term in content.terms if term.grades is None or grade in term.grades]
    if not terms:
        return _USUAL_WEEKS
    days: set[date] = set()
    for term in terms:
        length = (term.ends_on - term.starts_on).days + 1
        days.update(term.starts_on + timedelta(days=n) for n in range(length))
    for holiday in content.holidays:
        length = (holiday.ends_on - holiday.starts_on).days + 1
        days.difference_update(holiday.starts_on + timedelta(days=n) for n in range(length))
    workdays = sum(day.isoweekday() <= 5 for day in days)
    return round(workdays / 5)
