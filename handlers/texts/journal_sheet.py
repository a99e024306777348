"""The words of a journal page: what stands in a cell, in a heading, in the list of topics."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.texts.absence_words import period as days
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label
from handlers.texts.mark_words import attendance_symbol, mark_symbol
from handlers.texts.plan_words import kind_name
from handlers.texts.words import average_words, cut, full_name, number_words
from services.documents.journal import JournalSheet, SheetCell, SheetColumn, SheetRow, SheetTopic
from services.journal_page import FinalColumn, JournalPage, PageLesson, PagePupil, PageWork, Period
from services.vocabulary import FinalKind, LessonKind

NAME_LIMIT = 60


def period_name(period: Period) -> str:
    """«1 четверть», «весь год 2026/2027»."""
    return period.name if period.term_id is not None else label("весь год {name}", name=period.name)


def final_name(column: FinalColumn) -> str:
    match column.kind:
        case FinalKind.YEAR:
            return label("Год")
        case FinalKind.EXAM:
            return label("Экзамен")
    assert column.term is not None
    return column.term.name


def mark_words(page: JournalPage, work: PageWork, pupil: PagePupil) -> str:
    mark = page.mark(work, pupil)
    return mark_symbol(mark.value) if mark else ""


def absence_words(page: JournalPage, lesson: PageLesson, pupil: PagePupil) -> str:
    """«н», «о»."""
    absence = page.absence(lesson, pupil)
    return attendance_symbol(absence.status) if absence else ""


def lesson_marks(page: JournalPage, lesson: PageLesson, pupil: PagePupil) -> str:
    """All of a lesson in one cell: «н», «о5», «5/3»; «·» where the lesson was not one of the pupil's."""
    marks = "/".join(filter(None, (mark_words(page, work, pupil) for work in lesson.works)))
    return absence_words(page, lesson, pupil) + marks or _outside(page, lesson, pupil)


def _outside(page: JournalPage, lesson: PageLesson, pupil: PagePupil) -> str:
    return "" if page.was_in_course(lesson, pupil) else "·"


def total_words(page: JournalPage, pupil: PagePupil) -> tuple[str, ...]:
    """The average and the final marks, under `total_headings`."""
    finals = (page.final(column, pupil) for column in page.final_columns)
    return (average_words(page.average(pupil)), *(mark_symbol(final) if final else "" for final in finals))


def total_headings(page: JournalPage) -> tuple[str, ...]:
    return (label("Средний"), *(final_name(column) for column in page.final_columns))


def journal_sheet(page: JournalPage, lessons: Sequence[PageLesson]) -> JournalSheet:
    """These lessons of the page, ready to be drawn."""
    columns = [(lesson, work) for lesson in lessons for work in lesson.works or (None,)]
    return JournalSheet(
        title=course_name(page.course),
        about=(
            page.rows.school,
            ", ".join(page.rows.teachers),
            f"{period_name(page.period)}, {days(page.period.starts_on, page.period.ends_on)}",
        ),
        name=label("Журнал"),
        number_heading=label("№"),
        pupil_heading=label("Ученик"),
        columns=tuple(_column(lesson, work) for lesson, work in columns),
        total_headings=total_headings(page),
        rows=tuple(_row(page, pupil, columns) for pupil in page.pupils),
        topics_name=label("Темы"),
        topic_headings=tuple(
            label(heading) for heading in ("Дата", "Урок", "Тема", "Вид", "Работы", "Дома", "Замещение")
        ),
        topics=tuple(_topic(lesson) for lesson in lessons),
        legend=label("Серым — закрыто: срок исправлений прошёл. Точка — ученик в этот день здесь не учился."),
        signature=label("Учитель"),
    )


def _column(lesson: PageLesson, work: PageWork | None) -> SheetColumn:
    locked = lesson.closed if work is None else work.closed
    return SheetColumn(f"{lesson.date:%d.%m}", work.kind if work else "", locked)


def _row(
    page: JournalPage, pupil: PagePupil, columns: Sequence[tuple[PageLesson, PageWork | None]]
) -> SheetRow:
    """What is said of the lesson as a whole stands in its first column."""
    cells = (
        SheetCell(_cell(page, lesson, work, pupil), page.is_locked(lesson, work, pupil))
        for lesson, work in columns
    )
    return SheetRow(cut(full_name(pupil), NAME_LIMIT), tuple(cells), total_words(page, pupil))


def _cell(page: JournalPage, lesson: PageLesson, work: PageWork | None, pupil: PagePupil) -> str:
    mark = mark_words(page, work, pupil) if work else ""
    if work is not None and work != lesson.works[0]:
        return mark or _outside(page, lesson, pupil)
    said = (absence_words(page, lesson, pupil), mark)
    return " ".join(filter(None, said)) or _outside(page, lesson, pupil)


def _topic(lesson: PageLesson) -> SheetTopic:
    kind = lesson.kind
    return SheetTopic(
        (
            f"{lesson.date:%d.%m.%Y}",
            str(lesson.number),
            lesson.topic or "",
            kind_name(kind) if kind and kind is not LessonKind.LESSON else "",
            "; ".join(work_words(work) for work in lesson.works),
            homework_words(lesson),
            lesson.substitute or "",
        ),
        lesson.locked,
    )


def homework_words(lesson: PageLesson) -> str:
    if lesson.no_homework and not lesson.tasks:
        return label("не задано")
    return "; ".join(
        task.text if task.for_everyone else label("{text} (не всем)", text=task.text) for task in lesson.tasks
    )


def work_words(work: PageWork) -> str:
    """«к/р № 2, вес 3»."""
    name = f"{work.kind} {work.title}".strip()
    if work.weight == 1:
        return name
    return label("{work}, вес {weight}", work=name, weight=number_words(work.weight))
