"""The card of a person at the door: how they stand, their code, what can be done."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.compromise import AskFreeze, Freeze
from handlers.callbacks.consents import RecordConsent, RecordWithdrawal
from handlers.callbacks.families import (
    ConfirmBinding,
    DeclineBinding,
    ReissueCode,
    RevokeCode,
    ShowCode,
    ShowFamily,
    ShowStaff,
)
from handlers.callbacks.menu import Home
from handlers.screen import Attachment, Button, Screen
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import day_and_month, full_name
from services.access.families import MemberCard, StaffCard, Standing, WayIn, way_in
from services.access.invitations import InvitationView
from services.vocabulary import StaffRole


def member_screen(card: MemberCard, zone: ZoneInfo) -> Screen:
    """The card of a pupil or a guardian: state, consent, what can be done."""
    member, person = card.member, card.member.person
    said = lines(
        text("<b>{name}</b>", name=full_name(person)),
        _state(person, zone),
        text("Согласие: есть") if member.consented else text("Согласие: нет, сведения не показываются"),
        None if card.may_invite else text("Это ещё и сотрудник школы: приглашение выдаёт администратор."),
    )
    ids = {"pupil_id": member.pupil_id, "person_id": person.person_id}
    consent = (
        Button(label("Согласие отозвано на бумаге"), RecordWithdrawal(**ids))
        if member.consented
        else Button(label("Согласие на бумаге получено"), RecordConsent(**ids))
    )
    rows = (
        *_access_rows(person, may_invite=card.may_invite, may_confirm=card.may_confirm),
        *([(consent,)] if card.may_record_consent else []),
        (Button(label("‹ Семья"), ShowFamily(pupil_id=member.pupil_id)),),
    )
    return Screen(said, rows)


def staff_member_screen(card: StaffCard, zone: ZoneInfo) -> Screen:
    """The card of an employee."""
    row = card.row
    said = lines(
        text("<b>{name}</b>", name=full_name(row.person)),
        text("{roles}", roles=", ".join(role_name(role) for role in row.roles)),
        _state(row.person, zone),
    )
    back = (Button(label("‹ Все сотрудники"), ShowStaff(page=0)),)
    return Screen(said, (*_access_rows(row.person, may_invite=card.may_invite, may_confirm=True), back))


def code_screen(invitation: InvitationView, link: str, qr: bytes, zone: ZoneInfo) -> Screen:
    """A code with its picture, to be shown or forwarded to that person alone."""
    name = f"{invitation.first_name} {invitation.middle_name}".strip()
    said = lines(
        text("<b>{last_name} {name}</b>", last_name=invitation.last_name, name=name),
        text("Код: <code>{code}</code>", code=invitation.code),
        text("{link}", link=link),
        text(
            "До {day}. Один раз и только для этого человека.",
            day=day_and_month(invitation.expires_at.astimezone(zone).date()),
        ),
    )
    rows = (
        (Button(label("Новый код"), ReissueCode(person_id=invitation.person_id)),),
        (Button(label("Отозвать код"), RevokeCode(person_id=invitation.person_id)),),
    )
    return Screen(said, rows, picture=Attachment("invitation.png", qr))


def revoked_screen() -> Screen:
    return Screen((text("Код отозван: войти по нему больше нельзя.")), ((menu_button(),),))


def ask_freeze_screen(person_id: int) -> Screen:
    body = lines(
        text("Закрыть доступ этому человеку?"),
        text("Все его аккаунты и приглашения перестанут работать сразу, директор узнает."),
    )
    return Screen(
        body,
        (
            (Button(label("Да, закрыть доступ"), Freeze(person_id=person_id)),),
            (Button(label("Нет"), Home()),),
        ),
    )


def frozen_screen(person_id: int) -> Screen:
    """Closed; the next step is a new code."""
    body = lines(
        text("🔒 Доступ закрыт, директор узнает сейчас."),
        text("Когда убедитесь, что говорите с самим человеком, выдайте новое приглашение."),
    )
    return Screen(
        body,
        (
            (Button(label("Новое приглашение"), ShowCode(person_id=person_id)),),
            (menu_button(),),
        ),
    )


def decided_screen(*, let_in: bool) -> Screen:
    """After «Подтвердить» or «Это не он(а)»."""
    body = (
        text("🟢 Вход подтверждён, человек узнает об этом сейчас.")
        if let_in
        else text("Вход отклонён. Код больше не действует; самому человеку выдайте новый.")
    )
    return Screen(body, ((menu_button(),),))


def confirmed_toast() -> str:
    return label("Вход подтверждён")


def declined_toast() -> str:
    return label("Вход отклонён")


def role_name(role: StaffRole) -> str:
    return {
        StaffRole.ADMINISTRATOR: label("администратор"),
        StaffRole.DIRECTOR: label("директор"),
        StaffRole.DEPUTY: label("завуч"),
        StaffRole.HEAD: label("заведующий отделением"),
        StaffRole.TEACHER: label("учитель"),
        StaffRole.SECRETARY: label("секретарь"),
        StaffRole.HR: label("кадры"),
    }[role]


def _access_rows(person: Standing, *, may_invite: bool, may_confirm: bool) -> list[Row]:
    rows: list[Row] = []
    if person.pending_binding_id is not None and may_confirm:
        rows.append(decision(person.pending_binding_id))
    if not may_invite:
        return rows
    if person.invited_until is not None:
        rows.append(
            (
                Button(label("Показать код"), ShowCode(person_id=person.person_id)),
                Button(label("Отозвать код"), RevokeCode(person_id=person.person_id)),
            )
        )
    else:
        rows.append((Button(label("Выдать код"), ShowCode(person_id=person.person_id)),))
    if person.active:
        rows.append((Button(label("Закрыть доступ"), AskFreeze(person_id=person.person_id)),))
    return rows


def _state(person: Standing, zone: ZoneInfo) -> Markup:
    match way_in(person):
        case WayIn.PENDING:
            return text("⏳ Ждёт подтверждения, что это он(а)")
        case WayIn.FROZEN:
            return text("🔒 Доступ закрыт, нужно новое приглашение")
        case WayIn.BLOCKED:
            return text("🔴 В боте, но заблокировал(а) его: сообщения не доходят")
        case WayIn.BOUND:
            return text("🟢 В боте")
        case WayIn.INVITED:
            assert person.invited_until is not None
            return text(
                "🟡 Приглашение выдано, действует до {day}",
                day=day_and_month(person.invited_until.astimezone(zone).date()),
            )
        case WayIn.OUTSIDE:
            return text("⚪ Не в боте, приглашения нет")


def decision(binding_id: int) -> Row:
    return (
        Button(label("Подтвердить"), ConfirmBinding(binding_id=binding_id)),
        Button(label("Это не он(а)"), DeclineBinding(binding_id=binding_id)),
    )
