"""Reading a teacher's one message about a class, beside splitting it and looking surnames up."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

from benchmarks.figures import Figure, Size
from benchmarks.place import Place
from benchmarks.telegram import Telegram
from sandbox.make_school import SCHOOL
from services.marks.message import ListedPupil, Sex
from services.marks.names import names_of
from services.marks.reading import read_marks

PUPILS = 30


async def measure(_place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    pupils = _class()
    messages = _messages(pupils)
    slowest, first, ratios = [], [], []
    for _ in range(size.rounds + 1):
        names_of.cache_clear()
        first.append(_milliseconds(read_marks, messages[0], pupils))
        taken = [_milliseconds(read_marks, message, pupils) for message in messages]
        floor = [_milliseconds(_looked_up, message, pupils) for message in messages]
        slowest.append(max(taken))
        ratios.append(median(one / least for one, least in zip(taken, floor, strict=True)))
    # The first round reads the dictionaries.
    return [
        Figure(
            f"class message: milliseconds for {PUPILS} pupils, the slowest of {len(messages)} messages",
            median(slowest[1:]),
            "names of the class known",
            at_most=20,
        ),
        Figure(
            "class message: milliseconds for the first one of a class",
            median(first[1:]),
            f"with the dictionaries {first[0]:.1f} ms",
            at_most=20,
        ),
        Figure("class message: times splitting and looking up", median(ratios[1:])),
    ]


def _class() -> list[ListedPupil]:
    """Two classes of the demo school as one."""
    with (SCHOOL / "pupils.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:PUPILS]
    return [ListedPupil(number, row["ФИО"], Sex(row["Пол"])) for number, row in enumerate(rows, 1)]


def _messages(pupils: Sequence[ListedPupil]) -> list[str]:
    """The story's, everybody by surname, dictated by full names, by numbers, and each with a typing error."""
    surnames = [pupil.full_name.split()[0] for pupil in pupils]
    marks = ["5", "4 3", "3", "н", "4"] * len(pupils)
    one, two, three, four = surnames[:4]
    return [
        f"{one} 5, {two} 4 3, {three[:-2].lower()} 3, {four} н, остальные 4",
        ", ".join(f"{name} {mark}" for name, mark in zip(surnames, marks, strict=False)),
        "\n".join(f"{pupil.full_name} пять" for pupil in pupils),
        " ".join(f"{pupil.number}-5" for pupil in pupils),
        ", ".join(f"{name[:3]}ы{name[4:]} 4" for name in surnames),
    ]


def _looked_up(message: str, pupils: Sequence[ListedPupil]) -> dict[int | None, list[str]]:
    """As little as could be done: exact surnames and numbers."""
    known = {pupil.full_name.split()[0].lower(): pupil.number for pupil in pupils}
    known |= {str(pupil.number): pupil.number for pupil in pupils}
    pieces = [piece.split() for piece in re.split(r"[,\n]", message.lower().replace("-", " "))]
    return {known.get(words[0]): words[1:] for words in pieces if words}


def _milliseconds(
    read: Callable[[str, Sequence[ListedPupil]], object], message: str, pupils: Sequence[ListedPupil]
) -> float:
    """Of CPU."""
    begun = process_time()
    read(message, pupils)
    return (process_time() - begun) * 1000
