"""The journal page of a full class over a quarter, read and drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from sqlalchemy import insert, select

from benchmarks.figures import Figure, Size
from benchmarks.lesson import open_lesson
from benchmarks.place import Place, counted_statements
from benchmarks.telegram import Telegram
from db.engine import Database
from db.enums import AttendanceSource, AttendanceStatus, LessonKind, MarkValue
from db.models import (
    Attendance,
    CourseGroup,
    Enrolment,
    Homework,
    Lesson,
    LessonTopic,
    Mark,
    Person,
    Register,
    Work,
    WorkKind,
)
from db.queries import journal_page as queries
from db.queries.journal_page_statement import LOCK_SETTINGS
from handlers.texts.journal_sheet import journal_sheet
from handlers.texts.journal_table import journal_screen, picture_lessons
from services.actor import Actor
from services.documents.journal import journal_pdf, journal_png, journal_xlsx
from services.journal_page import JournalService, Period
from services.settings import values_by_preset

PUPILS = 30
_VALUES = (MarkValue.FIVE, MarkValue.FOUR, MarkValue.THREE, MarkValue.FOUR, MarkValue.DEBT)


async def measure(place: Place, _telegram: Telegram, size: Size) -> list[Figure]:
    async with place.school() as db:
        opened = await open_lesson(db, place.clock)
        service = JournalService(db, place.clock)
        course_id = await _course(db, opened.register.lesson_id)
        period = (await service.card(actor=opened.actor, course_id=course_id)).period
        await _fill(db, opened.actor, course_id, period, size.journal_lessons)
        with counted_statements() as counted:
            await _read(db, place, opened.actor, course_id, period)
        statements = counted.total()
        reading, whole = [], []
        for _ in range(size.rounds):
            begun = perf_counter()
            await _read(db, place, opened.actor, course_id, period)
            reading.append(perf_counter() - begun)
            begun = perf_counter()
            page = await service.page(actor=opened.actor, course_id=course_id, term_id=period.term_id)
            whole.append(perf_counter() - begun)
    lessons, _, _ = picture_lessons(page, 0)
    newest = [*page.lessons[-size.journal_lessons :]]
    asked = f"{len(page.pupils)} pupils, {len(page.lessons)} lessons"
    text = _seconds(lambda: journal_screen(page, 0, 0), size.rounds)
    return [
        Figure(
            "journal page: SQL statements",
            statements,
            f"{asked}: {median(reading) * 1000:.0f} ms; with rights, terms, settings and averages "
            f"{median(whole) * 1000:.0f} ms, as text {text * 1000:.0f} ms more",
            at_most=1,
        ),
        Figure(
            "journal page: seconds of a workbook",
            _seconds(lambda: journal_xlsx(journal_sheet(page, newest)), size.rounds),
            asked,
            at_most=0.5,
        ),
        Figure(
            "journal page: seconds of a PDF",
            _seconds(lambda: journal_pdf(journal_sheet(page, newest)), size.rounds),
            asked,
            at_most=0.5,
        ),
        Figure(
            "journal page: seconds of a picture",
            _seconds(lambda: journal_png(journal_sheet(page, lessons)), size.rounds),
            f"{len(lessons)} lessons",
        ),
    ]


def _seconds(draw: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        begun = perf_counter()
        draw()
        took.append(perf_counter() - begun)
    return median(took)


async def _read(db: Database, place: Place, actor: Actor, course_id: int, period: Period) -> None:
    now = place.clock.now()
    async with db.transaction() as session:
        await queries.page(
            session,
            school_id=actor.school_id,
            course_id=course_id,
            first=period.starts_on,
            last=period.ends_on,
            today=actor.day_of(now),
            now=now,
            settings_by_preset={key: values_by_preset(key) for key in LOCK_SETTINGS},
        )


async def _course(db: Database, lesson_id: int) -> int:
    async with db.transaction() as session:
        course_id = await session.scalar(select(Lesson.course_id).where(Lesson.id == lesson_id))
    assert course_id is not None
    return course_id


async def _fill(db: Database, actor: Actor, course_id: int, period: Period, lessons: int) -> None:
    """A class of 30; every lesson has a topic, homework, a work with marks for all, and three absent."""
    school, teacher = {"school_id": actor.school_id}, actor.person_id
    async with db.transaction() as session:
        group_id = await session.scalar(
            select(CourseGroup.group_id).where(CourseGroup.course_id == course_id)
        )
        pupils = list(await session.scalars(select(Enrolment.pupil_id).where(Enrolment.group_id == group_id)))
        names = [
            school | {"last_name": f"Новиков{number}", "first_name": "Илья", "middle_name": ""}
            for number in range(PUPILS - len(pupils))
        ]
        added = list(await session.scalars(insert(Person).returning(Person.id), names)) if names else []
        for pupil_id in added:
            await session.execute(
                insert(Enrolment).values(
                    **school, pupil_id=pupil_id, group_id=group_id, starts_on=period.starts_on
                )
            )
        days = [period.starts_on + timedelta(days=number // 2) for number in range(lessons)]
        at = [datetime.combine(day, time(8), UTC) for day in days]
        lesson_ids = list(
            await session.scalars(
                insert(Lesson).returning(Lesson.id, sort_by_parameter_order=True),
                [
                    school
                    | {
                        "course_id": course_id,
                        "teacher_id": teacher,
                        "date": day,
                        "number": 20 + number % 2,
                        "starts_at": moment,
                        "ends_at": moment + timedelta(minutes=40),
                        "rooms": ["12"],
                    }
                    for number, (day, moment) in enumerate(zip(days, at, strict=True))
                ],
            )
        )
        rows = list(zip(lesson_ids, days, at, strict=True))
        kinds = list(await session.scalars(select(WorkKind.id).order_by(WorkKind.position)))
        await session.execute(
            insert(Register),
            [
                {"lesson_id": one, "opened_at": moment, "taken_at": moment, "taken_by": teacher}
                for one, _, moment in rows
            ],
        )
        await session.execute(
            insert(LessonTopic),
            [
                {
                    "lesson_id": one,
                    "topic": "Линейные уравнения с двумя переменными",
                    "kind": LessonKind.LESSON,
                    "set_by": teacher,
                    "set_at": moment,
                }
                for one, _, moment in rows
            ],
        )
        await session.execute(
            insert(Homework),
            [
                school
                | {
                    "lesson_id": one,
                    "text": "§ 12 № 345–350, выучить правило",
                    "due_on": day,
                    "for_everyone": True,
                    "set_by": teacher,
                    "set_at": moment,
                }
                for one, day, moment in rows
            ],
        )
        works = list(
            await session.scalars(
                insert(Work).returning(Work.id, sort_by_parameter_order=True),
                [
                    school
                    | {
                        "lesson_id": one,
                        "position": 0,
                        "kind_id": kind_id,
                        "weight": 1,
                        "title": "",
                        "created_by": teacher,
                        "created_at": moment,
                    }
                    for (one, _, moment), kind_id in zip(rows, cycle(kinds), strict=False)
                ],
            )
        )
        cells = [(place, pupil_id) for place in range(lessons) for pupil_id in (*pupils, *added)]
        values = islice(cycle(_VALUES), len(cells))
        await session.execute(
            insert(Mark),
            [
                {
                    "work_id": works[place],
                    "pupil_id": pupil_id,
                    "value": value,
                    "due_on": days[place] if value is MarkValue.DEBT else None,
                    "comment": "",
                    "given_on": days[place],
                    "set_by": teacher,
                    "set_at": at[place],
                }
                for (place, pupil_id), value in zip(cells, values, strict=True)
            ],
        )
        await session.execute(
            insert(Attendance),
            [
                {
                    "lesson_id": lesson_ids[place],
                    "pupil_id": pupil_id,
                    "status": AttendanceStatus.ABSENT,
                    "source": AttendanceSource.TEACHER,
                    "set_by": teacher,
                    "set_at": at[place],
                }
                for place, pupil_id in cells[::10]
            ],
        )
