"""Who is connected: the class teacher's families, the administrator's staff, a person's card."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.callbacks.families import ShowFamilies, ShowFamily, ShowMember, ShowStaff, ShowStaffMember
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, full_name, short_name
from services.access.families import (
    ClassFamilies,
    Family,
    MemberRow,
    StaffRow,
    Standing,
    WayIn,
    way_in,
)

PAGE = 20

_MARKS = {
    WayIn.PENDING: "⏳",
    WayIn.FROZEN: "🔒",
    WayIn.BLOCKED: "🔴",
    WayIn.BOUND: "🟢",
    WayIn.INVITED: "🟡",
    WayIn.OUTSIDE: "⚪",
}


def classes_screen(groups: Sequence[tuple[int, str]]) -> Screen:
    """The administrator chooses whose families to see."""
    said = lines(
        text("<b>Приглашения и согласия</b>"),
        text("Выберите класс.") if groups else text("Сегодня в школе нет классов с учениками."),
    )
    buttons = [Button(cut(name, 12), ShowFamilies(group_id=group_id)) for group_id, name in groups]
    return Screen(said, (*in_rows(buttons, 4), (menu_button(),)))


def families_screen(view: ClassFamilies) -> Screen:
    """Every family of the class, with how many of its people are in."""
    members = [member for family in view.families for member in family.members]
    guardians = [member for family in view.families for member in family.guardians]
    ways = [way_in(member.person) for member in members]
    pending = ways.count(WayIn.PENDING)
    without_consent = sum(not member.consented for member in members if member.person.active)
    said = lines(
        text("<b>{group} · приглашения и согласия</b>", group=view.group_name),
        text(
            "Родителей в боте: {inside} из {all}",
            inside=sum(member.person.active for member in guardians),
            all=len(guardians),
        ),
        count("⏳ {n} ждёт подтверждения", "⏳ {n} ждут подтверждения", pending) if pending else None,
        text("{n} без согласия", n=without_consent) if without_consent else None,
        None if members else text("Сегодня в классе никого нет."),
    )
    buttons = [_family_button(family) for family in view.families]
    return Screen(said, (*in_rows(buttons, 2), (menu_button(),)))


def family_screen(family: Family) -> Screen:
    """One family; a tap on a name opens the card."""
    pupil = family.pupil
    said = lines(
        text("<b>{name}</b>", name=full_name(pupil.person)),
        *(_member_line(member) for member in family.members),
        "" if not family.guardians else None,
        None if family.guardians else text("Родителей в списке нет."),
    )
    rows: list[Row] = [
        (
            Button(
                cut(_member_name(member), 40),
                ShowMember(pupil_id=pupil.pupil_id, person_id=member.person.person_id),
            ),
        )
        for member in family.members
    ]
    rows.append((Button(label("‹ Все семьи"), ShowFamilies(group_id=pupil.group_id)),))
    return Screen(said, tuple(rows))


def staff_screen(staff: Sequence[StaffRow], page: int) -> Screen:
    """A page of the staff by name."""
    shown, page, pages = items_of(staff, page, PAGE)
    said = lines(
        text("<b>Доступ сотрудников</b>"),
        text("В боте {inside} из {all}", inside=sum(row.person.active for row in staff), all=len(staff)),
    )
    buttons = [
        Button(_name_button(row.person), ShowStaffMember(person_id=row.person.person_id)) for row in shown
    ]
    turned = turning(page, pages, lambda to: ShowStaff(page=to))
    return Screen(said, (*in_rows(buttons, 2), *turned, (menu_button(),)))


def _member_line(member: MemberRow) -> Markup:
    note = None if member.consented else label("нет согласия")
    words = ", ".join(filter(None, (_member_name(member), note)))
    return text("{mark} {words}", mark=_MARKS[way_in(member.person)], words=words)


def _member_name(member: MemberRow) -> str:
    role = member.relation or (
        label("ученик(ца)") if member.person.person_id == member.pupil_id else label("родитель")
    )
    return f"{short_name(member.person.last_name, member.person.first_name)} — {role}"


def _family_button(family: Family) -> Button:
    inside = sum(member.person.active for member in family.guardians)
    waits = any(way_in(member.person) is WayIn.PENDING for member in family.members)
    mark = "⏳ " if waits else ""
    name = short_name(family.pupil.person.last_name, family.pupil.person.first_name)
    return Button(
        f"{mark}{cut(name, 20)} · {inside}/{len(family.guardians)}",
        ShowFamily(pupil_id=family.pupil.pupil_id),
    )


def _name_button(person: Standing) -> str:
    return f"{_MARKS[way_in(person)]} {cut(short_name(person.last_name, person.first_name), 24)}"
