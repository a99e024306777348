"""Requests to change what the school keeps of a family: from the field to the decision (U12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.cards import (
    ApproveCardChange,
    DeclineCardChange,
    ShowCard,
    ShowCardChange,
    ShowCardChanges,
    ShowSchoolCards,
    TypeCardField,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import phone_number
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import capital, cut, full_name, when
from services.cards import CardMember, CardPerson, ChangeRow, PupilCard
from services.vocabulary import CardChangeState, CardField

CHANGES_A_PAGE = 10
NAME_LIMIT, VALUE_LIMIT = 100, 120


FIELDS = MappingProxyType({
    CardField.LAST_NAME: "фамилия",
    CardField.FIRST_NAME: "имя",
    CardField.MIDDLE_NAME: "отчество",
    CardField.BIRTH_DATE: "дата рождения",
    CardField.PHONE: "телефон",
    CardField.EMAIL: "почта",
})  # fmt: skip


_HOW = MappingProxyType({
    CardField.LAST_NAME: "Напишите фамилию.",
    CardField.FIRST_NAME: "Напишите имя.",
    CardField.MIDDLE_NAME: "Напишите отчество.",
    CardField.BIRTH_DATE: "Напишите дату рождения, например <b>12.03.2013</b>.",
    CardField.PHONE: "Напишите номер телефона, например <b>8 900 123-45-67</b>.",
    CardField.EMAIL: "Напишите адрес почты, например <b>mama@example.ru</b>.",
})  # fmt: skip


def fields_screen(card: PupilCard, member: CardMember) -> Screen:
    """What is to be changed?"""
    person_id, pupil_id = member.person.person_id, card.pupil.person.person_id
    buttons = [
        Button(
            label(words).capitalize(),
            TypeCardField(pupil_id=pupil_id, person_id=person_id, field=field),
        )
        for field, words in FIELDS.items()
    ]
    said = lines(text("<b>{name}</b>", name=cut(full_name(member.person), NAME_LIMIT)), text("Что изменить?"))
    return Screen(said, (*in_rows(buttons, 2), (_back(pupil_id),)))


def type_field_screen(card: PupilCard, member: CardMember, field: CardField) -> Screen:
    said = lines(
        text(
            "<b>{name}</b>, {field}",
            name=cut(full_name(member.person), NAME_LIMIT),
            field=label(FIELDS[field]),
        ),
        text("Сейчас: {value}", value=current_value(member.person, field) or label("не указано")),
        text(_HOW[field]),
    )
    return Screen(said, ((_back(card.pupil.person.person_id),),))


def asked_screen(change: ChangeRow) -> Screen:
    said = lines(
        change_words(change),
        text("⏳ Просьба отправлена. Когда школа решит, сюда придёт сообщение."),
    )
    return Screen(said, ((_back(change.pupil_id),), (menu_button(),)))


def changes_screen(changes: Sequence[ChangeRow], page: int, *, whole_school: bool) -> Screen:
    """What waits for a decision, the oldest first; for the office, also the way to the month's check."""
    shown, page, pages = items_of(changes, page, CHANGES_A_PAGE)
    said = lines(
        text("<b>Просьбы изменить карточки</b>"),
        count("Ждёт решения {n} просьба.", "Ждут решения {n} просьб.", len(changes))
        if changes
        else text("Новых просьб нет."),
    )
    rows = tuple(
        (
            Button(
                cut(f"{_pupil(change)}: {label(FIELDS[change.field])}", 60),
                ShowCardChange(change_id=change.change_id),
            ),
        )
        for change in shown
    )
    turned = turning(page, pages, lambda to: ShowCardChanges(page=to))
    checks = (Button(label("Проверка карточек по классам"), ShowSchoolCards(page=0)),)
    return Screen(said, (*rows, *turned, *([checks] if whole_school else []), (menu_button(),)))


def change_screen(change: ChangeRow, *, may_decide: bool, zone: ZoneInfo, today: date) -> Screen:
    """One request, with both values."""
    said = lines(
        text("<b>{pupil}</b>", pupil=_pupil(change)),
        text("Чья карточка: {name}", name=cut(full_name(change.person), NAME_LIMIT)),
        change_words(change),
        text(
            "Просит {who}, {at}",
            who=cut(full_name(change.asked_by), NAME_LIMIT),
            at=when(change.asked_at, zone, today),
        ),
        "",
        decision_words(change),
        *_advice(change, may_decide),
    )
    decide = (
        Button(
            label("Изменить карточку"), ApproveCardChange(change_id=change.change_id, version=change.version)
        ),
        Button(label("Отклонить…"), DeclineCardChange(change_id=change.change_id)),
    )
    is_open = change.state is CardChangeState.OPEN
    back = Button(label("‹ Все просьбы"), ShowCardChanges(page=0))
    return Screen(said, (*([decide] if is_open and may_decide else []), (back, menu_button())))


def _advice(change: ChangeRow, may_decide: bool) -> list[Markup]:
    if change.state is not CardChangeState.OPEN:
        return []
    if not may_decide:
        return [text("Эту просьбу решает администратор школы.")]
    if change.field is CardField.PHONE:
        return [
            text(
                "По последним цифрам телефона проверяют вход в журнал. "
                "Сначала убедитесь, что просит именно этот человек."
            ),
        ]
    return [text("Сверьте с документами.")]


def decision_words(change: ChangeRow) -> Markup:
    match change.state:
        case CardChangeState.OPEN:
            return text("⏳ Ждёт решения")
        case CardChangeState.APPROVED:
            return text("🟢 Карточка изменена")
        case CardChangeState.DECLINED:
            return text("🔴 Отклонено: {reason}", reason=change.reason)


def change_words(change: ChangeRow) -> Markup:
    """«Телефон: +7 900 … → +7 901 …»."""
    before = cut(value_words(change.field, change.before), VALUE_LIMIT) or label("не указано")
    after = cut(value_words(change.field, change.after), VALUE_LIMIT)
    return text(
        "{field}: {before} → <b>{after}</b>",
        field=capital(label(FIELDS[change.field])),
        before=before,
        after=after,
    )


def value_words(field: CardField, value: str) -> str:
    if not value:
        return ""
    if field is CardField.BIRTH_DATE:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    return phone_number(value) if field is CardField.PHONE else value


def current_value(person: CardPerson, field: CardField) -> str:
    value = getattr(person, field.value)
    stored = value.isoformat() if isinstance(value, date) else value or ""
    return cut(value_words(field, stored), VALUE_LIMIT)


def type_reason_screen(change: ChangeRow) -> Screen:
    said = lines(
        change_words(change), text("Почему отклоняете? Напишите одним сообщением: семья это прочтёт.")
    )
    back = Button(label("‹ Назад"), ShowCardChange(change_id=change.change_id))
    return Screen(said, ((back,),))


def approved_toast() -> str:
    return label("Карточка изменена")


def _pupil(change: ChangeRow) -> str:
    name = cut(f"{change.pupil_last_name} {change.pupil_first_name}".strip(), NAME_LIMIT)
    return f"{name}, {cut(change.group, 20)}" if change.group else name


def _back(pupil_id: int) -> Button:
    return Button(label("‹ Карточка"), ShowCard(pupil_id=pupil_id))
