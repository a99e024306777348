"""Consents (U3)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class AskConsent(CallbackData, prefix="csa"):
    """The text of the consent for one pupil."""

    pupil_id: Id


class GiveConsent(CallbackData, prefix="csg"):
    """«Согласен(на)» under the text of a version."""

    pupil_id: Id
    version: str


class MyConsents(CallbackData, prefix="csm"):
    pass


class AskWithdrawal(CallbackData, prefix="csq"):
    pupil_id: Id


class WithdrawConsent(CallbackData, prefix="csw"):
    pupil_id: Id


class RecordConsent(CallbackData, prefix="csp"):
    """«Согласие на бумаге получено»."""

    pupil_id: Id
    person_id: Id


class RecordWithdrawal(CallbackData, prefix="csx"):
    pupil_id: Id
    person_id: Id
