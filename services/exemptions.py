"""Exemptions from a subject (J7): recorded by the class teacher on the ground of a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import class_day as class_queries
from db.queries import exemptions as queries
from db.queries.class_day import GroupRow, PupilRow
from db.queries.exemptions import ExemptionRow
from db.queries.pupil_year import TermRow, pupil_year
from services.absence_plans import check_dates
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.typed import typed_line

__all__ = ["ClassExemptions", "Exempting", "ExemptionRow", "ExemptionService", "TermRow"]


@dataclass(frozen=True, slots=True)
class ClassExemptions:
    group: GroupRow
    today: date
    pupils: tuple[PupilRow, ...]
    """The class of today by name."""
    exemptions: tuple[ExemptionRow, ...]
    """Those that are not over, by pupil's name."""


@dataclass(frozen=True, slots=True)
class Exempting:
    """What there is to choose from for a pupil."""

    pupil: PupilRow
    group_id: int
    today: date
    subjects: tuple[tuple[int, str], ...]
    """(id, name) of what the pupil is taught."""
    term: TermRow | None
    """Of today."""
    year_ends_on: date

    def subject(self, subject_id: int) -> str:
        return next((name for id, name in self.subjects if id == subject_id), "")


class ExemptionService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of_class(self, *, actor: Actor, group_id: int) -> ClassExemptions:
        """Raises NotFound for somebody else's class."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            group = await class_queries.group(session, actor.school_id, group_id)
            subject = GroupSubject(actor.school_id, group_id) if group else None
            check(actor, Permission.RECORD_EXEMPTION, subject)
            assert group is not None
            pupils = await class_queries.pupils(session, group_id, today)
            exemptions = await queries.of_group(session, group_id, today)
        return ClassExemptions(group, today, tuple(pupils), tuple(exemptions))

    async def exempting(self, *, actor: Actor, pupil_id: int) -> Exempting:
        """Raises NotFound for a pupil of another class."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            group_id = await self._access(session, actor, pupil_id)
            pupils = await class_queries.pupils(session, group_id, today)
            year = await pupil_year(session, pupil_id, today)
            assert year is not None
            return Exempting(
                pupil=next(pupil for pupil in pupils if pupil.pupil_id == pupil_id),
                group_id=group_id,
                today=today,
                subjects=tuple(await queries.subjects_of(session, pupil_id, today)),
                term=year.term_of(today),
                year_ends_on=year.ends_on,
            )

    async def exempt(
        self,
        *,
        actor: Actor,
        pupil_id: int,
        subject_id: int,
        starts_on: date,
        ends_on: date,
        attends: bool,
        ground: str,
    ) -> ExemptionRow:
        """Record an exemption from `starts_on` to `ends_on`, both counted; the same one is recorded once.

        Raises NotFound for a pupil of another class or a subject that the pupil is not taught, and
        InvalidInput for days that cannot be or that another exemption from the subject holds, or without a
        ground.
        """
        ground = typed_line(ground)
        now, today = self._clock.now(), self._today(actor)
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            if subject_id not in dict(await queries.subjects_of(session, pupil_id, today)):
                raise NotFound
            await check_dates(session, actor, starts_on, ends_on)
            for row in await queries.of_pupil(session, pupil_id, subject_id, starts_on, ends_on):
                if (row.starts_on, row.ends_on, row.attends) == (starts_on, ends_on, attends):
                    return row
                raise InvalidInput(problem="exempt_already")
            exemption_id = await queries.add(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                subject_id=subject_id,
                starts_on=starts_on,
                ends_on=ends_on,
                attends=attends,
                ground=ground,
                entered_by=actor.person_id,
                entered_at=now,
            )
            row = await self._load(session, actor, exemption_id)
            await self._record(session, actor, "exemption.recorded", row)
            return row

    async def show(self, *, actor: Actor, exemption_id: int) -> ExemptionRow:
        """Also a cancelled one. Raises NotFound for a pupil of another class."""
        async with self._db.transaction() as session:
            row = await self._load(session, actor, exemption_id)
            await self._access(session, actor, row.pupil_id)
            return row

    async def cancel(self, *, actor: Actor, exemption_id: int) -> ExemptionRow:
        """As if it had never been recorded; again changes nothing. Raises as `show`."""
        async with self._db.transaction() as session:
            row = await self._load(session, actor, exemption_id)
            await self._access(session, actor, row.pupil_id)
            if await queries.cancel(session, exemption_id, self._clock.now()):
                await self._record(session, actor, "exemption.cancelled", row)
            return await self._load(session, actor, exemption_id)

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    async def _access(self, session: AsyncSession, actor: Actor, pupil_id: int) -> int:
        """The class in which the actor leads this pupil."""
        subject = await load_pupil(session, actor, pupil_id, self._today(actor))
        check(actor, Permission.RECORD_EXEMPTION, subject)
        assert subject is not None
        return min(subject.group_ids & actor.class_teacher_of)

    async def _load(self, session: AsyncSession, actor: Actor, exemption_id: int) -> ExemptionRow:
        row = await queries.exemption(session, actor.school_id, exemption_id)
        if row is None:
            raise NotFound
        return row

    async def _record(self, session: AsyncSession, actor: Actor, action: str, row: ExemptionRow) -> None:
        await record(
            session,
            actor,
            action,
            subject=("exemption", row.exemption_id),
            pupil_id=row.pupil_id,
            at=self._clock.now(),
            after={
                "subject": row.subject,
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "attends": row.attends,
                "ground": row.ground,
            },
        )
