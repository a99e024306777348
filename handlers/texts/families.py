"""Who is connected: the class teacher's families, the administrator's staff, a person's card."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from markupsafe import Markup

from handlers.callbacks.cards import ShowCardChecks
from handlers.callbacks.families import (
    FilterFamilies,
    PrintInvitations,
    ShowClasses,
    ShowFamilies,
    ShowFamily,
    ShowMember,
    ShowPaperConsents,
    ShowStaff,
    ShowStaffMember,
)
from handlers.callbacks.letters import ChooseLetter
from handlers.callbacks.reconciliation import ShowExemptions
from handlers.callbacks.weeks import PrintWeek, ShowWeekReaders
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, full_name, short_name
from services.access.families import (
    ClassFamilies,
    FamiliesShown,
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


def families_screen(view: ClassFamilies, shown: FamiliesShown = FamiliesShown.ALL) -> Screen:
    """Every family of the class that fits, with how many of its people are in, and what there is to do."""
    members = [member for family in view.families for member in family.members]
    guardians = [member for family in view.families for member in family.guardians]
    ways = [way_in(member.person) for member in guardians]
    pending = [way_in(member.person) for member in members].count(WayIn.PENDING)
    silent = len(view.of(FamiliesShown.SILENT))
    said = lines(
        text("<b>{group} · семьи</b>", group=view.group_name),
        text(
            "Родителей в боте: {inside} из {all}",
            inside=sum(member.person.active for member in guardians),
            all=len(guardians),
        ),
        text("🟡 Приглашены, но не вошли: {n}", n=ways.count(WayIn.INVITED))
        if WayIn.INVITED in ways
        else None,
        text("🔴 Заблокировали бота: {n}", n=ways.count(WayIn.BLOCKED)) if WayIn.BLOCKED in ways else None,
        count("⏳ {n} ждёт подтверждения", "⏳ {n} ждут подтверждения", pending) if pending else None,
        text("Без согласия: {n}", n=sum(not member.consented for member in members)) if members else None,
        count(
            "🔵 Молчит {n} семья: 30 дней ни ответа, ни «Ознакомлен(а)»",
            "🔵 Молчат {n} семей: 30 дней ни ответа, ни «Ознакомлен(а)»",
            silent,
        )
        if silent
        else None,
        *_shown_words(view, shown),
    )
    buttons = [_family_button(family) for family in view.of(shown)]
    filters = [
        Button(f"• {label(words)}" if one is shown else label(words), _filter(view, one))
        for one, words in _FILTERS.items()
    ]
    back = () if view.leads else (Button(label("‹ Все классы"), ShowClasses()),)
    return Screen(said, (*in_rows(filters, 2), *in_rows(buttons, 2), *_actions(view), (*back, menu_button())))


_FILTERS = MappingProxyType({
    FamiliesShown.ALL: "Все семьи",
    FamiliesShown.OUTSIDE: "Не в боте",
    FamiliesShown.NO_CONSENT: "Без согласия",
    FamiliesShown.SILENT: "Молчат",
})  # fmt: skip


def _filter(view: ClassFamilies, shown: FamiliesShown) -> FilterFamilies:
    return FilterFamilies(group_id=view.group_id, shown=shown)


def _shown_words(view: ClassFamilies, shown: FamiliesShown) -> list[Markup]:
    if not view.families:
        return [text("Сегодня в классе никого нет.")]
    if shown is FamiliesShown.ALL:
        return []
    found = len(view.of(shown))
    return [
        text(
            "Показаны: {words}, {n} из {all}.",
            words=label(_FILTERS[shown]).lower(),
            n=found,
            all=len(view.families),
        )
    ]


def _actions(view: ClassFamilies) -> list[Row]:
    if not view.families:
        return []
    group_id = view.group_id
    rows: list[Row] = [(Button(label("Карточки"), ShowCardChecks(group_id=group_id, page=0)),)]
    if any(not one.person.active for family in view.families for one in family.members):
        rows.append((Button(label("Напечатать приглашения"), PrintInvitations(group_id=group_id)),))
    if view.leads:
        printed = PrintWeek(group_id=group_id, monday=0, pupil_id=0)
        letter = ChooseLetter(group_id=group_id, page=0)
        readers = ShowWeekReaders(group_id=group_id, monday=0, page=0)
        rows.append((Button(label("Сводка недели: кто прочитал"), readers),))
        rows.append((Button(label("Распечатать неделю"), printed),))
        rows.append((Button(label("Информационное письмо"), letter),))
        rows.append((Button(label("Освобождения"), ShowExemptions(group_id=group_id, page=0)),))
        rows.append((Button(label("Согласия на бумаге"), ShowPaperConsents(group_id=group_id, page=0)),))
    return rows


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
                cut(member_name(member), 40),
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
    words = ", ".join(filter(None, (member_name(member), note)))
    return text("{mark} {words}", mark=_MARKS[way_in(member.person)], words=words)


def member_name(member: MemberRow) -> str:
    role = member.relation or (
        label("ученик(ца)") if member.person.person_id == member.pupil_id else label("родитель")
    )
    return f"{short_name(member.person.last_name, member.person.first_name)} — {role}"


def pupil_name(family: Family) -> str:
    return short_name(family.pupil.person.last_name, family.pupil.person.first_name)


def _family_button(family: Family) -> Button:
    inside = sum(member.person.active for member in family.guardians)
    waits = any(way_in(member.person) is WayIn.PENDING for member in family.members)
    mark = "⏳ " if waits else ""
    return Button(
        f"{mark}{cut(pupil_name(family), 20)} · {inside}/{len(family.guardians)}",
        ShowFamily(pupil_id=family.pupil.pupil_id),
    )


def _name_button(person: Standing) -> str:
    return f"{_MARKS[way_in(person)]} {cut(short_name(person.last_name, person.first_name), 24)}"
