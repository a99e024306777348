"""Final marks: the periods of a course, the page of one (J8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from handlers.callbacks.changes import ShowFinalsHistory
from handlers.callbacks.final_marks import AcceptFinals, OpenFinalMarks, ShowFinal, ShowFinals
from handlers.callbacks.journal import ShowCourse
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.course_words import course_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.locked import ask_button, finals_locked_words
from handlers.texts.mark_words import mark_symbol
from handlers.texts.paging import items_of, turning
from handlers.texts.words import Naming, average_words, capital, cut, day_and_month, distinct_names
from services.final_marks import CourseRow, PeriodRow
from services.marks.final_page import FinalCell, FinalPage
from services.vocabulary import FinalKind

NAME_LIMIT, BUTTON_LIMIT, TITLE_LIMIT, COMMENT_SHOWN = 20, 40, 200, 500
PUPILS_A_PAGE = 40


def final_period_name(kind: FinalKind, name: str) -> str:
    """«1 четверть», «год», «экзамен»."""
    match kind:
        case FinalKind.TERM:
            return name
        case FinalKind.YEAR:
            return label("год")
        case FinalKind.EXAM:
            return label("экзамен")


def periods_screen(course: CourseRow, periods: Sequence[PeriodRow]) -> Screen:
    """Which final marks; what may be given now stands first."""
    buttons = [
        Button(_period_label(period), ShowFinals(
            course_id=course.course_id, kind=period.kind, term_id=period.term_id, page=0
        ))
        for period in periods
    ]  # fmt: skip
    body = lines(
        text("<b>{course} · итоги</b>", course=cut(course_name(course), TITLE_LIMIT)),
        text("За какой период?"),
    )
    return Screen(body, (*in_rows(buttons, 1), (_to_course(course), menu_button())))


def _period_label(period: PeriodRow) -> str:
    name = cut(capital(final_period_name(period.kind, period.name)), BUTTON_LIMIT)
    if period.open and period.kind is not FinalKind.EXAM:
        return label("{period}: до {day}", period=name, day=day_and_month(period.closes_on))
    if period.late and not period.open:
        return label("🔒 {period}", period=name)
    return name


def finals_screen(page: FinalPage, shown: int = 0) -> Screen:
    """Every pupil with average, number of marks, and the mark that is proposed or, bold, stands."""
    cells, shown, pages = items_of(page.cells, shown, PUPILS_A_PAGE)
    names = names_on(page)
    given = sum(cell.given is not None for cell in page.cells)
    body = lines(
        page_title(page),
        text("Выставлено {given} из {total}.", given=given, total=len(page.cells)),
        *state_words(page),
        "" if cells else text("В этом курсе нет учеников, которым ставят отметки."),
        *(_line(cell, names[cell.pupil_id]) for cell in cells),
        *_legend(page, cells),
    )
    where = carried(page)
    rows: list[Row] = []
    if page.writable and page.to_accept:
        words = label("Принять все предложенные ({n})", n=len(page.to_accept))
        rows.append((Button(words, AcceptFinals(**where, seen=page.seen)),))
    rows += in_rows(
        (
            Button(cut(names[cell.pupil_id], NAME_LIMIT), ShowFinal(**where, pupil_id=cell.pupil_id))
            for cell in cells
        ),
        2,
    )
    rows += turning(shown, pages, lambda to: ShowFinals(**where, page=to))
    if page.gives and page.period.late and not page.period.open:
        rows.append((ask_button(course_id=page.course.course_id, term_id=page.period.term_id),))
    rows.append((Button(label("Изменения"), ShowFinalsHistory(**where, page=0)),))
    rows.append((Button(label("‹ Периоды"), OpenFinalMarks(course_id=page.course.course_id)), menu_button()))
    return Screen(body, tuple(rows))


def page_title(page: FinalPage) -> Markup:
    """The course, and what the marks are for."""
    return lines(
        text("<b>{course}</b>", course=cut(course_name(page.course), TITLE_LIMIT)),
        text(
            "<b>Итоги: {period}</b>",
            period=cut(final_period_name(page.period.kind, page.period.name), TITLE_LIMIT),
        ),
    )


def state_words(page: FinalPage) -> list[Markup]:
    """Until when they may be given, or why not now."""
    period = page.period
    if period.early:
        return [text("Выставить можно с {day}.", day=day_and_month(period.opens_on))]
    if not period.open:
        return [finals_locked_words(period.closes_on)]
    if period.late:
        return [text("Завуч открыл эти отметки для исправлений.")]
    return [text("Срок — до {day} включительно.", day=day_and_month(period.closes_on))]


def _line(cell: FinalCell, name: str) -> Markup:
    """«Иванов П. 4,33 (6) → 4»."""
    proposal = cell.proposal
    return text(
        "{name}{average}{count} {mark}{debts}",
        name=cut(name, NAME_LIMIT),
        average="" if proposal.average is None else f" {average_words(proposal.average.value)}",
        count=f" ({proposal.count})" if proposal.average is not None or cell.marks else "",
        mark=_mark(cell),
        debts=" •" if cell.debts else "",
    )


def _mark(cell: FinalCell) -> Markup:
    if cell.given is not None:
        return text("— <b>{mark}</b>", mark=mark_symbol(cell.given.value))
    if cell.proposal.value is None:
        return text("→ ?") if cell.terms else text("· нет отметки")
    return text("→ {mark}", mark=mark_symbol(cell.proposal.value))


def _legend(page: FinalPage, cells: Iterable[FinalCell]) -> list[Markup | str]:
    shown = list(cells)
    if not shown:
        return []
    said: list[Markup | str] = [""]
    if any(cell.given is None and cell.proposal.value is not None for cell in shown):
        said.append(text("→ предложено, но ещё не выставлено"))
    if page.period.kind is FinalKind.YEAR and any(cell.proposal.value is None for cell in shown):
        said.append(text("→ ? нет отметки за период, предложить нечего"))
    if any(cell.debts for cell in shown):
        said.append(text("• есть долг"))
    return said if len(said) > 1 else []


def accepted_toast(given: int) -> str:
    """What «принять все» did."""
    if not given:
        return label("Предложения изменились или уже приняты. Посмотрите ещё раз.")
    return label("Выставлено: {n}", n=given)


def names_on(page: FinalPage) -> dict[int, str]:
    return distinct_names(
        {
            cell.pupil_id: Naming(cell.last_name, cell.first_name, cell.middle_name, cell.number)
            for cell in page.cells
        }
    )


def carried(page: FinalPage) -> dict[str, Any]:
    """What every button of the page carries."""
    return {
        "course_id": page.course.course_id,
        "kind": page.period.kind,
        "term_id": page.period.term_id,
    }


def _to_course(course: CourseRow) -> Button:
    return Button(label("‹ К предмету"), ShowCourse(course_id=course.course_id))
