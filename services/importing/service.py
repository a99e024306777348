"""The use case: check a file, or import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
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
from services.importing.school_file import SchoolContent
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


class _NothingIsSaved(Exception):
    """Takes a trial import back."""


class ImportService:
    """Import of a whole school (issue: S1-S7, O3). It tells nobody: no message leaves because of it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def check(self, path: Path) -> ImportResult:
        """A dry run against the database: what an import would say and change."""
        result: list[ImportResult] = []
        try:
            async with self._db.transaction() as session:
                result.append(await self._import(session, path))
                raise _NothingIsSaved
        except _NothingIsSaved:
            return result[0]

    async def import_file(self, path: Path) -> ImportResult:
        """Everything, or with an error nothing, in one transaction; the same file again changes nothing."""
        async with self._db.transaction() as session:
            return await self._import(session, path)

    async def _import(self, session: AsyncSession, path: Path) -> ImportResult:
        problems = Problems()
        tables = read_file(path, problems)
        await queries.lock_imports(session)
        now = self._clock.now()
        known = await load(session, _told(tables, "year"), now.date())
        zone = ZoneInfo(
            _told(tables, "timezone") or (known[0].school.timezone if known else DEFAULTS["timezone"])
        )
        today = now.astimezone(zone).date()
        content = understand(tables, known[1] if known else None, problems, today) if tables else None
        rows = {sheet: len(table.rows) for sheet, table in tables.items()}
        if content is None or problems.errors:
            return ImportResult(problems.errors, problems.notes, rows)
        saving = await _save(session, content, known[0] if known else None, frozenset(tables), now, zone)
        for sheet, names in saving.missing.items():
            if names:
                problems.note(
                    "people_missing", _place(tables[sheet]), names=", ".join(names), count=len(names)
                )
        return ImportResult([], problems.notes, rows, saving.counts)


def check_file(path: Path, today: date) -> ImportResult:
    """A dry run for a school that has no database yet."""
    problems = Problems()
    tables = read_file(path, problems)
    if tables:
        understand(tables, None, problems, today)
    rows = {sheet: len(table.rows) for sheet, table in tables.items()}
    return ImportResult(problems.errors, problems.notes, rows)


def _place(table: Table) -> Whole | None:
    return table.rows[0].of_sheet() if table.rows else None


def _told(tables: dict[str, Table], wanted: str) -> str | None:
    """A setting that is needed before the file is understood; a wrong one is reported there."""
    for row in tables["settings"].rows if "settings" in tables else ():
        try:
            if setting_key(row["key"]) == wanted:
                return setting_value(wanted, row["value"])
        except NotAValue:
            continue
    return None


async def _save(
    session: AsyncSession,
    content: SchoolContent,
    known: Stored | None,
    sheets: frozenset[str],
    now: datetime,
    zone: ZoneInfo,
) -> Saving:
    stored = await save_school(session, content, known)
    year_id = await save_year(session, content, stored)
    today = now.astimezone(zone).date()
    saving = Saving(session, content, sheets, stored, today, now, stored.school.id, year_id, zone)
    await save_settings(saving)
    await save_campuses(saving)
    await save_calendar(saving)
    await people.save_people(saving)
    await people.save_staff(saving)
    await people.save_groups(saving)
    await people.save_pupils(saving)
    await people.save_guardians(saving)
    await teaching.save_subjects(saving)
    await teaching.save_courses(saving)
    await teaching.save_timetable(saving)
    await teaching.save_plans(saving)
    await record_import(saving)
    return saving
