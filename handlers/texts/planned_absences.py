"""Absences known beforehand: the list, and one of them."""

from __future__ import annotations

from handlers.callbacks.class_day import MyClasses, ShowClassDay
from handlers.callbacks.planned_absences import CancelPlan, ChoosePlanPupil, FinishPlan, ShowPlan, ShowPlans
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, absence_plan, name_of, period
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut
from services.planned_absences import ClassPlans, PlannedRow, ShownPlan

PLANS_A_PAGE = 6
NAMES_A_PAGE = 30
REASONS_SHOWN = 30


def plans_screen(plans: ClassPlans, page: int) -> Screen:
    """What is planned from today on; each one opens."""
    group_id = plans.group.group_id
    shown, page, pages = items_of(plans.planned, page, PLANS_A_PAGE)
    body = lines(
        text("<b>{group} · отсутствие заранее</b>", group=cut(plans.group.name, NAME_LIMIT)),
        text("Об этих пропусках родителей не тревожат: в перекличке они уже отмечены."),
        "",
        *(text("🔵 <b>{name}</b> — {plan}", name=name_of(plan), plan=absence_plan(plan)) for plan in shown),
        None if shown else text("Пока ничего не записано."),
    )
    opens = [
        (Button(f"{name_of(plan)}: {_days(plan)}", ShowPlan(planned_id=plan.planned_id)),) for plan in shown
    ]
    rows = (
        *opens,
        *turning(page, pages, lambda to: ShowPlans(group_id=group_id, page=to)),
        (Button(label("Записать отсутствие"), ChoosePlanPupil(group_id=group_id, page=0)),),
        (Button(label("‹ К списку"), _class_day(plans)),),
    )
    return Screen(body, rows)


def planned_screen(plan: PlannedRow) -> Screen:
    """It is written down."""
    body = lines(
        text("🔵 <b>{name}</b>: {plan}", name=name_of(plan), plan=absence_plan(plan)),
        text("Записано. В перекличках пропуск уже стоит, семью не потревожим."),
    )
    change = Button(label("Отменить запись"), ShowPlan(planned_id=plan.planned_id))
    return Screen(body, ((change,), (Button(label("Мой класс сегодня"), MyClasses()),)))


def plan_screen(shown: ShownPlan) -> Screen:
    """One planned absence and what can be done with it."""
    plan, begun = shown.plan, shown.plan.starts_on < shown.today
    if plan.cancelled or plan.ends_on < shown.today:
        return withdrawn_screen(plan)
    rows: list[Row] = []
    if begun:
        rows.append((Button(label("Уже в школе: закончить"), FinishPlan(planned_id=plan.planned_id)),))
    rows.append((Button(label("Отменить совсем"), CancelPlan(planned_id=plan.planned_id)),))
    rows.append((Button(label("Мой класс сегодня"), MyClasses()),))
    said = (
        text(
            "«Закончить»: вчера был последний день. «Отменить совсем»: и прошедшие дни останутся без причины."
        )
        if begun
        else text("Отменить? Тогда о пропуске этих уроков родителям придёт сообщение.")
    )
    return Screen(
        lines(text("🔵 <b>{name}</b>: {plan}", name=name_of(plan), plan=absence_plan(plan)), said),
        tuple(rows),
    )


def withdrawn_screen(plan: PlannedRow) -> Screen:
    """It was cancelled, or it ended."""
    done = (
        text("Отменено: {name}, {plan}.", name=name_of(plan), plan=absence_plan(plan))
        if plan.cancelled
        else text("Закончено: {name}, {plan}.", name=name_of(plan), plan=absence_plan(plan))
    )
    return Screen(done, ((Button(label("Мой класс сегодня"), MyClasses()),),))


def _days(plan: PlannedRow) -> str:
    return period(plan.starts_on, plan.ends_on)


def _class_day(plans: ClassPlans) -> ShowClassDay:
    return ShowClassDay(group_id=plans.group.group_id, day=plans.today.toordinal(), page=0)
