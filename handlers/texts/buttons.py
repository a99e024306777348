"""Buttons that many screens share, and how they stand in rows."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.callbacks.menu import Home
from handlers.screen import Button
from handlers.texts.i18n import label

Row = tuple[Button, ...]


def menu_button() -> Button:
    """To the main menu, from everywhere by the same name."""
    return Button(label("‹ Меню"), Home())


def in_rows(buttons: Iterable[Button], size: int) -> tuple[Row, ...]:
    """As many rows as it takes, the last one with what is left."""
    every = tuple(buttons)
    return tuple(every[start : start + size] for start in range(0, len(every), size))
