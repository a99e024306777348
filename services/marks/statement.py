"""What one statement of a message says: who, and which marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.marks.matching import NameWord


@dataclass(frozen=True, slots=True)
class Named:
    words: tuple[NameWord, ...]
    number: int | None = None
    """Their number in the list, written before the name."""


@dataclass(frozen=True, slots=True)
class Numbered:
    first: int
    last: int
    may_reach: int = 0
    """«2-4» read as «number 2, a four» might be «numbers 2 to 4»: then 4."""


@dataclass(frozen=True, slots=True)
class Others:
    """«Остальные»."""


Subject = Named | Numbered | Others


@dataclass(slots=True)
class Statement:
    start: int
    end: int = 0
    """Where it stands in the message, in characters."""
    subjects: list[tuple[Subject, int, int]] = field(default_factory=list)
    """Whose marks, and where each of them is named."""
    excepted: list[Subject] = field(default_factory=list)
    has_except: bool = False
    values: list[str] = field(default_factory=list)
    values_start: int = 0
    is_sound: bool = True
    """Whether all of it was understood; marks are written only then."""
    follows_directly: bool = False
    """No comma before it."""
    is_comma_list: bool = False
    """Several names joined by nothing but commas."""
    says_something: bool = True
    """More than signs and words that mean nothing by themselves."""
    loose_words: list[NameWord] = field(default_factory=list)
    loose_numbers: list[int] = field(default_factory=list)
    """All its words and numbers: if it is not understood, whoever they may mean is not among «остальные»."""

    @property
    def has_others(self) -> bool:
        return any(isinstance(subject, Others) for subject, _, _ in self.subjects)
