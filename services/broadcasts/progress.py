"""What came back from a broadcast: its numbers, and who stands how (C6, C7).

All of it is counted anew from the outbox and the answers; nothing is kept that could differ from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import broadcast_results as queries
from db.queries import broadcasts
from db.queries.broadcast_results import Cell, Reach, Shown, Told, ToldFamily, shown_among
from db.queries.broadcasts import Composed, Target
from services.actor import Actor
from services.broadcasts.access import Seen, seen
from services.clock import Clock

__all__ = [
    "Numbers",
    "Progress",
    "ProgressService",
    "Reach",
    "RecipientPage",
    "Shown",
    "Tally",
    "Told",
    "ToldFamily",
]

FAMILIES_A_PAGE = 7


@dataclass(slots=True)
class Tally:
    """How many families, or messages to people, stand how."""

    reach: Counter[Reach] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    """By the reason that stands in the outbox."""
    options: Counter[int | None] = field(default_factory=Counter)
    """Answers by option; None: «Ознакомлен(а)»."""
    shown: Counter[Shown] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.reach.total()

    @property
    def written(self) -> int:
        """To how many there was a way when it was released, and so a message."""
        return self.total - self.reach[Reach.NOT_IN_BOT] - self.reach[Reach.NO_CONSENT]

    @property
    def delivered(self) -> int:
        return self.reach[Reach.DELIVERED]

    @property
    def replied(self) -> int:
        return self.shown[Shown.ANSWERED]


@dataclass(frozen=True, slots=True)
class Numbers:
    families: Tally
    people: Tally
    """By message: to a person with several children one each, or one for all."""
    due_at: datetime | None
    """When the first of those that wait leaves."""


@dataclass(frozen=True, slots=True)
class Progress:
    broadcast: Composed
    targets: tuple[Target, ...]
    numbers: Numbers
    of_own_classes: bool
    """Only what concerns the reader's own classes is counted."""
    is_author: bool
    now: datetime
    zone: ZoneInfo

    @property
    def has_left(self) -> bool:
        return self.broadcast.leaves_at is not None and self.broadcast.leaves_at <= self.now


@dataclass(frozen=True, slots=True)
class RecipientPage:
    broadcast: Composed
    numbers: Numbers
    shown: Shown
    option: int | None
    families: tuple[ToldFamily, ...]
    page: int
    pages: int
    zone: ZoneInfo


class ProgressService:
    """Every method raises NotFound for what is not the actor's to know (`access.seen`); each takes the same
    number of statements for thirty recipients and for ten thousand."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def progress(self, *, actor: Actor, broadcast_id: int) -> Progress:
        now = self._clock.now()
        async with self._db.transaction() as session:
            return await progress_of(session, actor, await seen(session, actor, broadcast_id, now), now)

    async def families(
        self, *, actor: Actor, broadcast_id: int, shown: Shown, option: int | None = None, page: int = 0
    ) -> RecipientPage:
        """Those families that stand so, or (`option`) whose latest answer this is, with phone numbers; a page
        that is not there is the last."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            reader = await seen(session, actor, broadcast_id, now)
            cells = await queries.numbers(session, [broadcast_id], reader.group_ids, today)
            numbers = counted(cells)
            tally = numbers.families
            pages = max(
                1, -(-(tally.shown[shown] if option is None else tally.options[option]) // FAMILIES_A_PAGE)
            )
            page = min(max(page, 0), pages - 1)
            found = await queries.families(
                session,
                broadcast_id,
                reader.group_ids,
                today,
                shown=shown,
                option=option,
                skip=page * FAMILIES_A_PAGE,
                limit=FAMILIES_A_PAGE,
            )
        return RecipientPage(reader.composed, numbers, shown, option, tuple(found), page, pages, actor.zone)


async def progress_of(session: AsyncSession, actor: Actor, reader: Seen, now: datetime) -> Progress:
    """As `ProgressService.progress`, in a transaction of the caller's."""
    today = actor.day_of(now)
    broadcast_id = reader.composed.broadcast_id
    cells = await queries.numbers(session, [broadcast_id], reader.group_ids, today)
    targets = await broadcasts.targets(session, broadcast_id, today)
    return Progress(
        broadcast=reader.composed,
        targets=tuple(one for one in targets if reader.may_know(one)),
        numbers=counted(cells),
        of_own_classes=reader.group_ids is not None and not reader.is_author,
        is_author=reader.is_author,
        now=now,
        zone=actor.zone,
    )


def counted(cells: Iterable[Cell]) -> Numbers:
    """The numbers of one broadcast."""
    families, people, due = Tally(), Tally(), []
    for cell in cells:
        tally = families if cell.of_families else people
        tally.reach[cell.reach] += cell.number
        tally.shown[shown_among(cell.reach, cell.replied)] += cell.number
        if cell.replied:
            tally.options[cell.option] += cell.number
        if cell.reach is Reach.SKIPPED:
            tally.skipped[cell.reason or ""] += cell.number
        if cell.due_at is not None:
            due.append(cell.due_at)
    return Numbers(families, people, min(due, default=None))


def counted_each(cells: Iterable[Cell]) -> Mapping[int, Numbers]:
    """The numbers of several broadcasts, by id."""
    found: dict[int, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.broadcast_id, []).append(cell)
    return {broadcast_id: counted(rows) for broadcast_id, rows in found.items()}
