"""The page about security names only what is there, and every limit as it is."""

from __future__ import annotations

import re
from pathlib import Path

from services.broadcasts.releasing import RELEASES
from services.card_changes import ASKED
from services.documents.papers import PAPERS
from services.events import ADDED, CHANGED
from services.files import FILES_AN_HOUR, STAFF_FILES_AN_HOUR
from services.housekeeping import INBOX_KEPT, JOB_RUNS_KEPT
from services.letters import LETTERS
from services.plan_files import READ
from services.threads.writing import STAFF_MESSAGES_AN_HOUR

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")


def test_every_file_it_names_exists() -> None:
    named = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|md|toml|lock))`|`((?:tests|docs)/[\w/]+)`", PAGE)
    paths = {one or other for one, other in named}
    assert len(paths) > 60
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 70
    assert [
        f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text("utf-8")
    ] == []


def test_an_item_is_met_or_open_and_once_in_a_chapter() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+[^|]*) \|", PAGE, re.MULTILINE)
    items = [item for row in rows for item in re.findall(r"\d+\.\d+\.\d+", row)]
    assert len(set(items)) > 100


def test_every_limit_is_as_it_says() -> None:
    for rate in (PAPERS, READ, ASKED, ADDED, CHANGED, LETTERS, RELEASES):
        assert f"| `{rate.action}` | {rate.an_hour} |" in PAGE
    assert f"| files of a family | {FILES_AN_HOUR} |" in PAGE
    assert f"| files of one of the staff | {STAFF_FILES_AN_HOUR} |" in PAGE
    assert f"| messages of one of the staff in conversations | {STAFF_MESSAGES_AN_HOUR} |" in PAGE


def test_logs_are_kept_as_long_as_it_says() -> None:
    kept = dict(re.findall(r"^\| `(inbox|job_run)` \|.*\| (\d+ days) \|$", PAGE, re.MULTILINE))
    assert kept == {"inbox": f"{INBOX_KEPT.days} days", "job_run": f"{JOB_RUNS_KEPT.days} days"}
