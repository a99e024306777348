"""A pupil who is failing by the institution's rule: told once a term and course to guardians and to the class
teacher (C4).

The message says what is so on its day and is not edited afterwards: marks have messages of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import NoticeTopic
from db.queries import alerts
from db.queries import failing as queries
from db.queries.failing import LowRow
from db.queries.homework_days import NamedPupil, pupil
from db.queries.roster import schools
from services.access.identity import actor_behind
from services.marks.averages import rounded
from services.notifications import outbox
from services.notifications.outbox import NewMessage, Priority
from services.notifications.ports import DueMessage, Later, Ready, Skip, SkipReason
from services.notifications.wishes import held_back, wishes_of
from services.settings import AverageKind, InstitutionSettings, PersonalData, institution_settings

__all__ = ["FailingClass", "FailingClassKind", "FailingKind", "FailingPupil", "Low", "NamedPupil"]

NAME = "failing_pupil"
CLASS_NAME = "failing_class"
TIME_TO_LIVE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Low:
    """A subject of a pupil with an average below the institution's limit."""

    pupil_id: int
    last_name: str
    first_name: str
    group: str
    term_id: int
    term: str
    course_id: int
    subject: str
    marks: int
    average: Decimal


@dataclass(frozen=True, slots=True)
class FailingPupil:
    """As a guardian reads it."""

    pupil: NamedPupil
    on: date
    subjects: tuple[Low, ...]
    """At least one."""
    personal_data: PersonalData


@dataclass(frozen=True, slots=True)
class FailingClass:
    """As the class teacher reads it."""

    group_id: int
    on: date
    low: tuple[Low, ...]
    """At least one."""
    personal_data: PersonalData


async def remind(session: AsyncSession, now: datetime) -> None:
    """The job of a day: tell of those who were not failing in this term before."""
    for school_id, _, timezone in await schools(session):
        today = now.astimezone(ZoneInfo(timezone)).date()
        settings = await institution_settings(session, school_id)
        rows = await queries.low(session, school_id, today, _rule(settings, now))
        rows = [row for row in rows if rounded(row.total / row.weights) < settings.failing_average]
        if not rows:
            continue
        told = await queries.note(session, school_id, rows, today)
        new = [row for row in rows if (row.pupil_id, row.course_id) in told]
        family = await alerts.recipients(session, sorted({row.pupil_id for row in new}), now)
        leading = await queries.class_teachers(session, {row.group_id for row in new}, today)
        await outbox.post(
            session,
            [
                *(
                    _message(school_id, NAME, one.binding_id, today, now, pupil_id=one.pupil_id)
                    for one in family
                ),
                *(
                    _message(school_id, CLASS_NAME, binding_id, today, now, group_id=group_id)
                    for group_id, binding_id in leading
                ),
            ],
        )


def _rule(settings: InstitutionSettings, now: datetime) -> queries.Rule:
    return queries.Rule(
        below=settings.failing_average,
        min_marks=settings.failing_min_marks,
        weighted=settings.final_average is AverageKind.WEIGHTED,
        settled=now - timedelta(minutes=settings.undo_minutes),
    )


def _message(
    school_id: int,
    kind: str,
    binding_id: int,
    on: date,
    now: datetime,
    *,
    pupil_id: int | None = None,
    group_id: int | None = None,
) -> NewMessage:
    return NewMessage(
        school_id=school_id,
        binding_id=binding_id,
        pupil_id=pupil_id,
        kind=kind,
        payload={"on": on.isoformat()} | ({} if group_id is None else {"group_id": group_id}),
        dedup_key=f"{kind}:{pupil_id or group_id}:{on.toordinal()}:{binding_id}",
        priority=Priority.BROADCAST,
        not_before=now,
        expires_at=now + TIME_TO_LIVE,
    )


class FailingKind:
    name = NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A FailingPupil for a guardian of today; nothing when it is mended by then."""
        assert message.pupil_id is not None
        reader = await actor_behind(session, message.binding_id, now)
        if reader is None or message.pupil_id not in reader.guardian_of:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now, NoticeTopic.FAILING)) is not None:
            return held
        on, today = date.fromisoformat(message.payload["on"]), reader.day_of(now)
        rule = _rule(wishes.settings, now)
        rows = await queries.low_since(session, message.school_id, today, rule, on, pupil_id=message.pupil_id)
        low = tuple(_below(rows, wishes.settings.failing_average))
        named = await pupil(session, message.pupil_id, today)
        if not low or named is None:
            return Skip(SkipReason.CORRECTED)
        return Ready(FailingPupil(named, today, low, wishes.settings.personal_data))


class FailingClassKind:
    name = CLASS_NAME
    repeat_when_unknown = False

    async def prepare(
        self, session: AsyncSession, message: DueMessage, now: datetime
    ) -> Ready | Later | Skip:
        """A FailingClass for whoever leads the class today."""
        reader = await actor_behind(session, message.binding_id, now)
        group_id = message.payload["group_id"]
        if reader is None or group_id not in reader.class_teacher_of:
            return Skip(SkipReason.NO_ACCESS)
        wishes = await wishes_of(session, reader)
        if (held := held_back(wishes, message, reader, now)) is not None:
            return held
        on, today = date.fromisoformat(message.payload["on"]), reader.day_of(now)
        rule = _rule(wishes.settings, now)
        rows = await queries.low_since(session, message.school_id, today, rule, on, group_id=group_id)
        low = tuple(_below(rows, wishes.settings.failing_average))
        if not low:
            return Skip(SkipReason.CORRECTED)
        return Ready(FailingClass(group_id, today, low, wishes.settings.personal_data))


KINDS = (FailingKind(), FailingClassKind())


def _below(rows: Collection[LowRow], limit: Decimal) -> Iterable[Low]:
    for row in rows:
        average = rounded(row.total / row.weights)
        if average < limit:
            yield Low(
                row.pupil_id,
                row.last_name,
                row.first_name,
                row.group,
                row.term_id,
                row.term,
                row.course_id,
                row.subject,
                row.marks,
                average,
            )
