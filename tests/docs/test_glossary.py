"""The glossary names only what the code has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "services", "db", "scheduler", "sandbox")


def test_every_name_in_the_glossary_exists_in_the_code() -> None:
    code = "\n".join(
        path.read_text("utf-8") for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))
    )
    words = set(re.findall(r"\w+", code))
    rows = [line for line in (ROOT / "docs/glossary.md").read_text("utf-8").splitlines() if "`" in line]
    names = [name for row in rows for name in re.findall(r"`([\w.]+)`", row.rsplit("|", 2)[1])]
    assert len(names) > 40
    missing = [name for name in names if not set(name.split(".")) <= words]
    assert missing == []
