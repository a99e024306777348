"""A broadcast before it is sent: as one family will read it, and how many it will reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.engine import Database
from db.queries import broadcast_audience as audience_queries
from db.queries import broadcast_notice as notice_queries
from db.queries import broadcasts as queries
from db.queries.broadcast_audience import AudiencePupil
from db.queries.broadcast_notice import NoticeRow
from db.queries.broadcasts import Composed, Target
from services.actor import Actor
from services.broadcasts.access import check_own_audience, own
from services.broadcasts.releasing import as_released, check_complete
from services.clock import Clock
from services.errors import InvalidInput
from services.notifications.broadcast import BroadcastNotice, notice_of
from services.settings import PersonalData, institution_settings

__all__ = ["AudiencePupil", "Preview", "PreviewService"]


@dataclass(frozen=True, slots=True)
class Preview:
    draft: Composed
    targets: tuple[Target, ...]
    notice: BroadcastNotice
    """As the family of `sample` reads it."""
    sample: AudiencePupil
    families: int
    people: int
    """Who get a message."""
    unreached: tuple[AudiencePupil, ...]
    """Pupils of whose families nobody is reached."""
    leaves_at: datetime | None
    """None: when the undo window closes after the release."""
    undo_minutes: int


class PreviewService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def preview(self, *, actor: Actor, broadcast_id: int) -> Preview:
        """What «Отправить» would send. Raises NotFound, Forbidden and InvalidInput as the release would."""
        now = self._clock.now()
        today = actor.day_of(now)
        async with self._db.transaction() as session:
            draft = await own(session, actor, broadcast_id)
            if draft.released_at is not None:
                raise InvalidInput(problem="broadcast_was_sent")
            targets = await check_own_audience(session, actor, draft, today)
            files = await queries.files(session, broadcast_id)
            settings = await institution_settings(session, actor.school_id)
            undo = timedelta(minutes=settings.undo_minutes)
            check_complete(draft, files, now, max(draft.leaves_at or now, now + undo))
            pupils = await audience_queries.pupils(session, draft, today)
            if not pupils:
                raise InvalidInput(problem="broadcast_for_nobody")
            author = await notice_queries.broadcast(session, broadcast_id, now)
            assert author is not None
            sample = next((one for one in pupils if one.reached), pupils[0])
            # What a message hides until it is asked for, its author may see at once.
            shown = settings.personal_data
            notice = notice_of(
                replace(author, composed=as_released(draft, files)),
                [_row(sample, actor.person_id)],
                files,
                PersonalData.FULL if shown is PersonalData.NONE else shown,
            )
            return Preview(
                draft=draft,
                targets=tuple(targets),
                notice=notice,
                sample=sample,
                families=len(pupils),
                people=await audience_queries.count_people(session, draft, today),
                unreached=tuple(one for one in pupils if not one.reached),
                leaves_at=draft.leaves_at,
                undo_minutes=settings.undo_minutes,
            )


def _row(pupil: AudiencePupil, person_id: int) -> NoticeRow:
    """As the recipient's row would be; nobody has answered it yet."""
    return NoticeRow(
        recipient_id=1,
        person_id=person_id,
        pupil_id=pupil.pupil_id,
        last_name=pupil.last_name,
        first_name=pupil.first_name,
        sex=pupil.sex,
        option=None,
        replied_at=None,
        group_ids=pupil.group_ids,
        group=pupil.group,
        chosen=True,
    )
