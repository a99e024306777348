"""The class teacher's day: who is missing and why, what is known of the lessons, and the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks import (
    AskSilent,
    ChooseMissing,
    ConfirmReasons,
    ShowClassDay,
    ShowClassLessons,
    ShowClassWeek,
    ShowPlans,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import (
    NAME_LIMIT,
    WORD_LIMIT,
    absent_at,
    lessons_of,
    name_of,
    period,
    phone_number,
    relation_word,
    short_numbers,
    stated,
)
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, label_count, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import clock_time, cut, full_day, short_day
from services.class_day import Classes, Confirmed, Reminded
from services.class_day_views import (
    AlertState,
    ClassDay,
    ClassWeek,
    DayLesson,
    GuardianReach,
    PupilDay,
    Reach,
    RegisterState,
)
from services.vocabulary import Answer

GUARDIANS_SHOWN = 4
NAMES_SHOWN = 20
CLASSES_SHOWN = 90
"""A keyboard holds a hundred buttons."""


def classes_screen(classes: Classes) -> Screen:
    """Which class."""
    if not classes.groups:
        return Screen(text("Сейчас у вас нет класса."), ((menu_button(),),))
    buttons = [
        Button(
            cut(group.name, NAME_LIMIT),
            ShowClassDay(group_id=group.group_id, day=classes.today.toordinal(), page=0),
        )
        for group in classes.groups[:CLASSES_SHOWN]
    ]
    return Screen(text("Какой класс показать?"), (*in_rows(buttons, 5), (menu_button(),)))


def day_screen(day: ClassDay, zone: ZoneInfo, page: int = 0) -> Screen:
    """Everyone of whom there is something to say."""
    blocks = [
        *(_missing_block(pupil, day, zone) for pupil in day.missing),
        *(_late_line(pupil) for pupil in day.late),
        *(_away_line(pupil) for pupil in day.expected_away),
    ]
    shown, page, pages = page_of(blocks, page)
    body = lines(
        text("<b>{group} · {day}</b>", group=cut(day.group.name, NAME_LIMIT), day=full_day(day.day)),
        _summary(day),
        _registers(day),
        "" if shown else None,
        *shown,
    )

    def turn(to: int) -> ShowClassDay:
        return ShowClassDay(group_id=day.group.group_id, day=day.day.toordinal(), page=to)

    return Screen(body, (*turning(page, pages, turn), *_actions(day), _neighbours(day), (menu_button(),)))


def lessons_screen(day: ClassDay, zone: ZoneInfo, page: int = 0) -> Screen:
    """«По уроку»: who is missing at each lesson, and whose registers are not taken."""
    blocks = [_lesson_block(lesson, day, zone) for lesson in day.lessons]
    shown, page, pages = page_of(blocks, page)
    ids = {"group_id": day.group.group_id, "day": day.day.toordinal()}
    body = lines(
        text(
            "<b>{group} · по урокам · {day}</b>", group=cut(day.group.name, NAME_LIMIT), day=full_day(day.day)
        ),
        *(shown or [text("Уроков нет.")]),
    )
    turned = turning(page, pages, lambda to: ShowClassLessons(**ids, page=to))
    return Screen(body, (*turned, (Button(label("‹ К списку"), ShowClassDay(**ids, page=0)),)))


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
    return ". ".join(part[:1].upper() + part[1:] for part in parts) or label("Напоминать некому.")


def _summary(day: ClassDay) -> Markup:
    """How many are missing; what no register says is not claimed."""
    if not day.lessons and not day.missing:
        return text("Уроков нет.")
    if day.missing:
        return text("Нет {n} из {size}", n=len(day.missing), size=day.size)
    if day.lessons_in(RegisterState.TAKEN):
        return text("Где перекличка прошла, все на месте. В классе {size}.", size=day.size)
    return text("Переклички ещё не было. В классе {size}.", size=day.size)


def _registers(day: ClassDay) -> Markup | None:
    missing = day.lessons_in(RegisterState.NOT_TAKEN)
    taken = len(day.lessons_in(RegisterState.TAKEN))
    if missing:
        return text(
            "⚪ Переклички: {taken} из {begun}, {absent}",
            taken=taken,
            begun=taken + len(missing),
            absent=absent_at(lesson.number for lesson in missing),
        )
    return text("Переклички: {taken} из {all}", taken=taken, all=len(day.lessons)) if taken else None


def _missing_block(pupil: PupilDay, day: ClassDay, zone: ZoneInfo) -> Markup:
    sign, words = _status(pupil, day.today, zone)
    guardians = pupil.guardians if pupil.silent and pupil.alert.state is AlertState.NOBODY else ()
    return lines(
        text("{sign} <b>{name}</b> — {words}", sign=sign, name=name_of(pupil), words=words),
        text("     {numbers}", numbers=absent_at(cell.number for cell in pupil.missed)),
        *(_guardian_line(guardian) for guardian in guardians[:GUARDIANS_SHOWN]),
    )


def _status(pupil: PupilDay, today: date, zone: ZoneInfo) -> tuple[str, str]:
    if not pupil.unplanned:
        reasons = dict.fromkeys(cell.planned_reason or "" for cell in pupil.missed)
        return "🔵", label("{reason}, знали заранее", reason=cut(", ".join(reasons), WORD_LIMIT))
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


_WHY = {
    Reach.NOT_IN_BOT: "не в боте",
    Reach.NO_CONSENT: "нет согласия",
    Reach.FROZEN: "доступ закрыт",
    Reach.BLOCKED: "бот заблокирован",
    Reach.FAILED: "сообщение не дошло",
}


def _guardian_line(guardian: GuardianReach) -> Markup:
    return text(
        "     {who}{phone}, {why}",
        who=relation_word(guardian.relation),
        phone=f" {phone_number(guardian.phone)}" if guardian.phone else "",
        why=label(_WHY[guardian.reach]),
    )


def _late_line(pupil: PupilDay) -> Markup:
    came = ", ".join(
        label("на {n}-й урок {minutes} мин", n=cell.number, minutes=cell.late_minutes)
        if cell.late_minutes
        else label("на {n}-й урок", n=cell.number)
        for cell in pupil.late
    )
    return text("🟡 <b>{name}</b> — опоздание {came}", name=name_of(pupil), came=came)


def _away_line(pupil: PupilDay) -> Markup:
    plans = "; ".join(
        f"{cut(plan.reason, WORD_LIMIT)}, {lessons_of(plan.first_lesson, plan.last_lesson)}"
        for plan in pupil.planned[:3]
    )
    return text("🔵 <b>{name}</b> — не будет: {plans}", name=name_of(pupil), plans=plans)


def _actions(day: ClassDay) -> tuple[Row, ...]:
    ids = {"group_id": day.group.group_id, "day": day.day.toordinal()}
    monday = day.day - timedelta(days=day.day.weekday())
    look = (
        Button(label("По уроку"), ShowClassLessons(**ids, page=0)),
        Button(
            label("Неделя"),
            ShowClassWeek(group_id=day.group.group_id, monday=monday.toordinal(), page=0),
        ),
    )
    if not day.may_confirm:
        return (look,)
    rows: list[Row] = []
    if day.confirmable:
        words = label("Подтвердить причины ({n})", n=len(day.confirmable))
        rows.append((Button(words, ConfirmReasons(**ids)),))
    if day.silent:
        rows.append((Button(label("Напомнить молчащим"), AskSilent(**ids)),))
    if any(pupil.unplanned for pupil in day.missing):
        rows.append((Button(label("Причина вручную…"), ChooseMissing(**ids, page=0)),))
    plans = Button(label("Отсутствие заранее"), ShowPlans(group_id=day.group.group_id, page=0))
    return (*rows, look, (plans,))


def _neighbours(day: ClassDay) -> Row:
    """The school days around this one; Sundays are passed over."""

    def button(to: date, words: str) -> Button:
        return Button(words, ShowClassDay(group_id=day.group.group_id, day=to.toordinal(), page=0))

    before = day.day - timedelta(days=2 if day.day.weekday() == 0 else 1)
    after = day.day + timedelta(days=2 if day.day.weekday() == 5 else 1)
    now = label("Обновить") if day.day == day.today else label("Сегодня")
    return (
        button(before, f"‹ {short_day(before)}"),
        button(day.today, now),
        button(after, f"{short_day(after)} ›"),
    )


def _lesson_block(lesson: DayLesson, day: ClassDay, zone: ZoneInfo) -> Markup:
    subject = cut(lesson.subject, NAME_LIMIT)
    if lesson.subgroup:
        subject = f"{subject} ({cut(lesson.subgroup, NAME_LIMIT)})"
    missing = [
        name_of(pupil)
        for pupil in day.missing
        if any(cell.lesson_id == lesson.lesson_id for cell in pupil.missed)
    ]
    return lines(
        "",
        text(
            "<b>{n} урок · {subject}</b> · {time}",
            n=lesson.number,
            subject=subject,
            time=clock_time(lesson.starts_at, zone),
        ),
        _lesson_state(lesson, missing),
    )


def _lesson_state(lesson: DayLesson, missing: Sequence[str]) -> Markup:
    names = _names(missing)
    if lesson.state is RegisterState.NOT_TAKEN:
        teacher = cut(lesson.teacher, WORD_LIMIT)
        if missing:
            return text("⚪ перекличка не закончена ({teacher}), нет: {names}", teacher=teacher, names=names)
        return text("⚪ перекличка не проведена ({teacher})", teacher=teacher)
    if missing:
        return text("🔴 нет: {names}", names=names)
    return text("впереди") if lesson.state is RegisterState.AHEAD else text("все на месте")


def _names(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    shown = ", ".join(names[:NAMES_SHOWN])
    return label("{names} и ещё {n}", names=shown, n=more) if more > 0 else shown


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
    sign, words = _status(day, today, zone)
    return f"{sign} {words}"
