"""Every service of the backend, built once; handlers name the ones they want as parameters."""

from __future__ import annotations

from dataclasses import dataclass

from db.engine import Database
from services.absence_answers import AnswerService
from services.access.binding import BindingService
from services.access.compromise import CompromiseService
from services.access.consents import ConsentService
from services.access.families import FamilyService
from services.access.invitations import InvitationService
from services.access.notices import AccessNoticeService
from services.attendance import AttendanceService
from services.class_day import ClassDayService
from services.clock import Clock
from services.home import HomeService
from services.journal_page import JournalService
from services.lessons import LessonService
from services.marks.giving import MarkService
from services.marks.works import WorkService
from services.planned_absences import PlannedAbsenceService
from services.substitutions import SubstitutionService
from services.topics import TopicService


@dataclass(frozen=True, slots=True)
class Services:
    """The name of a field is the name of a handler's parameter."""

    clock: Clock
    access_notices: AccessNoticeService
    answers: AnswerService
    attendance: AttendanceService
    bindings: BindingService
    class_day: ClassDayService
    compromises: CompromiseService
    consents: ConsentService
    families: FamilyService
    home: HomeService
    invitations: InvitationService
    journal: JournalService
    lessons: LessonService
    marks: MarkService
    planned_absences: PlannedAbsenceService
    substitutions: SubstitutionService
    works: WorkService
    topics: TopicService


def build_services(db: Database, clock: Clock) -> Services:
    return Services(
        clock=clock,
        access_notices=AccessNoticeService(db, clock),
        answers=AnswerService(db, clock),
        attendance=AttendanceService(db, clock),
        bindings=BindingService(db, clock),
        class_day=ClassDayService(db, clock),
        compromises=CompromiseService(db, clock),
        consents=ConsentService(db, clock),
        families=FamilyService(db, clock),
        home=HomeService(db),
        invitations=InvitationService(db, clock),
        journal=JournalService(db, clock),
        lessons=LessonService(db, clock),
        marks=MarkService(db, clock),
        planned_absences=PlannedAbsenceService(db, clock),
        substitutions=SubstitutionService(db, clock),
        works=WorkService(db, clock),
        topics=TopicService(db, clock),
    )
