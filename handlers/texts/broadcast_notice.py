"""A broadcast as a family reads it (C6, C7)."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup, escape

from handlers.callbacks.broadcast_results import ChangeReply
from handlers.callbacks.broadcasts import ReplyBroadcast, ShowBroadcastFiles, ShowNotice
from handlers.screen import Button, Screen
from handlers.texts.broadcast_words import deadline_words, moment_words
from handlers.texts.buttons import Row, in_rows
from handlers.texts.cards import role_name
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, full_name, initials
from services.files import StoredFileRow
from services.notifications.broadcast import BroadcastNotice
from services.settings import PersonalData
from services.vocabulary import BroadcastReply

ACKNOWLEDGED = -1
"""`option` of «Ознакомлен(а)»."""
SHORT_OPTION = 14
"""Answers no longer than this stand two in a row."""


def broadcast_screen(view: BroadcastNotice) -> Screen:
    """The living message; under `personal_data = none` one about a pupil only says that it is there."""
    if view.withdrawn:
        gone = text("🚫 <b>Объявление отменено.</b>")
        return Screen(lines(gone, signature_line(view)), photo=_photo(view))
    if view.hidden:
        show = Button(label("Показать"), ShowNotice(recipient_id=view.recipient_id))
        said = text("❗ Срочное объявление школы.") if view.urgent else text("Новое объявление школы.")
        return Screen(said, ((show,),))
    body = lines(
        notice_title(view),
        *(("", escape(view.text)) if view.text else ()),
        "",
        signature_line(view),
        _edited(view),
        asked_line(view),
    )
    return Screen(body, (*answer_rows(view), *_file_row(view)), photo=_photo(view))


def change_answer_screen(view: BroadcastNotice) -> Screen:
    """The message with all answers to choose from; the one that stands is marked until another is chosen."""
    return replace(broadcast_screen(view), rows=(*_option_rows(view), *_file_row(view)))


def replied_toast(view: BroadcastNotice) -> str:
    if view.option is None:
        return label("Спасибо, отмечено")
    return label("Записано: «{answer}»", answer=view.options[view.option])


def notice_title(view: BroadcastNotice) -> Markup:
    about = None
    if view.pupil is not None:
        who = view.pupil
        if view.personal_data is PersonalData.FULL:
            name = cut(f"{who.last_name} {who.first_name}".strip(), 60)
            about = f"{name}, {cut(who.group, 20)}" if who.group else name
        else:
            about = initials(who.last_name, who.first_name)
    elif view.group and view.personal_data is PersonalData.FULL:
        about = cut(view.group, 20)
    if view.urgent:
        return text("❗ <b>Срочно · {about}</b>", about=about) if about else text("❗ <b>Срочно</b>")
    return text("📢 <b>{about}</b>", about=about) if about else text("📢 <b>Объявление школы</b>")


def signature_line(view: BroadcastNotice) -> Markup:
    role = label("классный руководитель") if view.author_role is None else role_name(view.author_role)
    return text("<i>{name}, {role}</i>", name=cut(full_name(view.author), 80), role=role)


def _edited(view: BroadcastNotice) -> Markup | None:
    if view.edited_at is None:
        return None
    return text("<i>изменено {when}</i>", when=moment_words(view.edited_at, view.zone))


def asked_line(view: BroadcastNotice) -> Markup | None:
    """What is wanted of the reader, or what they have answered."""
    if view.reply is BroadcastReply.NONE:
        return None
    if view.replied_at is not None:
        when = moment_words(view.replied_at, view.zone)
        if view.reply is BroadcastReply.ACKNOWLEDGE:
            return lines("", text("✅ Вы ознакомились {when}.", when=when))
        chosen = view.options[view.option or 0]
        return lines("", text("✅ Вы ответили {when}: «{answer}».", when=when, answer=chosen))
    acknowledges = view.reply is BroadcastReply.ACKNOWLEDGE
    if view.reply_by is None:
        wanted = (
            text("Пожалуйста, подтвердите, что прочитали.")
            if acknowledges
            else text("Пожалуйста, выберите ответ.")
        )
        return lines("", wanted)
    until = deadline_words(view.reply_by, view.zone)
    wanted = (
        text("Подтвердите до {until}, что прочитали.", until=until)
        if acknowledges
        else text("Выберите ответ до {until}.", until=until)
    )
    return lines("", wanted)


def answer_rows(view: BroadcastNotice) -> tuple[Row, ...]:
    """What can be answered; after an answer to choose, one button that shows the choice again."""
    if view.replied_at is None:
        return _option_rows(view)
    if view.reply is BroadcastReply.ACKNOWLEDGE:
        return ()
    return ((Button(label("Изменить ответ"), ChangeReply(recipient_id=view.recipient_id)),),)


def _option_rows(view: BroadcastNotice) -> tuple[Row, ...]:
    if view.reply is BroadcastReply.ACKNOWLEDGE:
        action = ReplyBroadcast(recipient_id=view.recipient_id, option=ACKNOWLEDGED)
        return ((Button(label("Ознакомлен(а)"), action),),)
    buttons = [
        Button(
            f"✅ {option}" if view.replied_at is not None and number == view.option else option,
            ReplyBroadcast(recipient_id=view.recipient_id, option=number),
        )
        for number, option in enumerate(view.options)
    ]
    return in_rows(buttons, 2 if all(len(option) <= SHORT_OPTION for option in view.options) else 1)


def _file_row(view: BroadcastNotice) -> tuple[Row, ...]:
    if not view.files or view.captioned:
        return ()
    action = ShowBroadcastFiles(recipient_id=view.recipient_id)
    return ((Button(label("📎 Файлы ({n})", n=len(view.files)), action),),)


def _photo(view: BroadcastNotice) -> StoredFileRow | None:
    return view.files[0] if view.captioned else None
