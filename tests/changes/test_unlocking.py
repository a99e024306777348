"""A deputy opens what is locked, with a reason and for a time; a teacher may ask for it (J5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.enums import FinalKind, MarkValue, StaffRole
from db.models import AuditEntry, OutboxMessage, Term
from services.access.identity import actor_of
from services.errors import FinalMarksLocked, InvalidInput, Locked, NotFound
from services.final_marks import FinalMarkService
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from services.notifications.unlocking import (
    REQUEST_KIND,
    UNLOCK_REFUSED_KIND,
    UNLOCKED_KIND,
    RefusedUnlock,
    Unlocked,
    UnlockedKind,
    UnlockRefusedKind,
    UnlockRequest,
    UnlockRequestKind,
)
from services.unlocking import REFUSED, UNLOCKED, Target, UnlockTerm
from tests.changes.conftest import Office
from tests.statements import Statements
from tests.world import MONDAY, moment, new_school

LATER = MONDAY + timedelta(days=40)
REASON = "ошибка в столбце"


@pytest.fixture
async def locked(office: Office) -> Office:
    """Forty days later: the lesson is closed (klyuchi: 30 days)."""
    await office.topics.write(actor=await office.anna(), lesson_id=office.lesson, text="Дроби")
    office.clock.set("12:00", LATER)
    return office


async def reworded(office: Office) -> None:
    await office.topics.reword(actor=await office.anna(), lesson_id=office.lesson, text="Обыкновенные дроби")


async def history(office: Office, action: str) -> list[AuditEntry]:
    return list(await office.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def due(message: OutboxMessage, *, sent: bool = False) -> DueMessage:
    return DueMessage(
        id=message.id,
        school_id=message.school_id,
        binding_id=message.binding_id,
        person_id=0,
        pupil_id=message.pupil_id,
        kind=message.kind,
        payload=message.payload,
        external_ref=1 if sent else None,
    )


@pytest.mark.parametrize(
    ("term", "last_day"),
    [
        (UnlockTerm.TODAY, LATER),
        (UnlockTerm.DAY, LATER + timedelta(days=1)),
        (UnlockTerm.THREE_DAYS, LATER + timedelta(days=3)),
        (UnlockTerm.WEEK, LATER + timedelta(days=7)),
    ],
)
async def test_it_is_open_to_the_end_of_the_last_day(
    locked: Office, term: UnlockTerm, last_day: date
) -> None:
    await locked.unlocking.unlock(actor=await locked.deputy(), target=locked.target, term=term, reason=REASON)
    locked.clock.set("23:59", last_day)
    await reworded(locked)
    locked.clock.set("00:00", last_day + timedelta(days=1))
    with pytest.raises(Locked):
        await reworded(locked)


async def test_the_teacher_is_told_and_the_message_ends_with_the_term(locked: Office) -> None:
    deputy = await locked.deputy()
    unlock = await locked.unlocking.unlock(
        actor=deputy, target=locked.target, term=UnlockTerm.TODAY, reason=f" {REASON} "
    )
    (message,) = await locked.messages(UNLOCKED_KIND)
    assert message.binding_id == (await locked.anna()).binding_id
    ready = await UnlockedKind().prepare(locked.session, due(message), locked.clock.now())
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, Unlocked)
    assert ready.view.open
    assert ready.view.unlock.reason == REASON
    assert ready.again_at == unlock.until == moment("00:00", LATER + timedelta(days=1))
    locked.clock.set("00:00", LATER + timedelta(days=1))
    over = await UnlockedKind().prepare(locked.session, due(message, sent=True), locked.clock.now())
    assert isinstance(over, Ready)
    assert isinstance(over.view, Unlocked)
    assert not over.view.open


async def test_closing_again_is_recorded_told_and_done_once(locked: Office) -> None:
    deputy = await locked.deputy()
    unlock = await locked.unlocking.unlock(
        actor=deputy, target=locked.target, term=UnlockTerm.WEEK, reason=REASON
    )
    assert len((await locked.unlocking.open_now(actor=deputy)).unlocks) == 1
    for _ in range(2):
        closed = await locked.unlocking.lock_again(actor=deputy, unlock_id=unlock.unlock_id)
        assert closed.ended_at == locked.clock.now()
    assert (await locked.unlocking.open_now(actor=deputy)).unlocks == ()
    assert len(await history(locked, "journal.lock_restored")) == 1
    with pytest.raises(Locked):
        await reworded(locked)


async def test_opening_again_replaces_the_term(locked: Office) -> None:
    deputy = await locked.deputy()
    for term in (UnlockTerm.WEEK, UnlockTerm.TODAY):
        await locked.unlocking.unlock(actor=deputy, target=locked.target, term=term, reason=REASON)
    (unlock,) = (await locked.unlocking.open_now(actor=deputy)).unlocks
    assert unlock.until == moment("00:00", LATER + timedelta(days=1))


async def test_only_deputies_and_the_director_open_and_only_with_a_reason(locked: Office) -> None:
    head_id = await locked.people.world.employ(
        await locked.people.world.person("Заведов Пётр"), StaffRole.HEAD
    )
    for person_id in (locked.people.anna, locked.people.irina, locked.people.mother, head_id):
        actor = await locked.actor(person_id)
        with pytest.raises(NotFound):
            await locked.unlocking.unlock(
                actor=actor, target=locked.target, term=UnlockTerm.DAY, reason=REASON
            )
        with pytest.raises(NotFound):
            await locked.unlocking.open_now(actor=actor)
    deputy = await locked.deputy()
    for reason in ("", "  \n"):
        with pytest.raises(InvalidInput):
            await locked.unlocking.unlock(
                actor=deputy, target=locked.target, term=UnlockTerm.DAY, reason=reason
            )
    assert await history(locked, UNLOCKED) == []


async def test_what_is_not_locked_needs_no_opening(office: Office) -> None:
    with pytest.raises(InvalidInput):
        await office.unlocking.locked(actor=await office.deputy(), target=office.target)


async def test_another_schools_deputy_finds_nothing(locked: Office) -> None:
    other = await new_school(locked.session)
    stranger = await other.employ(await other.person("Чужова Анна"), StaffRole.DEPUTY)
    actor = await actor_of(locked.session, await other.account_of(stranger), locked.clock.now())
    assert actor is not None
    unlock = await locked.unlocking.unlock(
        actor=await locked.deputy(), target=locked.target, term=UnlockTerm.DAY, reason=REASON
    )
    attempts: list[Any] = [
        locked.unlocking.unlock(actor=actor, target=locked.target, term=UnlockTerm.DAY, reason=REASON),
        locked.unlocking.lock_again(actor=actor, unlock_id=unlock.unlock_id),
        locked.unlocking.days(actor=actor, group_id=locked.people.group),
        locked.history.lesson(actor=actor, lesson_id=locked.lesson),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt
    assert (await locked.unlocking.open_now(actor=actor)).unlocks == ()


@pytest.mark.parametrize(
    "target", [Target(), Target(lesson_id=10**12), Target(course_id=10**12), Target(term_id=1)]
)
async def test_a_forged_target_is_not_found(locked: Office, target: Target) -> None:
    for actor, look in (
        (await locked.deputy(), locked.unlocking.locked),
        (await locked.anna(), locked.unlocking.own_locked),
    ):
        with pytest.raises(NotFound):
            await look(actor=actor, target=target)


async def test_a_request_is_one_message_and_is_granted_for_a_day(locked: Office) -> None:
    anna, deputy = await locked.anna(), await locked.deputy()
    for _ in range(2):
        await locked.unlocking.ask(actor=anna, target=locked.target, reason=REASON)
    (message,) = await locked.messages(REQUEST_KIND)
    assert message.binding_id == deputy.binding_id
    ready = await UnlockRequestKind().prepare(locked.session, due(message), locked.clock.now())
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, UnlockRequest)
    assert (ready.view.request.reason, ready.view.request.answer) == (REASON, None)

    request_id = message.payload["request_id"]
    for _ in range(2):
        request = await locked.unlocking.allow(actor=deputy, request_id=request_id)
        assert request.answer == UNLOCKED
        assert request.open_until == moment("00:00", LATER + timedelta(days=2))
    assert len(await history(locked, UNLOCKED)) == 1
    await reworded(locked)
    with pytest.raises(InvalidInput):
        await locked.unlocking.ask(actor=anna, target=locked.target, reason=REASON)
    (edited,) = await locked.messages(REQUEST_KIND)
    assert edited.revision > message.sent_revision
    # It is answered: refusing it now changes nothing.
    await locked.unlocking.refuse(actor=deputy, request_id=request_id)
    assert await history(locked, REFUSED) == []


async def test_a_refusal_is_told_and_one_may_ask_again(locked: Office) -> None:
    anna, deputy = await locked.anna(), await locked.deputy()
    await locked.unlocking.ask(actor=anna, target=locked.target, reason=REASON)
    (message,) = await locked.messages(REQUEST_KIND)
    request = await locked.unlocking.refuse(actor=deputy, request_id=message.payload["request_id"])
    assert request.answer == REFUSED
    (refused,) = await locked.messages(UNLOCK_REFUSED_KIND)
    ready = await UnlockRefusedKind().prepare(locked.session, due(refused), locked.clock.now())
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, RefusedUnlock)
    await locked.unlocking.ask(actor=anna, target=locked.target, reason="ещё раз")
    assert len(await locked.messages(REQUEST_KIND)) == 2


async def test_a_request_is_nothing_to_who_is_no_deputy_any_more(locked: Office) -> None:
    await locked.unlocking.ask(actor=await locked.anna(), target=locked.target, reason=REASON)
    (message,) = await locked.messages(REQUEST_KIND)
    message.binding_id = (await locked.actor(locked.people.irina)).binding_id
    assert await UnlockRequestKind().prepare(locked.session, due(message), locked.clock.now()) == Skip(
        SkipReason.NO_ACCESS
    )
    for answer in (locked.unlocking.allow, locked.unlocking.refuse):
        with pytest.raises(NotFound):
            await answer(actor=await locked.anna(), request_id=message.payload["request_id"])


async def test_nobody_asks_for_a_colleagues_lesson(locked: Office) -> None:
    for person_id in (locked.people.belova, locked.people.irina, locked.people.mother):
        with pytest.raises(NotFound):
            await locked.unlocking.ask(
                actor=await locked.actor(person_id), target=locked.target, reason=REASON
            )


async def test_final_marks_are_opened_for_their_term(office: Office) -> None:
    finals = FinalMarkService(office.db, office.clock)
    office.clock.set("12:00", date(2026, 11, 10))
    term_id = await office.session.scalar(select(Term.id).where(Term.name == "1 четверть"))
    of_term: dict[str, Any] = {
        "course_id": office.people.algebra,
        "kind": FinalKind.TERM,
        "term_id": term_id,
        "pupil_id": office.people.ivanov,
        "value": MarkValue.FOUR,
        "comment": "по итогам четверти",
    }
    with pytest.raises(FinalMarksLocked):
        await finals.set(actor=await office.anna(), **of_term)
    target = Target(course_id=office.people.algebra, term_id=term_id)
    unlock = await office.unlocking.unlock(
        actor=await office.deputy(), target=target, term=UnlockTerm.DAY, reason=REASON
    )
    assert unlock.place.term == "1 четверть"
    await finals.set(actor=await office.anna(), **of_term)
    with pytest.raises(InvalidInput):
        await office.unlocking.locked(
            actor=await office.deputy(), target=Target(course_id=office.people.algebra)
        )


async def test_the_list_of_what_is_open_takes_the_same_statements_however_long(
    locked: Office, statements: Statements
) -> None:
    deputy = await locked.deputy()
    taken = []
    for day in range(2):
        lesson = await locked.unlocking.day(
            actor=deputy, group_id=locked.people.group, day=MONDAY - timedelta(days=7 * day)
        )
        for row in lesson.lessons:
            target = Target(lesson_id=row.lesson_id)
            await locked.unlocking.unlock(actor=deputy, target=target, term=UnlockTerm.DAY, reason=REASON)
        statements.taken()
        assert len((await locked.unlocking.open_now(actor=deputy)).unlocks) == 2 * (day + 1)
        taken.append(statements.taken())
    assert taken[0] == taken[1] == 2
