"""A screen: what a person sees at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.files import StoredFileRow

TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action: CallbackData


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is Telegram HTML, escaped already by handlers.texts; at most 7 buttons in a row (product.md)."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: Attachment | None = None
    document: Attachment | None = None
    photo: StoredFileRow | None = None
    """Somebody's photo under which the text stands; such a message is edited in place."""

    def keyboard(self) -> InlineKeyboardMarkup | None:
        if not self.rows:
            return None
        rows = [
            [_button(button.text, type(button.action), **button.action.__dict__) for button in row]
            for row in self.rows
        ]
        return InlineKeyboardMarkup(inline_keyboard=rows)


@lru_cache(maxsize=2048)
def _button(text: str, action: type[CallbackData], /, **values: Any) -> InlineKeyboardButton:
    """After a tap all of a register's buttons but one are what they were. Values that are equal are packed
    alike."""
    return InlineKeyboardButton(text=text, callback_data=action.model_construct(**values).pack())
