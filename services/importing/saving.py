"""Writes a checked school into the database: sheet by sheet, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Bell, Campus, Holiday, School, SchoolYear, Term
from db.queries import importing as queries
from db.queries.importing import AnyRow
from services.audit import Author, record
from services.importing.difference import Counts, Wanted, differing, sync
from services.importing.known import Stored
from services.importing.names import Name
from services.importing.school_file import SchoolContent
from services.importing.settings_sheet import DEFAULTS, SCHOOL_KEYS
from services.importing.text import fold
from services.schools import create


@dataclass(slots=True)
class Saving:
    """One import: what is wanted, what is there, and the ids that appear on the way."""

    session: AsyncSession
    content: SchoolContent
    sheets: frozenset[str]
    """In the file; nothing else is touched."""
    stored: Stored
    today: date
    now: datetime
    school_id: int
    year_id: int
    zone: ZoneInfo
    people: dict[int, int] = field(default_factory=dict)
    """Ids by the keys of the content."""
    counts: dict[str, Counts] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    """By sheet: people of the database whom the file does not name."""

    @property
    def first_day(self) -> date:
        """When the relations of people begin that a first import brings: they prepare the year in August."""
        return min(self.today, self.content.year.starts_on)

    @property
    def within_year(self) -> date:
        """Today, or the nearest day of the year."""
        return min(max(self.today, self.content.year.starts_on), self.content.year.ends_on)

    def count(self, section: str, counts: Counts) -> None:
        self.counts.setdefault(section, Counts()).add(counts)

    def is_open(self, row: AnyRow) -> bool:
        """Not over; it may begin later."""
        return row.ends_on is None or bool(row.ends_on >= self.today)

    def report_missing(self, sheet: str, people: set[int]) -> None:
        cards = {row.id: row for row in self.stored.rows.get("person", ())}
        names = [
            Name(card.last_name, card.first_name, card.middle_name) for card in map(cards.get, people) if card
        ]
        self.missing[sheet] = sorted(name.full for name in names)

    def campus(self, name: str | None) -> int | None:
        return self.stored.campuses[fold(name)] if name else None


async def save_school(session: AsyncSession, content: SchoolContent, stored: Stored | None) -> Stored:
    """The row of the school itself; a new one gets its dictionaries."""
    values = {key: content.settings[key] for key in SCHOOL_KEYS if key in content.settings}
    if stored:
        if change := {k: v for k, v in values.items() if getattr(stored.school, k) != v}:
            await queries.change(session, School, [{"id": stored.school.id} | change])
        return stored
    values = DEFAULTS | values
    values.setdefault("short_name", values["name"])
    school = await queries.school(session, await create(session, values))
    assert school is not None
    return Stored(school, None, {}, is_new=True)


async def save_year(session: AsyncSession, content: SchoolContent, stored: Stored) -> tuple[int, Counts]:
    """The id of the school year, and whether it is new or differs."""
    year = content.year
    values = {"name": year.name, "starts_on": year.starts_on, "ends_on": year.ends_on}
    if stored.year_id is None:
        [year_id] = await queries.add(session, SchoolYear, [values | {"school_id": stored.school.id}])
        return year_id, Counts(created=1)
    row = next(y for y in await queries.years(session, stored.school.id) if y.id == stored.year_id)
    if difference := differing(row, values):
        await queries.change(session, SchoolYear, [{"id": row.id} | difference])
    return stored.year_id, Counts(changed=1) if difference else Counts(unchanged=1)


async def save_settings(saving: Saving) -> None:
    wanted, stored = saving.content.settings, saving.stored
    there = stored.settings | {key: getattr(stored.school, key) for key in SCHOOL_KEYS}
    own = {k: v for k, v in wanted.items() if k not in SCHOOL_KEYS and stored.settings.get(k) != v}
    await queries.put_settings(saving.session, saving.school_id, own)
    counts = Counts()
    for key, value in wanted.items():
        if stored.is_new or key not in there:
            counts.created += 1
        elif there[key] != value:
            counts.changed += 1
        else:
            counts.unchanged += 1
    if "settings" in saving.sheets:
        saving.count("settings", counts)


async def save_campuses(saving: Saving) -> None:
    content = saving.content
    named = [bell.campus for bell in content.bells]
    named += [employee.campus for employee in content.staff]
    named += [group.campus for group in content.groups.values()]
    new = {fold(name): name for name in named if name and fold(name) not in saving.stored.campuses}
    rows = [{"school_id": saving.school_id, "name": name} for name in new.values()]
    ids = await queries.add(saving.session, Campus, rows)
    saving.stored.campuses |= dict(zip(new, ids, strict=True))


async def save_calendar(saving: Saving) -> None:
    """Terms, holidays and bells: nothing hangs on their rows, so those that are gone are deleted."""
    content, rows = saving.content, saving.stored.rows
    root = {"school_id": saving.school_id}
    of_year = root | {"year_id": saving.year_id}
    if "terms" in saving.sheets:
        terms = [
            Wanted(
                (fold(term.name), term.grades),
                {
                    "name": term.name,
                    "kind": term.kind,
                    "starts_on": term.starts_on,
                    "ends_on": term.ends_on,
                    "grades": list(term.grades) if term.grades else None,
                },
            )
            for term in content.terms
        ]
        counts, _ = await sync(
            saving.session,
            Term,
            terms,
            rows.get("term", ()),
            lambda row: (fold(row.name), tuple(row.grades) if row.grades else None),
            lambda _: of_year,
            delete=_always,
        )
        saving.count("terms", counts)
    if "holidays" in saving.sheets:
        holidays = [
            Wanted(
                (fold(h.name), h.starts_on), {"name": h.name, "starts_on": h.starts_on, "ends_on": h.ends_on}
            )
            for h in content.holidays
        ]
        counts, _ = await sync(
            saving.session,
            Holiday,
            holidays,
            rows.get("holiday", ()),
            lambda row: (fold(row.name), row.starts_on),
            lambda _: of_year,
            delete=_always,
        )
        saving.count("holidays", counts)
    if "bells" in saving.sheets:
        bells = [
            Wanted(
                (bell.number, bell.weekday, saving.campus(bell.campus)),
                {"starts_at": bell.starts_at, "ends_at": bell.ends_at},
            )
            for bell in content.bells
        ]
        counts, _ = await sync(
            saving.session,
            Bell,
            bells,
            rows.get("bell", ()),
            lambda row: (row.number, row.weekday, row.campus_id),
            lambda want: root | dict(zip(("number", "weekday", "campus_id"), want.key, strict=True)),
            delete=_always,
        )
        saving.count("bells", counts)


def _always(_: Any) -> bool:
    return True


async def record_import(saving: Saving) -> None:
    """One line of history for the whole import."""
    changed = {
        sheet: {"created": counts.created, "changed": counts.changed, "ended": counts.ended}
        for sheet, counts in saving.counts.items()
        if counts.differs
    }
    if changed:
        await record(
            saving.session,
            Author(saving.school_id),
            "school.imported",
            subject=("school", saving.school_id),
            at=saving.now,
            after=changed,
        )
