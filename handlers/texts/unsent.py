"""«Кому не ушло»: to whom a message could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.unsent import ShowUnsent
from handlers.screen import Screen
from handlers.texts.absence_words import phone_number
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import lines, text
from handlers.texts.message_kinds import kind_name
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, when
from services.attention import Unsent

NAME_LIMIT = 100


def unsent_screen(found: Sequence[Unsent], zone: ZoneInfo, today: date, page: int) -> Screen:
    """The newest first, each with the number to call."""
    if not found:
        return Screen(text("За неделю не ушедших сообщений нет."), ((menu_button(),),))
    shown, page, pages = page_of([_line(one, zone, today) for one in found], page)
    body = lines(
        text("<b>Кому не ушло за неделю</b>"),
        text("Telegram не принял сообщение или бот не смог его составить. Срочное передайте сами."),
        "",
        *shown,
    )
    return Screen(body, (*turning(page, pages, lambda to: ShowUnsent(page=to)), (menu_button(),)))


def _line(one: Unsent, zone: ZoneInfo, today: date) -> Markup:
    about = {"name": cut(one.addressee, NAME_LIMIT), "what": kind_name(one.kind)}
    about["when"] = when(one.posted_at, zone, today)
    if one.phone is None:
        return text("• {name}: {what}, {when}", **about)
    return text("• {name}, {phone}: {what}, {when}", phone=phone_number(one.phone), **about)
