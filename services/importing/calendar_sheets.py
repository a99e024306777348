"""The sheets «Периоды», «Каникулы» and «Звонки» (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

from services.importing.context import Context
from services.importing.school_file import Bell, Holiday, Term, Year
from services.importing.tables import Row
from services.importing.text import fold
from services.importing.values import (
    GRADES,
    parse_grades,
    parse_lesson_number,
    parse_term_kind,
    parse_time,
    parse_weekday,
)


def read_terms(context: Context, year: Year) -> list[Term]:
    terms = []
    for row in context.rows("terms"):
        name = context.text(row, "name")
        days = _days(context, row, year)
        kind = context.value(row, "kind", parse_term_kind)
        grades = context.value(row, "grades", parse_grades)
        if days:
            terms.append(Term(name, *days, kind, grades, row))
    _report_overlapping_terms(context, terms)
    return terms


def _report_overlapping_terms(context: Context, terms: list[Term]) -> None:
    for grade in GRADES:
        of_grade = [term for term in terms if term.grades is None or grade in term.grades]
        for first, second in pairwise(sorted(of_grade, key=lambda term: term.starts_on)):
            if second.starts_on <= first.ends_on and first.row and second.row:
                later, other = sorted((first, second), key=lambda term: -term.row.number if term.row else 0)
                context.problems.error(
                    "terms_overlap",
                    later.row,
                    "start",
                    other=other.name,
                    row=other.row.number if other.row else 0,
                )


def read_holidays(context: Context, year: Year) -> list[Holiday]:
    holidays = []
    for row in context.rows("holidays"):
        name = context.text(row, "name")
        days = _days(context, row, year)
        if days:
            holidays.append(Holiday(name, *days))
    return holidays


def _days(context: Context, row: Row, year: Year) -> tuple[date, date] | None:
    context.text(row, "start")
    context.text(row, "end")
    starts_on, ends_on = context.period(row, "start", "end", year)
    return (starts_on, ends_on) if starts_on and ends_on else None


@dataclass(frozen=True, slots=True)
class BellSheet:
    bells: list[Bell]
    is_complete: bool
    """False when a row could not be read: then no number can be said to be missing."""

    def numbers(self, weekday: int, campus: str | None) -> set[int]:
        return set(bells_of(self.bells, weekday, fold(campus) if campus else None))


def read_bells(context: Context) -> BellSheet:
    if "bells" not in context.tables:
        return BellSheet(list(context.known.bells) if context.known else [], is_complete=True)
    bells: list[Bell] = []
    seen: dict[tuple[int, int | None, str], Row] = {}
    rows = context.rows("bells")
    for row in rows:
        number = context.required(row, "number", parse_lesson_number)
        start = context.required(row, "start", parse_time)
        end = context.required(row, "end", parse_time)
        weekday = context.value(row, "weekday", parse_weekday)
        if number is None or start is None or end is None or (row["weekday"] and not weekday):
            continue
        if end <= start:
            context.problems.error("end_before_start", row, "end", start=row["start"])
            continue
        key = (number, weekday, fold(row["campus"]))
        if key in seen:
            context.problems.error("repeated", row, "number", first_row=seen[key].number)
            continue
        seen[key] = row
        bells.append(Bell(number, start, end, weekday, row["campus"] or None, row))
    _report_overlaps(context, bells)
    return BellSheet(bells, is_complete=len(bells) == len(rows) and not context.is_broken("bells"))


def _report_overlaps(context: Context, bells: list[Bell]) -> None:
    general = [bell for bell in bells if bell.campus is None]
    of_campus: dict[str | None, list[Bell]] = {None: general}
    for bell in bells:
        if bell.campus is not None:
            of_campus.setdefault(fold(bell.campus), list(general)).append(bell)
    for campus, possible in of_campus.items():
        for weekday in {bell.weekday for bell in possible} | {None}:
            for first, second in combinations(bells_of(possible, weekday, campus).values(), 2):
                if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
                    _report_overlap(context, first, second)


def _report_overlap(context: Context, first: Bell, second: Bell) -> None:
    if first.row and second.row:
        other, later = sorted((first, second), key=lambda bell: bell.row.number if bell.row else 0)
        context.problems.error(
            "bells_overlap",
            later.row,
            "start",
            number=later.number,
            other=other.number,
            row=other.row.number if other.row else 0,
        )


def bells_of(bells: list[Bell], weekday: int | None, campus: str | None) -> dict[int, Bell]:
    """The bells of a weekday in a campus (folded name): the most particular row of each number."""
    fitting = [
        bell
        for bell in bells
        if bell.weekday in (None, weekday) and (bell.campus is None or fold(bell.campus) == campus)
    ]
    fitting.sort(key=lambda bell: (bell.campus is not None, bell.weekday is not None))
    return {bell.number: bell for bell in fitting}
