"""zvonok school: exit codes, JSON, and sentences for people."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.commands import import_texts
from services.importing.problems import Problem, Severity
from tests.importing.conftest import Check
from tests.importing.small_school import SmallSchool

SOURCES = Path(__file__).parents[2] / "services" / "importing"


@pytest.fixture
def zvonok(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZVONOK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ZVONOK_CLOCK", "2026-09-14T10:17+03:00")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run


def test_a_dry_run_of_a_good_school(zvonok, school: SmallSchool, tmp_path: Path) -> None:
    path = school.workbook(tmp_path / "s.xlsx")
    result = zvonok("school", "import", str(path), "--dry-run", "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["dry_run"], answer["errors"], answer["notes"]) == (True, True, [], [])
    assert answer["summary"]["rows"]["pupils"] == 4
    assert not (tmp_path / "data").exists()


def test_a_dry_run_of_a_bad_one(zvonok, school: SmallSchool, tmp_path: Path) -> None:
    path = school.set("courses", 2, "teacher", "Петрова А.Н.").workbook(tmp_path / "s.xlsx")
    result = zvonok("school", "import", str(path), "--dry-run", "--json")
    assert result.exit_code == 1
    [error] = json.loads(result.stdout)["errors"]
    assert error == {
        "code": "unknown_staff",
        "sheet": "courses",
        "row": 2,
        "column": "teacher",
        "cell": "C2",
        "value": "Петрова А.Н.",
        "message": "в списке сотрудников нет «Петрова А.Н.». Может быть, «Петрова А.П.»?",
        "suggestion": "Петрова А.П.",
    }
    told = zvonok("school", "import", str(path), "--dry-run")
    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "Лист «courses», строка 2, столбец «teacher»: в списке сотрудников нет «Петрова А.Н.». "
        "Может быть, «Петрова А.П.»?",
        "Ошибок: 1. Ничего не сохранено.",
    ]


def test_before_the_first_import_there_is_nothing_to_show(zvonok) -> None:
    for arguments in (("school", "show"), ("school", "set", "undo_minutes", "7")):
        result = zvonok(*arguments)
        assert result.exit_code == 1
        assert "zvonok school import" in result.output


def _codes() -> set[str]:
    """Every code that the import may say: first arguments of error(), note(), NotAValue and Unreadable."""
    found: set[str] = set()
    for source in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = {"error": 0, "note": 0, "NotAValue": 0, "Unreadable": 0, "one": 3}.get(name)
            if position is not None and len(node.args) > position:
                codes = ast.walk(node.args[position])
                found |= {c.value for c in codes if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return found


def test_everything_that_an_import_may_say_has_a_sentence() -> None:
    said_by_tables = {"control_characters", "latin_letters"}
    assert _codes() | said_by_tables == set(import_texts._SENTENCES)


def test_no_sentence_lacks_what_it_names(school: SmallSchool, check: Check) -> None:
    from tests.importing import test_every_error, test_every_note

    for case in test_every_error.CASES:
        spoilt = SmallSchool()
        case.spoil(spoilt)
        for problem in check(spoilt).errors:
            assert "{" not in import_texts.line(problem)
    for case in test_every_note.CASES:
        changed = SmallSchool()
        case.change(changed)
        for problem in check(changed).notes:
            assert "{" not in import_texts.line(problem)


def test_markup_in_a_cell_is_only_text() -> None:
    problem = Problem(Severity.ERROR, "unknown_staff", "<b>", 2, "{x}", None, "{0} <i>")
    assert (
        import_texts.line(problem)
        == "Лист «<b>», строка 2, столбец «{x}»: в списке сотрудников нет «{0} <i>»"
    )


def test_sentences_take_only_plain_names() -> None:
    for sentence in import_texts._SENTENCES.values():
        assert all(
            name and name.isidentifier() for _, name, _, _ in Formatter().parse(sentence) if name is not None
        )
