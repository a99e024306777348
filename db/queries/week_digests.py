"""Weekly digests: who is due one, and the decision about each, written and queued at once (C2, C7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    Time,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import BindingState, NoticeMode, NoticeTopic
from db.models import (
    Binding,
    Digest,
    Enrolment,
    Guardianship,
    NoticeChoice,
    NoticePreferences,
    School,
    WeekSummary,
)
from db.queries.access import consented
from db.queries.locks import NOW, today
from db.queries.outbox import POSTED, posting, telling
from db.queries.periods import in_force

KIND = "week_digest"
PRIORITY = 3
"""services.notifications.outbox.Priority.DIGEST."""
MADE_UP = timedelta(days=2)
"""A digest that was missed leaves this long after its hour."""
FIRST_OF_ITS_WEEK = 4
"""ISO day from which a digest covers the week that it leaves in; before it, the week that is over."""
_EPOCH = date(1970, 1, 1)
_SCHOOL: Any = bindparam("school_id", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Reasons:
    """The words of services.week.digests.SkippedDigest, for the statements."""

    no_account: str
    no_consent: str
    blocked: str
    switched_off: str
    empty_week: str


def digest_key(pupil_id: Any, monday: Any, guardian_id: Any) -> ColumnElement[str]:
    """The key of the message: «week:<pupil>:<monday as date.toordinal()>:<guardian>»."""
    ordinal = monday - literal(_EPOCH) + _EPOCH.toordinal()
    return func.concat("week:", pupil_id, ":", ordinal, ":", guardian_id)


def _account(person_id: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Of a person's accounts the latest that is not blocked, or else the latest."""
    return (
        select(*columns)
        .where(Binding.person_id == person_id, Binding.state == BindingState.ACTIVE)
        .order_by(Binding.blocked_at.is_not(None), Binding.id.desc())
        .limit(1)
        .correlate_except(Binding)
    )


def _due() -> CTE:
    """Guardians whose hour has come and about whose digest nothing is decided yet.

    Columns: pupil_id, guardian_id, monday, reason (NULL: it may be sent). Parameters: school_id,
    now, weekday and time (the institution's), mondays, and the words of `Reasons`.
    """
    weeks = (
        func.unnest(bindparam("mondays", type_=ARRAY(Date)))
        .table_valued(column("monday", Date))
        .render_derived(name="weeks")
    )
    week = weeks.c.monday
    weekday = func.coalesce(NoticePreferences.digest_weekday, bindparam("weekday"))
    leaves_on = week + weekday - case((weekday >= FIRST_OF_ITS_WEEK, 1), else_=-6)
    local = leaves_on + func.coalesce(NoticePreferences.digest_time, bindparam("time", type_=Time))
    leaves_at = func.timezone(School.timezone, local)
    account = _account(Guardianship.guardian_id, Binding.id, Binding.blocked_at).lateral("account")
    off = exists().where(
        NoticeChoice.person_id == Guardianship.guardian_id,
        NoticeChoice.topic == NoticeTopic.DIGEST,
        NoticeChoice.mode == NoticeMode.OFF,
    )
    reason = case(
        (account.c.id.is_(None), bindparam("no_account", type_=Text)),
        (~consented(Guardianship.guardian_id, Guardianship.pupil_id), bindparam("no_consent", type_=Text)),
        (account.c.blocked_at.is_not(None), bindparam("blocked", type_=Text)),
        (off, bindparam("switched_off", type_=Text)),
    )
    decided = (
        exists()
        .where(
            Digest.pupil_id == Guardianship.pupil_id,
            Digest.monday == week,
            Digest.guardian_id == Guardianship.guardian_id,
        )
        .correlate_except(Digest)
    )
    enrolled = exists().where(
        Enrolment.pupil_id == Guardianship.pupil_id,
        in_force(Enrolment, func.least(today(NOW), week + 6)),
    )
    return (
        select(
            Guardianship.pupil_id,
            Guardianship.guardian_id,
            week.label("monday"),
            reason.label("reason"),
        )
        .ext(distinct_on(Guardianship.pupil_id, Guardianship.guardian_id, week))
        .select_from(Guardianship)
        .join(School, School.id == Guardianship.school_id)
        .join(weeks, true())
        .outerjoin(NoticePreferences, NoticePreferences.person_id == Guardianship.guardian_id)
        .outerjoin(account, true())
        .where(
            Guardianship.school_id == _SCHOOL,
            in_force(Guardianship, today(NOW)),
            enrolled.correlate_except(Enrolment),
            leaves_at <= NOW,
            leaves_at > NOW - MADE_UP,
            ~decided,
        )
        .order_by(Guardianship.pupil_id, Guardianship.guardian_id, week)
        .cte("due")
    )


@dataclass(frozen=True, slots=True)
class DueWeek:
    """A week of which digests are due."""

    monday: date
    pupil_ids: list[int]
    """Those whose summary is still to be computed."""


@cache
def _due_weeks() -> Select[date, list[int]]:
    due = _due()
    computed = exists().where(WeekSummary.pupil_id == due.c.pupil_id, WeekSummary.monday == due.c.monday)
    wanted = func.array_agg(aggregate_order_by(due.c.pupil_id.distinct(), due.c.pupil_id)).filter(
        due.c.reason.is_(None), ~computed
    )
    return (
        select(due.c.monday, func.coalesce(wanted, [], type_=ARRAY(BigInteger)))
        .group_by(due.c.monday)
        .order_by(due.c.monday)
    )


async def due_weeks(session: AsyncSession, parameters: Mapping[str, Any]) -> list[DueWeek]:
    """Parameters: as `decide`, without `computed` and `summaries`."""
    return [DueWeek(*row) for row in await session.execute(_due_weeks(), parameters)]


def parameters(
    school_id: int, mondays: Sequence[date], weekday: int, at: time, reasons: Reasons, now: datetime
) -> dict[str, Any]:
    """What the statements here need. `weekday` and `at` are the institution's."""
    return {
        "school_id": school_id,
        "mondays": list(mondays),
        "weekday": weekday,
        "time": at,
        "now": now,
        **{name: getattr(reasons, name) for name in Reasons.__slots__},
    }


@cache
def _keep_summaries() -> Any:
    rows = (
        func.unnest(bindparam("pupil_ids", type_=ARRAY(BigInteger)), bindparam("contents", type_=ARRAY(Text)))
        .table_valued("pupil_id", "content")
        .render_derived(name="summaries")
    )
    found = select(rows.c.pupil_id, bindparam("monday", type_=Date), cast(rows.c.content, JSONB)).order_by(
        rows.c.pupil_id
    )
    return (
        insert(WeekSummary)
        .from_select(["pupil_id", "monday", "content"], found)
        .on_conflict_do_nothing()
        # Its parameters are not rows, for which the ORM would take them.
        .execution_options(dml_strategy="raw")
    )


async def keep_summaries(session: AsyncSession, monday: date, contents: Mapping[int, str]) -> None:
    """Keep what weeks hold, JSON by pupil; the first that is kept stays."""
    summaries = {"pupil_ids": list(contents), "contents": list(contents.values())}
    await session.execute(_keep_summaries(), {"monday": monday} | summaries)


@cache
def _decide() -> Select[str]:
    due = _due()
    has_summary = WeekSummary.pupil_id.is_not(None)
    known = due.c.pupil_id == any_(bindparam("computed", type_=ARRAY(BigInteger)))
    new = insert(Digest).from_select(
        ["pupil_id", "monday", "guardian_id", "decided_at", "skipped"],
        select(
            due.c.pupil_id,
            due.c.monday,
            due.c.guardian_id,
            NOW,
            func.coalesce(due.c.reason, case((~has_summary, bindparam("empty_week", type_=Text)))),
        )
        .outerjoin(
            WeekSummary,
            and_(WeekSummary.pupil_id == due.c.pupil_id, WeekSummary.monday == due.c.monday),
        )
        # Whoever got an account since the weeks were computed waits for the next run.
        .where(or_(due.c.reason.is_not(None), has_summary, known))
        .order_by(due.c.pupil_id, due.c.guardian_id),
    )
    decided = (
        new.on_conflict_do_nothing()
        .returning(Digest.pupil_id, Digest.guardian_id, Digest.monday, Digest.skipped)
        .cte("decided")
    )
    key = digest_key(decided.c.pupil_id, decided.c.monday, decided.c.guardian_id)
    values = {
        "school_id": _SCHOOL,
        # Asked for anew: PostgreSQL expects one row of `due`, and would look each up among all of them.
        "binding_id": _account(decided.c.guardian_id, Binding.id).scalar_subquery(),
        "pupil_id": decided.c.pupil_id,
        "kind": literal(KIND),
        "payload": func.jsonb_build_object("monday", decided.c.monday),
        "priority": literal(PRIORITY),
        "dedup_key": key,
        "not_before": NOW,
        "expires_at": NOW + MADE_UP,
    }
    messages = (
        select(*(values[name].label(name) for name in POSTED))
        .select_from(decided)
        .where(decided.c.skipped.is_(None))
        .order_by(key)
    )
    return telling(posting(messages))


async def decide(
    session: AsyncSession, due: Mapping[str, Any], monday: date, computed: Collection[int]
) -> None:
    """Write down what becomes of every due digest of a week, and queue those that are sent, in one statement.

    `computed`: pupils whose week was computed just now; one without a summary is empty.
    """
    await session.execute(_decide(), {**due, "mondays": [monday], "computed": list(computed)})
