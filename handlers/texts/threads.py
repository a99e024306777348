"""«Переписка»: the list of threads, one thread, what was found."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.threads import (
    AnswerThread,
    ChooseMute,
    LiftMute,
    OpenThread,
    PrintThread,
    SearchThreads,
    ShowMutes,
    ShowOfficeHours,
    ShowThreadFiles,
    ShowThreads,
)
from handlers.screen import Attachment, Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import fitting
from handlers.texts.thread_words import (
    from_when,
    other_side,
    short_side,
    staff_words,
    topic_words,
)
from handlers.texts.words import cut, day_and_month, full_name, units, when, with_initials
from services.threads.access import Side
from services.threads.views import Found, MessageRow, ThreadList, ThreadPage, ThreadRow
from services.vocabulary import Desk

BUTTON_LIMIT = 40
EXCERPT = 200
_FILES_ON_SCREEN = 5
_ROOM = 600
"""Units of a thread's screen kept for what stands around its messages."""


def threads_screen(view: ThreadList, zone: ZoneInfo) -> Screen:
    """The questions that wait stand first, with since when."""
    said = [text("<b>Переписка</b>")]
    if view.waiting:
        said.append(count("Ждёт ответа {n} вопрос.", "Ждёт ответа {n} вопросов.", view.waiting))
    if not view.threads:
        said.append(
            text("Пока никто не писал.")
            if view.answers
            else text("Пока пусто. Чтобы написать, откройте дневник ребёнка и нажмите «Написать».")
        )
    said += _counts(view)
    rows = [
        (
            Button(
                cut(_thread_label(row, side, view, zone), BUTTON_LIMIT),
                OpenThread(thread_id=row.thread_id, page=view.page),
            ),
        )
        for row, side in view.threads
    ]
    turning = [Button(label("‹ Новее"), ShowThreads(page=view.page - 1))] if view.page else []
    if view.more:
        turning.append(Button(label("Раньше ›"), ShowThreads(page=view.page + 1)))
    tools = [Button(label("Найти"), SearchThreads())] if view.threads else []
    if view.answers:
        tools.append(Button(label("Часы для сообщений"), ShowOfficeHours()))
    mutes = [(Button(label("Кому ограничили переписку"), ShowMutes()),)] if view.sees_mutes else []
    keyboard = (*rows, *([tuple(turning)] if turning else []), *([tuple(tools)] if tools else []))
    return Screen(lines(*said), (*keyboard, *mutes, (menu_button(),)))


def _thread_label(row: ThreadRow, side: Side, view: ThreadList, zone: ZoneInfo) -> str:
    about = topic_words(row, side)
    name = short_side(row, side) + (f" · {about}" if about else "")
    if side is Side.SCHOOL and row.awaits_school_since is not None:
        today = view.now.astimezone(zone).date()
        return label("⏳ {since} · {name}", since=when(row.awaits_school_since, zone, today), name=name)
    return name


def _counts(view: ThreadList) -> list[Markup]:
    if not view.counts:
        return []
    shown = [
        count(
            "{who}: {n} вопрос",
            "{who}: {n} вопросов",
            one.questions,
            who=cut(with_initials(one.staff), BUTTON_LIMIT) if one.staff else _desk_words(one.desk),
        )
        for one in view.counts[:15]
    ]
    return [Markup(), text("Больше двух учебных дней ждут ответа:"), *shown]


def _desk_words(desk: Desk) -> str:
    return label("Администрация школы") if desk is Desk.ADMINISTRATION else label("Помощь по журналу")


def thread_screen(page: ThreadPage, zone: ZoneInfo, list_page: int = 0) -> Screen:
    """The last messages of a thread, the newest below."""
    row, side = page.view.thread, page.view.side
    about = topic_words(row, side)
    head = [
        text("<b>{name}</b>", name=other_side(row, side)),
        text("{about}", about=about) if about else None,
    ]
    newest_first = [_message(one, page, zone) for one in reversed(page.messages)]
    shown = list(reversed(fitting([Markup("\n").join(("", one)) for one in newest_first], _ROOM)))
    if not shown and newest_first:
        shown = [newest_first[0]]
    said: list[Markup | None] = [*head, *shown]
    if not page.messages:
        said += [Markup(), text("Здесь пока пусто.")]
    if page.mute is not None:
        until = day_and_month(page.mute.until.astimezone(zone).date())
        said += [Markup(), text("Сообщения этого родителя не передаются до {until}.", until=until)]
    return Screen(lines(*said), _thread_rows(page, zone, list_page))


def _message(one: MessageRow, page: ThreadPage, zone: ZoneInfo) -> Markup:
    today = page.now.astimezone(zone).date()
    own = one.from_school is (page.view.side is Side.SCHOOL)
    who = label("Вы") if own else with_initials(one.author)
    notes = [label("изменено")] if one.edited_at is not None else []
    if own and (state := _state(one, page, zone)) is not None:
        notes.append(state)
    if one.files:
        notes.append(label("📎 {n}", n=one.files))
    head = text("<b>{who}</b>, {when}", who=who, when=when(one.sent_at, zone, today))
    if notes:
        head += text(" · {notes}", notes=" · ".join(notes))
    return lines(
        head,
        text("<i>По строке {about}</i>", about=one.about) if one.about else None,
        text("{words}", words=one.text) if one.text else None,
    )


def _state(one: MessageRow, page: ThreadPage, zone: ZoneInfo) -> str | None:
    passage = page.passages.get(one.message_id)
    if passage is None:
        return label("не доставлено")
    if passage.arrived:
        return None
    if passage.waits_until is None:
        return label("не доставлено")
    if passage.waits_until <= page.now:
        return label("отправляется")
    return label("прочитают {when}", when=from_when(passage.waits_until, zone, page.now))


def _thread_rows(page: ThreadPage, zone: ZoneInfo, list_page: int) -> tuple[Row, ...]:
    thread_id = page.view.thread.thread_id
    with_files = [one for one in page.messages if one.files][-_FILES_ON_SCREEN:]
    today = page.now.astimezone(zone).date()
    files = [
        (
            Button(
                label("📎 Файлы ({n}), {when}", n=one.files, when=when(one.sent_at, zone, today)),
                ShowThreadFiles(message_id=one.message_id),
            ),
        )
        for one in with_files
    ]
    mute: list[Row] = []
    if page.mute is not None:
        mute = [(Button(label("Передавать снова"), LiftMute(mute_id=page.mute.mute_id)),)]
    elif page.may_mute:
        mute = [(Button(label("Не передавать сообщения…"), ChooseMute(thread_id=thread_id)),)]
    return (
        (Button(label("Написать"), AnswerThread(thread_id=thread_id)),),
        *files,
        (
            Button(label("Распечатать"), PrintThread(thread_id=thread_id)),
            Button(label("Найти"), SearchThreads()),
        ),
        *mute,
        (Button(label("‹ Переписка"), ShowThreads(page=list_page)), menu_button()),
    )


def ask_words_screen() -> Screen:
    """What to look for is typed next."""
    return Screen(
        text("Напишите слово или два, которые были в сообщении."),
        ((Button(label("‹ Переписка"), ShowThreads(page=0)),),),
    )


def found_screen(found: Found, zone: ZoneInfo) -> Screen:
    """The newest first; a button opens the thread."""
    if not found.messages:
        said = text("По словам «{words}» ничего не нашлось.", words=found.words)
        return Screen(said, ((Button(label("Искать ещё"), SearchThreads()), menu_button()),))
    parts = [
        lines(
            text(
                "<b>{n}. {who}</b>, {day}",
                n=number,
                who=other_side(row, side),
                day=day_and_month(one.sent_at.astimezone(zone).date()),
            ),
            text("{words}", words=cut(one.text, EXCERPT)),
        )
        for number, (one, row, side) in enumerate(found.messages, 1)
    ]
    head = text("Нашлось по словам «{words}»:", words=found.words)
    shown = fitting([Markup("\n").join(("", part)) for part in parts], units(head))
    numbered = [
        Button(str(number), OpenThread(thread_id=row.thread_id, page=0))
        for number, (_, row, _) in enumerate(found.messages[: len(shown)], 1)
    ]
    rows = [tuple(numbered[first : first + 5]) for first in range(0, len(numbered), 5)]
    last = (Button(label("Искать ещё"), SearchThreads()), menu_button())
    return Screen(lines(head, *shown), (*rows, last))


def printed_screen(row: ThreadRow, side: Side, content: bytes) -> Screen:
    """The thread as a document."""
    name = staff_words(row) if side is Side.FAMILY else full_name(row.person)
    words = text("Вся переписка: {name}. Можно распечатать.", name=name)
    return Screen(words, document=Attachment(label("Переписка") + ".pdf", content))
