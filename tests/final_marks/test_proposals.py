"""The rules of proposals, one by one, and each preset's own numbers (J8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.enums import MarkValue as M
from services.marks.proposals import GivenMark, Proposal, TermResult, term_proposal, year_proposal
from services.settings import AverageKind, Preset, preset_sources, preset_values, resolve

Marks = list[tuple[M, str]]


def proposed(marks: Marks, **own: str) -> Proposal:
    day = date(2026, 10, 5)
    given = [GivenMark(value, Decimal(weight), day, "ур", None) for value, weight in marks]
    return term_proposal(given, resolve(Preset.KLYUCHI, own))


def plain(*values: M) -> Marks:
    return [(value, "1") for value in values]


@pytest.mark.parametrize(
    ("marks", "value"),
    [
        (plain(M.FIVE, M.FOUR, M.FIVE, M.FOUR), M.FIVE),  # 4,50
        (plain(M.FOUR, M.THREE, M.FOUR, M.THREE), M.FOUR),  # 3,50
        (plain(M.THREE, M.TWO, M.THREE, M.TWO), M.THREE),  # 2,50
        (plain(M.FOUR, M.FOUR, M.FIVE), M.FOUR),  # 4,33
        (plain(M.TWO, M.TWO, M.THREE), M.TWO),  # 2,33
        # As shown: 4,495 is 4,50, and what is shown decides.
        ([(M.FIVE, "9.9"), (M.FOUR, "9.9"), (M.FOUR, "0.2")], M.FIVE),
        # The control work decides, or not.
        ([(M.FIVE, "1"), (M.FIVE, "1"), (M.TWO, "3")], M.THREE),
        # Credits, exemptions and debts do not count beside numbers.
        (plain(M.FIVE, M.FIVE, M.FIVE, M.FAILED, M.DEBT, M.EXEMPT, M.NOT_ASSESSED), M.FIVE),
        # Too few.
        ([], M.NOT_ASSESSED),
        (plain(M.FIVE, M.FIVE), M.NOT_ASSESSED),
        (plain(M.DEBT, M.DEBT, M.DEBT), M.NOT_ASSESSED),
        (plain(M.FIVE, M.FIVE, M.EXEMPT), M.NOT_ASSESSED),
        (plain(M.NOT_ASSESSED, M.EXEMPT), M.NOT_ASSESSED),
        # Nothing but exemptions.
        (plain(M.EXEMPT), M.EXEMPT),
        (plain(M.EXEMPT, M.EXEMPT, M.DEBT), M.EXEMPT),
        # Nothing but credits.
        (plain(M.PASSED, M.PASSED, M.PASSED), M.PASSED),
        (plain(M.PASSED, M.PASSED, M.FAILED), M.FAILED),
        (plain(M.PASSED, M.PASSED), M.NOT_ASSESSED),
    ],
)
def test_what_is_proposed_for_a_term(marks: Marks, value: M) -> None:
    assert proposed(marks).value is value


def test_too_few_says_how_many_are_needed() -> None:
    assert proposed(plain(M.FIVE)).least == 3
    assert proposed(plain(M.FIVE), final_min_marks="1").least is None
    assert proposed(plain(M.FIVE), final_min_marks="1").value is M.FIVE


def test_the_institution_s_table_and_kind_of_average_decide() -> None:
    marks = [(M.FIVE, "1"), (M.FIVE, "1"), (M.FOUR, "3")]
    assert proposed(marks).value is M.FOUR  # 4,40
    assert proposed(marks, final_average="plain").value is M.FIVE  # 4,67
    assert proposed(marks, final_thresholds="2.6 3.6 4.4").value is M.FIVE
    assert proposed(marks, final_average="plain", final_thresholds="2.6 3.6 4.68").value is M.FOUR


def of_year(*values: M | None, exam: M | None = None) -> Proposal:
    terms = [TermResult(f"{number} четверть", value, True) for number, value in enumerate(values, 1)]
    return year_proposal(terms, exam, resolve(Preset.KLYUCHI, {}))


@pytest.mark.parametrize(
    ("terms", "exam", "value"),
    [
        ((M.FIVE, M.FIVE, M.FOUR, M.FOUR), None, M.FIVE),  # 4,50
        ((M.FOUR, M.FOUR, M.FOUR, M.FIVE), None, M.FOUR),
        ((M.TWO, M.TWO, M.THREE, M.THREE), None, M.THREE),  # 2,50
        ((M.FOUR, M.FOUR, M.FOUR, M.FIVE), M.FIVE, M.FIVE),  # (4 + 5) / 2 = 4,50
        ((M.FOUR, M.FOUR, M.FOUR, M.FIVE), M.THREE, M.FOUR),  # (4 + 3) / 2 = 3,50
        ((M.FIVE, M.FIVE, M.FIVE, M.FIVE), M.TWO, M.FOUR),  # (5 + 2) / 2 = 3,50
        ((M.FIVE, M.FIVE, M.FIVE, M.FIVE), M.PASSED, M.FIVE),
        # «н/а» in one of four quarters, in two, in one of two half-years.
        ((M.FIVE, M.NOT_ASSESSED, M.FIVE, M.FIVE), None, M.FIVE),
        ((M.FIVE, M.NOT_ASSESSED, M.FIVE, M.NOT_ASSESSED), None, M.NOT_ASSESSED),
        ((M.FIVE, M.NOT_ASSESSED), M.FIVE, M.NOT_ASSESSED),
        ((M.EXEMPT, M.EXEMPT), None, M.EXEMPT),
        ((M.EXEMPT, M.FIVE), None, M.FIVE),
        ((M.PASSED, M.PASSED), None, M.PASSED),
        ((M.PASSED, M.FAILED), None, M.FAILED),
        # A quarter is missing, or all are.
        ((M.FIVE, None, M.FIVE, M.FIVE), None, None),
        ((None, None), M.FIVE, None),
        ((), None, None),
    ],
)
def test_what_is_proposed_for_the_year(terms: tuple[M | None, ...], exam: M | None, value: M | None) -> None:
    assert of_year(*terms, exam=exam).value is value


def test_a_term_before_the_pupil_came_is_not_waited_for() -> None:
    terms = [TermResult("1 четверть", None, False), TermResult("2 четверть", M.FOUR, True)]
    assert year_proposal(terms, None, resolve(Preset.KLYUCHI, {})).value is M.FOUR


@pytest.mark.parametrize(
    ("preset", "days", "days_from", "least_from"),
    [
        # J8: «at most 2 days after the term (M), justified by enough marks (K)».
        (Preset.MAKHACHKALA, 2, "J8: at most two days after the term", "not stated; J8 of K"),
        (Preset.KLYUCHI, 2, "not stated; the limit of M", "J8: justified by enough marks"),
        (Preset.BEZHETSK, 2, "not stated; the limit of M", "not stated; J8 of K"),
        (Preset.LABINSK, 2, "not stated; the limit of M", "not stated; J8 of K"),
        (Preset.KASLI, 2, "not stated; the limit of M", "not stated; J8 of K"),
    ],
)
def test_every_preset_states_its_deadline_and_its_formula(
    preset: Preset, days: int, days_from: str, least_from: str
) -> None:
    settings, sources = resolve(preset, {}), preset_sources(preset)
    assert settings.final_mark_days == days
    assert sources["final_mark_days"].startswith(days_from)
    assert settings.final_average is AverageKind.WEIGHTED
    assert settings.final_thresholds == "2.5 3.5 4.5"
    assert settings.final_min_marks == 3
    assert sources["final_min_marks"].startswith(least_from)
    assert preset_values(preset).keys() >= {"final_mark_days", "final_average", "final_thresholds"}
