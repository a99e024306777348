"""«Сверка недели»: missed lessons by pupil and day, open reasons first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.absence_requests import OpenAbsenceRequest
from handlers.callbacks.class_day import ShowClassDay
from handlers.callbacks.reasons import ChooseWeekReason
from handlers.callbacks.reconciliation import MarkReconciled, ShowAbsenceTotals, ShowReconciliation
from handlers.screen import Button, Screen
from handlers.texts.absence_status import status_of
from handlers.texts.absence_words import NAME_LIMIT, name_of, period, short_numbers, stated
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, day_and_month, short_day, short_name, when, with_initials
from services.class_day_views import PupilDay
from services.notifications.reconciliation_reminder import ReconciliationReminder
from services.reconciliation import ClassWeek

OPENED_AT_ONCE = 8
"""Buttons for open reasons; there are more when these are done."""
CHANGES_SHOWN = 8


def week_screen(week: ClassWeek, zone: ZoneInfo, page: int = 0) -> Screen:
    """For the class teacher, with what is still to be done; the management only looks."""
    open_days = week.open
    parts = [
        *(_days_of(list(days), zone, week) for _, days in groupby(week.pupils, key=_pupil_and_open)),
        *_awaited(week),
        *_changed(week),
    ]
    shown, page, pages = page_of(parts, page, reserved=900)
    missed = sum(len(day.missed) for day in week.pupils)
    body = lines(
        text(
            "<b>{group} · {period}</b>",
            group=cut(week.group.name, NAME_LIMIT),
            period=period(week.monday, week.monday + timedelta(days=6)),
        ),
        count("Пропущен {n} урок", "Пропущено {n} уроков", missed)
        if missed
        else text("Пропусков не отмечено."),
        count("🔴 Нет причины: {n} день", "🔴 Нет причины: {n} дней", len(open_days)) if open_days else None,
        _standing(week, zone),
        "" if shown else None,
        *shown,
    )

    def at(step: int, to: int = 0) -> ShowReconciliation:
        monday = week.monday + timedelta(days=7 * step)
        return ShowReconciliation(group_id=week.group.group_id, monday=monday.toordinal(), page=to)

    around = (Button(label("‹ Неделя"), at(-1)), Button(label("Неделя ›"), at(1)))
    group_id = week.group.group_id
    away = (
        Button(label("Итоги пропусков"), ShowAbsenceTotals(group_id=group_id, term_id=0, page=0)),
        Button(label("Сегодня"), ShowClassDay(group_id=group_id, day=week.today.toordinal(), page=0)),
    )
    return Screen(body, (*_to_do(week), *turning(page, pages, lambda to: at(0, to)), around, away))


def reminder_screen(reminder: ReconciliationReminder) -> Screen:
    """On Monday; edited when it is done."""
    days = period(reminder.monday, reminder.monday + timedelta(days=6))
    group = cut(reminder.group.name, NAME_LIMIT)
    if reminder.done:
        return Screen(text("🟢 {group}: пропуски за {days} сверены. Спасибо!", group=group, days=days))
    button = Button(
        label("Сверить"),
        ShowReconciliation(group_id=reminder.group.group_id, monday=reminder.monday.toordinal(), page=0),
    )
    return Screen(
        text("⏳ {group}: пропуски за {days} ещё не сверены.", group=group, days=days), ((button,),)
    )


def _pupil_and_open(day: PupilDay) -> tuple[int, bool]:
    return day.pupil_id, day.open or day.announced


def _days_of(days: Sequence[PupilDay], zone: ZoneInfo, week: ClassWeek) -> Markup:
    total = sum(len(day.missed) for day in days)
    return lines(
        count("<b>{name}</b>: {n} урок", "<b>{name}</b>: {n} уроков", total, name=name_of(days[0])),
        *(
            text(
                "     {day}: {numbers} · {status}",
                day=short_day(day.day),
                numbers=short_numbers(cell.number for cell in day.missed),
                status=_status(day, zone, week),
            )
            for day in days
        ),
    )


def _status(day: PupilDay, zone: ZoneInfo, week: ClassWeek) -> str:
    if day.confirmable and not day.announced:
        return label("⏳ {said}, не подтверждено", said=stated(day, zone, week.today))
    if day.open:
        return label("🔴 причины нет")
    sign, words = status_of(day, week.today, zone)
    return f"{sign} {words}"


def _awaited(week: ClassWeek) -> list[Markup]:
    """Documents that were asked for; those whose day is over are named as such."""
    said = []
    for request in week.awaited:
        due_on = request.document_due_on
        assert due_on is not None
        late = due_on < week.today
        words = "⏳ {name}: справки нет, ждали до {day}" if late else "⏳ {name}: ждём справку до {day}"
        said.append(text(words, name=name_of(request), day=day_and_month(due_on)))
    return [Markup(""), *said] if said else []


def _changed(week: ClassWeek) -> list[Markup]:
    if not week.changed:
        return []
    days = [
        text(
            "• {name}, {day}",
            name=short_name(cut(one.last_name, NAME_LIMIT), one.first_name),
            day=short_day(one.date),
        )
        for one in week.changed[:CHANGES_SHOWN]
    ]
    more = len(week.changed) - CHANGES_SHOWN
    return [
        Markup(""),
        text("Изменилось после сверки:"),
        *days,
        *([text("• и ещё {n}", n=more)] if more > 0 else []),
    ]


def _standing(week: ClassWeek, zone: ZoneInfo) -> Markup | None:
    if week.reconciled is None:
        return text("⏳ Не сверено.") if week.over else None
    return text(
        "🟢 Сверено: {who}, {when}.",
        who=with_initials(week.reconciled.by),
        when=when(week.reconciled.at, zone, week.today),
    )


def _to_do(week: ClassWeek) -> tuple[Row, ...]:
    if not week.may_reconcile:
        return ()
    rows: list[Row] = []
    open_days = [
        Button(
            f"{name_of(day)}, {short_day(day.day)}",
            ShowClassDay(group_id=week.group.group_id, day=day.day.toordinal(), page=0)
            if day.confirmable
            else ChooseWeekReason(pupil_id=day.pupil_id, day=day.day.toordinal()),
        )
        for day in week.open[:OPENED_AT_ONCE]
    ]
    rows += in_rows(open_days, 2)
    rows += [
        (Button(label("Справка: {name}", name=name_of(one)), OpenAbsenceRequest(request_id=one.request_id)),)
        for one in week.awaited[:OPENED_AT_ONCE]
    ]
    if week.over and not open_days and (week.reconciled is None or week.changed):
        done = MarkReconciled(group_id=week.group.group_id, monday=week.monday.toordinal())
        rows.append((Button(label("Сверено"), done),))
    return tuple(rows)
