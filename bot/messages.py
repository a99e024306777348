"""Every kind of message that leaves without being asked for, and the function that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.sender import Render
from handlers.texts import access_notices as access_screens
from handlers.texts import card_messages as card_screens
from handlers.texts import thread_notices as thread_screens
from handlers.texts import unlock_messages as unlock_screens
from handlers.texts.absence_reasons import reminder_screen
from handlers.texts.absence_requests import SCREENS as ABSENCE_REQUEST_SCREENS
from handlers.texts.alert import alert_screen
from handlers.texts.alert_question import asked_screen
from handlers.texts.broadcast_notice import broadcast_screen
from handlers.texts.broadcast_progress import progress_screen
from handlers.texts.broadcast_reminders import reminder_screen as broadcast_reminder_screen
from handlers.texts.daily_note import daily_note_screen
from handlers.texts.debts import debt_reminder_screen, teacher_debts_screen
from handlers.texts.evening_day import evening_day_screen
from handlers.texts.events import event_notice
from handlers.texts.failing import failing_class_screen, failing_pupil_screen
from handlers.texts.final_marks_due import final_marks_reminder_screen
from handlers.texts.guardian_blocked import guardian_blocked_screen
from handlers.texts.homework_notices import homework_day_screen, homework_reminder_screen
from handlers.texts.letter_reading import letter_notice
from handlers.texts.marks_day import marks_day_screen
from handlers.texts.omissions import told_screen
from handlers.texts.plan_reminder import plan_reminder_screen
from handlers.texts.reconciliation import reminder_screen as reconciliation_screen
from handlers.texts.subgroup_changes import subgroup_question_screen
from handlers.texts.substituting import substitution_day_screen
from handlers.texts.week import week_digest_screen
from services.notifications import absence_requests, access_notices, thread_message
from services.notifications import cards as card_notices
from services.notifications import unlocking as unlock_notices
from services.notifications.absence_alert import AbsenceAlertKind
from services.notifications.absence_reminder import AbsenceReminderKind
from services.notifications.at_school import AtSchoolKind
from services.notifications.blocked import GuardianBlockedKind
from services.notifications.broadcast import BroadcastKind
from services.notifications.broadcast_progress import BroadcastProgressKind
from services.notifications.broadcast_reminder import BroadcastReminderKind
from services.notifications.daily_note import DailyNoteKind
from services.notifications.debt_reminder import DebtReminderKind, TeacherDebtsKind
from services.notifications.evening_day import EveningDayKind
from services.notifications.events import EventKind
from services.notifications.failing import FailingClassKind, FailingKind
from services.notifications.final_marks_reminder import FinalMarksReminderKind
from services.notifications.homework_day import HomeworkDayKind
from services.notifications.homework_reminder import HomeworkReminderKind
from services.notifications.letters import LetterKind
from services.notifications.marks_day import MarksDayKind
from services.notifications.omissions import OmissionKind
from services.notifications.plan_reminder import PlanReminderKind
from services.notifications.ports import Kind
from services.notifications.reconciliation_reminder import ReconciliationReminderKind
from services.notifications.subgroup_change import SubgroupChangeKind
from services.notifications.substitution_day import SubstitutionDayKind
from services.notifications.week_digest import WeekDigestKind

KINDS: tuple[Kind, ...] = (
    AbsenceAlertKind(),
    AbsenceReminderKind(),
    AtSchoolKind(),
    BroadcastKind(),
    BroadcastProgressKind(),
    BroadcastReminderKind(),
    DailyNoteKind(),
    DebtReminderKind(),
    TeacherDebtsKind(),
    EveningDayKind(),
    FailingKind(),
    FailingClassKind(),
    EventKind(),
    FinalMarksReminderKind(),
    GuardianBlockedKind(),
    HomeworkDayKind(),
    HomeworkReminderKind(),
    LetterKind(),
    MarksDayKind(),
    SubgroupChangeKind(),
    SubstitutionDayKind(),
    PlanReminderKind(),
    WeekDigestKind(),
    OmissionKind(),
    ReconciliationReminderKind(),
    *absence_requests.KINDS,
    *access_notices.KINDS,
    *thread_message.KINDS,
    *card_notices.KINDS,
    *unlock_notices.KINDS,
)

SCREENS_OF: Mapping[str, Render] = MappingProxyType({
    AbsenceAlertKind.name: alert_screen,
    AbsenceReminderKind.name: reminder_screen,
    AtSchoolKind.name: asked_screen,
    BroadcastKind.name: broadcast_screen,
    BroadcastProgressKind.name: progress_screen,
    BroadcastReminderKind.name: broadcast_reminder_screen,
    DailyNoteKind.name: daily_note_screen,
    DebtReminderKind.name: debt_reminder_screen,
    TeacherDebtsKind.name: teacher_debts_screen,
    EveningDayKind.name: evening_day_screen,
    FailingKind.name: failing_pupil_screen,
    FailingClassKind.name: failing_class_screen,
    EventKind.name: event_notice,
    FinalMarksReminderKind.name: final_marks_reminder_screen,
    GuardianBlockedKind.name: guardian_blocked_screen,
    HomeworkDayKind.name: homework_day_screen,
    HomeworkReminderKind.name: homework_reminder_screen,
    LetterKind.name: letter_notice,
    MarksDayKind.name: marks_day_screen,
    SubgroupChangeKind.name: subgroup_question_screen,
    SubstitutionDayKind.name: substitution_day_screen,
    PlanReminderKind.name: plan_reminder_screen,
    OmissionKind.name: told_screen,
    ReconciliationReminderKind.name: reconciliation_screen,
    WeekDigestKind.name: week_digest_screen,
    **ABSENCE_REQUEST_SCREENS,
    **access_screens.SCREENS,
    **thread_screens.SCREENS,
    **card_screens.SCREENS,
    **unlock_screens.SCREENS,
})  # fmt: skip
