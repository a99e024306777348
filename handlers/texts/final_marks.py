"""Final marks: the periods of a course, the page of one, a pupil on it (J8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import ShowFinalsHistory
from handlers.callbacks.final_marks import AcceptFinals, OpenFinalMarks, SetFinal, ShowFinal, ShowFinals
from handlers.callbacks.journal import ShowCourse
from handlers.screen import Button, Screen
from handlers.texts.arithmetic import arithmetic
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.journal_sheet import average_words, course_name
from handlers.texts.locked import ask_button, finals_locked_words
from handlers.texts.mark_words import mark_symbol
from handlers.texts.paging import items_of, turning
from handlers.texts.words import Naming, capital, cut, day_and_month, distinct_names, full_name, when
from services.final_marks import VALUES, CourseRow, FinalCell, FinalPage, PeriodRow
from services.marks.proposals import GivenMark
from services.vocabulary import FinalKind, MarkValue

NAME_LIMIT, BUTTON_LIMIT, TITLE_LIMIT, COMMENT_SHOWN = 20, 40, 200, 500
PUPILS_A_PAGE = 40
MARKS_SHOWN, DEBTS_SHOWN = 60, 10


def period_name(kind: FinalKind, name: str) -> str:
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
    name = cut(capital(period_name(period.kind, period.name)), BUTTON_LIMIT)
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
        _title(page),
        text("Выставлено {given} из {total}.", given=given, total=len(page.cells)),
        *_state(page),
        "" if cells else text("В этом курсе нет учеников, которым ставят отметки."),
        *(_line(cell, names[cell.pupil_id]) for cell in cells),
        *_legend(page, cells),
    )
    where = _where(page)
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
    rows.append((Button(label("История"), ShowFinalsHistory(**where, page=0)),))
    rows.append((Button(label("‹ Периоды"), OpenFinalMarks(course_id=page.course.course_id)), menu_button()))
    return Screen(body, tuple(rows))


def _title(page: FinalPage) -> Markup:
    return lines(
        text("<b>{course}</b>", course=cut(course_name(page.course), TITLE_LIMIT)),
        text(
            "<b>Итоги: {period}</b>",
            period=cut(period_name(page.period.kind, page.period.name), TITLE_LIMIT),
        ),
    )


def _state(page: FinalPage) -> list[Markup]:
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


def final_screen(page: FinalPage, pupil_id: int, zone: ZoneInfo, today: date) -> Screen:
    """One pupil: what the proposal is made of, what stands, and the marks to choose from."""
    cell = page.cell(pupil_id)
    period = page.period
    body = lines(
        _title(page),
        text("<b>{name}</b>", name=full_name(cell)),
        "",
        *_made_of(cell, period.kind),
        *_proposed(cell),
        *_given(cell, zone, today),
        *(() if page.writable else ("", *_state(page))),
    )
    where = _where(page)
    standing = cell.given and cell.given.value
    values = [
        Button(
            f"✓ {mark_symbol(value)}" if value is standing else mark_symbol(value),
            SetFinal(**where, pupil_id=pupil_id, value=value),
        )
        for value in VALUES
    ]
    rows = in_rows(values, 4) if page.writable else ()
    back = Button(label("‹ К списку"), ShowFinals(**where, page=_page_with(page, pupil_id)))
    return Screen(body, (*rows, *_neighbours(page, pupil_id), (back, menu_button())))


def _made_of(cell: FinalCell, kind: FinalKind) -> list[Markup]:
    match kind:
        case FinalKind.TERM:
            return _marks(cell)
        case FinalKind.YEAR:
            return _terms(cell)
        case FinalKind.EXAM:
            return []


def _marks(cell: FinalCell) -> list[Markup]:
    if not cell.marks:
        return [text("Отметок нет.")]
    written = " ".join(mark_symbol(mark.value) for mark in cell.marks[-MARKS_SHOWN:])
    n = cell.proposal.count
    said = [
        text("Отметки: {marks}", marks=written),
        count("Считается {n} отметка", "Считается {n} отметок", n) if n else text("Считать пока нечего."),
    ]
    if cell.proposal.average is not None:
        said.append(arithmetic(cell.proposal.average))
    return [*said, *(_debt(debt) for debt in cell.debts[:DEBTS_SHOWN])]


def _debt(debt: GivenMark) -> Markup:
    assert debt.due_on is not None
    return text(
        "• Долг: {work} от {day}, сдать до {due}",
        work=cut(debt.work, NAME_LIMIT),
        day=day_and_month(debt.day),
        due=day_and_month(debt.due_on),
    )


def _terms(cell: FinalCell) -> list[Markup]:
    said = [
        text("{term}: {mark}", term=cut(term.term, TITLE_LIMIT), mark=_term_mark(term.value))
        for term in cell.terms
        if term.expected or term.value is not None
    ]
    if cell.exam is not None:
        said.append(text("Экзамен: {mark}", mark=mark_symbol(cell.exam)))
    if cell.proposal.average is not None:
        said.append(arithmetic(cell.proposal.average))
    if cell.proposal.with_exam is not None:
        said.append(text("С экзаменом: {sum}", sum=arithmetic(cell.proposal.with_exam)))
    return said


def _term_mark(value: MarkValue | None) -> str:
    return label("нет отметки") if value is None else mark_symbol(value)


def _proposed(cell: FinalCell) -> list[Markup]:
    proposal = cell.proposal
    if proposal.value is None:
        return []
    said = [text("Предложено: <b>{mark}</b>", mark=mark_symbol(proposal.value))]
    if proposal.least is not None:
        said.append(text("Для отметки нужно не меньше {n}.", n=proposal.least))
    return said


def _given(cell: FinalCell, zone: ZoneInfo, today: date) -> list[Markup | str]:
    given = cell.given
    if given is None:
        return ["", text("Ещё не выставлено.")]
    said: list[Markup | str] = [
        "",
        text(
            "Выставлено: <b>{mark}</b> — {who}, {when}",
            mark=mark_symbol(given.value),
            who=given.given_by,
            when=when(given.set_at, zone, today),
        ),
    ]
    now = cell.proposal.average
    if given.average is not None and (now is None or now.value != given.average):
        said.append(text("Тогда средний был {average}.", average=average_words(given.average)))
    if given.comment:
        said.append(text("Комментарий: {comment}", comment=cut(given.comment, COMMENT_SHOWN)))
    return said


def _neighbours(page: FinalPage, pupil_id: int) -> tuple[Row, ...]:
    ids = [cell.pupil_id for cell in page.cells]
    at, names = ids.index(pupil_id), names_on(page)
    where, row = _where(page), []
    if at > 0:
        before = ids[at - 1]
        row.append(Button(f"‹ {cut(names[before], NAME_LIMIT)}", ShowFinal(**where, pupil_id=before)))
    if at + 1 < len(ids):
        after = ids[at + 1]
        row.append(Button(f"{cut(names[after], NAME_LIMIT)} ›", ShowFinal(**where, pupil_id=after)))
    return (tuple(row),) if row else ()


def _page_with(page: FinalPage, pupil_id: int) -> int:
    return [cell.pupil_id for cell in page.cells].index(pupil_id) // PUPILS_A_PAGE


def ask_comment_screen(page: FinalPage, pupil_id: int, value: MarkValue) -> Screen:
    """Why another mark than the proposed one."""
    cell = page.cell(pupil_id)
    assert cell.proposal.value is not None
    body = lines(
        _title(page),
        text(
            "<b>{name}</b>: {mark} вместо предложенной {proposed}.",
            name=full_name(cell),
            mark=mark_symbol(value),
            proposed=mark_symbol(cell.proposal.value),
        ),
        "",
        text("Почему? Напишите одним сообщением: комментарий останется в истории."),
    )
    where = _where(page)
    return Screen(body, ((Button(label("Отмена"), ShowFinal(**where, pupil_id=pupil_id)),),))


def accepted_toast(given: int) -> str:
    """What «принять все» did."""
    if not given:
        return label("Предложения изменились или уже приняты. Посмотрите ещё раз.")
    return label("Выставлено: {n}", n=given)


def given_toast(page: FinalPage, pupil_id: int) -> str:
    """«Иванов П.: 4»."""
    given = page.cell(pupil_id).given
    assert given is not None
    return label("{name}: {mark}", name=cut(names_on(page)[pupil_id], 160), mark=mark_symbol(given.value))


def names_on(page: FinalPage) -> dict[int, str]:
    return distinct_names(
        {
            cell.pupil_id: Naming(cell.last_name, cell.first_name, cell.middle_name, cell.number)
            for cell in page.cells
        }
    )


def _where(page: FinalPage) -> dict[str, Any]:
    """What every button of the page carries."""
    return {
        "course_id": page.course.course_id,
        "kind": page.period.kind,
        "term_id": page.period.term_id,
    }


def _to_course(course: CourseRow) -> Button:
    return Button(label("‹ К предмету"), ShowCourse(course_id=course.course_id))
