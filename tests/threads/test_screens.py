"""Screens of conversations as goldens, and within what every messenger can show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from db.enums import Desk
from handlers.texts.thread_addressees import (
    choose_addressee_screen,
    choose_family_screen,
    choose_pupil_screen,
    choose_subject_screen,
    muted_screen,
)
from handlers.texts.thread_care import choose_mute_screen, mutes_screen, office_hours_screen
from handlers.texts.thread_drafts import which_addressee_screen, which_child_screen
from handlers.texts.thread_notices import (
    guardian_muted_screen,
    thread_message_screen,
    thread_waiting_screen,
    undelivered_screen,
)
from handlers.texts.thread_print import printed_thread
from handlers.texts.thread_writing import line_quoted, write_screen, written_screen
from handlers.texts.threads import found_screen, thread_screen, threads_screen
from services.documents.thread import thread_pdf
from services.notifications.thread_message import GuardianMuted, ThreadNotice, ThreadWaiting, Undelivered
from services.settings import PersonalData
from services.threads.access import Side
from services.threads.hours import read_hours
from services.threads.office_hours import OfficeHoursView
from services.threads.views import (
    Addressees,
    Colleague,
    CoursePupils,
    CourseRow,
    CourseTeacherRow,
    Families,
    Found,
    GuardianRow,
    MessageRow,
    MuteRow,
    Passage,
    ThreadList,
    ThreadPage,
    ThreadPupil,
    ThreadRow,
    ThreadSheet,
    ThreadView,
    Version,
    WaitingCount,
    Written,
)
from services.threads.writing import TEXT_LIMIT
from tests.golden import Golden, check_limits
from tests.world import MONDAY, MOSCOW, moment

NOW = moment("20:30")
OPENS = moment("08:00", MONDAY + timedelta(days=1))
MOTHER = Colleague(1, "Иванова", "Мария", "Сергеевна")
ANNA = Colleague(2, "Соколова", "Анна", "Петровна")
IRINA = Colleague(3, "Кузнецова", "Ирина", "Викторовна")
PETR = Colleague(4, "Иванов", "Пётр", "")
PUPIL = ThreadPupil(4, "Иванов", "Пётр", "", "7Б", frozenset({7}))
THREAD = ThreadRow(
    11, 1, Desk.TEACHER, MOTHER, "мать", ANNA, PUPIL, 5, "Алгебра", frozenset({2}), NOW, moment("10:17")
)
HELP = replace(
    THREAD, thread_id=12, desk=Desk.HELP, staff=None, pupil=None, course_id=None, subject=None, relation=""
)
ASKED = MessageRow(
    21,
    11,
    MOTHER,
    False,
    "А можно <b>пересдать</b>?",
    "«Алгебра 5 4 4» за 14–18 сентября",
    moment("10:17"),
    None,
    0,
)
ANSWER = MessageRow(22, 11, ANNA, True, "Да, в четверг.", "", moment("10:40"), moment("10:41"), 2)
MUTE = MuteRow(31, MOTHER, PETR, IRINA, NOW, NOW + timedelta(days=7), "Оскорбления", None)
TEACHERS = (CourseTeacherRow(5, "Алгебра", ["алг"], ANNA), CourseTeacherRow(6, "Русский язык", [], IRINA))


def view(side: Side, thread: ThreadRow = THREAD) -> ThreadView:
    return ThreadView(thread, side, OPENS if side is Side.FAMILY else None, read_hours("8-17"))


@pytest.mark.parametrize("personal_data", list(PersonalData))
def test_a_message_as_its_reader_gets_it(golden: Golden, personal_data: PersonalData) -> None:
    asked = ThreadNotice(THREAD, ASKED, personal_data, MOSCOW)
    golden(f"threads/asked_{personal_data.value}", thread_message_screen(asked))
    answered = replace(asked, message=ANSWER)
    golden(f"threads/answered_{personal_data.value}", thread_message_screen(answered))
    shared = replace(asked, thread=replace(THREAD, desk=Desk.ADMINISTRATION, staff=None), answered_by=IRINA)
    golden(f"threads/asked_and_answered_{personal_data.value}", thread_message_screen(shared))
    lost = Undelivered(THREAD, Side.SCHOOL, ANSWER, personal_data)
    golden(f"threads/undelivered_{personal_data.value}", undelivered_screen(lost))
    waiting = ThreadWaiting(THREAD, moment("10:17"), personal_data, MOSCOW)
    golden(f"threads/waiting_{personal_data.value}", thread_waiting_screen(waiting))
    muted = GuardianMuted(MUTE, personal_data, MOSCOW)
    golden(f"threads/muted_{personal_data.value}", guardian_muted_screen(muted))


def test_reading(golden: Golden) -> None:
    listed = ThreadList(
        threads=((THREAD, Side.SCHOOL), (HELP, Side.FAMILY)),
        page=1,
        more=True,
        waiting=2,
        answers=True,
        counts=(WaitingCount(Desk.TEACHER, ANNA, 3), WaitingCount(Desk.HELP, None, 1)),
        sees_mutes=True,
        now=NOW,
    )
    golden("threads/list", threads_screen(listed, MOSCOW))
    empty = replace(
        listed, threads=(), page=0, more=False, waiting=0, answers=False, counts=(), sees_mutes=False
    )
    golden("threads/list_empty", threads_screen(empty, MOSCOW))
    page = ThreadPage(
        view(Side.FAMILY), (ASKED, ANSWER), {21: Passage(False, OPENS)}, mute=None, may_mute=False, now=NOW
    )
    golden("threads/thread_family", thread_screen(page, MOSCOW))
    of_school = replace(page, view=view(Side.SCHOOL), passages={22: Passage(False, None)}, may_mute=True)
    golden("threads/thread_school", thread_screen(of_school, MOSCOW))
    golden("threads/thread_muted", thread_screen(replace(of_school, mute=MUTE), MOSCOW))
    found = Found("пересдать", ((ASKED, THREAD, Side.SCHOOL),))
    golden("threads/found", found_screen(found, MOSCOW))
    golden("threads/found_nothing", found_screen(replace(found, messages=()), MOSCOW))


def test_writing(golden: Golden) -> None:
    who = Addressees(4, "Пётр", (IRINA,), TEACHERS, None)
    golden("threads/addressees", choose_addressee_screen(who))
    geometry = CourseTeacherRow(7, "Геометрия", [], ANNA)
    several = replace(who, teachers=(*TEACHERS, geometry))
    golden("threads/addressees_of_several_subjects", choose_addressee_screen(several))
    golden("threads/subjects_of_a_teacher", choose_subject_screen(several, ANNA.person_id))
    assert choose_subject_screen(who, 99) == choose_addressee_screen(who)
    muted = replace(several, mute=MUTE)
    assert choose_subject_screen(muted, ANNA.person_id) == choose_addressee_screen(muted)
    golden("threads/addressees_muted", choose_addressee_screen(replace(who, mute=MUTE)))
    golden("threads/which_addressee", which_addressee_screen(77, "Придёт позже", 1, who))
    golden("threads/which_child", which_child_screen(77, "Придёт позже", 0, (PETR, MOTHER)))
    families = Families(PETR, (GuardianRow(MOTHER, "мать"),), True, TEACHERS[:1], False)
    golden("threads/families", choose_family_screen(families))
    golden("threads/families_none", choose_family_screen(replace(families, guardians=())))
    course = CourseRow(
        5, 1, 1, "Алгебра", "7Б", frozenset({7}), 7, None, frozenset({2}), "1", hours_per_week=None
    )
    golden("threads/pupils", choose_pupil_screen(CoursePupils(course, (PETR,)), 0))
    golden("threads/pupils_none", choose_pupil_screen(CoursePupils(course, ()), 0))
    golden("threads/write", write_screen(view(Side.FAMILY), MOSCOW, NOW))
    golden("threads/write_help", write_screen(view(Side.FAMILY, HELP), MOSCOW, NOW))
    answered = replace(HELP, awaits_school_since=None)
    golden("threads/write_answered", write_screen(view(Side.SCHOOL, answered), MOSCOW, NOW))
    sent = Written(view(Side.FAMILY), 21, reached=True)
    golden("threads/written", written_screen(sent, MOSCOW, NOW))
    golden("threads/written_unreached", written_screen(replace(sent, reached=False), MOSCOW, NOW))
    golden("threads/muted_guardian", muted_screen(4, NOW))


def test_care(golden: Golden) -> None:
    golden(
        "threads/hours", office_hours_screen(OfficeHoursView(read_hours("пн-пт 9-16, сб 10-12"), own=True))
    )
    golden("threads/choose_mute", choose_mute_screen(view(Side.SCHOOL)))
    golden("threads/mutes", mutes_screen([MUTE], MOSCOW))
    golden("threads/mutes_none", mutes_screen([], MOSCOW))


def test_a_quoted_line_carries_its_days() -> None:
    assert line_quoted("Алгебра  5 4", {"monday": "2026-09-28"}) == "«Алгебра 5 4» за 28 сентября – 2 октября"
    assert line_quoted("Алгебра 5", {"date": "2026-09-14"}) == "«Алгебра 5» за 14 сентября"
    assert line_quoted("Алгебра 5", {"monday": 739873, "date": None}) == "«Алгебра 5»"
    assert line_quoted(" ", {}) == ""


def test_the_longest_of_everything_fits() -> None:
    name = Colleague(9, "Ы" * 200, "Я" * 200, "Ё" * 200)
    pupil = ThreadPupil(4, "Ы" * 200, "Я" * 200, "", "11Б", frozenset())
    row = replace(THREAD, person=name, staff=name, pupil=pupil, subject="Предмет " * 20, relation="м" * 200)
    long = replace(ASKED, author=name, text="🤡" * (TEXT_LIMIT // 2), about="«" + "🤡" * 298 + "»")
    messages = tuple(replace(long, message_id=number, files=3) for number in range(10))
    for side in Side:
        page = ThreadPage(view(side, row), messages, {}, MUTE, True, NOW)
        check_limits(thread_screen(page, MOSCOW))
        check_limits(written_screen(Written(view(side, row), 1, reached=False), MOSCOW, NOW))
    check_limits(thread_message_screen(ThreadNotice(row, long, PersonalData.FULL, MOSCOW)))
    check_limits(found_screen(Found("🤡" * 50, ((long, row, Side.SCHOOL),) * 10), MOSCOW))
    teachers = tuple(CourseTeacherRow(number, "Предмет " * 20, [], name) for number in range(40))
    who = Addressees(4, "Я" * 200, (name,), teachers, None)
    check_limits(which_addressee_screen(77, "🤡" * 2000, 10, who))
    check_limits(choose_addressee_screen(who))
    check_limits(mutes_screen([replace(MUTE, person=name, by=name, reason="🤡" * 500)] * 30, MOSCOW))
    listed = ThreadList(
        ((row, Side.SCHOOL),) * 8,
        0,
        True,
        8,
        True,
        (WaitingCount(Desk.TEACHER, name, 3),) * 40,
        True,
        NOW,
    )
    check_limits(threads_screen(listed, MOSCOW))


def test_print_holds_every_version() -> None:
    sheet = ThreadSheet(
        view(Side.FAMILY),
        (ASKED, ANSWER),
        (Version(22, "Да, в среду.\n#it[x]", moment("10:40")),),
        NOW,
        "Школа № 1",
    )
    printed = printed_thread(sheet, MOSCOW)
    assert printed.messages[1].earlier == ("Да, в среду.\n#it[x] (14.09.2026 10:40)",)
    assert printed.messages[1].when == "14.09.2026 10:40, изменено 14.09.2026 10:41"
    assert thread_pdf(printed).startswith(b"%PDF")
