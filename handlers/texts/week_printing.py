"""«Распечатать неделю»: for whom, and the file (C3)."""

from __future__ import annotations

from datetime import timedelta

from handlers.callbacks.families import ShowFamilies
from handlers.callbacks.weeks import ChoosePrintPupil, PrintWeek, PrintWeekFor
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, short_day, short_name
from services.week.printing import PaperClass, PrintedWeek

PAGE = 30


def choose_print_screen(paper: PaperClass) -> Screen:
    """Those whom no message reaches come first: for them it is meant."""
    monday, group_id = paper.monday.toordinal(), paper.group_id
    said = lines(
        text("<b>{group} · неделя на бумаге</b>", group=cut(paper.group, 20)),
        text("{days}", days=period(paper.monday, paper.monday + timedelta(days=6))),
        text("По двое на листе, с местом для подписи. Кому нечего сообщить, тот не печатается."),
    )
    rows: list[Row] = []
    if paper.unreached:
        rows.append((_print(paper, label("Кого нет в боте ({n})", n=paper.unreached), everybody=False),))
    if paper.pupils:
        rows.append((_print(paper, label("Весь класс ({n})", n=len(paper.pupils)), everybody=True),))
        one = ChoosePrintPupil(group_id=group_id, monday=monday, page=0)
        rows.append((Button(label("Одного ученика…"), one),))
    before, after = (paper.monday + timedelta(days=step) for step in (-7, 7))
    rows.append(
        (
            Button(f"‹ {short_day(before)}", _week(group_id, before.toordinal())),
            Button(f"{short_day(after)} ›", _week(group_id, after.toordinal())),
        )
    )
    back = Button(label("‹ Все семьи"), ShowFamilies(group_id=group_id))
    return Screen(said, (*rows, (back, menu_button())))


def _print(paper: PaperClass, words: str, *, everybody: bool) -> Button:
    action = PrintWeekFor(group_id=paper.group_id, monday=paper.monday.toordinal(), everybody=everybody)
    return Button(words, action)


def _week(group_id: int, monday: int) -> PrintWeek:
    return PrintWeek(group_id=group_id, monday=monday, pupil_id=0)


def choose_pupil_screen(paper: PaperClass, page: int) -> Screen:
    shown, page, pages = items_of(paper.pupils, page, PAGE)
    monday, group_id = paper.monday.toordinal(), paper.group_id
    names = [
        Button(
            cut(short_name(pupil.last_name, pupil.first_name), 24),
            PrintWeek(group_id=group_id, monday=monday, pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    turned = turning(page, pages, lambda to: ChoosePrintPupil(group_id=group_id, monday=monday, page=to))
    back = Button(label("‹ Назад"), _week(group_id, monday))
    return Screen(text("Чью неделю напечатать?"), (*in_rows(names, 2), *turned, (back,)))


def printed_screen(printed: PrintedWeek, content: bytes) -> Screen:
    said = count(
        "Неделя {n} ученика, {days}.",
        "Недели {n} учеников, {days}.",
        len(printed.weeks),
        days=period(printed.monday, printed.monday + timedelta(days=6)),
    )
    name = f"Неделя {printed.group} {printed.monday:%d.%m.%Y}.pdf"
    return Screen(said, document=Attachment(name, content))


def nothing_to_print_toast() -> str:
    return label("Печатать нечего: за эту неделю сообщать не о чем")
