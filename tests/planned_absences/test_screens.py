"""The questions that make a planned absence, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.callbacks.planned_absences import PlanDraft
from handlers.days import day_of
from handlers.screen import Screen
from handlers.texts.planned_absences import plan_screen, planned_screen, plans_screen, withdrawn_screen
from handlers.texts.planning import (
    before_the_first_day,
    choose_pupil_screen,
    not_a_date,
    question_screen,
    type_date_screen,
)
from services.class_day_views import GroupRow, PupilRow
from services.errors import NotFound
from services.planned_absences import ClassPlans, PlannedRow, Planning, Reason, ShownPlan
from tests.golden import Golden, check_limits
from tests.world import MONDAY

IVANOV = PupilRow(102, "Иванов", "Пётр")
PLANNING = Planning(
    pupil=IVANOV,
    group_id=7,
    today=MONDAY,
    lesson_numbers=(1, 2, 3, 4, 5, 6),
    reasons=(Reason(1, "болезнь", True, True, True), Reason(4, "олимпиада", True, False, True)),
    longest=60,
)
PLAN = PlannedRow(
    planned_id=5,
    pupil_id=102,
    last_name="Иванов",
    first_name="Пётр",
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=4),
    first_lesson=None,
    last_lesson=None,
    reason_id=1,
    reason="болезнь",
    cancelled=False,
)
TODAY = MONDAY.toordinal()


def asked(draft: PlanDraft) -> Screen:
    starts = None if draft.starts_on is None else date.fromordinal(draft.starts_on)
    ends = None if draft.ends_on is None else date.fromordinal(draft.ends_on)
    return question_screen(PLANNING, draft, starts, ends)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("1_first_day", {}),
        ("2_last_day", {"starts_on": TODAY}),
        ("3_first_lesson", {"starts_on": TODAY, "ends_on": TODAY}),
        ("4_last_lesson", {"starts_on": TODAY, "ends_on": TODAY, "first_lesson": 4}),
        ("5_reason", {"starts_on": TODAY, "ends_on": TODAY, "first_lesson": 4, "last_lesson": 0}),
        ("5_reason_of_many_days", {"starts_on": TODAY, "ends_on": TODAY + 4}),
        (
            "6_confirmation",
            {"starts_on": TODAY, "ends_on": TODAY + 4, "first_lesson": 0, "last_lesson": 0, "reason_id": 1},
        ),
    ],
)
def test_each_question_in_words(name: str, chosen: dict[str, int], golden: Golden) -> None:
    golden(f"planned_absences/{name}", asked(PlanDraft(pupil_id=102, **chosen)))


def test_dates_are_asked_for_and_asked_again(golden: Golden) -> None:
    golden("planned_absences/type_first_day", type_date_screen(PLANNING, None))
    golden("planned_absences/type_last_day", type_date_screen(PLANNING, MONDAY, not_a_date()))
    golden(
        "planned_absences/type_too_early", type_date_screen(PLANNING, MONDAY, before_the_first_day(MONDAY))
    )


def test_the_list_and_one_of_it_in_words(golden: Golden) -> None:
    part = replace(PLAN, planned_id=6, ends_on=MONDAY, first_lesson=4, reason="олимпиада")
    plans = ClassPlans(GroupRow(7, "7Б"), MONDAY, (IVANOV, PupilRow(101, "Агаев", "Ислам")), (part, PLAN))
    golden("planned_absences/list", plans_screen(plans, 0))
    golden("planned_absences/empty_list", plans_screen(replace(plans, planned=()), 0))
    golden("planned_absences/choose_pupil", choose_pupil_screen(plans, 0))
    golden("planned_absences/planned", planned_screen(PLAN))
    golden("planned_absences/one_ahead", plan_screen(ShownPlan(PLAN, MONDAY)))
    golden("planned_absences/one_begun", plan_screen(ShownPlan(PLAN, MONDAY + timedelta(days=1))))
    golden("planned_absences/cancelled", withdrawn_screen(replace(PLAN, cancelled=True)))
    golden("planned_absences/finished", plan_screen(ShownPlan(PLAN, MONDAY + timedelta(days=5))))


def test_long_lists_and_long_names_keep_within_the_limits() -> None:
    worst = "<b>&'\"" * 34
    pupils = tuple(PupilRow(10**15 + number, worst, worst) for number in range(70))
    plan = replace(PLAN, planned_id=10**15, last_name=worst, first_name=worst, reason=worst)
    plans = ClassPlans(GroupRow(10**15, "7Б"), MONDAY, pupils, (plan,) * 30)
    for page in (-1, 0, 1, 2, 10**6):
        check_limits(plans_screen(plans, page))
        check_limits(choose_pupil_screen(plans, page))
    reasons = tuple(Reason(2**62, worst, False, False, True) for _ in range(90))
    planning = replace(PLANNING, pupil=pupils[0], reasons=reasons)
    draft = PlanDraft(pupil_id=2**62, starts_on=TODAY, ends_on=TODAY, first_lesson=1, last_lesson=2)
    check_limits(question_screen(planning, draft, MONDAY, MONDAY))
    chosen = draft.model_copy(update={"reason_id": 2**62})
    check_limits(question_screen(planning, chosen, MONDAY, MONDAY))


@pytest.mark.parametrize("ordinal", [-1, 0, 1, 10**9, 10**30])
def test_a_forged_day_finds_nothing(ordinal: int) -> None:
    with pytest.raises(NotFound):
        day_of(ordinal)
