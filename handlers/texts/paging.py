"""Lists that may be longer than a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from handlers.screen import TEXT_LIMIT, Button
from handlers.texts.buttons import Row
from handlers.texts.i18n import label
from handlers.texts.words import units

T = TypeVar("T")
RESERVED = 700
"""Units of a message kept for what stands above and below the list."""


def page_of(parts: Sequence[Markup], page: int, reserved: int = RESERVED) -> tuple[list[Markup], int, int]:
    """The parts of one page, which page it is, and how many there are; a page that is not there is the last.

    No part is torn: a page ends before the part that does not fit.
    """
    pages: list[list[Markup]] = [[]]
    left = TEXT_LIMIT - reserved
    for part in parts:
        if units(part) + 1 > left and pages[-1]:
            pages.append([])
            left = TEXT_LIMIT - reserved
        pages[-1].append(part)
        left -= units(part) + 1
    shown = min(max(page, 0), len(pages) - 1)
    return pages[shown], shown, len(pages)


def items_of(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """As `page_of`, for a list of buttons: `size` of them a page."""
    pages = max(1, -(-len(items) // size))
    shown = min(max(page, 0), pages - 1)
    return items[shown * size : (shown + 1) * size], shown, pages


def fitting(parts: Sequence[Markup], taken: int) -> list[Markup]:
    """As many of the parts as a message still holds beside `taken` units; those after are left out."""
    found, left = [], TEXT_LIMIT - taken
    for part in parts:
        left -= units(part) + 1
        if left < 0:
            break
        found.append(part)
    return found


def turning(page: int, pages: int, action: Callable[[int], CallbackData]) -> tuple[Row, ...]:
    """«‹ 1 из 3 ›», nothing when there is one page."""
    if pages == 1:
        return ()
    row = []
    if page > 0:
        row.append(Button(label("‹ Страница {n}", n=page), action(page - 1)))
    if page < pages - 1:
        row.append(Button(label("Страница {n} ›", n=page + 2), action(page + 1)))
    return (tuple(row),)
