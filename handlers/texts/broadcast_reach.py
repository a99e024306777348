"""How far a broadcast has come, in words: of one person, and of many families (C6)."""

from __future__ import annotations

from handlers.texts.i18n import label, label_count
from services.broadcasts.progress import Reach, Tally
from services.notifications.ports import SkipReason

_NO_ACCESS = (SkipReason.NO_ACCESS, SkipReason.BINDING_ENDED, SkipReason.COMPROMISED)
_TOLD_APART = (*_NO_ACCESS, SkipReason.SWITCHED_OFF, SkipReason.EXPIRED, SkipReason.CANCELLED)


def trouble_words(families: Tally) -> list[str]:
    """«2 заблокировали бота», «1 не в боте»: what became of the families that it has not reached."""
    reach, skipped = families.reach, families.skipped
    without_access = sum(skipped[reason] for reason in _NO_ACCESS)
    others = skipped.total() - sum(skipped[reason] for reason in _TOLD_APART)
    blocked, not_in_bot, no_consent = reach[Reach.BLOCKED], reach[Reach.NOT_IN_BOT], reach[Reach.NO_CONSENT]
    failed, unknown, waiting = reach[Reach.FAILED], reach[Reach.UNKNOWN], reach[Reach.WAITING]
    off, expired = skipped[SkipReason.SWITCHED_OFF], skipped[SkipReason.EXPIRED]
    cancelled = skipped[SkipReason.CANCELLED]
    told = (
        (blocked, label_count("{n} заблокировала бота", "{n} заблокировали бота", blocked)),
        (not_in_bot, label("{n} не в боте", n=not_in_bot)),
        (no_consent, label("{n} без согласия", n=no_consent)),
        (failed, label_count("{n} семье не удалось отправить", "{n} семьям не удалось отправить", failed)),
        (
            unknown,
            label_count("неизвестно, дошло ли до {n} семьи", "неизвестно, дошло ли до {n} семей", unknown),
        ),
        (waiting, label_count("{n} семье ещё отправляется", "{n} семьям ещё отправляется", waiting)),
        (off, label_count("{n} выключила объявления", "{n} выключили объявления", off)),
        (
            expired,
            label_count(
                "{n} семье не успели отправить до срока", "{n} семьям не успели отправить до срока", expired
            ),
        ),
        (cancelled, label_count("{n} семье отправка отменена", "{n} семьям отправка отменена", cancelled)),
        (without_access, label_count("у {n} семьи нет доступа", "у {n} семей нет доступа", without_access)),
        (others, label_count("{n} семье не отправлено", "{n} семьям не отправлено", others)),
    )
    return [words for number, words in told if number]


def reach_words(reach: Reach) -> str:
    """How a message to somebody stands, of one or of many."""
    match reach:
        case Reach.DELIVERED:
            return label("доставлено")
        case Reach.UNKNOWN:
            return label("неизвестно, дошло ли")
        case Reach.WAITING:
            return label("ещё отправляется")
        case Reach.SKIPPED:
            return label("не отправлено")
        case Reach.FAILED:
            return label("не удалось отправить")
        case Reach.BLOCKED:
            return label("бот заблокирован")
        case Reach.NO_CONSENT:
            return label("без согласия")
        case Reach.NOT_IN_BOT:
            return label("не в боте")


def skip_words(reason: str) -> str:
    """Why it was not sent."""
    match reason:
        case SkipReason.SWITCHED_OFF:
            return label("выключили объявления")
        case SkipReason.EXPIRED:
            return label("не успели до срока")
        case SkipReason.CANCELLED:
            return label("отменено до отправки")
        case SkipReason.NO_ACCESS | SkipReason.BINDING_ENDED | SkipReason.COMPROMISED:
            return label("нет доступа")
    return label("не отправлено")
