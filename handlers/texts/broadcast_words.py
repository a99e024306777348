"""Words that the screens of broadcasts share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.texts.i18n import label, label_count
from handlers.texts.words import clock_time, cut, day_and_month, short_day
from services.broadcasts.composing import Composed, Target
from services.vocabulary import BroadcastReply

TARGETS_SHOWN = 6
NAME_LIMIT = 24


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """«14 сентября в 10:22»."""
    return f"{day_and_month(moment.astimezone(zone).date())} {label('в')} {clock_time(moment, zone)}"


def deadline_words(moment: datetime, zone: ZoneInfo) -> str:
    """«вт 15.09, 20:00»."""
    return f"{short_day(moment.astimezone(zone).date())}, {clock_time(moment, zone)}"


def families_count(n: int) -> str:
    """«27 семей»."""
    return label_count("{n} семья", "{n} семей", n)


def audience_words(draft: Composed, targets: Sequence[Target]) -> str:
    """«7Б», «вся школа», «Иванов Пётр и ещё 3»; empty when nobody is chosen."""
    if draft.for_whole_school:
        return label("вся школа")
    shown = ", ".join(cut(one.name, NAME_LIMIT) for one in targets[:TARGETS_SHOWN])
    more = len(targets) - TARGETS_SHOWN
    return label("{shown} и ещё {n}", shown=shown, n=more) if more > 0 else shown


def reply_words(draft: Composed, zone: ZoneInfo) -> str:
    """«не нужен», ««Ознакомлен(а)» до вт 15.09, 20:00»."""
    match draft.reply:
        case BroadcastReply.NONE:
            return label("не нужен")
        case BroadcastReply.ACKNOWLEDGE:
            wanted = label("«Ознакомлен(а)»")
        case BroadcastReply.CHOICE:
            wanted = " / ".join(f"«{option}»" for option in draft.options)
    if draft.reply_by is None:
        return wanted
    return label("{wanted} до {when}", wanted=wanted, when=deadline_words(draft.reply_by, zone))
