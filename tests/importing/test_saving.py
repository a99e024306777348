"""What an import writes, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import ConsentWay
from db.models import (
    AbsenceReason,
    AuditEntry,
    Base,
    Bell,
    ClassTeacher,
    Consent,
    CourseTeacher,
    Enrolment,
    Group,
    Guardianship,
    OutboxMessage,
    Person,
    School,
    SchoolSetting,
    Slot,
    StaffAppointment,
    SubgroupMember,
)
from services.importing.service import ImportResult, ImportService
from tests.importing.small_school import SmallSchool
from tests.statements import Statements
from tests.world import FakeClock, moment

Import = Callable[[SmallSchool], Awaitable[ImportResult]]
DEMO = Path(__file__).parents[2] / "sandbox" / "school"


@pytest.fixture
def load(db: Database, clock: FakeClock, tmp_path: Path) -> Import:
    """Import the school, which must be right."""

    async def load(school: SmallSchool) -> ImportResult:
        result = await ImportService(db, clock).import_file(school.folder(tmp_path / "school"))
        assert result.errors == []
        return result

    return load


def _later(clock: FakeClock, days: int = 7) -> date:
    clock.forward(days=days)
    return clock.now().date()


def _differing(result: ImportResult) -> dict[str, tuple[int, int, int]]:
    return {
        section: (counts.created, counts.changed, counts.ended)
        for section, counts in result.changes.items()
        if counts.differs
    }


async def _count(session: AsyncSession, model: type[Base]) -> int:
    return await session.scalar(select(func.count()).select_from(model)) or 0


async def _periods(session: AsyncSession, model: Any, *where: Any) -> list[tuple[date, date | None]]:
    query = select(model.starts_on, model.ends_on).where(*where).order_by(model.starts_on, model.id)
    return [(row.starts_on, row.ends_on) for row in await session.execute(query)]


async def test_a_school_arrives_whole(load: Import, school: SmallSchool, session: AsyncSession) -> None:
    await load(school)
    counted = {
        model.__tablename__: await _count(session, model) for model in (Person, Group, Enrolment, Slot)
    }
    assert counted == {"person": 9, "study_group": 2, "enrolment": 4, "slot": 5}
    row = (await session.execute(select(School.name, School.short_name, School.preset))).one()
    assert row == ("Школа № 5", "Школа № 5", "bezhetsk")
    assert await _count(session, AbsenceReason) > 0
    assert await _periods(session, Enrolment) == [(date(2026, 9, 1), None)] * 4
    assert await _periods(session, Slot) == [(date(2026, 9, 1), date(2027, 5, 31))] * 5


async def test_a_teacher_who_is_a_parent_is_one_person(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    school.add("guardians", "Петрова Анна Павловна", "Зуев Л.Л.", "7А", "мать", "89001000001", "01.09.2026")
    await load(school)
    assert await _count(session, Person) == 9


async def test_the_same_file_again_changes_nothing(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    before = await _everything(session)
    _later(clock)
    assert _differing(await load(school)) == {}
    assert await _everything(session) == before


async def _everything(session: AsyncSession) -> dict[str, list[Any]]:
    return {
        table.name: sorted((tuple(row) for row in await session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }


async def test_the_demo_school_arrives_without_errors_and_again_changes_nothing(
    db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    service = ImportService(db, clock)
    assert (await service.import_file(DEMO)).errors == []
    assert await _count(session, Enrolment) == 300
    assert _differing(await service.import_file(DEMO)) == {}


async def test_nothing_is_saved_when_there_is_an_error(
    db: Database, clock: FakeClock, school: SmallSchool, session: AsyncSession, tmp_path: Path
) -> None:
    school.set("timetable", 2, "teacher", "Петрова А.Н.")
    result = await ImportService(db, clock).import_file(school.folder(tmp_path / "school"))
    assert not result.ok
    assert await _count(session, School) == 0


async def test_a_dry_run_counts_and_saves_nothing(
    db: Database, clock: FakeClock, school: SmallSchool, session: AsyncSession, tmp_path: Path
) -> None:
    result = await ImportService(db, clock).check(school.folder(tmp_path / "school"))
    assert result.changes["people"].created == 9
    assert await _count(session, Person) == 0


async def test_an_import_notifies_nobody_and_leaves_one_line_of_history(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    await load(school)
    assert await _count(session, OutboxMessage) == 0
    assert [entry.action for entry in await session.scalars(select(AuditEntry))] == ["school.imported"]


async def test_a_pupil_moves_to_another_class_today(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    today = _later(clock)
    school.set("pupils", 5, "group", "7Б")
    assert _differing(await load(school)) == {"pupils": (1, 0, 1)}
    pupil = await session.scalar(select(Person.id).where(Person.last_name == "Зуев"))
    assert await _periods(session, Enrolment, Enrolment.pupil_id == pupil) == [
        (date(2026, 9, 1), today - timedelta(days=1)),
        (today, None),
    ]


async def test_people_who_are_missing_are_reported_and_stay(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    school.rows["pupils"].pop()
    school.rows["guardians"].pop()
    result = await load(school)
    notes = {note.sheet: dict(note.params)["names"] for note in result.notes if note.code == "people_missing"}
    assert notes == {"pupils": "Зуев Лев Львович", "guardians": "Агаева Лейла Омаровна"}
    assert _differing(result) == {}
    assert await _count(session, Enrolment) == 4


async def test_a_changed_timetable_leaves_the_past_as_it_was(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    today = _later(clock)
    school.set("timetable", 2, "number", 3).set("timetable", 6, "number", 1).set("timetable", 3, "room", "14")
    assert _differing(await load(school)) == {"timetable": (2, 1, 2)}
    assert (date(2026, 9, 1), today - timedelta(days=1)) in await _periods(session, Slot, Slot.number == 1)
    assert (today, date(2027, 5, 31)) in await _periods(session, Slot, Slot.number == 1)


async def test_what_was_moved_twice_in_a_day_leaves_no_trace(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    _later(clock)
    await load(school.set("timetable", 2, "weekday", "Вт"))
    await load(school.set("timetable", 2, "weekday", "Ср"))
    assert len(await _periods(session, Slot)) == 6
    assert await _periods(session, Slot, Slot.weekday == 2) == []


async def test_what_ended_and_comes_back_begins_anew(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    _later(clock)
    await load(school.set("staff", 3, "roles", "учитель"))
    _later(clock)
    assert _differing(await load(school.set("staff", 3, "roles", "учитель, завуч"))) == {"staff": (1, 0, 0)}
    assert _differing(await load(school)) == {}
    assert len(await _periods(session, StaffAppointment, StaffAppointment.role == "deputy")) == 2


async def test_another_class_teacher_takes_over_today(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    today = _later(clock)
    await load(school.set("groups", 3, "class_teacher", "Ким Вера"))
    periods = await _periods(session, ClassTeacher)
    assert (date(2026, 9, 1), today - timedelta(days=1)) in periods
    assert (today, None) in periods


async def test_a_variant_that_was_chosen_in_the_bot_outlives_a_file_that_names_none(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    await session.execute(update(CourseTeacher).values(plan_variant="Углублённый"))
    result = await load(school)
    assert _differing(result) == {}
    assert set(await session.scalars(select(CourseTeacher.plan_variant))) == {"Углублённый"}


async def test_a_load_with_dates_and_a_hand_over(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    school.set("courses", 2, "valid_to", "31.12.2026")
    school.add("courses", "7Б", "Алгебра", "Ким Вера", "", 3, "01.01.2027")
    school.set("timetable", 2, "valid_to", "31.12.2026")
    school.add("timetable", "Пн", 1, "7Б", "Алгебра", "", "", "", "", "01.01.2027")
    await load(school)
    _later(clock, 150)
    assert _differing(await load(school)) == {}
    algebra = await _periods(session, CourseTeacher, CourseTeacher.hours_per_week == 3)
    assert (date(2027, 1, 1), None) in algebra
    assert (date(2026, 9, 1), date(2026, 12, 31)) in algebra


async def test_a_changed_card_is_changed_and_an_empty_cell_changes_nothing(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    school.set("staff", 2, "phone", "89001000009").set("pupils", 2, "birth_date", "")
    assert _differing(await load(school)) == {"people": (0, 1, 0)}
    phones = set(await session.scalars(select(Person.phone)))
    assert "+79001000009" in phones
    assert "+79001000001" not in phones


async def test_a_marriage_is_known_by_the_id(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    school.set("staff", 2, "full_name", "Соколова Анна Павловна").set("groups", 3, "class_teacher", "t1")
    for sheet, row in (("courses", 2), ("courses", 3), ("timetable", 2), ("timetable", 3)):
        school.set(sheet, row, "teacher", "Соколова А.П.")
    assert _differing(await load(school)) == {"people": (0, 1, 0)}


async def test_a_guardian_of_another_child_is_none_of_this_one_any_more(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    _later(clock)
    school.set("guardians", 2, "pupil", "Алиева С.Р.")
    assert _differing(await load(school)) == {"guardians": (1, 0, 1), "consents": (1, 0, 0)}
    assert len(await _periods(session, Guardianship)) == 3


async def test_pupils_change_subgroups(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    today = _later(clock)
    await load(school.set("subgroups", 3, "subgroup", "2"))
    assert (today, None) in await _periods(session, SubgroupMember)
    assert (date(2026, 9, 1), today - timedelta(days=1)) in await _periods(session, SubgroupMember)


async def test_a_withdrawn_consent_is_not_given_again_by_an_old_file(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    for consent in await session.scalars(select(Consent)):
        assert consent.way is ConsentWay.PAPER
        consent.withdrawn_at = moment("12:00")
    await session.flush()
    _later(clock)
    assert _differing(await load(school)) == {}


async def test_a_withdrawal_in_the_file_ends_the_consent(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    school.set("guardians", 2, "consent_withdrawn", "14.09.2026")
    assert _differing(await load(school)) == {"consents": (0, 1, 0)}
    assert _differing(await load(school)) == {}


async def test_a_part_of_a_school_is_enough_when_the_rest_is_there(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school)
    part = SmallSchool().only("pupils", "guardians")
    part.add("pupils", "Новикова Ева", "7А", "1.2.2013")
    part.add("guardians", "Новиков Пётр", "Новикова Ева", "7А", "отец")
    result = await load(part)
    assert _differing(result) == {"people": (2, 0, 0), "pupils": (1, 0, 0), "guardians": (1, 0, 0)}
    assert await _count(session, Slot) == 5
    assert await _count(session, Bell) == 3


async def test_a_timetable_alone_is_checked_against_the_rest(
    db: Database, clock: FakeClock, load: Import, school: SmallSchool, tmp_path: Path
) -> None:
    await load(school)
    part = SmallSchool().only("timetable").set("timetable", 6, "teacher", "")
    part.set("timetable", 2, "number", 9).set("timetable", 3, "group", "8А")
    result = await ImportService(db, clock).check(part.folder(tmp_path / "part"))
    assert [(e.code, e.row) for e in result.errors] == [("lesson_without_bell", 2), ("unknown_group", 3)]


async def test_a_new_year_knows_its_people(
    load: Import, school: SmallSchool, session: AsyncSession, clock: FakeClock
) -> None:
    await load(school)
    _later(clock, 350)
    following = SmallSchool().without("timetable", "subgroups", "courses")
    for row, value in ((5, "2027/2028"), (6, "01.09.2027"), (7, "31.05.2028")):
        following.set("settings", row, "value", value)
    following.rows["terms"], following.rows["holidays"] = [], []
    for sheet, rows in following.rows.items():
        following.rows[sheet] = [[_a_year_older(cell) for cell in row] for row in rows]
    await load(following)
    assert await _count(session, Person) == 9
    assert await _count(session, Group) == 4
    assert await _count(session, Enrolment) == 8


def _a_year_older(cell: Any) -> Any:
    return {"7А": "8А", "7Б": "8Б", 7: 8}.get(cell, cell)


async def test_settings_are_the_institutions_own(
    load: Import, school: SmallSchool, session: AsyncSession
) -> None:
    await load(school.add("settings", "Тихие часы с", "22.30").add("settings", "personal_data", "Инициалы"))
    rows = await session.execute(select(SchoolSetting.key, SchoolSetting.value))
    assert {key: value for key, value in rows} == {"quiet_from": "22:30", "personal_data": "initials"}


def _with_pupils(number: int) -> SmallSchool:
    school = SmallSchool()
    for n in range(number):
        name = f"Ученик{n} Пётр Ильич"
        school.add("pupils", name, "7А", "", "м", "", f"id{n}", "", "01.09.2026")
        school.add("guardians", f"Родитель{n} Анна", f"id{n}", "7А", "мать", "", "01.09.2026")
    return school


async def test_a_thousand_pupils_take_as_many_statements_as_ten(
    db: Database, clock: FakeClock, tmp_path: Path, statements: Statements
) -> None:
    counted = []
    for number in (10, 300, 1000):
        path = _with_pupils(number).folder(tmp_path / str(number))
        statements.taken()
        assert (await ImportService(db, clock).check(path)).errors == []
        counted.append(statements.taken())
    # The driver sends inserts in batches of at most a thousand rows.
    assert counted[2] - counted[0] <= 20, counted


async def test_two_imports_at_once_are_as_two_in_turn(
    committed_db: Database, clock: FakeClock, school: SmallSchool, tmp_path: Path
) -> None:
    service = ImportService(committed_db, clock)
    path = school.folder(tmp_path / "school")
    results = await asyncio.gather(service.import_file(path), service.import_file(path))
    assert sorted(result.changes["people"].created for result in results) == [0, 9]
