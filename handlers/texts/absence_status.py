"""Where an absence stands: its reason, its answer, or how far the question to the family came."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from handlers.texts.absence_words import WORD_LIMIT, stated
from handlers.texts.i18n import label
from handlers.texts.words import clock_time, cut
from services.class_day_views import AlertState, PupilDay
from services.vocabulary import Answer


def status_of(pupil: PupilDay, today: date, zone: ZoneInfo) -> tuple[str, str]:
    if not pupil.unplanned:
        reasons = dict.fromkeys(cell.planned_reason or "" for cell in pupil.missed)
        reason = cut(", ".join(reasons), WORD_LIMIT)
        if pupil.announced:
            return "🔵", label("{reason}, заявлено родителем", reason=reason)
        if pupil.document_awaited:
            return "⏳", label("{reason}, ждём справку", reason=reason)
        return "🔵", label("{reason}, знали заранее", reason=reason)
    if pupil.reason is not None:
        return "🔵", label("{reason}, подтверждено", reason=cut(pupil.reason, WORD_LIMIT))
    if pupil.answer is not None:
        sign = "🔵" if pupil.confirmable else "🔴" if pupil.answer is Answer.UNKNOWN else "⏳"
        return sign, stated(pupil, zone, today)
    return _alert_status(pupil, zone)


def _alert_status(pupil: PupilDay, zone: ZoneInfo) -> tuple[str, str]:
    alert = pupil.alert
    again = (
        label(", напомнили в {time}", time=clock_time(alert.reminded_at, zone)) if alert.reminded_at else ""
    )
    time = clock_time(alert.at, zone) if alert.at else ""
    match alert.state:
        case AlertState.LEAVES:
            return "⏳", label("спросим в {time}", time=time)
        case AlertState.ASKED:
            return "⏳", label("спросили в {time}", time=time) + again
        case AlertState.UNKNOWN:
            return "⏳", label("спросили, но дошло ли, неизвестно") + again
        case AlertState.REGISTER_OPEN:
            return "⚪", label("перекличка не закончена, семья не знает")
        case AlertState.NOBODY:
            return "🔴", label("некому сообщить")
    return "🔴", label("семью ещё не спрашивали") + again
