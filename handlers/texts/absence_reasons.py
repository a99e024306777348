"""What is done about reasons: confirmed at once, set by hand, or asked for again."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.class_day import ShowClassDay
from handlers.callbacks.reasons import ChooseMissing, ChooseReason, SetReason, SetWeekReason
from handlers.callbacks.reconciliation import ShowReconciliation
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, WORD_LIMIT, absent_at, name_of, stated
from handlers.texts.alert import alert_screen
from handlers.texts.buttons import in_rows
from handlers.texts.i18n import label, label_count, lines, text
from handlers.texts.paging import items_of, page_of, turning
from handlers.texts.words import capital, clock_time, cut, day_and_month, full_day
from services.class_day import Confirmed, PupilReason, PupilReasons, Reason, Reminded
from services.class_day_views import ClassDay
from services.notifications.absence_reminder import AbsenceReminder
from services.settings import PersonalData

NAMES_A_PAGE = 30
REASONS_SHOWN = 30


def choose_missing_screen(day: ClassDay, page: int) -> Screen:
    """Whose reason is to be set; those without one first."""
    pupils = sorted(
        (pupil for pupil in day.missing if pupil.unplanned), key=lambda pupil: pupil.reason is not None
    )
    ids = {"group_id": day.group.group_id, "day": day.day.toordinal()}
    shown, page, pages = items_of(pupils, page, NAMES_A_PAGE)
    buttons = [
        Button(
            f"{'🔵' if pupil.reason else '🔴'} {name_of(pupil)}",
            ChooseReason(pupil_id=pupil.pupil_id, day=day.day.toordinal()),
        )
        for pupil in shown
    ]
    body = lines(
        text("<b>{group} · {day}</b>", group=cut(day.group.name, NAME_LIMIT), day=full_day(day.day)),
        text("Чью причину записать?") if pupils else text("Записывать нечего: пропусков без причины нет."),
    )
    turned = turning(page, pages, lambda to: ChooseMissing(**ids, page=to))
    return Screen(
        body, (*in_rows(buttons, 2), *turned, (Button(label("‹ К списку"), ShowClassDay(**ids, page=0)),))
    )


def choose_reason_screen(chosen: PupilReasons, zone: ZoneInfo) -> Screen:
    """From the class's day, and back to it."""
    back = ShowClassDay(group_id=chosen.group_id, day=chosen.pupil.day.toordinal(), page=0)
    return _dictionary(chosen, zone, SetReason, Button(label("‹ К списку"), back))


def choose_week_reason_screen(chosen: PupilReasons, zone: ZoneInfo) -> Screen:
    """From «Сверка недели», and back to it."""
    back = ShowReconciliation(group_id=chosen.group_id, monday=chosen.pupil.day.toordinal(), page=0)
    return _dictionary(chosen, zone, SetWeekReason, Button(label("‹ Сверка недели"), back))


def _dictionary(
    chosen: PupilReasons, zone: ZoneInfo, action: type[SetReason | SetWeekReason], back: Button
) -> Screen:
    """The institution's reasons, with what each means for the totals."""
    pupil = chosen.pupil
    said = stated(pupil, zone, pupil.day)
    reasons = chosen.reasons[:REASONS_SHOWN]
    meanings, _, _ = page_of([_meaning(reason) for reason in reasons], 0)
    body = lines(
        text("<b>{name}</b>, {day}", name=name_of(pupil), day=day_and_month(pupil.day)),
        text("{numbers}", numbers=capital(absent_at(cell.number for cell in pupil.unplanned))),
        text("Семья ответила: {said}", said=said) if said else None,
        text("Сейчас записано: {reason}", reason=cut(pupil.reason, WORD_LIMIT)) if pupil.reason else None,
        "",
        *meanings,
    )
    rows = tuple(
        (
            Button(
                cut(capital(reason.name), WORD_LIMIT),
                action(pupil_id=pupil.pupil_id, day=pupil.day.toordinal(), reason_id=reason.reason_id),
            ),
        )
        for reason in reasons
    )
    return Screen(body, (*rows, (back,)))


def reason_toast(chosen: PupilReason) -> str:
    """«Иванов П.: болезнь»."""
    return label(
        "{name}: {reason}", name=cut(name_of(chosen.pupil), NAME_LIMIT), reason=cut(chosen.reason.name, 100)
    )


def confirmed_toast(confirmed: Confirmed) -> str:
    """What one tap has confirmed."""
    if not confirmed.confirmed:
        return label("Подтверждать больше нечего.")
    return label_count("Подтверждена {n} причина", "Подтверждено {n} причин", confirmed.confirmed)


def reminded_toast(reminded: Reminded, zone: ZoneInfo) -> str:
    """An honest count: «Напомнили 3 родителям. 2 семьям сообщить нечем»."""
    parts = []
    if reminded.guardians:
        parts.append(
            label_count("Напомнили {n} родителю", "Напомнили {n} родителям", reminded.guardians)
            if reminded.leaves_at is None
            else label_count(
                "{n} родителю напомним в {time}, сейчас тихие часы",
                "{n} родителям напомним в {time}, сейчас тихие часы",
                reminded.guardians,
                time=clock_time(reminded.leaves_at, zone),
            )
        )
    if reminded.recently:
        parts.append(label("остальным напоминали меньше часа назад") if parts else label("Уже напоминали"))
    if reminded.waiting:
        parts.append(label("кого-то ещё не спросили в первый раз: подождите"))
    if reminded.unreachable:
        parts.append(
            label_count("{n} семье сообщить нечем", "{n} семьям сообщить нечем", reminded.unreachable)
        )
    return ". ".join(capital(part) for part in parts) or label("Напоминать некому.")


def reminder_screen(reminder: AbsenceReminder) -> Screen:
    """The question once more, with its buttons; afterwards whatever the alert says."""
    screen = alert_screen(reminder.alert)
    if not reminder.unanswered or reminder.alert.personal_data is PersonalData.NONE:
        return screen
    again = text("🔔 Школа ещё не знает причину. Ответьте, пожалуйста, одной кнопкой.")
    return replace(screen, text=lines(again, "", Markup(screen.text)))  # noqa: S704 - it is HTML already


def _meaning(reason: Reason) -> Markup:
    """«• Болезнь: уважительная, нужен документ»."""
    parts = [label("уважительная") if reason.valid else label("неуважительная")]
    if not reason.counts_as_missed:
        parts.append(label("не считается пропуском"))
    if reason.needs_document:
        parts.append(label("нужен документ"))
    return text("• {name}: {meaning}", name=cut(capital(reason.name), WORD_LIMIT), meaning=", ".join(parts))
