"""The audit of dependencies: a known vulnerability fails, silence of the service does not (ASVS 15.2.1)."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Verdict = Callable[[str, str], tuple[list[str], str]]


@pytest.fixture(scope="module")
def verdict() -> Any:
    return runpy.run_path(str(Path(__file__).parents[2] / ".ci/audit.py"))["verdict"]


def answer(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


WELL: dict[str, Any] = {"name": "yarl", "version": "1.2", "vulns": []}
ILL = WELL | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["1.3"], "aliases": [], "description": ""}]}
UNKNOWN = {"name": "uv", "skip_reason": "not found"}


def test_a_known_vulnerability_is_named_with_its_cure(verdict: Verdict) -> None:
    known, said = verdict(answer(WELL, ILL), "")
    assert known == ["yarl 1.2: PYSEC-1, mended in 1.3"]
    assert said == ""


def test_what_the_service_does_not_know_is_said(verdict: Verdict) -> None:
    assert verdict(answer(WELL, UNKNOWN), "") == (
        [],
        "not audited: 1 of 2 packages, which the service does not know",
    )


@pytest.mark.parametrize("complaint", ["Traceback\nConnectionError: no route", ""])
def test_a_service_that_cannot_be_asked_is_no_failure(verdict: Verdict, complaint: str) -> None:
    known, said = verdict("", complaint)
    assert known == []
    assert said in ("not audited: ConnectionError: no route", "not audited: no answer")
