"""The consent gate and «Мои согласия» (U3)."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from handlers.callbacks.consents import AskConsent, AskWithdrawal, GiveConsent, MyConsents, WithdrawConsent
from handlers.callbacks.menu import Home
from handlers.screen import Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.words import cut, day_and_month
from services.access.consents import ConsentRequest, ConsentRow
from services.actor import Actor
from services.vocabulary import ConsentWay


def consent_screen(request: ConsentRequest) -> Screen:
    """The text to agree with. A changed text needs a new CONSENT_VERSION."""
    whose = (
        text("моих персональных данных")
        if request.own
        else text("персональных данных моего ребёнка ({name})", name=request.first_name)
    )
    body = lines(
        text("<b>Согласие на обработку персональных данных</b>"),
        "",
        text(
            "Я даю согласие на обработку {whose}: фамилии и имени, класса, расписания, посещаемости, "
            "домашних заданий и отметок, — чтобы вести электронный журнал и сообщать мне об учёбе в этом "
            "мессенджере.",
            whose=whose,
        ),
        text("Кому: {school}.", school=request.school),
        text("Согласие действует, пока я его не отзову. Отозвать можно здесь же, в разделе «Мои согласия»."),
        "",
        text("Без согласия сведения об ученике не показываются и не присылаются."),
    )
    give = GiveConsent(pupil_id=request.pupil_id, version=request.version)
    return Screen(
        body,
        ((Button(label("Согласен(на)"), give),), (Button(label("Не сейчас"), Home()),)),
    )


def my_consents_screen(
    actor: Actor, given: Sequence[ConsentRow], missing: Sequence[ConsentRequest]
) -> Screen:
    """What is given, since when and how, and what is missing."""
    body: list[Markup | str] = [text("<b>Мои согласия</b>"), ""]
    body += [_given(actor, consent) for consent in given]
    body += [text("⏳ {name}: согласия нет", name=_whose(actor, r.pupil_id, r.first_name)) for r in missing]
    if not given and not missing:
        body.append(text("Согласий нет: они нужны только родителям и ученикам."))
    withdraw = tuple(
        (
            Button(
                label("Отозвать: {name}", name=_whose(actor, consent.pupil_id, consent.first_name)),
                AskWithdrawal(pupil_id=consent.pupil_id),
            ),
        )
        for consent in given
    )
    ask = tuple(
        (
            Button(
                label("Дать согласие: {name}", name=_whose(actor, request.pupil_id, request.first_name)),
                AskConsent(pupil_id=request.pupil_id),
            ),
        )
        for request in missing
    )
    return Screen(lines(*body), (*ask, *withdraw, (menu_button(),)))


def withdrawal_screen(pupil_id: int) -> Screen:
    """Are you sure?"""
    body = lines(
        text("Отозвать согласие?"),
        text(
            "Сведения об ученике сразу перестанут показываться и приходить вам. Вернуть можно в любой день."
        ),
    )
    yes = Button(label("Да, отозвать"), WithdrawConsent(pupil_id=pupil_id))
    return Screen(body, ((yes,), (Button(label("Нет"), MyConsents()),)))


def given_toast() -> str:
    return label("Согласие записано")


def withdrawn_toast() -> str:
    return label("Согласие отозвано")


def old_text_toast() -> str:
    return label("Текст согласия обновился, прочтите его ещё раз")


def _given(actor: Actor, consent: ConsentRow) -> Markup:
    day = actor.day_of(consent.given_at)
    way = label("на бумаге") if consent.way is ConsentWay.PAPER else label("кнопкой")
    return text(
        "{name}: с {day} {year} года, {way}, текст № {version}",
        name=_whose(actor, consent.pupil_id, consent.first_name),
        day=day_and_month(day),
        year=day.year,
        way=way,
        version=consent.version,
    )


def _whose(actor: Actor, pupil_id: int, first_name: str) -> str:
    return label("о себе") if pupil_id == actor.person_id else cut(first_name, 30)
