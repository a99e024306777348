"""Who of a broadcast's families stands how, with phone numbers of those whom no message moves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.broadcast_results import ALL, ShowRecipients
from handlers.callbacks.broadcasts import ShowBroadcast
from handlers.screen import Button, Screen
from handlers.texts.absence_words import phone_number, relation_word
from handlers.texts.broadcast_progress import short_title
from handlers.texts.broadcast_reach import reach_words, skip_words
from handlers.texts.broadcast_words import families_count, moment_words
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import turning
from handlers.texts.words import capital, cut, short_name, with_initials
from services.broadcasts.composing import Composed
from services.broadcasts.progress import Reach, RecipientPage, Shown, Told, ToldFamily
from services.vocabulary import BroadcastReply

PEOPLE_SHOWN = 4
NAME_LIMIT = 24


def recipients_screen(view: RecipientPage) -> Screen:
    body = lines(
        text("<b>{title}</b>", title=short_title(view.broadcast)),
        text("{which}: {families}", which=capital(_which(view)), families=families_count(_number(view))),
        *(line for family in view.families for line in _family(view, family)),
    )
    broadcast_id = view.broadcast.broadcast_id

    def at(page: int) -> ShowRecipients:
        option = ALL if view.option is None else view.option
        return ShowRecipients(broadcast_id=broadcast_id, shown=view.shown, option=option, page=page)

    back = Button(label("‹ Назад"), ShowBroadcast(broadcast_id=broadcast_id))
    turned = turning(view.page, view.pages, at)
    return Screen(body, (*turned, *in_rows(_filters(view), 2), (back, menu_button())))


def shown_words(broadcast: Composed, shown: Shown) -> str:
    asks = broadcast.reply is not BroadcastReply.NONE
    match shown:
        case Shown.SILENT:
            return label("Молчат") if asks else label("Получили")
        case Shown.ANSWERED:
            return label("Ответили")
        case Shown.WAITING:
            return label("Отправляется")
        case Shown.UNREACHABLE:
            return label("Не достать")


def answer_words(broadcast: Composed, option: int | None) -> str:
    """What somebody who has answered says."""
    if option is None or option >= len(broadcast.options):
        return label("ознакомлен(а)")
    return f"«{broadcast.options[option]}»"


def person_words(broadcast: Composed, person: Told, zone: ZoneInfo) -> str:
    """How a person stands: the answer and its moment, or how far the message has come."""
    if person.replied_at is not None:
        when = moment_words(person.replied_at, zone)
        return f"{answer_words(broadcast, person.option)}, {when}"
    return skip_words(person.reason or "") if person.reach is Reach.SKIPPED else reach_words(person.reach)


def nobody_words() -> str:
    """In the place of a family's people."""
    return label("нет представителей")


def who_words(person: Told) -> str:
    """«мама», «отец»; of a pupil who is told themself, «ученик»."""
    return label("ученик(ца)") if person.relation is None else cut(relation_word(person.relation), 16)


def _which(view: RecipientPage) -> str:
    if view.option is None:
        return shown_words(view.broadcast, view.shown)
    return answer_words(view.broadcast, view.option)


def _number(view: RecipientPage) -> int:
    families = view.numbers.families
    return families.shown[view.shown] if view.option is None else families.options[view.option]


def _family(view: RecipientPage, family: ToldFamily) -> list[Markup | str]:
    more = len(family.people) - PEOPLE_SHOWN
    name = short_name(cut(family.last_name, NAME_LIMIT), family.first_name)
    return [
        "",
        text("<b>{name}</b> {group}", name=name, group=cut(family.group or "", 12)),
        *(_person(view, person) for person in family.people[:PEOPLE_SHOWN]),
        *([text("{words}", words=nobody_words())] if not family.people else ()),
        *([text("…и ещё {n}", n=more)] if more > 0 else ()),
    ]


def _person(view: RecipientPage, person: Told) -> Markup:
    """«мама Иванова М. С.: «Согласны», 14 сентября в 10:20»."""
    words = person_words(view.broadcast, person, view.zone)
    if view.shown in (Shown.SILENT, Shown.UNREACHABLE) and person.replied_at is None:
        phone = phone_number(person.phone) if person.phone else label("телефона нет")
        words = f"{words}, {phone}"
    return text(
        "{who} {name}: {words}",
        who=who_words(person),
        name=cut(with_initials(person), NAME_LIMIT),
        words=words,
    )


def _filters(view: RecipientPage) -> list[Button]:
    """The other lists that are not empty, answers one by one."""
    families, broadcast = view.numbers.families, view.broadcast

    def button(words: str, number: int, shown: Shown, option: int | None) -> Button:
        chosen = (shown, option) == (view.shown, view.option)
        action = ShowRecipients(
            broadcast_id=broadcast.broadcast_id,
            shown=shown,
            option=ALL if option is None else option,
            page=0,
        )
        return Button(f"{'• ' if chosen else ''}{cut(words, 24)} ({number})", action)

    found = [
        button(shown_words(broadcast, shown), families.shown[shown], shown, None)
        for shown in Shown
        if families.shown[shown]
    ]
    found += [
        button(answer_words(broadcast, number), families.options[number], Shown.ANSWERED, number)
        for number in range(len(broadcast.options))
        if families.options[number]
    ]
    return found
