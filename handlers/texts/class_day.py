"""The class teacher's day: who is missing and why."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.class_day import (
    AskSilent,
    ConfirmReasons,
    MyClasses,
    ShowClassDay,
    ShowClassLessons,
)
from handlers.callbacks.diary import ShowDiaries
from handlers.callbacks.planned_absences import ShowPlans
from handlers.callbacks.reasons import ChooseMissing
from handlers.callbacks.reconciliation import ShowReconciliation
from handlers.screen import Button, Screen
from handlers.texts.absence_status import status_of
from handlers.texts.absence_words import (
    NAME_LIMIT,
    WORD_LIMIT,
    absent_at,
    lessons_of,
    name_of,
    phone_number,
    relation_word,
)
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import cut, full_day, short_day
from services.class_day import Classes
from services.class_day_views import (
    AlertState,
    ClassDay,
    GuardianReach,
    PlannedRow,
    PupilDay,
    Reach,
    RegisterState,
)
from services.days import monday_of
from services.vocabulary import RequestState

GUARDIANS_SHOWN = 4
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

    classes = [] if day.may_confirm else [Button(label("‹ Классы"), MyClasses())]
    ways = (*_actions(day), _neighbours(day), (*classes, menu_button()))
    return Screen(body, (*turning(page, pages, turn), *ways))


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
    sign, words = status_of(pupil, day.today, zone)
    guardians = pupil.guardians if pupil.silent and pupil.alert.state is AlertState.NOBODY else ()
    return lines(
        text("{sign} <b>{name}</b> — {words}", sign=sign, name=name_of(pupil), words=words),
        text("     {numbers}", numbers=absent_at(cell.number for cell in pupil.missed)),
        *(_guardian_line(guardian) for guardian in guardians[:GUARDIANS_SHOWN]),
    )


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
    plans = "; ".join(_plan(plan) for plan in pupil.planned[:3])
    return text("🔵 <b>{name}</b> — не будет: {plans}", name=name_of(pupil), plans=plans)


def _plan(plan: PlannedRow) -> str:
    known = f"{cut(plan.reason, WORD_LIMIT)}, {lessons_of(plan.first_lesson, plan.last_lesson)}"
    match plan.request:
        case RequestState.SENT:
            return label("{plan} (заявлено родителем)", plan=known)
        case RequestState.DOCUMENT_ASKED:
            return label("{plan} (ждём справку)", plan=known)
    return known


def _actions(day: ClassDay) -> tuple[Row, ...]:
    ids = {"group_id": day.group.group_id, "day": day.day.toordinal()}
    monday = monday_of(day.day)
    look = (
        Button(label("По уроку"), ShowClassLessons(**ids, page=0)),
        Button(
            label("Сверка недели") if day.may_confirm else label("Неделя"),
            ShowReconciliation(group_id=day.group.group_id, monday=monday.toordinal(), page=0),
        ),
        Button(label("Дневники"), ShowDiaries(group_id=day.group.group_id, page=0)),
    )
    if not day.may_confirm:
        return (look,)
    rows: list[Row] = []
    if day.confirmable:
        words = label("Подтвердить причины ({n})", n=len(day.confirmable))
        rows.append((Button(words, ConfirmReasons(**ids)),))
    if day.to_remind:
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
