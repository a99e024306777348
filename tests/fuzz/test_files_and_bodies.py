"""Files, bodies and lines as nobody should send them: refused or understood, never anything else."""

from __future__ import annotations

import json
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.updates import chat_of, read_update, storable
from db.engine import Database
from db.models import AuditEntry, PlanTopic, School
from handlers.event_words import read_event
from services.errors import InvalidInput
from services.files import NAME_LIMIT, file_name
from services.importing.service import ImportService
from services.marks.message import ListedPupil
from services.marks.reading import read_marks
from services.plan_files import PlanFileService
from services.typed_times import typed_day, typed_days, typed_hours, typed_moment
from tests.fuzz.profile import examples
from tests.fuzz.strategies import any_text, typed
from tests.importing.small_school import SmallSchool
from tests.world import MONDAY, FakeClock, Story, moment, story

_cell = st.one_of(
    any_text,
    st.sampled_from(
        ["", "7Б", "Алгебра", "31.02.2026", "25:61", "=1+1", "@SUM(1)", "\u202e", "1e400", "-1", "9" * 300]
    ),
)
_changes = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 20), st.integers(0, 12), _cell), min_size=1, max_size=6
)


def changed(changes: list[tuple[int, int, int, str]]) -> SmallSchool:
    """A valid school with other words in some cells, and rows that are too short or too long."""
    school = SmallSchool()
    sheets = sorted(school.rows)
    for sheet, row, column, value in changes:
        rows = school.rows[sheets[sheet % len(sheets)]]
        if rows:
            cells = rows[row % len(rows)]
            cells[column:] = [*([value] if column < len(cells) else [value, value]), *cells[column + 1 :]]
    return school


@pytest.mark.parametrize("kind", ["folder", "workbook"])
@examples(25)
@given(changes=_changes)
async def test_a_damaged_school_is_imported_or_nothing_of_it(
    db: Database, session: AsyncSession, tmp_path: Path, clock: FakeClock, kind: str, changes: Any
) -> None:
    """Into a database without a school."""
    storable_changes = [(*place, storable(value)) for *place, value in changes]
    made = changed(storable_changes)
    path = made.folder(tmp_path / "s") if kind == "folder" else made.workbook(tmp_path / "s.xlsx")
    async with session.begin_nested() as undone:
        await session.connection()
        result = await ImportService(db, clock).import_file(path)
        saved = await session.scalar(select(func.count()).select_from(School))
        assert saved == (1 if result.ok else 0)
        assert result.ok or result.errors
        await undone.rollback()


_rows = st.lists(st.lists(_cell, max_size=6), max_size=8)
_HEADER = ["Предмет", "Параллель", "№", "Тема", "Вид", "Домашнее задание"]
_GOOD = ["Алгебра", "7", "1", "Одночлены", "урок", "§ 1"]


def workbook(rows: list[list[str]]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("КТП")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, storable(cell))
    return content.getvalue()


@examples(25)
@given(
    rows=_rows, name=st.one_of(st.sampled_from(["plan.xlsx", "plan.csv"]), any_text), cut=st.integers(0, 9)
)
async def test_no_plan_file_breaks_anything(
    db: Database, session: AsyncSession, clock: FakeClock, rows: list[list[str]], name: str, cut: int
) -> None:
    async with session.begin_nested() as undone:
        people: Story = await story(session)
        content = workbook([_HEADER, _GOOD, *rows])[: -cut * 500 or None]
        anna = await people.world.actor(people.anna)
        file = await PlanFileService(db, clock).replace(
            actor=anna, course_id=people.algebra, name=storable(name), content=content
        )
        if file.changes is None:
            assert await session.scalar(select(func.count()).select_from(PlanTopic)) == 0
            assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 0
        await undone.rollback()


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(any_text, inner, max_size=3)),
    max_leaves=8,
)
_bodies = st.one_of(
    st.binary(max_size=200),
    _json.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({"update_id": _json, "message": _json}).map(
        lambda value: json.dumps(value).encode()
    ),
    st.fixed_dictionaries(
        {
            "update_id": st.integers(),
            "message": st.fixed_dictionaries({"chat": st.fixed_dictionaries({"id": _json})}),
        }
    ).map(lambda value: json.dumps(value).encode()),
)


@examples(300)
@given(body=_bodies)
def test_a_body_is_an_update_that_can_be_kept_or_refused(body: bytes) -> None:
    try:
        update = read_update(body)
    except ValueError:
        return
    assert -(2**63) <= update["update_id"] < 2**63
    json.dumps(storable(update), allow_nan=False).encode()
    chat_id = chat_of(update)
    assert chat_id is None or -(2**63) <= chat_id < 2**63


@examples(200)
@given(text=typed)
def test_what_is_typed_is_a_time_or_is_not(text: str) -> None:
    days = [typed_day(text, MONDAY), *(typed_days(text, MONDAY) or ())]
    assert all(day is None or day.year in range(2000, 2101) for day in days)
    typed_hours(text)
    typed_moment(text, moment("10:17"), hour=9)
    with suppress(InvalidInput):
        assert read_event(text, MONDAY).title


@examples(200)
@given(text=any_text)
def test_a_file_name_is_short_and_leads_nowhere(text: str) -> None:
    name = file_name(text)
    assert len(name) <= NAME_LIMIT
    assert not set(name) & set('/\\\0\r\n\x1b<>:"|?*')
    assert name not in (".", "..")


_CLASS = [ListedPupil(number, name, None) for number, name in enumerate(("Иванов Пётр", "Ким Анна"), 1)]


@examples(150)
@given(text=typed)
def test_no_message_of_marks_breaks_the_reader(text: str) -> None:
    read = read_marks(text, _CLASS)
    assert {entry.pupil.full_name for entry in read.entries} <= {pupil.full_name for pupil in _CLASS}
