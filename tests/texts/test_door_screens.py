"""Every screen at the door, word for word: codes, consents, families, closed access."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from handlers.screen import Screen
from handlers.texts.access_notices import (
    granted_screen,
    misused_notice,
    misused_screen,
    pending_notice,
    pending_screen,
)
from handlers.texts.cards import (
    ask_freeze_screen,
    code_screen,
    decided_screen,
    frozen_screen,
    member_screen,
    revoked_screen,
    staff_member_screen,
)
from handlers.texts.compromise import (
    access_closed_screen,
    ask_close_screen,
    closed_screen,
    noted_screen,
    report_screen,
    reports_screen,
)
from handlers.texts.consents import consent_screen, my_consents_screen, withdrawal_screen
from handlers.texts.entering import (
    ask_code_screen,
    challenge_screen,
    need_text_screen,
    refusal_screen,
    stranger_screen,
    waiting_screen,
)
from handlers.texts.families import classes_screen, families_screen, family_screen, staff_screen
from handlers.texts.family_papers import paper_consents_screen
from handlers.texts.help import help_screen, leave_screen, left_screen
from handlers.texts.menu import home_screen
from services.access.binding import Challenge
from services.access.compromise import CompromiseView, Operation, ReportedCompromise
from services.access.consents import ConsentRequest, ConsentRow
from services.access.door import AlreadyConnected, EntryRefused, TooManyAttempts
from services.access.families import (
    ClassFamilies,
    FamiliesShown,
    Family,
    MemberCard,
    MemberRow,
    StaffCard,
    StaffRow,
    Standing,
)
from services.access.invitations import InvitationView
from services.actor import Actor
from services.home import HomeView, Named
from services.notifications.access_notices import (
    AccessClosed,
    AccessGranted,
    BindingPending,
    InvitationMisused,
    MisusedInvitation,
    WaitingBinding,
)
from services.settings import PersonalData
from services.threads.hours import read_hours
from services.vocabulary import BindingState, ConsentWay, StaffRole
from tests.golden import Golden, check_limits
from tests.world import MOSCOW, moment

WEIRD = '<b>&"\u202eЁ🎓' + "Ж" * 190
"""A name that tries to be markup, turns the line round and is as long as the import lets it be."""

NOBODY = Actor(person_id=1, school_id=1, binding_id=1, zone=MOSCOW)
PARENT = replace(NOBODY, guardian_of=frozenset({5}), awaiting_consent_for=frozenset({6}))
CLASS_TEACHER = replace(NOBODY, staff_roles=frozenset({StaffRole.TEACHER}), class_teacher_of=frozenset({7}))
PUPIL_ACTOR = replace(NOBODY, person_id=5, is_pupil=True)
OFFICE = replace(NOBODY, staff_roles=frozenset({StaffRole.DIRECTOR, StaffRole.ADMINISTRATOR}))
EMPTY = HomeView("Мария", "Сергеевна", (), (), (), consented=False)
FAMILY = replace(EMPTY, children=(Named(5, "Пётр"),), awaiting=(Named(6, "Ксения"),), consented=True)
PUPIL_HOME = replace(EMPTY, first_name="Пётр", middle_name="", consented=True)

OUTSIDE = Standing(11, "Иванова", "Мария", "Сергеевна", False, False, False, None, None)
BOUND = replace(OUTSIDE, active=True)
PENDING = replace(OUTSIDE, pending_binding_id=31)
INVITED = replace(OUTSIDE, invited_until=moment("10:17") + timedelta(days=30))
PUPIL = MemberRow(
    5,
    7,
    replace(OUTSIDE, person_id=5, last_name="Иванов", first_name="Пётр", middle_name=""),
    "",
    False,
    False,
    False,
)
MOTHER = MemberRow(5, 7, BOUND, "мать", False, True, True)
FAMILY_ROW = Family(PUPIL, (MOTHER, replace(MOTHER, person=replace(PENDING, person_id=12), relation="")))

REQUEST = ConsentRequest(6, "Ксения", False, "1", "Школа № 1")
GIVEN = ConsentRow(5, "Пётр", "1", ConsentWay.PAPER, moment("08:00"))
REPORT = ReportedCompromise(
    9, 1, "Соколова", "Анна", "Петровна", moment("00:00"), moment("10:17"), None, "Europe/Moscow", "Школа № 1"
)
OPERATIONS = [
    Operation(moment("10:17"), "access.closed", ""),
    Operation(moment("09:40"), "attendance.set", "Иванов Пётр"),
    Operation(moment("09:30"), "something.new", "Иванов Пётр"),
]
INVITATION = InvitationView(
    11, "Иванова", "Мария", "Сергеевна", "ABCE-HK24-MX", "ABCEHK24MX", moment("10:17") + timedelta(days=30)
)
HELP_WEEK = read_hours("9-17")
LINK = "https://t.me/zvonok_bot?start=ABCEHK24MX"
MISUSED = MisusedInvitation(21, 11, "Иванова", "Мария", "Сергеевна", 3, False)
WAITING = WaitingBinding(31, 11, "Иванова", "Мария", "Сергеевна", BindingState.PENDING)

SCREENS: dict[str, Screen] = {
    "stranger": stranger_screen(None),
    "stranger_pending": stranger_screen(BindingState.PENDING),
    "stranger_frozen": stranger_screen(BindingState.FROZEN),
    "ask_code": ask_code_screen(),
    "need_text": need_text_screen(),
    "challenge": challenge_screen(Challenge(3, True)),
    "challenge_without_phone": challenge_screen(Challenge(3, False)),
    "waiting": waiting_screen(),
    "refused": refusal_screen(EntryRefused()),
    "too_many": refusal_screen(TooManyAttempts(minutes=15)),
    "already_in": refusal_screen(AlreadyConnected(same=True)),
    "another_card": refusal_screen(AlreadyConnected(same=False)),
    "granted": granted_screen(AccessGranted()),
    "pending": pending_screen(WAITING),
    "pending_confirmed": pending_screen(replace(WAITING, state=BindingState.ACTIVE)),
    "pending_declined": pending_screen(replace(WAITING, state=BindingState.REVOKED)),
    "misused": misused_screen(MISUSED),
    "misused_closed": misused_screen(replace(MISUSED, failures=12, closed=True)),
    "pending_initials": pending_notice(BindingPending(WAITING, PersonalData.INITIALS)),
    "pending_nameless": pending_notice(BindingPending(WAITING, PersonalData.NONE)),
    "pending_nameless_confirmed": pending_notice(
        BindingPending(replace(WAITING, state=BindingState.ACTIVE), PersonalData.NONE)
    ),
    "misused_initials": misused_notice(InvitationMisused(MISUSED, PersonalData.INITIALS)),
    "misused_nameless": misused_notice(InvitationMisused(MISUSED, PersonalData.NONE)),
    "consent": consent_screen(REQUEST),
    "consent_own": consent_screen(replace(REQUEST, own=True)),
    "my_consents": my_consents_screen(PARENT, [GIVEN], [REQUEST]),
    "my_consents_none": my_consents_screen(NOBODY, [], []),
    "withdrawal": withdrawal_screen(5),
    "home_parent": home_screen(PARENT, FAMILY),
    "home_pupil": home_screen(PUPIL_ACTOR, PUPIL_HOME),
    "home_pupil_who_asked": home_screen(PUPIL_ACTOR, replace(PUPIL_HOME, has_threads=True)),
    "home_class_teacher": home_screen(CLASS_TEACHER, replace(EMPTY, groups=(Named(7, "7Б"),))),
    "home_office": home_screen(OFFICE, EMPTY),
    "home_nobody": home_screen(NOBODY, EMPTY),
    "home_former_guardian": home_screen(NOBODY, replace(EMPTY, consented=True)),
    "help": help_screen(PARENT, HELP_WEEK),
    "help_teacher": help_screen(CLASS_TEACHER, HELP_WEEK),
    "help_stranger": help_screen(None, None),
    "leave": leave_screen(),
    "left": left_screen(),
    "ask_close": ask_close_screen(),
    "closed": closed_screen(),
    "noted": noted_screen(),
    "reports": reports_screen([REPORT, replace(REPORT, report_id=8, received_at=moment("10:30"))]),
    "reports_none": reports_screen([]),
    "report": report_screen(CompromiseView(REPORT, OPERATIONS, 23, True)),
    "report_received": report_screen(
        CompromiseView(replace(REPORT, received_at=moment("10:30")), [], 0, False)
    ),
    "access_closed": access_closed_screen(AccessClosed(REPORT, True, PersonalData.FULL)),
    "access_closed_administrator": access_closed_screen(AccessClosed(REPORT, False, PersonalData.FULL)),
    "access_closed_initials": access_closed_screen(AccessClosed(REPORT, True, PersonalData.INITIALS)),
    "access_closed_nameless": access_closed_screen(AccessClosed(REPORT, True, PersonalData.NONE)),
    "classes": classes_screen([(number, f"{number}А") for number in range(1, 12)]),
    "families": families_screen(ClassFamilies(7, "7Б", (FAMILY_ROW,), True)),
    "families_silent": families_screen(ClassFamilies(7, "7Б", (FAMILY_ROW,), False), FamiliesShown.SILENT),
    "paper_consents": paper_consents_screen(ClassFamilies(7, "7Б", (FAMILY_ROW,), True), 0),
    "families_none": families_screen(ClassFamilies(7, "7Б", (), True)),
    "family": family_screen(FAMILY_ROW),
    "member": member_screen(MemberCard(MOTHER, True, True, True), MOSCOW),
    "member_pending": member_screen(MemberCard(replace(MOTHER, person=PENDING), True, True, False), MOSCOW),
    "member_invited": member_screen(
        MemberCard(replace(MOTHER, person=INVITED, consented=False), True, True, True), MOSCOW
    ),
    "member_staff": member_screen(MemberCard(replace(MOTHER, is_staff=True), False, False, True), MOSCOW),
    "staff": staff_screen([StaffRow(BOUND, [StaffRole.TEACHER])] * 45, 1),
    "staff_member": staff_member_screen(
        StaffCard(StaffRow(INVITED, [StaffRole.DEPUTY, StaffRole.TEACHER]), may_invite=True), MOSCOW
    ),
    "code": code_screen(INVITATION, LINK, b"png", MOSCOW),
    "revoked": revoked_screen(),
    "ask_freeze": ask_freeze_screen(11),
    "frozen": frozen_screen(11),
    "decided_yes": decided_screen(let_in=True),
    "decided_no": decided_screen(let_in=False),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"door/{name}", SCREENS[name])


ODD = {"last_name": WEIRD, "first_name": WEIRD, "middle_name": WEIRD}
ODD_BOUND = replace(BOUND, **ODD)
ODD_MEMBER = replace(MOTHER, person=ODD_BOUND, relation=WEIRD)


@pytest.mark.parametrize(
    "screen",
    [
        families_screen(ClassFamilies(7, WEIRD, (Family(ODD_MEMBER, (ODD_MEMBER,) * 3),) * 40, True)),
        family_screen(Family(ODD_MEMBER, (ODD_MEMBER,) * 3)),
        member_screen(MemberCard(ODD_MEMBER, True, True, True), MOSCOW),
        staff_screen([StaffRow(ODD_BOUND, [])] * 40, 0),
        consent_screen(replace(REQUEST, first_name=WEIRD, school=WEIRD)),
        my_consents_screen(
            PARENT, [replace(GIVEN, first_name=WEIRD)] * 5, [replace(REQUEST, first_name=WEIRD)] * 5
        ),
        home_screen(
            PARENT,
            HomeView(
                WEIRD,
                WEIRD,
                (Named(7, WEIRD),),
                (Named(5, WEIRD),) * 5,
                (Named(6, WEIRD),) * 3,
                consented=True,
            ),
        ),
        report_screen(
            CompromiseView(replace(REPORT, **ODD), [replace(OPERATIONS[1], pupil=WEIRD)] * 20, 99, True)
        ),
        reports_screen([replace(REPORT, **ODD)] * 20),
        misused_screen(replace(MISUSED, **ODD)),
        pending_screen(replace(WAITING, **ODD)),
        code_screen(replace(INVITATION, **ODD), LINK, b"png", MOSCOW),
    ],
)
def test_odd_names_are_escaped_and_stay_within_limits(screen: Screen) -> None:
    check_limits(screen)
    assert '&"' not in screen.text
    assert all(len(button.text) <= 64 for row in screen.rows for button in row)
    if screen.picture:
        assert len(unescape(screen.text)) <= 1024  # Telegram's limit of a caption
