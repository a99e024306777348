"""The page of final marks: who stands on it, what is proposed, and what becomes of it (J8)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from db.enums import FinalKind, StaffRole, TermKind
from db.models import (
    AuditEntry,
    CourseTeacher,
    Enrolment,
    FinalMark,
    Mark,
    OutboxMessage,
    School,
    SchoolSetting,
    StaffAppointment,
    SubgroupMember,
    Substitution,
    Term,
    Unlock,
)
from services.errors import FinalMarksLocked, InvalidInput, NotFound
from services.final_marks import CommentNeeded
from services.settings import Preset
from tests.final_marks.conftest import Desk
from tests.final_marks.journal import DEADLINE, LAST_DAY, MARKED, M
from tests.statements import Statements
from tests.world import YEAR_START, moment, new_school


async def test_every_pupil_has_a_proposal_with_its_arithmetic(desk: Desk) -> None:
    people, page = desk.people, await desk.page()
    assert [cell.last_name for cell in page.cells] == ["Агаев", "Иванов", "Петрова", "Сидоренко"]
    ivanov = page.cell(people.ivanov).proposal
    assert ivanov.average is not None
    assert (ivanov.average.value, ivanov.count, ivanov.value) == (Decimal("4.20"), 3, M.FOUR)
    assert page.cell(people.petrova).proposal.value is M.FIVE  # 4,50
    assert page.cell(people.sidorenko).proposal.value is M.NOT_ASSESSED  # two marks
    agaev = page.cell(people.agaev)
    assert agaev.proposal.value is M.NOT_ASSESSED
    assert [debt.work for debt in agaev.debts] == ["к/р"]


@pytest.mark.parametrize("kind", TermKind)
async def test_a_term_of_any_kind_has_its_final_marks(desk: Desk, kind: TermKind) -> None:
    """Quarter, trimester, half-year, semester (J8)."""
    await desk.session.execute(
        update(Term).where(Term.name == "1 четверть").values(kind=kind, name=f"1 {kind}")
    )
    first, *_ = (await desk.finals.periods(actor=await desk.actor(), course_id=desk.people.algebra))[1]
    assert first.name == f"1 {kind}"
    assert await desk.accept() == 4
    given = select(FinalMark.value).where(FinalMark.pupil_id == desk.people.ivanov)
    assert (await desk.session.scalars(given)).one() is M.FOUR


async def test_marks_of_another_term_removed_marks_and_other_subjects_do_not_count(desk: Desk) -> None:
    people, journal = desk.people, desk.journal
    await journal.marks(people.sidorenko, M.FIVE, day=date(2026, 11, 3))
    await journal.marks(people.sidorenko, M.FIVE, course_id=people.russian)
    await journal.marks(people.sidorenko, M.THREE, day=date(2026, 10, 6))
    removed = update(Mark).where(Mark.pupil_id == people.sidorenko, Mark.value == M.THREE)
    await desk.session.execute(removed.values(value=None))
    assert [mark.value for mark in (await desk.cell(people.sidorenko)).marks] == [M.FIVE, M.TWO]


async def test_the_plain_average_is_a_setting(desk: Desk) -> None:
    await desk.session.execute(
        insert(SchoolSetting).values(
            school_id=desk.people.world.school_id, key="final_average", value="plain"
        )
    )
    proposal = (await desk.cell(desk.people.ivanov)).proposal
    assert proposal.average is not None
    assert proposal.average.value == Decimal("4.33")


async def test_all_proposals_are_accepted_at_once_with_their_history(desk: Desk) -> None:
    assert await desk.accept() == 4
    page = await desk.page()
    assert [cell.given.value for cell in page.cells if cell.given] == [
        *(M.NOT_ASSESSED, M.FOUR, M.FIVE, M.NOT_ASSESSED)
    ]
    ivanov = page.cell(desk.people.ivanov).given
    assert ivanov is not None
    assert (ivanov.average, ivanov.count, ivanov.given_by) == (
        *(Decimal("4.20"), 3),
        "Соколова Анна Петровна",
    )
    history = list(
        await desk.session.scalars(select(AuditEntry).where(AuditEntry.action == "final_mark.set"))
    )
    assert len(history) == 4
    of_ivanov = next(entry for entry in history if entry.pupil_id == desk.people.ivanov)
    assert of_ivanov.before is None
    assert of_ivanov.after == {"value": "4", "comment": ""}
    assert of_ivanov.person_id == desk.people.anna
    assert not page.to_accept
    assert await desk.accept() == 0


async def test_what_was_given_before_is_not_overwritten_by_accepting(desk: Desk) -> None:
    await desk.give(desk.people.ivanov, M.FIVE, "Олимпиада")
    assert await desk.accept() == 3
    given = (await desk.cell(desk.people.ivanov)).given
    assert given is not None
    assert (given.value, given.comment) == (M.FIVE, "Олимпиада")


async def test_accepting_what_has_changed_since_it_was_shown_writes_nothing(desk: Desk) -> None:
    seen = (await desk.page()).seen
    await desk.journal.marks(desk.people.sidorenko, M.THREE, day=date(2026, 10, 21))
    page, given = await desk.accept_seen(seen)
    assert given == 0
    assert page.cell(desk.people.sidorenko).proposal.value is M.THREE
    assert all(cell.given is None for cell in page.cells)


async def test_another_mark_than_the_proposed_one_needs_a_comment(desk: Desk) -> None:
    with pytest.raises(CommentNeeded):
        await desk.give(desk.people.ivanov, M.FIVE, "  ")
    assert (await desk.cell(desk.people.ivanov)).given is None
    cell = await desk.give(desk.people.ivanov, M.FOUR)
    assert cell.given is not None
    assert cell.given.comment == ""


async def test_a_change_keeps_its_day_and_its_history(desk: Desk) -> None:
    await desk.accept()
    desk.clock.set("09:00", DEADLINE)
    await desk.give(desk.people.ivanov, M.FIVE, "Пересчитали № 2")
    row = (
        await desk.session.scalars(select(FinalMark).where(FinalMark.pupil_id == desk.people.ivanov))
    ).one()
    assert (row.value, row.given_on, row.set_at) == (M.FIVE, LAST_DAY, desk.clock.now())
    entry = (await desk.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
    assert entry.before == {"value": "4", "comment": ""}
    assert entry.after == {"value": "5", "comment": "Пересчитали № 2"}
    assert (entry.subject_type, entry.subject_id) == ("final_mark", row.id)


async def test_the_same_tap_twice_is_one_change_and_keeps_the_comment(desk: Desk) -> None:
    await desk.give(desk.people.ivanov, M.FIVE, "Олимпиада")
    cell = await desk.give(desk.people.ivanov, M.FIVE)
    assert cell.given is not None
    assert cell.given.comment == "Олимпиада"
    entries = await desk.session.scalars(select(AuditEntry.id).where(AuditEntry.action == "final_mark.set"))
    assert len(list(entries)) == 1


async def test_a_debt_is_no_final_mark_and_a_comment_has_its_limit(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        await desk.give(desk.people.ivanov, M.DEBT, "долг")
    with pytest.raises(InvalidInput):
        await desk.give(desk.people.ivanov, M.FIVE, "х" * 501)


async def test_who_moved_between_subgroups_brings_the_marks_along(desk: Desk) -> None:
    people, journal = desk.people, desk.journal
    first = await journal.parallel_course("первая", people.anna, like=people.russian)
    second = await journal.parallel_course("вторая", people.belova, like=people.russian)
    moved = date(2026, 10, 10)
    for course_id, starts_on, ends_on in ((first, YEAR_START, moved), (second, moved + timedelta(1), None)):
        await people.world.add(
            SubgroupMember,
            school_id=people.world.school_id,
            course_id=course_id,
            pupil_id=people.ivanov,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    await journal.marks(people.ivanov, M.FIVE, M.FIVE, course_id=first)
    await journal.marks(people.ivanov, M.THREE, course_id=second, day=date(2026, 10, 15))
    assert (await desk.page(people.anna, course_id=first)).cells == ()
    page = await desk.page(people.belova, course_id=second)
    assert [cell.pupil_id for cell in page.cells] == [people.ivanov]
    proposal = page.cells[0].proposal
    assert (proposal.count, proposal.value) == (3, M.FOUR)


async def test_who_left_the_class_in_the_term_is_not_on_its_page(desk: Desk) -> None:
    left = update(Enrolment).where(Enrolment.pupil_id == desk.people.agaev)
    await desk.session.execute(left.values(ends_on=MARKED))
    assert [cell.last_name for cell in (await desk.page()).cells] == ["Иванов", "Петрова", "Сидоренко"]
    with pytest.raises(NotFound):
        await desk.give(desk.people.agaev, M.NOT_ASSESSED)


async def test_form_1_gets_no_final_marks(desk: Desk) -> None:
    world = desk.people.world
    little = await world.group("1А", 1)
    await world.pupil("Малышев Коля", little)
    course_id = await world.course("Окружающий мир", desk.people.anna, little)
    with pytest.raises(InvalidInput) as refused:
        await desk.finals.periods(actor=await desk.actor(), course_id=course_id)
    assert refused.value.params["problem"] == "no_marks_in_form_one"
    # Taught together with form 2, only form 2 stands on the page.
    older = await world.group("2А", 2)
    pupil = await world.pupil("Второв Миша", older)
    together = await world.course("Музыка", desk.people.anna, little, older)
    assert [cell.pupil_id for cell in (await desk.page(course_id=together)).cells] == [pupil]


async def test_terms_are_those_of_the_forms(desk: Desk) -> None:
    world = desk.people.world
    course_id = await world.course("Физика", desk.people.anna, await world.group("10А", 10))
    await desk.session.execute(update(Term).values(grades=[7]))
    await world.add(
        Term,
        school_id=world.school_id,
        year_id=world.year_id,
        name="1 полугодие",
        kind=TermKind.HALF_YEAR,
        starts_on=YEAR_START,
        ends_on=date(2026, 12, 30),
        grades=[10, 11],
    )
    anna = await desk.actor()
    _, of_tenth = await desk.finals.periods(actor=anna, course_id=course_id)
    _, of_seventh = await desk.finals.periods(actor=anna, course_id=desk.people.algebra)
    assert [period.name for period in of_tenth] == ["1 полугодие", "2026/2027", "2026/2027"]
    assert [period.name for period in of_seventh] == ["1 четверть", "2 четверть", "2026/2027", "2026/2027"]


@pytest.mark.parametrize(("day", "first"), [(LAST_DAY, "1 четверть"), (date(2026, 12, 28), "2 четверть")])
async def test_the_term_that_ends_comes_first(desk: Desk, day: date, first: str) -> None:
    desk.clock.set("12:00", day)
    _, periods = await desk.finals.periods(actor=await desk.actor(), course_id=desk.people.algebra)
    assert periods[0].name == first
    assert periods[-1].kind is FinalKind.EXAM


# --- When ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 10, 10), False),
        (date(2026, 10, 11), True),
        (LAST_DAY, True),
        (DEADLINE, True),
        (DEADLINE + timedelta(days=1), False),
    ],
)
async def test_marks_may_be_given_from_two_weeks_before_the_end_to_the_deadline(
    desk: Desk, day: date, open_: bool
) -> None:
    desk.clock.set("12:00", day)
    page = await desk.page()
    assert (page.period.open, page.writable) == (open_, open_)


@pytest.mark.parametrize("preset", Preset)
async def test_every_preset_closes_final_marks_two_days_after_the_term(desk: Desk, preset: Preset) -> None:
    """J8: «at most 2 days after the term (M)»; the others state nothing and take the limit of M."""
    await desk.session.execute(update(School).values(preset=preset))
    desk.clock.set("23:59", LAST_DAY + timedelta(days=2))
    assert (await desk.page()).writable
    desk.clock.set("00:00", LAST_DAY + timedelta(days=3))
    assert not (await desk.page()).writable


async def test_before_its_time_nothing_is_written(desk: Desk) -> None:
    desk.clock.set("12:00", date(2026, 10, 10))
    with pytest.raises(InvalidInput) as refused:
        await desk.accept()
    assert refused.value.params == {"problem": "final_marks_early"}


async def test_after_the_deadline_only_what_a_deputy_has_opened_is_written(desk: Desk) -> None:
    desk.clock.set("12:00", DEADLINE + timedelta(days=1))
    with pytest.raises(FinalMarksLocked) as refused:
        await desk.give(desk.people.ivanov, M.FOUR)
    assert refused.value.params == {"date": DEADLINE}
    with pytest.raises(FinalMarksLocked):
        await desk.accept()

    async def unlock(term_id: int | None, course_id: int) -> None:
        await desk.people.world.add(
            Unlock,
            school_id=desk.people.world.school_id,
            course_id=course_id,
            term_id=term_id,
            until=moment("18:00", DEADLINE + timedelta(days=1)),
            reason="Болела",
            granted_by=desk.people.irina,
            granted_at=desk.clock.now(),
        )

    await unlock(None, desk.people.algebra)  # the year's
    await unlock(desk.term, desk.people.russian)  # another course's
    assert not (await desk.page()).writable
    await unlock(desk.term, desk.people.algebra)
    assert await desk.accept() == 4
    desk.clock.set("18:00", DEADLINE + timedelta(days=1))
    assert not (await desk.page()).writable


# --- Who ----------------------------------------------------------------------------------------------


async def test_the_class_teacher_and_the_deputy_read_but_do_not_write(desk: Desk) -> None:
    deputy = await desk.people.world.employ(await desk.people.world.person("Завуч Ольга"), StaffRole.DEPUTY)
    for person in (desk.people.irina, deputy):
        assert not (await desk.page(person)).writable
        with pytest.raises(NotFound):
            await desk.give(desk.people.ivanov, M.FOUR, person_id=person)
        with pytest.raises(NotFound):
            await desk.accept(person)


async def test_other_people_find_no_page(desk: Desk) -> None:
    world, people = desk.people.world, desk.people
    substitute = await world.teacher("Заменова Яна")
    await world.add(
        Substitution,
        school_id=world.school_id,
        course_id=people.algebra,
        date=LAST_DAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=substitute,
        entered_by=people.irina,
        entered_at=desk.clock.now(),
    )
    other = await new_school(desk.session, name="Школа № 2")
    foreign = await other.employ(await other.person("Чужой Директор"), StaffRole.DIRECTOR)
    desk.people.world.accounts[foreign] = await other.account_of(foreign)
    for person in (people.belova, people.mother, substitute, foreign):
        with pytest.raises(NotFound):
            await desk.page(person)
        with pytest.raises(NotFound):
            await desk.accept(person)


@pytest.mark.parametrize("model", [CourseTeacher, StaffAppointment])
async def test_a_former_teacher_gives_nothing(
    desk: Desk, model: type[CourseTeacher] | type[StaffAppointment]
) -> None:
    anna = desk.people.anna
    whose = CourseTeacher.teacher_id if model is CourseTeacher else StaffAppointment.person_id
    await desk.session.execute(update(model).where(whose == anna).values(ends_on=MARKED))
    with pytest.raises(NotFound):
        await desk.give(desk.people.ivanov, M.FOUR)


async def test_forged_ids_find_nothing(desk: Desk) -> None:
    world = desk.people.world
    stranger = await world.pupil("Чужов Семён", await world.group("7В", 7))
    other = await new_school(desk.session, name="Школа № 2")
    theirs = select(Term.id).where(Term.school_id == other.school_id).order_by(Term.id).limit(1)
    their_term = (await desk.session.execute(theirs)).scalar_one()
    with pytest.raises(NotFound):
        await desk.give(stranger, M.FOUR)
    with pytest.raises(NotFound):
        await desk.give(desk.people.ivanov, M.FOUR, term_id=their_term)
    with pytest.raises(NotFound):
        await desk.give(desk.people.ivanov, M.FOUR, term_id=None)
    with pytest.raises(NotFound):
        await desk.give(desk.people.ivanov, M.FOUR, kind=FinalKind.YEAR)
    with pytest.raises(NotFound):
        await desk.give(desk.people.ivanov, M.FOUR, course_id=999_999)
    assert (await desk.session.scalars(select(FinalMark.id))).all() == []


async def test_the_page_takes_the_same_number_of_statements_for_ten_and_forty_pupils(
    desk: Desk, statements: Statements
) -> None:
    actor = await desk.actor()

    async def taken(pupils: int) -> int:
        while len((await desk.page()).cells) < pupils:
            pupil = await desk.people.world.pupil(f"Новый Ученик{pupils}", desk.people.group)
            await desk.journal.marks(pupil, M.FIVE, M.FOUR, M.FIVE)
        statements.taken()
        await desk.finals.page(
            actor=actor, course_id=desk.people.algebra, kind=FinalKind.TERM, term_id=desk.term
        )
        return statements.taken()

    assert await taken(10) == await taken(40) == 4


async def test_the_family_hears_of_a_final_mark_and_of_its_change(desk: Desk) -> None:
    await desk.people.world.account_of(desk.people.mother)
    await desk.give(desk.people.ivanov, M.FOUR)
    notices = select(OutboxMessage.pupil_id, OutboxMessage.revision).where(OutboxMessage.kind == "marks_day")
    assert (await desk.session.execute(notices)).all() == [(desk.people.ivanov, 1)]
    desk.clock.set("09:00", DEADLINE)
    await desk.give(desk.people.ivanov, M.FIVE, "Пересчитали")
    assert (await desk.session.execute(notices)).all() == [(desk.people.ivanov, 2)]
