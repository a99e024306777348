"""The sheet «Настройки»: the institution's own values and its school year."""

from __future__ import annotations

import re
from datetime import date, time
from enum import EnumType
from functools import partial
from typing import NamedTuple
from zoneinfo import available_timezones

from pydantic import ValidationError

from services.importing.context import Context
from services.importing.problems import nearest
from services.importing.school_file import Year
from services.importing.tables import Row
from services.importing.text import fold
from services.importing.values import NotAValue, parse_date, parse_integer, parse_time, parse_weekday
from services.settings import AverageKind, InstitutionSettings, PersonalData, Preset, preset_values, resolve

SCHOOL_KEYS = ("name", "short_name", "timezone", "preset")
YEAR_KEYS = ("year", "year_start", "year_end")
DEFAULTS = {"name": "Школа", "timezone": "Europe/Moscow", "preset": Preset.MAKHACHKALA.value}
NAME_LIMIT = 200

_RUSSIAN_KEYS = {
    "название": "name",
    "наименование": "name",
    "краткое название": "short_name",
    "часовой пояс": "timezone",
    "образец": "preset",
    "учебный год": "year",
    "начало года": "year_start",
    "начало учебного года": "year_start",
    "конец года": "year_end",
    "конец учебного года": "year_end",
    "минут на отмену": "undo_minutes",
    "дней на исправления": "edit_lock_days",
    "часов на домашнее задание": "homework_hours",
    "дней на отметки": "mark_days",
    "дней на отметки в начальной школе": "mark_days_primary",
    "дней на отметки за контрольные": "control_mark_days",
    "дней для сообщений семье": "notice_days",
    "дней на итоговые отметки": "final_mark_days",
    "средний балл": "final_average",
    "границы итоговых отметок": "final_thresholds",
    "наименьшее число отметок": "final_min_marks",
    "дней на ктп": "plan_days",
    "день сводки": "digest_weekday",
    "время сводки": "digest_time",
    "время вечерней сводки": "evening_time",
    "граница неуспеваемости": "failing_average",
    "число отметок для неуспеваемости": "failing_min_marks",
    "дней отсутствия по заявлению": "absence_request_days",
    "часы для сообщений с": "office_from",
    "часы для сообщений до": "office_to",
    "сообщений в час": "thread_messages_per_hour",
    "справочная с": "help_from",
    "справочная до": "help_to",
    "тихие часы с": "quiet_from",
    "тихие часы до": "quiet_to",
    "персональные данные": "personal_data",
    "дней действует приглашение": "invitation_days",
}
_WORDS: dict[str, str] = {
    "полностью": PersonalData.FULL.value,
    "инициалы": PersonalData.INITIALS.value,
    "нет": PersonalData.NONE.value,
    "без данных": PersonalData.NONE.value,
    "взвешенное": AverageKind.WEIGHTED.value,
    "простое": AverageKind.PLAIN.value,
}
_YEAR = re.compile(r"(20\d\d)\s*[/\-–—]\s*(20)?(\d\d)")


class SettingsSheet(NamedTuple):
    values: dict[str, str]
    """By key, as they are stored; the keys of the year are not among them."""
    year: Year


def setting_key(text: str) -> str:
    """The key of an English or Russian name. Raises NotAValue with the nearest one."""
    folded = fold(text)
    key = _RUSSIAN_KEYS.get(folded, folded.replace(" ", "_"))
    allowed = (*SCHOOL_KEYS, *YEAR_KEYS, *InstitutionSettings.model_fields)
    if key not in allowed:
        closest = nearest(key, allowed) or _RUSSIAN_KEYS.get(nearest(folded, _RUSSIAN_KEYS) or "")
        raise NotAValue("unknown_setting", closest)
    return key


def setting_value(key: str, text: str) -> str:
    """The value as it is stored. Raises NotAValue."""
    match key:
        case "name" | "short_name":
            if len(text) > NAME_LIMIT:
                raise NotAValue("text_too_long", limit=NAME_LIMIT, length=len(text))
            return text
        case "timezone":
            if text not in available_timezones():
                raise NotAValue("unknown_timezone", nearest(text, sorted(available_timezones())))
            return text
        case "preset":
            names = [preset.value for preset in Preset]
            if fold(text) not in names:
                raise NotAValue("not_in_list", nearest(text, names), allowed=", ".join(names), part=text)
            return fold(text)
        case "year":
            return parse_year(text)
        case "year_start" | "year_end":
            return parse_date(text).isoformat()
        case _:
            return _institution_value(key, text)


def _institution_value(key: str, text: str) -> str:
    kind = InstitutionSettings.model_fields[key].annotation
    if kind is time:
        value = f"{parse_time(text):%H:%M}"
    elif key == "digest_weekday":
        value = str(parse_weekday(text))
    elif isinstance(kind, EnumType):
        value = _WORDS.get(fold(text), fold(text))
        names = [str(item) for item in kind]
        if value not in names:
            raise NotAValue("not_in_list", nearest(text, names), allowed=", ".join(names), part=text)
    elif kind is str:
        value = text
    else:
        value = str(parse_integer(text))
    try:
        resolved = resolve(Preset.MAKHACHKALA, {key: value})
    except ValidationError as wrong:
        context = wrong.errors()[0].get("ctx", {})
        limit = context.get("le", context.get("ge"))
        if kind is str:
            limit = preset_values(Preset.MAKHACHKALA)[key]
        raise NotAValue("setting_out_of_range", None if limit is None else str(limit)) from None
    return getattr(resolved, key) if kind is str else value


def parse_year(text: str) -> str:
    """«2026/2027»."""
    found = _YEAR.fullmatch(text)
    if not found or int(found[3]) != (int(found[1]) + 1) % 100:
        start = re.match(r"20\d\d", text)
        raise NotAValue("not_a_year", f"{start[0]}/{int(start[0]) + 1}" if start else None)
    return f"{found[1]}/20{found[3]}"


def read_settings(context: Context) -> SettingsSheet:
    found: dict[str, tuple[str, Row]] = {}
    for row in context.rows("settings"):
        key = context.required(row, "key", setting_key)
        if not key or not context.text(row, "value"):
            continue
        value = context.value(row, "value", partial(setting_value, key))
        if value is None:
            continue
        if key in found and found[key][0] != value:
            context.problems.error("repeated", row, "key", first_row=found[key][1].number)
        found.setdefault(key, (value, row))
    if not context.known and not context.is_broken("settings"):
        for key in ("name", "timezone", "preset"):
            if key not in found:
                context.problems.note("setting_assumed", key=key, setting=DEFAULTS[key])
    values = {key: value for key, (value, _) in found.items() if key not in YEAR_KEYS}
    return SettingsSheet(values, _year(context, found))


def _year(context: Context, found: dict[str, tuple[str, Row]]) -> Year:
    known = context.known.year if context.known else None
    start = date.fromisoformat(found["year_start"][0]) if "year_start" in found else None
    end = date.fromisoformat(found["year_end"][0]) if "year_end" in found else None
    name = found["year"][0] if "year" in found else None
    if name is None and start is None and known:
        name = known.name
    if name is None:
        first = start.year if start else _likely_first_year(context)
        name = f"{first}/{first + 1}"
        if "year" not in found and not context.is_broken("settings"):
            context.problems.note("setting_assumed", key="year", setting=name)
    first = int(name[:4])
    kept = known if known and known.name == name else None
    start = start or (kept.starts_on if kept else date(first, 9, 1))
    end = end or (kept.ends_on if kept else date(first + 1, 8, 31))
    if end < start:
        key = "year_end" if "year_end" in found else "year_start"
        context.problems.error("end_before_start", found[key][1], "value", start=f"{start:%d.%m.%Y}")
        end = date(start.year + 1, 8, 31)
    elif start.year != first:
        key = "year_start" if "year_start" in found else "year"
        context.problems.error("year_disagrees", found[key][1], "value", year=name)
    return Year(name, start, end)


def _likely_first_year(context: Context) -> int:
    for row in context.rows("terms"):
        try:
            day = parse_date(row["start"])
        except NotAValue:
            continue
        return day.year if day.month > 6 else day.year - 1
    return context.today.year if context.today.month > 6 else context.today.year - 1
