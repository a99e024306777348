"""The information letter as a family reads it (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.letters import (
    AcknowledgeLetter,
    OpenLetterFile,
    ShowLetter,
)
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import menu_button
from handlers.texts.i18n import label, label_count, lines, text
from handlers.texts.mark_words import mark_word
from handlers.texts.paging import fitting
from handlers.texts.words import cut, day_and_month, initials
from services.letters import (
    LetterContent,
    LetterSubject,
    Totals,
    content_of,
)
from services.notifications.letters import LetterNotice
from services.settings import PersonalData

MARKS_SHOWN, REASONS_SHOWN, SUBJECT_LIMIT = 12, 12, 40


def letter_notice(view: LetterNotice) -> Screen:
    """As much as may be said unasked; the button shows all of it."""
    read = (Button(label("Прочитать"), ShowLetter(letter_id=view.letter_id)),)
    content = content_of(view.content)
    match view.personal_data:
        case PersonalData.NONE:
            return Screen(text("Информационное письмо о вашем ребёнке от классного руководителя."), (read,))
        case PersonalData.INITIALS:
            name = initials(content.last_name, content.first_name)
        case PersonalData.FULL:
            name = pupil_name(content)
    return Screen(lines(*letter_body(content, name)), _family_rows(view.letter_id))


def letter_screen(letter_id: int, content: LetterContent, read_at: datetime | None, zone: ZoneInfo) -> Screen:
    """The letter on a guardian's own request."""
    body = letter_body(content, pupil_name(content))
    if read_at is None:
        return Screen(lines(*body), _family_rows(letter_id))
    day = day_and_month(read_at.astimezone(zone).date())
    file = (Button("PDF", OpenLetterFile(letter_id=letter_id)),)
    return Screen(lines(*body, "", text("🟢 Вы ознакомились {day}.", day=day)), (file, (menu_button(),)))


def _family_rows(letter_id: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (Button(label("Ознакомлен(а)"), AcknowledgeLetter(letter_id=letter_id)),),
        (Button("PDF", OpenLetterFile(letter_id=letter_id)),),
    )


def letter_file_screen(letters: Sequence[LetterContent], content: bytes) -> Screen:
    first = letters[0]
    whose = pupil_name(first) if len(letters) == 1 else first.group
    name = label("Письмо {whose}.pdf", whose=cut(whose, 40))
    return Screen(text("Информационное письмо."), document=Attachment(name, content))


def acknowledged_toast() -> str:
    return label("Спасибо! Записано")


def letter_body(content: LetterContent, name: str) -> list[Markup]:
    head = [
        text("<b>{name}, {group}</b>", name=cut(name, 80), group=cut(content.group, 20)),
        text("Информационное письмо, {days}", days=period(content.starts_on, content.ends_on)),
        Markup(""),
    ]
    attendance = [Markup(""), *_attendance(content.attendance)]
    tail = [
        *([Markup(""), text("Замечание: {remark}", remark=content.remark)] if content.remark else []),
        Markup(""),
        text("Классный руководитель: {author}", author=cut(content.author, 80)),
    ]
    marks = [_subject(one) for one in content.subjects]
    taken = sum(len(part) + 1 for part in (*head, *attendance, *tail)) + 200
    reasons = fitting(_reasons(content.reasons), taken)
    taken += sum(len(part) + 1 for part in reasons)
    shown = fitting(marks, taken) or [text("Отметок за это время нет.")]
    return [*head, *shown, *attendance, *reasons, *tail]


def _subject(one: LetterSubject) -> Markup:
    more = "…" if len(one.marks) > MARKS_SHOWN else ""
    given = label_count("{n} отметка", "{n} отметок", one.count)
    return text(
        "{subject}: {marks}{more} · {given}{average}",
        subject=cut(one.subject, SUBJECT_LIMIT),
        marks=" ".join(mark_word(mark) for mark in one.marks[:MARKS_SHOWN]),
        more=more,
        given=given,
        average=label(", средний {average}", average=one.average) if one.average else "",
    )


def _attendance(seen: Totals) -> list[Markup]:
    if not (seen.lessons or seen.late or seen.excused):
        return [text("Пропусков и опозданий нет.")]
    return [
        text("Пропущено уроков: {n}, дней полностью: {days}", n=seen.lessons, days=seen.days),
        text(
            "Причина уважительная: {valid}, неуважительная: {not_valid}, не подтверждена: {unexplained}",
            valid=seen.valid,
            not_valid=seen.not_valid,
            unexplained=seen.unexplained,
        ),
        *([text("Не считается пропуском: {n}", n=seen.excused)] if seen.excused else []),
        text("Опозданий: {n}", n=seen.late),
    ]


def _reasons(reasons: Sequence[tuple[str, int]]) -> list[Markup]:
    """«Причины: болезнь — 3, семейные обстоятельства — 1»."""
    named = ", ".join(f"{cut(reason, SUBJECT_LIMIT)} — {n}" for reason, n in reasons[:REASONS_SHOWN])
    return [text("Причины: {named}", named=named)] if named else []


def pupil_name(content: LetterContent) -> str:
    return f"{content.last_name} {content.first_name}".strip()
