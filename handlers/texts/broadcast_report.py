"""A broadcast's answers as a workbook, and as a sheet to print and to sign (C6)."""

from __future__ import annotations

from handlers.screen import Attachment, Screen
from handlers.texts.absence_words import phone_in_table
from handlers.texts.broadcast_progress import (
    printed_lines,
    short_title,
    title_line,
)
from handlers.texts.broadcast_reach import reach_words
from handlers.texts.broadcast_recipients import (
    answer_words,
    nobody_words,
    person_words,
    shown_words,
    who_words,
)
from handlers.texts.i18n import label
from handlers.texts.words import clock_time, full_name
from services.broadcasts.progress import Progress, Reach, Told, ToldFamily
from services.broadcasts.report import BroadcastReport
from services.documents.broadcast import PrintedBroadcast
from services.vocabulary import BroadcastReply


def printed_broadcast(report: BroadcastReport) -> PrintedBroadcast:
    """In words; the numbers are those of the screen."""
    view = report.progress
    asks = view.broadcast.reply is not BroadcastReply.NONE
    return PrintedBroadcast(
        title=title_line(view).striptags(),
        school=report.school,
        text=view.broadcast.text,
        numbers=tuple(line.striptags() for line in printed_lines(view)),
        headings=(
            label("№"),
            label("Класс"),
            label("Ученик"),
            label("Представитель"),
            label("Ответ") if asks else label("Состояние"),
            label("Подпись"),
        ),
        rows=tuple(
            (
                str(number),
                family.group or "",
                full_name(family),
                "\n".join(f"{who_words(one)} {full_name(one)}" for one in family.people) or nobody_words(),
                "\n".join(person_words(view.broadcast, one, view.zone) for one in family.people),
            )
            for number, family in enumerate(report.families, 1)
        ),
        people_headings=(
            label("Класс"),
            label("Ученик"),
            label("Семья"),
            label("Кто"),
            label("Представитель"),
            label("Телефон"),
            label("Состояние"),
            label("Ответ"),
            label("Когда"),
        ),
        people=tuple(
            _person(view, family, person) for family in report.families for person in family.people or (None,)
        ),
        signature=label("Ответственный"),
        page=label("Страница"),
    )


def _person(view: Progress, family: ToldFamily, person: Told | None) -> tuple[str, ...]:
    family_words = (family.group or "", full_name(family), shown_words(view.broadcast, family.shown))
    if person is None:
        return (*family_words, "", nobody_words(), "", reach_words(Reach.NOT_IN_BOT), "", "")
    replied = person.replied_at
    local = replied.astimezone(view.zone) if replied else None
    return (
        *family_words,
        who_words(person),
        full_name(person),
        phone_in_table(person.phone) if person.phone else "",
        label("ответ получен") if local else person_words(view.broadcast, person, view.zone),
        answer_words(view.broadcast, person.option) if local else "",
        f"{local:%d.%m.%Y} {clock_time(local, view.zone)}" if local else "",
    )


def workbook_screen(report: BroadcastReport, content: bytes) -> Screen:
    return _document(report, "xlsx", content)


def pdf_screen(report: BroadcastReport, content: bytes) -> Screen:
    return _document(report, "pdf", content)


def _document(report: BroadcastReport, suffix: str, content: bytes) -> Screen:
    title = short_title(report.progress.broadcast)
    words = "".join(char if char.isalnum() else " " for char in title).split()
    name = f"{' '.join(words)[:40] or 'broadcast'}.{suffix}"
    return Screen(title_line(report.progress), document=Attachment(name, content))
