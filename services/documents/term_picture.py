"""A pupil's term as a picture: marks and averages by subject, and lessons missed by week."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.documents.typesetting import png


@dataclass(frozen=True, slots=True)
class PictureSubject:
    name: str
    marks: tuple[str, ...]
    """As the journal writes them, the latest last."""
    average: str
    part: float
    """How much of its line the average takes: 0 for 2, 1 for 5."""


@dataclass(frozen=True, slots=True)
class PictureWeek:
    name: str
    missed: int
    """Lessons."""


@dataclass(frozen=True, slots=True)
class TermPicture:
    """In words already; whoever draws it adds none."""

    title: str
    about: str
    subjects: tuple[PictureSubject, ...]
    legend: str
    missed_heading: str
    weeks: tuple[PictureWeek, ...]


def term_png(picture: TermPicture) -> bytes:
    """For a phone. Takes long: call it in a thread."""
    return png("term_picture", asdict(picture))
