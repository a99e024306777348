"""Codes are typed by people: in either layout, with or without hyphens, in any letter case."""

from __future__ import annotations

import pytest

from services.access.codes import ALPHABET, LENGTH, new_code, normalised, readable


def test_a_code_has_no_characters_that_look_alike() -> None:
    assert not set("01OIL") & set(ALPHABET)
    assert len(ALPHABET) ** LENGTH > 2**49
    assert set(new_code()) <= set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "ABCE-HK24-MX",
        "abce hk24 mx",
        "ABCEHK24MX",
        " ABCE–HK24—MX\n",
        "АВСЕ-НК24-МХ",  # all letters Cyrillic
        "авсе-нк24-мх",
        "АBСE_HК24.MX",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == "ABCEHK24MX"
    assert readable("ABCEHK24MX") == "ABCE-HK24-MX"


@pytest.mark.parametrize(
    "typed", ["", "ABCE", "ABCE-HK24-MXX", "АБВГ-ДЕЖЗ-ИК", "🔔" * 10, "A" * 100_000, "0BCE-HK24-MX"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalised(typed) is None
