"""The information letter: composing, what a family reads, who has read it (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.families import ShowFamilies
from handlers.callbacks.letters import (
    AcknowledgeLetter,
    ChooseLetter,
    ChooseLetterDays,
    OpenLetterFile,
    PreviewLetter,
    PrintLetter,
    SendLetter,
    ShowLetter,
    ShowSentLetters,
    TypeLetterDays,
    TypeRemark,
)
from handlers.screen import Attachment, Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.i18n import count, label, label_count, lines, text
from handlers.texts.mark_words import mark_word
from handlers.texts.paging import fitting, items_of, page_of, turning
from handlers.texts.words import cut, day_and_month, initials, short_name
from services.letters import (
    Addressees,
    LetterContent,
    LetterDraft,
    LetterSubject,
    SentLetter,
    Totals,
    content_of,
)
from services.notifications.letters import LetterNotice
from services.settings import PersonalData

PAGE, MARKS_SHOWN, REASONS_SHOWN, SUBJECT_LIMIT = 30, 12, 12, 40
MONTH = timedelta(days=30)


def choose_pupil_screen(to: Addressees, page: int) -> Screen:
    shown, page, pages = items_of(to.pupils, page, PAGE)
    group_id = to.group_id
    said = lines(
        text("<b>{group} · информационное письмо</b>", group=cut(to.group, 20)),
        text("Отметки, пропуски и ваше замечание — семье, с отметкой об ознакомлении. О ком?"),
    )
    names = [
        Button(
            cut(short_name(pupil.last_name, pupil.first_name), 24),
            ChooseLetterDays(group_id=group_id, pupil_id=pupil.pupil_id),
        )
        for pupil in shown
    ]
    everybody = Button(label("О каждом в классе"), ChooseLetterDays(group_id=group_id, pupil_id=0))
    sent = Button(label("Кто ознакомился"), ShowSentLetters(group_id=group_id, page=0))
    turned = turning(page, pages, lambda to: ChooseLetter(group_id=group_id, page=to))
    back = Button(label("‹ Все семьи"), ShowFamilies(group_id=group_id))
    return Screen(
        said,
        (
            *([(everybody,)] if to.pupils else []),
            *in_rows(names, 2),
            *turned,
            (sent,),
            (back, menu_button()),
        ),
    )


def choose_days_screen(to: Addressees, pupil_id: int) -> Screen:
    group_id, today = to.group_id, to.today

    def since(first: date) -> PreviewLetter:
        return PreviewLetter(
            group_id=group_id, pupil_id=pupil_id, starts_on=first.toordinal(), ends_on=today.toordinal()
        )

    term = label("Учебный период, с {day}", day=day_and_month(to.term_start))
    rows = (
        (Button(term, since(to.term_start)),),
        (Button(label("Последние 30 дней"), since(today - MONTH)),),
        (Button(label("Другие даты…"), TypeLetterDays(group_id=group_id, pupil_id=pupil_id)),),
        (_back(group_id),),
    )
    return Screen(text("За какое время?"), rows)


def type_days_screen(group_id: int, today: date) -> Screen:
    said = text(
        "Напишите первый и последний день через тире, например <b>{first:%d.%m}–{last:%d.%m}</b>.",
        first=today - MONTH,
        last=today,
    )
    return Screen(said, ((_back(group_id),),))


def preview_screen(draft: LetterDraft, letters: Sequence[LetterContent]) -> Screen:
    """The first of the letters as its family will read it."""
    data = _carried(draft)
    title = (
        count("Письмо о {n} ученике. Так оно выглядит:", "Письма о {n} учениках. Первое:", len(letters))
        if len(letters) > 1
        else text("Так письмо увидит семья:")
    )
    has_remark = bool(letters[0].remark)
    rows = (
        (
            Button(
                label("Изменить замечание…") if has_remark else label("Добавить замечание…"),
                TypeRemark(**data),
            ),
        ),
        (Button(label("Отправить семьям"), SendLetter(**data)), Button("PDF", PrintLetter(**data))),
        (_back(draft.group_id),),
    )
    return Screen(lines(title, "", *_body(letters[0], _name(letters[0]))), rows)


def type_remark_screen(draft: LetterDraft) -> Screen:
    said = text("Напишите замечание о поведении и учёбе одним сообщением. Оно войдёт в письмо.")
    back = Button(label("‹ Назад"), PreviewLetter(**_carried(draft)))
    return Screen(said, ((back,),))


def sent_screen(group_id: int, letters: int) -> Screen:
    said = lines(
        count("Отправлено {n} письмо.", "Отправлено {n} писем.", letters),
        text("Кого нет в боте, тому отдайте распечатанное."),
    )
    sent = Button(label("Кто ознакомился"), ShowSentLetters(group_id=group_id, page=0))
    return Screen(said, ((sent,), (_back(group_id), menu_button())))


def sent_letters_screen(group_id: int, letters: Sequence[SentLetter], page: int, zone: ZoneInfo) -> Screen:
    """Every letter with who has read it, the newest first."""
    parts = [_sent_line(one, zone) for one in letters]
    shown, page, pages = page_of(parts or [text("Писем ещё не было.")], page)
    turned = turning(page, pages, lambda to: ShowSentLetters(group_id=group_id, page=to))
    said = lines(text("<b>Информационные письма</b>"), *shown)
    return Screen(said, (*turned, (_back(group_id), menu_button())))


def _sent_line(one: SentLetter, zone: ZoneInfo) -> Markup:
    letter = one.letter
    read = ", ".join(
        f"{cut(name, 40)} ({day_and_month(at.astimezone(zone).date())})" for name, at in one.read_by[:4]
    )
    unread = ", ".join(cut(name, 40) for name in one.unread_by[:4])
    return lines(
        text(
            "<b>{name}</b>, {days}",
            name=cut(short_name(letter.last_name, letter.first_name), 40),
            days=period(letter.starts_on, letter.ends_on),
        ),
        text("🟢 {read}", read=read) if read else None,
        text("⏳ {unread}", unread=unread) if unread else None,
    )


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
            name = _name(content)
    return Screen(lines(*_body(content, name)), _family_rows(view.letter_id))


def letter_screen(letter_id: int, content: LetterContent, read_at: datetime | None, zone: ZoneInfo) -> Screen:
    """The letter on a guardian's own request."""
    body = _body(content, _name(content))
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
    whose = _name(first) if len(letters) == 1 else first.group
    name = label("Письмо {whose}.pdf", whose=cut(whose, 40))
    return Screen(text("Информационное письмо."), document=Attachment(name, content))


def acknowledged_toast() -> str:
    return label("Спасибо! Записано")


def sent_toast() -> str:
    return label("Отправлено")


def _body(content: LetterContent, name: str) -> list[Markup]:
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


def _name(content: LetterContent) -> str:
    return f"{content.last_name} {content.first_name}".strip()


def _carried(draft: LetterDraft) -> dict[str, int]:
    """The draft as buttons carry it."""
    return {
        "group_id": draft.group_id,
        "pupil_id": draft.pupil_id or 0,
        "starts_on": draft.starts_on.toordinal(),
        "ends_on": draft.ends_on.toordinal(),
    }


def _back(group_id: int) -> Button:
    return Button(label("‹ Письма"), ChooseLetter(group_id=group_id, page=0))
