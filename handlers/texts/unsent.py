"""«Кому не ушло»: to whom a message could not be sent."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.unsent import ShowUnsent
from handlers.screen import Screen
from handlers.texts.absence_words import phone_number
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.message_kinds import kind_name
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, when
from services.attention import Unsent, UnsentMessages

NAME_LIMIT = 100


def unsent_screen(found: UnsentMessages, zone: ZoneInfo, today: date, page: int) -> Screen:
    """The newest first, each with the number to call."""
    if not found.newest:
        return Screen(text("За неделю не ушедших сообщений нет."), ((menu_button(),),))
    shown, page, pages = page_of([_line(one, zone, today) for one in found.newest], page)
    body = lines(
        text("<b>Кому не ушло за неделю</b>"),
        text(
            "Telegram не принял сообщение или бот не смог его составить. Срочное передайте сами, "
            "о детях — через классного руководителя."
        ),
        text("Показаны последние {n}.", n=len(found.newest)) if found.more else None,
        "",
        *shown,
    )
    return Screen(body, (*turning(page, pages, lambda to: ShowUnsent(page=to)), (menu_button(),)))


def _line(one: Unsent, zone: ZoneInfo, today: date) -> Markup:
    # What it says of a child is for the child's teachers and family.
    what = label("сообщение о ребёнке") if one.about_pupil else kind_name(one.kind)
    about = {"name": cut(one.addressee, NAME_LIMIT), "what": what, "when": when(one.posted_at, zone, today)}
    if one.phone is None:
        return text("• {name}: {what}, {when}", **about)
    return text("• {name}, {phone}: {what}, {when}", phone=phone_number(one.phone), **about)
