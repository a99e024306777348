"""Files as they come: encodings, formats, garbage, bombs."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.importing.layout import SHEETS
from services.importing.problems import Problems
from services.importing.reading import read_sheets
from services.importing.service import ImportResult, check_file
from services.importing.sheets import MAX_BYTES, RawSheet
from tests.importing.small_school import SmallSchool
from tests.world import FakeClock

_XLSX_MEMBERS = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")


def _codes(path: Path) -> list[str]:
    problems = Problems()
    read_sheets(path, problems)
    return [error.code for error in problems.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_every_office(
    encoding: str, delimiter: str, school: SmallSchool, tmp_path: Path, clock: FakeClock
) -> None:
    school.set("settings", 2, "value", "Школа, «Лицей; №5»\nг. Бежецк")
    result = check_file(school.folder(tmp_path / "s", encoding=encoding, delimiter=delimiter), clock)
    assert (result.errors, result.notes) == ([], [])


def test_russian_names_in_any_case_and_order(school: SmallSchool, tmp_path: Path, clock: FakeClock) -> None:
    renamed = SmallSchool({}, {})
    for layout in SHEETS:
        russian = {column.key: column.russian for column in layout.columns}
        renamed.headers[layout.russian] = [russian[key].upper() for key in school.headers[layout.key]][::-1]
        width = len(school.headers[layout.key])
        renamed.rows[layout.russian] = [
            [*row, *[""] * (width - len(row))][::-1] for row in school.rows[layout.key]
        ]
    for path in (renamed.folder(tmp_path / "s"), renamed.workbook(tmp_path / "s.xlsx")):
        result = check_file(path, clock)
        assert (result.errors, result.notes) == ([], [])


def test_a_workbook_and_a_folder_say_the_same(school: SmallSchool, tmp_path: Path, clock: FakeClock) -> None:
    school.set("bells", 2, "start", time(8, 30)).set("holidays", 2, "start", date(2026, 10, 26))
    school.set("timetable", 2, "teacher", "Петрова А.Н.").set("courses", 2, "hours_per_week", 0.5)
    folder = check_file(school.folder(tmp_path / "s"), clock)
    workbook = check_file(school.workbook(tmp_path / "s.xlsx"), clock)

    def told(result: ImportResult) -> list[tuple[object, ...]]:
        return [(e.code, e.sheet, e.row, e.column, e.value, e.suggestion) for e in result.errors]

    assert told(folder) == told(workbook) != []
    assert [error.cell for error in workbook.errors] == ["E2"]


def test_cells_are_what_a_person_sees(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Звонки")
        formats = {name: book.add_format({"num_format": name}) for name in ("dd.mm.yyyy", "hh:mm", "[h]:mm")}
        page.write_row(2, 1, [7.0, 0.5, True, "  текст "])
        page.write_datetime(2, 5, date(2026, 9, 1), formats["dd.mm.yyyy"])
        page.write_datetime(2, 6, time(8, 30), formats["hh:mm"])
        page.write_datetime(2, 7, timedelta(hours=8, minutes=30), formats["[h]:mm"])
        page.write_formula(2, 8, '="7"&"Б"', None, "7Б")
        page.write(2, 9, 79001000001)
        book.add_worksheet("Пустой")
        book.add_chartsheet("График")
    problems = Problems()
    sheets = read_sheets(path, problems)
    row = ["", "7", "0.5", "да", "  текст ", "2026-09-01", "08:30", "08:30", "7Б", "79001000001"]
    assert sheets == [RawSheet("Звонки", {3: row}, True), RawSheet("Пустой", {}, True)]


def test_a_hidden_sheet_is_read_and_noted(school: SmallSchool, tmp_path: Path, clock: FakeClock) -> None:
    path = school.workbook(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book["holidays"].sheet_state = "hidden"
    book["terms"].sheet_state = "veryHidden"
    book.create_sheet("Списки")["A1"] = "да"
    book.save(path)
    result = check_file(path, clock)
    assert result.errors == []
    assert [(n.code, n.sheet) for n in result.notes] == [
        ("sheet_hidden", "terms"),
        ("sheet_hidden", "holidays"),
        ("sheet_passed_over", "Списки"),
    ]


def test_titles_above_a_header_may_hold_other_separators(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "holidays.csv"
    path.write_text(
        "Каникулы, осень, зима, весна, лето, год\n\nНазвание;Начало;Конец\nЗима;1.1.2027;9.1.2027\n"
    )
    result = check_file(path, clock)
    assert result.errors == []
    assert result.rows == {"holidays": 1}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("pupils.csv", b"", "file_empty"),
        ("pupils.csv", b"\xef\xbb\xbf\r\n \r\n", "file_empty"),
        ("pupils.csv", b",,,\n,,\n", "file_empty"),
        ("pupils.csv", b"PK\x03\x04 a workbook", "file_not_csv"),
        ("pupils.csv", b"\x89PNG\r\n", "file_not_csv"),
        ("pupils.csv", b"full_name\x00group", "file_not_csv"),
        ("pupils.csv", b"\x98\x98\x98", "file_not_csv"),
        ("s.xlsx", b"", "file_empty"),
        ("s.xlsx", b"full_name,group\n", "file_not_workbook"),
        ("s.xlsx", b"PK\x03\x04 and nothing", "file_not_workbook"),
        ("s.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_old_excel"),
        ("s.pdf", b"%PDF-1.7", "file_kind_unknown"),
        ("school", b"name", "file_kind_unknown"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert _codes(tmp_path / name) == [code]


def test_a_wrong_file_in_a_folder_is_named(school: SmallSchool, tmp_path: Path) -> None:
    folder = school.folder(tmp_path / "s")
    (folder / "bells.csv").write_bytes(b"PK\x03\x04")
    (folder / "plan.csv").write_bytes(b"")
    problems = Problems()
    read_sheets(folder, problems)
    assert [(e.code, e.sheet) for e in problems.errors] == [("file_not_csv", "bells"), ("file_empty", "plan")]


def test_an_empty_folder_an_absent_one_and_an_empty_workbook(tmp_path: Path) -> None:
    book = tmp_path / "s.xlsx"
    openpyxl.Workbook().save(book)
    assert [_codes(tmp_path / "none"), _codes(book)] == [["file_missing"], ["file_empty"]]
    (tmp_path / "empty").mkdir()
    assert _codes(tmp_path / "empty") == ["file_empty"]


def test_a_workbook_of_other_sheets(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "s.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Учиники"
    book.active["A1"] = "ФИО"
    book.save(path)
    [error] = check_file(path, clock).errors
    assert (error.code, error.suggestion) == ("no_known_sheets", "Ученики")


def test_one_sheet_under_two_names(school: SmallSchool, tmp_path: Path, clock: FakeClock) -> None:
    folder = school.folder(tmp_path / "s")
    (folder / "Каникулы.csv").write_text("name,start,end\nЗима,01.01.2027,09.01.2027\n")
    assert [e.code for e in check_file(folder, clock).errors] == ["sheet_twice"]


def test_over_50_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert _codes(path) == ["file_too_big"]


def test_over_100_000_filled_rows(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("subject,grade,number,topic\n" + "Алгебра,7,1,Дроби\n" * 100_000)
    assert _codes(path) == ["too_many_rows"]


def _archive(path: Path, size: int, *, declared: int | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in _XLSX_MEMBERS[:2]:
            made.writestr(name, "<x/>")
        with made.open(_XLSX_MEMBERS[2], "w", force_zip64=True) as member:
            for _ in range(size >> 20):
                member.write(bytes(1 << 20))
    if declared is not None:
        content = bytearray(path.read_bytes())
        at = content.rindex(b"PK\x01\x02")
        extra = content.find(struct.pack("<HH", 1, 8), at)
        struct.pack_into("<I", content, at + 24, declared)
        assert extra < 0 or extra > at
        path.write_bytes(content)
    return path


def test_over_500_megabytes_unpacked(tmp_path: Path) -> None:
    assert _codes(_archive(tmp_path / "s.xlsx", 501 << 20)) == ["file_unpacks_too_big"]


def test_over_500_megabytes_that_the_archive_denies(tmp_path: Path) -> None:
    assert _codes(_archive(tmp_path / "s.xlsx", 501 << 20, declared=1000)) == ["file_unpacks_too_big"]


def test_a_cell_far_away_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "!"
    book.save(path)
    assert _codes(path) == ["sheet_spans_too_far"]


def test_formatting_far_away_is_no_cell(school: SmallSchool, tmp_path: Path, clock: FakeClock) -> None:
    path = school.workbook(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book["pupils"]["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(path)
    assert check_file(path, clock).errors == []


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("xl/workbook.xml", "<x/>")
    content = bytearray(packed.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "s.xlsx").write_bytes(content)
    assert _codes(tmp_path / "s.xlsx") == ["file_has_password"]


_garbage = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_garbage
@given(content=st.binary(max_size=400))
@pytest.mark.parametrize("name", ["pupils.csv", "s.xlsx"])
def test_no_bytes_break_it(name: str, content: bytes, tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / name).write_bytes(content)
    assert check_file(tmp_path / name, clock).errors


@_garbage
@given(damage=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=30))
def test_no_damaged_workbook_breaks_it(
    damage: list[tuple[int, int]], tmp_path: Path, clock: FakeClock
) -> None:
    path = SmallSchool().only("settings", "holidays").workbook(tmp_path / "s.xlsx")
    content = bytearray(path.read_bytes())
    for position, byte in damage:
        content[position % len(content)] = byte
    path.write_bytes(content)
    check_file(path, clock)


_cell = st.one_of(
    st.text(max_size=30), st.sampled_from(["7Б", "Алгебра", "Петрова А.П.", "Пн", "1", "01.09.2026", ""])
)
_sheet = st.lists(st.lists(_cell, max_size=8), max_size=6)


@_garbage
@given(sheets=st.dictionaries(st.sampled_from([s.key for s in SHEETS]), _sheet, min_size=1))
def test_no_cells_break_it(sheets: dict[str, list[list[str]]], tmp_path: Path, clock: FakeClock) -> None:
    school = SmallSchool()
    for sheet, rows in sheets.items():
        school.rows[sheet] = [[c.encode(errors="ignore").decode() for c in row] for row in rows]
    result = check_file(school.folder(tmp_path / "s"), clock)
    for problem in (*result.errors, *result.notes):
        assert problem.sheet or problem.code in ("setting_assumed", "no_known_sheets")
