"""What a class signs and takes home on paper: consents and sheets of invitations."""

from __future__ import annotations

from handlers.callbacks.families import (
    RecordPaper,
    ShowFamilies,
    ShowPaperConsents,
)
from handlers.screen import Attachment, Button, Screen
from handlers.texts.buttons import menu_button
from handlers.texts.families import member_name, pupil_name
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.paging import items_of, turning
from handlers.texts.words import cut
from services.access.families import (
    ClassFamilies,
    FamiliesShown,
)

PAPERS_A_PAGE = 30


def paper_consents_screen(view: ClassFamilies, page: int) -> Screen:
    """A tap records one signed paper, and the next one can be tapped at once."""
    missing = [
        (family, member)
        for family in view.of(FamiliesShown.NO_CONSENT)
        for member in family.members
        if not member.consented
    ]
    shown, page, pages = items_of(missing, page, PAPERS_A_PAGE)
    said = lines(
        text("<b>{group} · согласия на бумаге</b>", group=view.group_name),
        text("Нажимайте на имена тех, чьё подписанное согласие у вас в руках.")
        if missing
        else text("Согласия есть у всех."),
        text("Ошиблись? Отменить можно в карточке человека: «Все семьи», семья, имя.") if missing else None,
    )
    rows = [
        (
            Button(
                cut(f"{member_name(member)} · {pupil_name(family)}", 60),
                RecordPaper(
                    group_id=view.group_id,
                    pupil_id=member.pupil_id,
                    person_id=member.person.person_id,
                    page=page,
                ),
            ),
        )
        for family, member in shown
    ]
    turned = turning(page, pages, lambda to: ShowPaperConsents(group_id=view.group_id, page=to))
    back = Button(label("‹ Все семьи"), ShowFamilies(group_id=view.group_id))
    return Screen(said, (*rows, *turned, (back, menu_button())))


def sheets_screen(group: str, people: int, content: bytes) -> Screen:
    """The sheets as a file; the codes let people in, so it is to be printed and then removed."""
    said = lines(
        count(
            "Приглашение для {n} человека, четыре на листе.",
            "Приглашения для {n} человек, четыре на листе.",
            people,
        ),
        text("Разрежьте и отдайте каждому своё. Кто уже вошёл, того здесь нет; выданные раньше коды те же."),
        text("По этим кодам входят: напечатав, удалите файл."),
    )
    return Screen(said, document=Attachment(f"Приглашения {group}.pdf", content))


def nobody_to_invite_toast() -> str:
    return label("Приглашать некого: все уже в боте или ждут вашего решения")
