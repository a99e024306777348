"""Help, and leaving."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.compromise import AskCloseAccess
from handlers.callbacks.entering import EnterCode
from handlers.callbacks.menu import AskLeave, Home, Leave
from handlers.callbacks.threads import AskHelp
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.thread_words import help_words
from services.actor import Actor
from services.threads.hours import Week
from services.vocabulary import StaffRole


def help_screen(actor: Actor | None, week: Week | None) -> Screen:
    """Whom to ask, and when the help point answers (`week`); for everybody, bound or not (U9)."""
    body = lines(
        text("<b>Помощь</b>"),
        "",
        text("Вопросы об ученике, приглашениях и согласиях — классному руководителю."),
        text("Сотрудникам поможет администратор школы."),
        text("Вопросы по журналу — кнопка «Задать вопрос». {answering}", answering=help_words(week))
        if week is not None
        else None,
        text("/start — главное меню или вход по коду, /help — эта страница."),
        *_shortcuts(actor),
        text("Потеряли телефон или код увидели чужие? Позвоните в школу: доступ закроют сразу.")
        if actor is None
        else text(
            "Потеряли телефон или код увидели чужие? Нажмите «Доступ мог попасть к чужим» или позвоните "
            "в школу: доступ закроют сразу."
        ),
    )
    if actor is None:
        return Screen(body, ((Button(label("Ввести код"), EnterCode()),),))
    rows: tuple[Row, ...] = (
        (Button(label("Задать вопрос"), AskHelp()),),
        (Button(label("Доступ мог попасть к чужим"), AskCloseAccess()),),
        (Button(label("Отключить этот аккаунт"), AskLeave()),),
        (menu_button(),),
    )
    return Screen(body, rows)


def _shortcuts(actor: Actor | None) -> list[Markup]:
    """What this person can type instead of looking for a button."""
    if actor is None:
        return []
    said = []
    if StaffRole.TEACHER in actor.staff_roles:
        said += [
            text("/now — урок, который идёт сейчас, /journal — журналы."),
            text("Отметки можно написать одним сообщением: «Иванов 5, Петровой 4, остальные 3»."),
        ]
    if actor.class_teacher_of:
        said.append(text("/class — ваш класс сегодня."))
    if actor.guardian_of or actor.is_pupil:
        said.append(text("/diary — дневник."))
    return said


def leave_screen() -> Screen:
    body = lines(
        text("Отключить этот аккаунт от «Звонка»?"),
        text("Сообщения школы перестанут сюда приходить. Чтобы вернуться, понадобится новое приглашение."),
    )
    return Screen(body, ((Button(label("Да, отключить"), Leave()),), (Button(label("Нет"), Home()),)))


def left_screen() -> Screen:
    return Screen(text("Аккаунт отключён. Чтобы вернуться, нажмите /start и введите новый код."))
