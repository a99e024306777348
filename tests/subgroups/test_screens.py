"""Subgroups in words (S2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.texts.subgroup_changes import change_screen, opened_change_screen, subgroup_question_screen
from handlers.texts.subgroups import (
    choose_day_screen,
    choose_pupil_screen,
    choose_subgroup_screen,
    subgroups_screen,
)
from services.notifications.subgroup_change import SubgroupQuestion
from services.settings import PersonalData
from services.subgroups import Change, ChangeRow, Colleague, CourseRow, MemberRow, Move, SubgroupPage
from tests.golden import Golden, check_limits
from tests.world import MONDAY, moment

ANNA = Colleague(11, "Соколова", "Анна", "Петровна")
BELOVA = Colleague(12, "Белова", "Мария", "Андреевна")
IRINA = Colleague(13, "Кузнецова", "Ирина", "Викторовна")
FIRST = CourseRow(
    course_id=21,
    year_id=1,
    subject_id=3,
    subject="Английский язык",
    groups="7Б",
    group_ids=frozenset({7}),
    grade=7,
    subgroup="1",
    teacher_ids=frozenset({11}),
    plan_variant="1",
    hours_per_week=None,
)
SECOND = replace(FIRST, course_id=22, subgroup="2", teacher_ids=frozenset({12}))
IVANOV = MemberRow(102, "Иванов", "Пётр", "7Б", 21)
SIDORENKO = MemberRow(104, "Сидоренко", "Матвей", "7Б", None)
CHANGE = ChangeRow(
    change_id=5,
    pupil_id=102,
    last_name="Иванов",
    first_name="Пётр",
    subject="Английский язык",
    from_course_id=21,
    before="1",
    to_course_id=22,
    after="2",
    starts_on=MONDAY + timedelta(days=7),
    applied_at=None,
    declined_at=None,
    proposed_by=ANNA,
    declined_by=None,
)
PAGE = SubgroupPage(
    course=FIRST,
    today=MONDAY,
    subgroups=(FIRST, SECOND),
    members=(MemberRow(101, "Агаев", "Ислам", "7Б", 21), IVANOV, SIDORENKO),
    ahead=(CHANGE, replace(CHANGE, change_id=6, last_name="Агаев", applied_at=moment("10:00"))),
    may_propose=True,
)
ASKED = Change(CHANGE, (BELOVA,), (IRINA,), IRINA.person_id)


def test_who_is_where(golden: Golden) -> None:
    golden("subgroups/page", subgroups_screen(PAGE))
    settled = replace(PAGE, members=(IVANOV,), ahead=(), may_propose=False)
    golden("subgroups/page_to_read", subgroups_screen(settled))


def test_whom_to_move_where_and_when(golden: Golden) -> None:
    golden("subgroups/1_pupil", choose_pupil_screen(PAGE, 0))
    golden("subgroups/2_subgroup", choose_subgroup_screen(PAGE, IVANOV))
    move = Move(IVANOV, FIRST, SECOND, MONDAY + timedelta(days=2), MONDAY + timedelta(days=7), None)
    golden("subgroups/3_day", choose_day_screen(move))
    outside = replace(move, pupil=SIDORENKO, before=None, next_lesson=None, term_start=MONDAY)
    golden("subgroups/3_day_of_no_subgroup", choose_day_screen(outside))


def test_the_question_and_what_came_of_it(golden: Golden) -> None:
    golden("subgroups/asked", change_screen(ASKED))
    golden("subgroups/proposed", opened_change_screen(replace(ASKED, reader_id=ANNA.person_id)))
    applied = replace(CHANGE, applied_at=moment("10:30"))
    golden("subgroups/agreed", change_screen(Change(applied, (BELOVA, IRINA), (), 11)))
    declined = replace(CHANGE, declined_at=moment("10:30"), declined_by=IRINA)
    golden("subgroups/declined", change_screen(replace(ASKED, row=declined)))
    golden("subgroups/withdrawn", change_screen(replace(ASKED, row=replace(declined, declined_by=ANNA))))


def test_the_message_names_the_pupil_as_far_as_the_school_lets_it(golden: Golden) -> None:
    initials = subgroup_question_screen(SubgroupQuestion(ASKED, PersonalData.INITIALS))
    golden("subgroups/message_initials", initials)
    nothing = subgroup_question_screen(SubgroupQuestion(ASKED, PersonalData.NONE))
    golden("subgroups/message_none", nothing)
    assert "Иванов" not in initials.text + nothing.text


def test_endless_names_fit_a_message() -> None:
    many = tuple(replace(IVANOV, pupil_id=n, last_name="😀" * 200) for n in range(1, 61))
    changes = tuple(replace(CHANGE, change_id=n, last_name="<" * 200, after="Ю" * 200) for n in range(1, 61))
    page = replace(PAGE, members=many, ahead=changes)
    endless = replace(ANNA, last_name="&" * 200)
    change = Change(changes[0], (endless,) * 4, (endless,) * 4, 13)
    for screen in (
        subgroups_screen(page),
        choose_pupil_screen(page, 1),
        choose_subgroup_screen(page, many[0]),
        change_screen(change),
    ):
        check_limits(screen)
