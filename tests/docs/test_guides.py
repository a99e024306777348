"""What README.md and docs/ tell people to press, type and look at is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.config import Settings
from services.clock import Clock
from services.importing.service import check_file
from services.settings import InstitutionSettings
from tests.golden import FOLDER as GOLDENS
from tests.world import moment

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
GUIDES = [page for page in PAGES if page.name.startswith("guide-")]
ADMINISTRATOR = ROOT / "docs/guide-administrator.md"

page_by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.name)
def test_every_button_of_a_guide_stands_on_a_screen(guide: Path) -> None:
    """A button is written **«so»**; the goldens hold every screen's keyboard."""
    screens = "\n".join(golden.read_text("utf-8") for golden in GOLDENS.rglob("*.txt"))
    shown = set(re.findall(r"\[ (.+?) \| \S+ \]", screens))
    named = re.findall(r"\*\*«(.+?)»\*\*", guide.read_text("utf-8"))
    assert named
    assert [button for button in named if button not in shown] == []


@page_by_page
def test_every_link_and_picture_of_a_page_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text) + re.findall(r'<img src="([^"]+)"', text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_picture_is_shown_somewhere_and_small() -> None:
    pictures = sorted((ROOT / "docs/pictures").glob("*.png"))
    pages = "".join(page.read_text("utf-8") for page in PAGES)
    assert pictures
    assert [picture.name for picture in pictures if f"pictures/{picture.name}" not in pages] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > 250_000] == []


@page_by_page
def test_every_command_of_a_page_exists(page: Path) -> None:
    for line in re.findall(r"(?:`|bin/)zvonok ([^`\n#]+)", page.read_text("utf-8")):
        command: click.Command | None = main
        for word in shlex.split(line):
            assert command is not None, f"zvonok {line}"
            if word.startswith("--"):
                options = {option for parameter in command.params for option in parameter.opts}
                assert word in options | {"--help"}, f"zvonok {line}"
            elif isinstance(command, click.Group) and word != "…":
                command = command.get_command(click.Context(command), word)
        assert command is not None, f"zvonok {line}"


def test_the_administrator_reads_of_every_setting_of_the_installation_and_of_no_other() -> None:
    known = {f"ZVONOK_{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"^\| `(ZVONOK_\w+)`", ADMINISTRATOR.read_text("utf-8"), re.MULTILINE)) == known
    everywhere = "".join(page.read_text("utf-8") for page in PAGES)
    assert set(re.findall(r"ZVONOK_[A-Z]\w+", everywhere)) <= known


def test_settings_of_the_school_in_the_administrators_guide_exist() -> None:
    rows = re.findall(r"^\| (`[a-z].*?) \|", ADMINISTRATOR.read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", "".join(rows)))
    assert named
    assert named <= set(InstitutionSettings.model_fields)


def test_the_smallest_school_of_the_guide_can_be_imported(tmp_path: Path) -> None:
    sheets = re.findall(r"`(\w+\.csv)`\n```\n(.*?)```", ADMINISTRATOR.read_text("utf-8"), re.DOTALL)
    for name, content in sheets:
        (tmp_path / name).write_text(content, "utf-8")
    result = check_file(tmp_path, Clock(moment("10:17")), lambda done, total: None)
    assert result.errors == []
    assert result.rows["timetable"] == 1


def test_the_administrator_reads_of_every_error_of_receiving() -> None:
    """Of an update that is lost the log alone knows."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    told = set(re.findall(r'log\.error\(\s*"((?:intake|inbox)\.\w+)"', code))
    assert "inbox.refused" in told
    assert [event for event in told if f"`{event}`" not in ADMINISTRATOR.read_text("utf-8")] == []
