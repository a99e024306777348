"""«Неделя»: missed lessons by pupil and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.class_day import ShowClassDay, ShowClassWeek
from handlers.screen import Button, Screen
from handlers.texts.absence_status import status_of
from handlers.texts.absence_words import NAME_LIMIT, name_of, period, short_numbers, stated
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, short_day
from services.class_day_views import ClassWeek, PupilDay


def week_screen(week: ClassWeek, zone: ZoneInfo, page: int = 0) -> Screen:
    """Missed lessons by pupil and day, for the weekly reconciliation (J7)."""
    blocks = [
        _week_block(list(days), zone, week.today)
        for _, days in groupby(week.pupils, key=lambda pupil: pupil.pupil_id)
    ]
    shown, page, pages = page_of(blocks, page)
    missed = sum(len(pupil.missed) for pupil in week.pupils)
    unexplained = sum(len(pupil.unplanned) for pupil in week.pupils if pupil.open)
    body = lines(
        text(
            "<b>{group} · {period}</b>",
            group=cut(week.group.name, NAME_LIMIT),
            period=period(week.monday, week.monday + timedelta(days=6)),
        ),
        count("Пропущен {n} урок", "Пропущено {n} уроков", missed)
        if missed
        else text("Пропусков не отмечено."),
        count("без подтверждённой причины {n} урок", "без подтверждённой причины {n} уроков", unexplained)
        if unexplained
        else None,
        "" if shown else None,
        *shown,
    )

    def at(monday: date, to: int = 0) -> ShowClassWeek:
        return ShowClassWeek(group_id=week.group.group_id, monday=monday.toordinal(), page=to)

    around = (
        Button(label("‹ Неделя"), at(week.monday - timedelta(days=7))),
        Button(label("Неделя ›"), at(week.monday + timedelta(days=7))),
    )
    back = ShowClassDay(group_id=week.group.group_id, day=week.today.toordinal(), page=0)
    return Screen(
        body,
        (*turning(page, pages, lambda to: at(week.monday, to)), around, (Button(label("Сегодня"), back),)),
    )


def _week_block(days: Sequence[PupilDay], zone: ZoneInfo, today: date) -> Markup:
    total = sum(len(day.missed) for day in days)
    return lines(
        count("<b>{name}</b>: {n} урок", "<b>{name}</b>: {n} уроков", total, name=name_of(days[0])),
        *(
            text(
                "     {day}: {numbers} · {status}",
                day=short_day(day.day),
                numbers=short_numbers(cell.number for cell in day.missed),
                status=_week_status(day, zone, today),
            )
            for day in days
        ),
    )


def _week_status(day: PupilDay, zone: ZoneInfo, today: date) -> str:
    if day.confirmable:
        return label("⏳ {said}, не подтверждено", said=stated(day, zone, today))
    if day.open:
        return label("🔴 причины нет")
    sign, words = status_of(day, today, zone)
    return f"{sign} {words}"
