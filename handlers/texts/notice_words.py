"""The words of notice settings: topics, modes, hours."""

from __future__ import annotations

from datetime import time

from handlers.callbacks.notice_settings import Part
from handlers.texts.i18n import LANGUAGE, label, language_name
from handlers.texts.words import weekday_name
from services.notice_settings import NoticeSettings
from services.settings import InstitutionSettings, PersonalData
from services.vocabulary import NoticeMode, NoticeTopic


def topic_word(topic: NoticeTopic) -> str:
    match topic:
        case NoticeTopic.MARKS:
            return label("Отметки")
        case NoticeTopic.DEBTS:
            return label("Долги")
        case NoticeTopic.HOMEWORK:
            return label("Домашнее задание")
        case NoticeTopic.FAILING:
            return label("Низкий средний балл")
        case NoticeTopic.DIGEST:
            return label("Сводка недели")
        case NoticeTopic.EVENTS:
            return label("События")
        case NoticeTopic.BROADCASTS:
            return label("Объявления")


def mode_word(topic: NoticeTopic, mode: NoticeMode, settings: NoticeSettings) -> str:
    """«сразу», «вечером, в 19:00», «по пятницам, в 18:00», «не сообщать»."""
    if mode is NoticeMode.OFF:
        return label("не сообщать")
    if mode is NoticeMode.EVENING:
        return label("вечером, в {at}", at=hour(settings.wishes.evening))
    if topic is NoticeTopic.DIGEST:
        return digest_words(settings.wishes.settings)
    return label("сразу")


def topic_line(topic: NoticeTopic, settings: NoticeSettings) -> str:
    """«Отметки — вечером, в 19:00»."""
    mode = mode_word(topic, settings.wishes.mode(topic), settings)
    return label("{topic} — {mode}", topic=topic_word(topic), mode=mode)


def part_line(part: Part, settings: NoticeSettings) -> str:
    """What holds now: «Тихие часы: с 21:00 до 07:00»."""
    own = settings.wishes.settings
    match part:
        case Part.QUIET:
            return label("Тихие часы: {hours}", hours=quiet_words(own))
        case Part.EVENING:
            return label("Отложенное на вечер приходит в {at}", at=hour(settings.wishes.evening))
        case Part.DIGEST:
            return label("Сводка недели: {when}", when=digest_words(own))
        case Part.PERSONAL_DATA:
            return label("В сообщениях о ребёнке: {what}", what=privacy_words(own.personal_data))
        case Part.LANGUAGE:
            return label("Язык: {name}", name=language_name(settings.language or LANGUAGE))


def digest_words(settings: InstitutionSettings) -> str:
    """«пятница, 18:00»."""
    return label(
        "{weekday}, {at}", weekday=weekday_name(settings.digest_weekday), at=hour(settings.digest_time)
    )


def quiet_words(settings: InstitutionSettings) -> str:
    """«с 21:00 до 07:00», «нет»."""
    if settings.quiet_from == settings.quiet_to:
        return label("нет")
    return label("с {since} до {until}", since=hour(settings.quiet_from), until=hour(settings.quiet_to))


def privacy_words(personal_data: PersonalData) -> str:
    match personal_data:
        case PersonalData.FULL:
            return label("фамилия и имя")
        case PersonalData.INITIALS:
            return label("только инициалы")
        case PersonalData.NONE:
            return label("ничего, только «есть новое» и кнопка")


def hour(at: time) -> str:
    return f"{at:%H:%M}"
