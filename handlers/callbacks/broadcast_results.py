"""What came back from a broadcast: changing an answer, the author's lists, reminders and files (C6, C7)."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.callbacks.fields import Id

ALL = -1
"""`option` of a list that is not about one answer."""


class ChangeReply(CallbackData, prefix="bxa"):
    """«Изменить ответ», for a recipient."""

    recipient_id: Id


class OpenRecipients(CallbackData, prefix="bxo"):
    """A list as a new message, for the numbers it is opened from live on; `shown` as below."""

    broadcast_id: Id
    shown: str


class ShowRecipients(CallbackData, prefix="bxs"):
    """Families that stand so. `shown`: a value of services.broadcasts.progress.Shown; `option`: only those
    with this answer, or ALL."""

    broadcast_id: Id
    shown: str
    option: Annotated[int, Field(ge=ALL, le=99)]
    page: int


class OpenReminding(CallbackData, prefix="bxm"):
    """«Напомнить им»: at once, or when."""

    broadcast_id: Id


class RemindSilent(CallbackData, prefix="bxn"):
    broadcast_id: Id


class ScheduleReminder(CallbackData, prefix="bxt"):
    """`minute`: of the moment, since 1970; 0: not at all."""

    broadcast_id: Id
    minute: int


class SendBroadcastReport(CallbackData, prefix="bxf"):
    """`kind`: x workbook, p PDF."""

    broadcast_id: Id
    kind: str
