"""Every button's wire format, frozen: old messages keep their buttons for ever.

A button carries an action and stable ids and sets a state; it never toggles. The field list of a class
never changes: a new shape gets a new class with a new prefix, and the old one stays until nobody can hold
such a message. Packed strings have a golden list in tests/handlers/test_callback_wire.py; the limit is
64 bytes. Dates travel as ordinals (date.toordinal()).
"""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from services.access.compromise import Noticed
from services.vocabulary import Answer, AttendanceStatus

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""Of a row; what the database cannot hold is no button of ours."""
LessonNumber = Annotated[int, Field(ge=0, le=99)]


class Home(CallbackData, prefix="home"):
    """The main menu."""


# --- The teacher's lessons and register ---------------------------------------------------------------


class ShowNow(CallbackData, prefix="now"):
    """The lesson of the moment."""


class ShowDay(CallbackData, prefix="day"):
    """A teacher's day."""

    day: int


class ShowLesson(CallbackData, prefix="les"):
    lesson_id: Id


class OpenRegister(CallbackData, prefix="reg"):
    lesson_id: Id


class SetCell(CallbackData, prefix="cell"):
    """«Иванов = Н», «Иванов = на месте»."""

    lesson_id: Id
    pupil_id: Id
    status: AttendanceStatus


class ChooseLate(CallbackData, prefix="lat"):
    """«Опоздал…»: the names now ask for minutes."""

    lesson_id: Id


class AskMinutes(CallbackData, prefix="min"):
    lesson_id: Id
    pupil_id: Id


class SetLate(CallbackData, prefix="late"):
    lesson_id: Id
    pupil_id: Id
    minutes: int


class TakeRegister(CallbackData, prefix="take"):
    """«Готово»."""

    lesson_id: Id


class EveryonePresent(CallbackData, prefix="all"):
    lesson_id: Id


class TellNow(CallbackData, prefix="tell"):
    lesson_id: Id


class CorrectAbsence(CallbackData, prefix="fix"):
    """«Исправить» in the question «он в школе!»."""

    lesson_id: Id
    pupil_id: Id


class SettleQuestion(CallbackData, prefix="fixd"):
    """When the pupil came, in answer to «он в школе!»; `minutes` 0: from the beginning."""

    lesson_id: Id
    pupil_id: Id
    minutes: int


class UpholdAbsence(CallbackData, prefix="uph"):
    """«Подтверждаю Н»."""

    lesson_id: Id
    pupil_id: Id


# --- The guardian's alert -----------------------------------------------------------------------------


class AnswerAlert(CallbackData, prefix="ans"):
    pupil_id: Id
    day: int
    answer: Answer


class ChangeAnswer(CallbackData, prefix="anc"):
    """«Изменить»: the answers again."""

    pupil_id: Id
    day: int


class ShowAlert(CallbackData, prefix="anv"):
    """«Показать»: the alert in full, on the guardian's own request."""

    pupil_id: Id
    day: int


# --- Getting in: invitations, consents, closing access --------------------------------------------------


class EnterCode(CallbackData, prefix="code"):
    """«У меня есть код»."""


class AskConfirmation(CallbackData, prefix="cfm"):
    """«Пусть подтвердит школа»: the second check without a phone."""


class AskConsent(CallbackData, prefix="csa"):
    """The text of the consent for one pupil."""

    pupil_id: Id


class GiveConsent(CallbackData, prefix="csg"):
    """«Согласен(на)» under the text of a version."""

    pupil_id: Id
    version: str


class MyConsents(CallbackData, prefix="csm"):
    pass


class AskWithdrawal(CallbackData, prefix="csq"):
    pupil_id: Id


class WithdrawConsent(CallbackData, prefix="csw"):
    pupil_id: Id


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

    group_id: Id


class ShowFamily(CallbackData, prefix="fml"):
    pupil_id: Id


class ShowMember(CallbackData, prefix="fmm"):
    """A pupil or a guardian in a family."""

    pupil_id: Id
    person_id: Id


class ShowStaff(CallbackData, prefix="stf"):
    page: int


class ShowStaffMember(CallbackData, prefix="stm"):
    person_id: Id


class ShowCode(CallbackData, prefix="inv"):
    """«Показать код»."""

    person_id: Id


class ReissueCode(CallbackData, prefix="inr"):
    person_id: Id


class RevokeCode(CallbackData, prefix="inx"):
    person_id: Id


class ConfirmBinding(CallbackData, prefix="bnd"):
    binding_id: Id


class DeclineBinding(CallbackData, prefix="bnx"):
    binding_id: Id


class ShowWaiting(CallbackData, prefix="bnv"):
    """«Показать»: who asks to be let in, where a message must not say it."""

    binding_id: Id


class ShowMisused(CallbackData, prefix="inm"):
    """«Показать»: whose invitation is misused, where a message must not say it."""

    invitation_id: Id


class RecordConsent(CallbackData, prefix="csp"):
    """«Согласие на бумаге получено»."""

    pupil_id: Id
    person_id: Id


class RecordWithdrawal(CallbackData, prefix="csx"):
    pupil_id: Id
    person_id: Id


class AskFreeze(CallbackData, prefix="frq"):
    """«Закрыть доступ» of somebody who phoned."""

    person_id: Id


class Freeze(CallbackData, prefix="fr"):
    person_id: Id


class ShowReports(CallbackData, prefix="cml"):
    """Reports of compromises."""


class ShowReport(CallbackData, prefix="cmv"):
    report_id: Id


class ReceiveReport(CallbackData, prefix="cmr"):
    """«Получил(а)»."""

    report_id: Id


class PrintReport(CallbackData, prefix="cmp"):
    report_id: Id


# --- The class teacher's day --------------------------------------------------------------------------


class MyClasses(CallbackData, prefix="mcl"):
    """«Мой класс сегодня»; who leads several classes chooses."""


class ShowClassDay(CallbackData, prefix="cday"):
    group_id: Id
    day: int
    page: int


class ShowClassLessons(CallbackData, prefix="cdl"):
    """«По уроку»."""

    group_id: Id
    day: int
    page: int


class ConfirmReasons(CallbackData, prefix="cdc"):
    """«Подтвердить причины»: all that guardians have stated for the day."""

    group_id: Id
    day: int


class AskSilent(CallbackData, prefix="cda"):
    """«Напомнить молчащим»."""

    group_id: Id
    day: int


class ShowClassWeek(CallbackData, prefix="cdw"):
    group_id: Id
    monday: int
    page: int


class ChooseMissing(CallbackData, prefix="rsp"):
    """«Причина вручную…»: of whom."""

    group_id: Id
    day: int
    page: int


class ChooseReason(CallbackData, prefix="rsc"):
    pupil_id: Id
    day: int


class SetReason(CallbackData, prefix="rss"):
    pupil_id: Id
    day: int
    reason_id: Id


class ShowPlans(CallbackData, prefix="pal"):
    """Planned absences of a class."""

    group_id: Id
    page: int


class ChoosePlanPupil(CallbackData, prefix="pap"):
    group_id: Id
    page: int


class PlanDraft(CallbackData, prefix="pad"):
    """What is chosen of a planned absence so far; the screen asks for the next thing that is None.

    `first_lesson` 0: the whole day; `last_lesson` 0: to the end of the day.
    """

    pupil_id: Id
    starts_on: int | None = None
    ends_on: int | None = None
    first_lesson: LessonNumber | None = None
    last_lesson: LessonNumber | None = None
    reason_id: Id | None = None


class TypePlanDate(CallbackData, prefix="pat"):
    """«Другая дата»: the first day, or the last one when `starts_on` is chosen."""

    pupil_id: Id
    starts_on: int | None = None


class SavePlan(CallbackData, prefix="pas"):
    pupil_id: Id
    starts_on: int
    ends_on: int
    first_lesson: LessonNumber
    last_lesson: LessonNumber
    reason_id: Id


class ShowPlan(CallbackData, prefix="pav"):
    planned_id: Id


class CancelPlan(CallbackData, prefix="pax"):
    planned_id: Id


class FinishPlan(CallbackData, prefix="paf"):
    """The pupil is back: yesterday was the last day."""

    planned_id: Id
