"""The main menu: what a person is today, role by role."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from db.enums import FinalKind
from db.queries import consents, threads
from db.queries import home as queries
from services.actor import Actor
from services.clock import Clock
from services.final_marks import due_now


@dataclass(frozen=True, slots=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """Names of what the actor's roles of today are about."""

    first_name: str
    middle_name: str
    groups: tuple[Named, ...]
    """Classes that the actor leads."""
    children: tuple[Named, ...]
    """By first name; a consent is in force for each."""
    awaiting: tuple[Named, ...]
    """Pupils whose data waits for a consent, by first name; may hold the actor."""
    consented: bool
    """A consent of the actor's is in force; also one for a child they are no guardian of any more."""
    finals: tuple[tuple[FinalKind, str], ...] = ()
    """Terms, by name, and the year whose final marks the actor may give now."""
    waiting: int = 0
    """Questions of families that wait for the actor's answer (C1)."""
    has_threads: bool = False
    """The actor has written to the school or to its help point, and may read what was answered (C1, U9)."""


class HomeService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, *, actor: Actor) -> HomeView:
        """Four statements, however many roles, and three for who works here."""
        now = self._clock.now()
        people = {actor.person_id} | actor.guardian_of | actor.awaiting_consent_for
        async with self._db.transaction() as session:
            names = await queries.people_names(session, people)
            groups = await queries.group_names(session, actor.class_teacher_of)
            consented = await consents.has_any(session, actor.person_id)
            finals = await due_now(session, actor, now)
            waiting = await threads.waiting(session, actor, actor.day_of(now)) if actor.staff_roles else 0
            has_threads = await threads.has_own(session, actor)
        first_name, middle_name = next(
            (first, middle) for person_id, first, middle in names if person_id == actor.person_id
        )
        by_first_name = [Named(person_id, first) for person_id, first, _ in names]
        return HomeView(
            first_name,
            middle_name,
            tuple(Named(group_id, name) for group_id, name in groups),
            tuple(named for named in by_first_name if named.id in actor.guardian_of),
            tuple(named for named in by_first_name if named.id in actor.awaiting_consent_for),
            consented,
            tuple(dict.fromkeys((course.kind, course.name) for course in finals)),
            waiting,
            has_threads,
        )
