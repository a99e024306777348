"""What mark is proposed for a term and for the year (J8).

The regulations ask for final marks that are justified by enough marks and take the quality of control works
into account; they state no formula. What goes beyond the institution's settings (`final_average`,
`final_thresholds`, `final_min_marks`) is the usual practice of schools, and said so below.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from db.enums import MarkValue
from services.marks.averages import NUMBERS, Average, average_of, mark_for
from services.settings import AverageKind, InstitutionSettings

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class GivenMark:
    """A filled cell of the journal."""

    value: MarkValue
    weight: Decimal
    day: date
    """Of the lesson."""
    work: str
    """Short name of its kind of work, with the work's title: «к/р № 2»."""
    due_on: date | None
    """Of a debt: the last day to settle it."""


@dataclass(frozen=True, slots=True)
class TermResult:
    """A pupil's final mark of one term of the year; None: it is not given yet."""

    term: str
    value: MarkValue | None
    expected: bool
    """The pupil was enrolled when the term ended, so a mark belongs there."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mark with what it was made of."""

    value: MarkValue | None
    """None: nothing can be proposed yet."""
    average: Average | None
    """Of the term's marks, or of the terms' final marks."""
    count: int
    """Marks that count: those of the average, or credits where a subject has nothing else."""
    least: int | None = None
    """There are fewer marks than these, which the institution asks for."""
    with_exam: Average | None = None
    """Of the year's mark and the exam's, when there was one."""


NOTHING = Proposal(None, None, 0)


def term_proposal(marks: Sequence[GivenMark], settings: InstitutionSettings) -> Proposal:
    """The mark for a term: its average by the institution's table, «н/а» when marks are too few.

    The average is compared as it is shown, with two digits. Debts do not count. Usual practice: a subject
    with credits only («зч», «нз») proposes «зч» when every one is passed; «осв» is proposed to whom nothing
    but «осв» was written.
    """
    least = settings.final_min_marks
    average = average_of(((mark.value, mark.weight) for mark in marks), settings.final_average)
    if average is not None:
        if average.count < least:
            return Proposal(MarkValue.NOT_ASSESSED, average, average.count, least)
        return Proposal(mark_for(average.value, settings.thresholds), average, average.count)
    counted = [mark.value for mark in marks if mark.value is not MarkValue.DEBT]
    credits = sum(value in (MarkValue.PASSED, MarkValue.FAILED) for value in counted)
    if credits < least and set(counted) != {MarkValue.EXEMPT}:
        return Proposal(MarkValue.NOT_ASSESSED, None, credits, least)
    return Proposal(_without_numbers(counted), None, credits)


def year_proposal(
    terms: Sequence[TermResult], exam: MarkValue | None, settings: InstitutionSettings
) -> Proposal:
    """The mark for the year: the plain average of the terms' marks by the same table; nothing is proposed
    while a term of the pupil's has no final mark.

    Usual practice: «н/а» when at least half of the terms are; an exam counts as much as the year, so the
    proposal is then the average of the year's mark and the exam's, by the same table.
    """
    given = [term.value for term in terms if term.value is not None]
    average = average_of(((value, _ONE) for value in given), AverageKind.PLAIN)
    count = 0 if average is None else average.count
    if not given or any(term.expected and term.value is None for term in terms):
        return Proposal(None, average, count)
    if average is None:
        return Proposal(_without_numbers(given), None, 0)
    if given.count(MarkValue.NOT_ASSESSED) * 2 >= len(given):
        return Proposal(MarkValue.NOT_ASSESSED, average, count)
    of_year = mark_for(average.value, settings.thresholds)
    if exam not in NUMBERS:
        return Proposal(of_year, average, count)
    with_exam = average_of([(of_year, _ONE), (exam, _ONE)], AverageKind.PLAIN)
    assert with_exam is not None
    return Proposal(mark_for(with_exam.value, settings.thresholds), average, count, with_exam=with_exam)


def _without_numbers(values: Collection[MarkValue]) -> MarkValue:
    kinds = set(values)
    if MarkValue.FAILED in kinds:
        return MarkValue.FAILED
    if MarkValue.PASSED in kinds:
        return MarkValue.PASSED
    return MarkValue.EXEMPT if kinds == {MarkValue.EXEMPT} else MarkValue.NOT_ASSESSED
