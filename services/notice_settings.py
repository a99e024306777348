"""«Настройки сообщений»: what a person wants to be told, and when (C7). Everybody sets only their own.

Absence alerts, messages about access and urgent broadcasts have no topic, so nothing here touches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import NoticeMode, NoticeTopic, PersonalDataWish
from db.queries import notice_settings as queries
from db.queries import outbox
from services import audit
from services.actor import Account, Actor
from services.clock import Clock
from services.errors import InvalidInput, NotFound
from services.notifications import evening, failing
from services.notifications.evening_day import PARTS
from services.notifications.wishes import Wishes, least, wishes_of
from services.settings import InstitutionSettings, PersonalData, institution_settings
from services.typed_times import typed_hours

QuietHours = tuple[time, time]
"""Local to the school, from and to; the same twice: there are none."""
LONGEST_QUIET = timedelta(hours=14)

_HELD = (*PARTS, evening.NAME, failing.NAME)
"""Kinds that wait for nothing but a wish, or find out themselves what else they wait for."""
_OF_PUPILS = (
    NoticeTopic.MARKS,
    NoticeTopic.DEBTS,
    NoticeTopic.HOMEWORK,
    NoticeTopic.EVENTS,
    NoticeTopic.BROADCASTS,
)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    wishes: Wishes
    school: InstitutionSettings
    """What holds where the person wants nothing else."""
    topics: tuple[NoticeTopic, ...]
    """Those that are the person's to choose; staff without children have none."""
    language: str | None

    @property
    def personal_data(self) -> tuple[PersonalData, ...]:
        """What the person may choose: never more than the institution allows."""
        return tuple(one for one in PersonalData if least(one, self.school.personal_data) is one)


def modes_of(topic: NoticeTopic) -> tuple[NoticeMode, ...]:
    """The digest has a day and an hour of its own instead of an evening."""
    if topic is NoticeTopic.DIGEST:
        return (NoticeMode.AT_ONCE, NoticeMode.OFF)
    return tuple(NoticeMode)


def quiet_hours(typed: str) -> QuietHours:
    """«21:30–07:00», «с 22 до 7». Raises InvalidInput."""
    hours = typed_hours(typed)
    if hours is None:
        raise InvalidInput(problem="quiet_hours_typed")
    return hours


class NoticeSettingsService:
    """Every change takes effect on what waits already, and returns the settings as they are then."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def view(self, *, actor: Actor) -> NoticeSettings:
        async with self._db.transaction() as session:
            return await _view(session, actor)

    async def set_mode(self, *, actor: Actor, topic: NoticeTopic, mode: NoticeMode) -> NoticeSettings:
        """Raises NotFound for a topic that is not the actor's, or a mode that the topic does not have."""
        if topic not in _topics(actor) or mode not in modes_of(topic):
            raise NotFound
        async with self._db.transaction() as session:
            before = await _view(session, actor)
            await queries.choose(session, actor.person_id, topic, mode)
            await self._note(session, actor, {topic: before.wishes.mode(topic)}, {topic: mode})
            return await _view(session, actor)

    async def set_quiet_hours(self, *, actor: Actor, hours: QuietHours | None) -> NoticeSettings:
        """None: as the institution has them. Raises InvalidInput for longer ones than LONGEST_QUIET."""
        since, until = hours or (None, None)
        if since and until and _length(since, until) > LONGEST_QUIET:
            raise InvalidInput(problem="quiet_too_long", hours=LONGEST_QUIET // timedelta(hours=1))
        return await self._prefer(actor, quiet_from=since, quiet_to=until)

    async def set_evening(self, *, actor: Actor, at: time | None) -> NoticeSettings:
        """Raises NotFound for somebody without children here."""
        return await self._prefer_of_family(actor, evening_time=at)

    async def set_digest(
        self, *, actor: Actor, weekday: int | None = None, at: time | None = None
    ) -> NoticeSettings:
        """The ISO day, or the hour, of the weekly digest; what is None stays. Raises NotFound."""
        if NoticeTopic.DIGEST not in _topics(actor):
            raise NotFound
        values = {"digest_weekday": weekday, "digest_time": at}
        return await self._prefer(actor, **{key: one for key, one in values.items() if one is not None})

    async def reset_digest(self, *, actor: Actor) -> NoticeSettings:
        """Day and hour of the weekly digest as the institution has them. Raises NotFound."""
        if NoticeTopic.DIGEST not in _topics(actor):
            raise NotFound
        return await self._prefer(actor, digest_weekday=None, digest_time=None)

    async def set_personal_data(self, *, actor: Actor, wanted: PersonalData) -> NoticeSettings:
        """Raises NotFound for more than the institution allows."""
        settings = await self.view(actor=actor)
        if wanted not in settings.personal_data:
            raise NotFound
        own = None if wanted is PersonalData.FULL else PersonalDataWish(wanted)
        return await self._prefer_of_family(actor, personal_data=own)

    async def set_language(self, *, actor: Actor, language: str) -> NoticeSettings:
        """`language`: one that there are texts in."""
        return await self._prefer(actor, language=language)

    async def language_of(self, *, account: Account) -> str | None:
        """What an account's holder reads; None: nothing was chosen."""
        async with self._db.statement() as session:
            return await queries.language_of(
                session, account.school_id, account.channel, account.external_user_id
            )

    async def _prefer_of_family(self, actor: Actor, **values: Any) -> NoticeSettings:
        if not _topics(actor):
            raise NotFound
        return await self._prefer(actor, **values)

    async def _prefer(self, actor: Actor, **values: Any) -> NoticeSettings:
        async with self._db.transaction() as session:
            had = await queries.preferences(session, actor.person_id)
            await queries.prefer(session, actor.person_id, values)
            await self._note(session, actor, {key: had.get(key) for key in values}, values)
            return await _view(session, actor)

    async def _note(
        self, session: AsyncSession, actor: Actor, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        if before == after:
            return
        now = self._clock.now()
        await audit.record(
            session,
            actor,
            "notices.changed",
            subject=("person", actor.person_id),
            at=now,
            before=_plain(before),
            after=_plain(after),
        )
        await outbox.decide_anew(session, actor.person_id, _HELD, now)


async def _view(session: AsyncSession, actor: Actor) -> NoticeSettings:
    return NoticeSettings(
        wishes=await wishes_of(session, actor),
        school=await institution_settings(session, actor.school_id),
        topics=_topics(actor),
        language=(await queries.preferences(session, actor.person_id)).get("language"),
    )


def _topics(actor: Actor) -> tuple[NoticeTopic, ...]:
    if actor.guardian_of:
        return tuple(NoticeTopic)
    return _OF_PUPILS if actor.is_pupil else ()


def _length(since: time, until: time) -> timedelta:
    apart = datetime.combine(date.max, until) - datetime.combine(date.max, since)
    return apart % timedelta(days=1)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: f"{one:%H:%M}" if isinstance(one, time) else one for key, one in values.items()}
