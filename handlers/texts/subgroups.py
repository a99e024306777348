"""Subgroups: who is where, moving a pupil, the question to those concerned (S2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from markupsafe import Markup

from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.subgroups import (
    AgreeSubgroup,
    ChooseMovedPupil,
    ChooseSubgroup,
    ChooseSubgroupDay,
    DeclineSubgroup,
    OpenSubgroups,
    ProposeSubgroup,
    ShowSubgroupChange,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import (
    FullyNamed,
    cut,
    day_and_month,
    initials,
    short_day,
    short_name,
    with_initials,
)
from services.notifications.subgroup_change import SubgroupQuestion
from services.settings import PersonalData
from services.subgroups import Change, ChangeRow, MemberRow, Move, SubgroupPage

PUPILS_A_PAGE = 30
CHANGES_SHOWN = 6
NAME_LIMIT, SUBGROUP_LIMIT = 24, 30


def subgroups_screen(page: SubgroupPage) -> Screen:
    """Every subgroup with its pupils, and what is about to change."""
    course_id = page.course.course_id
    outside = [one for one in page.members if one.course_id is None]
    changes = page.ahead[:CHANGES_SHOWN]
    body = lines(
        *_title(page),
        "",
        *(
            _listed(
                label("Подгруппа {name}", name=_subgroup(one.subgroup)),
                [member for member in page.members if member.course_id == one.course_id],
            )
            for one in page.subgroups
        ),
        _listed(label("Без подгруппы"), outside) if outside else None,
        *(_change_line(row) for row in changes),
    )
    opens = (
        (Button(label("⏳ {name}", name=_pupil(row)), ShowSubgroupChange(change_id=row.change_id)),)
        for row in changes
        if row.open and page.may_propose
    )
    move: Row = (Button(label("Перевести ученика…"), ChooseMovedPupil(course_id=course_id, page=0)),)
    back: Row = (Button(label("‹ К предмету"), ShowCourse(course_id=course_id)),)
    return Screen(body, (*opens, *((move,) if page.may_propose else ()), back))


def choose_pupil_screen(page: SubgroupPage, number: int) -> Screen:
    """Whom to move; beside each name the subgroup of today."""
    course_id = page.course.course_id
    names = {one.course_id: _subgroup(one.subgroup) for one in page.subgroups}
    shown, number, pages = items_of(page.members, number, PUPILS_A_PAGE)
    buttons = (
        Button(
            f"{_pupil(member)} · {names[member.course_id] if member.course_id else '—'}",
            ChooseSubgroup(course_id=course_id, pupil_id=member.pupil_id),
        )
        for member in shown
    )
    return Screen(
        lines(*_title(page), "", text("Кого перевести?")),
        (
            *in_rows(buttons, 2),
            *turning(number, pages, lambda to: ChooseMovedPupil(course_id=course_id, page=to)),
            (Button(label("‹ Назад"), OpenSubgroups(course_id=course_id)),),
        ),
    )


def choose_subgroup_screen(page: SubgroupPage, member: MemberRow) -> Screen:
    """Where to: every subgroup but the pupil's own."""
    others = (
        Button(
            label("Подгруппа {name}", name=_subgroup(one.subgroup)),
            ChooseSubgroupDay(course_id=one.course_id, pupil_id=member.pupil_id),
        )
        for one in page.subgroups
        if one.course_id != member.course_id
    )
    back = Button(label("‹ Назад"), ChooseMovedPupil(course_id=page.course.course_id, page=0))
    return Screen(
        lines(*_title(page), "", text("<b>{name}</b>: в какую подгруппу?", name=_pupil(member))),
        (*in_rows(others, 2), (back,)),
    )


def choose_day_screen(move: Move) -> Screen:
    """From when."""
    after, pupil = move.after, move.pupil

    def one(words: str, day: date) -> Row:
        starts_on = day.toordinal()
        propose = ProposeSubgroup(course_id=after.course_id, pupil_id=pupil.pupil_id, starts_on=starts_on)
        return (Button(f"{words}, {short_day(day)}", propose),)

    body = lines(
        text(
            "<b>{name}</b> · {subject}", name=_pupil(move.pupil), subject=cut(after.subject, SUBGROUP_LIMIT)
        ),
        _from_to(move.before.subgroup if move.before else None, after.subgroup),
        "",
        text("С какого дня? Спросим учителей обеих подгрупп и классного руководителя."),
    )
    rows = [
        *([one(label("Следующий урок"), move.next_lesson)] if move.next_lesson else []),
        one(label("Понедельник"), move.next_monday),
        *([one(label("Новый период"), move.term_start)] if move.term_start else []),
        (Button(label("‹ Назад"), ChooseSubgroup(course_id=after.course_id, pupil_id=pupil.pupil_id)),),
    ]
    return Screen(body, tuple(rows))


def change_screen(change: Change) -> Screen:
    """A change as one of those concerned sees it on request."""
    return _change(change, text("<b>{name}</b>", name=_pupil(change.row)))


def opened_change_screen(change: Change) -> Screen:
    """The same with a way back to the subgroups."""
    screen = change_screen(change)
    back = Button(label("‹ Подгруппы"), OpenSubgroups(course_id=change.row.to_course_id))
    return replace(screen, rows=(*screen.rows, (back,)))


def subgroup_question_screen(question: SubgroupQuestion) -> Screen:
    """The same as a message: with as much about the pupil as the school lets messages say."""
    change, row = question.change, question.change.row
    match question.personal_data:
        case PersonalData.FULL:
            return change_screen(change)
        case PersonalData.INITIALS:
            return _change(change, text("<b>{name}</b>", name=initials(row.last_name, row.first_name)))
    show = Button(label("Показать"), ShowSubgroupChange(change_id=row.change_id))
    said = (
        text("Ученика предлагают перевести в другую подгруппу.")
        if row.open
        else text("Решён перевод ученика в другую подгруппу.")
    )
    return Screen(said, ((show,),))


def answered_toast(change: Change) -> str:
    if change.row.applied_at:
        return label("Все согласны")
    return label("Закрыто") if change.row.declined_at else label("Записано")


def _change(change: Change, name: Markup) -> Screen:
    row = change.row
    ids = {"change_id": row.change_id}
    rows: list[Row] = []
    if change.may_answer:
        rows.append(
            (
                Button(label("Согласен(на)"), AgreeSubgroup(**ids)),
                Button(label("Против"), DeclineSubgroup(**ids)),
            )
        )
    elif change.may_withdraw:
        rows.append((Button(label("Отозвать"), DeclineSubgroup(**ids)),))
    return Screen(
        lines(
            text("{name} · {subject}", name=name, subject=cut(row.subject, SUBGROUP_LIMIT)),
            _from_to(row.before, row.after),
            text("С {day}", day=day_and_month(row.starts_on)),
            text("Предлагает: {name}", name=_short(row.proposed_by)),
            text("Согласны: {names}", names=_names(change.agreed)) if change.agreed else None,
            "",
            _state(change),
        ),
        tuple(rows),
    )


def _state(change: Change) -> Markup:
    row = change.row
    if row.applied_at is not None:
        return text(
            "✓ Все согласны: с {day} — в подгруппе {name}. Прежние отметки и пропуски остаются.",
            day=day_and_month(row.starts_on),
            name=_subgroup(row.after),
        )
    if row.declined_by is not None:
        if row.declined_by.person_id == row.proposed_by.person_id:
            return text("Предложение отозвано, всё остаётся как было.")
        return text("Против: {name}\nВсё остаётся как было.", name=_short(row.declined_by))
    return text("⏳ Ждём ответа: {names}", names=_names(change.waiting))


def _title(page: SubgroupPage) -> tuple[Markup, Markup]:
    return (
        text(
            "<b>{groups} · {subject}</b>",
            groups=cut(page.course.groups, SUBGROUP_LIMIT),
            subject=cut(page.course.subject, SUBGROUP_LIMIT),
        ),
        text("Подгруппы на {day}", day=day_and_month(page.today)),
    )


def _listed(name: str, members: Sequence[MemberRow]) -> Markup:
    pupils = ", ".join(_pupil(member) for member in members)
    return text("<b>{name}</b> ({n})\n{pupils}", name=name, n=len(members), pupils=pupils or "—")


def _change_line(row: ChangeRow) -> Markup:
    return text(
        "{sign} {name}: {change}, с {day}",
        sign="⏳" if row.open else "✓",
        name=_pupil(row),
        change=_from_to(row.before, row.after),
        day=day_and_month(row.starts_on),
    )


def _from_to(before: str | None, after: str | None) -> Markup:
    if before is None:
        return text("без подгруппы → подгруппа {after}", after=_subgroup(after))
    return text("подгруппа {before} → {after}", before=_subgroup(before), after=_subgroup(after))


def _subgroup(name: str | None) -> str:
    return cut(name or "", SUBGROUP_LIMIT)


def _pupil(pupil: MemberRow | ChangeRow) -> str:
    return short_name(cut(pupil.last_name, NAME_LIMIT), pupil.first_name)


def _names(people: Sequence[FullyNamed]) -> str:
    return ", ".join(_short(one) for one in people)


def _short(person: FullyNamed) -> str:
    return cut(with_initials(person), NAME_LIMIT)
