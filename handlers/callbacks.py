"""Every button's wire format, frozen: old messages keep their buttons for ever.

A button carries an action and stable ids and sets a state; it never toggles. The field list of a class
never changes: a new shape gets a new class with a new prefix, and the old one stays until nobody can hold
such a message. Packed strings have a golden list in tests/handlers/test_callback_wire.py; the limit is
64 bytes. Dates travel as ordinals (date.toordinal()).
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from services.access.compromise import Noticed
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


# --- Getting in: invitations, consents, closing access --------------------------------------------------


class EnterCode(CallbackData, prefix="code"):
    """«У меня есть код»."""


class AskConfirmation(CallbackData, prefix="cfm"):
    """«Пусть подтвердит школа»: the second check without a phone."""


class AskConsent(CallbackData, prefix="csa"):
    """The text of the consent for one pupil."""

    pupil_id: int


class GiveConsent(CallbackData, prefix="csg"):
    """«Согласен(на)» under the text of a version."""

    pupil_id: int
    version: str


class MyConsents(CallbackData, prefix="csm"):
    pass


class AskWithdrawal(CallbackData, prefix="csq"):
    pupil_id: int


class WithdrawConsent(CallbackData, prefix="csw"):
    pupil_id: int


class Help(CallbackData, prefix="help"):
    pass


class AskLeave(CallbackData, prefix="lvq"):
    """«Отключить этот аккаунт»."""


class Leave(CallbackData, prefix="lv"):
    pass


class AskCloseAccess(CallbackData, prefix="clq"):
    """«Доступ мог попасть к чужим»: the first tap."""


class CloseAccess(CallbackData, prefix="cl"):
    """«Да, закрыть доступ»: the second."""


class NoteDetection(CallbackData, prefix="cln"):
    noticed: Noticed


class ShowFamilies(CallbackData, prefix="fam"):
    """«Приглашения и согласия» of a class."""

    group_id: int


class ShowFamily(CallbackData, prefix="fml"):
    pupil_id: int


class ShowMember(CallbackData, prefix="fmm"):
    """A pupil or a guardian in a family."""

    pupil_id: int
    person_id: int


class ShowStaff(CallbackData, prefix="stf"):
    page: int


class ShowStaffMember(CallbackData, prefix="stm"):
    person_id: int


class ShowCode(CallbackData, prefix="inv"):
    """«Показать код»."""

    person_id: int


class ReissueCode(CallbackData, prefix="inr"):
    person_id: int


class RevokeCode(CallbackData, prefix="inx"):
    person_id: int


class ConfirmBinding(CallbackData, prefix="bnd"):
    binding_id: int


class DeclineBinding(CallbackData, prefix="bnx"):
    binding_id: int


class RecordConsent(CallbackData, prefix="csp"):
    """«Согласие на бумаге получено»."""

    pupil_id: int
    person_id: int


class RecordWithdrawal(CallbackData, prefix="csx"):
    pupil_id: int
    person_id: int


class AskFreeze(CallbackData, prefix="frq"):
    """«Закрыть доступ» of somebody who phoned."""

    person_id: int


class Freeze(CallbackData, prefix="fr"):
    person_id: int


class ShowReports(CallbackData, prefix="cml"):
    """Reports of compromises."""


class ShowReport(CallbackData, prefix="cmv"):
    report_id: int


class ReceiveReport(CallbackData, prefix="cmr"):
    """«Получил(а)»."""

    report_id: int


class PrintReport(CallbackData, prefix="cmp"):
    report_id: int
