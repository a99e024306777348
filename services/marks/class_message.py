"""The whole class in one message (J4; product.md, idea 2): read, ask, show, write at once.

What a preview shows is the writing itself, rolled back, so the two cannot differ. Nothing is kept between
them but the message and the answers: every step reads the journal as it stands then.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Sex as CardSex
from db.queries import class_message as queries
from db.queries import registers
from db.queries import works as work_queries
from db.queries.attendance import EARLY, Cell, RegisterRow
from db.queries.timetable import LessonRow
from db.queries.works import KindRow, WorkRow
from services.access.lessons import access_lesson
from services.access.permissions import Permission
from services.actor import Account, Actor
from services.attendance import read_register
from services.clock import Clock
from services.errors import DomainError, InvalidInput, NotFound
from services.lessons import LessonService
from services.marks.class_writing import ClassWriting
from services.marks.kinds import WrittenKind, as_read, in_front
from services.marks.message import ListedPupil, Question, ReadMarks, Sex
from services.marks.names import key
from services.marks.placing import Answers, Fate, Item, Standing, Topic, place
from services.marks.reading import Answer, read_marks
from services.marks.works import BY_PRESET, check_begun

__all__ = ["Answers", "ClassMessageService", "Draft", "DraftChanged", "Fate", "Item", "KindRow", "Topic"]

LONGEST_DEBT = timedelta(days=366)
_GONE = ListedPupil(None, "")
_SEXES = {CardSex.MALE: Sex.MALE, CardSex.FEMALE: Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it would be written now, or (from `write`) as it was written."""

    lesson: LessonRow
    today: date
    pupils: tuple[Cell, ...]
    """The register's cells as they stood before the message."""
    is_register_taken: bool
    said_kind: str
    """How the message names the kind of work; empty: it does not."""
    kind: KindRow | None
    """None: to be asked, of `kinds`."""
    title: str
    kinds: tuple[KindRow, ...]
    items: tuple[Item, ...]
    who: tuple[Question, ...]
    """Open questions between pupils."""
    unmatched: tuple[str, ...]
    answers: Answers
    """Those that still belong to a question."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What is still to be asked, in order."""
        asked = {item.topic for item in self.items if item.fate is Fate.ASKED}
        asked |= {Topic.KIND} if self.kind is None else set()
        asked |= {Topic.WHO} if self.who else set()
        return tuple(topic for topic in Topic if topic in asked)

    @property
    def written(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.fate is Fate.WRITTEN)

    @property
    def says_something(self) -> bool:
        """Whether anything was understood."""
        return bool(self.items or self.who)

    @property
    def version(self) -> int:
        """Of what «Записать» under this draft would write; 32 bits."""
        kind_id = self.kind and self.kind.kind_id
        return zlib.crc32(repr((kind_id, self.title, self.items)).encode())


class DraftChanged(DomainError):
    """What would be written now is not what the teacher saw; nothing was written."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft=draft)
        self.draft = draft


@dataclass(frozen=True, slots=True)
class _Read:
    """A message against a class list and a dictionary."""

    kind: WrittenKind
    marks: ReadMarks


class ClassMessageService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lessons = LessonService(db, clock)

    async def lessons_meant(self, *, actor: Actor, text: str, at: datetime) -> tuple[LessonRow, ...]:
        """Which of the actor's lessons a message written at `at` (aware) may be about.

        The lesson that was running then, when the message says something of its pupils; else every lesson
        begun before on that day of which that is true. Empty: it is no such message.
        """
        day = await self._lessons.day(actor=actor, at=at)
        running = day.running()
        begun = [lesson for lesson in day.lessons if lesson.starts_at - EARLY <= at and lesson != running]
        understood = []
        async with self._db.transaction() as session:
            kinds = await work_queries.kinds(session, actor.school_id)
            for lesson in [running, *begun] if running else begun:
                register = await read_register(
                    session, actor.school_id, lesson.lesson_id, now=self._clock.now()
                )
                marks = (await _read(text, register.cells, kinds, Answers())).marks
                if marks.entries or marks.ambiguous:
                    if lesson is running:
                        return (lesson,)
                    understood.append(lesson)
        return tuple(understood)

    async def read(
        self, *, actor: Actor, account: Account, lesson_id: int, text: str, answers: Answers | None = None
    ) -> Draft:
        """What the message and the answers would write now. Nothing is saved.

        Raises NotFound for a lesson that the actor does not give, InvalidInput before it has begun.
        """
        async with self._db.transaction() as session:
            rehearsal = await session.begin_nested()
            draft = await self._carry_out(session, actor, account, lesson_id, text, answers or Answers())
            await rehearsal.rollback()
            return draft

    async def write(
        self, *, actor: Actor, account: Account, lesson_id: int, text: str, answers: Answers, version: int
    ) -> Draft:
        """«Записать»: marks and absences in one transaction, exactly as the draft of `version` showed them.

        Raises DraftChanged when the journal has changed since, or something is still to be asked; NotFound,
        InvalidInput.
        """
        async with self._db.transaction() as session:
            draft = await self._carry_out(session, actor, account, lesson_id, text, answers)
            if draft.version != version or draft.topics or not draft.written:
                raise DraftChanged(draft)
            return draft

    async def _carry_out(
        self,
        session: AsyncSession,
        actor: Actor,
        account: Account,
        lesson_id: int,
        text: str,
        answers: Answers,
    ) -> Draft:
        now = self._clock.now()
        lesson = await access_lesson(session, actor, lesson_id, Permission.KEEP_JOURNAL)
        check_begun(lesson, now)
        _check_due_day(answers, actor.day_of(now))
        await registers.hold(session, lesson.lesson_id)
        register = await read_register(session, actor.school_id, lesson.lesson_id, now=now)
        kinds = await work_queries.kinds(session, actor.school_id)
        read = await _read(text, register.cells, kinds, answers)
        kind = _chosen_kind(read.kind, kinds, answers)
        columns = []
        if kind is not None:
            works = await work_queries.works(session, lesson.lesson_id, now=now, by_preset=BY_PRESET)
            columns = [work for work in works if _is_of(work, kind, read.kind.title)]
        standing = await _standing(session, lesson, register, columns)
        items = place(read.marks.entries, standing, answers)
        if kind is not None:
            writing = ClassWriting(
                session, actor, account, lesson, register, kind, read.kind.title, columns, answers, now
            )
            items = await writing.write(items)
        return Draft(
            lesson=lesson,
            today=actor.day_of(now),
            pupils=register.cells,
            is_register_taken=register.taken_at is not None,
            said_kind=read.kind.words,
            kind=kind,
            title=read.kind.title,
            kinds=tuple(kinds),
            items=tuple(items),
            who=read.marks.ambiguous,
            unmatched=read.marks.unmatched,
            answers=replace(answers, who=answers.who[: read.marks.answered]),
        )


async def _read(text: str, cells: Sequence[Cell], kinds: Sequence[KindRow], answers: Answers) -> _Read:
    pupils = {cell.pupil_id: _listed(cell) for cell in cells}
    names = {key(name) for cell in cells for name in (cell.last_name, cell.first_name)}
    named, rest = in_front(text, kinds, names)
    meant = [_meant(answer, pupils) for answer in answers.who]
    # A page of nonsense takes a fifth of a second: other people's taps go on meanwhile.
    marks = await asyncio.to_thread(read_marks, rest, list(pupils.values()), meant)
    return _Read(named if named.kind else as_read(marks, kinds), marks)


def _meant(answer: tuple[int, ...] | None, pupils: Mapping[int, ListedPupil]) -> Answer:
    """Somebody who has left the class since makes it no answer."""
    if answer is None:
        return None
    return [pupils.get(pupil_id, _GONE) for pupil_id in answer]


def _listed(cell: Cell) -> ListedPupil:
    name = " ".join(filter(None, (cell.last_name, cell.first_name, cell.middle_name)))
    sex = None if cell.sex is None else _SEXES[cell.sex]
    return ListedPupil(cell.number, name, sex, cell.pupil_id)


def _chosen_kind(said: WrittenKind, kinds: Sequence[KindRow], answers: Answers) -> KindRow | None:
    """Without a name it is the dictionary's first kind, «работа на уроке». Raises NotFound."""
    if not kinds:
        raise NotFound
    if not said.words:
        return kinds[0]
    chosen = [kind for kind in kinds if kind.kind_id == answers.kind_id]
    return said.kind or (chosen[0] if chosen else None)


def _check_due_day(answers: Answers, today: date) -> None:
    if answers.due_on is not None and not today <= answers.due_on <= today + LONGEST_DEBT:
        raise InvalidInput(problem="debt_day")


def _is_of(work: WorkRow, kind: KindRow, title: str) -> bool:
    return work.kind_id == kind.kind_id and (not title or work.title == title)


async def _standing(
    session: AsyncSession, lesson: LessonRow, register: RegisterRow, columns: Sequence[WorkRow]
) -> Standing:
    place_of = {work.work_id: column for column, work in enumerate(columns)}
    marks = await queries.standing_marks(session, lesson.lesson_id)
    return Standing(
        register,
        lesson.has_marks,
        {(place_of[work], pupil): value for (work, pupil), value in marks.items() if work in place_of},
    )
