"""An announced absence as the class teacher answers it, and how it stands."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.absence_requests import (
    AcceptAbsence,
    AskDocument,
    ChooseDocumentDay,
    OpenAbsenceRequest,
    RejectAbsence,
)
from handlers.callbacks.class_day import MyClasses
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, absence_plan, name_of, period, relation_word
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, day_and_month, initials, short_day
from services.absence_requests import Announced, RequestRow
from services.notifications.absence_requests import AnnouncedAbsence
from services.settings import PersonalData
from services.vocabulary import RequestState

WORDS_LIMIT = 300
"""Of what people typed; both sides may say that much in one message."""
DOCUMENT_DAYS = (1, 3, 7)
"""Days after the absence, to choose from."""


def state_line(request: RequestRow, today: date, limit: int = WORDS_LIMIT) -> Markup:
    """What became of it, in the same words for the family and the class teacher."""
    match request.state:
        case RequestState.WITHDRAWN:
            return text("Отменено семьёй.")
        case RequestState.REJECTED:
            return text("🔴 Не принято: {refusal}", refusal=cut(request.refusal, limit))
        case _ if request.cancelled:
            return text("Школа отменила эту запись.")
        case RequestState.ACCEPTED:
            return text("🟢 Принято классным руководителем.")
        case RequestState.DOCUMENT_ASKED if request.document_due_on is not None:
            day = day_and_month(request.document_due_on)
            if request.document_due_on < today:
                return text("⏳ Справку ждали до {day}, её ещё нет.", day=day)
            return text("⏳ Нужна справка: принесите до {day}.", day=day)
    return text("⏳ Отправлено, классный руководитель ещё не ответил.")


def comment_line(comment: str) -> Markup | None:
    return text("«{comment}»", comment=cut(comment, WORDS_LIMIT)) if comment else None


def asked_screen(view: AnnouncedAbsence) -> Screen:
    """The question as a message, with as much of the pupil as the school lets messages say."""
    request = view.request
    if view.personal_data is PersonalData.NONE:
        show = Button(label("Показать"), OpenAbsenceRequest(request_id=request.request_id))
        return Screen(text("Родитель сообщает, что ученика не будет."), ((show,),))
    if view.personal_data is PersonalData.INITIALS:
        show = Button(label("Показать"), OpenAbsenceRequest(request_id=request.request_id))
        name = initials(request.last_name, request.first_name)
        days = period(request.starts_on, request.ends_on)
        return Screen(
            lines(text("<b>{name}</b> не будет: {days}", name=name, days=days), _state(request, view.today)),
            ((show,),),
        )
    return answering_screen(request, view.today)


def answering_screen(request: RequestRow, today: date) -> Screen:
    """Everything about it, and the buttons that answer."""
    who = label("{name}, {group}", name=name_of(request), group=cut(request.group or "", NAME_LIMIT))
    body = lines(
        text("<b>{who}</b> не будет: {plan}", who=who.rstrip(", "), plan=absence_plan(request)),
        text("От кого: {who}.", who=relation_word(request.relation)),
        comment_line(request.comment),
        _state(request, today),
    )
    return Screen(body, _answers(request))


def opened_screen(view: Announced) -> Screen:
    """The same when it was opened, or just answered."""
    screen = answering_screen(view.request, view.today)
    return Screen(screen.text, (*screen.rows, (Button(label("Мой класс сегодня"), MyClasses()),)))


def document_day_screen(view: Announced) -> Screen:
    """By when the document is to be brought."""
    request = view.request
    if not request.open:
        return opened_screen(view)
    last = max(request.ends_on, view.today)
    days = sorted({_working_day(last + timedelta(days=after)) for after in DOCUMENT_DAYS})
    row = tuple(
        Button(
            label("До {day}", day=short_day(day)),
            AskDocument(request_id=request.request_id, day=day.toordinal()),
        )
        for day in days
    )
    body = lines(
        text("<b>{name}</b>: {plan}", name=name_of(request), plan=absence_plan(request)),
        text("До какого дня принести справку?"),
    )
    return Screen(body, (row, (_back(request),)))


def why_reject_screen(view: Announced) -> Screen:
    """Why it is rejected is to be typed."""
    request = view.request
    if not request.open:
        return opened_screen(view)
    body = lines(
        text("<b>{name}</b>: {plan}", name=name_of(request), plan=absence_plan(request)),
        text("Напишите родителям одним сообщением, почему вы не принимаете. Запись в перекличках снимется."),
    )
    return Screen(body, ((_back(request),),))


def answer_toast(request: RequestRow) -> str:
    """What stands after the tap."""
    match request.state:
        case RequestState.ACCEPTED:
            return label("Принято")
        case RequestState.DOCUMENT_ASKED:
            return label("Попросили справку")
    return label("Уже решено")


def _state(request: RequestRow, today: date) -> Markup:
    if request.state is RequestState.SENT and not request.cancelled:
        return text("🔵 В перекличках пропуск уже отмечен со слов родителя.")
    due_on = request.document_due_on
    if request.open and due_on is not None and due_on >= today:
        return text("⏳ Ждём справку до {day}.", day=day_and_month(due_on))
    return state_line(request, today)


def _answers(request: RequestRow) -> tuple[Row, ...]:
    if not request.open:
        return ()
    ids = {"request_id": request.request_id}
    reject = Button(label("Отклонить…"), RejectAbsence(**ids))
    if request.state is RequestState.DOCUMENT_ASKED:
        return (
            (Button(label("Справка есть"), AcceptAbsence(**ids)),),
            (Button(label("Другой день…"), ChooseDocumentDay(**ids)), reject),
        )
    return (
        (Button(label("Принять"), AcceptAbsence(**ids)),),
        (Button(label("Попросить справку…"), ChooseDocumentDay(**ids)), reject),
    )


def _back(request: RequestRow) -> Button:
    return Button(label("‹ Назад"), OpenAbsenceRequest(request_id=request.request_id))


def _working_day(day: date) -> date:
    """Not a Sunday."""
    return day + timedelta(days=1) if day.isoweekday() == 7 else day
