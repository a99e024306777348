"""Opening what is locked (J5): the deputy's way to it, the teacher's request, and the messages between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.changes import (
    AllowUnlock,
    AskUnlockReason,
    ChooseLockedCourse,
    ChooseLockedDay,
    ChooseLockedPeriod,
    FindLocked,
    LockAgain,
    RefuseUnlock,
    ShowHistory,
    ShowLockedDay,
    TypeLockedDay,
    Unlock,
)
from handlers.callbacks.final_marks import ShowFinals
from handlers.callbacks.lessons import ShowLesson
from handlers.callbacks.substitutions import ShowSubstitutedLesson
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.homework_words import until_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.journal_sheet import course_name
from handlers.texts.paging import fitting, items_of, turning
from handlers.texts.words import cut, day_and_month, full_day, short_day, with_initials
from services.final_marks import CourseRow, PeriodRow
from services.journal_page import GroupCourses
from services.notifications.unlocking import (
    REQUEST_KIND,
    UNLOCK_REFUSED_KIND,
    UNLOCKED_KIND,
    RefusedUnlock,
    Unlocked,
    UnlockRequest,
)
from services.unlocking import (
    REFUSED,
    UNLOCKED,
    LockedDay,
    LockedDays,
    OpenNow,
    Place,
    RequestRow,
    Target,
    UnlockRow,
    UnlockTerm,
)
from services.vocabulary import FinalKind

BUTTON_LIMIT, NAME_LIMIT, REASON_LIMIT = 40, 120, 500
OPEN_SHOWN = 12
COURSES_A_PAGE = 20


def place_words(place: Place) -> str:
    """«7Б · Алгебра · 3 урок, 14 сентября», «7Б · Алгебра · итоги: 1 четверть»."""
    course = cut(course_name(place), NAME_LIMIT)
    if place.date is not None:
        day = day_and_month(place.date)
        return label("{course} · {n} урок, {day}", course=course, n=place.number, day=day)
    if place.term is not None:
        return label("{course} · итоги: {term}", course=course, term=cut(place.term, NAME_LIMIT))
    return label("{course} · итоги года и экзамен", course=course)


def open_now_screen(view: OpenNow, zone: ZoneInfo, today: date, said: Markup | None = None) -> Screen:
    """What is open, each with «Закрыть»; then the classes to look for more in. `said`: what was just done."""
    shown = view.unlocks[:OPEN_SHOWN]
    listed = [_open_line(number, unlock, zone, today) for number, unlock in enumerate(shown, 1)]
    more = len(view.unlocks) - len(shown)
    body = lines(
        *((said, "") if said else ()),
        text("<b>Открыть для исправлений</b>"),
        text("Сейчас открыто: {n}.", n=len(view.unlocks)) if shown else text("Сейчас ничего не открыто."),
        *fitting(listed, 900),
        text("…и ещё: {n}", n=more) if more else None,
        "",
        text("Что открыть ещё? Выберите класс.") if shown else text("Что открыть? Выберите класс."),
    )
    closing = (
        Button(label("Закрыть {n}", n=number), LockAgain(unlock_id=unlock.unlock_id))
        for number, unlock in enumerate(shown, 1)
    )
    groups = (
        Button(cut(group.name, BUTTON_LIMIT), ChooseLockedDay(group_id=group.group_id))
        for group in view.groups[:60]
    )
    return Screen(body, (*in_rows(closing, 3), *in_rows(groups, 4), (menu_button(),)))


def _open_line(number: int, unlock: UnlockRow, zone: ZoneInfo, today: date) -> Markup:
    return text(
        "{number}. {place} — {until}. Причина: {reason}",
        number=number,
        place=place_words(unlock.place),
        until=until_words(unlock.until, zone, today),
        reason=cut(unlock.reason, NAME_LIMIT),
    )


def days_screen(view: LockedDays) -> Screen:
    """Which day of the class."""
    group_id = view.group.group_id
    days = (
        Button(short_day(day), ShowLockedDay(group_id=group_id, day=day.toordinal())) for day in view.days
    )
    body = lines(
        text("<b>{group} · открыть для исправлений</b>", group=cut(view.group.name, NAME_LIMIT)),
        text("Урок какого дня? Здесь последние из закрытых."),
    )
    rows = (
        *in_rows(days, 3),
        (Button(label("Другая дата…"), TypeLockedDay(group_id=group_id)),),
        (Button(label("Итоговые отметки…"), ChooseLockedCourse(group_id=group_id, page=0)),),
        (Button(label("‹ Классы"), FindLocked()), menu_button()),
    )
    return Screen(body, rows)


def type_day_screen(view: LockedDays, problem: str | None = None) -> Screen:
    """Asks for a date."""
    body = lines(
        text("{problem}", problem=problem) if problem else None,
        text("<b>{group}</b>: напишите дату урока, например 14.09.", group=cut(view.group.name, NAME_LIMIT)),
    )
    return Screen(body, ((Button(label("‹ Назад"), ChooseLockedDay(group_id=view.group.group_id)),),))


def not_a_date() -> str:
    return label("Не понял дату.")


def day_screen(view: LockedDay) -> Screen:
    """Which lesson of the day."""
    group = cut(view.group.name, NAME_LIMIT)
    title = text("<b>{group} · {day}</b>", group=group, day=full_day(view.day))
    lessons: tuple[Row, ...] = ()
    if not view.lessons:
        asked = text("В этот день уроков нет.")
    elif not view.locked:
        asked = text("Уроки этого дня ещё не закрыты: их учителя могут исправлять записи сами.")
    else:
        asked = text("Какой урок открыть?")
        lessons = in_rows(
            (
                Button(
                    cut(f"{row.number} · {_subject(row.subject, row.subgroup)}", BUTTON_LIMIT),
                    AskUnlockReason(lesson_id=row.lesson_id),
                )
                for row in view.lessons
            ),
            1,
        )
    back = Button(label("‹ Другой день"), ChooseLockedDay(group_id=view.group.group_id))
    return Screen(lines(title, asked), (*lessons, (back, menu_button())))


def _subject(subject: str, subgroup: str | None) -> str:
    if subgroup is None:
        return subject
    return label("{subject}, подгруппа {name}", subject=subject, name=subgroup)


def locked_courses_screen(view: GroupCourses, page: int) -> Screen:
    """Final marks of which subject."""
    group_id = view.group.group_id
    shown, page, pages = items_of(view.courses, page, COURSES_A_PAGE)
    buttons = (
        Button(cut(course_name(course), BUTTON_LIMIT), ChooseLockedPeriod(course_id=course.course_id))
        for course in shown
    )
    turned = turning(page, pages, lambda to: ChooseLockedCourse(group_id=group_id, page=to))
    back = Button(label("‹ Назад"), ChooseLockedDay(group_id=group_id))
    body = lines(
        text("<b>{group} · открыть итоги</b>", group=cut(view.group.name, NAME_LIMIT)),
        text("По какому предмету?"),
    )
    return Screen(body, (*in_rows(buttons, 1), *turned, (back, menu_button())))


def locked_periods_screen(course: CourseRow, periods: Sequence[PeriodRow]) -> Screen:
    """Final marks of which period; only what is closed."""
    closed = [one for one in periods if one.late and one.kind is not FinalKind.EXAM]
    buttons = (
        Button(
            cut(one.name, BUTTON_LIMIT) if one.term_id else label("Год и экзамен"),
            AskUnlockReason(course_id=course.course_id, term_id=one.term_id),
        )
        for one in closed
    )
    body = lines(
        text("<b>{course} · открыть итоги</b>", course=cut(course_name(course), NAME_LIMIT)),
        text("За какой период?") if closed else text("Закрытых итогов у этого курса нет."),
    )
    return Screen(body, (*in_rows(buttons, 1), (Button(label("‹ Классы"), FindLocked()), menu_button())))


def reason_screen(place: Place) -> Screen:
    """Why a deputy opens it."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Почему нужно открыть? Напишите причину одним сообщением: она останется в истории."),
    )
    lesson_id = place.target.lesson_id
    history = (Button(label("История"), ShowHistory(lesson_id=lesson_id)),) if lesson_id else ()
    return Screen(body, ((*history, Button(label("Отмена"), FindLocked())),))


def term_screen(place: Place, reason: str) -> Screen:
    """For how long: a tap opens it."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Причина: {reason}", reason=cut(reason, REASON_LIMIT)),
        "",
        text("На какой срок открыть? Учитель узнает сразу. Причину можно написать ещё раз."),
    )
    words = {
        UnlockTerm.TODAY: label("До конца дня"),
        UnlockTerm.DAY: label("На 1 день"),
        UnlockTerm.THREE_DAYS: label("На 3 дня"),
        UnlockTerm.WEEK: label("На 7 дней"),
    }
    carried = carries(place.target)
    terms = (Button(said, Unlock(**carried, term=term)) for term, said in words.items())
    return Screen(body, (*in_rows(terms, 2), (Button(label("Отмена"), FindLocked()),)))


def carries(target: Target) -> dict[str, Any]:
    """What the buttons of a target carry."""
    return {"lesson_id": target.lesson_id, "course_id": target.course_id, "term_id": target.term_id}


def unlocked_words(unlock: UnlockRow, zone: ZoneInfo, today: date) -> Markup:
    return text(
        "Открыто {until}: {place}.",
        until=until_words(unlock.until, zone, today),
        place=place_words(unlock.place),
    )


def locked_again_words(unlock: UnlockRow) -> Markup:
    return text("🔒 Снова закрыто: {place}.", place=place_words(unlock.place))


def why_ask_screen(place: Place) -> Screen:
    """Why a teacher asks."""
    body = lines(
        text("<b>{place}</b>", place=place_words(place)),
        text("Напишите завучу одним сообщением, что нужно исправить и почему."),
    )
    return Screen(body, ((_back(place.target),),))


def asked_screen(place: Place) -> Screen:
    body = lines(
        text("⏳ Завуч увидит вашу просьбу: {place}.", place=place_words(place)),
        text("Когда ответит, я сразу напишу."),
    )
    return Screen(body, ((_back(place.target), menu_button()),))


def _back(target: Target) -> Button:
    if target.lesson_id is not None:
        return Button(label("‹ К уроку"), ShowLesson(lesson_id=target.lesson_id))
    return Button(label("‹ К итогам"), _finals(target))


def _finals(target: Target) -> ShowFinals:
    assert target.course_id is not None
    kind = FinalKind.YEAR if target.term_id is None else FinalKind.TERM
    return ShowFinals(course_id=target.course_id, kind=kind, term_id=target.term_id, page=0)


# --- Messages -------------------------------------------------------------------------------------------


def unlocked_screen(view: Unlocked) -> Screen:
    """For whoever keeps the lesson or gives the final marks."""
    unlock = view.unlock
    target = unlock.place.target
    if not view.open:
        return Screen(locked_again_words(unlock))
    body = lines(
        text("Завуч открыл для исправлений: <b>{place}</b>.", place=place_words(unlock.place)),
        text(
            "Исправить можно {until}.",
            until=until_words(unlock.until, view.zone, unlock.until.astimezone(view.zone).date()),
        ),
        text(
            "Причина: {reason} ({who})",
            reason=cut(unlock.reason, REASON_LIMIT),
            who=with_initials(unlock.granted_by),
        ),
    )
    to = (
        Button(label("К уроку"), ShowSubstitutedLesson(lesson_id=target.lesson_id))
        if target.lesson_id is not None
        else Button(label("К итогам"), _finals(target))
    )
    return Screen(body, ((to,),))


def request_screen(view: UnlockRequest) -> Screen:
    """For the deputies; answered, it says how."""
    return answered_screen(view.request, view.zone)


def answered_screen(request: RequestRow, zone: ZoneInfo) -> Screen:
    body = lines(
        text(
            "{who} просит открыть: <b>{place}</b>.",
            who=with_initials(request.asked_by),
            place=place_words(request.place),
        ),
        text("Причина: {reason}", reason=cut(request.reason, REASON_LIMIT)),
        _answer(request, zone),
    )
    if request.answer is not None or request.open_until is not None:
        return Screen(body)
    ids = {"request_id": request.request_id}
    row = (
        Button(label("Открыть на день"), AllowUnlock(**ids)),
        Button(label("Отказать"), RefuseUnlock(**ids)),
    )
    return Screen(body, (row,))


def _answer(request: RequestRow, zone: ZoneInfo) -> Markup | None:
    if request.open_until is not None:
        last_day = request.open_until.astimezone(zone).date()
        return text("🟢 Открыто {until}.", until=until_words(request.open_until, zone, last_day))
    if request.answer == REFUSED:
        return text("Отказано.")
    return text("🔒 Было открыто, сейчас снова закрыто.") if request.answer == UNLOCKED else None


def refused_screen(view: RefusedUnlock) -> Screen:
    body = lines(
        text("Завуч не стал открывать: {place}.", place=place_words(view.request.place)),
        text("Если это всё-таки нужно, поговорите с завучем."),
    )
    return Screen(body)


SCREENS: dict[str, Callable[..., Screen]] = {
    UNLOCKED_KIND: unlocked_screen,
    REQUEST_KIND: request_screen,
    UNLOCK_REFUSED_KIND: refused_screen,
}
"""The screen of each kind of services.notifications.unlocking.KINDS."""
