"""Final marks of a course for a term, the year and the exam (J8).

A course's page proposes a mark to every pupil; its teacher accepts all proposals at once and changes single
ones with a comment. Reading is for everybody who may read the journal, giving for the course's teacher of
today: a substitute has the right to their lesson only (S5).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import FinalKind, MarkValue
from db.queries import final_marks as queries
from db.queries import final_marks_writing as writing
from db.queries.courses import CourseRow
from db.queries.final_marks import OPENS_DAYS, PeriodRow
from db.queries.final_marks_due import DueCourse, due_courses
from db.queries.final_marks_writing import NewFinal
from services.access.courses import access_course, course_subject
from services.access.permissions import Permission
from services.access.policy import may
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import FinalMarksLocked, InvalidInput, NotFound
from services.marks.final_page import FinalCell, FinalPage, final_cell
from services.notifications import final_marks_reminder, marks_day
from services.settings import institution_settings, values_by_preset
from services.typed import tidy_line

__all__ = [
    "CommentNeeded",
    "CourseRow",
    "DueCourse",
    "FinalMarkService",
    "PeriodRow",
]

COMMENT_LIMIT = 500
VALUES = tuple(value for value in MarkValue if value is not MarkValue.DEBT)
"""What a final mark may be."""


class CommentNeeded(InvalidInput):
    """The mark is another than the proposed one, and nobody said why."""


class FinalMarkService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def periods(self, *, actor: Actor, course_id: int) -> tuple[CourseRow, tuple[PeriodRow, ...]]:
        """The periods of a course: those whose marks may be given now first, then in their order.

        Raises NotFound, and InvalidInput where no marks are given (U7).
        """
        async with self._db.transaction() as session:
            course = await self._course(session, actor, course_id, Permission.SEE_JOURNAL)
            found = await self._periods(session, course)
        # An exam is open all the year, so it is never the first thing to do.
        order = {True: 0, False: 1}
        return course, tuple(sorted(found, key=lambda one: (one.kind is FinalKind.EXAM, order[one.open])))

    async def due(self, *, actor: Actor) -> tuple[DueCourse, ...]:
        """The actor's courses with every term or year whose final marks may be given now."""
        async with self._db.transaction() as session:
            return await due_now(session, actor, self._clock.now())

    async def page(self, *, actor: Actor, course_id: int, kind: FinalKind, term_id: int | None) -> FinalPage:
        """The page of a period, by the pupils' names. Raises NotFound, and InvalidInput (U7)."""
        async with self._db.transaction() as session:
            course = await self._course(session, actor, course_id, Permission.SEE_JOURNAL)
            return await self._page(session, actor, course, kind, term_id)

    async def accept(
        self, *, actor: Actor, course_id: int, kind: FinalKind, term_id: int | None, seen: int
    ) -> tuple[FinalPage, int]:
        """Give the proposed mark to everybody who has none; the page, and how many were given.

        `seen`: `FinalPage.seen` of the page that the actor agreed to; when the proposals have changed since,
        nothing is written and the page shows them. Raises NotFound, FinalMarksLocked, InvalidInput.
        """
        async with self._db.transaction() as session:
            page = await self._page_to_write(session, actor, course_id, kind, term_id)
            if page.seen != seen:
                return page, 0
            news = [_new(cell, cell.proposal.value) for cell in page.to_accept if cell.proposal.value]
            given = await self._give(session, actor, page, news)
            return await self._page(session, actor, page.course, kind, term_id), len(given)

    async def set(
        self,
        *,
        actor: Actor,
        course_id: int,
        kind: FinalKind,
        term_id: int | None,
        pupil_id: int,
        value: MarkValue,
        comment: str = "",
    ) -> FinalPage:
        """Give one mark, or change the one that stands; the page as it is then.

        Raises NotFound, FinalMarksLocked, InvalidInput; CommentNeeded for another mark than the proposed one.
        """
        comment = tidy_line(comment)
        if value not in VALUES:
            raise InvalidInput(problem="final_mark")
        if len(comment) > COMMENT_LIMIT:
            raise InvalidInput(problem="line_too_long", limit=COMMENT_LIMIT)
        async with self._db.transaction() as session:
            page = await self._page_to_write(session, actor, course_id, kind, term_id)
            cell = page.cell(pupil_id)
            if cell.given is not None and cell.given.value is value and not comment:
                return page
            if cell.asks_comment(value) and not comment:
                raise CommentNeeded(problem="final_comment")
            new = _new(cell, value, comment)
            if not await self._give(session, actor, page, [new]):
                await self._change(session, actor, page, new)
            return await self._page(session, actor, page.course, kind, term_id)

    async def _change(self, session: AsyncSession, actor: Actor, page: FinalPage, new: NewFinal) -> None:
        now = self._clock.now()
        standing = await writing.hold(session, page.course, page.period, new.pupil_id)
        if standing is None:
            raise NotFound
        before = {"value": standing.value, "comment": standing.comment}
        after = {"value": new.value, "comment": new.comment}
        if before == after:
            return
        await writing.change(session, standing.final_id, new, actor_id=actor.person_id, now=now)
        await record(
            session,
            actor,
            "final_mark.set",
            subject=("final_mark", standing.final_id),
            pupil_id=new.pupil_id,
            at=now,
            before=before,
            after=after,
        )
        await self._tell(session, actor, [(new.pupil_id, standing.given_on)], now)

    async def _give(
        self, session: AsyncSession, actor: Actor, page: FinalPage, news: list[NewFinal]
    ) -> list[int]:
        now = self._clock.now()
        today = actor.day_of(now)
        given = await writing.give(
            session,
            page.course,
            page.period,
            news,
            school_id=actor.school_id,
            actor_id=actor.person_id,
            binding_id=actor.binding_id,
            given_on=today,
            now=now,
        )
        if given:
            await final_marks_reminder.update(session, page.course.teacher_ids, page.period.ends_on, now=now)
            await self._tell(session, actor, [(pupil_id, today) for pupil_id in given], now)
        return given

    async def _tell(
        self, session: AsyncSession, actor: Actor, cells: list[tuple[int, date]], now: datetime
    ) -> None:
        await marks_day.post(session, actor.school_id, cells, actor_id=actor.person_id, now=now)

    async def _course(
        self, session: AsyncSession, actor: Actor, course_id: int, permission: Permission
    ) -> CourseRow:
        today = actor.day_of(self._clock.now())
        return await access_course(session, actor, course_id, permission, today)

    async def _periods(self, session: AsyncSession, course: CourseRow) -> list[PeriodRow]:
        found = await queries.periods(
            session,
            course,
            now=self._clock.now(),
            final_mark_days_by_preset=values_by_preset("final_mark_days"),
        )
        if not found:
            raise InvalidInput(problem="no_marks_in_form_one")
        return found

    async def _page(
        self, session: AsyncSession, actor: Actor, course: CourseRow, kind: FinalKind, term_id: int | None
    ) -> FinalPage:
        found = await self._periods(session, course)
        period = next((one for one in found if (one.kind, one.term_id) == (kind, term_id)), None)
        if period is None:
            raise NotFound
        settings = await institution_settings(session, actor.school_id)
        # Afterwards the page is that of the pupils who were there when the period ended.
        day = min(max(actor.day_of(self._clock.now()), period.starts_on), period.ends_on)
        rows = await queries.pupils(session, course, period, day=day)
        gives = may(actor, Permission.GIVE_FINAL_MARKS, course_subject(actor.school_id, course))
        cells = tuple(final_cell(row, kind, settings) for row in rows)
        return FinalPage(course, period, gives, cells)

    async def _page_to_write(
        self, session: AsyncSession, actor: Actor, course_id: int, kind: FinalKind, term_id: int | None
    ) -> FinalPage:
        course = await self._course(session, actor, course_id, Permission.GIVE_FINAL_MARKS)
        page = await self._page(session, actor, course, kind, term_id)
        if page.period.early:
            raise InvalidInput(problem="final_marks_early")
        if not page.period.open:
            raise FinalMarksLocked(date=page.period.closes_on)
        return page


async def due_now(session: AsyncSession, actor: Actor, now: datetime) -> tuple[DueCourse, ...]:
    """`FinalMarkService.due` within a transaction of somebody else's."""
    if not actor.staff_roles:
        return ()
    today = actor.day_of(now)
    settings = await institution_settings(session, actor.school_id)
    first = today - timedelta(days=settings.final_mark_days)
    last = today + timedelta(days=OPENS_DAYS - 1)
    found = await due_courses(session, actor.school_id, first, last, today=today, teacher_id=actor.person_id)
    return tuple(found)


def _new(cell: FinalCell, value: MarkValue, comment: str = "") -> NewFinal:
    average = cell.proposal.average
    return NewFinal(
        pupil_id=cell.pupil_id,
        value=value,
        comment=comment,
        average=None if average is None else average.value,
        counted=cell.proposal.count,
    )
