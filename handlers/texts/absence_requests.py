"""An absence that a guardian announces: its questions, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from markupsafe import Markup

from handlers.callbacks.absence_requests import (
    AbsenceDraft,
    CommentAbsence,
    RequestAbsence,
    SendAbsence,
    ShowAbsenceRequest,
    ShowAbsenceRequests,
    TypeAbsenceDate,
    WithdrawAbsence,
)
from handlers.callbacks.diary import ShowDiary
from handlers.callbacks.planned_absences import SavePlan
from handlers.callbacks.threads import WriteToClassTeacher
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, absence_plan, name_of, period
from handlers.texts.buttons import Row
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.planning import Form, question_screen, type_date_screen
from handlers.texts.request_answers import asked_screen, comment_line, state_line
from handlers.texts.words import cut, initials, short_name
from services.absence_requests import Announced, Planning, Requests
from services.notifications.absence_requests import ANSWER_KIND, REQUEST_KIND, AnnouncedAbsence
from services.settings import PersonalData

REQUESTS_A_PAGE = 4
REFUSAL_IN_LIST = 80


def announcing_screen(
    planning: Planning, draft: AbsenceDraft, starts: date | None, ends: date | None, comment: str = ""
) -> Screen:
    """The next question; after the last one, what will be sent."""
    if starts and ends and (ends - starts).days >= planning.longest:
        return _too_long(planning, draft)
    return question_screen(planning, draft, starts, ends, _form(comment))


def type_day_screen(planning: Planning, starts: date | None, problem: Markup | None = None) -> Screen:
    return type_date_screen(planning, starts, problem, _form(""))


def type_comment_screen(planning: Planning) -> Screen:
    name = short_name(cut(planning.pupil.last_name, NAME_LIMIT), planning.pupil.first_name)
    body = lines(
        text("<b>{name}</b>", name=name),
        text("Напишите классному руководителю несколько слов одним сообщением."),
    )
    return Screen(body, ((Button(label("‹ Сначала"), AbsenceDraft(pupil_id=planning.pupil.pupil_id)),),))


def _form(comment: str) -> Form:
    def back(planning: Planning) -> Button:
        return Button(label("‹ Назад"), ShowAbsenceRequests(pupil_id=planning.pupil.pupil_id, page=0))

    def ending(save: SavePlan) -> tuple[Markup, tuple[Row, ...]]:
        chosen = save.model_dump()
        words = label("Изменить слова…") if comment else label("Добавить слова…")
        said = lines(
            comment_line(comment),
            text("Пропуск сразу появится в перекличке, тревожить вас не будем. Отправить?"),
        )
        return said, (
            (Button(label("Отправить"), SendAbsence(**chosen)),),
            (Button(words, CommentAbsence(**chosen)),),
        )

    return Form(AbsenceDraft, TypeAbsenceDate, back, ending)


def _too_long(planning: Planning, draft: AbsenceDraft) -> Screen:
    body = lines(
        count(
            "Сами вы можете сообщить не больше чем об {n} дне подряд.",
            "Сами вы можете сообщить не больше чем о {n} днях подряд.",
            planning.longest,
        ),
        text("Если дольше, позвоните в школу или напишите классному руководителю: он запишет."),
    )
    again = draft.model_copy(update={"ends_on": None})
    return Screen(
        body,
        (
            (Button(label("Написать классному руководителю"), WriteToClassTeacher(pupil_id=draft.pupil_id)),),
            (Button(label("‹ Другой день"), again),),
        ),
    )


def requests_screen(view: Requests, page: int) -> Screen:
    """What the family has announced, the latest first."""
    pupil_id = view.pupil.pupil_id
    shown, page, pages = items_of(view.requests, page, REQUESTS_A_PAGE)
    name = short_name(cut(view.pupil.last_name, NAME_LIMIT), view.pupil.first_name)
    body = lines(
        text("<b>{name} · не придёт в школу</b>", name=name),
        *(
            lines("", text("{plan}", plan=absence_plan(one)), state_line(one, view.today, REFUSAL_IN_LIST))
            for one in shown
        ),
        None if shown else text("Сообщите заранее, и мы не станем спрашивать, где ребёнок."),
    )
    opens = [
        (Button(period(one.starts_on, one.ends_on), ShowAbsenceRequest(request_id=one.request_id)),)
        for one in shown
    ]
    rows = (
        (Button(label("Сообщить об отсутствии"), AbsenceDraft(pupil_id=pupil_id)),),
        *opens,
        *turning(page, pages, lambda to: ShowAbsenceRequests(pupil_id=pupil_id, page=to)),
        (Button(label("‹ Дневник"), ShowDiary(pupil_id=pupil_id)),),
    )
    return Screen(body, rows)


def request_screen(view: Announced) -> Screen:
    """One of them; also what was just sent."""
    request = view.request
    body = lines(
        text("<b>{name}</b>: {plan}", name=name_of(request), plan=absence_plan(request)),
        None if view.mine else text("Сообщил другой родитель."),
        comment_line(request.comment),
        state_line(request, view.today),
    )
    rows: list[Row] = []
    if not request.cancelled and request.ends_on >= view.today:
        words = label("Уже в школе") if request.starts_on < view.today else label("Всё-таки придёт")
        rows.append((Button(words, WithdrawAbsence(request_id=request.request_id)),))
    every = ShowAbsenceRequests(pupil_id=request.pupil_id, page=0)
    return Screen(body, (*rows, (Button(label("‹ Все сообщения об отсутствии"), every),)))


def answer_screen(view: AnnouncedAbsence) -> Screen:
    """The class teacher's answer as a message to the family."""
    request = view.request
    show = Button(label("Показать"), ShowAbsenceRequest(request_id=request.request_id))
    if view.personal_data is PersonalData.NONE:
        return Screen(text("Есть ответ школы об отсутствии вашего ребёнка."), ((show,),))
    named = view.personal_data is PersonalData.FULL
    name = name_of(request) if named else initials(request.last_name, request.first_name)
    said = absence_plan(request) if named else period(request.starts_on, request.ends_on)
    body = lines(
        text("<b>{name}</b>: {plan}", name=name, plan=said),
        state_line(request, view.today),
    )
    if request.cancelled:
        return Screen(
            body, ((Button(label("Сообщить ещё раз"), RequestAbsence(pupil_id=request.pupil_id)),),)
        )
    return Screen(body, ((show,),))


SCREENS: dict[str, Callable[..., Screen]] = {REQUEST_KIND: asked_screen, ANSWER_KIND: answer_screen}
"""The screen of each kind of services.notifications.absence_requests.KINDS."""
