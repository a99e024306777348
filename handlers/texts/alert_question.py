"""What «в школе!» asks the teacher of the lesson, and what was settled."""

from __future__ import annotations

from markupsafe import Markup

from handlers.callbacks.disputes import CorrectAbsence, SettleQuestion, UpholdAbsence
from handlers.callbacks.register import OpenRegister
from handlers.screen import Button, Screen
from handlers.texts.absence_words import relation_word
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import by_sex, initials, short_name
from services.notifications.at_school import AtSchool, Question
from services.settings import PersonalData
from services.vocabulary import AttendanceStatus, DisputeResolution

CORRECTION_MINUTES = (5, 10, 12, 15, 20)


def question_screen(question: Question) -> Screen:
    """«Он в школе!», as the lesson's teacher reads it."""
    return _question(question, short_name(question.last_name, question.first_name))


def asked_screen(asked: AtSchool) -> Screen:
    """The same as a message: with as much about the pupil as the school lets messages say."""
    question = asked.question
    match asked.personal_data:
        case PersonalData.FULL:
            return question_screen(question)
        case PersonalData.INITIALS:
            return _question(question, initials(question.last_name, question.first_name))
    said = lines(
        _lesson(question),
        text("Родитель пишет, что ученик, у которого стоит Н, в школе.")
        if question.status is AttendanceStatus.ABSENT
        else text("Родитель написал, что ученик в школе."),
    )
    if not question.open:
        return _settled_screen(question, said)
    show = CorrectAbsence(lesson_id=question.lesson_id, pupil_id=question.pupil_id)
    return Screen(str(said), ((Button(label("Показать"), show),),))


def correction_screen(question: Question) -> Screen:
    """«Исправить»: at the lesson from the beginning, or late by so many minutes."""
    ids = {"lesson_id": question.lesson_id, "pupil_id": question.pupil_id}
    late = tuple(Button(label("{n} мин", n=n), SettleQuestion(**ids, minutes=n)) for n in CORRECTION_MINUTES)
    here = Button(label("На месте с начала урока"), SettleQuestion(**ids, minutes=0))
    name = short_name(question.last_name, question.first_name)
    body = lines(
        text("<b>{name}</b>, {groups}, {n} урок", name=name, groups=question.groups, n=question.number),
        text(
            "Когда {came} на урок? Опоздание:",
            came=label(by_sex(question.sex, "пришёл", "пришла", "пришёл(а)")),
        ),
    )
    keep = Button(label("Подтверждаю Н"), UpholdAbsence(**ids))
    return Screen(str(body), ((here,), late, (keep,)))


def _question(question: Question, name: str) -> Screen:
    said = lines(
        _lesson(question),
        text(
            "{name}: {who} пишет, что {pronoun} в школе. У вас стоит Н."
            if question.status is AttendanceStatus.ABSENT
            else "{name}: {who} пишет, что {pronoun} в школе.",
            name=name,
            who=relation_word(question.relation),
            pronoun=label(by_sex(question.sex, "он", "она", "ребёнок")),
        ),
    )
    if question.open:
        ids = {"lesson_id": question.lesson_id, "pupil_id": question.pupil_id}
        buttons = (
            Button(label("Исправить"), CorrectAbsence(**ids)),
            Button(label("Подтверждаю Н"), UpholdAbsence(**ids)),
        )
        return Screen(str(said), (buttons,))
    return _settled_screen(question, said)


def _settled_screen(question: Question, said: Markup) -> Screen:
    """What stands now, and the register a tap away: what was written at «Готово» is out of date."""
    register = Button(label("Перекличка"), OpenRegister(lesson_id=question.lesson_id))
    return Screen(str(lines(said, "", _settled(question))), ((register,),))


def _lesson(question: Question) -> Markup:
    return text(
        "<b>{groups} · {subject} · {n} урок</b>",
        groups=question.groups,
        subject=question.subject,
        n=question.number,
    )


def _settled(question: Question) -> Markup:
    match question.resolution:
        case DisputeResolution.CORRECTED if question.status is AttendanceStatus.ABSENT:
            return text("После исправления снова стоит Н.")
        case DisputeResolution.CORRECTED if question.status is AttendanceStatus.LATE:
            return text(
                "🟡 Исправлено: опоздание {n} мин. Родитель увидит это в своём сообщении.",
                n=question.late_minutes,
            )
        case DisputeResolution.CORRECTED:
            return text("🟢 Исправлено: на месте. Родитель увидит это в своём сообщении.")
        case DisputeResolution.UPHELD:
            return text("Н подтверждено. Родитель увидит это в своём сообщении.")
        case None:
            return text("Вопрос снят: родитель изменил ответ.")
