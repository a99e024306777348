"""The job that queues weekly digests: one for each child, guardian and week, whatever happens (C7)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import roster
from db.queries import week_digests as queries
from db.queries.week_digests import Reasons
from services.days import monday_of
from services.settings import institution_settings
from services.week.computing import compute
from services.week.summary import to_json

MANY = 100
"""From so many pupils on it is faster to compute the whole school's weeks."""
_ALL_OBJECTS_OF_A_SCHOOL = 100_000


class SkippedDigest(StrEnum):
    """Why a guardian was not sent the digest of a week; counted by `zvonok outbox status`."""

    NO_ACCOUNT = "no_account"
    NO_CONSENT = "no_consent"
    BLOCKED = "blocked"
    SWITCHED_OFF = "switched_off"
    EMPTY_WEEK = "empty_week"


_REASONS = Reasons(**{reason.value: reason.value for reason in SkippedDigest})


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """The weeks of a school are some 100,000 objects that are all needed until the end: to look through them
    after every 700 new ones, as Python does, takes a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALL_OBJECTS_OF_A_SCHOOL, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


async def queue(session: AsyncSession, now: datetime) -> None:
    """The job: decide about every digest whose hour has come, the guardian's own or the institution's, and
    queue those that are sent.

    A digest that leaves from Thursday to Sunday covers that week, on Monday to Wednesday the week before.
    What was missed is made up within two days. The decision is a row that nothing makes a second time.
    """
    for school_id, _, zone_name in await roster.schools(session):
        settings = await institution_settings(session, school_id)
        today = now.astimezone(ZoneInfo(zone_name)).date()
        monday = monday_of(today)
        due = queries.parameters(
            school_id,
            [monday - timedelta(weeks=1), monday],
            settings.digest_weekday,
            settings.digest_time,
            _REASONS,
            now,
        )
        for week in await queries.due_weeks(session, due):
            wanted = set(week.pupil_ids)
            asked = None if len(wanted) >= MANY else week.pupil_ids
            with _without_looking_for_garbage():
                weeks = await compute(session, school_id, asked, week.monday, now) if wanted else {}
                contents = {
                    pupil_id: to_json(summary)
                    for pupil_id, summary in weeks.items()
                    if pupil_id in wanted and not summary.is_empty
                }
                del weeks
            await queries.keep_summaries(session, week.monday, contents)
            await queries.decide(session, due, week.monday, wanted)
