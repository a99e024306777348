"""The shipped demo school: it is reproducible, it is whole, and the story can be played in it."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import combinations
from pathlib import Path

import phonenumbers
import pytest

from sandbox.make_school import SCHOOL, write_school

Row = dict[str, str]
Sheets = dict[str, list[Row]]

ANNA_PETROVNA = "Соколова А.П."


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    return {path.stem: read(path) for path in SCHOOL.glob("*.csv")}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def phone(text: str) -> str:
    parsed = phonenumbers.parse(text, "RU")
    assert phonenumbers.is_valid_number(parsed), text
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def people(rows: list[Row]) -> set[tuple[str, str]]:
    """Persons as import tells them apart: by name and phone."""
    return {(row["ФИО"], row["Телефон"] and phone(row["Телефон"])) for row in rows}


def day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 -- a calendar date has no zone


def are_ever_together(one: Row, other: Row) -> bool:
    if one["Неделя"] and other["Неделя"] and one["Неделя"] != other["Неделя"]:
        return False
    starts = [day(row["С"]) if row["С"] else date.min for row in (one, other)]
    ends = [day(row["По"]) if row["По"] else date.max for row in (one, other)]
    return max(starts) <= min(ends)


def simultaneous(sheets: Sheets) -> list[tuple[Row, Row]]:
    by_time = defaultdict(list)
    for row in sheets["timetable"]:
        by_time[row["День"], row["Урок"]].append(row)
    pairs = (pair for rows in by_time.values() for pair in combinations(rows, 2))
    return [(one, other) for one, other in pairs if are_ever_together(one, other)]


def monday(sheets: Sheets, number: str, **wanted: str) -> list[Row]:
    return [
        row
        for row in sheets["timetable"]
        if (row["День"], row["Урок"]) == ("Пн", number) and wanted.items() <= row.items()
    ]


def guardians_of(sheets: Sheets, pupil: str) -> list[str]:
    return [row["ФИО"] for row in sheets["guardians"] if row["Ученик"] == pupil and row["Класс"] == "7Б"]


def test_the_generator_reproduces_the_committed_files(tmp_path: Path) -> None:
    write_school(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in SCHOOL.glob("*.csv")}


def test_the_school_has_the_promised_size(sheets: Sheets) -> None:
    assert len(sheets["groups"]) == 12
    assert len(sheets["pupils"]) == 300
    assert sum("учитель" in row["Роли"].split(", ") for row in sheets["staff"]) == 25
    assert 470 <= len(people(sheets["guardians"])) <= 490


def test_every_role_of_the_administration_is_held(sheets: Sheets) -> None:
    roles = Counter(role for row in sheets["staff"] for role in row["Роли"].split(", "))
    del roles["учитель"]
    assert roles == {"директор": 1, "завуч": 2, "секретарь": 1, "администратор": 1, "кадры": 1}


def test_no_teacher_and_no_room_is_needed_twice_at_once(sheets: Sheets) -> None:
    clashes = [
        (one, other)
        for one, other in simultaneous(sheets)
        if one["Учитель"] == other["Учитель"] or one["Кабинет"] == other["Кабинет"]
    ]
    assert clashes == []


def test_a_class_is_in_two_places_only_as_subgroups_of_one_subject(sheets: Sheets) -> None:
    for one, other in simultaneous(sheets):
        if set(one["Класс"].split("+")) & set(other["Класс"].split("+")):
            assert one["Предмет"] == other["Предмет"]
            assert one["Подгруппа"]
            assert other["Подгруппа"]
            assert one["Подгруппа"] != other["Подгруппа"]


def test_no_class_has_a_window_and_no_day_is_too_long(sheets: Sheets) -> None:
    days = defaultdict(set)
    for row in sheets["timetable"]:
        for group in row["Класс"].split("+"):
            days[group, row["День"]].add(int(row["Урок"]))
    assert len(days) == 12 * 5
    for (group, _), numbers in days.items():
        assert numbers == set(range(1, len(numbers) + 1))
        assert len(numbers) in ((4, 5) if group == "1А" else (6, 7))


def test_the_load_equals_the_timetable(sheets: Sheets) -> None:
    in_week: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in sheets["timetable"]:
        in_week[row["Класс"], row["Предмет"], row["Подгруппа"]] += 0.5 if row["Неделя"] else 1
    load = {
        (row["Класс"], row["Предмет"], row["Подгруппа"]): float(row["Часов в неделю"].replace(",", "."))
        for row in sheets["courses"]
    }
    assert load == in_week
    assert len(load) == len(sheets["courses"])


def test_a_teacher_has_a_bearable_week(sheets: Sheets) -> None:
    week = Counter(row["Учитель"] for row in sheets["timetable"])
    assert len(week) == 25
    assert max(week.values()) <= 22


def test_every_reference_names_exactly_one_row(sheets: Sheets) -> None:
    subjects = {row["Название"] for row in sheets["subjects"]}
    staff = Counter(row["ФИО"] for row in sheets["staff"])
    initials = Counter(f"{s} {f[0]}.{p[0]}." for s, f, p in (name.split() for name in staff))
    pupils = Counter((row["ФИО"], row["Класс"]) for row in sheets["pupils"])
    groups = {row["Класс"] for row in sheets["groups"]}
    named = sheets["guardians"] + sheets["subgroups"]
    assert {row["Предмет"] for row in sheets["courses"] + sheets["timetable"]} == subjects
    assert {row["Предмет"] for row in sheets["plan"]} <= subjects
    assert all(staff[row["Учитель"]] == 1 for row in sheets["courses"])
    assert all(initials[row["Учитель"]] == 1 for row in sheets["timetable"])
    assert all(pupils[row["Ученик"], row["Класс"]] == 1 for row in named)
    assert {group for row in sheets["courses"] for group in row["Класс"].split("+")} == groups
    assert {row["Класс"] for row in sheets["pupils"]} == groups


def test_subgroups_cover_their_class_once(sheets: Sheets) -> None:
    split = {(row["Класс"], row["Предмет"]) for row in sheets["courses"] if row["Подгруппа"]}
    for group, subject in split:
        members = sorted(
            row["Ученик"] for row in sheets["subgroups"] if (row["Класс"], row["Предмет"]) == (group, subject)
        )
        assert members == sorted(row["ФИО"] for row in sheets["pupils"] if row["Класс"] == group)
    assert {"Английский язык", "Информатика", "Труд (технология)"} == {subject for _, subject in split}


def test_phones_belong_to_one_person_each(sheets: Sheets) -> None:
    everybody = people(sheets["staff"]) | people(sheets["guardians"]) | people(sheets["pupils"])
    shared = Counter(number for _, number in everybody if number)
    assert max(shared.values()) == 1
    assert all(number.startswith("+7900000") for number in shared)


def test_families_are_as_mixed_as_in_life(sheets: Sheets) -> None:
    children = defaultdict(set)
    for row in sheets["guardians"]:
        children[row["ФИО"], row["Телефон"] and phone(row["Телефон"])].add(row["Класс"])
    parents_on_staff = people(sheets["staff"]) & set(children)
    pupils = Counter(row["ФИО"] for row in sheets["pupils"])
    guardians = Counter(name for name, _ in children)
    assert {len(groups) for groups in children.values()} == {1, 2, 3}
    assert len(parents_on_staff) == 4
    assert [name for name, count in pupils.items() if count > 1] == ["Смирнов Артём Александрович"]
    assert [name for name, count in guardians.items() if count > 1] == ["Магомедова Аминат Магомедовна"]
    assert any(name.endswith(" кызы") for name in pupils)
    assert any(not row["Телефон"] for row in sheets["guardians"])
    assert sum(bool(row["Согласие отозвано"]) for row in sheets["guardians"]) == 1


def test_the_lesson_of_the_story_is_algebra_with_anna_petrovna(sheets: Sheets) -> None:
    [lesson] = monday(sheets, "3", Класс="7Б")
    [bell] = [row for row in sheets["bells"] if row["Урок"] == "3"]
    assert (lesson["Предмет"], lesson["Учитель"], lesson["Кабинет"]) == ("Алгебра", ANNA_PETROVNA, "12")
    assert (bell["День"], bell["Начало"], bell["Конец"]) == ("", "10:15", "10:55")


def test_her_monday_has_a_lesson_before_and_a_double_one_after(sheets: Sheets) -> None:
    numbers = [
        (row["Урок"], row["Класс"], row["Предмет"])
        for number in "1234567"
        for row in monday(sheets, number, Учитель=ANNA_PETROVNA)
    ]
    assert numbers[:2] == [("2", "7А", "Алгебра"), ("3", "7Б", "Алгебра")]
    assert numbers[2:4] == [("4", "8Б", "Алгебра"), ("5", "8Б", "Алгебра")]


def test_the_fourth_lesson_is_another_subject_of_another_teacher(sheets: Sheets) -> None:
    [lesson] = monday(sheets, "4", Класс="7Б")
    assert (lesson["Предмет"], lesson["Учитель"]) == ("Русский язык", "Белова М.А.")


def test_the_class_of_the_story_has_its_27_pupils(sheets: Sheets) -> None:
    pupils = [row["ФИО"] for row in sheets["pupils"] if row["Класс"] == "7Б"]
    assert len(pupils) == 27
    surnames_and_names = {" ".join(name.split()[:2]) for name in pupils}
    assert surnames_and_names >= {
        "Агаев Ислам",
        "Алиева Саида",
        "Иванов Пётр",
        "Иванова Полина",
        "Ковалёв Егор",
        "Ковалёва Дарья",
        "Петрова-Водкина Ксения",
        "Роман Захар",
        "Сидоренко Матвей",
    }


def test_the_families_of_the_story_are_there(sheets: Sheets) -> None:
    assert guardians_of(sheets, "Иванов Пётр Алексеевич") == ["Иванова Мария Сергеевна"]
    assert guardians_of(sheets, "Агаев Ислам Рустамович") == ["Агаева Зарема Ахмедовна"]
    assert guardians_of(sheets, "Сидоренко Матвей Олегович") == [
        "Сидоренко Олег Викторович",
        "Сидоренко Елена Николаевна",
    ]
    unreachable = [
        row["ФИО"] for row in sheets["guardians"] if row["Класс"] == "7Б" and not row["Дата согласия"]
    ]
    assert unreachable == ["Агаева Зарема Ахмедовна"]
    of_ivanova = {row["Класс"] for row in sheets["guardians"] if row["ФИО"] == "Иванова Мария Сергеевна"}
    assert of_ivanova == {"7Б", "5Б"}


def test_the_class_teacher_of_the_story_is_a_parent_in_another_class(sheets: Sheets) -> None:
    [group] = [row for row in sheets["groups"] if row["Класс"] == "7Б"]
    [child] = [row for row in sheets["guardians"] if row["ФИО"] == group["Классный руководитель"]]
    assert (group["Классный руководитель"], child["Класс"]) == ("Кузнецова Ирина Викторовна", "5А")


def test_the_week_shows_every_kind_of_row(sheets: Sheets) -> None:
    rows = sheets["timetable"]
    assert any(row["Класс"] == "10А+11А" for row in rows)
    assert {row["Неделя"] for row in rows} == {"", "нечёт", "чёт"}
    assert any(row["С"] and row["По"] for row in rows)
    assert any(row["Часов в неделю"] == "0,5" for row in sheets["courses"])


@pytest.mark.parametrize(
    ("subject", "grade", "lessons"),
    [
        ("Алгебра", "7", 34 * 3),
        ("Физика", "7", 34 * 2),
        ("География", "7", 34 * 2),
        ("Информатика", "7", 34),
        ("Окружающий мир", "1", 33 * 2),
    ],
)
def test_a_plan_is_as_long_as_its_year(sheets: Sheets, subject: str, grade: str, lessons: int) -> None:
    plan = [row for row in sheets["plan"] if (row["Предмет"], row["Параллель"]) == (subject, grade)]
    assert [int(row["№"]) for row in plan] == list(range(1, lessons + 1))


def test_plans_name_every_kind_of_lesson(sheets: Sheets) -> None:
    kinds = {row["Вид"] for row in sheets["plan"]}
    assert kinds == {"урок", "практическая", "лабораторная", "контрольная", "экскурсия", "ИКТ"}


def test_the_sixth_algebra_lesson_which_is_the_storys_is_on_linear_equations(sheets: Sheets) -> None:
    lesson_days = [
        row["День"] for row in sheets["timetable"] if (row["Класс"], row["Предмет"]) == ("7Б", "Алгебра")
    ]
    assert lesson_days == ["Пн", "Ср", "Пт"]
    [sixth] = [row for row in sheets["plan"] if (row["Предмет"], row["№"]) == ("Алгебра", "6")]
    assert sixth["Тема"] == "Линейные уравнения"
