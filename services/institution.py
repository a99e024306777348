"""The institution for its administrator: what is there, and its settings (O3)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.models import School, SchoolYear
from db.queries import importing, school
from db.queries.school import SchoolCounts
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.importing.settings_sheet import SCHOOL_KEYS, YEAR_KEYS, setting_key, setting_value


class InstitutionService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def counts(self, school_id: int) -> SchoolCounts:
        """Today, in the school's zone. Raises NotFound."""
        async with self._db.transaction() as session:
            row = await importing.school(session, school_id)
            if row is None:
                raise NotFound
            today = self._clock.now().astimezone(ZoneInfo(row.timezone)).date()
            return await school.counts(session, row.id, today)

    async def set(self, school_id: int, key: str, text: str) -> str:
        """Write a setting of the sheet «Настройки»; its value as stored.

        Raises NotFound, NotAValue for a wrong key or value, and InvalidInput for
        a school year, which is opened by an import.
        """
        key = setting_key(key)
        value = setting_value(key, text)
        async with self._db.transaction() as session:
            row = await importing.school(session, school_id)
            if row is None:
                raise NotFound
            if key in SCHOOL_KEYS:
                await importing.change(session, School, [{"id": row.id, key: value}])
            elif key in YEAR_KEYS:
                today = self._clock.now().astimezone(ZoneInfo(row.timezone)).date()
                await self._set_year(session, row.id, key, value, today)
            else:
                await importing.put_settings(session, row.id, {key: value})
        return value

    async def _set_year(
        self, session: AsyncSession, school_id: int, key: str, value: str, today: date
    ) -> None:
        if key == "year":
            raise InvalidInput(problem="year_is_imported")
        years = [
            year
            for year in await importing.years(session, school_id)
            if year.starts_on <= today <= year.ends_on
        ]
        if not years:
            raise InvalidInput(problem="no_year_now")
        column = {"year_start": "starts_on", "year_end": "ends_on"}[key]
        day = date.fromisoformat(value)
        bounds = {"starts_on": years[0].starts_on, "ends_on": years[0].ends_on} | {column: day}
        if bounds["ends_on"] < bounds["starts_on"]:
            raise InvalidInput(problem="end_before_start")
        await importing.change(session, SchoolYear, [{"id": years[0].id, column: day}])
