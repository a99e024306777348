"""Messages to many (C6, C7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ShowBroadcasts(CallbackData, prefix="bcl"):
    """«Объявления»: the author's own and, for the deputies, everybody's."""

    page: int


class ComposeBroadcast(CallbackData, prefix="bcn"):
    """«Написать классу»; `group_id` 0: the audience is chosen later."""

    group_id: int


class ShowBroadcast(CallbackData, prefix="bcv"):
    """One broadcast with its numbers, in the author's chat."""

    broadcast_id: Id
