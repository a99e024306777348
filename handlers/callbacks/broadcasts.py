"""Messages to many, from the list to the reader's answer (C6, C7)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, IdOrZero


class ShowBroadcasts(CallbackData, prefix="bcl"):
    """«Объявления»: the author's own and, for the deputies, everybody's."""

    page: int


class ComposeBroadcast(CallbackData, prefix="bcn"):
    """«Написать классу»; `group_id` 0: the audience is chosen later."""

    group_id: IdOrZero


class ShowBroadcast(CallbackData, prefix="bcv"):
    """One broadcast with its numbers, in the author's chat."""

    broadcast_id: Id


class ReplyBroadcast(CallbackData, prefix="bcr"):
    """What a recipient answers; `option` -1: «Ознакомлен(а)»."""

    recipient_id: Id
    option: int


class ShowBroadcastFiles(CallbackData, prefix="bcf"):
    """The files of a broadcast, for its recipient."""

    recipient_id: Id


class ShowNotice(CallbackData, prefix="bcy"):
    """«Показать»: what a message must not say by itself, on its recipient's request."""

    recipient_id: Id


class OpenNotice(ShowNotice, prefix="bcc"):
    """«Показать целиком» as a new message: the reminder it is opened from lives on."""


class SendNow(CallbackData, prefix="brs"):
    """Without waiting for the end of the undo window or the chosen moment."""

    broadcast_id: Id


class CancelBroadcast(CallbackData, prefix="bcx"):
    """«Отменить отправку»: nothing has left yet."""

    broadcast_id: Id


class TypeChange(CallbackData, prefix="bre"):
    """«Изменить текст» of what has left."""

    broadcast_id: Id


class AskWithdrawBroadcast(CallbackData, prefix="bcw"):
    broadcast_id: Id


class WithdrawBroadcast(CallbackData, prefix="brw"):
    """What stands in chats says «Объявление отменено»."""

    broadcast_id: Id
