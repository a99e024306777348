"""What the picture of a pupil's term says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from handlers.callbacks.diary import ShowTermMarks
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.i18n import label, text
from handlers.texts.mark_words import mark_symbol
from handlers.texts.words import average_words, cut
from services.days import monday_of
from services.documents.term_picture import PictureSubject, PictureWeek, TermPicture
from services.term_marks import SubjectMarks, TermMarks, TermRow

NAME_LIMIT, SUBJECT_LIMIT, SUBJECTS_SHOWN = 60, 60, 40
MARKS_LENGTH = 48
"""Characters of a line of marks on the picture."""
_WORST, _BEST = 2, 5


def term_picture(marks: TermMarks, term: TermRow, missed: Mapping[date, int]) -> TermPicture:
    """Marks by subject and lessons missed by week, from the term's begin to today or to its end."""
    pupil = marks.head.pupil
    name = cut(f"{pupil.last_name} {pupil.first_name}".strip(), NAME_LIMIT)
    last = min(term.ends_on, marks.head.today)
    return TermPicture(
        title=f"{name}, {cut(pupil.group, 20)}" if pupil.group else name,
        about=f"{cut(term.name, NAME_LIMIT)}, {period(term.starts_on, last)}",
        subjects=tuple(map(_subject, marks.subjects[:SUBJECTS_SHOWN])),
        legend=label("Полоска — средний балл: пустая — 2, полная — 5."),
        missed_heading=_missed_heading(sum(missed.values())),
        weeks=_weeks(term.starts_on, last, missed),
    )


def term_picture_screen(marks: TermMarks, content: bytes) -> Screen:
    pupil = marks.head.pupil
    said = text("{name}: отметки и пропуски", name=cut(pupil.first_name or pupil.last_name, NAME_LIMIT))
    button = Button(label("Отметки"), ShowTermMarks(pupil_id=pupil.pupil_id, term_id=0))
    return Screen(str(said), ((button,),), picture=Attachment("term.png", content))


def no_picture_toast() -> str:
    return label("Картинка рисуется по отметкам, а их пока нет.")


def _missed_heading(lessons: int) -> str:
    return label("Пропущено уроков по неделям: {n}", n=lessons) if lessons else label("Пропусков нет")


def _subject(subject: SubjectMarks) -> PictureSubject:
    average = subject.average.value if subject.average else None
    return PictureSubject(
        name=cut(subject.subject, SUBJECT_LIMIT),
        marks=_latest([mark_symbol(mark.value) for mark in subject.marks]),
        average=average_words(average),
        part=0.0 if average is None else float(average - _WORST) / (_BEST - _WORST),
    )


def _latest(marks: Sequence[str]) -> tuple[str, ...]:
    """As many as fit into a line, after «…» when there were more."""
    lines = [marks, *(["…", *marks[first:]] for first in range(1, len(marks)))]
    return tuple(next((line for line in lines if len(" ".join(line)) <= MARKS_LENGTH), ()))


def _weeks(first: date, last: date, missed: Mapping[date, int]) -> tuple[PictureWeek, ...]:
    monday = monday_of(first)
    found = []
    while monday <= last:
        days = (monday + timedelta(days=step) for step in range(7))
        found.append(PictureWeek(f"{max(monday, first):%d.%m}", sum(missed.get(day, 0) for day in days)))
        monday += timedelta(days=7)
    return tuple(found)
