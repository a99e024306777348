"""The use case: check a file, or import it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import importing as queries
from services.clock import Clock
from services.importing import saving_people as people
from services.importing import saving_teaching as teaching
from services.importing.difference import Counts
from services.importing.known import Stored, load
from services.importing.problems import Problem, Problems
from services.importing.saving import (
    Saving,
    record_import,
    save_calendar,
    save_campuses,
    save_school,
    save_settings,
    save_year,
)
from services.importing.settings_sheet import DEFAULTS, setting_key, setting_value
from services.importing.sheets import Whole
from services.importing.tables import Table
from services.importing.understanding import read_file, understand
from services.importing.values import NotAValue


@dataclass(frozen=True, slots=True)
class ImportResult:
    """With errors nothing was saved. `rows`: of data, by sheet; `changes`: by section, what was written."""

    errors: list[Problem]
    notes: list[Problem]
    rows: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Counts] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.errors


OnStep = Callable[[int, int], None]
"""Called with the steps done and their number."""


def silently(done: int, total: int) -> None:
    """Show no progress."""


class _NothingIsSaved(Exception):
    """Takes a trial import back."""


class ImportService:
    """Import of a whole school (issue: S1-S7, O3). It tells nobody: no message leaves because of it."""

    def __init__(self, db: Database, clock: Clock, on_step: OnStep = silently) -> None:
        self._db = db
        self._clock = clock
        self._on_step = on_step

    async def check(self, path: Path, school_id: int | None = None) -> ImportResult:
        """A dry run against the database: what an import would say and change."""
        result: list[ImportResult] = []
        try:
            async with self._db.transaction() as session:
                result.append(await self._import(session, path, school_id))
                raise _NothingIsSaved
        except _NothingIsSaved:
            return result[0]

    async def import_file(self, path: Path, school_id: int | None = None) -> ImportResult:
        """Everything, or with an error nothing, in one transaction; the same file again changes nothing.

        Without `school_id`, into the only school, or the first one.
        """
        async with self._db.transaction() as session:
            return await self._import(session, path, school_id)

    async def _import(self, session: AsyncSession, path: Path, school_id: int | None) -> ImportResult:
        problems = Problems()
        tables = read_file(path, problems)
        self._on_step(1, _STEPS)
        await queries.lock_imports(session)
        now = self._clock.now()
        known = await load(session, school_id, _told(tables, "year"), now.date())
        zone = _zone(tables, known[0] if known else None)
        today = now.astimezone(zone).date()
        content = understand(tables, known[1] if known else None, problems, today) if tables else None
        self._on_step(2, _STEPS)
        rows = {sheet: len(table.rows) for sheet, table in tables.items()}
        if content is None or problems.errors:
            return ImportResult(problems.errors, problems.notes, rows)
        stored = await save_school(session, content, known[0] if known else None)
        year_id, counts = await save_year(session, content, stored)
        sheets = frozenset(tables)
        saving = Saving(session, content, sheets, stored, today, now, stored.school.id, year_id, zone)
        saving.count("settings", counts)
        for done, save in enumerate(_SAVE_IN_ORDER, 3):
            await save(saving)
            self._on_step(done, _STEPS)
        for sheet, names in saving.missing.items():
            if names:
                problems.note(
                    "people_missing", _place(tables[sheet]), names=", ".join(names), count=len(names)
                )
        return ImportResult([], problems.notes, rows, saving.counts)


def check_file(path: Path, clock: Clock, on_step: OnStep = silently) -> ImportResult:
    """A dry run for a school that has no database yet."""
    problems = Problems()
    tables = read_file(path, problems)
    on_step(1, 2)
    if tables:
        understand(tables, None, problems, clock.now().astimezone(_zone(tables, None)).date())
    on_step(2, 2)
    rows = {sheet: len(table.rows) for sheet, table in tables.items()}
    return ImportResult(problems.errors, problems.notes, rows)


_SAVE_IN_ORDER = (
    save_settings,
    save_campuses,
    save_calendar,
    people.save_people,
    people.save_staff,
    people.save_groups,
    people.save_pupils,
    people.save_guardians,
    teaching.save_subjects,
    teaching.save_courses,
    teaching.save_timetable,
    teaching.save_plans,
    record_import,
)
_STEPS = 2 + len(_SAVE_IN_ORDER)


def _place(table: Table) -> Whole | None:
    return table.rows[0].of_sheet() if table.rows else None


def _zone(tables: dict[str, Table], stored: Stored | None) -> ZoneInfo:
    return ZoneInfo(_told(tables, "timezone") or (stored.school.timezone if stored else DEFAULTS["timezone"]))


def _told(tables: dict[str, Table], wanted: str) -> str | None:
    """A setting that is needed before the file is understood; a wrong one is reported there."""
    for row in tables["settings"].rows if "settings" in tables else ():
        try:
            if setting_key(row["key"]) == wanted:
                return setting_value(wanted, row["value"])
        except NotAValue:
            continue
    return None
