"""«Освобождения»: the list of a class, the questions that make one, and one of them."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from handlers.callbacks.families import ShowFamilies
from handlers.callbacks.reconciliation import (
    CancelExemption,
    ChooseExempt,
    ExemptionDraft,
    ShowExemption,
    ShowExemptions,
    TypeExemptionDate,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import NAME_LIMIT, WORD_LIMIT, period
from handlers.texts.buttons import in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month, short_name
from services.exemptions import ClassExemptions, Exempting, ExemptionRow

EXEMPTIONS_A_PAGE = 8
NAMES_A_PAGE = 30
SUBJECTS_SHOWN = 40
GROUND_LIMIT = 200


def exemptions_screen(view: ClassExemptions, page: int) -> Screen:
    """Those that are not over; each one opens."""
    group_id = view.group.group_id
    shown, page, pages = items_of(view.exemptions, page, EXEMPTIONS_A_PAGE)
    body = lines(
        text("<b>{group} · освобождения</b>", group=cut(view.group.name, NAME_LIMIT)),
        text("В перекличках и отметках у этих учеников стоит «осв.»."),
        "",
        *(text("• <b>{name}</b>: {what}", name=_name(one), what=_what(one)) for one in shown),
        None if shown else text("Пока ничего не записано."),
    )
    opens = [
        (
            Button(
                f"{_name(one)}: {cut(one.subject, NAME_LIMIT)}", ShowExemption(exemption_id=one.exemption_id)
            ),
        )
        for one in shown
    ]
    return Screen(
        body,
        (
            *opens,
            *turning(page, pages, lambda to: ShowExemptions(group_id=group_id, page=to)),
            (Button(label("Записать освобождение"), ChooseExempt(group_id=group_id, page=0)),),
            (Button(label("‹ Семьи"), ShowFamilies(group_id=group_id)),),
        ),
    )


def choose_exempt_screen(view: ClassExemptions, page: int) -> Screen:
    group_id = view.group.group_id
    shown, page, pages = items_of(view.pupils, page, NAMES_A_PAGE)
    names = [
        Button(
            short_name(cut(pupil.last_name, NAME_LIMIT), pupil.first_name),
            ExemptionDraft(pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    turned = turning(page, pages, lambda to: ChooseExempt(group_id=group_id, page=to))
    back = Button(label("‹ Назад"), ShowExemptions(group_id=group_id, page=0))
    return Screen(
        text("<b>{group}</b>: кого освободить?", group=cut(view.group.name, NAME_LIMIT)),
        (*in_rows(names, 2), *turned, (back,)),
    )


def exempting_screen(view: Exempting, draft: ExemptionDraft) -> Screen:
    """The next thing to choose; the ground is typed after the last one."""
    if draft.subject_id is None:
        return _subjects(view, draft)
    if draft.starts_on is None:
        return _first_day(view, draft)
    if draft.ends_on is None:
        return _last_day(view, draft)
    if draft.attends is None:
        return _attends(view, draft)
    body = lines(
        _title(view, draft),
        text("Будет на уроке, но без заданий.") if draft.attends else text("На уроки не приходит."),
        "",
        text("На каком основании? Напишите документ, например <b>справка № 12 от 10.09</b>."),
    )
    return Screen(body, (_again(draft),))


def type_exemption_day_screen(
    view: Exempting, draft: ExemptionDraft, problem: Markup | None = None
) -> Screen:
    example = view.today + timedelta(days=14)
    what = (
        text("Первый день освобождения? Напишите дату, например <b>{day:%d.%m}</b>.", day=example)
        if draft.starts_on is None
        else text("Последний день освобождения? Напишите дату, например <b>{day:%d.%m}</b>.", day=example)
    )
    return Screen(lines(_title(view, draft), problem, what), ((Button(label("‹ Назад"), draft),),))


def exemption_screen(one: ExemptionRow, group_id: int | None = None) -> Screen:
    """One of them; also what was just recorded, or cancelled."""
    if one.cancelled:
        return Screen(text("Отменено: {name}, {what}.", name=_name(one), what=_what(one)))
    body = lines(
        text("<b>{name}</b>: {what}", name=_name(one), what=_what(one)),
        text("Будет на уроке, но без заданий.") if one.attends else text("На уроки не приходит."),
        text("Основание: {ground}", ground=cut(one.ground, GROUND_LIMIT)),
    )
    back = () if group_id is None else ((_list(group_id),),)
    return Screen(body, ((Button(label("Отменить"), CancelExemption(exemption_id=one.exemption_id)),), *back))


def _list(group_id: int) -> Button:
    return Button(label("‹ Освобождения"), ShowExemptions(group_id=group_id, page=0))


def _subjects(view: Exempting, draft: ExemptionDraft) -> Screen:
    subjects = [
        Button(cut(name, WORD_LIMIT), draft.model_copy(update={"subject_id": subject_id}))
        for subject_id, name in view.subjects[:SUBJECTS_SHOWN]
    ]
    return Screen(
        lines(_title(view, draft), text("От какого предмета?")),
        (*in_rows(subjects, 2), (Button(label("‹ Назад"), ChooseExempt(group_id=view.group_id, page=0)),)),
    )


def _first_day(view: Exempting, draft: ExemptionDraft) -> Screen:
    days = {view.today: label("С сегодняшнего дня")}
    if view.term is not None:
        days[view.term.starts_on] = label("С начала: {term}", term=cut(view.term.name, NAME_LIMIT))
    return Screen(
        lines(_title(view, draft), text("С какого дня?")),
        (*_days(draft, "starts_on", days), (_other(draft),), _again(draft)),
    )


def _last_day(view: Exempting, draft: ExemptionDraft) -> Screen:
    days = {view.year_ends_on: label("До конца учебного года")}
    if view.term is not None and view.term.ends_on >= _day(draft.starts_on):
        days = {view.term.ends_on: label("До конца: {term}", term=cut(view.term.name, NAME_LIMIT)), **days}
    return Screen(
        lines(_title(view, draft), text("По какой день включительно?")),
        (*_days(draft, "ends_on", days), (_other(draft),), _again(draft)),
    )


def _attends(view: Exempting, draft: ExemptionDraft) -> Screen:
    rows = (
        (Button(label("Сидит на уроке"), draft.model_copy(update={"attends": True})),),
        (Button(label("На уроки не приходит"), draft.model_copy(update={"attends": False})),),
    )
    return Screen(lines(_title(view, draft), text("Приходит ли на урок?")), (*rows, _again(draft)))


def _days(draft: ExemptionDraft, field: str, days: dict[date, str]) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (Button(words, draft.model_copy(update={field: day.toordinal()})),) for day, words in days.items()
    )


def _other(draft: ExemptionDraft) -> Button:
    assert draft.subject_id is not None
    return Button(
        label("Другая дата…"),
        TypeExemptionDate(pupil_id=draft.pupil_id, subject_id=draft.subject_id, starts_on=draft.starts_on),
    )


def _again(draft: ExemptionDraft) -> tuple[Button, ...]:
    return (Button(label("‹ Сначала"), ExemptionDraft(pupil_id=draft.pupil_id)),)


def _title(view: Exempting, draft: ExemptionDraft) -> Markup:
    """«Иванов П. · Физкультура · 14 сентября – 30 октября»."""
    parts = [short_name(cut(view.pupil.last_name, NAME_LIMIT), view.pupil.first_name)]
    if draft.subject_id is not None:
        parts.append(cut(view.subject(draft.subject_id), WORD_LIMIT))
    if draft.starts_on is not None:
        starts = _day(draft.starts_on)
        parts.append(
            period(starts, _day(draft.ends_on))
            if draft.ends_on is not None
            else label("с {day}", day=day_and_month(starts))
        )
    return text("<b>{title}</b>", title=" · ".join(filter(None, parts)))


def _day(ordinal: int | None) -> date:
    assert ordinal is not None
    return date.fromordinal(ordinal)


def _name(one: ExemptionRow) -> str:
    return short_name(cut(one.last_name, NAME_LIMIT), one.first_name)


def _what(one: ExemptionRow) -> str:
    return f"{cut(one.subject, WORD_LIMIT)}, {period(one.starts_on, one.ends_on)}"
