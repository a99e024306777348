"""One pupil's final mark: what its proposal is made of, what stands, and the marks to choose from (J8)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.final_marks import SetFinal, ShowFinal, ShowFinals
from handlers.screen import Button, Screen
from handlers.texts.arithmetic import arithmetic
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.final_marks import (
    COMMENT_SHOWN,
    NAME_LIMIT,
    PUPILS_A_PAGE,
    TITLE_LIMIT,
    carried,
    names_on,
    page_title,
    state_words,
)
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.mark_words import mark_symbol
from handlers.texts.words import average_words, cut, day_and_month, full_name, when
from services.final_marks import VALUES
from services.marks.final_page import FinalCell, FinalPage
from services.marks.proposals import GivenMark
from services.vocabulary import FinalKind, MarkValue

MARKS_SHOWN, DEBTS_SHOWN = 60, 10


def final_screen(page: FinalPage, pupil_id: int, zone: ZoneInfo, today: date) -> Screen:
    """One pupil: what the proposal is made of, what stands, and the marks to choose from."""
    cell = page.cell(pupil_id)
    period = page.period
    body = lines(
        page_title(page),
        text("<b>{name}</b>", name=full_name(cell)),
        "",
        *_made_of(cell, period.kind),
        *_proposed(cell),
        *_given(cell, zone, today),
        *(() if page.writable else ("", *state_words(page))),
    )
    where = carried(page)
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
    where, row = carried(page), []
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
        page_title(page),
        text(
            "<b>{name}</b>: {mark} вместо предложенной {proposed}.",
            name=full_name(cell),
            mark=mark_symbol(value),
            proposed=mark_symbol(cell.proposal.value),
        ),
        "",
        text("Почему? Напишите одним сообщением: комментарий останется в истории."),
    )
    where = carried(page)
    return Screen(body, ((Button(label("Отмена"), ShowFinal(**where, pupil_id=pupil_id)),),))


def given_toast(page: FinalPage, pupil_id: int) -> str:
    """«Иванов П.: 4»."""
    given = page.cell(pupil_id).given
    assert given is not None
    return label("{name}: {mark}", name=cut(names_on(page)[pupil_id], 160), mark=mark_symbol(given.value))
