"""«Доступ мог попасть к чужим» (U5): close first, ask afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import BindingState, StaffRole
from db.models import CompromiseReport, Person
from db.queries import access_notices as notices
from db.queries import compromise as queries
from db.queries import invitations as bindings
from db.queries.access import local_date
from db.queries.access_notices import ReportedCompromise
from db.queries.compromise import Operation
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import SchoolSubject, load_person
from services.actor import Account, Actor
from services.audit import record
from services.clock import Clock
from services.errors import NotFound
from services.notifications import access_notices, outbox
from services.notifications.ports import SkipReason

__all__ = [
    "PRINTED_OPERATIONS",
    "CompromiseService",
    "CompromiseView",
    "Noticed",
    "Operation",
    "ReportedCompromise",
    "detected_at",
]

SCREEN_OPERATIONS = 20
PRINTED_OPERATIONS = 2000


class Noticed(StrEnum):
    """When the holder noticed; the earliest moment that fits is recorded, so that no operation is missed."""

    NOW = "now"
    TODAY = "today"
    YESTERDAY = "yesterday"
    EARLIER = "earlier"
    """Within the last week."""


@dataclass(frozen=True, slots=True)
class CompromiseView:
    report: ReportedCompromise
    operations: list[Operation]
    """Since detection, the newest first; the list may be cut."""
    operations_in_all: int
    may_receive: bool
    may_void: bool = False


def detected_at(noticed: Noticed, reported_at: datetime, zone: ZoneInfo) -> datetime:
    """The moment from which operations are in doubt: now, or a midnight of the school."""
    days = {Noticed.TODAY: 0, Noticed.YESTERDAY: 1, Noticed.EARLIER: 7}.get(noticed)
    if days is None:
        return reported_at
    day = reported_at.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, time(), zone)


class CompromiseService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def report(self, *, actor: Actor, person_id: int) -> int:
        """Close every way in of a person: of oneself, or of somebody who phoned. The report's id.

        From this moment their accounts are frozen, what waits to be sent to them is skipped, open
        invitations are revoked; director and administrators learn of it. Raises NotFound.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            subject = await load_person(session, actor, person_id, actor.day_of(now))
            check(actor, Permission.FREEZE_ACCESS, subject)
            person = await bindings.lock_person(session, person_id)
            report = await queries.unreceived(session, person_id)
            if report is None or await self._has_way_in(session, person_id, now):
                report = await self._close(session, actor, person, now)
            return report.id

    async def note_detection(self, *, account: Account, noticed: Noticed) -> None:
        """The holder of a frozen account adds when they noticed, until the director has received the report.

        The doubt only grows: the account may be in strange hands, which must not hide what they did. Raises
        NotFound when there is nothing to add to.
        """
        async with self._db.transaction() as session:
            binding = await bindings.live_binding(
                session, account.school_id, account.channel, account.external_user_id
            )
            if binding is None or binding.state is not BindingState.FROZEN:
                raise NotFound
            report = await queries.unreceived(session, binding.person_id)
            if report is None:
                raise NotFound
            zone = await queries.zone_of(session, report.school_id)
            noticed_at = detected_at(noticed, report.reported_at, zone)
            report.detected_at = min(report.detected_at, noticed_at)
            await self._tell(session, report)

    async def receive(self, *, actor: Actor, report_id: int) -> None:
        """«Получил(а)»: the director has the report; pressing again changes nothing. Raises NotFound."""
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._reported(session, actor, report_id, Permission.RECEIVE_COMPROMISE)
            if await queries.receive(session, report_id, actor.person_id, now):
                await record(
                    session, actor, "compromise.received", subject=("compromise_report", report_id), at=now
                )

    async def recent(self, *, actor: Actor) -> list[ReportedCompromise]:
        """The newest reports first. Raises NotFound for everybody but director and administrators."""
        check(actor, Permission.SEE_COMPROMISES, SchoolSubject(actor.school_id))
        async with self._db.transaction() as session:
            return await queries.recent(session, actor.school_id, limit=20)

    async def view(self, *, actor: Actor, report_id: int, limit: int = SCREEN_OPERATIONS) -> CompromiseView:
        """A report with at most `limit` operations in doubt, the newest of them. Raises NotFound."""
        async with self._db.transaction() as session:
            report = await self._reported(session, actor, report_id, Permission.SEE_COMPROMISES)
            operations, in_all = await queries.operations(
                session, report.person_id, report.detected_at, limit
            )
            school = SchoolSubject(actor.school_id)
            receives = may(actor, Permission.RECEIVE_COMPROMISE, school) and report.received_at is None
            voids = may(actor, Permission.VOID_OPERATIONS, school)
            return CompromiseView(report, operations, in_all, receives, voids)

    async def _has_way_in(self, session: AsyncSession, person_id: int, now: datetime) -> bool:
        states = [BindingState.ACTIVE, BindingState.PENDING]
        return bool(
            await bindings.bindings_of(session, person_id, states)
            or await bindings.open_of_person(session, person_id, now)
        )

    async def _close(
        self, session: AsyncSession, actor: Actor, person: Person, now: datetime
    ) -> CompromiseReport:
        report = CompromiseReport(
            school_id=person.school_id, person_id=person.id, detected_at=now, reported_at=now
        )
        session.add(report)
        await session.flush()
        frozen = await queries.freeze(session, person.id, now)
        await bindings.revoke_open(session, [person.id], now)
        await outbox.cancel_person(session, person.id, SkipReason.COMPROMISED)
        await record(
            session,
            actor,
            "access.closed",
            subject=("person", person.id),
            at=now,
            after={"report_id": report.id, "bindings": frozen},
        )
        await self._tell(session, report)
        return report

    async def _tell(self, session: AsyncSession, report: CompromiseReport) -> None:
        now = self._clock.now()
        today = await local_date(session, report.school_id, now)
        roles = (StaffRole.DIRECTOR, StaffRole.ADMINISTRATOR)
        to = await bindings.staff_bindings(session, report.school_id, roles, today)
        await session.flush()
        await access_notices.post_access_closed(session, report.school_id, to, report.id, now)

    async def _reported(
        self, session: AsyncSession, actor: Actor, report_id: int, permission: Permission
    ) -> ReportedCompromise:
        check(actor, permission, SchoolSubject(actor.school_id))
        report = await notices.reported_compromise(session, actor.school_id, report_id)
        if report is None:
            raise NotFound
        return report
