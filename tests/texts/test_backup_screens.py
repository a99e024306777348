"""What the administrator reads of back-ups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from db.enums import BackupState
from handlers.texts.backups import backups_screen
from services.backups import BackupProblem, BackupRow, BackupView
from tests.golden import Golden
from tests.world import MONDAY, MOSCOW, moment

LAST = BackupRow(
    id=1,
    started_at=moment("02:30"),
    finished_at=moment("02:31"),
    state=BackupState.GOOD,
    problem=None,
    file="zvonok-20260913T233000Z.tar.age",
    size=1_437_000_000,
    lost_files=0,
    is_copied=True,
    verified_at=moment("02:35", MONDAY - timedelta(days=7)),
    is_sound=True,
)
FINE = BackupView(1, LAST, LAST, LAST, (), False, False)

SCREENS = {
    "fine": FINE,
    "never": replace(FINE, last_run=None, last_good=None, last_trial=None, problems=(BackupProblem.NEVER,)),
    "everything_is_wrong": replace(
        FINE,
        every_days=3,
        last_good=replace(LAST, size=300),
        problems=tuple(problem for problem in BackupProblem if problem is not BackupProblem.NEVER),
    ),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_says_how_old_the_last_one_is_and_what_to_do(name: str, golden: Golden) -> None:
    golden(f"backups/{name}", backups_screen(SCREENS[name], MOSCOW, MONDAY))
