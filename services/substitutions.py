"""Substitutions (S5): another teacher gives one lesson and has its rights for that lesson only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.queries import substitutions as queries
from db.queries import timetable
from db.queries.names import Colleague
from db.queries.substitutions import FreeTeacher, SubstitutionRow
from db.queries.timetable import LessonRow
from services.access.permissions import Permission
from services.access.policy import check
from services.access.subjects import SchoolSubject
from services.actor import Actor
from services.audit import record
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import substitution_day
from services.notifications.substitution_day import SubstitutionDay

__all__ = [
    "Absence",
    "Candidate",
    "Choices",
    "Colleague",
    "Saved",
    "SubstitutionDay",
    "SubstitutionRow",
    "SubstitutionService",
]

PAST_DAYS = 7
"""How far back: a lesson is sometimes given by somebody else before it is written down."""
MAX_DAYS = 14

Choices = Mapping[int, int | None]
"""Who gives a lesson (by its id) instead; None: nobody. What is not in it stays as it is."""


@dataclass(frozen=True, slots=True)
class Absence:
    """What a teacher was to give from `first` to `last`, their substitutions for others included."""

    teacher: Colleague
    first: date
    last: date
    lessons: tuple[LessonRow, ...]
    colleagues: Mapping[int, Colleague]
    """Whoever gives one of the lessons instead, and whoever was asked for, by id."""

    def in_force(self, lesson: LessonRow) -> int | None:
        """Who gives it instead by now."""
        return None if lesson.substitute_id == self.teacher.person_id else lesson.substitute_id

    def chosen(self, lesson: LessonRow, choices: Choices) -> int | None:
        """Who will."""
        return choices.get(lesson.lesson_id, self.in_force(lesson))


@dataclass(frozen=True, slots=True)
class Candidate:
    colleague: Colleague
    same_subject: bool
    lessons: int
    """How many of the lessons asked about they are free for."""


@dataclass(frozen=True, slots=True)
class Saved:
    absence: Absence
    """As it is now."""
    entered: int
    revoked: int
    """Without those that were replaced."""
    unreachable: tuple[Colleague, ...]
    """Substitutes without an account, who are to be told by mouth."""


class SubstitutionService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def teachers(self, *, actor: Actor, named: str = "") -> tuple[Colleague, ...]:
        """Who may be absent: everybody with a load today whose name holds `named`, by name.

        Raises NotFound for a stranger.
        """
        self._check(actor)
        today = actor.day_of(self._clock.now())
        async with self._db.transaction() as session:
            return tuple(await queries.teachers(session, actor.school_id, today, named))

    async def teacher(self, *, actor: Actor, teacher_id: int) -> Colleague:
        """Raises NotFound for a stranger or somebody of another school."""
        self._check(actor)
        async with self._db.transaction() as session:
            found = await queries.colleagues(session, actor.school_id, [teacher_id])
        if teacher_id not in found:
            raise NotFound
        return found[teacher_id]

    async def absence(
        self, *, actor: Actor, teacher_id: int, first: date, last: date, asked: Collection[int] = ()
    ) -> Absence:
        """The lessons of a teacher from `first` to `last`, both counted, with the names of those `asked`.

        Raises NotFound for a stranger or unknown people, InvalidInput for days that cannot be.
        """
        self._check(actor)
        async with self._db.transaction() as session:
            return await self._absence(session, actor, teacher_id, first, last, asked)

    async def candidates(
        self, *, actor: Actor, absence: Absence, lesson_ids: Collection[int]
    ) -> tuple[Candidate, ...]:
        """Who is free for any of these lessons of the absence: for most of them first, then those who teach
        the subject, then by name. Busy ones are not in it. Raises NotFound for other lessons."""
        self._check(actor)
        lessons = _of(absence, lesson_ids)
        async with self._db.transaction() as session:
            free = await queries.free(session, actor.school_id, lessons, but=absence.teacher.person_id)
        by_person: dict[int, list[FreeTeacher]] = {}
        for one in free:
            by_person.setdefault(one.colleague.person_id, []).append(one)
        found = [
            Candidate(ones[0].colleague, any(one.same_subject for one in ones), len(ones))
            for ones in by_person.values()
        ]
        return tuple(sorted(found, key=lambda one: (-one.lessons, not one.same_subject)))

    async def free_for(self, *, actor: Actor, absence: Absence, substitute_id: int) -> frozenset[int]:
        """The lessons of the absence that somebody could give. Raises NotFound for a stranger."""
        self._check(actor)
        async with self._db.transaction() as session:
            free = await queries.free(
                session, actor.school_id, absence.lessons, but=absence.teacher.person_id
            )
        return frozenset(one.lesson_id for one in free if one.colleague.person_id == substitute_id)

    async def save(
        self, *, actor: Actor, teacher_id: int, first: date, last: date, choices: Choices
    ) -> Saved:
        """Enter, change and take back substitutions of an absence, all of them or none; the substitutes are
        told. Saving the same again changes nothing.

        Raises as `absence`; NotFound too for a lesson that is not (any more) the teacher's, and InvalidInput
        for a substitute who is not free.
        """
        now = self._clock.now()
        self._check(actor)
        async with self._db.transaction() as session:
            await queries.lock(session, actor.school_id)
            asked = [person_id for person_id in choices.values() if person_id is not None]
            before = await self._absence(session, actor, teacher_id, first, last, asked)
            changed = [
                lesson
                for lesson in _of(before, choices)
                if choices[lesson.lesson_id] != before.in_force(lesson)
            ]
            await _check_free(session, actor, before, changed, choices)
            ended = await queries.revoke(
                session, actor.school_id, [lesson.lesson_id for lesson in changed], now
            )
            for substitution_id in ended:
                await record(
                    session, actor, "substitution.revoked", subject=("substitution", substitution_id), at=now
                )
            entered = [
                (lesson, substitute_id)
                for lesson in changed
                if (substitute_id := choices[lesson.lesson_id]) is not None
            ]
            for lesson, substitute_id in entered:
                substitution_id = await queries.enter(
                    session,
                    lesson,
                    school_id=actor.school_id,
                    substitute_id=substitute_id,
                    by=actor.person_id,
                    now=now,
                )
                await record(
                    session,
                    actor,
                    "substitution.entered",
                    subject=("substitution", substitution_id),
                    at=now,
                    after={"lesson_id": lesson.lesson_id, "substitute_id": substitute_id},
                )
            concerned = {(substitute_id, lesson.date) for lesson, substitute_id in entered}
            concerned |= {(lesson.substitute_id, lesson.date) for lesson in changed if lesson.substitute_id}
            told = await substitution_day.post(session, actor, concerned, now=now)
            after = await self._absence(session, actor, teacher_id, first, last, asked)
        unreachable = {substitute_id for _, substitute_id in entered} - told
        return Saved(
            after,
            len(entered),
            len(changed) - len(entered),
            tuple(after.colleagues[person_id] for person_id in sorted(unreachable)),
        )

    async def revoke(self, *, actor: Actor, substitution_id: int) -> SubstitutionRow:
        """Take one back; its rights end at once, and the substitute is told. Again changes nothing.

        Raises NotFound when there is none.
        """
        now = self._clock.now()
        self._check(actor)
        async with self._db.transaction() as session:
            await queries.lock(session, actor.school_id)
            row = await _row(session, actor, substitution_id)
            if row.revoked_at is not None:
                return row
            await queries.revoke(session, actor.school_id, [row.lesson_id], now)
            await record(
                session, actor, "substitution.revoked", subject=("substitution", substitution_id), at=now
            )
            await substitution_day.post(session, actor, {(row.substitute.person_id, row.date)}, now=now)
            return await _row(session, actor, substitution_id)

    async def accept(self, *, actor: Actor, day: date) -> SubstitutionDay:
        """The substitute says «Принято» to all of a day; what they give on it now.

        Again changes nothing. Raises NotFound for whoever substitutes nobody on that day.
        """
        now = self._clock.now()
        async with self._db.transaction() as session:
            view = await substitution_day.view(session, actor, day)
            if view is None:
                raise NotFound
            accepted = await queries.accept(session, actor.school_id, actor.person_id, day, now)
            for substitution_id in accepted:
                await record(
                    session, actor, "substitution.accepted", subject=("substitution", substitution_id), at=now
                )
            if accepted:
                await substitution_day.post(session, actor, {(actor.person_id, day)}, now=now)
                view = await substitution_day.view(session, actor, day)
                assert view is not None
            return view

    def _check(self, actor: Actor) -> None:
        check(actor, Permission.ENTER_SUBSTITUTION, SchoolSubject(actor.school_id))

    async def _absence(
        self,
        session: AsyncSession,
        actor: Actor,
        teacher_id: int,
        first: date,
        last: date,
        asked: Collection[int],
    ) -> Absence:
        today = actor.day_of(self._clock.now())
        if last < first:
            raise InvalidInput(problem="end_before_start")
        if (last - first).days >= MAX_DAYS:
            raise InvalidInput(problem="substitution_too_long", days=MAX_DAYS)
        if first < today - timedelta(days=PAST_DAYS):
            raise InvalidInput(problem="substitution_in_the_past", days=PAST_DAYS)
        lessons = await timetable.lessons(session, actor.school_id, first, last, teacher_id=teacher_id)
        people = {teacher_id, *asked, *(lesson.substitute_id for lesson in lessons if lesson.substitute_id)}
        colleagues = await queries.colleagues(session, actor.school_id, people)
        if not people <= colleagues.keys():
            raise NotFound
        return Absence(colleagues[teacher_id], first, last, tuple(lessons), colleagues)


def _of(absence: Absence, lesson_ids: Collection[int]) -> list[LessonRow]:
    found = [lesson for lesson in absence.lessons if lesson.lesson_id in lesson_ids]
    if len(found) != len(lesson_ids):
        raise NotFound
    return found


async def _check_free(
    session: AsyncSession, actor: Actor, absence: Absence, lessons: list[LessonRow], choices: Choices
) -> None:
    wanted = [lesson for lesson in lessons if choices[lesson.lesson_id] is not None]
    free = await queries.free(session, actor.school_id, wanted, but=absence.teacher.person_id)
    possible = {(one.lesson_id, one.colleague.person_id) for one in free}
    given: set[tuple[int | None, date, int]] = set()
    for lesson in wanted:
        substitute_id = choices[lesson.lesson_id]
        place = (substitute_id, lesson.date, lesson.number)
        if (lesson.lesson_id, substitute_id) not in possible or place in given:
            assert substitute_id is not None
            colleague = absence.colleagues[substitute_id]
            raise InvalidInput(
                problem="substitute_busy",
                last_name=colleague.last_name,
                first_name=colleague.first_name,
                day=lesson.date,
                number=lesson.number,
            )
        given.add(place)


async def _row(session: AsyncSession, actor: Actor, substitution_id: int) -> SubstitutionRow:
    row = await queries.substitution(session, actor.school_id, substitution_id)
    if row is None:
        raise NotFound
    return row
