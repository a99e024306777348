"""Messages of threads as they arrive, and notices about threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from handlers.callbacks.threads import (
    AnswerThread,
    LiftMute,
    OpenThread,
    ShowMessageThread,
    ShowMutes,
    ShowThreadFiles,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from handlers.texts.thread_words import family_words, other_side, topic_words
from handlers.texts.words import cut, day_and_month, full_name, hint, when, with_initials
from services.notifications import thread_message
from services.notifications.thread_message import GuardianMuted, ThreadNotice, ThreadWaiting, Undelivered
from services.settings import PersonalData
from services.threads.access import Side
from services.threads.views import ThreadRow

EXCERPT = 100


def thread_message_screen(notice: ThreadNotice) -> Screen:
    """Who writes, about whom and what; with nothing of a child where no message may say it."""
    row, said = notice.thread, notice.message
    side = Side.FAMILY if said.from_school else Side.SCHOOL
    show = (Button(label("Показать"), ShowMessageThread(message_id=said.message_id)),)
    if notice.personal_data is PersonalData.NONE and row.pupil is not None:
        words = text("Вам написали из школы.") if side is Side.FAMILY else text("Вам написал родитель.")
        return Screen(lines(words, _answered(notice)), (show,))
    about = topic_words(row, side, notice.personal_data)
    who = full_name(said.author) if side is Side.FAMILY and row.staff is None else None
    body = lines(
        text("✉️ <b>{name}</b>", name=other_side(row, side)),
        text("{who}", who=cut(who, EXCERPT)) if who else None,
        text("{about}", about=about) if about else None,
        "",
        text("<i>По строке {about}:</i>", about=said.about) if said.about else None,
        text("{words}", words=said.text) if said.text else None,
        text("<i>изменено</i>") if said.edited_at is not None else None,
        _answered(notice),
    )
    files: list[Row] = []
    if said.files:
        button = Button(label("📎 Файлы ({n})", n=said.files), ShowThreadFiles(message_id=said.message_id))
        files = [(button,)]
    return Screen(body, (*files, _answer_row(row)))


def _answered(notice: ThreadNotice) -> Markup | None:
    if notice.answered_by is None:
        return None
    return text("✅ Ответ дан: {name}", name=cut(with_initials(notice.answered_by), EXCERPT))


def undelivered_screen(notice: Undelivered) -> Screen:
    """The reader has blocked the bot: said to whoever wrote."""
    row = notice.thread
    if notice.personal_data is PersonalData.NONE and row.pupil is not None:
        words = text("Ваше сообщение не доставлено.")
        show = Button(label("Показать"), ShowMessageThread(message_id=notice.message.message_id))
        return Screen(words, ((show,),))
    body = lines(
        text("Не доставлено: <b>{name}</b>", name=other_side(row, notice.side)),
        text("«{words}»", words=cut(notice.message.text, EXCERPT)) if notice.message.text else None,
        "",
        text("Бот здесь заблокирован. Позвоните или свяжитесь иначе; сообщение осталось в переписке."),
    )
    return Screen(body, (_thread_row(row),))


def thread_waiting_screen(waiting: ThreadWaiting) -> Screen:
    """A question that nobody has answered for two school days."""
    row = waiting.thread
    since = waiting.since.astimezone(waiting.zone).date()
    asked: Markup = text("Вопрос от {day} ждёт ответа.", day=day_and_month(since))
    if waiting.personal_data is PersonalData.NONE and row.pupil is not None:
        return Screen(asked, (_thread_row(row),))
    about = topic_words(row, Side.SCHOOL, waiting.personal_data)
    body = lines(
        text("⏳ <b>{name}</b>", name=family_words(row)),
        text("{about}", about=about) if about else None,
        asked,
    )
    return Screen(body, (_answer_row(row),))


def guardian_muted_screen(notice: GuardianMuted) -> Screen:
    """To a deputy: who muted whom, until when and why."""
    mute, zone = notice.mute, notice.zone
    show = (Button(label("Кому ограничили переписку"), ShowMutes()),)
    if (pupil := hint(mute.pupil, notice.personal_data)) is None:
        return Screen(text("Классный руководитель ограничил переписку с родителем."), (show,))
    until = when(mute.until, zone, mute.muted_at.astimezone(zone).date())
    body = lines(
        text(
            "Классный руководитель ({by}) не передаёт учителям сообщения родителя до {until}.",
            by=full_name(mute.by),
            until=until,
        ),
        text("{name}, ученик: {pupil}", name=full_name(mute.person), pupil=pupil),
        text("Причина: {reason}", reason=mute.reason),
        text("Снято.") if mute.lifted_at is not None else None,
    )
    lift = (Button(label("Снять ограничение"), LiftMute(mute_id=mute.mute_id)),)
    return Screen(body, (show,) if mute.lifted_at is not None else (lift, show))


def _answer_row(row: ThreadRow) -> Row:
    return (Button(label("Ответить"), AnswerThread(thread_id=row.thread_id)), *_thread_row(row))


def _thread_row(row: ThreadRow) -> Row:
    return (Button(label("Вся переписка"), OpenThread(thread_id=row.thread_id, page=0)),)


SCREENS: Mapping[str, Callable[..., Screen]] = {
    thread_message.ThreadMessageKind.name: thread_message_screen,
    thread_message.UndeliveredKind.name: undelivered_screen,
    thread_message.ThreadWaitingKind.name: thread_waiting_screen,
    thread_message.GuardianMutedKind.name: guardian_muted_screen,
}
