"""«Настройки сообщений»: what is set, and a screen for every choice."""

from __future__ import annotations

from datetime import time

from markupsafe import Markup

from handlers.callbacks.notice_settings import (
    OF_SCHOOL,
    ChooseMode,
    ChooseNotices,
    Part,
    ResetDigest,
    SetDigestDay,
    SetDigestTime,
    SetEvening,
    SetLanguage,
    SetMode,
    SetPersonalData,
    SetQuietHours,
    ShowNoticeSettings,
    TypeQuietHours,
)
from handlers.screen import Button, Screen
from handlers.texts.buttons import Row, in_rows, menu_button
from handlers.texts.i18n import label, language_name, languages, lines, text
from handlers.texts.notice_words import (
    digest_words,
    hour,
    mode_word,
    part_line,
    privacy_words,
    quiet_words,
    topic_line,
    topic_word,
)
from handlers.texts.words import capital, weekday_name
from services.notice_settings import NoticeSettings, QuietHours, modes_of
from services.vocabulary import NoticeTopic

QUIET: tuple[QuietHours, ...] = (
    (time(21), time(7)),
    (time(22), time(7)),
    (time(22), time(8)),
    (time(23), time(8)),
)
EVENINGS = (time(17), time(18), time(19), time(20), time(21))
DIGEST_TIMES = (time(9), time(12), time(16), time(18), time(20))


def notice_settings_screen(settings: NoticeSettings, done: str | None = None) -> Screen:
    """`done`: what was changed just now, and what happens from now on."""
    family = bool(settings.topics)
    return Screen(
        lines(
            text("🟢 {done}", done=done) if done else None,
            "" if done else None,
            text("<b>Настройки сообщений</b>"),
            *(text("• {line}", line=topic_line(topic, settings)) for topic in settings.topics),
            "" if family else None,
            part_line(Part.QUIET, settings),
            part_line(Part.PERSONAL_DATA, settings) if family else None,
            "",
            _always(family=family),
        ),
        (
            *in_rows((Button(topic_word(one), ChooseMode(topic=one)) for one in settings.topics), 2),
            *in_rows(_parts(settings), 2),
            (menu_button(),),
        ),
    )


def _always(*, family: bool) -> Markup:
    if family:
        return text(
            "О пропусках уроков, срочных объявлениях и доступе к дневнику сообщаем всегда и сразу: "
            "отключить это нельзя."
        )
    return text("В тихие часы приходит только то, что не ждёт: о сегодняшних уроках и о доступе.")


def _parts(settings: NoticeSettings) -> list[Button]:
    family = bool(settings.topics)
    offered = {
        Part.QUIET: label("Тихие часы"),
        **({Part.EVENING: label("Во сколько вечером")} if family else {}),
        **({Part.DIGEST: label("Когда сводка")} if NoticeTopic.DIGEST in settings.topics else {}),
        **({Part.PERSONAL_DATA: label("Имя ребёнка")} if len(settings.personal_data) > 1 and family else {}),
        **({Part.LANGUAGE: label("Язык")} if len(languages()) > 1 else {}),
    }
    return [Button(words, ChooseNotices(part=part)) for part, words in offered.items()]


def mode_screen(settings: NoticeSettings, topic: NoticeTopic) -> Screen:
    """One topic's modes."""
    rows = tuple(
        (Button(capital(mode_word(topic, mode, settings)), SetMode(topic=topic, mode=mode)),)
        for mode in modes_of(topic)
    )
    return _choice(text("<b>{line}</b>", line=topic_line(topic, settings)), _hint(topic), rows)


def _hint(topic: NoticeTopic) -> Markup | None:
    match topic:
        case NoticeTopic.MARKS | NoticeTopic.HOMEWORK | NoticeTopic.DEBTS:
            return text("Отметки, задания и долги, отложенные на вечер, приходят одним сообщением.")
        case NoticeTopic.FAILING:
            return text("Один раз за учебный период по каждому предмету.")
        case NoticeTopic.BROADCASTS:
            return text("Срочные и те, на которые ждут ответа, приходят всегда.")
        case NoticeTopic.EVENTS | NoticeTopic.DIGEST:
            return None


def part_screen(settings: NoticeSettings, part: Part) -> Screen:
    """The choices of one part."""
    title = text("<b>{line}</b>", line=part_line(part, settings))
    match part:
        case Part.QUIET:
            hint = text("Что не срочно, ждёт их конца. Время — школьное.")
            return _choice(title, hint, _quiet_rows(settings))
        case Part.EVENING:
            return _choice(title, None, _evening_rows(settings))
        case Part.DIGEST:
            hint = text("С четверга по воскресенье сводка — о текущей неделе, с понедельника — о прошлой.")
            return _choice(title, hint, _digest_rows(settings))
        case Part.PERSONAL_DATA:
            hint = text("Это видно и на заблокированном экране телефона. По кнопке покажем всё.")
            rows = tuple(
                (Button(capital(privacy_words(one)), SetPersonalData(personal_data=one)),)
                for one in settings.personal_data
            )
            return _choice(title, hint, rows)
        case Part.LANGUAGE:
            rows = tuple((Button(language_name(one), SetLanguage(code=one)),) for one in languages())
            return _choice(title, None, rows)


def type_quiet_screen() -> Screen:
    said = text("Напишите, с какого и до какого часа не беспокоить, например: 21:30–07:00.")
    return Screen(said, ((_back(),),))


def _choice(title: Markup, hint: Markup | None, rows: tuple[Row, ...]) -> Screen:
    return Screen(lines(title, hint), (*rows, (_back(),)))


def _back() -> Button:
    return Button(label("‹ Настройки сообщений"), ShowNoticeSettings())


def _quiet_rows(settings: NoticeSettings) -> tuple[Row, ...]:
    hours = in_rows(
        (
            Button(f"{hour(since)}–{hour(until)}", SetQuietHours(since=_minute(since), until=_minute(until)))
            for since, until in QUIET
        ),
        2,
    )
    as_school = label("Как в школе: {hours}", hours=quiet_words(settings.school))
    return (
        *hours,
        (Button(label("Другие часы"), TypeQuietHours()),),
        (Button(label("Без тихих часов"), SetQuietHours(since=0, until=0)),),
        (Button(as_school, SetQuietHours(since=OF_SCHOOL, until=OF_SCHOOL)),),
    )


def _evening_rows(settings: NoticeSettings) -> tuple[Row, ...]:
    as_school = label("Как в школе: в {at}", at=hour(settings.school.evening_time))
    return (
        tuple(Button(hour(at), SetEvening(minute=_minute(at))) for at in EVENINGS),
        (Button(as_school, SetEvening(minute=OF_SCHOOL)),),
    )


def _digest_rows(settings: NoticeSettings) -> tuple[Row, ...]:
    days = (Button(capital(weekday_name(day)), SetDigestDay(weekday=day)) for day in range(1, 8))
    hours = tuple(Button(hour(at), SetDigestTime(minute=_minute(at))) for at in DIGEST_TIMES)
    as_school = label("Как в школе: {when}", when=digest_words(settings.school))
    return (*in_rows(days, 3), hours, (Button(as_school, ResetDigest()),))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
