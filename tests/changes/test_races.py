"""Two at once: reversing twice, answering a request twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import func, select, update

from db.engine import Database
from db.enums import MarkValue, StaffRole
from db.models import AuditEntry, CompromiseReport, Mark, Unlock, WorkKind
from db.queries import timetable
from services.access.compromise import CompromiseService
from services.access.identity import actor_of
from services.access.voiding import VoidService
from services.actor import Actor
from services.marks.giving import MarkService, NewMark
from services.marks.works import WorkService
from services.unlocking import Target, UnlockService
from tests.world import MONDAY, FakeClock, Story, build_story


async def deputy_of(db: Database, people: Story, clock: FakeClock) -> Actor:
    async with db.transaction() as session:
        people.world.session = session
        world = people.world
        person_id = await world.employ(await world.person("Орлова Вера"), StaffRole.DEPUTY)
        actor = await actor_of(session, await world.account_of(person_id), clock.now())
    assert actor is not None
    return actor


async def teacher_of(db: Database, people: Story, clock: FakeClock) -> tuple[Actor, int]:
    """Anna and her lesson."""
    async with db.transaction() as session:
        anna = await actor_of(session, people.world.accounts[people.anna], clock.now())
        rows = await timetable.lessons(
            session, people.world.school_id, MONDAY, MONDAY, course_id=people.algebra
        )
    assert anna is not None
    return anna, rows[0].lesson_id


async def test_operations_are_reversed_once(committed_db: Database, clock: FakeClock) -> None:
    people = await build_story(committed_db)
    deputy = await deputy_of(committed_db, people, clock)
    anna, lesson_id = await teacher_of(committed_db, people, clock)
    async with committed_db.transaction() as session:
        kind = await session.scalar(select(WorkKind.id).where(WorkKind.short_name == "ур"))
    assert kind is not None
    work = await WorkService(committed_db, clock).add(actor=anna, lesson_id=lesson_id, kind_id=kind)
    await MarkService(committed_db, clock).tap(
        account=people.world.accounts[people.anna],
        mark=NewMark(people.ivanov, work.work_id, MarkValue.TWO),
    )
    report_id = await CompromiseService(committed_db, clock).report(actor=anna, person_id=people.anna)
    async with committed_db.transaction() as session:
        report = update(CompromiseReport).where(CompromiseReport.id == report_id)
        await session.execute(report.values(detected_at=clock.now() - timedelta(hours=1)))
    voiding = VoidService(committed_db, clock)
    done = await asyncio.gather(*(voiding.void(actor=deputy, report_id=report_id) for _ in range(3)))
    assert sorted(now for _, now in done) == [False, False, True]
    async with committed_db.transaction() as session:
        reversals = select(func.count(AuditEntry.id)).where(AuditEntry.after.has_key("voids"))
        assert await session.scalar(reversals) == 1
        assert await session.scalar(select(Mark.value)) is None


async def test_a_request_is_granted_once(committed_db: Database, clock: FakeClock) -> None:
    people = await build_story(committed_db)
    deputy = await deputy_of(committed_db, people, clock)
    anna, lesson_id = await teacher_of(committed_db, people, clock)
    clock.set("12:00", MONDAY + timedelta(days=40))
    unlocking = UnlockService(committed_db, clock)
    await unlocking.ask(actor=anna, target=Target(lesson_id=lesson_id), reason="ошибка")
    async with committed_db.transaction() as session:
        asked = select(AuditEntry.id).where(AuditEntry.action == "journal.unlock_requested")
        request_id = await session.scalar(asked)
    assert request_id is not None
    await asyncio.gather(
        *(unlocking.allow(actor=deputy, request_id=request_id) for _ in range(3)),
        unlocking.refuse(actor=deputy, request_id=request_id),
    )
    async with committed_db.transaction() as session:
        answers = select(func.count(AuditEntry.id)).where(AuditEntry.after.has_key("request_id"))
        assert await session.scalar(answers) == 1
        assert (await session.scalar(select(func.count(Unlock.id))) or 0) <= 1
