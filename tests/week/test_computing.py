"""The set-based weeks say what the slow reference says, and what the rules say (C2)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db.enums import Answer, FinalKind, LessonKind, MarkValue, WeekParity
from db.models import (
    AbsenceDay,
    AbsenceReason,
    AuditEntry,
    Course,
    CourseGroup,
    CourseTeacher,
    Digest,
    Event,
    FinalMark,
    Holiday,
    Homework,
    HomeworkFile,
    HomeworkPupil,
    Mark,
    PlannedAbsence,
    SchoolSetting,
    StoredFile,
    SubgroupMember,
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


UNDOING = moment("17:58", LAST_DAY)
"""Two minutes before the last digest: the undo window is open."""
OVERWRITTEN: tuple[tuple[MarkValue | None, list[tuple[str, MarkValue | None]]], ...] = (
    (MarkValue.FIVE, []),
    (MarkValue.FIVE, [("14:00", MarkValue.TWO)]),
    (MarkValue.FOUR, [("14:00", MarkValue.DEBT)]),
    (MarkValue.DEBT, [("14:00", MarkValue.THREE)]),
    (None, [("14:00", MarkValue.THREE)]),
    (MarkValue.FIVE, [("14:00", MarkValue.FOUR), ("17:55", MarkValue.TWO)]),
    (MarkValue.FIVE, [("14:00", MarkValue.FOUR), ("14:30", None)]),
)
"""What stands in cells since UNDOING, and what was written there before."""


async def overwritten(school: School, pupil_id: int) -> None:
    """Marks of the last day in their undo window: families know what stood there before."""
    world = school.people.world
    for value, before in OVERWRITTEN:
        due_on = LAST_DAY + timedelta(days=7) if value is MarkValue.DEBT else None
        work_id = await school.mark(
            value, LAST_DAY, pupil_id=pupil_id, comment="передумал", due_on=due_on, set_at=UNDOING
        )
        for hour, stood in [*before, ("17:58", value)]:
            debt = (LAST_DAY + timedelta(days=14)).isoformat() if stood is MarkValue.DEBT else None
            await world.add(
                AuditEntry,
                school_id=world.school_id,
                at=moment(hour, LAST_DAY),
                action="mark.set",
                subject_type="work",
                subject_id=work_id,
                pupil_id=pupil_id,
                after={"value": stood, "comment": f"в {hour}", "due_on": debt},
            )


async def courses(school: School) -> None:
    """Beside the story's: form 1, subgroups of which a pupil leaves one for the other, and a subject of
    every other Saturday; with plans full of control works."""
    people = school.people
    world = people.world
    first_form = await world.group("1А", 1)
    reading = await world.course("Чтение", people.belova, first_form)
    await world.pupil("Малышев Тимур", first_form)
    physics = await world.course("Физика", people.anna, people.group)
    await world.slot(physics, people.anna, 1, weekday=6, week=WeekParity.ODD)
    pupils = (people.ivanov, people.petrova)
    english = await world.course("Английский язык", people.belova, people.group, subgroup="1", members=pupils)
    subject_id = await school.session.scalar(select(Course.subject_id).where(Course.id == english))
    other = await world.add(
        Course, school_id=world.school_id, year_id=world.year_id, subject_id=subject_id, subgroup="2"
    )
    await school.session.execute(insert(CourseGroup).values(course_id=other, group_id=people.group))
    moved_on = MONDAY + timedelta(weeks=4, days=2)
    for pupil_id, starts_on in ((people.ivanov, moved_on), (people.sidorenko, YEAR_START)):
        member = {"course_id": other, "pupil_id": pupil_id, "starts_on": starts_on}
        await world.add(SubgroupMember, school_id=world.school_id, **member)
    await school.session.execute(
        update(SubgroupMember)
        .where(SubgroupMember.course_id == english, SubgroupMember.pupil_id == people.ivanov)
        .values(ends_on=moved_on - timedelta(days=1))
    )
    load = {"course_id": other, "teacher_id": people.anna, "starts_on": YEAR_START, "plan_variant": "2"}
    await world.add(CourseTeacher, school_id=world.school_id, **load)
    for weekday in range(1, 6):
        await world.slot(reading, people.belova, 1, weekday=weekday)
        await world.slot(english, people.belova, 2, weekday=weekday)
        await world.slot(other, people.anna, 2, weekday=weekday)
        await world.slot(people.russian, people.belova, 5, weekday=weekday)
    every = {people.algebra: 4, people.russian: 2, english: 7, physics: 2, reading: 3}
    for course_id, nth in every.items():
        kinds = [LessonKind.LESSON if number % nth else LessonKind.CONTROL for number in range(120)]
        rows = [(f"Тема {number}", kind) for number, kind in enumerate(kinds)]
        await make_plan(world, course_id, rows, grade=1 if course_id == reading else 7)
        if course_id == english:
            await make_plan(world, other, rows[3:], variant="2")


async def absences(school: School, reasons: list[int]) -> None:
    """Told and untold; planned for days, for lessons of them, and no more."""
    people = school.people
    for back in range(11):
        day = LAST_DAY - timedelta(days=back)
        if day.isoweekday() < 6:
            await school.absent(day)
            await school.absent(day, pupil_id=people.petrova, late=7 if back % 2 else None)
            await school.absent(day, pupil_id=people.petrova, course_id=people.russian)
    await school.absent(LAST_DAY, pupil_id=people.agaev, alert_at=moment("18:03", LAST_DAY))
    planned = (
        (people.ivanov, None, None, None),
        (people.petrova, 4, 5, None),
        (people.sidorenko, None, 2, None),
        (people.agaev, None, None, moment("12:00", MONDAY)),
    )
    for position, (pupil_id, first_lesson, last_lesson, cancelled_at) in enumerate(planned):
        await people.world.add(
            PlannedAbsence,
            school_id=people.world.school_id,
            pupil_id=pupil_id,
            starts_on=LAST_DAY - timedelta(days=10),
            ends_on=LAST_DAY,
            first_lesson=first_lesson,
            last_lesson=last_lesson,
            reason_id=reasons[position],
            entered_by=people.irina,
            entered_at=moment("12:00"),
            cancelled_at=cancelled_at,
        )


async def ahead(school: School) -> None:
    """Events, and what tasks have beside their text."""
    people, session = school.people, school.session
    world = people.world
    other = await world.group("8А", 8)
    whose = [None, people.group, other]
    for number in range(30):
        await world.add(
            Event,
            school_id=world.school_id,
            group_id=whose[number % 3],
            date=MONDAY + timedelta(days=number // 3 * 8),
            starts_at=time(9, number) if number % 2 else None,
            title=f"Событие {number}",
            text="",
            entered_by=people.irina,
            entered_at=SIX,
            cancelled_at=SIX if number % 5 == 4 else None,
        )
    lesson_id = await school.lesson(LAST_DAY)
    file_id = await world.add(
        StoredFile,
        school_id=world.school_id,
        sha256="0" * 64,
        size=1,
        media_type="image/jpeg",
        name="лист.jpg",
        uploaded_by=people.anna,
        uploaded_at=SIX,
    )
    tasks = (
        ("отдельно", False, None, moment("12:00", LAST_DAY), None),
        ("к первому уроку", True, 1, moment("12:00", LAST_DAY), None),
        ("в окне отмены", True, 3, UNDOING, None),
        ("снято", True, 3, moment("12:00", LAST_DAY), UNDOING),
    )
    for text, for_everyone, due_number, set_at, withdrawn_at in tasks:
        task_id = await world.add(
            Homework,
            school_id=world.school_id,
            lesson_id=lesson_id,
            text=text,
            due_on=LAST_DAY + timedelta(days=3),
            due_number=due_number,
            for_everyone=for_everyone,
            set_by=people.anna,
            set_at=set_at,
            withdrawn_at=withdrawn_at,
        )
        if not for_everyone:
            await session.execute(insert(HomeworkPupil).values(homework_id=task_id, pupil_id=people.agaev))
            file = {"homework_id": task_id, "file_id": file_id, "position": 1}
            await session.execute(insert(HomeworkFile).values(**file))


async def finals(school: School) -> None:
    """Beside those of the first term: for the year and an exam, one of them in its undo window."""
    people = school.people
    subject_id = await school.session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
    for kind, set_at in ((FinalKind.YEAR, moment("12:00", LAST_DAY)), (FinalKind.EXAM, UNDOING)):
        await people.world.add(
            FinalMark,
            school_id=people.world.school_id,
            year_id=people.world.year_id,
            course_id=people.algebra,
            subject_id=subject_id,
            pupil_id=people.ivanov,
            kind=kind,
            value=MarkValue.FOUR,
            comment="",
            marks=3,
            given_on=LAST_DAY,
            set_by=people.anna,
            set_at=set_at,
        )


async def kept(school: School) -> None:
    """Months of records, with all that a year of made-up ones lacks."""
    session, people, chance = school.session, school.people, Random(4)
    world = people.world
    await courses(school)
    reasons = list(await session.scalars(select(AbsenceReason.id).order_by(AbsenceReason.position)))
    await absences(school, reasons)
    await sample_year.fill(session, world.school_id, YEAR_START, LAST_DAY, until=moment("18:00", LAST_DAY))
    for work_id in list(await session.scalars(select(Work.id).order_by(Work.id))):
        weight = Decimal(chance.choice(["0", "0.5", "1", "1.5", "2", "3"]))
        changed = {"weight": weight, "title": chance.choice(["", f"Работа {work_id}"])}
        await session.execute(update(Work).where(Work.id == work_id).values(**changed))
    cells = select(Mark.work_id, Mark.pupil_id, Mark.given_on).order_by(Mark.work_id, Mark.pupil_id)
    for work_id, pupil_id, given_on in (await session.execute(cells)).all():
        match chance.randrange(8):
            case 0:
                values: dict[str, Any] = {"value": MarkValue.DEBT, "due_on": given_on + timedelta(days=14)}
            case 1:
                late = min(given_on + timedelta(days=chance.randrange(6)), LAST_DAY)
                values = {"given_on": late, "set_at": moment("12:00", late)}
            case 2:
                values = {"value": chance.choice([None, MarkValue.PASSED, MarkValue.NOT_ASSESSED])}
            case 3:
                values = {"comment": f"Замечание {work_id}"}
            case _:
                continue
        here = (Mark.work_id == work_id, Mark.pupil_id == pupil_id)
        await session.execute(update(Mark).where(*here).values(**values))
    school.positions = count(2)  # the first work of a lesson is the made-up year's
    for pupil_id in (people.ivanov, people.petrova, people.sidorenko, people.agaev):
        await overwritten(school, pupil_id)
        for week in range(10):
            monday = MONDAY + timedelta(weeks=week)
            said: dict[str, Any] = {
                "pupil_id": pupil_id,
                "date": monday + timedelta(days=chance.randrange(5)),
                "school_id": world.school_id,
                "answer": chance.choice([None, *Answer]),
                "reason_id": chance.choice([None, *reasons]),
            }
            await session.execute(insert(AbsenceDay).values(**said))
            # On Thursday, on Friday, on the Tuesday after, or not at all.
            for guardian_id, days in ((people.mother, chance.choice([None, 3, 4, 8])), (people.father, 8)):
                if days is not None and week % 3:
                    decided = {"pupil_id": pupil_id, "monday": monday, "guardian_id": guardian_id}
                    at = moment("18:00", monday + timedelta(days=days))
                    await session.execute(insert(Digest).values(**decided, decided_at=at))
    await ahead(school)
    await finals(school)


def met(week: WeekSummary) -> set[str]:
    """What there is in a week, so that nothing is compared only where it is missing."""
    parts: dict[str, object] = {
        "remark": week.remark,
        "final of a term": [final for final in week.finals if final.term],
        "final of the year": [final for final in week.finals if not final.term],
        "answer": [day for day in week.missed if day.answer],
        "reason": [day for day in week.missed if day.reason],
        "open reason": [day for day in week.missed if day.is_open],
        "late": [lesson for day in week.missed for lesson in day.lessons if lesson.late_minutes],
        "homework": week.homework,
        "file": [task for task in week.homework if task.has_files],
        "control": week.controls,
        "event": week.events,
        "hour of an event": [event for event in week.events if event.starts_at],
        "Saturday": week.last.isoweekday() == 6,
        "Friday": week.last.isoweekday() == 5,
        "form 1": not week.has_marks,
        "debt": [subject for subject in week.subjects if subject.debts],
    }
    trends = {trend: [one for one in week.subjects if one.trend is trend] for trend in Trend}
    return {name for name, found in (parts | trends).items() if found}


ALL = {
    *("remark", "final of a term", "final of the year", "answer", "reason", "open reason", "late"),
    *("homework", "file", "control", "event", "hour of an event", "Saturday", "Friday", "form 1", "debt"),
    *Trend,
}


async def test_weeks_of_all_pupils_are_those_of_the_slow_reference(school: School) -> None:
    await kept(school)
    tables = await read_tables(school.session)
    school_id = school.people.world.school_id
    seen = set[str]()
    for weeks in (0, 4, 5, 6, 9):
        monday = MONDAY + timedelta(weeks=weeks)
        # Before the lessons of a day of it, between those of the Monday after it, and opened much later.
        thursday, after = monday + timedelta(days=3), monday + timedelta(days=7)
        for now in (moment("09:00", thursday), moment("11:00", after), moment("18:00", LAST_DAY)):
            found = await compute(school.session, school_id, None, monday, now)
            assert len(found) == 5
            for pupil_id, week in found.items():
                assert asdict(week) == slow_week(tables, pupil_id, monday, now)
                seen |= met(week)
            [one] = (await compute(school.session, school_id, [pupil_id], monday, now)).values()
            assert one == week
    assert seen == ALL


async def test_an_institution_that_does_not_weigh_marks_has_plain_averages(school: School) -> None:
    world = school.people.world
    own = {"school_id": world.school_id, "key": "final_average", "value": "plain"}
    await school.session.execute(insert(SchoolSetting).values(**own))
    await school.mark(MarkValue.FIVE, weight="3")
    await school.mark(MarkValue.TWO, weight="0.5")
    tables = await read_tables(school.session)
    week = await school.week()
    assert asdict(week) == slow_week(tables, school.people.ivanov, MONDAY, SIX)
    assert week.subjects[0].average == Decimal("3.50")


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
