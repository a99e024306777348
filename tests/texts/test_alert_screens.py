"""The alert in a guardian's chat, and the question in a teacher's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.queries.blocked import PupilOfClass
from handlers.texts.alert import alert_screen, answers_screen, full_alert_screen
from handlers.texts.alert_question import asked_screen, correction_screen, question_screen
from handlers.texts.guardian_blocked import guardian_blocked_screen
from services.notifications.absence_alert import AbsenceAlert, LessonCell, PupilDay
from services.notifications.at_school import AtSchool, Question
from services.notifications.blocked import BlockedGuardianView
from services.settings import PersonalData
from services.vocabulary import Answer, AttendanceStatus, DisputeResolution, Sex
from tests.golden import Golden
from tests.world import MONDAY, moment

MOTHER, FATHER = 11, 12
PETR = PupilDay(
    pupil_id=2,
    school_id=1,
    last_name="Иванов",
    first_name="Пётр",
    sex=Sex.MALE,
    group="7Б",
    zone="Europe/Moscow",
    answer=None,
    answered_by=None,
    relation=None,
    reason=None,
    entitled=True,
)
THIRD = LessonCell(
    lesson_id=5,
    number=3,
    subject="Алгебра",
    starts_at=moment("10:15"),
    status=AttendanceStatus.ABSENT,
    late_minutes=None,
    alert_at=moment("10:23"),
    planned=False,
    marked_by="Соколова Анна Петровна",
    dispute=None,
    disputed=False,
)
FOURTH = replace(
    THIRD,
    lesson_id=6,
    number=4,
    subject="ОБЖ",
    starts_at=moment("11:10"),
    marked_by="Белова Мария Андреевна",
)
ALERT = AbsenceAlert(
    pupil=PETR,
    date=MONDAY,
    missed=(THIRD,),
    corrected=(),
    personal_data=PersonalData.FULL,
    reader_id=MOTHER,
)
SICK = replace(PETR, answer=Answer.SICK, answered_by=MOTHER, relation="мать")
AT_SCHOOL = replace(SICK, answer=Answer.AT_SCHOOL)

ALERTS = {
    "first": ALERT,
    "two_lessons": replace(ALERT, missed=(THIRD, FOURTH)),
    "girl": replace(ALERT, pupil=replace(PETR, last_name="Алиева", first_name="Сабина", sex=Sex.FEMALE)),
    "sex_unknown": replace(ALERT, pupil=replace(PETR, sex=None)),
    "initials": replace(ALERT, personal_data=PersonalData.INITIALS),
    "nothing_personal": replace(ALERT, personal_data=PersonalData.NONE),
    "answered": replace(ALERT, pupil=SICK),
    "answered_by_the_other": replace(ALERT, pupil=SICK, reader_id=FATHER),
    "confirmed": replace(ALERT, pupil=replace(SICK, reason="болезнь")),
    "at_school_asked": replace(ALERT, pupil=AT_SCHOOL, missed=(replace(THIRD, disputed=True),)),
    "at_school_upheld": replace(
        ALERT,
        pupil=AT_SCHOOL,
        missed=(replace(THIRD, disputed=True, dispute=DisputeResolution.UPHELD),),
    ),
    "corrected_to_late": replace(
        ALERT,
        missed=(),
        corrected=(replace(THIRD, status=AttendanceStatus.LATE, late_minutes=12),),
    ),
    "corrected_to_present": replace(
        ALERT, missed=(), corrected=(replace(THIRD, status=AttendanceStatus.PRESENT),)
    ),
    "one_corrected_one_missed": replace(
        ALERT, missed=(FOURTH,), corrected=(replace(THIRD, status=AttendanceStatus.PRESENT),)
    ),
    "planned_afterwards": replace(ALERT, missed=(), corrected=(replace(THIRD, planned=True),)),
    "hostile_name": replace(ALERT, pupil=replace(PETR, last_name="<b>Ж", first_name="🦊&amp;", group="<7>")),
}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert(golden: Golden, name: str) -> None:
    golden(f"alert/{name}", alert_screen(ALERTS[name]))


def test_an_alert_shown_on_request_is_full(golden: Golden) -> None:
    golden("alert/shown_on_request", full_alert_screen(ALERTS["nothing_personal"]))


def test_changing_an_answer(golden: Golden) -> None:
    golden("alert/changing", answers_screen(ALERTS["answered"]))


QUESTION = Question(
    lesson_id=5,
    pupil_id=2,
    last_name="Сидоренко",
    first_name="Матвей",
    sex=Sex.MALE,
    number=3,
    subject="Алгебра",
    groups="7Б",
    relation="отец",
    open=True,
    resolution=None,
    status=AttendanceStatus.ABSENT,
    late_minutes=None,
)
CORRECTED = replace(QUESTION, open=False, resolution=DisputeResolution.CORRECTED)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("open", QUESTION),
        ("corrected", replace(CORRECTED, status=AttendanceStatus.PRESENT)),
        ("corrected_to_late", replace(CORRECTED, status=AttendanceStatus.LATE, late_minutes=12)),
        ("corrected_and_absent_again", CORRECTED),
        ("upheld", replace(QUESTION, open=False, resolution=DisputeResolution.UPHELD)),
        ("taken_back", replace(QUESTION, open=False, relation=None)),
    ],
)
def test_the_question_to_the_teacher(golden: Golden, name: str, question: Question) -> None:
    golden(f"at_school/{name}", question_screen(question))


@pytest.mark.parametrize("personal_data", list(PersonalData))
def test_the_question_says_no_more_than_the_school_lets_messages_say(
    golden: Golden, personal_data: PersonalData
) -> None:
    screen = asked_screen(AtSchool(QUESTION, personal_data))
    golden(f"at_school/sent_{personal_data}", screen)
    assert ("Сидоренко" in screen.text) is (personal_data is PersonalData.FULL)


def test_a_settled_question_keeps_the_pupil_to_itself_too(golden: Golden) -> None:
    settled = replace(QUESTION, open=False, resolution=DisputeResolution.UPHELD)
    golden("at_school/sent_none_upheld", asked_screen(AtSchool(settled, PersonalData.NONE)))


@pytest.mark.parametrize("personal_data", list(PersonalData))
def test_a_blocked_bot_is_told_within_the_same_limits(golden: Golden, personal_data: PersonalData) -> None:
    pupils = (PupilOfClass(2, "Иванов", "Пётр", "7Б"), PupilOfClass(3, "Иванова", "Ксения", "7Б"))
    view = BlockedGuardianView("Иванова Мария Сергеевна", "+79000000001", pupils, personal_data)
    screen = guardian_blocked_screen(view)
    golden(f"blocked/{personal_data}", screen)
    told = [word for word in ("Иванов", "Мария", "+79000000001") if word in screen.text]
    assert bool(told) is (personal_data is PersonalData.FULL)


def test_correcting_asks_when_the_pupil_came(golden: Golden) -> None:
    golden("at_school/correcting", correction_screen(QUESTION))
