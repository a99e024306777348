"""Totals of what a pupil missed, by term and for the year (J7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from db.engine import Database
from db.enums import AttendanceStatus, RequestState
from db.models import AbsenceDay, AbsenceReason, AbsenceRequest, Attendance, PlannedAbsence, Register
from handlers.texts.absence_totals import absence_totals_screen
from services.absence_totals import AbsenceTotals, AbsenceTotalsService, Totals
from services.errors import NotFound
from tests.diary.conftest import TUESDAY, Read
from tests.diary.test_screens import fixed_head
from tests.golden import Golden
from tests.statements import Statements
from tests.world import MONDAY, moment

NONE = Totals(0, 0, 0, 0, 0, 0, 0)
IN_NOVEMBER = date(2026, 11, 9)


@pytest.fixture
def totals(db: Database, read: Read) -> AbsenceTotalsService:
    return AbsenceTotalsService(db, read.clock)


async def of(read: Read, totals: AbsenceTotalsService, reader: int | None = None) -> AbsenceTotals:
    actor = await read.people.world.actor(reader or read.people.mother, read.clock.now())
    return await totals.totals(actor=actor, pupil_id=read.people.ivanov)


async def reason_id(read: Read, code: str) -> int:
    found = select(AbsenceReason.id).where(
        AbsenceReason.school_id == read.people.world.school_id, AbsenceReason.code == code
    )
    return (await read.kept.session.execute(found)).scalar_one()


async def confirmed(read: Read, day: date, code: str) -> None:
    await read.kept.session.execute(
        insert(AbsenceDay).values(
            school_id=read.people.world.school_id,
            pupil_id=read.people.ivanov,
            date=day,
            reason_id=await reason_id(read, code),
            confirmed_by=read.people.irina,
            confirmed_at=moment("12:00", day),
        )
    )


async def missed(read: Read, day: date, *, of_two: int = 1) -> None:
    """The first `of_two` of a day's two lessons."""
    people = read.people
    lessons = [
        await read.kept.lesson(day),
        await read.kept.lesson(day, number=4, course_id=people.russian, teacher_id=people.belova),
    ]
    for lesson in lessons[:of_two]:
        await read.kept.missed(lesson, people.ivanov)


async def filled(read: Read) -> None:
    """Ill for a day, away without a reason for a lesson, at a contest, late, and unexplained in November."""
    people = read.people
    await missed(read, MONDAY, of_two=2)
    await confirmed(read, MONDAY, "sick")
    await missed(read, date(2026, 9, 21))
    await confirmed(read, date(2026, 9, 21), "truancy")
    await missed(read, date(2026, 9, 28))
    await people.world.add(
        PlannedAbsence,
        school_id=people.world.school_id,
        pupil_id=people.ivanov,
        starts_on=date(2026, 9, 28),
        ends_on=date(2026, 9, 28),
        reason_id=await reason_id(read, "event"),
        entered_by=people.irina,
        entered_at=moment("09:00"),
    )
    late = await read.kept.lesson(date(2026, 10, 5))
    await read.kept.missed(late, people.ivanov, AttendanceStatus.LATE, 12)
    await missed(read, date(2026, 11, 2))
    read.clock.set("15:00", IN_NOVEMBER)


async def test_days_and_lessons_are_counted_by_term_and_reason(
    read: Read, totals: AbsenceTotalsService, golden: Golden
) -> None:
    await filled(read)
    view = await of(read, totals)
    first, second = (one for _, one in view.terms)
    assert first == Totals(days=1, lessons=3, valid=2, not_valid=1, unexplained=0, excused=1, late=1)
    assert second == Totals(days=0, lessons=1, valid=0, not_valid=0, unexplained=1, excused=0, late=0)
    assert view.year == Totals(days=1, lessons=4, valid=2, not_valid=1, unexplained=1, excused=1, late=1)
    golden("diary/absence_totals", absence_totals_screen(replace(view, head=fixed_head(view.head))))


async def test_what_the_family_only_announced_is_not_confirmed(
    read: Read, totals: AbsenceTotalsService
) -> None:
    await filled(read)
    planned_id = (await read.kept.session.execute(select(PlannedAbsence.id))).scalar_one()
    request_id = await read.people.world.add(
        AbsenceRequest,
        school_id=read.people.world.school_id,
        pupil_id=read.people.ivanov,
        planned_id=planned_id,
        comment="",
        refusal="",
        requested_by=read.people.mother,
        requested_at=moment("08:00"),
        state=RequestState.SENT,
    )
    year = (await of(read, totals)).year
    assert (year.excused, year.unexplained) == (0, 2)
    await read.kept.session.execute(
        update(AbsenceRequest)
        .where(AbsenceRequest.id == request_id)
        .values(state=RequestState.ACCEPTED, decided_by=read.people.irina, decided_at=moment("09:00"))
    )
    year = (await of(read, totals)).year
    assert (year.excused, year.unexplained) == (1, 1)


async def test_who_missed_nothing_reads_so(read: Read, totals: AbsenceTotalsService) -> None:
    view = await of(read, totals)
    assert (len(view.terms), view.year) == (1, NONE)
    assert absence_totals_screen(view).text.count("Пропусков и опозданий нет.") == 2


async def test_an_absence_counts_when_its_undo_window_has_closed(
    read: Read, totals: AbsenceTotalsService
) -> None:
    await missed(read, MONDAY)
    read.clock.set("10:22")
    assert (await of(read, totals)).year == NONE
    read.clock.set("10:23")
    assert (await of(read, totals)).year.lessons == 1
    await read.kept.session.execute(update(Attendance).values(status=AttendanceStatus.PRESENT))
    assert (await of(read, totals)).year == NONE


async def test_a_register_that_was_not_taken_is_no_lesson_missed(
    read: Read, totals: AbsenceTotalsService
) -> None:
    """The day's other lesson is not known, so the day counts as missed by what is."""
    await missed(read, MONDAY)
    assert (await of(read, totals)).year.days == 0
    other = select(Attendance.lesson_id)
    await read.kept.session.execute(
        update(Register).where(Register.lesson_id.not_in(other)).values(taken_at=None, taken_by=None)
    )
    assert (await of(read, totals)).year.days == 1


async def test_nobody_else_reads_totals(read: Read, totals: AbsenceTotalsService) -> None:
    for reader in (read.people.father, read.people.anna, read.people.agaev):
        with pytest.raises(NotFound):
            await of(read, totals, reader)
    assert (await of(read, totals, read.people.irina)).head.class_id == read.people.group


async def test_more_absences_take_as_many_statements(
    read: Read, totals: AbsenceTotalsService, statements: Statements
) -> None:
    async def taken() -> int:
        actor = await read.people.world.actor(read.people.mother, read.clock.now())
        statements.taken()
        await totals.totals(actor=actor, pupil_id=read.people.ivanov)
        return statements.taken()

    await missed(read, MONDAY)
    few = await taken()
    await missed(read, TUESDAY, of_two=2)
    for week in range(1, 5):
        await missed(read, MONDAY + timedelta(days=7 * week))
    assert await taken() == few <= 6
