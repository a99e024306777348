"""A course's page for a term: everything that stands in it, in as many statements for any class (J13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from db.enums import FinalKind, LessonKind, MarkValue, StaffRole
from db.models import (
    Enrolment,
    Lesson,
    School,
    SchoolSetting,
    SubgroupMember,
    Term,
    Unlock,
)
from services.errors import NotFound
from services.journal_page import JournalPage, PagePupil
from tests.journal_page.conftest import Kept
from tests.statements import Statements
from tests.world import MONDAY, YEAR_START, FakeClock, moment, new_school


def named(page: JournalPage, last_name: str) -> PagePupil:
    return next(pupil for pupil in page.pupils if pupil.last_name == last_name)


def cells(page: JournalPage, last_name: str) -> list[str]:
    """A pupil's row: marks and absences, column by column, «#» where the cell is locked."""
    pupil, row = named(page, last_name), []
    for lesson, work in page.columns():
        absence = page.absence(lesson, pupil)
        mark = page.mark(work, pupil) if work else None
        said = [absence.status.value if absence else "", mark.value.value if mark else ""]
        row.append("".join(said) + "#" * page.is_locked(lesson, work, pupil))
    return row


async def test_a_page_holds_every_lesson_work_mark_and_absence(kept: Kept) -> None:
    page = await kept.page()
    assert [(lesson.date.day, lesson.number, lesson.topic, lesson.kind) for lesson in page.lessons] == [
        (2, 2, "Повторение", LessonKind.LESSON),
        (7, 3, "Линейные уравнения", LessonKind.CONTROL),
        (14, 3, "Функции", LessonKind.LESSON),
    ]
    assert [pupil.last_name for pupil in page.pupils] == ["Агаев", "Иванов", "Петрова", "Сидоренко"]
    assert [work.kind if work else None for _, work in page.columns()] == ["ур", "к/р", "ур", None]
    assert [[task.text for task in lesson.tasks] for lesson in page.lessons] == [
        ["§1 № 5"],
        ["§2", "№ 12"],
        [],
    ]
    assert page.rows.teachers == ("Соколова Анна Петровна",)
    assert cells(page, "Агаев")[:3] == ["4#", "3", "5"]
    assert [cell.rstrip("#") for cell in cells(page, "Иванов")] == ["5", "absent", "absent", ""]
    assert cells(page, "Петрова")[1:3] == ["debt", "exempt"]


async def test_the_average_counts_weights_and_only_numbers(kept: Kept) -> None:
    page = await kept.page()
    control = next(work for lesson in page.lessons for work in lesson.works if work.kind == "к/р")
    expected = (4 + 3 * control.weight + 5) / (2 + control.weight)
    assert page.average(named(page, "Агаев")) == round(expected, 2)
    assert page.average(named(page, "Петрова")) is None


async def test_final_marks_stand_beside_their_term(kept: Kept) -> None:
    await kept.final(kept.people.ivanov, MarkValue.FIVE, FinalKind.YEAR)
    page, year = await kept.page(), await kept.page(term_id=None)
    assert [(column.kind, column.term and column.term.name) for column in page.final_columns] == [
        (FinalKind.TERM, "1 четверть"),
        (FinalKind.YEAR, None),
    ]
    assert [page.final(column, named(page, "Агаев")) for column in page.final_columns] == ["4", None]
    assert [year.final(column, named(year, "Иванов")) for column in year.final_columns] == [None, None, "5"]


async def test_lessons_that_nobody_has_looked_at_stand_on_the_page_too(empty: Kept) -> None:
    """A gap in the journal is seen, and reading makes no rows."""
    page = await empty.page()
    assert [(lesson.date, lesson.lesson_id, lesson.taken) for lesson in page.lessons] == [
        (MONDAY - timedelta(days=7), None, False),
        (MONDAY, None, False),
    ]
    assert (await empty.session.scalars(Lesson.__table__.select())).all() == []


async def test_lessons_ahead_are_shown_when_somebody_wrote_in_them(empty: Kept) -> None:
    await empty.lesson(MONDAY + timedelta(days=7), topic="Заранее")
    assert [lesson.topic for lesson in (await empty.page()).lessons] == [None, None, "Заранее"]


async def test_a_lesson_that_left_the_timetable_stays_only_if_somebody_wrote_in_it(empty: Kept) -> None:
    people, world = empty.people, empty.people.world
    await world.add(
        Lesson,
        school_id=world.school_id,
        course_id=people.algebra,
        teacher_id=people.anna,
        date=date(2026, 9, 9),
        number=1,
        starts_at=moment("08:30"),
        ends_at=moment("09:10"),
        rooms=[],
    )
    await empty.lesson(date(2026, 9, 10), number=1)
    assert [lesson.date.day for lesson in (await empty.page()).lessons] == [7, 10, 14]


async def test_another_term_has_its_own_lessons(kept: Kept, clock: FakeClock) -> None:
    second = (await kept.page()).periods[1]
    assert second.name == "2 четверть"
    clock.set("15:00", date(2026, 11, 10))
    page = await kept.page(term_id=second.term_id)
    assert [lesson.date for lesson in page.lessons] == [date(2026, 11, 2), date(2026, 11, 9)]
    assert page.average(page.pupils[0]) is None
    assert len((await kept.page(term_id=None)).lessons) == 3 + 7 - 2 + 2


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (YEAR_START, "1 четверть"),
        (date(2026, 10, 28), "1 четверть"),
        (date(2026, 11, 2), "2 четверть"),
        (date(2027, 5, 1), "2 четверть"),
    ],
)
async def test_the_card_leads_to_the_running_term(
    empty: Kept, clock: FakeClock, day: date, name: str
) -> None:
    clock.set("12:00", day)
    card = await empty.service.card(
        actor=await empty.people.world.actor(empty.people.anna, clock.now()), course_id=empty.people.algebra
    )
    assert card.period.name == name


async def test_a_form_without_terms_has_the_whole_year(empty: Kept) -> None:
    await empty.session.execute(update(Term).values(grades=[11]))
    card = await empty.service.card(actor=await empty.actor(), course_id=empty.people.algebra)
    assert (card.period.term_id, card.period.name) == (None, "2026/2027")


# --- What is locked ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "days_later", "standing", "empty_cell", "empty_control"),
    [
        # J5 (L): no change after 30 days. J4 (L): same day; the later of the two holds for empty cells.
        ("labinsk", 30, False, False, False),
        ("labinsk", 31, True, True, True),
        # J5 (T): none backdated; J4 (T): within 5 days.
        ("kasli", 0, False, False, False),
        ("kasli", 1, True, False, False),
        ("kasli", 5, True, False, False),
        ("kasli", 6, True, True, True),
    ],
)
async def test_locked_cells_follow_the_preset(
    empty: Kept,
    clock: FakeClock,
    preset: str,
    days_later: int,
    standing: bool,
    empty_cell: bool,
    empty_control: bool,
) -> None:
    people = empty.people
    await empty.session.execute(update(School).values(preset=preset))
    lesson = await empty.lesson(MONDAY)
    await empty.work(lesson, "ур", {people.agaev: MarkValue.FOUR})
    await empty.work(lesson, "к/р")
    clock.set("15:00", MONDAY + timedelta(days=days_later))
    page = await empty.page()
    (shown,) = (one for one in page.lessons if one.date == MONDAY)
    answer, control = shown.works
    agaev, ivanov = named(page, "Агаев"), named(page, "Иванов")
    assert page.is_locked(shown, answer, agaev) is standing
    assert page.is_locked(shown, answer, ivanov) is empty_cell
    assert page.is_locked(shown, control, ivanov) is empty_control


async def test_control_works_and_primary_forms_have_their_own_deadlines(
    empty: Kept, clock: FakeClock
) -> None:
    """J4 (K): 3 days in primary, 7 in basic school, a control work within a day of its results."""
    for key, value in {
        "edit_lock_days": 0,
        "mark_days": 7,
        "mark_days_primary": 3,
        "control_mark_days": 1,
    }.items():
        await empty.session.execute(
            insert(SchoolSetting).values(school_id=empty.people.world.school_id, key=key, value=str(value))
        )
    lesson = await empty.lesson(MONDAY)
    await empty.work(lesson, "ур")
    await empty.work(lesson, "к/р")

    async def closed(days: int) -> list[bool]:
        clock.set("15:00", MONDAY + timedelta(days=days))
        (shown,) = (one for one in (await empty.page()).lessons if one.date == MONDAY)
        return [*(work.closed for work in shown.works), shown.closed, shown.locked]

    assert await closed(1) == [False, False, False, True]
    assert await closed(7) == [False, True, False, True]
    assert await closed(8) == [True, True, True, True]


async def test_a_deputys_unlock_opens_the_cells_until_its_moment(kept: Kept, clock: FakeClock) -> None:
    world = kept.people.world
    clock.set("15:00", date(2026, 10, 20))
    assert cells(await kept.page(), "Агаев")[:3] == ["4#", "3#", "5#"]
    await world.add(
        Unlock,
        school_id=world.school_id,
        lesson_id=kept.lessons[date(2026, 9, 7)],
        until=moment("18:00", date(2026, 10, 20)),
        reason="болела",
        granted_by=kept.people.irina,
        granted_at=moment("10:00", date(2026, 10, 20)),
    )
    assert cells(await kept.page(), "Агаев")[:3] == ["4#", "3", "5"]
    clock.set("18:01", date(2026, 10, 20))
    assert cells(await kept.page(), "Агаев")[:3] == ["4#", "3#", "5#"]


# --- Those who come and go -----------------------------------------------------------------------------


async def test_who_left_came_or_was_never_here_is_shown_for_their_own_days(kept: Kept) -> None:
    people, world = kept.people, kept.people.world
    await kept.session.execute(
        update(Enrolment).where(Enrolment.pupil_id == people.agaev).values(ends_on=date(2026, 9, 8))
    )
    late = await world.person("Новикова Вера")
    await world.add(
        Enrolment,
        school_id=world.school_id,
        pupil_id=late,
        group_id=people.group,
        starts_on=date(2026, 9, 10),
        number=5,
    )
    before = await world.person("Ушедший Олег")
    await world.add(
        Enrolment,
        school_id=world.school_id,
        pupil_id=before,
        group_id=people.group,
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 8, 31),
    )
    page = await kept.page()
    assert [pupil.last_name for pupil in page.pupils] == [
        "Агаев",
        "Иванов",
        "Новикова",
        "Петрова",
        "Сидоренко",
    ]
    assert [page.was_in_course(lesson, named(page, "Агаев")) for lesson in page.lessons] == [
        True,
        True,
        False,
    ]
    assert [page.was_in_course(lesson, named(page, "Новикова")) for lesson in page.lessons] == [
        False,
        False,
        True,
    ]
    assert cells(page, "Агаев")[0].startswith("4")


async def test_a_pupil_who_came_back_has_two_periods_and_one_row(kept: Kept) -> None:
    people, world = kept.people, kept.people.world
    await kept.session.execute(
        update(Enrolment).where(Enrolment.pupil_id == people.agaev).values(ends_on=date(2026, 9, 3))
    )
    await world.add(
        Enrolment,
        school_id=world.school_id,
        pupil_id=people.agaev,
        group_id=people.group,
        starts_on=date(2026, 9, 14),
    )
    page = await kept.page()
    agaev = named(page, "Агаев")
    assert [page.was_in_course(lesson, agaev) for lesson in page.lessons] == [True, False, True]


async def test_a_pupil_moved_between_subgroups_stands_on_both_pages(empty: Kept) -> None:
    people, world = empty.people, empty.people.world
    first = await world.course(
        "Английский", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    second = await world.course("Немецкий", people.belova, people.group, subgroup="2")
    await empty.session.execute(update(SubgroupMember).values(ends_on=date(2026, 9, 10)))
    await world.add(
        SubgroupMember,
        school_id=world.school_id,
        course_id=second,
        pupil_id=people.ivanov,
        starts_on=date(2026, 9, 11),
    )
    irina = await empty.actor(people.irina)
    pages = [
        await empty.service.page(actor=irina, course_id=course, term_id=empty.term)
        for course in (first, second)
    ]
    assert [page.pupils[0].places for page in pages] == [
        ((YEAR_START, date(2026, 9, 10)),),
        ((date(2026, 9, 11), date(2026, 10, 24)),),
    ]
    assert [len(page.pupils) for page in pages] == [1, 1]


# --- Who may see it ------------------------------------------------------------------------------------


async def test_a_course_is_open_to_its_teacher_the_class_teacher_and_the_management(kept: Kept) -> None:
    world = kept.people.world
    deputy = await world.employ(await world.person("Орлова Нина"), StaffRole.DEPUTY)
    for person in (kept.people.anna, kept.people.irina, deputy):
        assert (await kept.page(person)).pupils


async def test_nobody_else_finds_it(kept: Kept) -> None:
    """A parent, another subject's teacher, another class's teacher, somebody of another school."""
    world = kept.people.world
    foreign = await world.teacher("Чужой Лев")
    await world.group("7В", 7, class_teacher=foreign)
    secretary = await world.employ(await world.person("Тихая Ольга"), StaffRole.SECRETARY)
    other = await new_school(kept.session)
    stranger = await other.employ(await other.person("Дальний Иван"), StaffRole.DIRECTOR)
    people = [
        *[await kept.actor(one) for one in (kept.people.mother, kept.people.belova, foreign, secretary)],
        await other.actor(stranger),
    ]
    for actor in people:
        with pytest.raises(NotFound):
            await kept.service.page(actor=actor, course_id=kept.people.algebra, term_id=kept.term)
        with pytest.raises(NotFound):
            await kept.service.card(actor=actor, course_id=kept.people.algebra)
        with pytest.raises(NotFound):
            await kept.service.group_courses(actor=actor, group_id=kept.people.group)


async def test_a_term_of_another_school_or_none_at_all_is_not_found(kept: Kept) -> None:
    other = await new_school(kept.session)
    foreign = await other.add(
        Term,
        school_id=other.school_id,
        year_id=other.year_id,
        name="чужая",
        kind=None,
        starts_on=YEAR_START,
        ends_on=MONDAY,
    )
    for term_id in (foreign, 2**62):
        with pytest.raises(NotFound):
            await kept.page(term_id=term_id)


async def test_everybody_finds_their_journals(kept: Kept) -> None:
    people, service = kept.people, kept.service
    anna = await service.courses(actor=await kept.actor())
    assert ([course.course_id for course in anna.own], anna.groups) == ([people.algebra], ())
    irina = await service.courses(actor=await kept.actor(people.irina))
    assert (irina.own, [group.name for group in irina.groups]) == ((), ["7Б"])
    of_group = await service.group_courses(actor=await kept.actor(people.irina), group_id=people.group)
    assert [course.subject for course in of_group.courses] == ["Алгебра", "Русский язык"]
    mother = await service.courses(actor=await kept.actor(people.mother))
    assert mother == type(mother)((), ())


async def test_subgroups_are_offered_where_the_subject_is_taught_in_them(empty: Kept) -> None:
    people, world = empty.people, empty.people.world
    english = await world.course("Английский", people.anna, people.group, subgroup="1")
    cards = [
        await empty.service.card(actor=await empty.actor(), course_id=course)
        for course in (people.algebra, english)
    ]
    assert [card.has_subgroups for card in cards] == [False, True]
    assert cards[0].teachers == ("Соколова Анна Петровна",)


async def test_a_bigger_class_and_a_longer_term_take_as_many_statements(
    kept: Kept, statements: Statements
) -> None:
    people, world = kept.people, kept.people.world

    async def taken() -> int:
        actor = await kept.actor()
        statements.taken()
        await kept.service.page(actor=actor, course_id=people.algebra, term_id=kept.term)
        return statements.taken()

    few = await taken()
    pupils = [await world.pupil(f"Ученик{number} Иван", people.group) for number in range(26)]
    for number in range(57):
        lesson = await kept.lesson(YEAR_START + timedelta(days=number // 5), number=number % 5 + 4)
        await kept.work(lesson, "ур", dict.fromkeys(pupils, MarkValue.FIVE))
    page = await kept.page()
    assert (len(page.pupils), len(page.lessons)) == (30, 60)
    assert await taken() == few == 4
