"""«Итоги пропусков» of a class: on the screen by term, and as a workbook (J7)."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.reconciliation import SendAbsenceTotals, ShowAbsenceTotals, ShowReconciliation
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import NAME_LIMIT
from handlers.texts.buttons import in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, day_and_month, short_name
from services.documents.tables import table_xlsx
from services.reconciliation import ClassTotals, PupilTotals, Totals

TERM_LIMIT = 30


def totals_screen(view: ClassTotals, term_id: int, page: int) -> Screen:
    """A term, or the year; a term that is not there is the year."""
    ids = [term.term_id for term in view.terms]
    place = ids.index(term_id) if term_id in ids else None
    period = label("учебный год") if place is None else cut(view.terms[place].name, TERM_LIMIT)
    chosen = [(one, one.year if place is None else one.terms[place]) for one in view.pupils]
    blocks = [_pupil(one, totals) for one, totals in chosen if totals.lessons or totals.late]
    shown, page, pages = page_of(blocks, page)
    group_id = view.group.group_id
    body = lines(
        text("<b>{group} · пропуски · {period}</b>", group=cut(view.group.name, NAME_LIMIT), period=period),
        text("На {day}.", day=day_and_month(view.today)),
        *shown,
        None if shown else text("Пропусков и опозданий нет."),
    )

    def at(term: int, to: int = 0) -> ShowAbsenceTotals:
        return ShowAbsenceTotals(group_id=group_id, term_id=term, page=to)

    term_now = 0 if place is None else term_id
    terms = [Button(cut(term.name, TERM_LIMIT), at(term.term_id)) for term in view.terms]
    monday = view.today.toordinal() - view.today.weekday()
    return Screen(
        body,
        (
            *turning(page, pages, lambda to: at(term_now, to)),
            *in_rows([*terms, Button(label("Год"), at(0))], 3),
            (Button(label("Excel"), SendAbsenceTotals(group_id=group_id)),),
            (Button(label("‹ Сверка недели"), ShowReconciliation(group_id=group_id, monday=monday, page=0)),),
        ),
    )


def totals_file(view: ClassTotals) -> Screen:
    """A sheet with every term and the year; a row a pupil."""
    periods = [*(cut(term.name, TERM_LIMIT) for term in view.terms), label("Год")]
    headings = (
        *(label("дней"), label("уроков"), label("уваж."), label("неуваж."), label("без причины")),
        label("опозд."),
    )
    columns = [
        (label("Ученик"), 30),
        *((f"{period}: {heading}", 12) for period in periods for heading in headings),
    ]
    rows = [
        [
            f"{one.pupil.last_name} {one.pupil.first_name}".strip(),
            *(str(number) for totals in (*one.terms, one.year) for number in _numbers(totals)),
        ]
        for one in view.pupils
    ]
    title = label("{group}: пропуски", group=view.group.name)
    name = f"{title} {view.today:%Y-%m-%d}.xlsx".replace(":", "").replace("/", "-")
    content = table_xlsx(title, label("На {day}.", day=day_and_month(view.today)), columns, rows)
    return Screen(
        text("{group}: пропуски по периодам.", group=cut(view.group.name, NAME_LIMIT)),
        document=Attachment(name, content),
    )


def _numbers(totals: Totals) -> tuple[int, ...]:
    return (
        totals.days,
        totals.lessons,
        totals.valid,
        totals.not_valid,
        totals.unexplained,
        totals.late,
    )


def _pupil(one: PupilTotals, totals: Totals) -> Markup:
    """«Иванов П.: 14 уроков (2 дня), уваж. 12, без причины 2, опозданий 1»."""
    reasons = (
        ("уваж. {n}", totals.valid),
        ("неуваж. {n}", totals.not_valid),
        ("без причины {n}", totals.unexplained),
        ("опозданий {n}", totals.late),
    )
    said = [label("уроков {n}, дней {days}", n=totals.lessons, days=totals.days)]
    said += [label(words, n=number) for words, number in reasons if number]
    return text(
        "<b>{name}</b>: {said}",
        name=short_name(cut(one.pupil.last_name, NAME_LIMIT), one.pupil.first_name),
        said=", ".join(said),
    )
