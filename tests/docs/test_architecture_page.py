"""The page that leads a newcomer through the code names only files that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")


def test_every_file_named_in_a_sentence_exists() -> None:
    sentences = "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))
    named = re.findall(r"`([\w/]+/[\w.]*)`", sentences)
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_and_every_file_to_begin_reading_with_exists() -> None:
    rows = [re.findall(r"`([\w/.]+)`", line) for line in PAGE.splitlines() if line.startswith("| `")]
    named = [Path(room, file) for room, *files in rows for file in ("", *files)]
    assert len(rows) > 8
    assert [str(path) for path in named if not (ROOT / path).exists()] == []


def test_every_page_it_links_to_exists() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", PAGE)
    assert linked
    assert [page for page in linked if not (ROOT / "docs" / page).exists()] == []
