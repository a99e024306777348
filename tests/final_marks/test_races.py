"""«Принять все» at the moment of somebody else's change: with real commits and real locks."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select, text

from db.engine import Database
from db.enums import FinalKind
from db.models import AuditEntry, FinalMark
from services.final_marks import FinalMarkService
from tests.faults.conftest import Lock
from tests.final_marks.journal import LAST_DAY, Journal, M, first_quarter
from tests.world import FakeClock, story


async def test_a_change_at_the_moment_of_accepting_all_stands(
    committed_db: Database, clock: FakeClock
) -> None:
    clock.set("13:00", LAST_DAY)
    async with committed_db.transaction() as session:
        people = await story(session)
        journal = Journal(people)
        await first_quarter(journal)
        anna, term = await people.world.actor(people.anna, clock.now()), await journal.term()
    finals = FinalMarkService(committed_db, clock)
    seen = (await finals.page(actor=anna, course_id=people.algebra, kind=FinalKind.TERM, term_id=term)).seen
    accepting = [
        finals.accept(actor=anna, course_id=people.algebra, kind=FinalKind.TERM, term_id=term, seen=seen)
        for _ in range(2)
    ]
    changing = finals.set(
        actor=anna,
        course_id=people.algebra,
        kind=FinalKind.TERM,
        term_id=term,
        pupil_id=people.ivanov,
        value=M.FIVE,
        comment="Олимпиада",
    )
    async with committed_db.transaction() as session:
        backend = (await session.execute(select(func.pg_backend_pid()))).scalar_one()
        await session.execute(text("lock table final_mark in share mode"))
        tasks = [asyncio.create_task(one) for one in (accepting[0], changing, accepting[1])]
        await Lock(committed_db, backend).reached(by=3)
    await asyncio.gather(*tasks)

    async with committed_db.transaction() as session:
        rows = await session.execute(select(FinalMark.pupil_id, FinalMark.value, FinalMark.comment))
        found = {row.pupil_id: (row.value, row.comment) for row in rows}
        history = list(
            await session.scalars(
                select(AuditEntry).where(AuditEntry.action == "final_mark.set").order_by(AuditEntry.id)
            )
        )
    assert found == {
        people.agaev: (M.NOT_ASSESSED, ""),
        people.ivanov: (M.FIVE, "Олимпиада"),
        people.petrova: (M.FIVE, ""),
        people.sidorenko: (M.NOT_ASSESSED, ""),
    }
    of_ivanov = [entry for entry in history if entry.pupil_id == people.ivanov]
    assert of_ivanov[-1].after == {"value": "5", "comment": "Олимпиада"}
    # Either the change came first, or it changed what was accepted: then the history has both.
    assert [entry.before for entry in of_ivanov] in ([None], [None, {"value": "4", "comment": ""}])
    assert len(history) - len(of_ivanov) == 3
