"""How a person wants to be told (C7)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from services.settings import PersonalData
from services.vocabulary import NoticeMode, NoticeTopic

Minute = Annotated[int, Field(ge=0, le=1439)]
"""Of the day, local to the school."""
OF_SCHOOL = -1
"""A minute that stands for «как в школе»."""


class Part(StrEnum):
    """What is chosen on a screen of its own."""

    QUIET = "quiet"
    EVENING = "evening"
    DIGEST = "digest"
    PERSONAL_DATA = "data"
    LANGUAGE = "language"


class ShowNoticeSettings(CallbackData, prefix="nst"):
    """«Настройки сообщений»."""


class ChooseMode(CallbackData, prefix="nsc"):
    topic: NoticeTopic


class SetMode(CallbackData, prefix="nsm"):
    """«Отметки — вечером»."""

    topic: NoticeTopic
    mode: NoticeMode


class ChooseNotices(CallbackData, prefix="nsp"):
    part: Part


class SetQuietHours(CallbackData, prefix="nsq"):
    """The same minute twice: no quiet hours; OF_SCHOOL twice: the institution's."""

    since: Annotated[int, Field(ge=OF_SCHOOL, le=1439)]
    until: Annotated[int, Field(ge=OF_SCHOOL, le=1439)]


class TypeQuietHours(CallbackData, prefix="nsqt"):
    """«Другие часы»."""


class SetEvening(CallbackData, prefix="nse"):
    minute: Annotated[int, Field(ge=OF_SCHOOL, le=1439)]


class SetDigestDay(CallbackData, prefix="nsdd"):
    weekday: Annotated[int, Field(ge=1, le=7)]


class SetDigestTime(CallbackData, prefix="nsdt"):
    minute: Minute


class ResetDigest(CallbackData, prefix="nsdr"):
    """The day and the hour of the weekly digest as the institution has them."""


class SetPersonalData(CallbackData, prefix="nsd"):
    personal_data: PersonalData


class SetLanguage(CallbackData, prefix="nsl"):
    code: str
