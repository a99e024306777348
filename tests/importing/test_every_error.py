"""Every error of the contract: one thing is spoilt, and exactly that is said where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from services.importing.problems import Problem
from tests.importing.conftest import Check
from tests.importing.small_school import SmallSchool

Spoil = Callable[[SmallSchool], object]


@dataclass(frozen=True)
class Case:
    what: str
    spoil: Spoil
    code: str
    sheet: str
    row: int
    column: str
    suggestion: str | None = None


CASES = [
    Case(
        "a missing required value",
        lambda s: s.set("courses", 2, "teacher", ""),
        *("value_missing", "courses", 2, "teacher"),
    ),
    Case(
        "a person without a name",
        lambda s: s.add("staff", "", "секретарь"),
        *("value_missing", "staff", 5, "full_name"),
    ),
    Case(
        "a surname alone",
        lambda s: s.set("staff", 4, "full_name", "Ким"),
        *("name_incomplete", "staff", 4, "full_name"),
    ),
    Case(
        "an unknown class",
        lambda s: s.set("courses", 3, "group", "7В"),
        *("unknown_group", "courses", 3, "group", "7А"),
    ),
    Case(
        "an unknown class in a combined one",
        lambda s: s.set("timetable", 6, "group", "7Б+8Б"),
        *("unknown_group", "timetable", 6, "group", "7Б"),
    ),
    Case(
        "an unknown teacher",
        lambda s: s.set("timetable", 2, "teacher", "Петрова А.Н."),
        *("unknown_staff", "timetable", 2, "teacher", "Петрова А.П."),
    ),
    Case(
        "an unknown class teacher",
        lambda s: s.set("groups", 2, "class_teacher", "Сидоров О.Е."),
        *("unknown_staff", "groups", 2, "class_teacher", "Сидоров О.И."),
    ),
    Case(
        "an unknown pupil",
        lambda s: s.set("guardians", 2, "pupil", "Иванов Павел"),
        *("unknown_pupil", "guardians", 2, "pupil", "Иванов Пётр Сергеевич"),
    ),
    Case(
        "a pupil of another class",
        lambda s: s.set("guardians", 2, "group", "7А"),
        *("unknown_pupil", "guardians", 2, "pupil"),
    ),
    Case(
        "an unknown subject",
        lambda s: s.set("timetable", 2, "subject", "Алгебраа"),
        *("unknown_subject", "timetable", 2, "subject", "Алгебра"),
    ),
    Case(
        "an unknown subgroup",
        lambda s: s.set("subgroups", 2, "subgroup", "11"),
        *("unknown_subgroup", "subgroups", 2, "subgroup", "1"),
    ),
    Case(
        "a pupil who fits several",
        lambda s: s.add("pupils", "Алиева Софья Руслановна", "7Б", "1.1.2013"),
        *("reference_fits_several", "subgroups", 3, "pupil"),
    ),
    Case(
        "a teacher who fits several",
        lambda s: s.add("staff", "Ким Виктор", "учитель").set("timetable", 4, "teacher", "Ким В."),
        *("reference_fits_several", "timetable", 4, "teacher"),
    ),
    Case(
        "an abbreviation that fits several",
        lambda s: s.add("subjects", "Алгебра и начала анализа", "алг").set("timetable", 2, "subject", "алг"),
        *("reference_fits_several", "timetable", 2, "subject", "Алгебра"),
    ),
    Case(
        "no teacher, and two in the load",
        lambda s: s.add("courses", "7Б", "Алгебра", "Ким Вера").set("timetable", 2, "teacher", ""),
        *("teacher_not_sure", "timetable", 2, "teacher"),
    ),
    Case(
        "no teacher, and none in the load",
        lambda s: s.add("timetable", "Вт", 1, "7А", "Английский язык"),
        *("teacher_missing", "timetable", 7, "teacher"),
    ),
    Case(
        "a teacher in two places",
        lambda s: s.add("timetable", "Пн", 1, "7А", "Алгебра", "Петрова А.П."),
        *("teacher_clash", "timetable", 7, "teacher"),
    ),
    Case(
        "a teacher in two places on odd weeks",
        lambda s: s.add("timetable", "Пн", 1, "7А", "Алгебра", "Петрова А.П.", "", "", "нечёт"),
        *("teacher_clash", "timetable", 7, "teacher"),
    ),
    Case(
        "a class in two places",
        lambda s: s.add("timetable", "Пн", 3, "7А", "Алгебра", "Петрова А.П."),
        *("class_clash", "timetable", 7, "group"),
    ),
    Case(
        "a pupil in two subgroups at once",
        lambda s: s.add("subgroups", "7Б", "Английский язык", "2", "Агаев И.Р."),
        *("pupil_clash", "timetable", 5, "group"),
    ),
    Case(
        "a subgroup and its class at once",
        lambda s: s.add("timetable", "Пн", 1, "7Б", "Английский язык", "Ким Вера", "1"),
        *("pupil_clash", "timetable", 7, "group"),
    ),
    Case(
        "namesakes whom nothing tells apart",
        lambda s: s.add("pupils", "ЗУЕВ  ЛЕВ ЛЬВОВИЧ", "7 а"),
        *("same_name", "pupils", 6, "full_name"),
    ),
    Case(
        "namesakes among the staff",
        lambda s: s.add("staff", "Ким Вера", "секретарь"),
        *("same_name_staff", "staff", 5, "full_name"),
    ),
    Case(
        "an id used twice",
        lambda s: s.set("pupils", 2, "id", "P3"),
        *("id_of_another", "pupils", 4, "id"),
    ),
    Case(
        "an id used in two sheets",
        lambda s: s.set("guardians", 2, "id", "t1"),
        *("id_of_another", "guardians", 2, "id"),
    ),
    Case(
        "a pupil of two classes",
        lambda s: s.add("pupils", "Иванов Пётр Сергеевич", "7А", "", "", "", "p3"),
        *("pupil_in_two_groups", "pupils", 6, "group"),
    ),
    Case(
        "class digits against the grade",
        lambda s: s.set("groups", 2, "grade", 8),
        *("grade_disagrees", "groups", 2, "grade", "7"),
    ),
    Case(
        "terms that overlap",
        lambda s: s.set("terms", 3, "start", "25.10.2026"),
        *("terms_overlap", "terms", 3, "start"),
    ),
    Case(
        "bells that overlap",
        lambda s: s.set("bells", 3, "start", "9.05"),
        *("bells_overlap", "bells", 3, "start"),
    ),
    Case(
        "a Saturday bell that overlaps the general one after it",
        lambda s: s.add("bells", 1, "08:30", "09:30", "Сб"),
        *("bells_overlap", "bells", 5, "start"),
    ),
    Case(
        "a bell said twice",
        lambda s: s.add("bells", 3, "11:00", "11:40"),
        *("repeated", "bells", 5, "number"),
    ),
    Case(
        "a term that ends before it begins",
        lambda s: s.set("terms", 2, "end", "31.08.2026").set("terms", 2, "start", "02.09.2026"),
        *("outside_year", "terms", 2, "end", "01.09.2026"),
    ),
    Case(
        "a holiday that ends before it begins",
        lambda s: s.set("holidays", 2, "end", "25.10.2026"),
        *("end_before_start", "holidays", 2, "end"),
    ),
    Case(
        "a bell that ends before it begins",
        lambda s: s.set("bells", 4, "end", "10:15"),
        *("end_before_start", "bells", 4, "end"),
    ),
    Case(
        "a holiday outside the year",
        lambda s: s.set("holidays", 2, "end", "04.11.2027"),
        *("outside_year", "holidays", 2, "end", "31.05.2027"),
    ),
    Case(
        "a validity outside the year",
        lambda s: s.set("courses", 2, "valid_from", "2026-08-31"),
        *("outside_year", "courses", 2, "valid_from", "01.09.2026"),
    ),
    Case(
        "a validity that ends before it begins",
        lambda s: s.set("timetable", 2, "valid_from", "02.10.2026").set(
            "timetable", 2, "valid_to", "01.10.2026"
        ),
        *("end_before_start", "timetable", 2, "valid_to"),
    ),
    Case(
        "a lesson without a bell",
        lambda s: s.set("timetable", 6, "number", 4),
        *("lesson_without_bell", "timetable", 6, "number", "3"),
    ),
    Case(
        "a consent in the future",
        lambda s: s.set("pupils", 2, "consent_date", "15.09.2026"),
        *("date_in_future", "pupils", 2, "consent_date", "14.09.2026"),
    ),
    Case(
        "a role that is none",
        lambda s: s.set("staff", 3, "roles", "учитель, завучь"),
        *("not_in_list", "staff", 3, "roles", "завуч"),
    ),
    Case("a sex", lambda s: s.set("pupils", 2, "sex", "да"), "not_in_list", "pupils", 2, "sex"),
    Case(
        "a weekday",
        lambda s: s.set("timetable", 2, "weekday", "Понедельнек"),
        *("not_in_list", "timetable", 2, "weekday", "понедельник"),
    ),
    Case("a week", lambda s: s.set("timetable", 2, "week", "3"), "not_in_list", "timetable", 2, "week"),
    Case(
        "a kind of term",
        lambda s: s.set("terms", 2, "kind", "читверть"),
        *("not_in_list", "terms", 2, "kind", "четверть"),
    ),
    Case("grades", lambda s: s.set("terms", 2, "grades", "5-77"), "not_grades", "terms", 2, "grades"),
    Case(
        "a date that is none",
        lambda s: s.set("pupils", 2, "birth_date", "31.02.2013"),
        *("not_a_date", "pupils", 2, "birth_date", "28.02.2013"),
    ),
    Case(
        "a time that is none",
        lambda s: s.set("bells", 2, "start", "25:00"),
        "not_a_time",
        "bells",
        2,
        "start",
    ),
    Case(
        "hours",
        lambda s: s.set("courses", 2, "hours_per_week", "много"),
        "not_a_number",
        "courses",
        2,
        "hours_per_week",
    ),
    Case(
        "a grade out of range",
        lambda s: s.set("groups", 2, "grade", "13"),
        *("number_out_of_range", "groups", 2, "grade", "12"),
    ),
    Case(
        "a name over its limit",
        lambda s: s.set("staff", 4, "full_name", "Ким " + "В" * 200),
        *("text_too_long", "staff", 4, "full_name"),
    ),
    Case(
        "a text over its limit",
        lambda s: s.add("plan", "Алгебра", 7, 1, "Т" * 2001),
        *("text_too_long", "plan", 2, "topic"),
    ),
    Case(
        "a setting that is none",
        lambda s: s.add("settings", "undo_minuts", "5"),
        *("unknown_setting", "settings", 8, "key", "undo_minutes"),
    ),
    Case(
        "a preset that is none",
        lambda s: s.set("settings", 4, "value", "bezheck"),
        *("not_in_list", "settings", 4, "value", "bezhetsk"),
    ),
    Case(
        "a time zone that is none",
        lambda s: s.set("settings", 3, "value", "Europe/Mosow"),
        *("unknown_timezone", "settings", 3, "value", "Europe/Moscow"),
    ),
    Case(
        "a setting out of its range",
        lambda s: s.add("settings", "undo_minutes", "61"),
        *("setting_out_of_range", "settings", 8, "value", "60"),
    ),
    Case(
        "a year that ends before it begins",
        lambda s: s.only("settings").set("settings", 7, "value", "31.05.2026"),
        *("end_before_start", "settings", 7, "value"),
    ),
    Case(
        "a topic number twice",
        lambda s: s.add("plan", "Алгебра", 7, 1, "Дроби").add("plan", "Алгебра", 7, 1, "Степени"),
        *("repeated", "plan", 3, "number"),
    ),
    Case("a class twice", lambda s: s.add("groups", "7-б", 7), "repeated", "groups", 4, "name"),
    Case("a subject twice", lambda s: s.add("subjects", "алгебра"), "repeated", "subjects", 5, "name"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_it_is_said_where_it_stands_and_nothing_else_is(
    case: Case, school: SmallSchool, check: Check
) -> None:
    case.spoil(school)
    errors = check(school).errors
    assert [(e.code, e.sheet, e.row, e.column) for e in errors] == [
        (case.code, case.sheet, case.row, case.column)
    ]
    if case.suggestion:
        assert errors[0].suggestion == case.suggestion


def test_the_school_itself_has_neither_errors_nor_notes(school: SmallSchool, check: Check) -> None:
    result = check(school)
    assert (result.errors, [note.code for note in result.notes]) == ([], [])


def test_every_problem_is_listed_not_the_first_alone(school: SmallSchool, check: Check) -> None:
    for case in CASES:
        if case.code in (
            "unknown_staff",
            "unknown_subject",
            "not_a_date",
            "grade_disagrees",
            "terms_overlap",
        ):
            case.spoil(school)
    assert [_where(e) for e in check(school).errors] == [
        ("terms_overlap", 3),
        ("grade_disagrees", 2),
        ("unknown_staff", 2),
        ("not_a_date", 2),
        ("unknown_subject", 2),
        ("unknown_staff", 2),
    ]


def test_a_class_with_a_wrong_row_is_not_unknown_everywhere(school: SmallSchool, check: Check) -> None:
    school.set("groups", 3, "grade", "седьмая")
    assert [_where(e) for e in check(school).errors] == [("not_a_number", 3)]


@pytest.mark.parametrize("sheet", ["groups", "staff", "subjects", "pupils", "courses", "bells"])
def test_a_sheet_without_a_required_column_is_one_error(
    sheet: str, school: SmallSchool, check: Check
) -> None:
    required = {"staff": "roles", "pupils": "group", "courses": "subject", "bells": "start"}.get(
        sheet, "name"
    )
    school.headers[sheet][school.headers[sheet].index(required)] = "?"
    errors = check(school).errors
    assert [(e.code, e.sheet, e.row, e.column) for e in errors] == [("column_missing", sheet, 1, required)]


@pytest.mark.parametrize("sheet", ["groups", "staff", "pupils", "bells"])
def test_a_sheet_that_is_needed_and_absent_is_one_error(
    sheet: str, school: SmallSchool, check: Check
) -> None:
    errors = check(school.without(sheet)).errors
    assert {e.code for e in errors} <= {"sheet_missing", "teacher_missing"}
    assert [e.code for e in errors].count("sheet_missing") == 1


def _where(problem: Problem) -> tuple[str, int | None]:
    return problem.code, problem.row
