"""The week of the demo school: the story is pinned, the rest is swapped until nothing clashes."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.schoolmaker.curriculum import (
    CLASS_HOUR,
    CLASS_SIZES,
    CRAFT,
    HOURS,
    SENIOR_SPORT_HOURS,
    SENIORS,
    SPORT,
    STAFF,
    Employee,
    grade_of,
    teachers_of,
)

Time = tuple[int, int]  # weekday from 1, lesson number from 1

DAY_LENGTHS = {
    1: (4, 5, 4, 5, 4),
    5: (6, 6, 6, 6, 6),
    6: (6, 6, 7, 6, 6),
    7: (6, 7, 7, 7, 6),
    8: (7, 7, 7, 7, 6),
    9: (7, 7, 7, 7, 6),
    10: (7, 7, 7, 6, 6),
    11: (7, 7, 7, 6, 6),
}

# The Monday of the story, double lessons and lessons of two classes stand where they are told to.
PINNED: dict[str, dict[str, list[Time]]] = {
    "5А": {CRAFT: [(5, 5), (5, 6)]},
    "5Б": {CRAFT: [(1, 2), (1, 3)]},
    "6А": {CRAFT: [(3, 5), (3, 6)], "Русский язык": [(2, 1), (2, 2)]},
    "6Б": {CRAFT: [(4, 5), (4, 6)], "Русский язык": [(5, 1), (5, 2)]},
    "7А": {CRAFT: [(2, 5), (2, 6)], "Алгебра": [(1, 2), (3, 2), (5, 2)]},
    "7Б": {
        "История": [(1, 2)],
        "Алгебра": [(1, 3), (3, 3), (5, 3)],
        "Русский язык": [(1, 4)],
        CRAFT: [(1, 5), (1, 6)],
    },
    "8Б": {"Алгебра": [(1, 4), (1, 5)]},
    "10А": {SPORT: [(2, 5), (3, 5), (5, 5)]},
    "11А": {"Литература": [(1, 2), (1, 3)], SPORT: [(2, 5), (3, 5), (5, 5)]},
}


@dataclass(frozen=True)
class Row:
    """A row of the timetable without its time."""

    subject: str
    teacher: Employee
    subgroup: str = ""
    week: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True)
class Unit:
    """What fills one lesson of a class: one row, parallel subgroups, or rows that take turns."""

    groups: str
    rows: tuple[Row, ...]

    @property
    def subject(self) -> str:
        return self.rows[0].subject

    @property
    def teachers(self) -> frozenset[str]:
        return frozenset(row.teacher.full_name for row in self.rows)


Week = dict[str, dict[Time, Unit]]


def units_of(group: str) -> Iterator[Unit]:
    """Every lesson of the class's week, the class hour included."""
    class_teacher = next(person for person in STAFF if person.class_of == group)
    yield Unit(group, (Row(CLASS_HOUR, class_teacher),))
    for load in HOURS[grade_of(group)].split(", "):
        subject, _, hours = load.rpartition(" ")
        unit = Unit(
            group,
            tuple(Row(subject, teacher, subgroup) for subgroup, teacher in teachers_of(group, subject)),
        )
        yield from [unit] * int(hours)
    if grade_of(group) in (7, 8):
        yield Unit(
            group,
            (
                _row(group, "Проектная деятельность", week="нечёт"),
                _row(group, "Функциональная грамотность", week="чёт"),
            ),
        )
    if group in SENIORS.split("+"):
        trainer = teachers_of(SENIORS, SPORT)[0][1]
        yield from [Unit(SENIORS, (Row(SPORT, trainer),))] * SENIOR_SPORT_HOURS
    if group == "11А":
        yield Unit(
            group,
            (
                _row(
                    group, "Подготовка к итоговому сочинению", valid_from="01.09.2026", valid_to="02.12.2026"
                ),
                _row(group, "Подготовка к ЕГЭ по математике", valid_from="03.12.2026", valid_to="26.05.2027"),
            ),
        )


def _row(group: str, subject: str, *, week: str = "", valid_from: str = "", valid_to: str = "") -> Row:
    [(_, teacher)] = teachers_of(group, subject)
    return Row(subject, teacher, week=week, valid_from=valid_from, valid_to=valid_to)


class Timetabler:
    """Min-conflicts search: swap two lessons of an unhappy class until no lesson has a price."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.week: Week = {}
        self._movable: dict[str, list[Time]] = {}
        for group in CLASS_SIZES:
            self._fill(group)

    def solve(self) -> Week:
        for _ in range(20_000):
            unhappy = [
                (group, time)
                for group, times in self._movable.items()
                for time in times
                if self._price(group, time)
            ]
            if not unhappy:
                return self.week
            self._improve(*self._rng.choice(unhappy))
        raise RuntimeError("no timetable without clashes was found: change the seed or the load")

    def _fill(self, group: str) -> None:
        lengths = DAY_LENGTHS[grade_of(group)]
        times = [(day, number) for day, length in enumerate(lengths, 1) for number in range(1, length + 1)]
        pinned = {CLASS_HOUR: [(1, 1)]} | PINNED.get(group, {})
        waiting = {subject: list(at) for subject, at in pinned.items()}
        day: dict[Time, Unit] = {}
        free: list[Unit] = []
        for unit in units_of(group):
            if waiting.get(unit.subject):
                day[waiting[unit.subject].pop(0)] = unit
            else:
                free.append(unit)
        self._movable[group] = [time for time in times if time not in day]
        if len(free) != len(self._movable[group]):
            raise RuntimeError(f"{group}: {len(free)} lessons for {len(self._movable[group])} places")
        self._rng.shuffle(free)
        self.week[group] = day | dict(zip(self._movable[group], free, strict=True))

    def _price(self, group: str, time: Time) -> int:
        """Clashes of the teachers, and the same subject twice a day unless it is pinned so."""
        unit = self.week[group][time]
        clashes = sum(
            not unit.teachers.isdisjoint(lessons[time].teachers)
            for other, lessons in self.week.items()
            if other != group and time in lessons
        )
        repeats = sum(
            self.week[group][other].subject == unit.subject
            for other in self.week[group]
            if other != time and other[0] == time[0]
        )
        return 3 * clashes + repeats

    def _improve(self, group: str, time: Time) -> None:
        by_price: dict[int, list[Time]] = defaultdict(list)
        for other in self._movable[group]:
            if other != time:
                before = self._price(group, time) + self._price(group, other)
                self._swap(group, time, other)
                by_price[self._price(group, time) + self._price(group, other) - before].append(other)
                self._swap(group, time, other)
        self._swap(group, time, self._rng.choice(by_price[min(by_price)]))

    def _swap(self, group: str, one: Time, other: Time) -> None:
        lessons = self.week[group]
        lessons[one], lessons[other] = lessons[other], lessons[one]
