"""A broadcast in a family's chat: a living message that its author edits and takes back, and its reader
answers (C6, C7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AudienceKind, BroadcastReply, NoticeTopic
from db.queries import broadcast_notice as queries
from db.queries.broadcast_notice import BroadcastRow, NoticeRow
from db.queries.broadcast_release import KIND
from db.queries.files import StoredFileRow
from db.queries.names import Colleague
from services.access.identity import actor_behind
from services.access.permissions import Permission
from services.access.policy import may
from services.access.subjects import PupilSubject
from services.actor import Actor
from services.broadcasts.placeholders import Named, filled
from services.notifications.homework_day import may_read
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import PersonalData
from services.vocabulary import StaffRole

__all__ = ["BroadcastKind", "BroadcastNotice", "BroadcastReply", "Named", "author_may", "notice_of"]

_TITLES = (StaffRole.DIRECTOR, StaffRole.DEPUTY, StaffRole.HEAD)


@dataclass(frozen=True, slots=True)
class BroadcastNotice:
    """What a person reads."""

    recipient_id: int
    text: str
    """Filled in for this reader; plain text."""
    pupil: Named | None
    """None: the message is not about one pupil."""
    to_chosen: bool
    """Written to chosen families: it is about their own child, though it may name nobody."""
    group: str | None
    """The class of all whom it is about; None where they are of several, or it is for the whole school."""
    author: Colleague
    author_role: StaffRole | None
    """None: the class teacher of the pupil."""
    files: tuple[StoredFileRow, ...]
    captioned: bool
    """The only file is a photo, and the text stands under it."""
    reply: BroadcastReply
    options: tuple[str, ...]
    reply_by: datetime | None
    urgent: bool
    option: int | None
    """The index of the answer that the reader has chosen."""
    replied_at: datetime | None
    edited_at: datetime | None
    withdrawn: bool
    zone: ZoneInfo
    personal_data: PersonalData

    @property
    def hidden(self) -> bool:
        """Only that there is something to read about a pupil may be said."""
        about_one = self.pupil is not None or self.to_chosen
        return about_one and self.personal_data is PersonalData.NONE


class BroadcastKind:
    """Payload: `broadcast_id`, `recipient_id`."""

    name = KIND
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A BroadcastNotice for who may still read it, of an author who may still write it."""
        sent = await queries.sent(session, int(message.payload["recipient_id"]), now)
        stands = message.external_ref is not None
        if sent is None or (sent.broadcast.composed.is_over and not stands):
            return Skip(SkipReason.CANCELLED)
        broadcast = sent.broadcast
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None:
            return Skip(SkipReason.NO_ACCESS)
        rows = [
            one
            for one in sent.rows
            if may_read(reader, one.pupil_id) and (stands or (one.chosen and author_may(broadcast, one)))
        ]
        if not rows:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if not broadcast.composed.urgent:
            only_informs = broadcast.composed.reply is BroadcastReply.NONE
            topic = NoticeTopic.BROADCASTS if only_informs else None
            if (held := held_back(wishes, message, reader, now, topic)) is not None:
                return held
        return Ready(notice_of(broadcast, rows, sent.files, wishes.settings.personal_data))


def author_may(broadcast: BroadcastRow, row: NoticeRow) -> bool:
    """Asked anew at sending: an author who is replaced, dismissed or locked out says nothing any more."""
    author = Actor(
        person_id=broadcast.author.person_id,
        school_id=broadcast.composed.school_id,
        binding_id=0,
        zone=ZoneInfo(broadcast.zone),
        staff_roles=broadcast.author_roles,
        class_teacher_of=broadcast.author_leads,
    )
    pupil = PupilSubject(author.school_id, row.pupil_id, row.group_ids)
    right = Permission.BROADCAST_URGENTLY if broadcast.composed.urgent else Permission.BROADCAST
    return not broadcast.author_locked and may(author, right, pupil)


def notice_of(
    broadcast: BroadcastRow,
    rows: Sequence[NoticeRow],
    files: Sequence[StoredFileRow],
    personal_data: PersonalData,
) -> BroadcastNotice:
    """What the reader of `rows`, at least one, reads; a message for several pupils names none of them."""
    composed, first = broadcast.composed, rows[0]
    who = Named(first.last_name, first.first_name, first.sex, first.group)
    groups = {row.group for row in rows}
    of_one_class = not composed.for_whole_school and len(groups) == 1
    leads = not first.group_ids.isdisjoint(broadcast.author_leads)
    return BroadcastNotice(
        recipient_id=first.recipient_id,
        text=filled(composed.text, who, personal_data),
        pupil=who if composed.per_pupil else None,
        to_chosen=composed.audience is AudienceKind.FAMILIES,
        group=first.group if of_one_class else None,
        author=broadcast.author,
        author_role=None
        if leads
        else next((role for role in _TITLES if role in broadcast.author_roles), None),
        files=tuple(files),
        captioned=composed.captioned,
        reply=composed.reply,
        options=composed.options,
        reply_by=composed.reply_by,
        urgent=composed.urgent,
        option=first.option,
        replied_at=first.replied_at,
        edited_at=composed.edited_at,
        withdrawn=composed.withdrawn_at is not None,
        zone=ZoneInfo(broadcast.zone),
        personal_data=personal_data,
    )
