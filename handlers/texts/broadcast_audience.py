"""Whom a broadcast is for."""

from __future__ import annotations

from handlers.callbacks.broadcast_drafts import (
    ChooseAudience,
    ChooseFamilies,
    SetAudienceGrade,
    SetAudienceGroup,
    SetFamily,
    SetPupilsToo,
)
from handlers.screen import Button, Screen
from handlers.texts.broadcast_draft import back_to_draft
from handlers.texts.broadcast_words import families_count
from handlers.texts.buttons import Row, in_rows
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import Naming, cut, distinct_names
from services.broadcasts.audience import AudienceForm, FamilyForm

GROUPS_A_PAGE = 40
NAMES_A_PAGE = 40


def audience_screen(form: AudienceForm, page: int) -> Screen:
    """Every class a button that says whether it is chosen; a tap sets it."""
    broadcast_id = form.draft.broadcast_id
    shown, page, pages = items_of(form.groups, page, GROUPS_A_PAGE)
    groups = [
        Button(
            _marked(cut(one.name, 12), one.group_id in form.chosen),
            SetAudienceGroup(
                broadcast_id=broadcast_id,
                group_id=one.group_id,
                chosen=one.group_id not in form.chosen,
                page=page,
            ),
        )
        for one in shown
    ]
    pupils_too = form.draft.pupils_too
    body = lines(
        text("<b>Кому объявление</b>"),
        text("{chosen}", chosen=_chosen(form)),
        text("Получат родители. Отметьте классы или выберите отдельные семьи."),
    )
    too = Button(
        _marked(label("И самим ученикам"), pupils_too),
        SetPupilsToo(broadcast_id=broadcast_id, chosen=not pupils_too, page=page),
    )
    return Screen(
        body,
        (
            *in_rows(groups, 4),
            *turning(page, pages, lambda to: ChooseAudience(broadcast_id=broadcast_id, page=to)),
            *_wide(form, page),
            *_single(form),
            (too,),
            back_to_draft(broadcast_id),
        ),
    )


def families_screen(form: FamilyForm, page: int) -> Screen:
    """Every pupil a button; the broadcast is for the families of the chosen ones."""
    broadcast_id = form.draft.broadcast_id
    names = distinct_names(
        {
            one.pupil_id: Naming(one.last_name, one.first_name, one.middle_name, one.number)
            for one in form.pupils
        }
    )
    shown, page, pages = items_of(form.pupils, page, NAMES_A_PAGE)
    buttons = [
        Button(
            _marked(cut(names[one.pupil_id], 40), one.pupil_id in form.chosen),
            SetFamily(
                broadcast_id=broadcast_id,
                pupil_id=one.pupil_id,
                chosen=one.pupil_id not in form.chosen,
                page=page,
            ),
        )
        for one in shown
    ]
    here = sum(one.pupil_id in form.chosen for one in form.pupils)
    elsewhere = len(form.chosen) - here
    body = lines(
        text("<b>{group}: чьим родителям</b>", group=cut(form.group.name, 20)),
        count("Выбрана {n} семья из {all}.", "Выбрано {n} семей из {all}.", here, all=len(form.pupils))
        if here
        else text("Пока никто не выбран."),
        text("И в других классах: {families}", families=families_count(elsewhere)) if elsewhere else None,
    )
    group_id = form.group.group_id
    return Screen(
        body,
        (
            *in_rows(buttons, 2),
            *turning(
                page,
                pages,
                lambda to: ChooseFamilies(broadcast_id=broadcast_id, group_id=group_id, page=to),
            ),
            (Button(label("‹ Кому"), ChooseAudience(broadcast_id=broadcast_id, page=0)),),
            back_to_draft(broadcast_id),
        ),
    )


def _marked(words: str, chosen: bool) -> str:
    return f"✅ {words}" if chosen else words


def _chosen(form: AudienceForm) -> str:
    if form.draft.for_whole_school:
        return label("Выбрана вся школа.")
    if form.families:
        return label("Выбрано: {families}", families=families_count(form.families))
    names = ", ".join(cut(one.name, 12) for one in form.groups if one.group_id in form.chosen)
    return label("Выбрано: {names}", names=cut(names, 600)) if names else label("Пока никто не выбран.")


def _wide(form: AudienceForm, page: int) -> tuple[Row, ...]:
    """Parallels and the whole school, for who may write to all."""
    if not form.may_write_to_all:
        return ()
    broadcast_id = form.draft.broadcast_id
    grades = sorted({one.grade for one in form.groups})
    parallels = [
        Button(
            label("{grade}-е классы", grade=grade),
            SetAudienceGrade(broadcast_id=broadcast_id, grade=grade, page=page),
        )
        for grade in grades
    ]
    whole = Button(
        _marked(label("Вся школа"), form.draft.for_whole_school),
        SetAudienceGrade(broadcast_id=broadcast_id, grade=0, page=page),
    )
    return (*in_rows(parallels, 4), (whole,))


def _single(form: AudienceForm) -> tuple[Row, ...]:
    """«Отдельные семьи» of the only class that is chosen, or that there is."""
    mine = [one for one in form.groups if one.group_id in form.chosen] or list(form.groups)
    if len(mine) != 1:
        return ()
    action = ChooseFamilies(broadcast_id=form.draft.broadcast_id, group_id=mine[0].group_id, page=0)
    return ((Button(label("Отдельные семьи: {group}", group=cut(mine[0].name, 12)), action),),)
