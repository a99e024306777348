"""The calendar of class and school (C6) and published documents (U13)."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id, IdOrZero


class ShowEvents(CallbackData, prefix="evl"):
    """«События»."""

    page: int


class ShowDocuments(CallbackData, prefix="dcl"):
    """«Документы»."""

    page: int


class ShowEvent(CallbackData, prefix="evv"):
    event_id: Id


class ChooseEventPlace(CallbackData, prefix="evp"):
    """«Добавить событие»: for which class, or for the school."""


class AddEvent(CallbackData, prefix="eva"):
    """The event is typed next; `place` 0: the whole school's, else a class."""

    place: IdOrZero


class ChangeEvent(CallbackData, prefix="evc"):
    """It is typed anew next."""

    event_id: Id


class SetEventReminder(CallbackData, prefix="evr"):
    """`days` before; 0: no reminder."""

    event_id: Id
    days: int


class AskCancelEvent(CallbackData, prefix="evq"):
    event_id: Id


class CancelEvent(CallbackData, prefix="evx"):
    event_id: Id


class OpenDocument(CallbackData, prefix="dco"):
    document_id: Id


class PublishDocument(CallbackData, prefix="dcp"):
    """The file is sent next."""


class PublishFor(CallbackData, prefix="dcf"):
    """Who is to read it; the title waits in the conversation."""

    file_id: Id
    for_families: bool


class ChooseWithdrawal(CallbackData, prefix="dcq"):
    """«Убрать документ»: which."""


class WithdrawDocument(CallbackData, prefix="dcx"):
    document_id: Id
