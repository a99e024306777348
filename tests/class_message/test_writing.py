"""«Записать»: everything at once, once, and exactly what was shown."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.engine import Database
from db.enums import MarkValue
from db.models import Attendance, AuditEntry, OutboxMessage, Register, Work
from handlers.texts.class_message import draft_screen
from services.attendance import AttendanceService
from services.marks.class_message import Answers, DraftChanged, Fate, Topic
from tests.class_message.conftest import STORY, Classroom, furnished
from tests.world import MONDAY, FakeClock

FIVE, FOUR, THREE = MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE


async def works(room: Classroom) -> int:
    return await room.session.scalar(select(func.count()).select_from(Work)) or 0


async def test_thirty_marks_stand(room: Classroom) -> None:
    saved = await room.save(STORY.replace("остальные", "Ковалев 5, остальные"), Answers(who=(None,)))
    assert len(saved.written) == 31
    marks = await room.marks()
    assert len(marks) == 29
    assert marks["Иванов Пётр"] is marks["Ковалёв Егор"] is FIVE
    assert await room.marks(2) == {"Петрова Ксения": THREE}
    assert await room.absences() == {"Иванова Полина": ("absent", None)}


async def test_the_exempt_are_asked_about_by_name_and_are_not_among_the_others(room: Classroom) -> None:
    volkov, orlov = room.pupils["Волков Илья"], room.pupils["Орлов Семён"]
    for pupil_id in (volkov, orlov):
        await room.world.exempt(pupil_id, room.course, room.anna)
    words = "Волков 5, остальные 4"
    draft = await room.read(words)
    assert draft.topics == (Topic.ABSENCE,)
    assert [(item.pupil_id, item.fate) for item in draft.items if item.fate is not Fate.WRITTEN] == [
        (volkov, Fate.ASKED),
        (orlov, Fate.EXEMPT),
    ]
    shown = draft_screen(draft, 1).text
    assert "Поставить отметку, хотя есть освобождение: Волков И.?" in shown
    assert "Освобождены, не записывать: Орлов С. 4" in shown
    await room.save(words, Answers(despite_absence=True))
    marks = await room.marks()
    assert marks["Волков Илья"] is FIVE
    assert "Орлов Семён" not in marks


async def test_writing_twice_writes_once(room: Classroom) -> None:
    draft = await room.read(STORY)
    await room.write(STORY, Answers(), draft.version)
    history = select(func.count()).select_from(AuditEntry)
    before = await room.session.scalar(history)
    with pytest.raises(DraftChanged) as changed:
        await room.write(STORY, Answers(), draft.version)
    assert {item.fate for item in changed.value.draft.items} == {Fate.STANDS}
    with pytest.raises(DraftChanged):
        await room.write(STORY, Answers(), changed.value.draft.version)
    assert await room.session.scalar(history) == before
    assert await works(room) == 2


async def test_what_changed_since_the_preview_is_shown_and_not_written(room: Classroom) -> None:
    draft = await room.read("Волков 5, Орлов 4")
    await room.save("Волков 3")
    with pytest.raises(DraftChanged) as changed:
        await room.write("Волков 5, Орлов 4", Answers(), draft.version)
    assert [item.before for item in changed.value.draft.items] == [THREE, None]
    assert await room.marks() == {"Волков Илья": THREE}


async def test_what_is_still_to_be_asked_is_not_written(room: Classroom) -> None:
    draft = await room.read("Ковалев 5, Волков 4")
    with pytest.raises(DraftChanged):
        await room.write("Ковалев 5, Волков 4", Answers(), draft.version)
    assert await room.marks() == {}


async def test_a_mark_that_stands_is_changed_within_the_undo_window_and_later_with_a_reason(
    room: Classroom,
) -> None:
    await room.save("Волков 4")
    corrected = await room.save("Волков 5")
    assert [(item.before, item.value) for item in corrected.written] == [(FOUR, FIVE)]
    room.clock.forward(minutes=30)
    assert (await room.read("Волков 3, Орлов 4")).topics == (Topic.REASON,)
    left = await room.read("Волков 3, Орлов 4", Answers(left_out=frozenset({Topic.REASON})))
    assert [item.value for item in left.written] == [FOUR]
    await room.save("Волков 3", Answers(reason="Описка"))
    assert await room.marks() == {"Волков Илья": THREE}
    last = select(AuditEntry.after).where(AuditEntry.action == "mark.set").order_by(AuditEntry.id.desc())
    assert (await room.session.scalars(last.limit(1))).one()["reason"] == "Описка"


async def test_a_second_message_fills_the_same_work(room: Classroom) -> None:
    await room.save("к/р: Волков 5")
    await room.save("к/р: Орлов 4 3")
    assert await room.marks() == {"Волков Илья": FIVE, "Орлов Семён": FOUR}
    assert await room.marks(2) == {"Орлов Семён": THREE}
    await room.save("с/р: Волков 4")
    assert await room.marks(3) == {"Волков Илья": FOUR}


async def test_a_numbered_work_is_its_own(room: Classroom) -> None:
    await room.save("к/р № 1: Волков 5")
    await room.save("к/р № 2: Волков 4")
    await room.save("к/р № 1: Орлов 3")
    assert await room.marks() == {"Волков Илья": FIVE, "Орлов Семён": THREE}
    assert await room.marks(2) == {"Волков Илья": FOUR}


async def test_an_absence_does_not_declare_the_register_taken(room: Classroom) -> None:
    await room.save("Волков н")
    assert (await room.session.scalars(select(Register.taken_at))).all() == [None]
    source = (await room.session.scalars(select(Attendance.source))).one()
    assert source.value == "teacher"
    assert await room.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


async def test_an_absence_in_a_register_that_is_taken_is_a_correction_and_tells_guardians(
    room: Classroom,
) -> None:
    guardian = await room.world.guardian("Волкова Мария", room.pupils["Волков Илья"])
    await room.world.account_of(guardian)
    attendance = AttendanceService(room.db, room.clock)
    await attendance.everyone_present(actor=room.actor, lesson_id=room.lesson)
    await room.save("Волков н")
    told = await room.session.scalars(select(OutboxMessage.kind))
    assert "absence_alert" in told.all()
    alert_at = await room.session.scalar(select(Attendance.alert_at).where(Attendance.status == "absent"))
    assert alert_at == room.clock.now() + timedelta(minutes=5)


async def test_families_are_told_of_marks_like_of_any_others(room: Classroom) -> None:
    guardian = await room.world.guardian("Волкова Мария", room.pupils["Волков Илья"])
    await room.world.account_of(guardian)
    await room.save("Волков 5 4, Орлов 3")
    assert (await room.session.scalars(select(OutboxMessage.kind))).all() == ["marks_day"]


async def test_locked_cells_are_named_and_no_work_is_added_for_them(room: Classroom) -> None:
    room.clock.set("10:40", MONDAY + timedelta(days=200))
    draft = await room.read("Волков 5, Орлов н, Уварова 4")
    assert {item.fate for item in draft.items} == {Fate.LOCKED}
    with pytest.raises(DraftChanged):
        await room.write("Волков 5, Орлов н, Уварова 4", Answers(), draft.version)
    assert await works(room) == 0


async def test_nobody_elses_lesson_is_written_with_a_version_that_was_seen(room: Classroom) -> None:
    draft = await room.read("Волков 5")
    with pytest.raises(DraftChanged):
        await room.write("Волков 5", Answers(), draft.version + 1)
    with pytest.raises(DraftChanged):
        await room.write("Волков 4", Answers(), draft.version)
    assert await room.marks() == {}


async def test_two_taps_at_the_same_moment_write_once(committed_db: Database, clock: FakeClock) -> None:
    async with committed_db.transaction() as session:
        room = await furnished(session, committed_db, clock)
    draft = await room.read(STORY)
    done = await asyncio.gather(
        *(room.write(STORY, Answers(), draft.version) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Draft", "DraftChanged", "DraftChanged"]
    async with committed_db.transaction() as room.session:
        assert await works(room) == 2
        assert len(await room.marks()) == 29
