"""Words that many screens share: dates, names, times, numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from handlers.texts.i18n import label
from services.settings import PersonalData
from services.vocabulary import Answer, Sex

_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_WEEKDAYS_ACCUSATIVE = ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье")
_ON_WEEKDAYS = (
    *("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"),
)
NO_BREAK = "\u00a0"
"""A space at which no line ends."""
WEEKDAYS_SHORT = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_MONTHS_NAMED = (
    *("январь", "февраль", "март", "апрель", "май", "июнь"),
    *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
)


def month_name(day: date) -> str:
    """«сентябрь»."""
    return label(_MONTHS_NAMED[day.month - 1])


def day_and_month(day: date) -> str:
    """«14 сентября»."""
    return f"{day.day} {label(_MONTHS[day.month - 1])}"


def weekday(day: date) -> str:
    return label(_WEEKDAYS[day.weekday()])


def weekday_accusative(day: date) -> str:
    """«среду», after «на»."""
    return label(_WEEKDAYS_ACCUSATIVE[day.weekday()])


def on_weekday(day: date) -> str:
    """«в среду», «во вторник»."""
    return label(_ON_WEEKDAYS[day.weekday()])


def weekday_name(number: int) -> str:
    """Of an ISO day, from 1."""
    return label(_WEEKDAYS[number - 1])


def full_day(day: date) -> str:
    """«понедельник, 14 сентября»."""
    return f"{weekday(day)}, {day_and_month(day)}"


def short_day(day: date) -> str:
    """«пн 14.09»."""
    return f"{label(WEEKDAYS_SHORT[day.weekday()])} {day:%d.%m}"


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """«10:17» in the school's zone."""
    return f"{moment.astimezone(zone):%H:%M}"


def when(moment: datetime, zone: ZoneInfo, today: date) -> str:
    """«10:22», and the day before it when it is not today's."""
    local = moment.astimezone(zone)
    hour = clock_time(moment, zone)
    return hour if local.date() == today else f"{day_and_month(local.date())} в {hour}"


def short_name(last_name: str, first_name: str) -> str:
    """«Иванов П.»."""
    return f"{last_name} {first_name[:1]}." if first_name else last_name


class FullyNamed(Protocol):
    @property
    def last_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def middle_name(self) -> str: ...


def full_name(person: FullyNamed) -> str:
    """«Иванова Мария Сергеевна»."""
    return " ".join(filter(None, (person.last_name, person.first_name, person.middle_name)))


def with_initials(person: FullyNamed) -> str:
    """«Соколова А. П.», which no line breaks."""
    first = (f"{name[:1]}." for name in (person.first_name, person.middle_name) if name)
    return NO_BREAK.join((person.last_name, *first))


class Naming(NamedTuple):
    last_name: str
    first_name: str
    middle_name: str
    number: int | None
    """In the class list."""


_NAMINGS: tuple[Callable[[Naming], str], ...] = (
    lambda who: short_name(who.last_name, who.first_name),
    lambda who: f"{who.last_name} {who.first_name}",
    lambda who: f"{who.last_name} {who.first_name} {who.middle_name}".rstrip(),
    lambda who: f"{who.last_name} {who.first_name} № {who.number}",
)


def distinct_names(people: Mapping[int, Naming]) -> dict[int, str]:
    """«Иванов П.»; of namesakes as much more as tells them apart: name, patronymic, number in the list."""
    shortest, *longer = _NAMINGS
    named = {person_id: shortest(who) for person_id, who in people.items()}
    for naming in longer:
        taken = Counter(named.values())
        if len(taken) == len(named):
            break
        shared = {who for who, name in named.items() if taken[name] > 1}
        named |= {person_id: naming(people[person_id]) for person_id in shared}
    return named


def initials(last_name: str, first_name: str) -> str:
    """«П. И.»: as little as a message can say about a pupil and still name one."""
    return " ".join(f"{name[:1]}." for name in (first_name, last_name) if name)


def number_words(number: Decimal) -> str:
    """«3», «1,5»."""
    return f"{number.normalize():f}".replace(".", ",")


def average_words(average: Decimal | None) -> str:
    """«4,33»; nothing when nothing counts."""
    return "" if average is None else f"{average:.2f}".replace(".", ",")


def capital(sentence: str) -> str:
    """With a capital letter first; the others stay as they are."""
    return sentence[:1].upper() + sentence[1:]


def units(value: str) -> int:
    """How long Telegram finds it: in UTF-16 units, of which an emoji takes two."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def hint(person: FullyNamed, personal_data: PersonalData) -> str | None:
    """As much of a name as a message that nobody asked for may say; None: nothing."""
    match personal_data:
        case PersonalData.FULL:
            return full_name(person)
        case PersonalData.INITIALS:
            return initials(person.last_name, person.first_name)
        case PersonalData.NONE:
            return None


def cut(value: str, limit: int) -> str:
    """Shortened to `limit` units for a button, with an ellipsis where something is missing."""
    if units(value) <= limit:
        return value
    room = accumulate(map(units, value))
    return "".join(char for char, end in zip(value, room, strict=True) if end < limit).rstrip() + "…"


def by_sex(sex: Sex | None, male: str, female: str, unknown: str) -> str:
    """The form that fits; `unknown` where the school's card does not say."""
    return {Sex.MALE: male, Sex.FEMALE: female, None: unknown}[sex]


def listed(parts: Iterable[str]) -> str:
    """«а», «а и б», «а, б и в»."""
    *head, last = parts
    return f"{', '.join(head)} {label('и')} {last}" if head else last


def answer_word(answer: Answer) -> str:
    """A guardian's answer in the third person: «болеет»."""
    match answer:
        case Answer.SICK:
            return label("болеет")
        case Answer.DOCTOR:
            return label("у врача")
        case Answer.FAMILY:
            return label("семейные дела")
        case Answer.RUNNING_LATE:
            return label("опаздывает")
        case Answer.AT_SCHOOL:
            return label("в школе")
        case Answer.UNKNOWN:
            return label("пока неизвестно")
