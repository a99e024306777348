"""Messages about personal cards; what a card holds is shown only on request."""

from __future__ import annotations

from collections.abc import Callable

from handlers.callbacks.cards import ConfirmCard, ShowCard, ShowCardChange, ShowCardChecks
from handlers.screen import Button, Screen
from handlers.texts.card_changes import FIELDS, decision_words
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, day_and_month, initials
from services.notifications import cards
from services.notifications.cards import CardAsked, CardChangeAsked, CardChangeDecided, CardsDue
from services.settings import PersonalData
from services.vocabulary import CardChangeState


def change_asked_screen(view: CardChangeAsked) -> Screen:
    """For the class teacher: who asks for what; the values are behind the button."""
    change = view.change
    pupil = _pupil_hint(view)
    words = label(FIELDS[change.field])
    body = lines(
        text("Семья просит изменить карточку ({pupil}): {field}.", pupil=pupil, field=words)
        if pupil
        else text("Семья просит изменить карточку: {field}.", field=words),
        None if change.state is CardChangeState.OPEN else decision_words(change),
    )
    return Screen(body, ((Button(label("Посмотреть"), ShowCardChange(change_id=change.change_id)),),))


def change_decided_screen(view: CardChangeDecided) -> Screen:
    change = view.change
    pupil = _pupil_hint(view)
    words = label(FIELDS[change.field])
    who = f" ({pupil})" if pupil else ""
    if change.state is CardChangeState.APPROVED:
        body = lines(
            text("Школа изменила карточку{who}: {field}.", who=who, field=words),
            text("Если вы об этом не просили, сразу скажите классному руководителю."),
        )
    else:
        body = lines(
            text("Школа не стала менять карточку{who}: {field}.", who=who, field=words),
            text("Почему: {reason}", reason=change.reason),
        )
    return Screen(body, ((Button(label("Карточка"), ShowCard(pupil_id=change.pupil_id)),),))


def card_question_screen(view: CardAsked) -> Screen:
    pupil = _hint(view.pupil.last_name, view.pupil.first_name, view.personal_data)
    pupil_id = view.pupil.pupil_id
    asked = (
        text("Проверьте, пожалуйста, карточку в школе: <b>{pupil}</b>", pupil=pupil)
        if pupil
        else text("Проверьте, пожалуйста, карточку вашего ребёнка в школе.")
    )
    if view.confirmed:
        body = lines(asked, text("🟢 Ваша семья подтвердила, что всё верно. Спасибо!"))
        return Screen(body, ((Button(label("Карточка"), ShowCard(pupil_id=pupil_id)),),))
    body = lines(
        asked, text("Верны ли имена, телефоны и почта? Если что-то изменилось, скажите об этом там же.")
    )
    return Screen(
        body,
        (
            (Button(label("Показать карточку"), ShowCard(pupil_id=pupil_id)),),
            (Button(label("Всё верно"), ConfirmCard(pupil_id=pupil_id)),),
        ),
    )


def cards_due_screen(view: CardsDue) -> Screen:
    if view.checked == view.of_all:
        body = text("🟢 {group}: все карточки проверены. Спасибо!", group=cut(view.group, 20))
    else:
        body = lines(
            text("<b>{group} · карточки</b>", group=cut(view.group, 20)),
            text(
                "Проверено {n} из {all}, до {until}.",
                n=view.checked,
                all=view.of_all,
                until=day_and_month(view.until),
            ),
        )
    return Screen(body, ((Button(label("Карточки"), ShowCardChecks(group_id=view.group_id, page=0)),),))


def _pupil_hint(view: CardChangeAsked | CardChangeDecided) -> str | None:
    return _hint(view.change.pupil_last_name, view.change.pupil_first_name, view.personal_data)


def _hint(last_name: str, first_name: str, personal_data: PersonalData) -> str | None:
    match personal_data:
        case PersonalData.FULL:
            return cut(f"{last_name} {first_name}".strip(), 100)
        case PersonalData.INITIALS:
            return initials(last_name, first_name)
        case PersonalData.NONE:
            return None


SCREENS: dict[str, Callable[..., Screen]] = {
    cards.ASKED: change_asked_screen,
    cards.DECIDED: change_decided_screen,
    cards.QUESTION: card_question_screen,
    cards.DUE: cards_due_screen,
}
"""The screen of each kind of services.notifications.cards.KINDS."""
