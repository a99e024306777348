"""Screens kept as files, so that a change of words is seen; `pytest --record-goldens` writes them anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.screen import TEXT_LIMIT, Screen

FOLDER = Path(__file__).parent / "golden"
Golden = Callable[[str, Screen], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-goldens", action="store_true", help="write tests/golden anew")


def written(screen: Screen) -> str:
    """The text, then the keyboard, a row a line: `[ words | what the button carries ]`."""
    rows = (" ".join(f"[ {button.text} | {button.action.pack()} ]" for button in row) for row in screen.rows)
    return "\n".join([screen.text, "----", *rows]) + "\n"


def check_limits(screen: Screen) -> None:
    """What every messenger can show (product.md)."""
    assert len(screen.text.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert all(len(row) <= 7 for row in screen.rows)
    assert sum(len(row) for row in screen.rows) <= 100
    assert all(len(button.action.pack().encode()) <= 64 for row in screen.rows for button in row)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden("area/name", screen)` compares a screen with tests/golden/area/name.txt."""

    def compare(name: str, screen: Screen) -> None:
        check_limits(screen)
        file = FOLDER / f"{name}.txt"
        if request.config.getoption("record_goldens"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(written(screen), encoding="utf-8")
        assert file.read_text(encoding="utf-8") == written(screen)

    return compare
