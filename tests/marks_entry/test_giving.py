"""Writing marks: what stands, what is refused, and the history of it (J4, J5, U7)."""

from __future__ import annotations

from sqlalchemy import select

from db.enums import MarkValue
from db.models import AuditEntry, Mark, OutboxMessage
from services.marks.giving import NewMark, Verdict
from tests.marks_entry.conftest import Desk


async def test_marks_of_a_whole_class_are_written_with_their_history(desk: Desk) -> None:
    people = desk.people
    given = {people.ivanov: MarkValue.FIVE, people.petrova: MarkValue.FOUR, people.agaev: MarkValue.EXEMPT}
    written = await desk.marks.write(
        actor=desk.anna,
        lesson_id=desk.lesson,
        marks=[NewMark(pupil, desk.work, value) for pupil, value in given.items()],
    )
    assert not written.refused
    async with desk.db.transaction() as session:
        marks = {row.pupil_id: row.value for row in await session.scalars(select(Mark))}
        history = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "mark.set")))
        told = list(await session.scalars(select(OutboxMessage)))
    assert marks == given
    assert {line.pupil_id: line.after and line.after["value"] for line in history} == given
    assert all(line.before is None and line.person_id == people.anna for line in history)
    # The mother of Ivanov alone has the bot.
    assert [message.pupil_id for message in told] == [people.ivanov]


async def test_a_second_tap_changes_nothing(desk: Desk) -> None:
    mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE)
    for _ in range(2):
        written = await desk.marks.write(actor=desk.anna, lesson_id=desk.lesson, marks=[mark])
        assert [cell.verdict for cell in written.cells] == [Verdict.WRITTEN]
    async with desk.db.transaction() as session:
        assert len(list(await session.scalars(select(Mark)))) == 1
        assert (
            len(list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "mark.set")))) == 1
        )


async def test_a_tap_writes_and_shows_the_sheet_in_one_statement(desk: Desk) -> None:
    account = desk.people.world.accounts[desk.people.anna]
    mark = NewMark(desk.people.ivanov, desk.work, MarkValue.FIVE)
    tapped = await desk.marks.tap(account=account, mark=mark)
    assert tapped.verdict is Verdict.WRITTEN
    assert [(cell.last_name, cell.value, cell.locked) for cell in tapped.sheet.cells] == [
        ("Агаев", None, False),
        ("Иванов", MarkValue.FIVE, False),
        ("Петрова", None, False),
        ("Сидоренко", None, False),
    ]
    assert await desk.marks.look(account=account, work_id=desk.work) == tapped.sheet
