"""A day of the diary: what the family sees, when they may see it, and who else may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from db.engine import Database
from db.enums import AttendanceStatus, MarkValue, Sex, StaffRole
from db.models import Attendance, Consent, Enrolment, Mark, Register, SubgroupMember
from handlers.texts.diary import diary_screen
from services.errors import NotFound
from services.marks.giving import MarkService, NewMark
from tests.diary.conftest import TUESDAY, Read
from tests.statements import Statements
from tests.world import MONDAY, YEAR_START, moment, new_school


async def test_a_day_has_its_lessons_with_marks_topics_and_absences(read: Read) -> None:
    people = read.people
    lesson = await read.kept.lesson(MONDAY, topic="Функции")
    await read.kept.work(lesson, "к/р", {people.ivanov: MarkValue.FIVE}, title="№ 1")
    await read.kept.work(lesson, "ур", {people.agaev: MarkValue.TWO, people.ivanov: MarkValue.DEBT})
    await read.kept.missed(lesson, people.ivanov, AttendanceStatus.LATE, 12)
    day = await read.day()
    assert (day.pupil.last_name, day.pupil.group, day.day) == ("Иванов", "7Б", MONDAY)
    algebra, russian = day.lessons
    assert (algebra.number, algebra.subject, algebra.topic) == (3, "Алгебра", "Функции")
    assert [(mark.kind, mark.title, mark.value) for mark in algebra.marks] == [
        ("контрольная работа", "№ 1", MarkValue.FIVE),
        ("работа на уроке", "", MarkValue.DEBT),
    ]
    assert algebra.marks[1].due_on is not None
    assert (algebra.absence, algebra.late_minutes) == (AttendanceStatus.LATE, 12)
    assert (russian.subject, russian.topic, russian.marks, russian.absence) == (
        "Русский язык",
        None,
        (),
        None,
    )


async def test_homework_stands_on_the_day_it_is_due(read: Read) -> None:
    people = read.people
    lesson = await read.kept.lesson(MONDAY)
    await read.task(lesson, "§12", TUESDAY, files=2)
    await read.task(lesson, "№ 351", TUESDAY, own=people.ivanov)
    await read.task(lesson, "№ 400", TUESDAY, own=people.agaev)
    await read.task(lesson, "снято", TUESDAY, withdrawn=True)
    assert (await read.day()).due == ()
    due = (await read.day(TUESDAY)).due
    assert [(task.text, task.own, task.files) for task in due] == [("§12", False, 2), ("№ 351", True, 0)]


async def test_the_next_homework_comes_up_when_the_lessons_are_over(read: Read) -> None:
    lesson = await read.kept.lesson(MONDAY)
    await read.task(lesson, "на среду", MONDAY + timedelta(days=2))
    await read.task(lesson, "на пятницу", MONDAY + timedelta(days=4))
    read.clock.set("11:49")
    assert (await read.day()).ahead == ()
    read.clock.set("11:50")
    assert [task.text for task in (await read.day()).ahead] == ["на среду"]
    assert (await read.day(MONDAY - timedelta(days=1))).ahead == ()


async def test_an_absence_is_in_the_diary_when_its_undo_window_has_closed(read: Read) -> None:
    """Nothing is told before the teacher could correct it (idea 4)."""
    lesson = await read.kept.lesson(MONDAY)
    await read.kept.missed(lesson, read.people.ivanov)
    read.clock.set("10:22")
    assert (await read.day()).lessons[0].absence is None
    read.clock.set("10:23")
    assert (await read.day()).lessons[0].absence is AttendanceStatus.ABSENT
    await read.kept.session.execute(update(Attendance).values(alert_at=None))
    await read.kept.session.execute(update(Register).values(taken_at=None, taken_by=None))
    assert (await read.day()).lessons[0].absence is None


async def test_a_mark_is_in_the_diary_when_its_undo_window_has_closed(read: Read) -> None:
    """Set at 10:30; the preset gives five minutes."""
    lesson = await read.kept.lesson(MONDAY)
    await read.kept.work(lesson, "ур", {read.people.ivanov: MarkValue.FIVE})
    await read.kept.session.execute(update(Mark).values(given_on=MONDAY))
    read.clock.set("10:34")
    assert (await read.day()).lessons[0].marks == ()
    read.clock.set("10:35")
    assert len((await read.day()).lessons[0].marks) == 1


async def test_what_stands_is_shown_until_the_undo_window_of_its_correction_has_closed(
    read: Read, db: Database
) -> None:
    """Also of a mark that was given on an earlier day; and a slip is never shown."""
    lesson = await read.kept.lesson(MONDAY)
    work_id = await read.kept.work(lesson, "ур")
    marks = MarkService(db, read.clock)

    async def give(at: str, value: MarkValue | None, comment: str | None = None) -> None:
        read.clock.set(at, TUESDAY)
        mark = NewMark(read.people.ivanov, work_id, value, comment=comment)
        actor = await read.people.world.actor(read.people.anna, read.clock.now())
        await marks.write(actor=actor, lesson_id=lesson, marks=[mark], reason="ошибка")

    async def shown(at: str) -> list[tuple[MarkValue, str]]:
        read.clock.set(at, TUESDAY)
        return [(mark.value, mark.comment) for mark in (await read.day(MONDAY)).lessons[0].marks]

    await give("09:00", MarkValue.FOUR)
    assert await shown("09:04") == []
    assert await shown("09:05") == [(MarkValue.FOUR, "")]
    await give("10:00", MarkValue.TWO)
    await give("10:03", MarkValue.FIVE, "Молодец")
    assert await shown("10:06") == [(MarkValue.FOUR, "")]
    assert await shown("10:08") == [(MarkValue.FIVE, "Молодец")]
    await give("11:00", None)
    assert await shown("11:04") == [(MarkValue.FIVE, "Молодец")]
    assert await shown("11:05") == []


async def test_homework_is_in_the_diary_when_its_undo_window_has_closed(read: Read) -> None:
    """Set at 10:40."""
    await read.task(await read.kept.lesson(MONDAY), "§12", TUESDAY)
    read.clock.set("10:44")
    assert (await read.day(TUESDAY)).due == ()
    read.clock.set("10:45")
    assert [task.text for task in (await read.day(TUESDAY)).due] == ["§12"]


async def test_marks_given_that_day_for_older_lessons_stand_apart(read: Read) -> None:
    older = await read.kept.lesson(MONDAY - timedelta(days=7))
    await read.kept.work(older, "к/р", {read.people.ivanov: MarkValue.FOUR})
    await read.kept.session.execute(update(Mark).values(given_on=MONDAY))
    await read.kept.final(read.people.ivanov, MarkValue.FIVE)
    read.clock.set("11:00")
    told = (await read.day()).told
    assert [one.now.value for one in told] == [MarkValue.FOUR]
    read.clock.set("11:00", MONDAY + timedelta(days=3))
    assert [one.now.value for one in (await read.day()).told] == [MarkValue.FIVE]


async def test_a_pupil_reads_the_lessons_of_the_class_and_subgroup_of_that_day(read: Read) -> None:
    people, world = read.people, read.people.world
    first = await world.course(
        "Английский", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    second = await world.course("Немецкий", people.belova, people.group, subgroup="2")
    await world.slot(first, people.anna, 1)
    await world.slot(second, people.belova, 1)
    assert [lesson.subject for lesson in (await read.day()).lessons] == [
        "Английский",
        "Алгебра",
        "Русский язык",
    ]
    await read.kept.session.execute(update(SubgroupMember).values(ends_on=MONDAY - timedelta(days=1)))
    assert [lesson.subject for lesson in (await read.day()).lessons] == ["Алгебра", "Русский язык"]
    other = await world.group("7В", 7)
    physics = await world.course("Физика", people.belova, other)
    await world.slot(physics, people.belova, 2)
    await read.kept.session.execute(
        update(Enrolment)
        .where(Enrolment.pupil_id == people.ivanov)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    await world.add(
        Enrolment, school_id=world.school_id, pupil_id=people.ivanov, group_id=other, starts_on=MONDAY
    )
    today, before = await read.day(), await read.day(MONDAY - timedelta(days=7))
    assert [lesson.subject for lesson in today.lessons] == ["Физика"]
    assert [lesson.subject for lesson in before.lessons] == ["Английский", "Алгебра", "Русский язык"]


async def test_a_holiday_has_no_lessons(read: Read) -> None:
    assert (await read.day(date(2026, 10, 26))).lessons == ()


async def test_a_family_of_several_children_turns_from_one_to_another(read: Read) -> None:
    world = read.people.world
    anya = await world.pupil("Иванова Анна", read.people.group, sex=Sex.FEMALE)
    father = await world.guardian("Иванов Сергей", read.people.ivanov, anya)
    day = await read.day(reader=father)
    assert [child.name for child in day.head.children] == ["Анна", "Пётр"]
    assert (await read.day(reader=father, pupil=anya)).pupil.first_name == "Анна"


async def test_it_is_open_to_the_family_the_class_teacher_and_the_management(read: Read) -> None:
    people, world = read.people, read.people.world
    deputy = await world.employ(await world.person("Орлова Нина"), StaffRole.DEPUTY)
    await world.consent(people.ivanov, people.ivanov)
    readers = (people.mother, people.ivanov, people.irina, deputy)
    assert [(await read.day(reader=one)).head.is_family for one in readers] == [True, True, False, False]


async def test_a_lesson_that_the_pupil_is_exempt_from_says_so(read: Read) -> None:
    people = read.people
    await people.world.exempt(people.ivanov, people.algebra, people.irina)
    day = await read.day()
    assert [lesson.is_exempt for lesson in day.lessons] == [True, False]
    assert "3. Алгебра: осв." in diary_screen(day).text


async def test_a_classs_diaries_are_for_its_class_teacher_and_the_management(read: Read) -> None:
    people, world = read.people, read.people.world
    deputy = await world.employ(await world.person("Орлова Нина"), StaffRole.DEPUTY)
    for reader in (people.irina, deputy):
        diaries = await read.of_class(reader)
        assert [pupil.last_name for pupil in diaries.pupils] == [
            "Агаев",
            "Иванов",
            "Петрова",
            "Сидоренко",
        ]
        assert (await read.day(reader=reader)).head.class_id == people.group
    administrator = await world.employ(await world.person("Дорохов Артур"), StaffRole.ADMINISTRATOR)
    for reader in (people.anna, people.mother, people.ivanov, administrator):
        with pytest.raises(NotFound):
            await read.of_class(reader)
    assert (await read.day()).head.class_id is None
    other = await new_school(read.kept.session)
    director = await other.employ(await other.person("Дальний Иван"), StaffRole.DIRECTOR)
    with pytest.raises(NotFound):
        await read.service.of_class(actor=await other.actor(director), group_id=people.group)


async def test_nobody_else_finds_it(read: Read) -> None:
    people, world = read.people, read.people.world
    unconsented = await world.guardian("Иванов Олег", people.ivanov, consent=False)
    former = await world.guardian("Бабушкина Нина", people.ivanov, ends_on=MONDAY - timedelta(days=1))
    for reader in (people.father, people.anna, unconsented, former, people.agaev):
        with pytest.raises(NotFound):
            await read.day(reader=reader)
    other = await new_school(read.kept.session)
    director = await other.employ(await other.person("Дальний Иван"), StaffRole.DIRECTOR)
    with pytest.raises(NotFound):
        await read.service.day(actor=await other.actor(director), pupil_id=people.ivanov)
    for nobody in (2**62, people.anna):
        with pytest.raises(NotFound):
            await read.day(pupil=nobody)
    await read.kept.session.execute(update(Consent).values(withdrawn_at=moment("11:00")))
    with pytest.raises(NotFound):
        await read.day()


async def test_a_fuller_day_takes_as_many_statements(read: Read, statements: Statements) -> None:
    people, world = read.people, read.people.world

    async def taken() -> int:
        actor = await world.actor(people.mother, read.clock.now())
        statements.taken()
        await read.service.day(actor=actor, pupil_id=people.ivanov, day=MONDAY)
        return statements.taken()

    older = await read.kept.lesson(YEAR_START)
    await read.kept.work(older, "ур", {people.ivanov: MarkValue.FIVE})
    await read.kept.session.execute(update(Mark).values(given_on=MONDAY))
    few = await taken()
    for number in (5, 6):
        lesson = await read.kept.lesson(MONDAY, number=number)
        for kind in ("ур", "к/р", "с/р"):
            await read.kept.work(lesson, kind, {people.ivanov: MarkValue.FIVE})
        await read.task(lesson, "§12", MONDAY, files=2)
    full = await read.day()
    assert (len(full.lessons), len(full.due), len(full.told)) == (4, 2, 1)
    assert await taken() == few <= 12
