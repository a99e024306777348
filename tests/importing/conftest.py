from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.importing.service import ImportResult, check_file
from tests.importing.small_school import SmallSchool
from tests.world import FakeClock

Check = Callable[[SmallSchool], ImportResult]


@pytest.fixture
def school() -> SmallSchool:
    return SmallSchool()


@pytest.fixture
def check(tmp_path: Path, clock: FakeClock) -> Check:
    """A dry run of the school as a folder, on Monday 14 September 2026, without a database."""
    return lambda school: check_file(school.folder(tmp_path / "school"), clock)
