"""The weeks of many pupils at once: every part of them in one statement for all (C2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import AttendanceStatus
from db.queries import access, events, week_days, week_marks
from db.queries.events import EventRow
from db.queries.timetable import FORM_WITHOUT_MARKS
from db.queries.week_days import MissedRow
from db.queries.week_marks import NewsRow, PupilRow, Span, SubjectRow
from services.marks.averages import rounded
from services.settings import AverageKind, institution_settings
from services.week.summary import (
    DayMissed,
    MissedLesson,
    SubjectWeek,
    Trend,
    WeekControl,
    WeekEvent,
    WeekFinal,
    WeekMark,
    WeekRemark,
    WeekSummary,
    WeekTask,
)

AHEAD = timedelta(days=7)
LAST_DIGEST = timedelta(days=9)
"""From a week's Monday to the last day on which its digest leaves, the Wednesday after it."""
SCHOOL_DAYS = timedelta(days=4)
"""From Monday to Friday, when the timetable says nothing of the week."""


class _OfPupil(Protocol):
    @property
    def pupil_id(self) -> int: ...


R = TypeVar("R", bound=_OfPupil)


async def compute(
    session: AsyncSession, school_id: int, pupil_ids: Sequence[int] | None, monday: date, now: datetime
) -> dict[int, WeekSummary]:
    """The weeks from `monday` as families may know them at `now` (aware): nothing is in them before its undo
    window closes, and nothing that came after their last day. By pupil; whoever is not enrolled on the
    last of its days so far, or in another school, is not in it.

    `pupil_ids` None: all pupils of the school. The number of statements is the same for any number of pupils.
    """
    settings = await institution_settings(session, school_id)
    today = await access.local_date(session, school_id, now)
    undo = timedelta(minutes=settings.undo_minutes)
    await week_marks.plan_for_their_number(session)
    span = Span(school_id, monday, min(today, monday + timedelta(days=6)), now, undo, pupil_ids)
    pupils = await week_marks.pupils(session, span)
    course_ids = await week_days.courses_of(session, {pupil.group_id for pupil in pupils})
    last_days = await week_days.last_days(session, span, course_ids)
    weighted = settings.final_average is AverageKind.WEIGHTED
    first = min((pupil.since for pupil in pupils), default=monday)
    in_subjects = await week_marks.subjects(session, span, first, weighted=weighted)
    subjects = _by_pupil(in_subjects)
    news = await week_marks.news(session, span)
    marks = _by_subject(news)
    remarks = _remarks(news, in_subjects)
    finals = _by_pupil(await week_days.finals(session, span))
    missed = _by_pupil(await week_days.missed(session, span))
    # Of a week that is long over nothing is ahead any more.
    ahead_from, ahead_to = today + timedelta(days=1), today + AHEAD
    is_recent = monday <= today <= monday + LAST_DIGEST
    tasks, controls, calendar = {}, {}, list[EventRow]()
    if is_recent:
        tasks = _by_pupil(await week_days.homework(session, span, ahead_from, ahead_to))
        controls = _by_pupil(await week_days.controls(session, span, course_ids, ahead_from, ahead_to))
        calendar = await events.upcoming(session, school_id, None, ahead_from, ahead_to)
    of_group = {
        group_id: tuple(
            WeekEvent(event.date, event.starts_at, event.title)
            for event in calendar
            if event.group_id in (None, group_id)
        )
        for group_id in {pupil.group_id for pupil in pupils}
    }
    return {
        pupil.pupil_id: _summary(
            pupil,
            monday,
            last_days.get(pupil.group_id, min(span.as_of, monday + SCHOOL_DAYS)),
            subjects=tuple(
                _subject(row, marks.get((row.pupil_id, row.subject_id), ()))
                for row in subjects.get(pupil.pupil_id, ())
            ),
            remark=remarks.get(pupil.pupil_id),
            finals=tuple(
                WeekFinal(row.subject, row.kind, row.term, row.value)
                for row in finals.get(pupil.pupil_id, ())
            ),
            missed=tuple(map(_missed, missed.get(pupil.pupil_id, ()))),
            homework_for=next((row.due_on for row in tasks.get(pupil.pupil_id, ())), None),
            homework=tuple(
                WeekTask(row.subject, row.text, row.has_files) for row in tasks.get(pupil.pupil_id, ())
            ),
            controls=tuple(
                WeekControl(row.date, row.subject, row.topic) for row in controls.get(pupil.pupil_id, ())
            ),
            events=of_group[pupil.group_id],
        )
        for pupil in pupils
    }


def _by_pupil(rows: Iterable[R]) -> dict[int, list[R]]:
    found = defaultdict(list)
    for row in rows:
        found[row.pupil_id].append(row)
    return found


def _by_subject(rows: Iterable[NewsRow]) -> dict[tuple[int, int], list[WeekMark]]:
    found = defaultdict(list)
    for row in rows:
        mark = WeekMark(row.value, row.day, row.kind, row.title, row.comment, row.due_on)
        found[row.pupil_id, row.subject_id].append(mark)
    return found


def _remarks(news: Iterable[NewsRow], subjects: Iterable[SubjectRow]) -> dict[int, WeekRemark]:
    """The comment of every pupil's latest mark that has one; `news` is by lesson."""
    names = {row.subject_id: row.subject for row in subjects}
    return {row.pupil_id: WeekRemark(names[row.subject_id], row.comment) for row in news if row.comment}


def _summary(pupil: PupilRow, monday: date, last: date, **parts: Any) -> WeekSummary:
    return WeekSummary(
        pupil_id=pupil.pupil_id,
        last_name=pupil.last_name,
        first_name=pupil.first_name,
        middle_name=pupil.middle_name,
        group=pupil.group,
        has_marks=pupil.grade > FORM_WITHOUT_MARKS,
        monday=monday,
        last=last,
        **parts,
    )


def _subject(row: SubjectRow, marks: Iterable[WeekMark]) -> SubjectWeek:
    average = _average(row.total, row.weights)
    return SubjectWeek(
        course_id=row.course_id,
        subject=row.subject,
        marks=tuple(marks),
        average=average,
        trend=_trend(_average(row.total_before, row.weights_before), average),
        debts=tuple(sorted(row.debts or ())),
    )


def _average(total: int | None, weights: int | None) -> Decimal | None:
    return rounded(Decimal(total) / weights) if total is not None and weights else None


def _trend(before: Decimal | None, now: Decimal | None) -> Trend | None:
    if before is None or now is None:
        return None
    if now == before:
        return Trend.FLAT
    return Trend.UP if now > before else Trend.DOWN


def _missed(row: MissedRow) -> DayMissed:
    lessons = tuple(
        MissedLesson(number, subject, AttendanceStatus(status), late_minutes)
        for number, subject, status, late_minutes in row.lessons
    )
    return DayMissed(row.date, lessons, row.answer, row.reason)
