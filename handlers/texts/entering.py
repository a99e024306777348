"""Words at the door: for people who are not let in yet, or no longer."""

from __future__ import annotations

from handlers.callbacks.entering import AskConfirmation, EnterCode
from handlers.callbacks.menu import AskLeave, Help
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import count, label, lines, text
from services.access.binding import Challenge
from services.access.door import AlreadyConnected, TooManyAttempts
from services.errors import DomainError
from services.vocabulary import BindingState


def stranger_screen(state: BindingState | None) -> Screen:
    """What an account that is not let in sees, whatever it sent or pressed."""
    enter = (Button(label("Ввести код"), EnterCode()),)
    match state:
        case BindingState.PENDING:
            body = lines(
                text("⏳ Школа ещё не подтвердила, что это вы."),
                text("Как только подтвердит, сюда придёт сообщение. Ускорить можно звонком в школу."),
            )
        case BindingState.FROZEN:
            body = lines(
                text("🔒 Доступ закрыт: сообщили, что он мог попасть к чужим."),
                text(
                    "Чтобы войти снова, попросите новое приглашение: родители и ученики — у классного "
                    "руководителя, сотрудники — у администратора."
                ),
            )
        case _:
            body = lines(
                text("Это «Звонок» — электронный журнал школы."),
                text(
                    "Чтобы войти, нужен код приглашения. Родителям и ученикам его даёт классный "
                    "руководитель, сотрудникам — администратор."
                ),
            )
    return Screen(body, (enter, (Button(label("Помощь"), Help()),)))


def ask_code_screen() -> Screen:
    return Screen(text("Наберите код с приглашения, например <code>ABCE-HK24-MX</code>."))


def challenge_screen(challenge: Challenge) -> Screen:
    """The second check."""
    ask = (Button(label("Пусть подтвердит школа"), AskConfirmation()),)
    if challenge.by_phone:
        body = lines(
            text("Код принят. Осталось убедиться, что это вы."),
            text("Напишите последние 4 цифры телефона, который вы оставили школе."),
        )
    else:
        body = lines(
            text("Код принят. Осталось убедиться, что это вы."),
            text("В вашей карточке нет телефона, поэтому вас подтвердит школа."),
        )
    return Screen(body, (ask,))


def waiting_screen() -> Screen:
    return Screen(
        lines(
            text("⏳ Спасибо! Мы попросили школу подтвердить, что это вы."),
            text("Когда подтвердят, сюда придёт сообщение."),
        )
    )


def refusal_screen(refusal: DomainError) -> Screen:
    """Why nobody was let in. Every wrong code and every wrong digit reads the same."""
    again = (Button(label("Ввести код"), EnterCode()),)
    match refusal:
        case TooManyAttempts():
            minutes = refusal.params["minutes"]
            assert isinstance(minutes, int)
            wait = count("{n} минуту", "{n} минут", minutes)
            return Screen(
                lines(text("Слишком много попыток."), text("Попробуйте через {wait}.", wait=wait)),
                (again,),
            )
        case AlreadyConnected() if refusal.params["same"]:
            return Screen(text("Вы уже вошли с этого аккаунта."), ((menu_button(),),))
        case AlreadyConnected():
            body = lines(
                text("Этот аккаунт уже подключён к другой карточке."),
                text("Откройте приглашение с другого аккаунта или сначала отключите этот."),
            )
            return Screen(body, ((Button(label("Отключить этот аккаунт"), AskLeave()),),))
        case _:
            body = lines(
                text("Войти не получилось: код или цифры не подходят."),
                text(
                    "Проверьте их по приглашению. Если не выходит, попросите новое: родители и ученики — "
                    "у классного руководителя, сотрудники — у администратора."
                ),
            )
            return Screen(body, (again,))


def need_text_screen() -> Screen:
    """A photo, a sticker or a voice where letters are expected."""
    return Screen(text("Пришлите код или цифры текстом, пожалуйста."))
