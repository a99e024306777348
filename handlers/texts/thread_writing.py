"""What is written, what was sent and when it is read (C1)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.threads import (
    ChooseAddressee,
    OpenThread,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.diary_words import span
from handlers.texts.i18n import label, lines, text
from handlers.texts.thread_words import from_when, help_words, other_side, topic_words
from handlers.texts.words import cut, day_and_month
from services.threads.access import Side
from services.threads.views import (
    ThreadView,
    Written,
)
from services.vocabulary import Desk

LINE_LIMIT = 200


def write_screen(view: ThreadView, zone: ZoneInfo, now: datetime) -> Screen:
    """The next message goes to this reader."""
    about = topic_words(view.thread, view.side)
    body = lines(
        text("Кому: <b>{name}</b>", name=other_side(view.thread, view.side)),
        text("{about}", about=about) if about else None,
        text("{answering}", answering=help_words(view.week)) if _asks_help(view) else None,
        _reads(view, zone, now),
        text("Вопросов без ответа здесь сейчас нет.") if _nothing_waits(view) else None,
        "",
        text("Напишите сообщение. Можно с фото или файлом."),
    )
    back = OpenThread(thread_id=view.thread.thread_id, page=0)
    return Screen(body, ((Button(label("Вся переписка"), back), menu_button()),))


def _asks_help(view: ThreadView) -> bool:
    return view.side is Side.FAMILY and view.thread.desk is Desk.HELP


def _nothing_waits(view: ThreadView) -> bool:
    """At a desk of several a colleague may have answered in the meantime."""
    row = view.thread
    return view.side is Side.SCHOOL and row.staff is None and row.awaits_school_since is None


def need_words_screen() -> Screen:
    """A sticker, a voice or a contact came where words were awaited."""
    return Screen(text("Подойдут текст, фото или файл."), ((menu_button(),),))


def written_screen(written: Written, zone: ZoneInfo, now: datetime) -> Screen:
    """What has become of the message."""
    view = written.view
    name = other_side(view.thread, view.side)
    open_thread = Button(label("Вся переписка"), OpenThread(thread_id=view.thread.thread_id, page=0))
    if not written.reached:
        body = lines(
            text("Не доставлено: <b>{name}</b>", name=name),
            text("Здесь нет чата с ботом, или бот заблокирован. Позвоните; сообщение сохранено в переписке."),
        )
        return Screen(body, (_elsewhere(view), (open_thread, menu_button())))
    body = lines(text("✅ Отправлено: <b>{name}</b>", name=name), _reads(view, zone, now))
    return Screen(body, ((open_thread, menu_button()),))


def _elsewhere(view: ThreadView) -> Row:
    if view.side is Side.FAMILY and view.thread.pupil is not None:
        return (Button(label("Написать другому"), ChooseAddressee(pupil_id=view.thread.pupil.pupil_id)),)
    return ()


def _reads(view: ThreadView, zone: ZoneInfo, now: datetime) -> Markup | None:
    """«Прочитает завтра с 08:00.»"""
    if view.read_from is None:
        return None
    start = from_when(view.read_from, zone, now)
    match view.thread.desk:
        case Desk.HELP:
            return text("Ответим {start}.", start=start)
        case Desk.ADMINISTRATION:
            return text("Прочитают {start}.", start=start)
    staff = view.thread.staff
    name = "" if staff is None else f"{staff.first_name} {staff.middle_name}".strip() or staff.last_name
    return text("{name} прочитает {start}.", name=name, start=start)


def addressee_left_screen(pupil_id: int) -> Screen:
    """Whoever this thread was with does not read it any more; somebody else does."""
    choose = Button(label("Выбрать, кому написать"), ChooseAddressee(pupil_id=pupil_id))
    return Screen(_left_words(), ((choose,), (menu_button(),)))


def not_passed_on_screen() -> Screen:
    """The same when the words are said already; the question to whom they go comes next."""
    return Screen(lines(_left_words(), text("Сообщение сохранено: его получит тот, кого вы выберете.")))


def _left_words() -> Markup:
    return text("Здесь вам больше не ответят: этот учитель сейчас не работает с вашим ребёнком.")


def week_quoted(monday: date) -> str:
    """A week as what a question is about: «неделя 14–18 сентября»."""
    return label("«Неделя» за {dates}", dates=span(monday, monday + timedelta(days=4)))


def line_quoted(line: str, payload: dict[str, Any]) -> str:
    """A line of a message that left by itself, with the days the message was about."""
    dates = ""
    with suppress(KeyError, TypeError, ValueError):
        dates = day_and_month(date.fromisoformat(payload["date"]))
    with suppress(KeyError, TypeError, ValueError):
        monday = date.fromisoformat(payload["monday"])
        dates = span(monday, monday + timedelta(days=4))
    line = cut(" ".join(line.split()), LINE_LIMIT)
    if not line:
        return ""
    return label("«{line}» за {dates}", line=line, dates=dates) if dates else f"«{line}»"


def edited_screen() -> Screen:
    return Screen(text("Изменение передано: адресат видит новые слова и пометку «изменено»."))
