"""Invitations for many at once, from the command line (U2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import StaffRole
from db.models import Invitation
from db.queries import invitations as queries
from db.queries import roster
from db.queries.roster import RosterRow
from db.queries.schools import SchoolRow
from services.access.codes import readable
from services.access.invitations import open_for_all
from services.audit import Author, record_each
from services.clock import Clock
from services.importing.text import class_as_cyrillic, fold, fold_class

ROLES = (*(role.value for role in StaffRole), "class_teacher", "guardian", "pupil")


@dataclass(frozen=True, slots=True)
class RosterInvitation:
    """A person in one role and their one code. A person with several roles or children has several rows."""

    school: str
    role: str
    person_id: int
    full_name: str
    group: str
    pupil: str
    code: str
    """As people read it."""
    payload: str
    """As a deep link carries it."""
    expires_at: datetime
    """In the school's zone."""


class RosterService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def invite(
        self,
        *,
        school: SchoolRow,
        role: str | None = None,
        group: str | None = None,
        person: str | None = None,
        reissue: bool = False,
    ) -> list[RosterInvitation]:
        """The invitations of everybody in a school who fits; those who have no open one get it now.

        Who is connected already is passed over, unless `person` names them and `reissue` asks for a new
        code. `reissue` closes the open codes. `person`: words of the name, or beginnings of them
        («Петрова А.П.»).
        """
        now, zone = self._clock.now(), ZoneInfo(school.timezone)
        async with self._db.transaction() as session:
            rows = [
                row
                for row in await roster.everybody(session, school.id, now.astimezone(zone).date())
                if _fits(row, role, group, person) and (not row.connected or (reissue and person is not None))
            ]
            invitations = await self._open(session, school.id, rows, now, reissue=reissue)
        return [
            RosterInvitation(
                school=school.name,
                role=row.role,
                person_id=row.person_id,
                full_name=row.full_name,
                group=row.group,
                pupil=row.pupil,
                code=readable(invitations[row.person_id].code),
                payload=invitations[row.person_id].code,
                expires_at=invitations[row.person_id].expires_at.astimezone(zone),
            )
            for row in rows
        ]

    async def _open(
        self,
        session: AsyncSession,
        school_id: int,
        rows: Sequence[RosterRow],
        now: datetime,
        *,
        reissue: bool,
    ) -> dict[int, Invitation]:
        """One open invitation for every person of `rows`, by person, and a line of history for each code that
        is closed, shown or issued."""

        author = Author(school_id)
        people = await queries.lock_people(session, {row.person_id for row in rows})
        if reissue:
            closed = await queries.revoke_open(session, [person.id for person in people], now)
            await record_each(
                session, author, "invitation.revoked", subject_type="invitation", ids=closed, at=now
            )
        return await open_for_all(session, author, people, now=now)


def _fits(row: RosterRow, role: str | None, group: str | None, person: str | None) -> bool:
    return (
        (role is None or row.role == role)
        and (group is None or _class(row.group) == _class(group))
        and (person is None or _named(person, row.full_name))
    )


def _class(name: str) -> str:
    return fold_class(class_as_cyrillic(name))


def _named(typed: str, full_name: str) -> bool:
    """Every typed word begins the word of the name in its place."""
    words = fold(typed.replace(".", " ")).split()
    name = fold(full_name).split()
    return len(words) <= len(name) and all(
        part.startswith(word) for word, part in zip(words, name, strict=False)
    )
