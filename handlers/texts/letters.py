"""The information letter: composing, and who has read it (C2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.callbacks.families import ShowFamilies
from handlers.callbacks.letters import (
    ChooseLetter,
    ChooseLetterDays,
    PreviewLetter,
    PrintLetter,
    SendLetter,
    ShowSentLetters,
    TypeLetterDays,
    TypeRemark,
)
from handlers.screen import Button, Screen
from handlers.texts.absence_words import period
from handlers.texts.buttons import in_rows, menu_button
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.letter_reading import letter_body, pupil_name
from handlers.texts.paging import items_of, page_of, turning
from handlers.texts.words import cut, day_and_month, short_name
from services.letters import (
    Addressees,
    LetterContent,
    LetterDraft,
    SentLetter,
)

PAGE = 30
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
    return Screen(lines(title, "", *letter_body(letters[0], pupil_name(letters[0]))), rows)


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


def sent_toast() -> str:
    return label("Отправлено")


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
