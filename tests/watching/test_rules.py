"""What the guide and the rules of alerts name is told, and what is told stands in the guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.watching.figures import figures
from bot.watching.watch import Watch
from db.engine import Database
from db.enums import BackupState
from db.models import Backup
from scheduler.table import JOBS
from tests.world import FakeClock, moment, new_school

DOCS = Path(__file__).parents[2] / "docs"
_SUFFIX = re.compile(r"_(bucket|sum|count|created)$")


@pytest.fixture
async def told(db: Database, session: AsyncSession, clock: FakeClock) -> set[str]:
    """Names of all metrics."""
    world = await new_school(session)
    await world.add(Backup, started_at=moment("02:30"), state=BackupState.GOOD)
    exposition = generate_latest(Watch(clock, []).registry)
    exposition += (await figures(db, clock.now(), JOBS)).exposition()
    return set(re.findall(r"^# TYPE (\w+) ", exposition.decode(), re.MULTILINE))


def named_in(page: str) -> set[str]:
    return {_SUFFIX.sub("", name) for name in re.findall(r"zvonok_[a-z_]+", (DOCS / page).read_text("utf-8"))}


async def test_the_guide_names_every_metric_and_no_other(told: set[str]) -> None:
    ours = {name for name in told if name.startswith("zvonok_")}
    assert {name for name in named_in("guide-administrator.md") if name != "zvonok_school"} == ours


async def test_the_rules_of_alerts_ask_for_metrics_that_are_there(told: set[str]) -> None:
    assert named_in("prometheus-rules.yml") <= told
