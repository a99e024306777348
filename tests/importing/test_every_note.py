"""Every note of the contract: it is said where it stands, and stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.importing.conftest import Check
from tests.importing.small_school import SmallSchool


@dataclass(frozen=True)
class Case:
    what: str
    change: Callable[[SmallSchool], object]
    code: str
    sheet: str
    row: int | None
    column: str | None


CASES = [
    Case(
        "Latin letters in the name of a class",
        lambda s: s.set("courses", 2, "group", "7Б").set("courses", 3, "group", "7A"),
        *("latin_letters", "courses", 3, "group"),
    ),
    Case(
        "Latin letters in a surname",
        lambda s: s.set("timetable", 2, "teacher", "Пeтpoвa A.П."),
        *("latin_letters", "timetable", 2, "teacher"),
    ),
    Case(
        "an abbreviation of the list",
        lambda s: s.set("timetable", 2, "subject", "АЛГ"),
        *("subject_abbreviated", "timetable", 2, "subject"),
    ),
    Case(
        "an abbreviation with a point",
        lambda s: s.set("timetable", 4, "subject", "Англ. яз."),
        *("subject_abbreviated", "timetable", 4, "subject"),
    ),
    Case(
        "a name of four words",
        lambda s: s.add("staff", "Ибрагимов Абдул Рахман Магомедович", "учитель"),
        *("name_of_many_words", "staff", 5, "full_name"),
    ),
    Case(
        "an inferred teacher",
        lambda s: s.set("timetable", 2, "teacher", ""),
        *("teacher_inferred", "timetable", 2, "teacher"),
    ),
    Case(
        "an inferred teacher of a combined class",
        lambda s: s.set("timetable", 6, "teacher", ""),
        *("teacher_inferred", "timetable", 6, "teacher"),
    ),
    Case(
        "a teacher without this load",
        lambda s: s.add("timetable", "Вт", 1, "7А", "Алгебра", "Ким Вера"),
        *("teacher_without_load", "timetable", 7, "teacher"),
    ),
    Case(
        "two lessons in one room",
        lambda s: s.set("timetable", 4, "room", "22, 21"),
        *("room_shared", "timetable", 5, "room"),
    ),
    Case(
        "pupils in no subgroup",
        lambda s: s.rows["subgroups"].pop(),
        *("pupils_outside_subgroups", "courses", 4, "subgroup"),
    ),
    Case(
        "a plan shorter than the hours",
        lambda s: s.add("plan", "Алгебра", 7, 1, "Дроби"),
        *("plan_does_not_fit", "plan", 2, "number"),
    ),
    Case(
        "no consent",
        lambda s: s.set("guardians", 2, "consent_date", ""),
        *("consent_missing", "guardians", 2, "consent_date"),
    ),
    Case(
        "a consent that was withdrawn",
        lambda s: s.set("guardians", 2, "consent_withdrawn", "10.09.2026"),
        *("consent_withdrawn", "guardians", 2, "consent_withdrawn"),
    ),
    Case(
        "control and bidirectional characters",
        lambda s: s.set("holidays", 2, "name", "Осен\u202eние\x07"),
        *("control_characters", "holidays", 2, "name"),
    ),
    Case(
        "an unreadable phone",
        lambda s: s.set("staff", 2, "phone", "дом. 4-12-34"),
        *("not_a_phone", "staff", 2, "phone"),
    ),
    Case(
        "an unknown column",
        lambda s: s.headers["holidays"].append("Примечание"),
        *("column_passed_over", "holidays", 1, "Примечание"),
    ),
    Case(
        "a title above the header",
        lambda s: (
            s.rows["holidays"].insert(0, s.headers["holidays"]),
            s.headers.update(holidays=["Каникулы, 2026"]),
        ),
        *("title_row", "holidays", 1, None),
    ),
    Case("an empty row", lambda s: s.rows["holidays"].insert(0, []), "rows_empty", "holidays", 2, None),
    Case("a total row", lambda s: s.add("holidays", "ИТОГО:", 1), "total_row", "holidays", 3, None),
    Case(
        "the header again",
        lambda s: s.rows["holidays"].append(s.headers["holidays"]),
        *("header_again", "holidays", 3, None),
    ),
    Case(
        "a lesson said twice",
        lambda s: s.rows["timetable"].append(s.rows["timetable"][0]),
        *("row_again", "timetable", 7, "subject"),
    ),
    Case(
        "namesakes who are not one person",
        lambda s: s.add("guardians", "Ким Вера", "Зуев Л.Л.", "7А", "мать", "", "1.9.2026"),
        *("not_one_person", "guardians", 4, "full_name"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_it_is_noted_and_nothing_else_is(case: Case, school: SmallSchool, check: Check) -> None:
    case.change(school)
    result = check(school)
    assert result.errors == []
    assert [(n.code, n.sheet, n.row, n.column) for n in result.notes] == [
        (case.code, case.sheet, case.row, case.column)
    ]


def test_a_sheet_and_a_file_of_another_name_are_passed_over(school: SmallSchool, tmp_path, clock) -> None:
    from services.importing.service import check_file

    folder = school.folder(tmp_path / "school")
    (folder / "Столовая.csv").write_text("блюдо\nкаша\n")
    (folder / "прочти.txt").write_text("привет")
    assert [(n.code, n.sheet) for n in check_file(folder, clock).notes] == [
        ("file_passed_over", "Столовая.csv"),
        ("file_passed_over", "прочти.txt"),
    ]
