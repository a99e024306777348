"""The parts of a pupil's week, each a few lines; whoever puts them together leaves out what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from markupsafe import Markup

from handlers.texts.absence_words import short_numbers
from handlers.texts.homework_words import said
from handlers.texts.i18n import count, label, lines, text
from handlers.texts.mark_words import mark_symbol
from handlers.texts.words import (
    answer_word,
    average_words,
    capital,
    cut,
    day_and_month,
    short_day,
    weekday_accusative,
)
from services.vocabulary import AttendanceStatus, FinalKind
from services.week.summary import DayMissed, SubjectWeek, Trend, WeekFinal, WeekSummary

LINE, NAME, AVERAGE = 32, 13, 6
"""Characters of a line on a small phone, of a subject's name and of «4,33 ↑»."""
_MARKS = LINE - NAME - AVERAGE - 2
ROWS_SHOWN, MARK_LINES, TASKS_SHOWN, EVENTS_SHOWN = 50, 8, 14, 8
TASK_LIMIT, TOPIC_LIMIT, REMARK_LIMIT = 90, 60, 300
TRENDS = {Trend.UP: "↑", Trend.FLAT: "→", Trend.DOWN: "↓"}


def table(subjects: Sequence[SubjectWeek]) -> list[Markup]:
    """Subjects with news or open debts: marks, the average of the term and where it goes."""
    shown = [subject for subject in subjects if subject.marks or subject.debts]
    rows: list[str] = []
    more = len(shown)
    for subject in shown:
        of_subject = _rows(subject)
        if len(rows) + len(of_subject) > ROWS_SHOWN:
            break
        rows += of_subject
        more -= 1
    rest = count("…и ещё {n} предмет", "…и ещё {n} предметов", more) if more else None
    pre = text("<pre>{rows}</pre>", rows="\n".join(rows))
    return [pre if rest is None else lines(pre, rest)] if rows else []


def _rows(subject: SubjectWeek) -> list[str]:
    """«Алгебра       5 4 4       4,33 ↑»; what does not fit into the line goes below."""
    marks = _wrapped([mark_symbol(mark.value) for mark in subject.marks])
    if len(marks) > MARK_LINES:
        marks = [*marks[: MARK_LINES - 1], "…"]
    average = average_words(subject.average)
    if average and subject.trend:
        average = f"{average} {TRENDS[subject.trend]}"
    first, *others = marks or [""]
    row = f"{cut(subject.subject, NAME):<{NAME}} {first:<{_MARKS}} {average}".rstrip()
    return [row, *(f"{'':<{NAME}} {more}" for more in others)]


def _wrapped(marks: Iterable[str]) -> list[str]:
    rows: list[str] = []
    for mark in marks:
        if rows and len(rows[-1]) + 1 + len(mark) <= _MARKS:
            rows[-1] += f" {mark}"
        else:
            rows.append(mark)
    return rows


def debts(subjects: Iterable[SubjectWeek]) -> list[Markup]:
    """«• долг: русский язык — до 25 сентября»."""
    owed = sorted((day, subject.subject) for subject in subjects for day in subject.debts)
    return [
        text("• долг: {subject} — до {day}", subject=cut(name, 2 * NAME), day=day_and_month(day))
        for day, name in owed
    ]


def finals(given: Sequence[WeekFinal]) -> list[Markup]:
    """«1 четверть: алгебра 4, история 5»."""
    by_period: dict[str, list[str]] = {}
    for final in given:
        mark = f"{cut(final.subject, TOPIC_LIMIT)} {mark_symbol(final.value)}"
        by_period.setdefault(_period(final), []).append(mark)
    found = [
        text("<b>{period}</b>: {marks}", period=capital(period), marks=", ".join(marks))
        for period, marks in by_period.items()
    ]
    return [Markup(""), *found] if found else []


def _period(final: WeekFinal) -> str:
    match final.kind:
        case FinalKind.TERM:
            return cut(final.term or "", TOPIC_LIMIT)
        case FinalKind.YEAR:
            return label("год")
        case FinalKind.EXAM:
            return label("экзамен")


def missed(days: Iterable[DayMissed]) -> list[Markup]:
    """A line a day for absences, and one for late comings."""
    found = [line for day in days for line in _missed_day(day)]
    return [Markup(""), text("<b>Пропуски</b>"), *found] if found else []


def _missed_day(missed: DayMissed) -> list[Markup]:
    absent = [one.number for one in missed.lessons if one.status is AttendanceStatus.ABSENT]
    late = [one for one in missed.lessons if one.status is AttendanceStatus.LATE]
    day = short_day(missed.day)
    found = []
    if absent:
        found.append(
            text(
                "{sign} {day}, {lessons} — {why}",
                sign="🔴" if missed.is_open else "🔵",
                day=day,
                lessons=_lessons(absent),
                why=_why(missed),
            )
        )
    for one in late:
        minutes = label("опоздание {n} мин", n=one.late_minutes) if one.late_minutes else label("опоздание")
        found.append(
            text("🟡 {day}, {lessons} — {why}", day=day, lessons=_lessons([one.number]), why=minutes)
        )
    return found


def _lessons(numbers: Sequence[int]) -> str:
    """«урок 3», «уроки 1–3, 5»."""
    words = short_numbers(numbers)
    return (
        label("урок {numbers}", numbers=words)
        if len(set(numbers)) == 1
        else label("уроки {numbers}", numbers=words)
    )


def _why(missed: DayMissed) -> str:
    if missed.reason is not None:
        return cut(missed.reason, TOPIC_LIMIT)
    if missed.is_open or missed.answer is None:
        return label("причина пока не указана")
    return label("со слов родителей: {answer}", answer=answer_word(missed.answer))


def homework(week: WeekSummary, limit: int = TASK_LIMIT) -> list[Markup]:
    """«На понедельник, 21 сентября», and a line a task."""
    if week.homework_for is None:
        return []
    shown = week.homework[:TASKS_SHOWN]
    more = len(week.homework) - len(shown)
    return [
        Markup(""),
        text("<b>На {day}</b>", day=on_day(week.homework_for)),
        *(
            text(
                "• {subject}: {task}{files}",
                subject=cut(task.subject, TOPIC_LIMIT),
                task=said(task.text, limit),
                files=" 📎" if task.has_files and task.text else "",
            )
            for task in shown
        ),
        *([text("…и ещё заданий: {n}", n=more)] if more else []),
    ]


def on_day(day: date) -> str:
    """«понедельник, 21 сентября», after «на» and «в»."""
    return f"{weekday_accusative(day)}, {day_and_month(day)}"


def controls(week: WeekSummary, *, topics: bool = False) -> list[Markup]:
    """Control works of the coming days, by the plan; `topics`: with what they are about."""
    found = [
        text(
            "• {day}: {subject}{topic}",
            day=short_day(control.day),
            subject=cut(control.subject, TOPIC_LIMIT),
            topic=f" — {cut(control.topic, REMARK_LIMIT)}" if topics and control.topic else "",
        )
        for control in week.controls[:EVENTS_SHOWN]
    ]
    return [Markup(""), text("<b>Контрольные по плану</b>"), *found] if found else []


def remark(week: WeekSummary) -> list[Markup]:
    """The teacher's last comment."""
    if week.remark is None:
        return []
    subject, words = cut(week.remark.subject, TOPIC_LIMIT), cut(week.remark.text, REMARK_LIMIT)
    return [
        Markup(""),
        text("<b>Замечание учителя</b>"),
        text("{subject}: «{words}»", subject=subject, words=words),
    ]


def events(week: WeekSummary) -> list[Markup]:
    """«• чт 24.09, 10:00: экскурсия»."""
    found = [
        text(
            "• {day}: {title}",
            day=short_day(event.day) + (f", {event.starts_at:%H:%M}" if event.starts_at else ""),
            title=cut(event.title, REMARK_LIMIT // 2),
        )
        for event in week.events[:EVENTS_SHOWN]
    ]
    return [Markup(""), text("<b>События</b>"), *found] if found else []


def subject_details(subject: SubjectWeek) -> Markup:
    """All that is new in a subject, each mark with its work and comment."""
    average = average_words(subject.average)
    title = text("<b>{subject}</b>", subject=cut(subject.subject, TOPIC_LIMIT))
    if average:
        trend = f" {TRENDS[subject.trend]}" if subject.trend else ""
        title += text(" · средний балл {average}{trend}", average=average, trend=trend)
    found = [title]
    for day, marks in groupby(subject.marks, key=lambda mark: mark.day):
        for mark in marks:
            work = f"{mark.kind} {mark.title}".strip()
            found.append(
                text(
                    "{day}: <b>{mark}</b> — {work}{comment}",
                    day=short_day(day),
                    mark=mark_symbol(mark.value),
                    work=cut(work, TOPIC_LIMIT),
                    comment=f", «{cut(mark.comment, TOPIC_LIMIT)}»" if mark.comment else "",
                )
            )
    found += [text("• долг до {day}", day=day_and_month(day)) for day in subject.debts]
    return lines(*found)
