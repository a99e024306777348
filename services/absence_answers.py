"""A guardian answers inside the alert; «в школе!» goes to the lesson's teacher (product.md, idea 3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer
from db.queries import absence_days, disputes
from db.queries.disputes import Question
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import load_pupil
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import absence_alert, at_school
from services.notifications.absence_alert import AbsenceAlert
from services.notifications.ports import Ready

ANSWERABLE_DAYS = 7
"""An alert older than this many days can no longer be answered."""


class AnswerService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def alert(self, *, actor: Actor, pupil_id: int, day: date) -> AbsenceAlert:
        """The alert as it is now, for the guardian who holds it. Raises NotFound."""
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            return await self._view(session, actor, pupil_id, day)

    async def answer(self, *, actor: Actor, pupil_id: int, day: date, answer: Answer) -> AbsenceAlert:
        """State why the pupil is missing on `day`; a later answer replaces the earlier one.

        Raises NotFound for somebody else's child or a day without an absence that was told, and InvalidInput
        when the day is too long ago or the class teacher has confirmed a reason already.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            await self._access(session, actor, pupil_id)
            if day < actor.day_of(now) - timedelta(days=ANSWERABLE_DAYS):
                raise InvalidInput(problem="alert_too_old")
            alert = await self._view(session, actor, pupil_id, day)
            if not alert.missed:
                raise InvalidInput(problem="nothing_to_answer")
            if alert.pupil.reason is not None:
                raise InvalidInput(problem="reason_confirmed", reason=alert.pupil.reason)
            await absence_days.state(
                session,
                school_id=actor.school_id,
                pupil_id=pupil_id,
                day=day,
                answer=answer,
                person_id=actor.person_id,
                now=now,
            )
            await record(
                session,
                actor,
                "absence.answered",
                subject=("pupil", pupil_id),
                pupil_id=pupil_id,
                at=now,
                before={"date": day.isoformat(), "answer": alert.pupil.answer},
                after={"date": day.isoformat(), "answer": answer},
            )
            await self._dispute(session, actor, alert, answer, now)
            await absence_alert.refresh(session, actor.school_id, [pupil_id], day, now=now)
            return await self._view(session, actor, pupil_id, day)

    async def question(self, *, actor: Actor, lesson_id: int, pupil_id: int) -> Question:
        """The question «в школе!» as it stands. Raises NotFound when the lesson is not the actor's."""
        async with self._db.transaction() as session:
            await access_lesson(session, actor, lesson_id, Permission.TAKE_REGISTER)
            return await self._question(session, actor, lesson_id, pupil_id)

    async def uphold(self, *, actor: Actor, lesson_id: int, pupil_id: int) -> Question:
        """«Подтверждаю Н»: the lesson's teacher insists, and the guardian is told.

        Raises NotFound when the lesson is not the actor's, nobody has asked, or it is corrected already.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            lesson = await access_lesson(session, actor, lesson_id, Permission.TAKE_REGISTER)
            if not await disputes.uphold(
                session, lesson_id=lesson_id, pupil_id=pupil_id, person_id=actor.person_id, now=now
            ):
                raise NotFound
            await record(
                session, actor, "dispute.upheld", subject=("lesson", lesson_id), pupil_id=pupil_id, at=now
            )
            await absence_alert.refresh(session, actor.school_id, [pupil_id], lesson.date, now=now)
            return await self._question(session, actor, lesson_id, pupil_id)

    async def _question(self, session: AsyncSession, actor: Actor, lesson_id: int, pupil_id: int) -> Question:
        question = await disputes.question(
            session, lesson_id=lesson_id, pupil_id=pupil_id, reader_id=actor.person_id
        )
        if question is None:
            raise NotFound
        return question

    async def _dispute(
        self, session: AsyncSession, actor: Actor, alert: AbsenceAlert, answer: Answer, now: datetime
    ) -> None:
        """«В школе!» asks the teacher of the last missed lesson; any other answer takes the question back."""
        pupil_id = alert.pupil.pupil_id
        if answer is Answer.AT_SCHOOL:
            lesson_id = alert.missed[-1].lesson_id
            await disputes.raise_dispute(
                session, lesson_id=lesson_id, pupil_id=pupil_id, person_id=actor.person_id, now=now
            )
            await at_school.ask(session, actor.school_id, lesson_id, pupil_id, now=now)
        else:
            lesson_ids = [cell.lesson_id for cell in alert.missed]
            for lesson_id in await disputes.withdraw(session, lesson_ids=lesson_ids, pupil_id=pupil_id):
                await at_school.ask(session, actor.school_id, lesson_id, pupil_id, now=now)

    async def _access(self, session: AsyncSession, actor: Actor, pupil_id: int) -> None:
        today = actor.day_of(self._clock.now())
        check(actor, Permission.ANSWER_ALERT, await load_pupil(session, actor, pupil_id, today))

    async def _view(self, session: AsyncSession, actor: Actor, pupil_id: int, day: date) -> AbsenceAlert:
        ready = await absence_alert.view(session, actor, pupil_id, day, now=self._clock.now(), told=True)
        if not isinstance(ready, Ready) or not isinstance(ready.view, AbsenceAlert):
            raise NotFound
        return ready.view
