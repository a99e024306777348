"""The mark of a message that may have come before."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers.screen import Screen
from handlers.texts.i18n import lines, text


def marked_as_repeat(screen: Screen) -> Screen:
    return replace(screen, text=lines(text("(повтор)"), Markup(screen.text)))  # noqa: S704 - it is HTML already
