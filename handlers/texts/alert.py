"""The absence alert as its guardian reads it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.absence_requests import AnnounceDays
from handlers.callbacks.alert import AnswerAlert, ChangeAnswer, ShowAlert
from handlers.callbacks.threads import OpenAddressees
from handlers.screen import Button, Screen
from handlers.texts.absence_words import relation_word
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import answer_word, by_sex, clock_time, day_and_month, initials, listed
from services.notifications.absence_alert import AbsenceAlert, LessonCell, PupilDay
from services.settings import PersonalData
from services.vocabulary import Answer, AttendanceStatus, DisputeResolution

_MAY_LAST = (Answer.SICK, Answer.DOCTOR, Answer.FAMILY)


def alert_screen(alert: AbsenceAlert) -> Screen:
    """The living message: absences, corrections, the answer or the question with its buttons.

    Under `personal_data = none` it only says that there is something to read.
    """
    if alert.personal_data is PersonalData.NONE:
        show = ShowAlert(pupil_id=alert.pupil.pupil_id, day=alert.date.toordinal())
        return Screen(
            str(text("Есть сообщение школы о посещаемости вашего ребёнка.")),
            ((Button(label("Показать"), show),),),
        )
    return full_alert_screen(alert)


def full_alert_screen(alert: AbsenceAlert) -> Screen:
    """The alert with everything the guardian may know."""
    body = [_who(alert), *_what(alert)]
    if not alert.missed:
        return Screen(str(lines(*body)))
    if alert.pupil.reason is not None:
        said = text("Причина подтверждена: {reason}.", reason=alert.pupil.reason)
        return Screen(str(lines(*body, "", said)))
    if alert.pupil.answer is None:
        return Screen(str(lines(*body, "", text("Вы знаете, почему?"))), _answers(alert))
    change = ChangeAnswer(pupil_id=alert.pupil.pupil_id, day=alert.date.toordinal())
    ways = [Button(label("Изменить ответ"), change)]
    if alert.pupil.answer in _MAY_LAST:
        days = AnnounceDays(pupil_id=alert.pupil.pupil_id, day=alert.date.toordinal())
        ways.append(Button(label("На несколько дней…"), days))
    write = Button(label("Написать"), OpenAddressees(pupil_id=alert.pupil.pupil_id))
    return Screen(str(lines(*body, "", *_answered(alert))), (tuple(ways), (write,)))


def answers_screen(alert: AbsenceAlert) -> Screen:
    """«Изменить»: the answers once more."""
    return Screen(str(lines(_who(alert), *_what(alert), "", text("Вы знаете, почему?"))), _answers(alert))


def answer_toast(answer: Answer) -> str:
    """What the tap recorded."""
    if answer is Answer.AT_SCHOOL:
        return label("Спросим учителя и сразу сообщим.")
    return label("Записано: {answer}", answer=answer_word(answer))


def _who(alert: AbsenceAlert) -> Markup:
    pupil = alert.pupil
    if alert.personal_data is PersonalData.INITIALS:
        return text("<b>{name}</b>", name=initials(pupil.last_name, pupil.first_name))
    name = f"{pupil.last_name} {pupil.first_name}".strip()
    return (
        text("<b>{name}, {group}</b>", name=name, group=pupil.group)
        if pupil.group
        else text("<b>{name}</b>", name=name)
    )


def _what(alert: AbsenceAlert) -> list[Markup]:
    said: list[Markup] = []
    zone = ZoneInfo(alert.pupil.zone)
    if alert.missed:
        said.append(_missed(alert.missed, zone))
        last = alert.missed[-1]
        said.append(text("Отметка: {teacher}, {day}.", teacher=last.marked_by, day=day_and_month(alert.date)))
    upheld = [cell for cell in alert.missed if cell.dispute is DisputeResolution.UPHELD]
    return [
        *said,
        *(_corrected(cell, alert.pupil) for cell in alert.corrected),
        *(text("Учитель проверил: на {n}-м уроке ребёнка нет.", n=cell.number) for cell in upheld),
    ]


def _missed(cells: tuple[LessonCell, ...], zone: ZoneInfo) -> Markup:
    """«Нет на 3-м уроке (алгебра, 10:15)», «Нет на 3-м и 4-м уроках»."""
    if len(cells) == 1:
        (cell,) = cells
        return text(
            "Нет на {n}-м уроке ({subject}, {time}).",
            n=cell.number,
            subject=_lower(cell.subject),
            time=clock_time(cell.starts_at, zone),
        )
    numbers = listed(f"{cell.number}-м" for cell in cells)
    subjects = ", ".join(_lower(cell.subject) for cell in cells)
    return text("Нет на {numbers} уроках ({subjects}).", numbers=numbers, subjects=subjects)


def _corrected(cell: LessonCell, pupil: PupilDay) -> Markup:
    if cell.status is AttendanceStatus.LATE:
        came = label(by_sex(pupil.sex, "Пришёл", "Пришла", "Пришёл(ла)"))
        return text(
            "🟡 {came} на {n}-й урок, опоздание {minutes} мин.",
            came=came,
            n=cell.number,
            minutes=cell.late_minutes,
        )
    if cell.planned:
        return text("🔵 {n}-й урок: об этом пропуске школа знает.", n=cell.number)
    was = label(by_sex(pupil.sex, "был", "была", "был(а)"))
    return text("🟢 На {n}-м уроке {was}: учитель исправил отметку.", n=cell.number, was=was)


def _answered(alert: AbsenceAlert) -> list[Markup]:
    pupil = alert.pupil
    assert pupil.answer is not None
    word = answer_word(pupil.answer)
    if pupil.answered_by == alert.reader_id:
        said = text("Вы ответили: {answer}.", answer=word)
    else:
        said = text("Ответ семьи ({who}): {answer}.", who=relation_word(pupil.relation), answer=word)
    if pupil.answer is Answer.AT_SCHOOL:
        open_question = any(cell.disputed and cell.dispute is None for cell in alert.missed)
        return [said, text("Спросили учителя. Его ответ появится здесь.")] if open_question else [said]
    return [said, text("Классный руководитель видит ответ.")]


def _answers(alert: AbsenceAlert) -> tuple[Row, ...]:
    def button(words: str, answer: Answer) -> Button:
        return Button(
            words, AnswerAlert(pupil_id=alert.pupil.pupil_id, day=alert.date.toordinal(), answer=answer)
        )

    here = by_sex(alert.pupil.sex, "Он в школе!", "Она в школе!", "В школе!")
    return (
        (button(label("Болеет"), Answer.SICK), button(label("У врача"), Answer.DOCTOR)),
        (button(label("Семейные дела"), Answer.FAMILY), button(label("Опаздывает"), Answer.RUNNING_LATE)),
        (button(label(here), Answer.AT_SCHOOL),),
        (button(label("Не знаю"), Answer.UNKNOWN),),
    )


def _lower(subject: str) -> str:
    """A subject inside a sentence; «ОБЖ» stays as it is."""
    return subject if subject[1:2].isupper() else subject[:1].lower() + subject[1:]
