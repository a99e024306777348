"""What the school keeps of a family: the card, its monthly check, requests to change it (S7, U12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.cards import (
    ApproveCardChange,
    AskFamilies,
    CheckCard,
    ChooseCardField,
    ConfirmCard,
    DeclineCardChange,
    ShowCard,
    ShowCardChange,
    ShowCardChanges,
    ShowCardChecks,
    ShowSchoolCards,
    TypeCardField,
)
from handlers.callbacks.diary import ShowDiary
from handlers.callbacks.families import ShowFamilies
from handlers.screen import Button, Screen
from handlers.texts.absence_words import phone_number, relation_word
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import capital, cut, day_and_month, full_name, short_name, when, with_initials
from services.cards import CardMember, CardPerson, ChangeRow, CheckRow, ClassCards, PupilCard
from services.vocabulary import CardChangeState, CardField

PAGE, CHANGES_A_PAGE = 30, 10
NAME_LIMIT, VALUE_LIMIT, GUARDIANS_SHOWN = 100, 120, 6

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


def asked_families_toast(families: int) -> str:
    if not families:
        return label("Спрашивать некого: остальных семей нет в боте")
    return str(count("Попросили {n} семью", "Попросили {n} семей", families))


def checked_toast() -> str:
    return label("Проверено")


def confirmed_toast() -> str:
    return label("Спасибо! Записано, что всё верно")


def approved_toast() -> str:
    return label("Карточка изменена")


def _pupil(change: ChangeRow) -> str:
    name = cut(f"{change.pupil_last_name} {change.pupil_first_name}".strip(), NAME_LIMIT)
    return f"{name}, {cut(change.group, 20)}" if change.group else name


def _back(pupil_id: int) -> Button:
    return Button(label("‹ Карточка"), ShowCard(pupil_id=pupil_id))
