"""The journal page as text: dates across, pupils down, as wide as a small phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period as days
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.journal_buttons import (
    PUPILS,
    file_row,
    leading_on,
    lesson_rows,
    picture_button,
    pupil_rows,
    turning_rows,
)
from handlers.texts.journal_sheet import lesson_marks, period_name, work_words
from handlers.texts.mark_words import mark_symbol
from handlers.texts.paging import fitting, items_of
from handlers.texts.words import Naming, average_words, cut, distinct_names
from services.journal_page import FinalColumn, JournalPage, PageLesson, PagePupil
from services.vocabulary import FinalKind

LINE, NAME = 32, 12
"""Characters of a line, and of them for a name."""
ON_A_PICTURE = 12
TITLE_LIMIT, TOPIC_LIMIT = 120, 60
ROMAN = ("I", "II", "III", "IV", "V", "VI")


@dataclass(frozen=True, slots=True)
class _Column:
    heading: tuple[str, str]
    """The day and, under it, the month."""
    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(2, *map(len, self.heading), *map(len, self.cells))


def journal_screen(page: JournalPage, back: int, pupils: int) -> Screen:
    """As many lessons as fit on a line, the newest first; what happened in them below the table."""
    if not page.lessons or not page.pupils:
        nothing = text("Уроков ещё не было.") if page.pupils else text("Учеников в это время нет.")
        return Screen(lines(_title(page), nothing), leading_on(page))
    shown, pupils, pupil_pages = items_of(page.pupils, pupils, PUPILS)
    totals = _totals(page, shown)
    parts = _parts(page, shown, totals)
    back = min(max(back, 0), len(parts) - 1)
    lessons = parts[back]
    columns = [_lesson_column(page, lesson, shown) for lesson in lessons]
    head = lines(
        _title(page),
        _table(page, shown, columns if back else [*columns, *totals]),
    )
    body = lines(head, *fitting([_about(page, lesson) for lesson in lessons], len(head)))
    return Screen(
        body,
        (
            *lesson_rows(page, lessons),
            *turning_rows(page, back, len(parts), pupils),
            *pupil_rows(page, back, pupils, pupil_pages),
            file_row(page),
            *leading_on(page),
        ),
    )


def _title(page: JournalPage) -> Markup:
    period = page.period
    return lines(
        text("<b>{name}</b>", name=cut(course_name(page.course), TITLE_LIMIT)),
        text(
            "{period}, {days}",
            period=cut(period_name(period), TITLE_LIMIT),
            days=days(period.starts_on, period.ends_on),
        ),
    )


def picture_screen(page: JournalPage, back: int, picture: bytes, count: int) -> Screen:
    """`count`: how many pictures the page takes."""
    row = []
    if back < count - 1:
        row.append(Button(label("‹ Раньше"), picture_button(page, back + 1)))
    if back > 0:
        row.append(Button(label("Позже ›"), picture_button(page, back - 1)))
    return Screen(_caption(page), (tuple(row),) if row else (), picture=Attachment("journal.png", picture))


def workbook_screen(page: JournalPage, content: bytes) -> Screen:
    return Screen(_caption(page), document=Attachment("journal.xlsx", content))


def print_screen(page: JournalPage, content: bytes) -> Screen:
    return Screen(_caption(page), document=Attachment("journal.pdf", content))


def picture_lessons(page: JournalPage, back: int) -> tuple[Sequence[PageLesson], int, int]:
    """The lessons of one picture, which it is from the newest, and how many there are."""
    newest = page.lessons[::-1]
    shown, back, count = items_of(newest, back, ON_A_PICTURE)
    return shown[::-1], back, count


def _caption(page: JournalPage) -> Markup:
    name, period = cut(course_name(page.course), TITLE_LIMIT), cut(period_name(page.period), TITLE_LIMIT)
    return text("{name}, {period}", name=name, period=period)


def _parts(
    page: JournalPage, pupils: Sequence[PagePupil], totals: Sequence[_Column]
) -> list[list[PageLesson]]:
    """Lessons in screens, the newest screen first, where the totals stand too."""
    parts: list[list[PageLesson]] = [[]]
    left = LINE - NAME - sum(column.width + 1 for column in totals)
    for lesson in reversed(page.lessons):
        width = _lesson_column(page, lesson, pupils).width + 1
        if width > left and (parts[-1] or (parts == [[]] and totals)):
            parts.append([])
            left = LINE - NAME
        parts[-1].insert(0, lesson)
        left -= width
    return parts


def _lesson_column(page: JournalPage, lesson: PageLesson, pupils: Sequence[PagePupil]) -> _Column:
    return _Column(
        (f"{lesson.date:%d}", f"{lesson.date:%m}"),
        tuple(lesson_marks(page, lesson, pupil) for pupil in pupils),
    )


def _totals(page: JournalPage, pupils: Sequence[PagePupil]) -> list[_Column]:
    """The average and the final marks, as far as there are any."""
    averages = _Column((label("ср"), ""), tuple(average_words(page.average(pupil)) for pupil in pupils))
    finals = (
        _Column(
            (_final_heading(page, column), ""),
            tuple(mark_symbol(mark) if (mark := page.final(column, pupil)) else "" for pupil in pupils),
        )
        for column in page.final_columns
    )
    return [column for column in (averages, *finals) if any(column.cells)]


def _final_heading(page: JournalPage, column: FinalColumn) -> str:
    match column.kind:
        case FinalKind.YEAR:
            return label("г")
        case FinalKind.EXAM:
            return label("эк")
    if page.period.term_id is not None or column.term is None:
        return label("ит")
    return ROMAN[min(page.periods.index(column.term), len(ROMAN) - 1)]


def _table(page: JournalPage, pupils: Sequence[PagePupil], columns: Sequence[_Column]) -> Markup:
    names = distinct_names({
        pupil.pupil_id: Naming(pupil.last_name, pupil.first_name, pupil.middle_name, pupil.number)
        for pupil in page.pupils
    })  # fmt: skip

    def line(name: str, cells: Sequence[str]) -> str:
        padded = (f" {cell:^{column.width}}" for cell, column in zip(cells, columns, strict=True))
        return (f"{name:<{NAME}}" + "".join(padded)).rstrip()

    headings = [line("", [column.heading[row] for column in columns]) for row in (0, 1)]
    rows = [
        line(_fitted(names[pupil.pupil_id]), [column.cells[index] for column in columns])
        for index, pupil in enumerate(pupils)
    ]
    return text("<pre>{table}</pre>", table="\n".join([*headings, *rows]))


def _fitted(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def _about(page: JournalPage, lesson: PageLesson) -> Markup:
    """«🔒 07.09 · Линейные уравнения · к/р № 1, вес 3»."""
    works = "; ".join(work_words(work) for work in lesson.works)
    said = [
        f"{lesson.date:%d.%m}",
        cut(lesson.topic, TOPIC_LIMIT) if lesson.topic else label("тема не записана"),
        cut(works, TOPIC_LIMIT),
        "" if lesson.taken or lesson.date > page.today else label("⚪ переклички нет"),
    ]
    words = " · ".join(filter(None, said))
    return text("🔒 {lesson}", lesson=words) if lesson.locked else text("{lesson}", lesson=words)
