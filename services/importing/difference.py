"""What an import writes: rows that are new, rows that differ, and periods that end instead of vanishing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Base
from db.queries import importing as queries
from db.queries.importing import AnyRow


@dataclass(slots=True)
class Counts:
    """Of one sheet. `ended`: what the file no longer says, and is no longer so."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0

    def add(self, other: Counts) -> None:
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.ended += other.ended

    @property
    def differs(self) -> bool:
        return bool(self.created or self.changed or self.ended)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as the file wants it: which one, and its other columns."""

    key: tuple[Hashable, ...]
    values: dict[str, Any] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)
    """Columns of a new row that the file says nothing about; a stored row keeps its own."""
    valid_from: date | None = None
    valid_to: date | None = None


def keyed(rows: Iterable[Wanted]) -> dict[tuple[Hashable, ...], Wanted]:
    """By key; the second row of one key gets a key of its own."""
    found: dict[tuple[Hashable, ...], Wanted] = {}
    for row in rows:
        occurrence = 0
        while (key := (*row.key, occurrence)) in found:
            occurrence += 1
        found[key] = row
    return found


def differing(row: AnyRow, values: dict[str, Any]) -> dict[str, Any]:
    """The values that a stored row does not have yet."""
    stored = row._mapping
    return {column: value for column, value in values.items() if stored[column] != value}


async def sync(
    session: AsyncSession,
    model: type[Base],
    wanted: Iterable[Wanted],
    stored: Iterable[AnyRow],
    key_of: Callable[[AnyRow], tuple[Hashable, ...]],
    columns_of_key: Callable[[Wanted], dict[str, Any]],
    *,
    delete: Callable[[AnyRow], bool],
) -> tuple[Counts, dict[tuple[Hashable, ...], int]]:
    """Make the table say what the file says; rows that it does not name go when `delete` says so.

    Returns what was done, and the ids by (key, occurrence).
    """
    counts = Counts()
    ids: dict[tuple[Hashable, ...], int] = {}
    there = keyed(Wanted(key_of(row), {"row": row}) for row in stored)
    named = keyed(wanted)
    new: list[tuple[tuple[Hashable, ...], dict[str, Any]]] = []
    changes: list[dict[str, Any]] = []
    for key, want in named.items():
        if key not in there:
            new.append((key, columns_of_key(want) | want.initial | want.values))
            continue
        row = there[key].values["row"]
        ids[key] = row.id
        if difference := differing(row, want.values):
            changes.append({"id": row.id} | difference)
        else:
            counts.unchanged += 1
    gone = [w.values["row"].id for k, w in there.items() if k not in named and delete(w.values["row"])]
    await queries.remove(session, model, gone)
    await queries.change(session, model, changes)
    added = await queries.add(session, model, [values for _, values in new])
    ids |= {key: row_id for (key, _), row_id in zip(new, added, strict=True)}
    counts.created, counts.changed, counts.ended = len(new), len(changes), len(gone)
    return counts, ids


@dataclass(frozen=True, slots=True)
class Timeline:
    """How the periods of a table begin and end."""

    today: date
    first_day: date
    """Of what is new, unless the file says otherwise."""
    last_day: date | None = None
    """Of what the file gives no end."""


async def sync_periods(
    session: AsyncSession,
    model: type[Base],
    wanted: Iterable[Wanted],
    stored: Iterable[AnyRow],
    key_of: Callable[[AnyRow], tuple[Hashable, ...]],
    columns_of_key: Callable[[tuple[Hashable, ...]], dict[str, Any]],
    timeline: Timeline,
    *,
    may_end: Callable[[AnyRow], bool],
) -> Counts:
    """As `sync`, for rows that hold from a day to a day: what is no longer said ended yesterday.

    Only what has not begun before today is deleted. A key that ended and comes back begins anew.
    """
    plan = _Periods(timeline)
    rows: dict[tuple[Hashable, ...], list[AnyRow]] = defaultdict(list)
    for row in stored:
        rows[key_of(row)].append(row)
    wishes: dict[tuple[Hashable, ...], list[Wanted]] = defaultdict(list)
    for want in wanted:
        wishes[want.key].append(want)
    for key, wants in wishes.items():
        plan.match(wants, rows.pop(key, []), columns_of_key(key), may_end)
    for others in rows.values():
        plan.end(others, may_end)
    await queries.remove(session, model, plan.deleted)
    await queries.change(session, model, plan.changes)
    await queries.add(session, model, plan.new)
    return plan.counts


@dataclass(slots=True)
class _Periods:
    timeline: Timeline
    counts: Counts = field(default_factory=Counts)
    new: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)

    def match(
        self,
        wants: list[Wanted],
        rows: list[AnyRow],
        key_columns: dict[str, Any],
        may_end: Callable[[AnyRow], bool],
    ) -> None:
        left = list(rows)
        for want in sorted(wants, key=lambda w: w.valid_from is None):  # exact beginnings choose first
            row = next((row for row in left if self._fits(want, row)), None)
            if row is not None:
                left.remove(row)
                self._keep(want, row)
                continue
            starts_on = want.valid_from or (self.timeline.today if rows else self.timeline.first_day)
            ends_on = want.valid_to or self.timeline.last_day
            if ends_on and starts_on > ends_on:
                starts_on = ends_on
            period = {"starts_on": starts_on, "ends_on": ends_on}
            self.new.append(key_columns | want.initial | want.values | period)
            self.counts.created += 1
        self.end(left, may_end)

    def _fits(self, want: Wanted, row: AnyRow) -> bool:
        if want.valid_from:
            return bool(row.starts_on == want.valid_from)
        return self._is_open(row) or row.ends_on == want.valid_to

    def _is_open(self, row: AnyRow) -> bool:
        return row.ends_on is None or row.ends_on >= self.timeline.today

    def _keep(self, want: Wanted, row: AnyRow) -> None:
        change = differing(row, want.values | {"ends_on": want.valid_to or self.timeline.last_day})
        if change.get("ends_on") and change["ends_on"] < row.starts_on:
            change["starts_on"] = change["ends_on"]
        if change:
            self.changes.append({"id": row.id} | change)
            self.counts.changed += 1
        else:
            self.counts.unchanged += 1

    def end(self, rows: Iterable[AnyRow], may_end: Callable[[AnyRow], bool]) -> None:
        for row in rows:
            if not self._is_open(row) or not may_end(row):
                continue
            if row.starts_on >= self.timeline.today:
                self.deleted.append(row.id)
            else:
                yesterday = self.timeline.today - timedelta(days=1)
                self.changes.append({"id": row.id, "ends_on": yesterday})
            self.counts.ended += 1
