"""What a cell may say: each function reads one kind of text or raises NotAValue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

import phonenumbers

from db.enums import LessonKind, Sex, StaffRole, TermKind, WeekParity
from services.importing.problems import nearest
from services.importing.text import as_cyrillic, fold

_T = TypeVar("_T")

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DATES = range(10_000, 100_000)
_YEARS = range(1900, 2101)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: 0?0:00(?::00)?)?(?: ?г\.?)?")
_SHORT_YEAR = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.\-](\d{2})(?::\d{2})?")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_INTEGER = re.compile(r"[+-]?\d{1,9}(?:[.,]0+)?")
_GRADES = re.compile(r"(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?")
_DIGITS = re.compile(r"\d+")

GRADES = range(1, 13)


class NotAValue(ValueError):
    """The text is none of its kind. `suggestion`: the nearest text that is."""

    def __init__(self, code: str, suggestion: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.params = params


def parse_date(text: str) -> date:
    """ISO, ДД.ММ.ГГГГ, or the number that Excel keeps for a date."""
    if found := _ISO.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _RUSSIAN.fullmatch(text):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if _INTEGER.fullmatch(text) and (days := parse_integer(text)) in _EXCEL_DATES:
        return _EXCEL_EPOCH + timedelta(days=days)
    suggestion = None
    if found := _SHORT_YEAR.fullmatch(text):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        try:
            suggestion = f"{_date(year, int(found[2]), int(found[1])):%d.%m.%Y}"
        except NotAValue as closest:
            suggestion = closest.suggestion
    raise NotAValue("not_a_date", suggestion)


def _date(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise NotAValue("not_a_date")
    try:
        return date(year, month, day)
    except ValueError:
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            raise NotAValue("not_a_date") from None
        last_day = date(year, month + 1, 1) - timedelta(days=1)  # only short months get here
        raise NotAValue("not_a_date", f"{last_day:%d.%m.%Y}") from None


def parse_time(text: str) -> time:
    """«8:30», «08.30», or the fraction of a day that Excel keeps for a time."""
    if found := _TIME.fullmatch(text):
        hours, minutes = int(found[1]), int(found[2])
        if hours < 24 and minutes < 60:
            return time(hours, minutes)
    elif re.fullmatch(r"0[.,]\d{3,}", text):
        minutes = round(float(text.replace(",", ".")) * 24 * 60)
        return time(*divmod(min(minutes, 24 * 60 - 1), 60))
    raise NotAValue("not_a_time")


def parse_integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise NotAValue("not_a_number", found[0] if (found := _DIGITS.search(text)) else None)
    return int(re.split("[.,]", text)[0])


def parse_lesson_number(text: str) -> int:
    return _within(parse_integer(text), range(21))


def parse_position(text: str) -> int:
    """A number in a list, from 1."""
    return _within(parse_integer(text), range(1, 10_000))


def parse_grade(text: str) -> int:
    return _within(parse_integer(text), GRADES)


def _within(number: int, allowed: range) -> int:
    if number not in allowed:
        closest = min(max(number, allowed[0]), allowed[-1])
        raise NotAValue("number_out_of_range", str(closest), low=allowed[0], high=allowed[-1])
    return number


def parse_hours(text: str) -> Decimal:
    """Hours a week: tenths are kept, the comma is Russian."""
    try:
        hours = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        raise NotAValue("not_a_number") from None
    if not hours.is_finite() or not 0 <= hours <= 60:
        raise NotAValue("number_out_of_range", low=0, high=60)
    return hours.quantize(Decimal("0.1"))


def parse_grades(text: str) -> tuple[int, ...]:
    """«5-7,9»."""
    if found := _ISO.fullmatch(text):  # «5-7» becomes the fifth of July in a spreadsheet program
        raise NotAValue("not_grades", f"{int(found[3])}-{int(found[2])}")
    grades: set[int] = set()
    for part in re.split(r"[,;]", text):
        found = _GRADES.fullmatch(part.strip())
        if not found:
            raise NotAValue("not_grades")
        first, last = int(found[1]), int(found[2] or found[1])
        if first not in GRADES or last not in GRADES or first > last:
            raise NotAValue("not_grades")
        grades.update(range(first, last + 1))
    return tuple(sorted(grades))


def parse_phone(text: str) -> str:
    """E.164, from any Russian spelling."""
    try:
        number = phonenumbers.parse(text, "RU")
    except phonenumbers.NumberParseException:
        raise NotAValue("not_a_phone") from None
    if not phonenumbers.is_valid_number(number):
        raise NotAValue("not_a_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parse_email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise NotAValue("not_an_email")
    return text


def split_list(text: str) -> list[str]:
    return [part for raw in re.split(r"[,;\n]", text) if (part := raw.strip())]


_SEXES = {
    Sex.MALE: ("м", "муж", "муж.", "мужской", "m", "male"),
    Sex.FEMALE: ("ж", "жен", "жен.", "женский", "f", "female"),
}
_ROLES = {
    StaffRole.ADMINISTRATOR: ("администратор",),
    StaffRole.DIRECTOR: ("директор",),
    StaffRole.DEPUTY: ("завуч", "заместитель директора", "зам. директора", "замдиректора"),
    StaffRole.HEAD: ("заведующий отделением", "заведующая отделением"),
    StaffRole.TEACHER: ("учитель", "преподаватель", "учительница"),
    StaffRole.SECRETARY: ("секретарь",),
    StaffRole.HR: ("кадры", "специалист по кадрам", "кадровик"),
}
_TERM_KINDS = {
    TermKind.QUARTER: ("четверть",),
    TermKind.TRIMESTER: ("триместр",),
    TermKind.HALF_YEAR: ("полугодие", "half year"),
    TermKind.SEMESTER: ("семестр",),
}
_LESSON_KINDS = {
    LessonKind.LESSON: ("урок",),
    LessonKind.PRACTICAL: ("практическая", "практическая работа"),
    LessonKind.LABORATORY: ("лабораторная", "лабораторная работа"),
    LessonKind.CONTROL: ("контрольная", "контрольная работа"),
    LessonKind.EXCURSION: ("экскурсия",),
    LessonKind.IT: ("икт",),
}
_WEEKS = {
    WeekParity.ODD: ("нечёт", "нечётная", "нечет.", "1"),
    WeekParity.EVEN: ("чёт", "чётная", "чет.", "2"),
}
_EVERY_WEEK = {"каждая", "все", "обе", "every", "both"}
_WEEKDAYS = {
    1: ("понедельник", "пн", "monday", "mon", "1"),
    2: ("вторник", "вт", "tuesday", "tue", "2"),
    3: ("среда", "ср", "wednesday", "wed", "3"),
    4: ("четверг", "чт", "thursday", "thu", "4"),
    5: ("пятница", "пт", "friday", "fri", "5"),
    6: ("суббота", "сб", "saturday", "sat", "6"),
    7: ("воскресенье", "вс", "sunday", "sun", "7"),
}


def parse_sex(text: str) -> Sex:
    return _of_list(text, _SEXES)


def parse_roles(text: str) -> frozenset[StaffRole]:
    return frozenset(_of_list(part, _ROLES) for part in split_list(text))


def parse_term_kind(text: str) -> TermKind:
    return _of_list(text, _TERM_KINDS)


def parse_lesson_kind(text: str) -> LessonKind:
    return _of_list(text, _LESSON_KINDS)


def parse_week(text: str) -> WeekParity | None:
    """None: every week."""
    return None if fold(text) in _EVERY_WEEK else _of_list(text, _WEEKS)


def parse_weekday(text: str) -> int:
    """ISO: 1 is Monday."""
    return _of_list(text.rstrip("."), _WEEKDAYS)


def parse_withdrawn(text: str) -> date | bool:
    """A day, or yes or no."""
    if fold(text) in {"да", "истина", "true", "yes", "1", "+", "x", "х", "отозвано"}:
        return True
    if fold(text) in {"нет", "ложь", "false", "no", "0", "-", "–", "—"}:
        return False
    return parse_date(text)


def _of_list(text: str, names: Mapping[_T, tuple[str, ...]]) -> _T:
    wanted = fold(as_cyrillic(text))
    for value, synonyms in names.items():
        if wanted == str(value) or wanted in map(fold, synonyms):
            return value
    allowed = [synonyms[0] for synonyms in names.values()]
    raise NotAValue("not_in_list", nearest(text, allowed), allowed=", ".join(allowed), part=text)
