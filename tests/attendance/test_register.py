"""Taking the register (J7): every action sets a state, and only the lesson's own teacher may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, StaffRole
from db.models import AbsenceReason, AuditEntry, PlannedAbsence, Register, Slot, Substitution
from db.queries import timetable
from db.queries.attendance import Cell, RegisterRow
from services.attendance import AttendanceService
from services.errors import InvalidInput, Locked, NotFound
from services.lessons import LessonService
from tests.statements import Statements
from tests.world import MONDAY, FakeClock, Story, moment, story

ABSENT, LATE, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.LATE, AttendanceStatus.PRESENT


@pytest.fixture
async def people(session: AsyncSession) -> Story:
    return await story(session)


@pytest.fixture
def attendance(db: Database, clock: FakeClock) -> AttendanceService:
    return AttendanceService(db, clock)


async def lesson_of(db: Database, clock: FakeClock, people: Story, teacher: int, number: int) -> int:
    day = await LessonService(db, clock).day(actor=await people.world.actor(teacher), day=MONDAY)
    return next(row.lesson_id for row in day.lessons if row.number == number)


@pytest.fixture
async def algebra(db: Database, clock: FakeClock, people: Story) -> int:
    return await lesson_of(db, clock, people, people.anna, 3)


@pytest.fixture
async def open_algebra(attendance: AttendanceService, people: Story, algebra: int) -> int:
    """The same lesson, its register opened by its teacher."""
    await attendance.open(actor=await people.world.actor(people.anna), lesson_id=algebra)
    return algebra


def cell(register: RegisterRow, pupil_id: int) -> Cell:
    return next(cell for cell in register.cells if cell.pupil_id == pupil_id)


def absent(register: RegisterRow) -> list[str]:
    return [cell.last_name for cell in register.cells if cell.status is ABSENT]


async def test_two_taps_and_done(
    people: Story, attendance: AttendanceService, algebra: int, clock: FakeClock
) -> None:
    await people.world.account_of(people.mother)
    anna, account = await people.world.actor(people.anna), await people.world.account_of(people.anna)
    opened = await attendance.open(actor=anna, lesson_id=algebra)
    assert opened.taken_at is None
    assert [cell.last_name for cell in opened.cells] == ["Агаев", "Иванов", "Петрова", "Сидоренко"]
    for pupil in (people.ivanov, people.sidorenko):
        register = await attendance.set_cell(
            account=account, lesson_id=algebra, pupil_id=pupil, status=ABSENT
        )
    assert absent(register) == ["Иванов", "Сидоренко"]
    taken = await attendance.take(actor=anna, lesson_id=algebra)
    assert taken.register.taken_at == clock.now()
    assert taken.alerts_at == moment("10:22")


async def test_the_same_tap_twice_is_one_change(
    people: Story, attendance: AttendanceService, open_algebra: int, session: AsyncSession
) -> None:
    account = await people.world.account_of(people.anna)
    for _ in range(2):
        await attendance.set_cell(
            account=account, lesson_id=open_algebra, pupil_id=people.ivanov, status=ABSENT
        )
    changes = select(func.count()).where(AuditEntry.action == "attendance.set")
    assert await session.scalar(changes) == 1


async def test_history_keeps_before_and_after(
    people: Story, attendance: AttendanceService, open_algebra: int, session: AsyncSession
) -> None:
    account = await people.world.account_of(people.anna)
    await attendance.set_cell(account=account, lesson_id=open_algebra, pupil_id=people.ivanov, status=ABSENT)
    await attendance.set_cell(
        account=account, lesson_id=open_algebra, pupil_id=people.ivanov, status=LATE, late_minutes=12
    )
    entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
    assert entry.before == {"status": "absent", "late_minutes": None}
    assert entry.after == {"status": "late", "late_minutes": 12}
    assert (entry.person_id, entry.pupil_id) == (people.anna, people.ivanov)


async def test_a_tap_is_one_statement(
    people: Story, attendance: AttendanceService, open_algebra: int, statements: Statements
) -> None:
    account = await people.world.account_of(people.anna)
    statements.taken()
    await attendance.set_cell(account=account, lesson_id=open_algebra, pupil_id=people.ivanov, status=ABSENT)
    assert statements.taken() == 1


async def test_all_present_keeps_those_known_to_be_away(
    people: Story, attendance: AttendanceService, algebra: int, session: AsyncSession, clock: FakeClock
) -> None:
    reason = await session.scalar(select(AbsenceReason.id).where(AbsenceReason.code == "sick"))
    await people.world.add(
        PlannedAbsence,
        school_id=people.world.school_id,
        pupil_id=people.agaev,
        starts_on=MONDAY,
        ends_on=MONDAY,
        reason_id=reason,
        entered_by=people.irina,
        entered_at=clock.now(),
    )
    anna, account = await people.world.actor(people.anna), await people.world.account_of(people.anna)
    opened = await attendance.open(actor=anna, lesson_id=algebra)
    assert cell(opened, people.agaev).source is AttendanceSource.PLANNED
    assert cell(opened, people.agaev).planned_reason == "болезнь"
    await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)
    taken = await attendance.everyone_present(actor=anna, lesson_id=algebra)
    assert absent(taken.register) == ["Агаев"]
    assert taken.alerts_at is None


async def test_a_double_lesson_begins_as_the_first_one_ended(
    people: Story, attendance: AttendanceService, algebra: int, db: Database, clock: FakeClock
) -> None:
    await people.world.slot(people.algebra, people.anna, 5)
    anna, account = await people.world.actor(people.anna), await people.world.account_of(people.anna)
    await people.world.slot(people.algebra, people.anna, 6)
    clock.set("12:10")
    fifth = await lesson_of(db, clock, people, people.anna, 5)
    sixth = await lesson_of(db, clock, people, people.anna, 6)
    await attendance.open(actor=anna, lesson_id=fifth)
    await attendance.set_cell(account=account, lesson_id=fifth, pupil_id=people.ivanov, status=ABSENT)
    await attendance.set_cell(
        account=account, lesson_id=fifth, pupil_id=people.petrova, status=LATE, late_minutes=5
    )
    await attendance.take(actor=anna, lesson_id=fifth)
    clock.set("13:00")
    opened = await attendance.open(actor=anna, lesson_id=sixth)
    assert absent(opened) == ["Иванов"]
    assert cell(opened, people.ivanov).source is AttendanceSource.COPIED
    assert cell(opened, people.petrova).status is PRESENT
    assert opened.taken_at is None


async def test_two_teachers_see_each_others_marks(
    people: Story, attendance: AttendanceService, open_algebra: int, session: AsyncSession, clock: FakeClock
) -> None:
    await people.world.add(
        Substitution,
        school_id=people.world.school_id,
        course_id=people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=people.belova,
        entered_by=people.irina,
        entered_at=clock.now(),
    )
    await attendance.set_cell(
        account=await people.world.account_of(people.anna),
        lesson_id=open_algebra,
        pupil_id=people.ivanov,
        status=ABSENT,
    )
    register = await attendance.set_cell(
        account=await people.world.account_of(people.belova),
        lesson_id=open_algebra,
        pupil_id=people.petrova,
        status=ABSENT,
    )
    assert absent(register) == ["Иванов", "Петрова"]


async def test_a_subgroup_sees_only_its_pupils(
    people: Story, attendance: AttendanceService, db: Database, clock: FakeClock
) -> None:
    english = await people.world.course(
        "Английский язык", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    await people.world.slot(english, people.anna, 2)
    lesson = await lesson_of(db, clock, people, people.anna, 2)
    opened = await attendance.open(actor=await people.world.actor(people.anna), lesson_id=lesson)
    assert [cell.last_name for cell in opened.cells] == ["Иванов"]
    with pytest.raises(NotFound):
        await attendance.set_cell(
            account=await people.world.account_of(people.anna),
            lesson_id=lesson,
            pupil_id=people.petrova,
            status=ABSENT,
        )


@pytest.mark.parametrize("who", ["irina", "belova", "mother"])
async def test_nobody_else_finds_the_register(
    who: str, people: Story, attendance: AttendanceService, open_algebra: int
) -> None:
    person = getattr(people, who)
    with pytest.raises(NotFound):
        await attendance.open(actor=await people.world.actor(person), lesson_id=open_algebra)
    with pytest.raises(NotFound):
        await attendance.set_cell(
            account=await people.world.account_of(person),
            lesson_id=open_algebra,
            pupil_id=people.ivanov,
            status=ABSENT,
        )


async def test_a_teacher_who_left_finds_nothing(
    people: Story, attendance: AttendanceService, session: AsyncSession
) -> None:
    gone = await people.world.person("Ушедший Иван")
    await people.world.employ(gone, StaffRole.TEACHER, ends_on=MONDAY - timedelta(days=1))
    await people.world.slot(people.algebra, gone, 1)
    rows = await timetable.lessons(session, people.world.school_id, MONDAY, MONDAY, group_id=people.group)
    lesson = next(row.lesson_id for row in rows if row.number == 1)
    await session.execute(insert(Register).values(lesson_id=lesson, opened_at=moment("08:30")))
    with pytest.raises(NotFound):
        await attendance.set_cell(
            account=await people.world.account_of(gone),
            lesson_id=lesson,
            pupil_id=people.ivanov,
            status=ABSENT,
        )
    with pytest.raises(NotFound):
        await attendance.open(actor=await people.world.actor(gone), lesson_id=lesson)


async def test_a_lesson_given_to_somebody_else_cannot_be_tapped_before_its_register_is_opened(
    people: Story, attendance: AttendanceService, algebra: int, session: AsyncSession
) -> None:
    await session.execute(
        update(Slot).where(Slot.course_id == people.algebra).values(teacher_id=people.belova)
    )
    account = await people.world.account_of(people.anna)
    with pytest.raises(NotFound):
        await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)
    opened = await attendance.open(actor=await people.world.actor(people.belova), lesson_id=algebra)
    assert absent(opened) == []
    with pytest.raises(NotFound):
        await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)


async def test_after_the_lock_nothing_changes(
    people: Story, attendance: AttendanceService, algebra: int, clock: FakeClock
) -> None:
    anna, account = await people.world.actor(people.anna), await people.world.account_of(people.anna)
    clock.set("10:17", MONDAY + timedelta(days=30))
    await attendance.open(actor=anna, lesson_id=algebra)
    await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)
    clock.set("00:01", MONDAY + timedelta(days=31))
    with pytest.raises(Locked):
        await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=PRESENT)
    with pytest.raises(Locked):
        await attendance.take(actor=anna, lesson_id=algebra)
    shown = await attendance.open(actor=anna, lesson_id=algebra)
    assert shown.locked
    assert absent(shown) == ["Иванов"]


async def test_a_lesson_that_has_not_begun_has_no_register_yet(
    people: Story, attendance: AttendanceService, algebra: int, clock: FakeClock
) -> None:
    anna, account = await people.world.actor(people.anna), await people.world.account_of(people.anna)
    clock.set("09:59")
    assert not (await attendance.open(actor=anna, lesson_id=algebra)).begun
    with pytest.raises(NotFound):
        await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)
    with pytest.raises(InvalidInput):
        await attendance.take(actor=anna, lesson_id=algebra)
    clock.set("10:00")
    assert (await attendance.open(actor=anna, lesson_id=algebra)).begun
    await attendance.set_cell(account=account, lesson_id=algebra, pupil_id=people.ivanov, status=ABSENT)


async def test_before_done_there_is_nothing_to_tell(
    people: Story, attendance: AttendanceService, algebra: int
) -> None:
    with pytest.raises(NotFound):
        await attendance.tell_now(actor=await people.world.actor(people.anna), lesson_id=algebra)


@pytest.mark.parametrize("minutes", [0, -5, 121])
async def test_impossible_minutes_are_refused(
    minutes: int, people: Story, attendance: AttendanceService, algebra: int
) -> None:
    with pytest.raises(InvalidInput):
        await attendance.set_cell(
            account=await people.world.account_of(people.anna),
            lesson_id=algebra,
            pupil_id=people.ivanov,
            status=LATE,
            late_minutes=minutes,
        )


@pytest.mark.parametrize(
    ("at", "number"),
    [("08:00", 3), ("10:17", 3), ("11:00", 3), ("11:15", 4), ("14:00", 4)],
)
async def test_the_clock_opens_the_right_lesson(
    at: str, number: int, people: Story, db: Database, clock: FakeClock
) -> None:
    await people.world.slot(people.algebra, people.anna, 4)
    clock.set(at)
    day = await LessonService(db, clock).day(actor=await people.world.actor(people.anna))
    current = day.current()
    assert current is not None
    assert current.number == number


async def test_yesterdays_unfinished_lessons_are_brought_up(
    people: Story, db: Database, clock: FakeClock
) -> None:
    clock.set("10:17", date(2026, 9, 15))
    day = await LessonService(db, clock).day(actor=await people.world.actor(people.anna))
    assert day.lessons == ()
    assert [(row.date, row.number) for row in day.unfinished_before] == [(MONDAY, 3)]
