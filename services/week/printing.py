"""The week on paper, for families whom no message reaches, or for all (C3; K 1.12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from db.engine import Database
from db.queries import consents, families
from db.queries.week_digests import FIRST_OF_ITS_WEEK
from services.access.families import WayIn, way_in
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_group
from services.actor import Actor
from services.clock import Clock
from services.days import monday_of
from services.errors import NotFound
from services.week.computing import compute
from services.week.summary import WeekSummary


@dataclass(frozen=True, slots=True)
class PaperPupil:
    """A pupil of the class; `reached`: a message comes to at least one guardian."""

    pupil_id: int
    last_name: str
    first_name: str
    reached: bool


@dataclass(frozen=True, slots=True)
class PaperClass:
    """Who could be given a week on paper, in the order of the class list."""

    group_id: int
    group: str
    monday: date
    pupils: tuple[PaperPupil, ...]

    @property
    def unreached(self) -> int:
        return sum(not pupil.reached for pupil in self.pupils)


@dataclass(frozen=True, slots=True)
class PrintedWeek:
    """Weeks in which there is something to say, in the order of the class list; perhaps none."""

    school: str
    group: str
    monday: date
    weeks: tuple[WeekSummary, ...]


class WeekPrintService:
    """Every method raises NotFound for a class that is not the actor's."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def choose(self, *, actor: Actor, group_id: int, day: date | None = None) -> PaperClass:
        """Whom the week of a day could be printed for. Without a day it is the one that a digest would be
        about: this week's from Thursday on, else the one before."""
        now = self._clock.now()
        today = actor.day_of(now)
        shown = day or today - timedelta(weeks=int(today.isoweekday() < FIRST_OF_ITS_WEEK))
        async with self._db.transaction() as session:
            check(actor, Permission.PRINT_WEEK, await load_group(session, actor, group_id))
            group = await families.group_name(session, group_id)
            rows = await families.of_group(session, group_id, today, now)
        reached = {
            row.pupil_id
            for row in rows
            if row.person.person_id != row.pupil_id and row.consented and way_in(row.person) is WayIn.BOUND
        }
        pupils = tuple(
            PaperPupil(row.pupil_id, row.person.last_name, row.person.first_name, row.pupil_id in reached)
            for row in rows
            if row.person.person_id == row.pupil_id
        )
        return PaperClass(group_id, group, monday_of(shown), pupils)

    async def one(self, *, actor: Actor, group_id: int, pupil_id: int, day: date) -> PrintedWeek:
        """A pupil's week, even an empty one. Raises NotFound for a pupil of another class, or who was not at
        the school then."""
        chosen = await self.choose(actor=actor, group_id=group_id, day=day)
        if pupil_id not in {pupil.pupil_id for pupil in chosen.pupils}:
            raise NotFound
        printed = await self._printed(actor, chosen, [pupil_id])
        if not printed.weeks:
            raise NotFound
        return printed

    async def unreached(self, *, actor: Actor, group_id: int, day: date) -> PrintedWeek:
        """Of the pupils none of whose guardians a message reaches."""
        chosen = await self.choose(actor=actor, group_id=group_id, day=day)
        return _told(
            await self._printed(actor, chosen, [one.pupil_id for one in chosen.pupils if not one.reached])
        )

    async def whole_class(self, *, actor: Actor, group_id: int, day: date) -> PrintedWeek:
        chosen = await self.choose(actor=actor, group_id=group_id, day=day)
        return _told(await self._printed(actor, chosen, [one.pupil_id for one in chosen.pupils]))

    async def _printed(self, actor: Actor, chosen: PaperClass, pupil_ids: list[int]) -> PrintedWeek:
        async with self._db.transaction() as session:
            school = await consents.school_name(session, actor.school_id)
            weeks = await compute(session, actor.school_id, pupil_ids, chosen.monday, self._clock.now())
        in_order = tuple(weeks[pupil_id] for pupil_id in pupil_ids if pupil_id in weeks)
        return PrintedWeek(school, chosen.group, chosen.monday, in_order)


def _told(printed: PrintedWeek) -> PrintedWeek:
    weeks = tuple(week for week in printed.weeks if not week.is_empty)
    return PrintedWeek(printed.school, printed.group, printed.monday, weeks)
