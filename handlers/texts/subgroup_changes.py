"""A pupil's change of subgroup: the question to those concerned, and what became of it (S2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from handlers.callbacks.subgroups import (
    AgreeSubgroup,
    DeclineSubgroup,
    OpenSubgroups,
    ShowSubgroupChange,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import (
    FullyNamed,
    cut,
    day_and_month,
    initials,
    short_name,
    with_initials,
)
from services.notifications.subgroup_change import SubgroupQuestion
from services.settings import PersonalData
from services.subgroups import Change, ChangeRow, MemberRow

NAME_LIMIT, SUBGROUP_LIMIT = 24, 30


def change_screen(change: Change) -> Screen:
    """A change as one of those concerned sees it on request."""
    return _change(change, text("<b>{name}</b>", name=pupil_name(change.row)))


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
            from_to(row.before, row.after),
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
            name=subgroup_name(row.after),
        )
    if row.declined_by is not None:
        if row.declined_by.person_id == row.proposed_by.person_id:
            return text("Предложение отозвано, всё остаётся как было.")
        return text("Против: {name}\nВсё остаётся как было.", name=_short(row.declined_by))
    return text("⏳ Ждём ответа: {names}", names=_names(change.waiting))


def from_to(before: str | None, after: str | None) -> Markup:
    if before is None:
        return text("без подгруппы → подгруппа {after}", after=subgroup_name(after))
    return text("подгруппа {before} → {after}", before=subgroup_name(before), after=subgroup_name(after))


def subgroup_name(name: str | None) -> str:
    return cut(name or "", SUBGROUP_LIMIT)


def pupil_name(pupil: MemberRow | ChangeRow) -> str:
    return short_name(cut(pupil.last_name, NAME_LIMIT), pupil.first_name)


def _names(people: Sequence[FullyNamed]) -> str:
    return ", ".join(_short(one) for one in people)


def _short(person: FullyNamed) -> str:
    return cut(with_initials(person), NAME_LIMIT)
