"""What every page of a diary begins with: whose it is, who reads it, and the pupil's school year (U6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import home, homework_days
from db.queries.homework_days import NamedPupil
from db.queries.pupil_year import HolidayRow, PupilYear, TermRow, pupil_year
from services.access.permissions import Permission
from services.access.policy import check, may
from services.access.subjects import GroupSubject, load_pupil
from services.actor import Actor
from services.errors import NotFound
from services.home import Named
from services.notifications.homework_day import may_read

__all__ = ["DiaryHead", "HolidayRow", "Named", "NamedPupil", "PupilYear", "TermRow", "open_diary"]


@dataclass(frozen=True, slots=True)
class DiaryHead:
    pupil: NamedPupil
    year: PupilYear
    today: date
    children: tuple[Named, ...]
    """Whose diaries the actor reads as family, by first name."""
    is_family: bool
    """The actor is the pupil or their guardian, and may open the files of homework."""
    class_id: int | None
    """The pupil's class, when its diaries are the actor's to read."""
    writes_to_family: bool
    """For the school, not as a teacher of one subject."""


async def open_diary(session: AsyncSession, actor: Actor, pupil_id: int, today: date) -> DiaryHead:
    """Raises NotFound for a pupil who is not the actor's to see."""
    subject = await load_pupil(session, actor, pupil_id, today)
    check(actor, Permission.SEE_PUPIL, subject)
    assert subject is not None
    pupil = await homework_days.pupil(session, pupil_id, today)
    year = await pupil_year(session, pupil_id, today)
    if pupil is None or year is None:
        raise NotFound
    people = await home.people_names(session, actor.guardian_of)
    return DiaryHead(
        pupil=pupil,
        year=year,
        today=today,
        children=tuple(Named(person_id, first_name) for person_id, first_name, _ in people),
        is_family=may_read(actor, pupil_id),
        class_id=next((id for id in sorted(subject.group_ids) if leads_to_class(actor, id)), None),
        writes_to_family=may(actor, Permission.WRITE_TO_FAMILY, subject),
    )


def leads_to_class(actor: Actor, group_id: int) -> bool:
    """The diaries of this class are the actor's to read."""
    return may(actor, Permission.SEE_CLASS_DAY, GroupSubject(actor.school_id, group_id))
