"""A guardian announces an absence; the class teacher accepts it, asks for a document or rejects it.

The planned absence stands from the moment of sending (`absence_plans`), stated by the family until the class
teacher accepts it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import RequestState
from db.queries import absence_requests as queries
from db.queries import class_day as class_queries
from db.queries import planned as planned_queries
from db.queries import reasons as reason_queries
from db.queries.absence_requests import RequestRow
from db.queries.class_day import PupilRow
from db.queries.reasons import Reason
from services import absence_plans
from services.absence_plans import Planning, Wanted
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, LimitReached, NotFound
from services.notifications import absence_requests as messages
from services.settings import institution_settings
from services.typed import tidy_line, typed_line

__all__ = ["AbsenceRequestService", "Announced", "Planning", "RequestRow", "Requests", "accept_of_day"]

SHOWN_DAYS = 120
"""How long an announced absence stays in the family's list after its last day."""
ANNOUNCED_A_DAY = 20
"""By one guardian; each asks the class teacher something."""
LONGEST_WAIT = timedelta(days=60)
"""After the absence; a document is asked for by a day not later than this."""


@dataclass(frozen=True, slots=True)
class Announced:
    request: RequestRow
    today: date
    mine: bool
    """The reader announced it, not the other parent."""


@dataclass(frozen=True, slots=True)
class Requests:
    """A child's announced absences, the latest first."""

    pupil: PupilRow
    today: date
    requests: tuple[RequestRow, ...]


class AbsenceRequestService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def planning(
        self, *, actor: Actor, pupil_id: int, starts_on: date | None = None, ends_on: date | None = None
    ) -> Planning:
        """What the guardian chooses from. An absence that would be too long is not refused here: the guardian
        is told what to do (`Planning.longest`).

        Raises NotFound for somebody else's child, InvalidInput when the chosen days cannot be.
        """
        async with self._db.transaction() as session:
            group_id = await self._access(session, actor, pupil_id)
            if starts_on is not None:
                await self._check_dates(session, actor, starts_on, ends_on or starts_on)
            settings = await institution_settings(session, actor.school_id)
            return Planning(
                pupil=await self._pupil(session, actor, pupil_id, group_id),
                group_id=group_id,
                today=self._today(actor),
                lesson_numbers=tuple(await planned_queries.lesson_numbers(session, actor.school_id)),
                reasons=await _reasons_of_families(session, actor.school_id),
                longest=settings.absence_request_days,
            )

    async def announce(
        self,
        *,
        actor: Actor,
        pupil_id: int,
        starts_on: date,
        ends_on: date,
        first_lesson: int | None = None,
        last_lesson: int | None = None,
        reason_id: int,
        comment: str = "",
    ) -> Announced:
        """Announce an absence; the class teacher is asked, and it stands in registers at once.

        The same absence announced twice, also by both parents, is one; the first comment stays.
        Raises NotFound for somebody else's child or a reason that families do not state, and InvalidInput for
        days or lessons that cannot be, that are too many, of which the school knows already, or after
        ANNOUNCED_A_DAY of them.
        """
        now = self._clock.now()
        wanted = Wanted(pupil_id, starts_on, ends_on, first_lesson, last_lesson, reason_id)
        comment = typed_line(comment) if tidy_line(comment) else ""
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            await self._check_dates(session, actor, starts_on, ends_on)
            longest = (await institution_settings(session, actor.school_id)).absence_request_days
            if (ends_on - starts_on).days >= longest:
                raise InvalidInput(problem="absence_too_long", days=longest)
            if reason_id not in {
                one.reason_id for one in await _reasons_of_families(session, actor.school_id)
            }:
                raise NotFound
            try:
                planned, is_new = await absence_plans.enter(session, actor, wanted, now)
            except InvalidInput as error:
                if error.params["problem"] == "planned_already":
                    raise InvalidInput(problem="absence_known") from error
                raise
            if not is_new:
                before = await queries.of_planned(session, planned.planned_id)
                if before is None:
                    raise InvalidInput(problem="absence_known")
                return self._announced(actor, before)
            lately = await queries.announced_since(session, actor.person_id, now - timedelta(days=1))
            if lately >= ANNOUNCED_A_DAY:
                raise LimitReached(problem="absences_a_day", limit=ANNOUNCED_A_DAY)
            request_id = await queries.add(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                planned_id=planned.planned_id,
                comment=comment,
                requested_by=actor.person_id,
                requested_at=now,
                state=RequestState.SENT,
                refusal="",
            )
            request = await self._load(session, actor, request_id)
            await self._record(session, actor, "absence.announced", request)
            await messages.ask_class_teachers(session, actor, request_id, pupil_id, now=now)
            return self._announced(actor, request)

    async def of_pupil(self, *, actor: Actor, pupil_id: int) -> Requests:
        """Raises NotFound for somebody else's child."""
        today = self._today(actor)
        async with self._db.transaction() as session:
            group_id = await self._access(session, actor, pupil_id)
            since = today - timedelta(days=SHOWN_DAYS)
            rows = await queries.of_pupil(session, actor.school_id, pupil_id, since)
            pupil = await self._pupil(session, actor, pupil_id, group_id)
        return Requests(pupil, today, tuple(rows))

    async def show(self, *, actor: Actor, request_id: int) -> Announced:
        """One of them, for a guardian of today. Raises NotFound for somebody else's child."""
        async with self._db.transaction() as session:
            request = await self._load(session, actor, request_id)
            await self._access(session, actor, request.pupil_id)
            return self._announced(actor, request)

    async def withdraw(self, *, actor: Actor, request_id: int) -> Announced:
        """The child comes after all: what is not over is planned no more, days that are past stay announced.

        Any guardian of the child may; again, or when it is over, changes nothing. Raises NotFound for
        somebody else's child.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            request = await self._held(session, actor, request_id)
            await self._access(session, actor, request.pupil_id)
            if not request.cancelled and request.ends_on >= self._today(actor):
                if request.starts_on >= self._today(actor):
                    await self._decide(session, actor, request, RequestState.WITHDRAWN)
                planned = await absence_plans.load(session, actor, request.planned_id)
                await absence_plans.finish(session, actor, planned, now)
                request = await self._load(session, actor, request_id)
                await self._record(session, actor, "absence.withdrawn", request)
            return self._announced(actor, request)

    async def question(self, *, actor: Actor, request_id: int) -> Announced:
        """As the class teacher sees it. Raises NotFound for a pupil of another class."""
        async with self._db.transaction() as session:
            request = await self._load(session, actor, request_id)
            await self._lead(session, actor, request.pupil_id)
            return self._announced(actor, request)

    async def accept(self, *, actor: Actor, request_id: int) -> Announced:
        """The absence is confirmed, with its document if one was asked for. What is answered stays as it is.

        Raises NotFound for a pupil of another class.
        """
        return await self._answer(actor, request_id, RequestState.ACCEPTED)

    async def ask_document(self, *, actor: Actor, request_id: int, due_on: date) -> Announced:
        """Ask for a document by a day, which may be changed. Raises as `accept`, and InvalidInput for a day
        that is past or too far."""
        return await self._answer(actor, request_id, RequestState.DOCUMENT_ASKED, due_on=due_on)

    async def reject(self, *, actor: Actor, request_id: int, refusal: str) -> Announced:
        """The absence is planned no more: registers and alerts follow, and the family is told why.

        Raises as `accept`, and InvalidInput without words or with too many.
        """
        return await self._answer(actor, request_id, RequestState.REJECTED, refusal=typed_line(refusal))

    async def _answer(
        self,
        actor: Actor,
        request_id: int,
        state: RequestState,
        *,
        due_on: date | None = None,
        refusal: str = "",
    ) -> Announced:
        now = self._clock.now()
        async with self._db.transaction() as session:
            request = await self._held(session, actor, request_id)
            await self._lead(session, actor, request.pupil_id)
            if request.open:
                today = self._today(actor)
                if due_on and not today <= due_on <= max(today, request.ends_on) + LONGEST_WAIT:
                    raise InvalidInput(problem="document_day")
                await self._decide(session, actor, request, state, due_on=due_on, refusal=refusal)
                if state is RequestState.REJECTED:
                    planned = await absence_plans.load(session, actor, request.planned_id)
                    await absence_plans.cancel(session, actor, planned, now)
                request = await self._load(session, actor, request_id)
                await self._record(session, actor, f"absence.request_{state}", request)
                await messages.refresh(session, actor.school_id, [request.planned_id], now=now)
                await messages.answer_family(session, actor.school_id, request, now=now)
            return self._announced(actor, request)

    async def _decide(
        self,
        session: AsyncSession,
        actor: Actor,
        request: RequestRow,
        state: RequestState,
        *,
        due_on: date | None = None,
        refusal: str = "",
    ) -> None:
        await queries.decide(
            session,
            request.request_id,
            state,
            person_id=actor.person_id,
            now=self._clock.now(),
            document_due_on=due_on,
            refusal=refusal,
        )

    def _today(self, actor: Actor) -> date:
        return actor.day_of(self._clock.now())

    def _announced(self, actor: Actor, request: RequestRow) -> Announced:
        return Announced(request, self._today(actor), request.requested_by == actor.person_id)

    async def _access(self, session: AsyncSession, actor: Actor, pupil_id: int) -> int:
        """The class of the actor's child."""
        subject = await load_pupil(session, actor, pupil_id, self._today(actor))
        check(actor, Permission.REQUEST_ABSENCE, subject)
        assert subject is not None
        if not subject.group_ids:
            raise NotFound
        return min(subject.group_ids)

    async def _lead(self, session: AsyncSession, actor: Actor, pupil_id: int) -> None:
        check(actor, Permission.PLAN_ABSENCE, await load_pupil(session, actor, pupil_id, self._today(actor)))

    async def _pupil(self, session: AsyncSession, actor: Actor, pupil_id: int, group_id: int) -> PupilRow:
        pupils = await class_queries.pupils(session, group_id, self._today(actor))
        return next(pupil for pupil in pupils if pupil.pupil_id == pupil_id)

    async def _load(self, session: AsyncSession, actor: Actor, request_id: int) -> RequestRow:
        request = await queries.request(session, actor.school_id, request_id)
        if request is None:
            raise NotFound
        return request

    async def _held(self, session: AsyncSession, actor: Actor, request_id: int) -> RequestRow:
        await queries.hold(session, request_id)
        return await self._load(session, actor, request_id)

    async def _check_dates(self, session: AsyncSession, actor: Actor, starts_on: date, ends_on: date) -> None:
        if starts_on < self._today(actor):
            raise InvalidInput(problem="announced_in_the_past")
        await absence_plans.check_dates(session, actor, starts_on, ends_on)
        if not await _has_school_day(session, actor.school_id, starts_on, ends_on):
            raise InvalidInput(problem="no_school_then")

    async def _record(self, session: AsyncSession, actor: Actor, action: str, request: RequestRow) -> None:
        due_on = request.document_due_on
        await record(
            session,
            actor,
            action,
            subject=("absence_request", request.request_id),
            pupil_id=request.pupil_id,
            at=self._clock.now(),
            after={
                "planned_id": request.planned_id,
                "state": request.state,
                "document_due_on": due_on and due_on.isoformat(),
                "refusal": request.refusal,
            },
        )


async def accept_of_day(
    session: AsyncSession, actor: Actor, pupil_ids: Collection[int], day: date, *, now: datetime
) -> list[int]:
    """«Подтвердить причины»: accept what was announced for the day of these pupils and nobody has answered.

    The pupils. Whether the actor may is asked before.
    """
    accepted = await queries.accept_of_day(session, pupil_ids, day, person_id=actor.person_id, now=now)
    for request_id, planned_id, pupil_id in accepted:
        await record(
            session,
            actor,
            "absence.request_accepted",
            subject=("absence_request", request_id),
            pupil_id=pupil_id,
            at=now,
            after={"planned_id": planned_id, "state": RequestState.ACCEPTED},
        )
        request = await queries.request(session, actor.school_id, request_id)
        assert request is not None
        await messages.answer_family(session, actor.school_id, request, now=now)
    await messages.refresh(session, actor.school_id, [planned_id for _, planned_id, _ in accepted], now=now)
    return [pupil_id for _, _, pupil_id in accepted]


async def _reasons_of_families(session: AsyncSession, school_id: int) -> tuple[Reason, ...]:
    """What a guardian may state: reasons that stand for an answer; if none does, whatever is valid."""
    dictionary = await reason_queries.dictionary(session, school_id)
    stated = tuple(one for one in dictionary if one.answer is not None)
    return stated or tuple(one for one in dictionary if one.valid)


async def _has_school_day(session: AsyncSession, school_id: int, first: date, last: date) -> bool:
    """Some day of these is neither a Sunday nor a holiday."""
    off = await queries.holidays(session, school_id, first, last)
    days = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
    return any(day.isoweekday() != 7 and not any(a <= day <= b for a, b in off) for day in days)
