"""«Доступ мог попасть к чужим» (U5)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id
from services.access.compromise import Noticed


class AskCloseAccess(CallbackData, prefix="clq"):
    """«Доступ мог попасть к чужим»: the first tap."""


class CloseAccess(CallbackData, prefix="cl"):
    """«Да, закрыть доступ»: the second."""


class NoteDetection(CallbackData, prefix="cln"):
    noticed: Noticed


class AskFreeze(CallbackData, prefix="frq"):
    """«Закрыть доступ» of somebody who phoned."""

    person_id: Id


class Freeze(CallbackData, prefix="fr"):
    person_id: Id


class ShowReports(CallbackData, prefix="cml"):
    """Reports of compromises."""


class ShowReport(CallbackData, prefix="cmv"):
    report_id: Id


class ReceiveReport(CallbackData, prefix="cmr"):
    """«Получил(а)»."""

    report_id: Id


class PrintReport(CallbackData, prefix="cmp"):
    report_id: Id
