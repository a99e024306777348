"""What the school keeps of a family: the card and its monthly check (S7)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.cards import (
    AskFamilies,
    CheckCard,
    ChooseCardField,
    ConfirmCard,
    ShowCard,
    ShowCardChange,
    ShowCardChanges,
    ShowCardChecks,
    ShowSchoolCards,
)
from handlers.callbacks.diary import ShowDiary
from handlers.callbacks.families import ShowFamilies
from handlers.screen import Button, Screen
from handlers.texts.absence_words import phone_number, relation_word
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.card_changes import CHANGES_A_PAGE, FIELDS, NAME_LIMIT, VALUE_LIMIT, value_words
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut, day_and_month, full_name, short_name, when, with_initials
from services.cards import CardMember, ChangeRow, CheckRow, ClassCards, PupilCard

PAGE = 30
GUARDIANS_SHOWN = 6


def card_screen(card: PupilCard, zone: ZoneInfo, today: date) -> Screen:
    """The card as its reader may see it, and what they may do with it."""
    guardians = card.guardians[:GUARDIANS_SHOWN]
    said = lines(
        text("<b>Карточка: {name}</b>", name=cut(full_name(card.pupil.person), NAME_LIMIT)),
        *_data(card.pupil),
        *(line for one in guardians for line in ("", *_guardian(one))),
        "" if card.changes else None,
        *(_waiting(change) for change in card.changes[:CHANGES_A_PAGE]),
        *_state(card, zone, today),
    )
    return Screen(said, tuple(_card_rows(card)))


def _guardian(member: CardMember) -> list[Markup]:
    name = cut(full_name(member.person), NAME_LIMIT)
    who = label("вы") if member.own else relation_word(member.person.relation)
    title = text("<b>{name}</b>, {who}", name=name, who=who)
    if member.hidden:
        return [title, text("Эти данные видят только сам человек и школа.")]
    return [title, *_data(member)]


def _data(member: CardMember) -> list[Markup]:
    person = member.person
    return [
        text("Дата рождения: {day}", day=f"{person.birth_date:%d.%m.%Y}")
        if person.birth_date
        else text("Дата рождения: не указана"),
        text("Телефон: {phone}", phone=phone_number(person.phone))
        if person.phone
        else text("Телефон: не указан"),
        text("Почта: {email}", email=cut(person.email, VALUE_LIMIT))
        if person.email
        else text("Почта: не указана"),
    ]


def _waiting(change: ChangeRow) -> Markup:
    return text(
        "⏳ {who}: {field} — «{after}», решает школа",
        who=cut(with_initials(change.person), 60),
        field=label(FIELDS[change.field]),
        after=cut(value_words(change.field, change.after), 60),
    )


def _state(card: PupilCard, zone: ZoneInfo, today: date) -> list[Markup]:
    said = []
    if card.group_id is not None:
        checked = card.month.checked_at
        said.append(
            text("🟢 В этом месяце проверено: {at}", at=when(checked, zone, today))
            if checked
            else text("⚪ В этом месяце ещё не проверено")
        )
        if card.month.confirmed_by:
            said.append(text("🟢 Семья подтвердила, что всё верно"))
    if card.may_confirm:
        said.append(
            text("🟢 Вы подтвердили, что всё верно. Спасибо!")
            if card.confirmed
            else text("Если что-то не так, попросите изменить: решит школа.")
        )
    return [Markup(""), *said] if said else []


def _card_rows(card: PupilCard) -> list[Row]:
    pupil_id = card.pupil.person.person_id
    rows: list[Row] = []
    if card.may_check and card.month.checked_at is None:
        rows.append((Button(label("Проверено"), CheckCard(pupil_id=pupil_id)),))
    rows += [
        (
            Button(
                label("Просьба: {field}", field=label(FIELDS[change.field])),
                ShowCardChange(change_id=change.change_id),
            ),
        )
        for change in card.changes[:CHANGES_A_PAGE]
        if card.group_id is not None
    ]
    if card.may_confirm and not card.confirmed:
        rows.append((Button(label("Всё верно"), ConfirmCard(pupil_id=pupil_id)),))
    for member in card.members:
        if member.own:
            whose = (
                label("Изменить данные ребёнка…") if member is card.pupil else label("Изменить мои данные…")
            )
            action = ChooseCardField(pupil_id=pupil_id, person_id=member.person.person_id)
            rows.append((Button(whose, action),))
    back = (
        Button(label("‹ Карточки"), ShowCardChecks(group_id=card.group_id, page=0))
        if card.group_id is not None
        else Button(label("‹ Дневник"), ShowDiary(pupil_id=pupil_id))
    )
    return [*rows, (back, menu_button())]


def checks_screen(view: ClassCards, page: int) -> Screen:
    """«Карточки: 12 из 27, до 30 сентября»."""
    shown, page, pages = items_of(view.pupils, page, PAGE)
    asked = sum(pupil.asked for pupil in view.pupils)
    said = lines(
        text("<b>{group} · карточки</b>", group=cut(view.group, 20)),
        text(
            "Проверено {n} из {all}, до {until}.",
            n=view.checked,
            all=len(view.pupils),
            until=day_and_month(view.until),
        ),
        text("Сверьте карточку с документами и нажмите «Проверено».") if view.may_check else None,
        count("⏳ {n} просьба об изменении", "⏳ {n} просьб об изменении", asked) if asked else None,
        text("🟢 проверено · 🔵 семья подтвердила · ⚪ ещё нет"),
    )
    buttons = [
        Button(
            f"{_check_mark(pupil)} {cut(short_name(pupil.last_name, pupil.first_name), 24)}",
            ShowCard(pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    turned = turning(page, pages, lambda to: ShowCardChecks(group_id=view.group_id, page=to))
    rows = [*in_rows(buttons, 2), *turned]
    if view.may_check and any(not pupil.confirmed for pupil in view.pupils):
        rows.append((Button(label("Попросить семьи проверить"), AskFamilies(group_id=view.group_id)),))
    if asked:
        rows.append((Button(label("Просьбы изменить карточки"), ShowCardChanges(page=0)),))
    back = (
        Button(label("‹ Семьи"), ShowFamilies(group_id=view.group_id))
        if view.may_check
        else Button(label("‹ Все классы"), ShowSchoolCards(page=0))
    )
    return Screen(said, (*rows, (back, menu_button())))


def _check_mark(pupil: CheckRow) -> str:
    if pupil.asked:
        return "⏳"
    return "🟢" if pupil.checked else "🔵" if pupil.confirmed else "⚪"


def asked_families_toast(families: int) -> str:
    if not families:
        return label("Спрашивать некого: остальных семей нет в боте")
    return str(count("Попросили {n} семью", "Попросили {n} семей", families))


def checked_toast() -> str:
    return label("Проверено")


def confirmed_toast() -> str:
    return label("Спасибо! Записано, что всё верно")
