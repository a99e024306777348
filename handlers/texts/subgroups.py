"""Subgroups: who is where, and moving a pupil (S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from handlers.callbacks.journal import ShowCourse
from handlers.callbacks.subgroups import (
    ChooseMovedPupil,
    ChooseSubgroup,
    ChooseSubgroupDay,
    OpenSubgroups,
    ProposeSubgroup,
    ShowSubgroupChange,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.subgroup_changes import SUBGROUP_LIMIT, from_to, pupil_name, subgroup_name
from handlers.texts.words import (
    cut,
    day_and_month,
    short_day,
)
from services.subgroups import ChangeRow, MemberRow, Move, SubgroupPage

PUPILS_A_PAGE = 30
CHANGES_SHOWN = 6


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
                label("Подгруппа {name}", name=subgroup_name(one.subgroup)),
                [member for member in page.members if member.course_id == one.course_id],
            )
            for one in page.subgroups
        ),
        _listed(label("Без подгруппы"), outside) if outside else None,
        *(_change_line(row) for row in changes),
    )
    opens = (
        (Button(label("⏳ {name}", name=pupil_name(row)), ShowSubgroupChange(change_id=row.change_id)),)
        for row in changes
        if row.open and page.may_propose
    )
    move: Row = (Button(label("Перевести ученика…"), ChooseMovedPupil(course_id=course_id, page=0)),)
    back: Row = (Button(label("‹ К предмету"), ShowCourse(course_id=course_id)),)
    return Screen(body, (*opens, *((move,) if page.may_propose else ()), back))


def choose_pupil_screen(page: SubgroupPage, number: int) -> Screen:
    """Whom to move; beside each name the subgroup of today."""
    course_id = page.course.course_id
    names = {one.course_id: subgroup_name(one.subgroup) for one in page.subgroups}
    shown, number, pages = items_of(page.members, number, PUPILS_A_PAGE)
    buttons = (
        Button(
            f"{pupil_name(member)} · {names[member.course_id] if member.course_id else '—'}",
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
            label("Подгруппа {name}", name=subgroup_name(one.subgroup)),
            ChooseSubgroupDay(course_id=one.course_id, pupil_id=member.pupil_id),
        )
        for one in page.subgroups
        if one.course_id != member.course_id
    )
    back = Button(label("‹ Назад"), ChooseMovedPupil(course_id=page.course.course_id, page=0))
    return Screen(
        lines(*_title(page), "", text("<b>{name}</b>: в какую подгруппу?", name=pupil_name(member))),
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
            "<b>{name}</b> · {subject}",
            name=pupil_name(move.pupil),
            subject=cut(after.subject, SUBGROUP_LIMIT),
        ),
        from_to(move.before.subgroup if move.before else None, after.subgroup),
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
    pupils = ", ".join(pupil_name(member) for member in members)
    return text("<b>{name}</b> ({n})\n{pupils}", name=name, n=len(members), pupils=pupils or "—")


def _change_line(row: ChangeRow) -> Markup:
    return text(
        "{sign} {name}: {change}, с {day}",
        sign="⏳" if row.open else "✓",
        name=pupil_name(row),
        change=from_to(row.before, row.after),
        day=day_and_month(row.starts_on),
    )
