"""What came back from a broadcast: read from the outbox and the recipients' answers, kept nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enums import BindingState, OutboxState
from db.models import Binding, BroadcastRecipient, Enrolment, Group, Guardianship, OutboxMessage, Person
from db.queries.access import consented
from db.queries.broadcast_release import message_keys
from db.queries.periods import in_force


class Reach(StrEnum):
    """How far a message has come, the best first: of a family the best of its people counts."""

    DELIVERED = "delivered"
    """It stands in the chat, or was answered."""
    UNKNOWN = "unknown"
    WAITING = "waiting"
    SKIPPED = "skipped"
    """Not sent for a reason, which stands in the outbox."""
    FAILED = "failed"
    BLOCKED = "blocked"
    NO_CONSENT = "no_consent"
    NOT_IN_BOT = "not_in_bot"
    """There was no account when it was released."""


class Shown(StrEnum):
    """Which families a list shows; every family is in exactly one of these."""

    ANSWERED = "a"
    SILENT = "s"
    """It has arrived, or may have, and nobody has answered."""
    WAITING = "w"
    UNREACHABLE = "u"


_ARRIVED = (Reach.DELIVERED, Reach.UNKNOWN)


def shown_among(reach: Reach, replied: bool) -> Shown:
    if replied:
        return Shown.ANSWERED
    if reach in _ARRIVED:
        return Shown.SILENT
    return Shown.WAITING if reach is Reach.WAITING else Shown.UNREACHABLE


@dataclass(frozen=True, slots=True)
class Cell:
    """So many families, or messages to people (`of_families` false), stand alike."""

    broadcast_id: int
    of_families: bool
    reach: Reach
    reason: str | None
    option: int | None
    """Of a family: its latest answer."""
    replied: bool
    number: int
    due_at: datetime | None
    """Of those that wait: when the first of them leaves."""


@dataclass(frozen=True, slots=True)
class Told:
    """A person who is told about a pupil."""

    recipient_id: int
    person_id: int
    last_name: str
    first_name: str
    middle_name: str
    relation: str | None
    """None: the pupil themself."""
    phone: str | None
    """None, too, when the guardianship has ended."""
    reach: Reach
    reason: str | None
    option: int | None
    replied_at: datetime | None
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldFamily:
    pupil_id: int
    last_name: str
    first_name: str
    middle_name: str
    group: str | None
    """Of today."""
    shown: Shown
    option: int | None
    """The latest answer."""
    people: tuple[Told, ...]
    """Empty: nobody is on record."""


def _told(broadcast_ids: Collection[int], group_ids: Collection[int] | None, today: date) -> CTE:
    """Every recipient. What a pupil answers is the family's answer (`family_…`) only where no guardian is on
    record: a child neither consents for the parents nor keeps a reminder from them."""
    keyed = message_keys(*broadcast_ids).subquery("keyed")
    has_account = exists().where(Binding.person_id == keyed.c.person_id, Binding.state == BindingState.ACTIVE)
    state = OutboxMessage.state
    reach = case(
        (
            or_(BroadcastRecipient.replied_at.is_not(None), OutboxMessage.external_ref.is_not(None)),
            "delivered",
        ),
        (state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)), "waiting"),
        (state.is_not(None), state),
        (and_(has_account, ~consented(keyed.c.person_id, keyed.c.pupil_id)), "no_consent"),
        else_="not_in_bot",
    )
    waits = state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)) & OutboxMessage.external_ref.is_(None)
    is_adult = keyed.c.person_id.is_distinct_from(keyed.c.pupil_id)
    of_family = (keyed.c.broadcast_id, keyed.c.pupil_id)
    speaks = or_(is_adult, ~func.bool_or(is_adult).over(partition_by=of_family))
    query = (
        select(
            *keyed.c,
            BroadcastRecipient.option,
            BroadcastRecipient.replied_at,
            BroadcastRecipient.reminded_at,
            case((speaks, BroadcastRecipient.option)).label("family_option"),
            case((speaks, BroadcastRecipient.replied_at)).label("family_replied_at"),
            reach.label("reach"),
            case((reach == "skipped", OutboxMessage.reason)).label("reason"),
            case((waits, OutboxMessage.not_before)).label("due_at"),
        )
        .join(BroadcastRecipient, BroadcastRecipient.id == keyed.c.recipient_id)
        .outerjoin(OutboxMessage, OutboxMessage.dedup_key == keyed.c.dedup_key)
    )
    if group_ids is not None:
        query = query.where(
            exists().where(
                Enrolment.pupil_id == keyed.c.pupil_id,
                Enrolment.group_id.in_(group_ids),
                in_force(Enrolment, today),
            )
        )
    return query.cte("told")


def _families(told: CTE) -> CTE:
    place = func.array_position(literal([str(reach) for reach in Reach], ARRAY(Text)), told.c.reach)

    def first(column: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
        return func.array_agg(aggregate_order_by(column, *order), type_=ARRAY(column.type))[1]

    best = (place, told.c.recipient_id)
    latest = (told.c.family_replied_at.desc().nulls_last(), told.c.recipient_id)
    return (
        select(
            told.c.broadcast_id,
            told.c.pupil_id,
            first(told.c.reach, *best).label("reach"),
            first(told.c.reason, *best).label("reason"),
            first(told.c.family_option, *latest).label("option"),
            func.max(told.c.family_replied_at).label("replied_at"),
            func.min(told.c.due_at).label("due_at"),
        )
        .group_by(told.c.broadcast_id, told.c.pupil_id)
        .cte("families")
    )


async def numbers(
    session: AsyncSession, broadcast_ids: Collection[int], group_ids: Collection[int] | None, today: date
) -> list[Cell]:
    """How everything stands, by family and by message, in one statement; `group_ids`: of the pupils who are
    in these classes `today`, None: of all."""
    told = _told(broadcast_ids, group_ids, today)
    families = _families(told)

    def tallied(rows: CTE, of_families: bool, number: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
        alike = (
            rows.c.broadcast_id,
            rows.c.reach,
            rows.c.reason,
            rows.c.option,
            rows.c.replied_at.is_not(None),
        )
        return select(alike[0], literal(of_families), *alike[1:], number, func.min(rows.c.due_at)).group_by(
            *alike
        )

    # A message to a person with several children is one, whichever of them a reader may see.
    messages = tallied(told, False, func.count(told.c.carrier_id.distinct()))
    rows = await session.execute(
        union_all(tallied(families, True, func.count()), messages.where(told.c.person_id.is_not(None)))
    )
    return [Cell(row[0], row[1], Reach(row[2]), *row[3:]) for row in rows]


async def families(
    session: AsyncSession,
    broadcast_id: int,
    group_ids: Collection[int] | None,
    today: date,
    *,
    shown: Shown | None = None,
    option: int | None = None,
    skip: int = 0,
    limit: int | None = None,
) -> list[ToldFamily]:
    """By class and name, in one statement; `shown`: only these, `option`: with this latest answer."""
    told = _told([broadcast_id], group_ids, today)
    family = _families(told)
    pupil, person = aliased(Person), aliased(Person)
    place = (
        select(func.min(Group.grade).label("grade"), func.min(Group.name).label("name"))
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(Enrolment.pupil_id == family.c.pupil_id, in_force(Enrolment, today))
        .correlate(family)
        .lateral("place")
    )
    in_order = (place.c.grade, place.c.name, pupil.sort_key, pupil.id)
    chosen = (
        select(
            family.c.pupil_id,
            family.c.reach,
            family.c.option,
            family.c.replied_at,
            pupil.last_name,
            pupil.first_name,
            pupil.middle_name,
            place.c.name.label("group"),
            func.row_number().over(order_by=in_order).label("number"),
        )
        .join(pupil, pupil.id == family.c.pupil_id)
        .join(place, literal(True))
        .order_by(*in_order)
        .offset(skip)
        .limit(limit)
    )
    if shown is not None:
        chosen = chosen.where(_are(family, shown))
    if option is not None:
        chosen = chosen.where(family.c.option == option)
    page = chosen.cte("page")
    relation = (
        select(Guardianship.relation)
        .where(Guardianship.guardian_id == told.c.person_id, Guardianship.pupil_id == told.c.pupil_id)
        .order_by(Guardianship.starts_on.desc())
        .limit(1)
        .correlate(told)
        .scalar_subquery()
    )
    # Whoever has been a guardian reads nothing of the pupil any more, and nobody needs their number.
    today_theirs = or_(
        told.c.person_id == told.c.pupil_id,
        exists()
        .where(
            Guardianship.guardian_id == told.c.person_id,
            Guardianship.pupil_id == told.c.pupil_id,
            in_force(Guardianship, today),
        )
        .correlate(told),
    )
    rows = await session.execute(
        select(
            page.c.pupil_id,
            page.c.last_name,
            page.c.first_name,
            page.c.middle_name,
            page.c.group,
            page.c.reach,
            page.c.option,
            page.c.replied_at.is_not(None),
            told.c.recipient_id,
            told.c.person_id,
            person.last_name,
            person.first_name,
            person.middle_name,
            relation,
            case((today_theirs, person.phone)),
            told.c.reach,
            told.c.reason,
            told.c.option,
            told.c.replied_at,
            told.c.reminded_at,
        )
        .join(told, told.c.pupil_id == page.c.pupil_id)
        .outerjoin(person, person.id == told.c.person_id)
        .order_by(page.c.number, person.sort_key, told.c.recipient_id)
    )
    return [_family(head, list(people)) for head, people in groupby(rows, key=lambda row: tuple(row[:8]))]


def _family(head: tuple[Any, ...], people: list[Any]) -> ToldFamily:
    *who, reach, option, replied = head
    found = tuple(
        Told(*[*row[8:15], Reach(row[15]), *row[16:]]) for row in people if row.person_id is not None
    )
    return ToldFamily(*[*who, shown_among(Reach(reach), replied), option, found])


def _are(family: CTE, shown: Shown) -> ColumnElement[bool]:
    if shown is Shown.ANSWERED:
        return family.c.replied_at.is_not(None)
    reaches = {
        Shown.SILENT: _ARRIVED,
        Shown.WAITING: (Reach.WAITING,),
        Shown.UNREACHABLE: tuple(one for one in Reach if shown_among(one, False) is Shown.UNREACHABLE),
    }[shown]
    return family.c.replied_at.is_(None) & family.c.reach.in_([str(reach) for reach in reaches])


def silent_people(broadcast_id: int, today: date) -> Select[*tuple[Any, ...]]:
    """(recipient_id, person_id, pupil_id) of those whose message has arrived, or may have, and whose family
    has not answered; not of a pupil who has."""
    told = _told([broadcast_id], None, today)
    families = _families(told)
    return (
        select(told.c.recipient_id, told.c.person_id, told.c.pupil_id)
        .join(families, families.c.pupil_id == told.c.pupil_id)
        .where(
            _are(families, Shown.SILENT),
            told.c.reach.in_([str(reach) for reach in _ARRIVED]),
            told.c.replied_at.is_(None),
        )
    )


async def concerns(session: AsyncSession, broadcast_id: int, group_ids: Collection[int], today: date) -> bool:
    """Whether it is about a pupil who is in one of these classes `today`."""
    found = await session.scalar(
        select(
            exists().where(
                BroadcastRecipient.broadcast_id == broadcast_id,
                Enrolment.pupil_id == BroadcastRecipient.pupil_id,
                Enrolment.group_id.in_(group_ids),
                in_force(Enrolment, today),
            )
        )
    )
    return bool(found)
