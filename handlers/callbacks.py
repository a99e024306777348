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


class ShowClasses(CallbackData, prefix="fac"):
    """Classes whose families the administrator may open."""


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


# --- The class teacher's day --------------------------------------------------------------------------


class MyClasses(CallbackData, prefix="mcl"):
    """«Мой класс сегодня»; who leads several classes chooses."""


class ShowClassDay(CallbackData, prefix="cday"):
    group_id: int
    day: int
    page: int


class ShowClassLessons(CallbackData, prefix="cdl"):
    """«По уроку»."""

    group_id: int
    day: int
    page: int


class ConfirmReasons(CallbackData, prefix="cdc"):
    """«Подтвердить причины»: all that guardians have stated for the day."""

    group_id: int
    day: int


class AskSilent(CallbackData, prefix="cda"):
    """«Напомнить молчащим»."""

    group_id: int
    day: int


class ShowClassWeek(CallbackData, prefix="cdw"):
    group_id: int
    monday: int
    page: int


class ChooseMissing(CallbackData, prefix="rsp"):
    """«Причина вручную…»: of whom."""

    group_id: int
    day: int
    page: int


class ChooseReason(CallbackData, prefix="rsc"):
    pupil_id: int
    day: int


class SetReason(CallbackData, prefix="rss"):
    pupil_id: int
    day: int
    reason_id: int


class ShowPlans(CallbackData, prefix="pal"):
    """Planned absences of a class."""

    group_id: int
    page: int


class ChoosePlanPupil(CallbackData, prefix="pap"):
    group_id: int
    page: int


class PlanDraft(CallbackData, prefix="pad"):
    """What is chosen of a planned absence so far; the screen asks for the next thing that is None.

    `first_lesson` 0: the whole day; `last_lesson` 0: to the end of the day.
    """

    pupil_id: int
    starts_on: int | None = None
    ends_on: int | None = None
    first_lesson: int | None = None
    last_lesson: int | None = None
    reason_id: int | None = None


class TypePlanDate(CallbackData, prefix="pat"):
    """«Другая дата»: the first day, or the last one when `starts_on` is chosen."""

    pupil_id: int
    starts_on: int | None = None


class SavePlan(CallbackData, prefix="pas"):
    pupil_id: int
    starts_on: int
    ends_on: int
    first_lesson: int
    last_lesson: int
    reason_id: int


class ShowPlan(CallbackData, prefix="pav"):
    planned_id: int


class CancelPlan(CallbackData, prefix="pax"):
    planned_id: int


class FinishPlan(CallbackData, prefix="paf"):
    """The pupil is back: yesterday was the last day."""

    planned_id: int
