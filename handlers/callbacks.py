"""Every button's wire format, frozen: old messages keep their buttons for ever.

A button carries an action and stable ids and sets a state; it never toggles. The field list of a class
never changes: a new shape gets a new class with a new prefix, and the old one stays until nobody can hold
such a message. Packed strings have a golden list in tests/handlers/test_callback_wire.py; the limit is
64 bytes. Dates travel as ordinals (date.toordinal()).
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from services.vocabulary import Answer, AttendanceStatus


class Home(CallbackData, prefix="home"):
    """The main menu."""


# --- The teacher's lessons and register ---------------------------------------------------------------


class ShowNow(CallbackData, prefix="now"):
    """The lesson of the moment."""


class ShowDay(CallbackData, prefix="day"):
    """A teacher's day."""

    day: int


class ShowLesson(CallbackData, prefix="les"):
    lesson_id: int


class OpenRegister(CallbackData, prefix="reg"):
    lesson_id: int


class SetCell(CallbackData, prefix="cell"):
    """«Иванов = Н», «Иванов = на месте»."""

    lesson_id: int
    pupil_id: int
    status: AttendanceStatus


class ChooseLate(CallbackData, prefix="lat"):
    """«Опоздал…»: the names now ask for minutes."""

    lesson_id: int


class AskMinutes(CallbackData, prefix="min"):
    lesson_id: int
    pupil_id: int


class SetLate(CallbackData, prefix="late"):
    lesson_id: int
    pupil_id: int
    minutes: int


class TakeRegister(CallbackData, prefix="take"):
    """«Готово»."""

    lesson_id: int


class EveryonePresent(CallbackData, prefix="all"):
    lesson_id: int


class TellNow(CallbackData, prefix="tell"):
    lesson_id: int


class CorrectAbsence(CallbackData, prefix="fix"):
    """«Исправить» in the question «он в школе!»."""

    lesson_id: int
    pupil_id: int


class UpholdAbsence(CallbackData, prefix="uph"):
    """«Подтверждаю Н»."""

    lesson_id: int
    pupil_id: int


# --- The guardian's alert -----------------------------------------------------------------------------


class AnswerAlert(CallbackData, prefix="ans"):
    pupil_id: int
    day: int
    answer: Answer


class ChangeAnswer(CallbackData, prefix="anc"):
    """«Изменить»: the answers again."""

    pupil_id: int
    day: int


class ShowAlert(CallbackData, prefix="anv"):
    """«Показать»: the alert in full, on the guardian's own request."""

    pupil_id: int
    day: int
