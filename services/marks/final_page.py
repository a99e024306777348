"""The page of final marks: what a course's pupils are proposed for a period, and what stands (J8)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from db.enums import FinalKind, MarkValue
from db.queries.courses import CourseRow
from db.queries.final_marks import PeriodRow, PupilRow
from services.errors import NotFound
from services.marks.proposals import NOTHING, GivenMark, Proposal, TermResult, term_proposal, year_proposal
from services.settings import InstitutionSettings


@dataclass(frozen=True, slots=True)
class Given:
    """A final mark that stands."""

    value: MarkValue
    comment: str
    average: Decimal | None
    """Of the marks it was given on."""
    count: int
    given_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class FinalCell:
    """A pupil on the page."""

    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    number: int | None
    marks: tuple[GivenMark, ...]
    terms: tuple[TermResult, ...]
    exam: MarkValue | None
    proposal: Proposal
    given: Given | None

    @property
    def debts(self) -> tuple[GivenMark, ...]:
        """Open ones; none of them keeps a final mark from being given."""
        return tuple(mark for mark in self.marks if mark.value is MarkValue.DEBT)

    def asks_comment(self, value: MarkValue) -> bool:
        """A mark other than the proposed one is given with a comment."""
        return self.proposal.value not in (None, value)


@dataclass(frozen=True, slots=True)
class FinalPage:
    """All pupils of a course with their marks for a period."""

    course: CourseRow
    period: PeriodRow
    gives: bool
    """The reader is who gives these marks."""
    cells: tuple[FinalCell, ...]

    @property
    def writable(self) -> bool:
        """The reader may give them now."""
        return self.gives and self.period.open

    @property
    def to_accept(self) -> tuple[FinalCell, ...]:
        """Pupils without a final mark to whom one is proposed."""
        return tuple(cell for cell in self.cells if cell.given is None and cell.proposal.value is not None)

    @property
    def seen(self) -> int:
        """What «accept all» would write, as a number: a button knows whether it is still the same."""
        said = ",".join(f"{cell.pupil_id}={cell.proposal.value}" for cell in self.to_accept)
        return zlib.crc32(said.encode())

    def cell(self, pupil_id: int) -> FinalCell:
        """Raises NotFound."""
        for cell in self.cells:
            if cell.pupil_id == pupil_id:
                return cell
        raise NotFound


def final_cell(row: PupilRow, kind: FinalKind, settings: InstitutionSettings) -> FinalCell:
    """A pupil with the proposal that the institution\'s settings make of the marks."""
    marks = tuple(_mark(*mark) for mark in row.marks)
    terms = tuple(
        TermResult(term, value and MarkValue(value), enrolled) for term, value, enrolled in row.terms
    )
    match kind:
        case FinalKind.TERM:
            proposal = term_proposal(marks, settings)
        case FinalKind.YEAR:
            proposal = year_proposal(terms, row.exam, settings)
        case FinalKind.EXAM:
            proposal = NOTHING
    given = None
    if row.value is not None:
        assert row.set_at is not None
        given = Given(
            row.value, row.comment or "", row.average, row.counted or 0, row.given_by or "", row.set_at
        )
    return FinalCell(
        row.pupil_id,
        row.last_name,
        row.first_name,
        row.middle_name,
        row.number,
        marks,
        terms,
        row.exam,
        proposal,
        given,
    )


def _mark(value: str, weight: str, day: str, kind: str, title: str, due_on: str | None) -> GivenMark:
    return GivenMark(
        MarkValue(value),
        Decimal(weight),
        date.fromisoformat(day),
        f"{kind} {title}".strip(),
        None if due_on is None else date.fromisoformat(due_on),
    )
