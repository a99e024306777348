"""Two people, or two taps, at the same moment; and how many statements screens take."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.enums import MarkValue
from db.models import AuditEntry, Mark, OutboxMessage, Work
from services.marks.giving import NewMark, Verdict
from tests.marks_entry.conftest import Desk, open_desk
from tests.statements import Statements
from tests.world import FakeClock


@pytest.fixture
async def busy_desk(committed_db: Database, clock: FakeClock) -> Desk:
    """A desk whose transactions are real."""
    return await open_desk(committed_db, clock)


async def test_the_same_tap_many_times_at_once_is_one_mark(busy_desk: Desk) -> None:
    desk = busy_desk
    account = desk.people.world.accounts[desk.people.anna]
    mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE)
    tapped = await gather(*(desk.marks.tap(account=account, mark=mark) for _ in range(8)))
    assert {tap.verdict for tap in tapped} == {Verdict.WRITTEN}
    async with desk.db.transaction() as session:
        history = select(func.count()).where(AuditEntry.action == "mark.set")
        assert await session.scalar(history) == 1
        assert await session.scalar(select(func.count()).select_from(Mark)) == 1
        assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


async def test_different_taps_at_once_leave_a_history_without_gaps(busy_desk: Desk) -> None:
    desk = busy_desk
    account = desk.people.world.accounts[desk.people.anna]

    def tap(value: MarkValue) -> Coroutine[Any, Any, object]:
        return desk.marks.tap(account=account, mark=NewMark(desk.people.ivanov, desk.work, value))

    await tap(MarkValue.TWO)
    await gather(*(tap(value) for value in (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE)))
    async with desk.db.transaction() as session:
        lines = list(
            await session.scalars(
                select(AuditEntry).where(AuditEntry.action == "mark.set").order_by(AuditEntry.id)
            )
        )
        value = await session.scalar(select(Mark.value))
    changes = {(line.before and line.before["value"], line.after and line.after["value"]) for line in lines}
    followed, current = [None], None
    while following := next((after for before, after in changes if before == current), None):
        followed.append(following)
        current = following
    assert len(followed) == 5
    assert current == value


async def test_first_marks_at_once_leave_one_first_line_in_the_history(busy_desk: Desk) -> None:
    """Whoever finds the empty cell filled meanwhile is judged anew, and writes nothing over it unseen."""
    desk = busy_desk
    account = desk.people.world.accounts[desk.people.anna]
    values = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.TWO)
    for pupil in (desk.people.ivanov, desk.people.petrova, desk.people.agaev):
        marks = [NewMark(pupil, desk.work, value, only_if_empty=True) for value in values]
        tapped = await gather(*(desk.marks.tap(account=account, mark=mark) for mark in marks))
        assert sorted(tap.verdict or "" for tap in tapped) == [*[Verdict.TAKEN] * 3, Verdict.WRITTEN]
    writes = (
        desk.marks.write(
            actor=desk.anna, lesson_id=desk.lesson, marks=[NewMark(desk.people.sidorenko, desk.work, value)]
        )
        for value in values
    )
    assert not any(written.refused for written in await gather(*writes))
    async with desk.db.transaction() as session:
        lines = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "mark.set")))
    assert len(lines) == 3 + 4
    assert sum(line.before is None for line in lines) == 4


async def test_a_second_tap_on_a_kind_of_work_finds_the_first_ones_work(busy_desk: Desk) -> None:
    desk = busy_desk
    kind = await desk.kind("к/р")
    added = await gather(
        *(desk.works.add(actor=desk.anna, lesson_id=desk.lesson, kind_id=kind, place=1) for _ in range(3))
    )
    assert len({work.work_id for work in added}) == 1
    async with desk.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Work)) == 2


async def test_a_tap_and_a_jump_are_one_statement_each(busy_desk: Desk, statements: Statements) -> None:
    desk = busy_desk
    account = desk.people.world.accounts[desk.people.anna]
    statements.taken()
    await desk.marks.tap(account=account, mark=NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE))
    assert statements.taken() == 1
    await desk.marks.look(account=account, work_id=desk.work)
    assert statements.taken() == 1


async def test_more_pupils_and_marks_take_no_more_statements(busy_desk: Desk, statements: Statements) -> None:
    desk, world = busy_desk, busy_desk.people.world

    async def counted(action: Callable[[], Coroutine[Any, Any, object]]) -> int:
        statements.taken()
        await action()
        return statements.taken()

    async def write(value: MarkValue, *pupils: int) -> None:
        marks = [NewMark(pupil, desk.work, value) for pupil in pupils]
        await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=marks)

    async def open_works() -> None:
        await desk.works.works(actor=desk.anna, lesson_id=desk.lesson)

    one = await counted(lambda: write(MarkValue.FIVE, desk.people.ivanov))
    works = await counted(open_works)
    async with desk.db.transaction() as session:
        world.session = session
        many = [await world.pupil(f"Ученик{n} Имя", desk.people.group) for n in range(30)]
    await desk.works.add(actor=desk.anna, lesson_id=desk.lesson, kind_id=await desk.kind("к/р"))
    assert await counted(lambda: write(MarkValue.FOUR, desk.people.petrova, *many)) == one
    assert await counted(open_works) == works
