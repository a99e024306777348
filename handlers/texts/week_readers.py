"""Who of a class has read the weekly digest, and why it has not come to the others."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from handlers.callbacks.families import ShowFamilies
from handlers.callbacks.weeks import PrintWeek, ShowWeekReaders
from handlers.screen import Button, Screen
from handlers.texts.absence_words import period, phone_number, relation_word
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import page_of, turning
from handlers.texts.words import capital, cut, day_and_month, short_day, short_name
from services.week.reading import Reader, Reading, WeekReaders

NAME_LIMIT = 40
_ORDER = (
    (Reading.NOT_READ, "⏳", "не прочитали"),
    (Reading.WAITS, "⏳", "сводка ещё отправляется"),
    (Reading.NOT_YET, "⏳", "сводка ещё не отправлялась"),
    (Reading.BLOCKED, "🔴", "заблокировали бота"),
    (Reading.NOT_SENT, "🔴", "не удалось отправить"),
    (Reading.NOT_IN_BOT, "⚪", "не в боте"),
    (Reading.NO_CONSENT, "⚪", "нет согласия"),
    (Reading.SWITCHED_OFF, "⚪", "отключили сводку"),
    (Reading.EMPTY_WEEK, "⚪", "за неделю нечего сообщить"),
    (Reading.READ, "🟢", "прочитали"),
)
_UNREACHED = (Reading.NOT_IN_BOT, Reading.BLOCKED, Reading.NOT_SENT)


def week_readers_screen(view: WeekReaders, page: int) -> Screen:
    """The silent first; of those whom no message reaches, the phone number."""
    counts = Counter(reader.reading for reader in view.readers)
    found = [
        line
        for reading, sign, words in _ORDER
        if counts[reading]
        for line in _section(view, reading, sign, capital(label(words)), counts[reading])
    ]
    shown, page, pages = page_of(found or [text("В классе пока нет родителей.")], page)
    said = lines(
        text("<b>{group} · сводка недели</b>", group=cut(view.group, 20)),
        text(
            "{days} · прочитали {read} из {all}",
            days=period(view.monday, view.monday + timedelta(days=6)),
            read=counts[Reading.READ],
            all=len(view.readers),
        ),
        *shown,
    )

    def at(day: int, page: int = 0) -> ShowWeekReaders:
        return ShowWeekReaders(group_id=view.group_id, monday=day, page=page)

    monday = view.monday.toordinal()
    weeks = [
        Button(f"‹ {short_day(view.monday - timedelta(days=7))}", at(monday - 7)),
        Button(f"{short_day(view.monday + timedelta(days=7))} ›", at(monday + 7)),
    ]
    printed = Button(
        label("Распечатать неделю"), PrintWeek(group_id=view.group_id, monday=monday, pupil_id=0)
    )
    back = Button(label("‹ Все семьи"), ShowFamilies(group_id=view.group_id))
    turned = turning(page, pages, lambda to: at(monday, to))
    return Screen(str(said), (*turned, tuple(weeks), (printed,), (back, menu_button())))


def _section(view: WeekReaders, reading: Reading, sign: str, words: str, number: int) -> list[Markup]:
    heading = text("{sign} <b>{words}: {n}</b>", sign=sign, words=words, n=number)
    return [
        Markup(""),
        heading,
        *(_line(view, reader) for reader in view.readers if reader.reading is reading),
    ]


def _line(view: WeekReaders, reader: Reader) -> Markup:
    """«Иванов П. — мама, 18 сентября», «Агаев И. — мама, +7 900 …»."""
    parts = [relation_word(reader.relation)]
    if reader.acknowledged_at is not None:
        parts.append(day_and_month(reader.acknowledged_at.astimezone(view.zone).date()))
    if reader.reading in _UNREACHED:
        parts.append(phone_number(reader.phone) if reader.phone else label("телефона нет"))
    name = short_name(cut(reader.last_name, NAME_LIMIT), reader.first_name)
    return text("{name} — {parts}", name=name, parts=", ".join(parts))
