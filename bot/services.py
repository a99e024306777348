"""Every service of the backend, built once; handlers name the ones they want as parameters."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from services.absence_answers import AnswerService
from services.absence_requests import AbsenceRequestService
from services.absence_totals import AbsenceTotalsService
from services.access.binding import BindingService
from services.access.class_invitations import ClassInvitationService
from services.access.compromise import CompromiseService
from services.access.consents import ConsentService
from services.access.families import FamilyService
from services.access.invitations import InvitationService
from services.access.notices import AccessNoticeService
from services.access.voiding import VoidService
from services.attendance import AttendanceService
from services.attention import UnsentService
from services.backups import BackupService
from services.broadcasts.audience import AudienceService
from services.broadcasts.changing import ChangeService
from services.broadcasts.composing import ComposeService
from services.broadcasts.listing import ListService
from services.broadcasts.previewing import PreviewService
from services.broadcasts.progress import ProgressService
from services.broadcasts.reading import ReadService
from services.broadcasts.releasing import ReleaseService
from services.broadcasts.reminding import ReminderService
from services.broadcasts.replies import ReplyService
from services.broadcasts.report import ReportService
from services.broadcasts.templates import TemplateService
from services.card_changes import CardChangeService
from services.cards import CardService
from services.class_day import ClassDayService
from services.class_forecast import ClassForecastService
from services.clock import Clock
from services.diary_day import DiaryService
from services.diary_week import DiaryWeekService
from services.documents.papers import PaperService
from services.events import EventService
from services.exemptions import ExemptionService
from services.files import FileService, FileStore
from services.final_marks import FinalMarkService
from services.history import HistoryService
from services.home import HomeService
from services.homework import HomeworkService
from services.homework_drafting import HomeworkDraftService
from services.homework_reader import HomeworkReaderService
from services.journal_page import JournalService
from services.lessons import LessonService
from services.letters import LetterService
from services.marks.class_message import ClassMessageService
from services.marks.debts import DebtService
from services.marks.giving import MarkService
from services.marks.reader import MarksDayService
from services.marks.works import WorkService
from services.notice_settings import NoticeSettingsService
from services.omissions import OmissionService
from services.plan_files import PlanFileService
from services.plan_rows import PlanRowService
from services.planned_absences import PlannedAbsenceService
from services.plans import PlanService
from services.published import PublishedDocumentService
from services.reconciliation import ReconciliationService
from services.subgroups import SubgroupService
from services.substitution_register import SubstitutionRegisterService
from services.substitutions import SubstitutionService
from services.term_marks import TermMarksService
from services.threads.addressing import AddresseeService
from services.threads.muting import MuteService
from services.threads.office_hours import OfficeHourService
from services.threads.reading import ThreadReaderService
from services.threads.writing import ThreadService
from services.topics import TopicService
from services.unlocking import UnlockService
from services.week.printing import WeekPrintService
from services.week.reading import WeekService


@dataclass(frozen=True, slots=True)
class Services:
    """The name of a field is the name of a handler's parameter."""

    clock: Clock
    absence_requests: AbsenceRequestService
    absence_totals: AbsenceTotalsService
    access_notices: AccessNoticeService
    addressees: AddresseeService
    answers: AnswerService
    attendance: AttendanceService
    backups: BackupService
    bindings: BindingService
    broadcast_audience: AudienceService
    broadcast_changes: ChangeService
    broadcast_drafts: ComposeService
    broadcast_list: ListService
    broadcast_previews: PreviewService
    broadcast_progress: ProgressService
    broadcast_reader: ReadService
    broadcast_releases: ReleaseService
    broadcast_reminders: ReminderService
    broadcast_replies: ReplyService
    broadcast_reports: ReportService
    broadcast_templates: TemplateService
    card_changes: CardChangeService
    cards: CardService
    class_day: ClassDayService
    class_invitations: ClassInvitationService
    class_forecasts: ClassForecastService
    class_messages: ClassMessageService
    compromises: CompromiseService
    consents: ConsentService
    debts: DebtService
    diary: DiaryService
    diary_weeks: DiaryWeekService
    events: EventService
    families: FamilyService
    exemptions: ExemptionService
    files: FileService
    final_marks: FinalMarkService
    history: HistoryService
    home: HomeService
    homework: HomeworkService
    homework_drafts: HomeworkDraftService
    homework_reader: HomeworkReaderService
    invitations: InvitationService
    journal: JournalService
    lessons: LessonService
    letters: LetterService
    marks: MarkService
    marks_days: MarksDayService
    notice_settings: NoticeSettingsService
    omissions: OmissionService
    plan_files: PlanFileService
    plan_rows: PlanRowService
    papers: PaperService
    planned_absences: PlannedAbsenceService
    plans: PlanService
    published: PublishedDocumentService
    reconciliation: ReconciliationService
    subgroups: SubgroupService
    substitution_register: SubstitutionRegisterService
    substitutions: SubstitutionService
    mutes: MuteService
    office_hours: OfficeHourService
    thread_reader: ThreadReaderService
    threads: ThreadService
    works: WorkService
    term_marks: TermMarksService
    topics: TopicService
    unlocking: UnlockService
    unsent: UnsentService
    voiding: VoidService
    week_prints: WeekPrintService
    weeks: WeekService


def build_services(db: Database, clock: Clock, store: FileStore) -> Services:
    return Services(
        clock=clock,
        absence_requests=AbsenceRequestService(db, clock),
        absence_totals=AbsenceTotalsService(db, clock),
        access_notices=AccessNoticeService(db, clock),
        addressees=AddresseeService(db, clock),
        answers=AnswerService(db, clock),
        attendance=AttendanceService(db, clock),
        backups=BackupService(db, clock),
        bindings=BindingService(db, clock),
        broadcast_audience=AudienceService(db, clock),
        broadcast_changes=ChangeService(db, clock),
        broadcast_drafts=ComposeService(db, clock),
        broadcast_list=ListService(db, clock),
        broadcast_previews=PreviewService(db, clock),
        broadcast_progress=ProgressService(db, clock),
        broadcast_reader=ReadService(db, clock),
        broadcast_releases=ReleaseService(db, clock),
        broadcast_reminders=ReminderService(db, clock),
        broadcast_replies=ReplyService(db, clock),
        broadcast_reports=ReportService(db, clock),
        broadcast_templates=TemplateService(db, clock),
        card_changes=CardChangeService(db, clock),
        cards=CardService(db, clock),
        class_day=ClassDayService(db, clock),
        class_invitations=ClassInvitationService(db, clock),
        class_forecasts=ClassForecastService(db, clock),
        class_messages=ClassMessageService(db, clock),
        compromises=CompromiseService(db, clock),
        consents=ConsentService(db, clock),
        debts=DebtService(db, clock),
        diary=DiaryService(db, clock),
        diary_weeks=DiaryWeekService(db, clock),
        events=EventService(db, clock),
        families=FamilyService(db, clock),
        exemptions=ExemptionService(db, clock),
        files=FileService(db, clock, store),
        final_marks=FinalMarkService(db, clock),
        history=HistoryService(db, clock),
        home=HomeService(db, clock),
        homework=HomeworkService(db, clock),
        homework_drafts=HomeworkDraftService(db, clock),
        homework_reader=HomeworkReaderService(db, clock),
        invitations=InvitationService(db, clock),
        journal=JournalService(db, clock),
        lessons=LessonService(db, clock),
        letters=LetterService(db, clock),
        marks=MarkService(db, clock),
        marks_days=MarksDayService(db, clock),
        notice_settings=NoticeSettingsService(db, clock),
        omissions=OmissionService(db, clock),
        plan_files=PlanFileService(db, clock),
        plan_rows=PlanRowService(db, clock),
        papers=PaperService(db, clock),
        planned_absences=PlannedAbsenceService(db, clock),
        plans=PlanService(db, clock),
        published=PublishedDocumentService(db, clock),
        reconciliation=ReconciliationService(db, clock),
        subgroups=SubgroupService(db, clock),
        substitution_register=SubstitutionRegisterService(db, clock),
        substitutions=SubstitutionService(db, clock),
        mutes=MuteService(db, clock),
        office_hours=OfficeHourService(db, clock),
        thread_reader=ThreadReaderService(db, clock),
        threads=ThreadService(db, clock),
        works=WorkService(db, clock),
        term_marks=TermMarksService(db, clock),
        topics=TopicService(db, clock),
        unlocking=UnlockService(db, clock),
        unsent=UnsentService(db, clock),
        voiding=VoidService(db, clock),
        week_prints=WeekPrintService(db, clock),
        weeks=WeekService(db, clock),
    )
