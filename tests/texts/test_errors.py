"""Every refusal has its sentence, and no sentence is left without a refusal."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from handlers.texts.errors import PROBLEMS, error_screen
from services.errors import DomainError, FinalMarksLocked, Forbidden, InvalidInput, Locked, NotFound

ROOT = Path(__file__).parents[2]
COMMAND_LINE_ONLY = {ROOT / "services/institution.py"}
"""It changes what `zvonok school set` changes, and is answered by words of bot/commands/school.py."""


def raised() -> set[str]:
    files = {*ROOT.glob("services/**/*.py"), *ROOT.glob("handlers/**/*.py")} - COMMAND_LINE_ONLY
    calls = r"(?:InvalidInput|LimitReached)\(\s*problem=\"(\w+)\""
    return {problem for file in files for problem in re.findall(calls, file.read_text("utf-8"))}


def test_every_problem_that_is_raised_has_a_sentence_and_no_other() -> None:
    assert raised() == set(PROBLEMS)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotFound(), "Не найдено"),
        (Forbidden(), "а менять — нет"),
        (Locked(date=date(2026, 9, 14)), "Записи за 14 сентября закрыты"),
        (FinalMarksLocked(date=date(2026, 10, 26)), "Эти итоги закрыты: срок был до 26 октября"),
        (InvalidInput(problem="planned_too_long", days=60), "не больше 60 дней"),
        (InvalidInput(problem="reason_confirmed", reason="<болезнь>"), "причину: &lt;болезнь&gt;"),
        (InvalidInput(problem="of_another_version"), "не получится"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_leads_on(error: DomainError, sentence: str) -> None:
    screen = error_screen(error)
    assert sentence in screen.text
    assert screen.rows
