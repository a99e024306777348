"""A message to many while it is put together: its audience, answers, time, files and templates (C6).

It is a row already; `version` tells the buttons of an older preview.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from handlers.callbacks.fields import Id


class EditDraft(CallbackData, prefix="bce"):
    """The broadcast that is being put together."""

    broadcast_id: Id


class DropBroadcast(CallbackData, prefix="bcd"):
    """«Не отправлять»: the draft is thrown away."""

    broadcast_id: Id


class ChooseAudience(CallbackData, prefix="bca"):
    broadcast_id: Id
    page: int


class SetAudienceGroup(CallbackData, prefix="bcg"):
    broadcast_id: Id
    group_id: Id
    chosen: bool
    page: int


class SetAudienceGrade(CallbackData, prefix="bch"):
    """A parallel; `grade` 0: the whole school."""

    broadcast_id: Id
    grade: int
    page: int


class ChooseFamilies(CallbackData, prefix="bci"):
    broadcast_id: Id
    group_id: Id
    page: int


class SetFamily(CallbackData, prefix="bcj"):
    broadcast_id: Id
    pupil_id: Id
    chosen: bool
    page: int


class SetPupilsToo(CallbackData, prefix="bck"):
    broadcast_id: Id
    chosen: bool
    page: int


class ChooseReply(CallbackData, prefix="bcq"):
    broadcast_id: Id


class SetReply(CallbackData, prefix="bcm"):
    """`kind`: n information, a acknowledge, c «Согласен(на)» or not."""

    broadcast_id: Id
    kind: str


class TypeOptions(CallbackData, prefix="bco"):
    broadcast_id: Id


class ChooseReplyBy(CallbackData, prefix="bcb"):
    broadcast_id: Id


class SetReplyBy(CallbackData, prefix="brb"):
    """`day` 0: without a day."""

    broadcast_id: Id
    day: int


class ChooseTime(CallbackData, prefix="bct"):
    """When it leaves."""

    broadcast_id: Id


class SetTime(CallbackData, prefix="brt"):
    """`minute`: of the moment, since 1970; 0: at once."""

    broadcast_id: Id
    minute: int


class TypeTime(CallbackData, prefix="bcu"):
    """`what`: l when it leaves, r by when the answer is wanted."""

    broadcast_id: Id
    what: str


class SetUrgent(CallbackData, prefix="bru"):
    broadcast_id: Id
    urgent: bool


class ChooseBroadcastFiles(CallbackData, prefix="brf"):
    broadcast_id: Id


class RemoveBroadcastFile(CallbackData, prefix="brg"):
    broadcast_id: Id
    file_id: Id


class PreviewBroadcast(CallbackData, prefix="bcp"):
    """«Посмотреть и отправить»."""

    broadcast_id: Id


class InPreview(CallbackData, prefix="bcz"):
    """A recipient's button, as it stands in a preview: it does nothing yet."""


class SendBroadcast(CallbackData, prefix="bcs"):
    """«Отправить»: the draft as this preview shows it."""

    broadcast_id: Id
    version: int


class ShowTemplates(CallbackData, prefix="btl"):
    """Canned texts to choose from."""

    broadcast_id: Id
    page: int


class UseTemplate(CallbackData, prefix="btu"):
    """`template_id` negative: one that every school has."""

    broadcast_id: Id
    template_id: int


class SaveTemplate(CallbackData, prefix="bts"):
    """The text of this broadcast as a canned one: one's own, or (`shared`) the school's."""

    broadcast_id: Id
    shared: bool


class RemoveTemplate(CallbackData, prefix="btx"):
    broadcast_id: Id
    template_id: Id
