"""What goes into the reading of a message and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    MALE = "м"
    FEMALE = "ж"


@dataclass(frozen=True, slots=True)
class ListedPupil:
    """A row of the class list. The number is the one printed in the list, not the place in it."""

    number: int | None
    full_name: str
    sex: Sex | None = None
    pupil_id: int | None = None
    """Tells full namesakes without numbers apart, where the caller knows them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Marks that are surely this pupil's."""

    pupil: ListedPupil
    values: tuple[str, ...]
    said: tuple[str, ...]
    """The pieces of the message it was read from."""
    is_rest: bool = False
    """One of «остальные», not named."""


@dataclass(frozen=True, slots=True)
class Question:
    """Marks that may be any of two or more pupils'; only the teacher can say whose."""

    text: str
    values: tuple[str, ...]
    candidates: tuple[ListedPupil, ...]


@dataclass(frozen=True, slots=True)
class ReadMarks:
    """Every piece of the message is in exactly one of `entries`, `ambiguous`, `unmatched` and `work_text`."""

    entries: tuple[Entry, ...]
    ambiguous: tuple[Question, ...]
    unmatched: tuple[str, ...]
    work: str | None
    """The kind of work by its usual short name: «к/р»."""
    work_text: str = ""
    answered: int = 0
    """How many questions the answers have settled; `ambiguous` holds the others."""
