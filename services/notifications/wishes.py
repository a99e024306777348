"""What a person wants to be told, and when (C7): decided in the moment of sending, never at posting.

A wish may only ask for less than the institution allows, and never touches absence alerts, messages about
access and urgent broadcasts: these have no topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeMode, NoticeTopic
from db.queries import wishes as queries
from services.actor import Actor
from services.notifications.ports import DueMessage, Later, Skip, SkipReason
from services.settings import InstitutionSettings, PersonalData, Preset, is_quiet, quiet_until, resolve

_BEFORE_QUIET = timedelta(minutes=15)
"""An evening inside the quiet hours of a night is so much before they begin."""


@dataclass(frozen=True, slots=True)
class Wishes:
    settings: InstitutionSettings
    """The institution's, with the person's own digest, quiet hours and evening over them; its
    `personal_data` is the lesser of both."""
    modes: Mapping[NoticeTopic, NoticeMode]

    def mode(self, topic: NoticeTopic) -> NoticeMode:
        return self.modes.get(topic, NoticeMode.AT_ONCE)

    @property
    def evening(self) -> time:
        """Local time from which the evening's messages leave; never inside the quiet hours: after those of
        a day, before those of a night."""
        own = self.settings
        if not is_quiet(own, own.evening_time):
            return own.evening_time
        if own.quiet_from < own.quiet_to:
            return own.quiet_to
        return (datetime.combine(date.max, own.quiet_from) - _BEFORE_QUIET).time()


class Reader(Protocol):
    """An Actor, or a DueMessage."""

    @property
    def school_id(self) -> int: ...
    @property
    def person_id(self) -> int: ...


async def wishes_of(session: AsyncSession, reader: Reader) -> Wishes:
    """The institution's settings as this person wants them, in one statement."""
    row = await queries.wishes_of(session, reader.school_id, reader.person_id)
    settings = resolve(Preset(row.preset), row.overrides)
    own = {key: value for key, value in row.own.items() if value is not None}
    if row.personal_data is not None:
        own["personal_data"] = least(settings.personal_data, PersonalData(row.personal_data))
    return Wishes(settings.model_copy(update=own), row.modes)


def least(*wanted: PersonalData) -> PersonalData:
    """The one of these that says least."""
    return max(wanted, key=list(PersonalData).index)


def held_back(
    wishes: Wishes, message: DueMessage, reader: Actor, now: datetime, topic: NoticeTopic | None = None
) -> Later | Skip | None:
    """What keeps a message from leaving at `now` (aware); None: it may, as an edit always may.

    Without a `topic` only the quiet hours do.
    """
    if message.external_ref is not None:
        return None
    mode = NoticeMode.AT_ONCE if topic is None else wishes.mode(topic)
    if mode is NoticeMode.OFF:
        return Skip(SkipReason.SWITCHED_OFF)
    local = now.astimezone(reader.zone)
    if mode is NoticeMode.EVENING and local.time() < wishes.evening:
        return Later(datetime.combine(local, wishes.evening, reader.zone))
    quiet = quiet_until(wishes.settings, local)
    return None if quiet is None else Later(quiet)
