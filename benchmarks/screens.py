"""The screens of the journal and of families, each as somebody of the story opens it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services import Services
from db.enums import FinalKind
from db.models import Lesson, Term, Work
from db.queries.final_marks import of_course_with_marks
from services.actor import Account, Actor


class Past(NamedTuple):
    """What a course looks back at."""

    lesson_id: int
    work_id: int
    term_id: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Those who open the screens, and what they look at: Anna's algebra in the class that Irina leads."""

    services: Services
    anna: Actor
    account: Account
    """Anna's."""
    irina: Actor
    mother: Actor
    deputy: Actor
    course_id: int
    group_id: int
    pupil_id: int
    """The mother's child."""
    past: Past
    today: date


SCREENS: dict[str, Callable[[Reader], Awaitable[Any]]] = {
    "home": lambda r: r.services.home.view(actor=r.anna),
    "day": lambda r: r.services.lessons.day(actor=r.anna),
    "lesson": lambda r: r.services.lessons.lesson(actor=r.anna, lesson_id=r.past.lesson_id),
    "register": lambda r: r.services.attendance.open(actor=r.anna, lesson_id=r.past.lesson_id),
    "topic": lambda r: r.services.topics.open(actor=r.anna, lesson_id=r.past.lesson_id),
    "homework": lambda r: r.services.homework.lesson(actor=r.anna, lesson_id=r.past.lesson_id),
    "works": lambda r: r.services.works.works(actor=r.anna, lesson_id=r.past.lesson_id),
    "marks": lambda r: r.services.marks.look(account=r.account, work_id=r.past.work_id),
    "history": lambda r: r.services.history.lesson(actor=r.anna, lesson_id=r.past.lesson_id),
    "courses": lambda r: r.services.journal.courses(actor=r.anna),
    "course": lambda r: r.services.journal.card(actor=r.anna, course_id=r.course_id),
    "journal": lambda r: r.services.journal.page(actor=r.anna, course_id=r.course_id, term_id=r.past.term_id),
    "journal of the year": lambda r: r.services.journal.page(
        actor=r.anna, course_id=r.course_id, term_id=None
    ),
    "plan": lambda r: r.services.plans.open(actor=r.anna, course_id=r.course_id),
    "final marks": lambda r: r.services.final_marks.page(
        actor=r.anna, course_id=r.course_id, kind=FinalKind.TERM, term_id=r.past.term_id
    ),
    "final marks of the year": lambda r: r.services.final_marks.page(
        actor=r.anna, course_id=r.course_id, kind=FinalKind.YEAR, term_id=None
    ),
    "class day": lambda r: r.services.class_day.day(actor=r.irina, group_id=r.group_id),
    "class week": lambda r: r.services.reconciliation.week(
        actor=r.irina, group_id=r.group_id, monday=r.today
    ),
    "class totals": lambda r: r.services.reconciliation.totals(actor=r.irina, group_id=r.group_id),
    "diary": lambda r: r.services.diary.day(actor=r.mother, pupil_id=r.pupil_id),
    "diary week": lambda r: r.services.diary_weeks.week(actor=r.mother, pupil_id=r.pupil_id, day=r.today),
    "diary month": lambda r: r.services.diary_weeks.month(actor=r.mother, pupil_id=r.pupil_id, day=r.today),
    "term marks": lambda r: r.services.term_marks.marks(actor=r.mother, pupil_id=r.pupil_id),
    "why": lambda r: r.services.term_marks.why(
        actor=r.mother, pupil_id=r.pupil_id, course_id=r.course_id, term_id=r.past.term_id
    ),
    "week": lambda r: r.services.weeks.week(actor=r.mother, pupil_id=r.pupil_id, day=r.today),
    "week's readers": lambda r: r.services.weeks.readers(actor=r.irina, group_id=r.group_id),
    "absence totals": lambda r: r.services.absence_totals.totals(actor=r.mother, pupil_id=r.pupil_id),
    "marks of a day": lambda r: r.services.marks_days.day(actor=r.mother, pupil_id=r.pupil_id, day=r.today),
    "absence requests": lambda r: r.services.absence_requests.of_pupil(actor=r.mother, pupil_id=r.pupil_id),
    "planned absences": lambda r: r.services.planned_absences.list(actor=r.irina, group_id=r.group_id),
    "exemptions": lambda r: r.services.exemptions.of_class(actor=r.irina, group_id=r.group_id),
    "omissions of a lesson": lambda r: r.services.omissions.look(
        actor=r.irina, group_id=r.group_id, lesson_id=r.past.lesson_id
    ),
    "open omissions": lambda r: r.services.omissions.open(actor=r.deputy),
    "card": lambda r: r.services.cards.card(actor=r.mother, pupil_id=r.pupil_id),
    "cards": lambda r: r.services.cards.of_group(actor=r.irina, group_id=r.group_id),
    "families": lambda r: r.services.families.of_group(actor=r.irina, group_id=r.group_id),
    "letters": lambda r: r.services.letters.sent(actor=r.irina, group_id=r.group_id),
    "broadcasts": lambda r: r.services.broadcast_list.page(actor=r.irina, page=0),
    "threads": lambda r: r.services.thread_reader.threads(actor=r.irina, page=0),
    "search in threads": lambda r: r.services.thread_reader.search(actor=r.irina, words="пересдать"),
    "addressees": lambda r: r.services.addressees.addressees(actor=r.mother, pupil_id=r.pupil_id),
    "events": lambda r: r.services.events.calendar(actor=r.mother),
    "documents": lambda r: r.services.published.all(actor=r.mother),
    "notice settings": lambda r: r.services.notice_settings.view(actor=r.mother),
    "locked days": lambda r: r.services.unlocking.days(actor=r.deputy, group_id=r.group_id),
    "open now": lambda r: r.services.unlocking.open_now(actor=r.deputy),
}


async def past_of(session: AsyncSession, course_id: int, now: datetime) -> Past:
    """The course's last lesson that is over with its work, and its first term."""
    lesson_id, work_id = (
        await session.execute(
            select(Lesson.id, Work.id)
            .join(Work, Work.lesson_id == Lesson.id)
            .where(Lesson.course_id == course_id, Lesson.ends_at < now)
            .order_by(Lesson.starts_at.desc())
            .limit(1)
        )
    ).one()
    terms = select(Term.id).where(of_course_with_marks(course_id)).order_by(Term.starts_on)
    term_id = (await session.scalars(terms.limit(1))).one()
    return Past(lesson_id, work_id, term_id)
