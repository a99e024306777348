"""Marks of a day: one living message for each account of a pupil and of their guardians (C7).

It leaves when the undo window of the first mark closes, and is edited when another one is given, changed or
removed. What stood for less than the undo window was a slip and is never told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import MarkValue, NoticeTopic
from db.queries import mark_days as queries
from db.queries import mark_notices
from db.queries.homework_days import NamedPupil, pupil
from db.queries.mark_days import GivenFinal, GivenMark, Stood
from services.access.identity import actor_behind
from services.actor import Actor
from services.notifications.evening import held_for_evening
from services.notifications.homework_day import may_read
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import Wishes, wishes_of
from services.settings import PersonalData, values_by_preset

__all__ = ["GivenFinal", "GivenMark", "MarksDay", "MarksDayKind", "NamedPupil", "Stood", "Told", "post"]

NAME = mark_notices.KIND


@dataclass(frozen=True, slots=True)
class Told:
    """A mark as the family reads it."""

    mark: GivenMark | GivenFinal
    now: Stood
    """Without a value: it was removed."""
    before: Stood | None
    """What the family may have read before; None when this is the first."""


@dataclass(frozen=True, slots=True)
class MarksDay:
    """What was given to a pupil on `day`."""

    pupil: NamedPupil
    day: date
    told: tuple[Told, ...]
    personal_data: PersonalData


async def post(
    session: AsyncSession,
    school_id: int,
    cells: Sequence[tuple[int, date]],
    *,
    actor_id: int | None,
    now: datetime,
    only_edit: bool = False,
) -> None:
    """Tell of marks that were given, changed or removed otherwise than by `MarkService`, which posts itself.

    `cells`: the pupil and the day on which the mark was given (`given_on`). The actor's own accounts are not
    told. `only_edit`: bring messages that stand in chats to what is true now, and tell nobody anew.
    """
    if not cells:
        return
    await mark_notices.post(
        session,
        school_id=school_id,
        actor_id=actor_id,
        cells=[{"pupil_id": pupil_id, "given_on": day.isoformat()} for pupil_id, day in set(cells)],
        only_edit=only_edit,
        now=now,
        undo_minutes_by_preset=values_by_preset("undo_minutes"),
    )


class MarksDayKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A MarksDay for a reader who may know; what is in its undo window waits for `again_at`."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or not may_read(reader, message.pupil_id):
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        day = date.fromisoformat(message.payload["date"])
        held = await held_for_evening(session, wishes, message, reader, day, NoticeTopic.MARKS, now=now)
        if held is not None:
            return held
        known = message.external_ref is not None
        return await notice(session, reader, wishes, message.pupil_id, day, known=known, now=now)


async def notice(
    session: AsyncSession,
    reader: Actor,
    wishes: Wishes,
    pupil_id: int,
    day: date,
    *,
    known: bool,
    now: datetime,
) -> Ready | Later | Skip:
    """A MarksDay of what was given on `day`. `known`: the reader has the day's message already."""
    given = await _given(session, pupil_id, day)
    marks = [mark for mark in given if not _is_back_filled(mark, day, wishes.settings.notice_days)]
    undo = timedelta(minutes=wishes.settings.undo_minutes)
    waiting = [last + undo for last in (mark.stood[-1].at for mark in marks) if last + undo > now]
    told = tuple(one for mark in marks if (one := tell(mark, undo, now, known=known)))
    if not told and not known:
        return Later(min(waiting)) if waiting else Skip(SkipReason.CORRECTED)
    named = await pupil(session, pupil_id, reader.day_of(now))
    assert named is not None
    view = MarksDay(named, day, told, wishes.settings.personal_data)
    return Ready(view, again_at=min(waiting, default=None))


def tell(mark: GivenMark | GivenFinal, undo: timedelta, now: datetime, *, known: bool) -> Told | None:
    """What the family is told of a cell; None: nothing yet, or nothing at all.

    `known`: they have the day's message already, and may have read what stood before; a debt they have read
    of in the message of its own day.
    """
    ends = [*(later.at for later in mark.stood[1:]), now]
    lasting = [one for one, end in zip(mark.stood, ends, strict=True) if end - one.at >= undo]
    if not lasting or (not known and lasting[-1] is not mark.stood[-1]):
        return None
    *earlier, last = lasting
    before = next((one for one in reversed(earlier) if one.value is not last.value), None)
    if before is not None and (before.value is None or (not known and before.value is not MarkValue.DEBT)):
        before = None
    if last.value is None and before is None:
        return None
    return Told(mark, last, before)


async def _given(session: AsyncSession, pupil_id: int, day: date) -> list[GivenMark | GivenFinal]:
    return [*await queries.finals(session, pupil_id, day), *await queries.marks(session, pupil_id, day)]


def _is_back_filled(mark: GivenMark | GivenFinal, day: date, notice_days: int) -> bool:
    """A mark for an older lesson is no news, unless it settles a debt."""
    return (
        isinstance(mark, GivenMark)
        and mark.lesson_date < day - timedelta(days=notice_days)
        and all(one.value is not MarkValue.DEBT for one in mark.stood[:-1])
    )


async def current(
    session: AsyncSession, pupil: NamedPupil, day: date, *, undo: timedelta, now: datetime
) -> MarksDay:
    """All that was given on a day and is not in its undo window, with nothing left out for privacy."""
    marks = await _given(session, pupil.pupil_id, day)
    told = tuple(one for mark in marks if (one := tell(mark, undo, now, known=True)))
    return MarksDay(pupil, day, told, PersonalData.FULL)
