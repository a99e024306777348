"""The set-based weeks say what the slow reference says, and what the rules say (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db.enums import Answer, LessonKind, MarkValue
from db.models import (
    AbsenceDay,
    AbsenceReason,
    AuditEntry,
    Digest,
    Event,
    Holiday,
    Homework,
    HomeworkPupil,
    Lesson,
    Mark,
    PlannedAbsence,
    Work,
)
from db.queries import sample_year
from services.week.computing import compute
from services.week.summary import Trend, WeekSummary
from tests.plans.making import make_plan
from tests.week.conftest import FRIDAY, SIX, School
from tests.week.reference import read_tables, slow_week
from tests.world import MONDAY, YEAR_START, moment

LAST_DAY = date(2026, 11, 20)


def compared(week: WeekSummary) -> tuple[Any, ...]:
    return (
        [
            (
                one.subject,
                [(mark.value, mark.day, mark.kind, mark.comment, mark.due_on) for mark in one.marks],
                one.average,
                one.trend and one.trend.value,
                list(one.debts),
            )
            for one in week.subjects
        ],
        sorted((final.subject, final.kind, final.value) for final in week.finals),
        [
            (
                day.day,
                [(one.number, one.subject, one.status, one.late_minutes) for one in day.lessons],
                day.answer,
                day.reason,
            )
            for day in week.missed
        ],
        (week.homework_for, sorted((task.subject, task.text) for task in week.homework)),
    )


async def kept(school: School) -> None:
    """Months of records, with all that a year of made-up ones lacks."""
    session, people, chance = school.session, school.people, Random(4)
    world = people.world
    first_form = await world.group("1А", 1)
    reading = await world.course("Чтение", people.belova, first_form)
    await world.pupil("Малышев Тимур", first_form)
    english = await world.course(
        "Английский язык", people.belova, people.group, subgroup="1", members=(people.ivanov,)
    )
    for weekday in range(1, 6):
        await world.slot(reading, people.belova, 1, weekday=weekday)
        await world.slot(english, people.belova, 2, weekday=weekday)
        await world.slot(people.russian, people.belova, 5, weekday=weekday)
    until = moment("18:00", LAST_DAY)
    await sample_year.fill(session, world.school_id, YEAR_START, LAST_DAY, until=until)
    for work_id in await session.scalars(select(Work.id)):
        weight = Decimal(chance.choice(["0", "0.5", "1", "1.5", "2", "3"]))
        await session.execute(update(Work).where(Work.id == work_id).values(weight=weight))
    marks = (await session.execute(select(Mark.work_id, Mark.pupil_id, Mark.given_on))).all()
    for work_id, pupil_id, given_on in marks:
        here = (Mark.work_id == work_id, Mark.pupil_id == pupil_id)
        match chance.randrange(12):
            case 0:
                values: dict[str, Any] = {"value": MarkValue.DEBT, "due_on": given_on + timedelta(days=14)}
            case 1:
                late = min(given_on + timedelta(days=chance.randrange(6)), LAST_DAY)
                values = {"given_on": late, "set_at": moment("12:00", late)}
            case 2:
                values = {"value": chance.choice([None, MarkValue.PASSED, MarkValue.NOT_ASSESSED])}
            case 3:
                values = {"comment": f"Замечание {work_id}"}
            case 4 | 5 | 6 | 7 | 8 if given_on == LAST_DAY:
                values = {"set_at": moment("17:58", LAST_DAY)}
                stood = {"value": "2", "comment": "", "due_on": None}
                await session.execute(
                    insert(AuditEntry).values(
                        school_id=world.school_id,
                        at=moment("14:00", LAST_DAY),
                        action="mark.set",
                        subject_type="work",
                        subject_id=work_id,
                        pupil_id=pupil_id,
                        after=stood,
                    )
                )
            case _:
                continue
        await session.execute(update(Mark).where(*here).values(**values))
    pupils = [people.ivanov, people.petrova, people.sidorenko, people.agaev]
    reasons = list(await session.scalars(select(AbsenceReason.id)))
    for pupil_id in pupils:
        for week in range(1, 11):
            day = MONDAY + timedelta(weeks=week - 1, days=chance.randrange(5))
            said: dict[str, Any] = {"pupil_id": pupil_id, "date": day, "school_id": world.school_id}
            said["answer"] = chance.choice([None, *Answer])
            said["reason_id"] = chance.choice([None, *reasons])
            await session.execute(insert(AbsenceDay).values(**said))
            if chance.random() < 0.5:
                monday = MONDAY + timedelta(weeks=week - 1)
                at = moment("18:00", monday + timedelta(days=4))
                decided = {"pupil_id": pupil_id, "monday": monday, "guardian_id": people.mother}
                await session.execute(insert(Digest).values(**decided, decided_at=at))
        await world.add(
            PlannedAbsence,
            school_id=world.school_id,
            pupil_id=pupil_id,
            starts_on=LAST_DAY - timedelta(days=10),
            ends_on=LAST_DAY,
            reason_id=reasons[0],
            entered_by=people.irina,
            entered_at=until,
        )
    lesson_id = await session.scalar(select(Lesson.id).where(Lesson.date == LAST_DAY).limit(1))
    own = await world.add(
        Homework,
        school_id=world.school_id,
        lesson_id=lesson_id,
        text="отдельно",
        due_on=LAST_DAY + timedelta(days=3),
        for_everyone=False,
        set_by=people.anna,
        set_at=moment("12:00", LAST_DAY),
    )
    await session.execute(insert(HomeworkPupil).values(homework_id=own, pupil_id=people.agaev))


async def test_weeks_of_all_pupils_are_those_of_the_slow_reference(school: School) -> None:
    await kept(school)
    tables = await read_tables(school.session)
    assert tables.rows[AuditEntry], "no mark is in its undo window"
    seen = 0
    for weeks in (1, 3, 6, 8, 10):
        monday = MONDAY + timedelta(weeks=weeks - 1)
        # By the hour of the digest, and opened once more much later.
        for now in (moment("18:00", monday + timedelta(days=4)), moment("18:00", LAST_DAY)):
            found = await compute(school.session, school.people.world.school_id, None, monday, now)
            assert len(found) == 5
            for pupil_id, week in found.items():
                slow = slow_week(tables, pupil_id, monday, now)
                assert compared(week) == (slow.subjects, slow.finals, slow.missed, slow.homework)
                seen += sum(len(one.marks) for one in week.subjects)
            [one] = (
                await compute(school.session, school.people.world.school_id, [pupil_id], monday, now)
            ).values()
            assert one == week
    assert seen > 100


@pytest.mark.parametrize(
    ("marks", "average"),
    [
        # 33/8 = 4.125, where half to even says 4.12; 35/8 = 4.375; 0.5 × 5 + 1.5 × 4 over 2 = 4.25.
        ([("4", "1")] * 7 + [("5", "1")], "4.13"),
        ([("4", "1")] * 5 + [("5", "1")] * 3, "4.38"),
        ([("5", "0.5"), ("4", "1.5")], "4.25"),
        ([("5", "0")], None),
    ],
)
async def test_ties_are_rounded_up(school: School, marks: list[tuple[str, str]], average: str | None) -> None:
    for value, weight in marks:
        await school.mark(MarkValue(value), weight=weight)
    [subject] = (await school.week()).subjects
    assert subject.average == (Decimal(average) if average else None)


async def test_the_trend_is_against_the_marks_before_the_week(school: School) -> None:
    await school.mark(MarkValue.THREE, date(2026, 9, 10))
    await school.mark(MarkValue.FIVE)
    [subject] = (await school.week()).subjects
    assert (subject.average, subject.trend) == (Decimal("4.00"), Trend.UP)
    assert [mark.value for mark in subject.marks] == [MarkValue.FIVE]


async def test_a_mark_in_its_undo_window_is_not_in_it(school: School) -> None:
    await school.mark(MarkValue.FIVE, FRIDAY, set_at=moment("17:57", FRIDAY))
    assert (await school.week()).is_empty
    assert not (await school.week(moment("18:02", FRIDAY))).is_empty


async def test_the_first_form_has_no_marks(school: School) -> None:
    world = school.people.world
    group = await world.group("1А", 1)
    pupil_id = await world.pupil("Малышев Тимур", group)
    reading = await world.course("Чтение", school.people.belova, group)
    await world.slot(reading, school.people.belova, 1)
    await school.mark(MarkValue.FIVE, pupil_id=pupil_id, course_id=reading)
    await school.absent(MONDAY, pupil_id=pupil_id, course_id=reading)
    week = await school.week(pupil_id=pupil_id)
    assert not week.has_marks
    assert week.subjects == ()
    assert len(week.missed) == 1


async def test_the_control_work_is_on_the_lesson_that_the_plan_reaches_it(school: School) -> None:
    people = school.people
    topics = [("Степень", LessonKind.LESSON), ("Функции", LessonKind.LESSON), ("Итоги", LessonKind.CONTROL)]
    await make_plan(people.world, people.algebra, topics)
    [control] = (await school.week()).controls
    assert (control.day, control.subject) == (MONDAY + timedelta(days=9), "Алгебра")


async def test_holidays_end_a_week_early(school: School) -> None:
    world = school.people.world
    await world.add(
        Holiday,
        school_id=world.school_id,
        year_id=world.year_id,
        name="Карантин",
        starts_on=MONDAY + timedelta(days=3),
        ends_on=FRIDAY,
    )
    await school.mark(MarkValue.FIVE)
    assert (await school.week()).last == MONDAY + timedelta(days=2)


async def test_events_of_the_class_and_of_the_school_and_no_other(school: School) -> None:
    world = school.people.world
    other = await world.group("8А", 8)
    for title, group_id in (("школы", None), ("класса", school.people.group), ("чужое", other)):
        await world.add(
            Event,
            school_id=world.school_id,
            group_id=group_id,
            date=MONDAY + timedelta(days=7),
            title=title,
            text="",
            entered_by=school.people.irina,
            entered_at=SIX,
        )
    assert sorted(event.title for event in (await school.week()).events) == ["класса", "школы"]


async def test_another_schools_pupil_is_not_in_it(school: School) -> None:
    school_id = school.people.world.school_id + 1000
    assert await compute(school.session, school_id - 1000, [10**9], MONDAY, SIX) == {}
