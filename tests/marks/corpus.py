"""The test set: class lists, messages, and what the teacher who wrote them meant.

A line of `messages/<class>.txt` is «message → meaning», and the meaning is made of
`5=4,3`: number 5 has a four and a three; `*-7=4`: everybody else but number 7 has a four;
`?5,6=4`: whether 5 or 6 has it must be asked; `!`: something must be left as not understood;
`w=к/р`: the kind of work.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.marks.message import ListedPupil, Sex

HERE = Path(__file__).parent
CLASSES = ("bezhetsk", "makhachkala", "kazan", "altai")


@dataclass
class Case:
    group: str
    line: int
    message: str
    meaning: str
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)
    questions: list[tuple[set[int], tuple[str, ...]]] = field(default_factory=list)
    has_unmatched: bool = False
    work: str | None = None

    def __str__(self) -> str:
        return f"{self.group}:{self.line} {self.message!r} → {self.meaning}"


def class_list(group: str) -> list[ListedPupil]:
    with (HERE / "classes" / f"{group}.csv").open(encoding="utf-8", newline="") as file:
        return [
            ListedPupil(int(row["number"]), row["full_name"], Sex(row["sex"])) for row in csv.DictReader(file)
        ]


def cases() -> Iterator[Case]:
    for group in CLASSES:
        numbers = [pupil.number for pupil in class_list(group) if pupil.number is not None]
        text = (HERE / "messages" / f"{group}.txt").read_text("utf-8")
        for line, row in enumerate(text.splitlines(), 1):
            if row and not row.startswith("#"):
                message, meaning = row.split(" → ")
                yield _case(Case(group, line, message.replace("\\n", "\n"), meaning), numbers)


def _case(case: Case, numbers: list[int]) -> Case:
    for part in case.meaning.split():
        who, _, values = part.partition("=")
        marks = tuple(values.split(","))
        if part == "!":
            case.has_unmatched = True
        elif who == "w":
            case.work = values
        elif who.startswith("?"):
            case.questions.append(({int(number) for number in who[1:].split(",")}, marks))
        elif who.startswith("*"):
            without = {int(number) for number in who[1:].split("-") if number}
            case.marks |= {n: marks for n in numbers if n not in without and n not in case.marks}
        else:
            case.marks[int(who)] = marks
    return case
