"""What was refused, in the log: whoever tries the walls of the bot is seen there (ASVS 16.3.2, 16.3.3)."""

from __future__ import annotations

import logging
from functools import cache

import structlog
from aiogram.filters.callback_data import CallbackData
from aiogram.types import Update

log = structlog.get_logger()


def note_refusal(update: Update, school_id: int | None, why: str, level: int = logging.INFO) -> None:
    """One line about nobody: who it was is found in the inbox, by the update's number, while it is kept.

    A warning is for limits and for what no button of ours says; old buttons and slips of the keyboard are
    daily life.
    """
    log.log(level, "refused", why=why, button=_button(update), school=school_id, update_id=update.update_id)


def _button(update: Update) -> str | None:
    """The prefix of the tapped button; of a forged one anything else may be somebody's words."""
    tapped = update.callback_query
    prefix = (tapped.data or "").partition(":")[0] if tapped else ""
    return prefix if prefix in _prefixes() else None


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(action.__prefix__ for action in CallbackData.__subclasses__())
