"""The information letter (C2)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class ChooseLetter(CallbackData, prefix="ltl"):
    """«Информационное письмо»: for which pupil of the class, or for all."""

    group_id: Id
    page: int


class ChooseLetterDays(CallbackData, prefix="ltp"):
    """The period; `pupil_id` 0: letters to the whole class."""

    group_id: Id
    pupil_id: int


class TypeLetterDays(CallbackData, prefix="ltt"):
    """«Другие даты…»: they are typed next."""

    group_id: Id
    pupil_id: int


class PreviewLetter(CallbackData, prefix="ltv"):
    group_id: Id
    pupil_id: int
    starts_on: int
    ends_on: int


class TypeRemark(CallbackData, prefix="ltm"):
    """The class teacher's remark is typed next."""

    group_id: Id
    pupil_id: int
    starts_on: int
    ends_on: int


class SendLetter(CallbackData, prefix="lts"):
    group_id: Id
    pupil_id: int
    starts_on: int
    ends_on: int


class PrintLetter(CallbackData, prefix="ltf"):
    """As a file, a page for every pupil."""

    group_id: Id
    pupil_id: int
    starts_on: int
    ends_on: int


class ShowSentLetters(CallbackData, prefix="ltr"):
    """Who has read which letter."""

    group_id: Id
    page: int


class ShowLetter(CallbackData, prefix="lto"):
    """A letter, for a guardian."""

    letter_id: Id


class AcknowledgeLetter(CallbackData, prefix="lta"):
    """«Ознакомлен(а)»."""

    letter_id: Id


class OpenLetterFile(CallbackData, prefix="ltg"):
    letter_id: Id
