"""An announced absence in words, for the family and the class teacher."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from handlers.callbacks.absence_requests import AbsenceDraft
from handlers.texts.absence_requests import (
    announcing_screen,
    answer_screen,
    request_screen,
    requests_screen,
    type_comment_screen,
)
from handlers.texts.request_answers import (
    answering_screen,
    asked_screen,
    document_day_screen,
    opened_screen,
    why_reject_screen,
)
from services.absence_requests import Announced, Planning, RequestRow, Requests
from services.class_day_views import PupilRow
from services.notifications.absence_requests import AnnouncedAbsence
from services.planned_absences import Reason
from services.settings import PersonalData
from services.vocabulary import Answer, RequestState
from tests.golden import Golden, check_limits
from tests.world import MONDAY

IVANOV = PupilRow(102, "Иванов", "Пётр")
TODAY = MONDAY.toordinal()
PLANNING = Planning(
    pupil=IVANOV,
    group_id=7,
    today=MONDAY,
    lesson_numbers=(1, 2, 3, 4, 5, 6),
    reasons=(
        Reason(1, "болезнь", True, True, True, Answer.SICK),
        Reason(2, "у врача", True, True, True, Answer.DOCTOR),
    ),
    longest=3,
)
REQUEST = RequestRow(
    request_id=5,
    pupil_id=102,
    last_name="Иванов",
    first_name="Пётр",
    group="7Б",
    planned_id=9,
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=2),
    first_lesson=None,
    last_lesson=None,
    reason="болезнь",
    needs_document=True,
    comment="Температура 38, вызвали врача",
    requested_by=301,
    relation="мать",
    requested_at=datetime.fromisoformat("2026-09-14T07:40+03:00"),
    state=RequestState.SENT,
    document_due_on=None,
    refusal="",
    cancelled=False,
)
ASKED = replace(REQUEST, state=RequestState.DOCUMENT_ASKED, document_due_on=MONDAY + timedelta(days=4))
STATES = {
    "sent": REQUEST,
    "accepted": replace(REQUEST, state=RequestState.ACCEPTED),
    "document": ASKED,
    "rejected": replace(REQUEST, state=RequestState.REJECTED, refusal="Во вторник экзамен", cancelled=True),
    "withdrawn": replace(REQUEST, state=RequestState.WITHDRAWN, cancelled=True),
    "cancelled": replace(REQUEST, state=RequestState.ACCEPTED, cancelled=True),
}


@pytest.mark.parametrize("state", STATES)
def test_it_stands_for_both_sides_in_words(state: str, golden: Golden) -> None:
    request = STATES[state]
    golden(f"absence_requests/family_{state}", request_screen(Announced(request, MONDAY, mine=True)))
    golden(f"absence_requests/teacher_{state}", opened_screen(Announced(request, MONDAY, mine=False)))
    golden(
        f"absence_requests/answer_{state}",
        answer_screen(AnnouncedAbsence(request, PersonalData.FULL, MONDAY)),
    )


def test_the_familys_list_and_questions_in_words(golden: Golden) -> None:
    later = MONDAY + timedelta(days=7)
    view = Requests(IVANOV, later, tuple(STATES.values()))
    golden("absence_requests/list", requests_screen(view, 0))
    golden("absence_requests/empty_list", requests_screen(replace(view, requests=()), 0))
    draft = AbsenceDraft(pupil_id=102, starts_on=TODAY, ends_on=TODAY + 2, reason_id=1)
    days = (MONDAY, MONDAY + timedelta(days=2))
    golden("absence_requests/first_day", announcing_screen(PLANNING, AbsenceDraft(pupil_id=102), None, None))
    golden("absence_requests/last_day", announcing_screen(PLANNING, draft, MONDAY, None))
    golden("absence_requests/confirmation", announcing_screen(PLANNING, draft, *days))
    golden("absence_requests/with_comment", announcing_screen(PLANNING, draft, *days, "Едем <b>в горы</b>"))
    golden(
        "absence_requests/too_long", announcing_screen(PLANNING, draft, MONDAY, MONDAY + timedelta(days=3))
    )
    golden("absence_requests/comment", type_comment_screen(PLANNING))


def test_the_class_teachers_questions_in_words(golden: Golden) -> None:
    view = Announced(REQUEST, MONDAY, mine=False)
    golden("absence_requests/document_day", document_day_screen(view))
    golden("absence_requests/why_reject", why_reject_screen(view))
    over = Announced(ASKED, date(2026, 9, 21), mine=False)
    golden("absence_requests/document_late", opened_screen(over))
    settled = Announced(STATES["accepted"], MONDAY, mine=False)
    assert document_day_screen(settled) == why_reject_screen(settled) == opened_screen(settled)


@pytest.mark.parametrize("personal_data", [PersonalData.INITIALS, PersonalData.NONE])
def test_less_of_the_pupil_in_messages(personal_data: PersonalData, golden: Golden) -> None:
    for name, screen in (("asked", asked_screen), ("answer", answer_screen)):
        message = AnnouncedAbsence(STATES["accepted"] if name == "answer" else REQUEST, personal_data, MONDAY)
        golden(f"absence_requests/{name}_{personal_data}", screen(message))
        if personal_data is PersonalData.NONE:
            assert "Иванов" not in screen(message).text


def test_whatever_was_typed_keeps_within_the_limits() -> None:
    worst = "<b>&'\"" * 80
    request = replace(ASKED, last_name=worst, first_name=worst, group=worst, reason=worst, comment=worst)
    check_limits(answering_screen(replace(request, relation=worst, refusal=worst), MONDAY))
    view = Requests(PupilRow(2**60, worst, worst), MONDAY, (replace(request, refusal=worst),) * 30)
    for page in (-1, 0, 2, 10**6):
        check_limits(requests_screen(view, page))
