"""A pupil's week: the digest that comes by itself, and all of it on request (C2, C7)."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.callbacks.diary import OpenWhy, ShowDiary
from handlers.callbacks.threads import OpenAddressees
from handlers.callbacks.weeks import AcknowledgeWeek, ShowWeek, ShowWeekPicture
from handlers.screen import Button, Screen
from handlers.texts import week_parts as parts
from handlers.texts.absence_words import period
from handlers.texts.buttons import Row, menu_button
from handlers.texts.i18n import label, lines, text
from handlers.texts.paging import fitting, page_of, turning
from handlers.texts.words import average_words, cut, day_and_month, initials, units
from services.notifications.week_digest import WeekDigest
from services.settings import PersonalData
from services.week.reading import WeekView
from services.week.summary import SubjectWeek, WeekSummary

NAME_LIMIT = 60
DEBTS_SHOWN = 6
WHOLE_TASK = 600
"""Characters of a task among the details."""


def week_digest_screen(view: WeekDigest) -> Screen:
    """The message of its own accord; under `personal_data = none` it only says that there is something."""
    week = view.week
    if view.personal_data is PersonalData.NONE:
        show = ShowWeek(pupil_id=week.pupil_id, monday=week.monday.toordinal(), page=0)
        return Screen(str(text("Готова сводка за неделю.")), ((Button(label("Показать"), show),),))
    said = _summary(week, _whose(week, view.personal_data), view.acknowledged_on)
    return Screen(said, _digest_rows(week, may_acknowledge=view.acknowledged_on is None, may_write=True))


def week_screen(view: WeekView, page: int) -> Screen:
    """On request: page 0 is the digest as it is now, the others are all that it leaves out."""
    week = view.week
    back = (Button(label("‹ Дневник"), ShowDiary(pupil_id=week.pupil_id)), menu_button())
    if page <= 0:
        said = _summary(week, _whose(week, PersonalData.FULL), view.acknowledged_on)
        may_acknowledge = view.may_acknowledge and view.acknowledged_on is None
        rows = _digest_rows(week, may_acknowledge=may_acknowledge, may_write=view.may_write)
        return Screen(said, (*rows, back))
    shown, page, pages = page_of(_details(week), page - 1)
    pupil_id, monday = week.pupil_id, week.monday.toordinal()
    turned = turning(page, pages, lambda to: ShowWeek(pupil_id=pupil_id, monday=monday, page=to + 1))
    short = Button(label("‹ Коротко"), ShowWeek(pupil_id=pupil_id, monday=monday, page=0))
    # What begins a page needs no empty line before it.
    said = f"{_title(week, _whose(week, PersonalData.FULL))}\n\n{str(lines(*shown)).lstrip()}"
    return Screen(said, (*turned, (short, *back)))


def acknowledged_toast() -> str:
    return label("Записали: вы ознакомились")


def _whose(week: WeekSummary, personal_data: PersonalData) -> str:
    """«Пётр, 7Б», «П. И.»."""
    if personal_data is PersonalData.INITIALS:
        return initials(week.last_name, week.first_name)
    name = cut(week.first_name or week.last_name, NAME_LIMIT)
    return f"{name}, {cut(week.group, 20)}" if week.group else name


def _title(week: WeekSummary, who: str) -> Markup:
    return text("<b>{who} · {days}</b>", who=who, days=period(week.monday, week.last))


def _summary(week: WeekSummary, who: str, acknowledged_on: date | None) -> str:
    title = _title(week, who)
    read = (
        lines("", text("Вы ознакомились {day}.", day=day_and_month(acknowledged_on)))
        if acknowledged_on
        else None
    )
    found = [
        *_marks(week),
        *parts.finals(week.finals),
        *parts.missed(week.missed),
        *parts.homework(week),
        *parts.controls(week),
        *parts.remark(week),
        *parts.events(week),
    ]
    if not found:
        found = [text("За эту неделю пока ничего нет.")]
    if not found[0]:
        found = found[1:]
    rest = text("Остальное — по кнопке «Подробнее».")
    shown = fitting(found, units(title) + units(rest) + (units(read) if read else 0) + 4)
    return str(lines(title, "", *shown, rest if len(shown) < len(found) else None, read))


def _marks(week: WeekSummary) -> list[Markup]:
    if not week.has_marks:
        return []
    owed = parts.debts(week.subjects)
    more = len(owed) - DEBTS_SHOWN
    found = [
        *parts.table(week.subjects),
        *owed[:DEBTS_SHOWN],
        *([text("…и ещё долгов: {n}", n=more)] if more > 0 else []),
    ]
    if not any(subject.marks for subject in week.subjects) and not week.is_empty:
        found.append(text("Новых отметок нет."))
    return found


def _details(week: WeekSummary) -> list[Markup]:
    subjects = [parts.subject_details(subject) for subject in week.subjects]
    subjects = [lines("", one) if place else one for place, one in enumerate(subjects)]
    rest = (
        *parts.finals(week.finals),
        *parts.missed(week.missed),
        *parts.homework(week, WHOLE_TASK),
        *parts.controls(week, topics=True),
        *parts.remark(week),
        *parts.events(week),
    )
    return [*subjects, *(rest if subjects else rest[1:])] or [text("За эту неделю пока ничего нет.")]


def _digest_rows(week: WeekSummary, *, may_acknowledge: bool, may_write: bool) -> tuple[Row, ...]:
    pupil_id, monday = week.pupil_id, week.monday.toordinal()
    first = []
    if may_acknowledge:
        first.append(Button(label("Ознакомлен(а)"), AcknowledgeWeek(pupil_id=pupil_id, monday=monday)))
    first.append(Button(label("Подробнее"), ShowWeek(pupil_id=pupil_id, monday=monday, page=1)))
    if week.has_marks and week.subjects:
        first.append(Button(label("Картинка"), ShowWeekPicture(pupil_id=pupil_id, monday=monday)))
    second = []
    if (lowest := _lowest(week)) is not None:
        why = OpenWhy(pupil_id=pupil_id, course_id=lowest.course_id, term_id=0)
        second.append(Button(label("Почему {average}?", average=average_words(lowest.average)), why))
    if may_write:
        second.append(Button(label("Написать учителю"), OpenAddressees(pupil_id=pupil_id)))
    return tuple(tuple(row) for row in (first, second) if row)


def _lowest(week: WeekSummary) -> SubjectWeek | None:
    """Of the subjects with new marks, the one with the lowest average."""
    found = [one for one in week.subjects if one.marks and one.average is not None]
    return min(found, key=lambda one: one.average or 0, default=None)
