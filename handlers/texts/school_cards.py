"""The month's check of cards by class, for the office (S7)."""

from __future__ import annotations

from handlers.callbacks.cards import ShowCardChanges, ShowCardChecks, ShowSchoolCards
from handlers.screen import Button, Screen
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month
from services.cards import ClassRow, SchoolCards

PAGE = 40


def school_cards_screen(view: SchoolCards, page: int) -> Screen:
    """A tap opens the class's cards."""
    shown, page, pages = items_of(view.classes, page, PAGE)
    complete = sum(one.checked == one.of_all for one in view.classes)
    said = lines(
        text("<b>Проверка карточек по классам</b>"),
        text(
            "Проверено {n} из {all}, до {until}.",
            n=sum(one.checked for one in view.classes),
            all=sum(one.of_all for one in view.classes),
            until=day_and_month(view.until),
        ),
        text("Классов, где проверены все: {n} из {all}.", n=complete, all=len(view.classes)),
        text("🟢 проверены все · 🔵 не все · ⚪ ни одной"),
    )
    buttons = [
        Button(
            label(
                "{mark} {group}: {n} из {all}",
                mark=_mark(one),
                group=cut(one.name, 12),
                n=one.checked,
                all=one.of_all,
            ),
            ShowCardChecks(group_id=one.group_id, page=0),
        )
        for one in shown
    ]
    turned = turning(page, pages, lambda to: ShowSchoolCards(page=to))
    back = Button(label("‹ Просьбы"), ShowCardChanges(page=0))
    return Screen(said, (*in_rows(buttons, 2), *turned, (back, menu_button())))


def _mark(one: ClassRow) -> str:
    if one.checked == one.of_all:
        return "🟢"
    return "🔵" if one.checked else "⚪"
