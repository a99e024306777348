"""Words about missed lessons, their reasons and those who told them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

import phonenumbers

from handlers.texts.i18n import label
from handlers.texts.words import NO_BREAK, answer_word, cut, day_and_month, listed, short_name, when
from services.absence_requests import RequestRow
from services.class_day_views import PupilDay
from services.planned_absences import PlannedRow

NAME_LIMIT, WORD_LIMIT = 40, 60
_AT_HOME = {"мать": "мама", "отец": "папа"}


def name_of(row: PupilDay | PlannedRow | RequestRow) -> str:
    """«Иванов П.», however long the surname is."""
    return short_name(cut(row.last_name, NAME_LIMIT), row.first_name)


def relation_word(relation: str | None) -> str:
    """«мама» for «мать»; «родитель» when the school did not say."""
    if not relation:
        return label("родитель")
    familiar = _AT_HOME.get(relation.strip().lower())
    return label(familiar) if familiar else cut(relation, NAME_LIMIT)


def phone_number(phone: str) -> str:
    """«+7 900 000-00-01», which a messenger makes a link of and no line breaks."""
    return phone_in_table(phone).replace(" ", NO_BREAK)


def phone_in_table(phone: str) -> str:
    """The same with plain spaces, as somebody looks for it in a file."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return cut(phone, NAME_LIMIT)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """1, 2, 3, 5 as (1, 3), (5, 5)."""
    found = []
    for _, run in groupby(enumerate(sorted(set(numbers))), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        found.append((members[0], members[-1]))
    return found


def short_numbers(numbers: Iterable[int]) -> str:
    """«1–3, 5»."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs(numbers))


def absent_at(numbers: Iterable[int]) -> str:
    """«нет на 3-м уроке», «нет на 3-м и 4-м уроках», «нет на 1–3-м и 5-м уроках»."""
    parts: list[str] = []
    missed = runs(numbers)
    for first, last in missed:
        if last - first > 1:
            parts.append(label("{first}–{last}-м", first=first, last=last))
        else:
            parts += [label("{n}-м", n=number) for number in range(first, last + 1)]
    one = len(missed) == 1 and missed[0][0] == missed[0][1]
    sentence = "нет на {numbers} уроке" if one else "нет на {numbers} уроках"
    return label(sentence, numbers=listed(parts))


def stated(pupil: PupilDay, zone: ZoneInfo, today: date) -> str:
    """«болеет (мама, 10:25)»; empty when nobody has said anything."""
    said = pupil.said
    if said is None or said.answer is None or said.answered_at is None:
        return ""
    return label(
        "{answer} ({who}, {time})",
        answer=answer_word(said.answer),
        who=relation_word(said.relation),
        time=when(said.answered_at, zone, today),
    )


def period(starts_on: date, ends_on: date) -> str:
    """«14 сентября», «14–18 сентября», «30 сентября – 2 октября»."""
    if starts_on == ends_on:
        return day_and_month(starts_on)
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        return f"{starts_on.day}–{day_and_month(ends_on)}"
    return f"{day_and_month(starts_on)} – {day_and_month(ends_on)}"


def lessons_of(first: int | None, last: int | None) -> str:
    """«весь день», «с 3-го урока», «по 4-й урок», «3-й урок», «3–5-й уроки»."""
    if first is None and last is None:
        return label("весь день")
    if last is None:
        return label("с {n}-го урока", n=first)
    if first is None or first == 1 != last:
        return label("по {n}-й урок", n=last)
    if first == last:
        return label("{n}-й урок", n=first)
    return label("{first}–{last}-й уроки", first=first, last=last)


def absence_plan(row: PlannedRow | RequestRow) -> str:
    """«14–18 сентября, болезнь», «14 сентября, с 4-го урока, у врача»."""
    parts = [period(row.starts_on, row.ends_on), cut(row.reason, WORD_LIMIT)]
    if row.first_lesson is not None or row.last_lesson is not None:
        parts.insert(1, lessons_of(row.first_lesson, row.last_lesson))
    return ", ".join(parts)
