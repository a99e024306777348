"""A task as a teacher types it: «§12 № 345–350, Иванову ещё № 351» is one for all and one for Иванов.

Only «<name> ещё <task>» at the beginning of a clause is somebody's own; whoever is not surely one pupil is a
question, and whatever names nobody stays in the task for all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.queries.homework import LessonPupil
from services.marks.matching import ClassList, NameWord
from services.marks.message import ListedPupil, Sex
from services.marks.names import key

_WORD = r"[^\W\d_]+(?:[-\u2010-\u2015'’`][^\W\d_]+)*\.?"
_CLAUSE_END = re.compile(r"[,;\n]|(?<![^\w][^\W\d_])\.\s+(?=[А-ЯЁ])")
_OWN = re.compile(
    rf"\s*(?:(?:а|и|\+)\s+)?(?P<whom>{_WORD}(?:\s+{_WORD}){{0,6}}?)\s*[-\u2010-\u2015:]?\s*"
    r"(?P<more>(?:ещ[её]|дополнительно|также|отдельно)\b\s*\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_FOR_ALL = re.compile(r"\s*(?:а\s+|и\s+)?(?:всем|все|остальным|остальные)\b", re.IGNORECASE)
_AND = re.compile(r"\s+и\s+", re.IGNORECASE)
_DASHES = re.compile("[-\u2010-\u2015]")


@dataclass(frozen=True, slots=True)
class Extra:
    """What these pupils have beside the task for all."""

    pupil_ids: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """«Иванову» may be any of these."""

    said: str
    text: str
    pupil_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaskReading:
    text: str
    """For all; empty when everything is somebody's own."""
    extras: tuple[Extra, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class _Own:
    """A clause that begins with whom it is for."""

    said: list[tuple[str, tuple[int, ...]]]
    """Each name, with whoever may be meant."""
    text: str


def read_task(typed: str, pupils: Sequence[LessonPupil]) -> TaskReading:
    """The parts of a task, against the pupils of the lesson. Nothing of what was typed is lost."""
    names = _Names(pupils)
    common: list[str] = []
    own: list[_Own] = []
    follows = False
    for sign, clause in _clauses(typed):
        found = names.own(clause)
        if found is not None:
            own.append(found)
            follows = True
        elif follows and sign == "," and not _FOR_ALL.match(clause):
            own[-1].text += sign + clause
        else:
            follows = False
            common.append(sign + clause)
    said = [(name, ids, part.text.strip(" ,;.\n")) for part in own for name, ids in part.said]
    extras: dict[str, list[int]] = {}
    for _, ids, task in said:
        if len(ids) == 1:
            extras.setdefault(task, []).extend(ids)
    return TaskReading(
        text="".join(common).strip(" ,;\n") if own else typed.strip(),
        extras=tuple(Extra(tuple(dict.fromkeys(ids)), task) for task, ids in extras.items()),
        doubts=tuple(Doubt(name, task, ids) for name, ids, task in said if len(ids) > 1),
    )


def _clauses(typed: str) -> list[tuple[str, str]]:
    """Each clause with the sign in front of it."""
    found, start, sign = [], 0, ""
    for end in _CLAUSE_END.finditer(typed):
        found.append((sign, typed[start : end.start()]))
        start, sign = end.end(), end.group()
    return [*found, (sign, typed[start:])]


class _Names:
    def __init__(self, pupils: Sequence[LessonPupil]) -> None:
        listed = [(_listed(pupil), pupil.pupil_id) for pupil in pupils]
        self._class = ClassList([one for one, _ in listed])
        self._ids = {id(one): pupil_id for one, pupil_id in listed}

    def own(self, clause: str) -> _Own | None:
        match = _OWN.fullmatch(clause)
        if match is None:
            return None
        said = [(name, self._candidates(name)) for name in _AND.split(match["whom"])]
        return _Own(said, match["more"]) if all(ids for _, ids in said) else None

    def _candidates(self, name: str) -> tuple[int, ...]:
        words = [
            NameWord(_DASHES.sub("", key(word.rstrip("."))), has_stop=word.endswith("."))
            for word in name.split()
        ]
        return tuple(self._ids[id(pupil)] for pupil in self._class.whom(words).candidates)


def _listed(pupil: LessonPupil) -> ListedPupil:
    name = " ".join(filter(None, (pupil.last_name, pupil.first_name, pupil.middle_name)))
    sex = None if pupil.sex is None else Sex[pupil.sex.name]
    return ListedPupil(pupil.number, name, sex)
