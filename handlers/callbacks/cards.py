"""Personal cards and their monthly check (S7, U12)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, IdOrZero
from services.vocabulary import CardField


class ShowCard(CallbackData, prefix="crd"):
    """What the school keeps of a pupil and of the guardians."""

    pupil_id: Id


class ShowCardChecks(CallbackData, prefix="ckl"):
    """«Карточки»: the month's check of a class, with progress."""

    group_id: Id
    page: int


class ShowSchoolCards(CallbackData, prefix="cks"):
    """The month's check by class, for the office."""

    page: int


class CheckCard(CallbackData, prefix="cck"):
    """«Проверено»: the class teacher has compared the card with the papers; the next one follows."""

    pupil_id: Id


class ConfirmCard(CallbackData, prefix="ccf"):
    """«Всё верно», of a guardian."""

    pupil_id: Id


class AskFamilies(CallbackData, prefix="cca"):
    """«Попросить семьи проверить»."""

    group_id: Id


class ChooseCardField(CallbackData, prefix="ccd"):
    """«Изменить»: what of a card."""

    pupil_id: Id
    person_id: Id


class TypeCardField(CallbackData, prefix="cct"):
    """The new value is typed next."""

    pupil_id: Id
    person_id: Id
    field: CardField


class ShowCardChanges(CallbackData, prefix="ccl"):
    """«Просьбы изменить карточки»."""

    page: int


class ShowCardChange(CallbackData, prefix="ccv"):
    change_id: Id


class ApproveCardChange(CallbackData, prefix="ccp"):
    """What was shown as this `version` of the request, and nothing that was asked since."""

    change_id: Id
    version: IdOrZero


class DeclineCardChange(CallbackData, prefix="ccn"):
    """The reason is typed next."""

    change_id: Id
