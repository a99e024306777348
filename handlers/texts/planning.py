"""The questions that make a planned absence, for the class teacher and for the family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.planned_absences import ChoosePlanPupil, PlanDraft, SavePlan, ShowPlans, TypePlanDate
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, WORD_LIMIT, lessons_of, period
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import capital, cut, day_and_month, short_day, short_name
from services.planned_absences import ClassPlans, Planning

NAMES_A_PAGE = 30
REASONS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Form:
    """What differs with who answers the questions."""

    draft: type[PlanDraft]
    type_date: type[TypePlanDate]
    back: Callable[[Planning], Button]
    """From the first question."""
    ending: Callable[[SavePlan], tuple[Markup, tuple[Row, ...]]]
    """What is said under all that is chosen, and the buttons that write it down."""


def _class_teachers_back(planning: Planning) -> Button:
    return Button(label("‹ Назад"), ChoosePlanPupil(group_id=planning.group_id, page=0))


def _class_teachers_ending(save: SavePlan) -> tuple[Markup, tuple[Row, ...]]:
    said = text("Родителям о пропуске этих уроков сообщений не будет. Записать?")
    return said, ((Button(label("Записать"), save),),)


CLASS_TEACHERS = Form(PlanDraft, TypePlanDate, _class_teachers_back, _class_teachers_ending)


def choose_pupil_screen(plans: ClassPlans, page: int) -> Screen:
    shown, page, pages = items_of(plans.pupils, page, NAMES_A_PAGE)
    names = [
        Button(
            short_name(cut(pupil.last_name, NAME_LIMIT), pupil.first_name),
            PlanDraft(pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    group_id = plans.group.group_id
    turned = turning(page, pages, lambda to: ChoosePlanPupil(group_id=group_id, page=to))
    back = Button(label("‹ Назад"), ShowPlans(group_id=group_id, page=0))
    return Screen(
        text("<b>{group}</b>: кого не будет?", group=cut(plans.group.name, NAME_LIMIT)),
        (*in_rows(names, 2), *turned, (back,)),
    )


def question_screen(
    planning: Planning,
    draft: PlanDraft,
    starts: date | None,
    ends: date | None,
    form: Form = CLASS_TEACHERS,
) -> Screen:
    """The next thing to choose; after the last one, what will be written.

    `starts`, `ends`: the days of the draft. Only one day can be missed in part.
    """
    if starts is None:
        return _first_day(planning, draft, form)
    if ends is None:
        return _last_day(planning, draft, starts, form)
    if starts != ends:
        draft = _with(draft, first_lesson=0, last_lesson=0)
    if draft.first_lesson is None:
        return _first_lesson(planning, draft, starts)
    if draft.last_lesson is None:
        return _last_lesson(planning, draft, starts)
    if draft.reason_id is None:
        return _reason(planning, draft, starts, ends)
    return _confirmation(planning, draft, starts, ends, form)


def type_date_screen(
    planning: Planning, starts: date | None, problem: Markup | None = None, form: Form = CLASS_TEACHERS
) -> Screen:
    """Asks for a date to be typed; again, with the `problem` of what was typed before."""
    example = planning.today + timedelta(days=7)
    if starts is None:
        what = text("Первый день отсутствия? Напишите дату, например <b>{day:%d.%m}</b>.", day=example)
    else:
        what = text("Последний день отсутствия? Напишите дату, например <b>{day:%d.%m}</b>.", day=example)
    draft = form.draft(pupil_id=planning.pupil.pupil_id, starts_on=starts.toordinal() if starts else None)
    return Screen(
        lines(
            _title(planning),
            problem,
            what,
        ),
        ((Button(label("‹ Назад"), draft),),),
    )


def not_a_date() -> Markup:
    return text("Не понял дату: нужны день и месяц цифрами через точку.")


def before_the_first_day(starts: date) -> Markup:
    return text("Последний день не может быть раньше первого, {day}.", day=day_and_month(starts))


def _first_day(planning: Planning, draft: PlanDraft, form: Form) -> Screen:
    today = planning.today
    choices = [
        Button(label("Сегодня"), _with(draft, starts_on=today)),
        Button(label("Завтра"), _with(draft, starts_on=today + timedelta(days=1))),
        Button(label("Другая дата…"), form.type_date(pupil_id=draft.pupil_id)),
    ]
    body = lines(_title(planning), text("С какого дня не будет?"))
    return Screen(body, (tuple(choices), (form.back(planning),)))


def _last_day(planning: Planning, draft: PlanDraft, starts: date, form: Form) -> Screen:
    friday = starts + timedelta(days=(4 - starts.weekday()) % 7)
    days = dict.fromkeys([starts, starts + timedelta(days=1), starts + timedelta(days=2), friday])
    choices = [
        Button(
            label("Только {day}", day=short_day(day))
            if day == starts
            else label("По {day}", day=short_day(day)),
            _with(draft, ends_on=day),
        )
        for day in sorted(days)
        if (day - starts).days < planning.longest
    ]
    other = form.type_date(pupil_id=draft.pupil_id, starts_on=draft.starts_on)
    choices.append(Button(label("Другая дата…"), other))
    body = lines(
        _title(planning),
        text("С {day}. По какой день включительно?", day=short_day(starts)),
        count("Не больше {n} дня.", "Не больше {n} дней.", planning.longest),
    )
    return Screen(body, (*in_rows(choices, 2), _again(draft)))


def _first_lesson(planning: Planning, draft: PlanDraft, day: date) -> Screen:
    whole = Button(label("Весь день"), _with(draft, first_lesson=0, last_lesson=0))
    numbers = [
        Button(label("С {n}-го", n=number), _with(draft, first_lesson=number))
        for number in planning.lesson_numbers
    ]
    body = lines(_title(planning, day, day), text("Весь день или с какого урока?"))
    return Screen(body, ((whole,), *in_rows(numbers, 4), _again(draft)))


def _last_lesson(planning: Planning, draft: PlanDraft, day: date) -> Screen:
    first = draft.first_lesson or 1
    to_the_end = Button(label("До конца дня"), _with(draft, last_lesson=0))
    numbers = [
        Button(label("По {n}-й", n=number), _with(draft, last_lesson=number))
        for number in planning.lesson_numbers
        if number >= first
    ]
    body = lines(_title(planning, day, day), text("С {n}-го урока. По какой?", n=first))
    return Screen(body, ((to_the_end,), *in_rows(numbers, 4), _again(draft)))


def _reason(planning: Planning, draft: PlanDraft, starts: date, ends: date) -> Screen:
    reasons = tuple(
        (Button(cut(capital(reason.name), WORD_LIMIT), _with(draft, reason_id=reason.reason_id)),)
        for reason in planning.reasons[:REASONS_SHOWN]
    )
    body = lines(_title(planning, starts, ends, _lessons(draft)), text("Почему?"))
    return Screen(body, (*reasons, _again(draft)))


def _confirmation(planning: Planning, draft: PlanDraft, starts: date, ends: date, form: Form) -> Screen:
    reason = next((one.name for one in planning.reasons if one.reason_id == draft.reason_id), "")
    save = SavePlan(
        pupil_id=draft.pupil_id,
        starts_on=starts.toordinal(),
        ends_on=ends.toordinal(),
        first_lesson=draft.first_lesson or 0,
        last_lesson=draft.last_lesson or 0,
        reason_id=draft.reason_id or 0,
    )
    said, rows = form.ending(save)
    body = lines(
        _title(planning, starts, ends, _lessons(draft)),
        text("Причина: {reason}.", reason=cut(reason, WORD_LIMIT)),
        "",
        said,
    )
    return Screen(body, (*rows, _again(draft)))


def _title(
    planning: Planning, starts: date | None = None, ends: date | None = None, lessons: str = ""
) -> Markup:
    """«Иванов П. · 14–18 сентября · весь день»."""
    name = short_name(cut(planning.pupil.last_name, NAME_LIMIT), planning.pupil.first_name)
    days = period(starts, ends) if starts and ends else ""
    return text("<b>{title}</b>", title=" · ".join(part for part in (name, days, lessons) if part))


def _lessons(draft: PlanDraft) -> str:
    return lessons_of(draft.first_lesson or None, draft.last_lesson or None)


def _with(draft: PlanDraft, **chosen: date | int) -> PlanDraft:
    values = {name: one.toordinal() if isinstance(one, date) else one for name, one in chosen.items()}
    return draft.model_copy(update=values)


def _again(draft: PlanDraft) -> Row:
    return (Button(label("‹ Сначала"), type(draft)(pupil_id=draft.pupil_id)),)
