"""Makes the demo school, the CSV folder `sandbox/school/`, anew: `python -m sandbox.make_school`.

The same seed gives the same files to the byte; they are committed, and a test compares them.
"""

import csv
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sandbox.schoolmaker.curriculum import CLASS_SIZES, SENIORS, STAFF, SUBJECTS, Employee, grade_of
from sandbox.schoolmaker.families import Child, Family, FamilyMaker, Phones
from sandbox.schoolmaker.names import sort_key
from sandbox.schoolmaker.schedule import Row, Time, Timetabler, Unit, Week

SCHOOL = Path(__file__).parent / "school"
PLANS = Path(__file__).parent / "schoolmaker" / "plans"
SEED = 27
WEEKDAYS = ("Пн", "Вт", "Ср", "Чт", "Пт")

Table = list[list[str]]  # the first row is the header

SETTINGS: Table = [
    ["Ключ", "Значение"],
    ["name", "Средняя школа № 27 «Тёплые Ключи»"],
    ["short_name", "Школа «Тёплые Ключи»"],
    ["timezone", "Europe/Moscow"],
    ["preset", "klyuchi"],
    ["year", "2026/2027"],
    ["year_start", "01.09.2026"],
    ["year_end", "31.05.2027"],
    ["undo_minutes", "5"],
]
TERMS: Table = [
    ["Название", "Начало", "Конец", "Вид", "Параллели"],
    ["I четверть", "01.09.2026", "23.10.2026", "четверть", "1-9"],
    ["II четверть", "02.11.2026", "30.12.2026", "четверть", "1-9"],
    ["III четверть", "11.01.2027", "26.03.2027", "четверть", "1-9"],
    ["IV четверть", "05.04.2027", "26.05.2027", "четверть", "1-9"],
    ["I полугодие", "01.09.2026", "30.12.2026", "полугодие", "10-11"],
    ["II полугодие", "11.01.2027", "26.05.2027", "полугодие", "10-11"],
]
HOLIDAYS: Table = [
    ["Название", "Начало", "Конец"],
    ["Осенние каникулы", "24.10.2026", "01.11.2026"],
    ["День народного единства", "04.11.2026", "04.11.2026"],
    ["Зимние каникулы", "31.12.2026", "10.01.2027"],
    ["День защитника Отечества", "23.02.2027", "23.02.2027"],
    ["Международный женский день", "08.03.2027", "08.03.2027"],
    ["Весенние каникулы", "27.03.2027", "04.04.2027"],
    ["Праздник Весны и Труда", "03.05.2027", "03.05.2027"],
    ["День Победы", "10.05.2027", "10.05.2027"],
]
BELLS: Table = [
    ["День", "Урок", "Начало", "Конец"],
    ["", "1", "8:30", "9:10"],
    ["", "2", "9:20", "10:00"],
    ["", "3", "10:15", "10:55"],
    ["", "4", "11:10", "11:50"],
    ["", "5", "12:05", "12:45"],
    ["", "6", "12:55", "13:35"],
    ["", "7", "13:45", "14:25"],
    ["Пт", "5", "12:00", "12:40"],
    ["Пт", "6", "12:45", "13:25"],
    ["Пт", "7", "13:30", "14:10"],
]


def write_school(folder: Path) -> None:
    """Writes every sheet into the folder, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in make_sheets().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)


def make_sheets() -> dict[str, Table]:
    rng = random.Random(SEED)  # noqa: S311 -- the seed makes the school the same every time
    week = Timetabler(rng).solve()
    phones = Phones(rng)
    staff_phones = {person.full_name: phones.new() for person in STAFF}
    families = FamilyMaker(rng, phones, staff_phones).families()
    class_lists = _class_lists(families)
    plan = [["Предмет", "Параллель", "№", "Тема", "Вид", "Домашнее задание"], *_plan_rows()]
    return {
        "settings": SETTINGS,
        "terms": TERMS,
        "holidays": HOLIDAYS,
        "bells": BELLS,
        "staff": [
            ["ФИО", "Роли", "Пол", "Телефон"],
            *([p.full_name, p.roles, p.sex, phones.spell(staff_phones[p.full_name])] for p in STAFF),
        ],
        "subjects": [["Название", "Сокращения"], *([name, short] for name, short in SUBJECTS.items())],
        "groups": [
            ["Класс", "Параллель", "Классный руководитель"],
            *([p.class_of, str(grade_of(p.class_of)), p.full_name] for p in _class_teachers()),
        ],
        "pupils": [
            ["Класс", "Номер", "ФИО", "Пол", "Дата рождения", "Телефон", "Дата согласия"],
            *_pupil_rows(class_lists, rng, phones),
        ],
        "guardians": [
            ["ФИО", "Кем приходится", "Ученик", "Класс", "Телефон", "Дата согласия", "Согласие отозвано"],
            *_guardian_rows(families, phones),
        ],
        "courses": [
            ["Класс", "Предмет", "Подгруппа", "Учитель", "Часов в неделю", "Вариант КТП", "С", "По"],
            *_course_rows(week, planned={(row[0], row[1]) for row in plan[1:]}),
        ],
        "subgroups": [["Класс", "Предмет", "Подгруппа", "Ученик"], *_subgroup_rows(week, class_lists)],
        "timetable": [
            ["День", "Урок", "Класс", "Предмет", "Подгруппа", "Учитель", "Кабинет", "Неделя", "С", "По"],
            *_timetable_rows(week),
        ],
        "plan": plan,
    }


def _class_teachers() -> list[Employee]:
    return sorted((p for p in STAFF if p.class_of), key=lambda p: list(CLASS_SIZES).index(p.class_of))


def _class_lists(families: list[Family]) -> dict[str, list[Child]]:
    everybody = sorted((c for f in families for c in f.children), key=lambda c: sort_key(c.full_name))
    return {group: [child for child in everybody if child.group == group] for group in CLASS_SIZES}


def _pupil_rows(lists: dict[str, list[Child]], rng: random.Random, phones: Phones) -> Iterator[list[str]]:
    for group, children in lists.items():
        for number, child in enumerate(children, 1):
            has_phone = grade_of(group) >= 7 and rng.random() < 0.6
            phone = phones.spell(phones.new()) if has_phone else ""
            consent = "" if rng.random() < 0.03 else f"{rng.randrange(6, 30):02}.04.2026"
            born = child.birth_date.strftime("%d.%m.%Y")
            yield [group, str(number), child.full_name, child.sex, born, phone, consent]


def _guardian_rows(families: list[Family], phones: Phones) -> Iterator[list[str]]:
    order = list(CLASS_SIZES)
    pairs = [(child, guardian) for f in families for child in f.children for guardian in f.guardians]
    for child, who in sorted(pairs, key=lambda p: (order.index(p[0].group), sort_key(p[0].full_name))):
        yield [
            who.full_name,
            who.relation,
            child.full_name,
            child.group,
            phones.spell(who.phone),
            who.consent_date,
            who.consent_withdrawn,
        ]


def _lessons(week: Week) -> Iterator[tuple[Time, Unit]]:
    """Every lesson once, by time and class; a lesson of two classes stands with the first of them."""
    for day in range(1, len(WEEKDAYS) + 1):
        for number in range(1, 8):
            for group, lessons in week.items():
                unit = lessons.get((day, number))
                if unit and unit.groups.startswith(group):
                    yield (day, number), unit


def _course_rows(week: Week, planned: set[tuple[str, str]]) -> Iterator[list[str]]:
    lessons: Counter[tuple[str, Row]] = Counter()
    for _, unit in _lessons(week):
        lessons.update((unit.groups, row) for row in unit.rows)
    for group in [*CLASS_SIZES, SENIORS]:
        for (groups, row), count in lessons.items():
            if groups == group:
                hours = "0,5" if row.week else str(count)
                grade = re.match(r"\d+", group)
                has_plan = grade is not None and (row.subject, grade[0]) in planned
                variant = "1" if has_plan else ""
                teacher = row.teacher.full_name
                yield [
                    group,
                    row.subject,
                    row.subgroup,
                    teacher,
                    hours,
                    variant,
                    row.valid_from,
                    row.valid_to,
                ]


def _timetable_rows(week: Week) -> Iterator[list[str]]:
    for (day, number), unit in _lessons(week):
        for row in unit.rows:
            teacher = _with_initials(row.teacher.full_name)
            yield [
                WEEKDAYS[day - 1],
                str(number),
                unit.groups,
                row.subject,
                row.subgroup,
                teacher,
                row.teacher.room,
                row.week,
                row.valid_from,
                row.valid_to,
            ]


def _with_initials(full_name: str) -> str:
    surname, first_name, patronymic = full_name.split()
    return f"{surname} {first_name[0]}.{patronymic[0]}."


def _subgroup_rows(week: Week, lists: dict[str, list[Child]]) -> Iterator[list[str]]:
    """Boys and girls part in crafts; elsewhere the class list is cut in two."""
    for group, children in lists.items():
        split = {u.subject: [r.subgroup for r in u.rows] for u in week[group].values() if u.rows[0].subgroup}
        for subject, (first, second) in sorted(split.items()):
            for number, child in enumerate(children):
                in_first = child.sex == "м" if first == "мальчики" else number < len(children) / 2
                yield [group, subject, first if in_first else second, child.full_name]


def _plan_rows() -> Iterator[list[str]]:
    for path in sorted(PLANS.glob("*.txt")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        subject, grade = header.split("; ")
        lessons = [lesson for line in lines if not line.startswith("#") for lesson in _plan_lessons(line)]
        for number, (topic, kind, homework) in enumerate(lessons, 1):
            yield [subject, grade, str(number), topic, kind, homework]


def _plan_lessons(line: str) -> list[tuple[str, str, str]]:
    topic, kind, homework = (part.strip() for part in f"{line} | | ".split("|")[:3])
    topic, _, times = topic.partition(" ×")
    return [(topic, kind or "урок", homework)] * int(times or 1)


if __name__ == "__main__":
    write_school(SCHOOL)
