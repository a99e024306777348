"""A term's marks, why the average is so, and what if: of Ivanov, as his mother reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update

from db.engine import Database
from db.enums import FinalKind, MarkValue
from db.models import FinalMark, Group, Mark, SchoolSetting
from handlers.texts.term_marks import term_marks_screen
from handlers.texts.why import supposed_of, what_if_screen, why_screen
from services.errors import NotFound
from services.marks.giving import MarkService, NewMark
from services.term_marks import (
    MOST_SUPPOSED,
    SubjectMarks,
    Supposed,
    TermMarks,
    TermMarksService,
    WhatIfView,
    Why,
)
from tests.diary.conftest import Read
from tests.diary.test_screens import fixed_head
from tests.final_marks.journal import Journal, first_quarter
from tests.golden import Golden, check_limits
from tests.journal_page.test_screens import HOSTILE
from tests.statements import Statements
from tests.world import MONDAY

M = MarkValue
MID_OCTOBER = date(2026, 10, 15)
"""Six of the quarter's seven algebra lessons are over."""


@pytest.fixture
def marks(db: Database, read: Read) -> TermMarksService:
    return TermMarksService(db, read.clock)


async def filled(read: Read) -> Journal:
    """Ivanov has 4,20 in algebra: 5, and 4×2 twice."""
    journal = Journal(read.people)
    await first_quarter(journal)
    read.clock.set("15:00", MID_OCTOBER)
    return journal


async def of(read: Read, ask: Callable[..., Awaitable[Any]], reader: int | None = None, **where: Any) -> Any:
    actor = await read.people.world.actor(reader or read.people.mother, read.clock.now())
    return await ask(actor=actor, pupil_id=read.people.ivanov, **where)


def fixed(view: TermMarks) -> TermMarks:
    """Ids of the database differ from run to run."""
    terms = tuple(replace(term, term_id=number) for number, term in enumerate(view.head.year.terms, 1))
    head = fixed_head(view.head)
    shown = next(term for term in terms if view.term and term.name == view.term.name)
    subjects = tuple(replace(subject, course_id=number) for number, subject in enumerate(view.subjects, 11))
    return TermMarks(replace(head, year=replace(head.year, terms=terms)), shown, subjects)


def fixed_why(why: Why) -> Why:
    return replace(why, marks=fixed(why.marks), subject=replace(why.subject, course_id=11))


def only(view: TermMarks, subject: str = "Алгебра") -> SubjectMarks:
    return next(one for one in view.subjects if one.subject == subject)


async def test_a_term_in_words(read: Read, marks: TermMarksService, golden: Golden) -> None:
    journal = await filled(read)
    await journal.marks(read.people.ivanov, M.FIVE, M.DEBT, course_id=read.people.russian)
    view = await of(read, marks.marks)
    assert [(one.subject, one.average and one.average.value) for one in view.subjects] == [
        ("Алгебра", Decimal("4.20")),
        ("Русский язык", Decimal("5.00")),
    ]
    golden("diary/term_marks", term_marks_screen(fixed(view)))


async def test_why_in_words(read: Read, marks: TermMarksService, golden: Golden) -> None:
    await filled(read)
    why = await of(read, marks.why, course_id=read.people.algebra)
    assert why.subject.average is not None
    golden("diary/why", why_screen(fixed_why(why)))


async def test_what_if_in_words(read: Read, marks: TermMarksService, golden: Golden) -> None:
    """(5 + 4×2 + 4×2 + 5 + 5×2) / 8 = 4,50 where a control work weighs two."""
    await filled(read)
    view: WhatIfView = await of(
        read, marks.what_if, course_id=read.people.algebra, supposed=supposed_of("5e")
    )
    assert view.supposed == (Supposed(M.FIVE, False), Supposed(M.FIVE, True))
    assert view.average is not None
    assert (view.average.value, view.stands_for) == (Decimal("4.50"), M.FIVE)
    golden("diary/what_if", what_if_screen(replace(view, why=fixed_why(view.why))))


async def test_a_term_that_is_over_has_its_final_mark_and_nothing_to_suppose(
    read: Read, marks: TermMarksService, golden: Golden
) -> None:
    await filled(read)
    await read.kept.final(read.people.ivanov, M.FOUR)
    await read.kept.final(read.people.ivanov, M.FIVE, FinalKind.YEAR)
    read.clock.set("15:00", date(2026, 10, 28))
    view = await of(read, marks.marks)
    assert (only(view).final, only(view).of_year, only(view).forecast) == (M.FOUR, M.FIVE, None)
    golden("diary/term_marks_over", term_marks_screen(fixed(view)))
    why = await of(read, marks.why, course_id=read.people.algebra)
    assert (why.next, why.fives) == ((), None)
    golden("diary/why_over", why_screen(fixed_why(why)))
    with pytest.raises(NotFound):
        await of(read, marks.what_if, course_id=read.people.algebra, supposed=supposed_of("5"))


async def test_a_final_mark_in_its_undo_window_is_not_known(read: Read, marks: TermMarksService) -> None:
    await filled(read)
    await read.kept.final(read.people.ivanov, M.FOUR)
    now = read.clock.now()
    await read.kept.session.execute(update(FinalMark).values(set_at=now - timedelta(minutes=4)))
    assert only(await of(read, marks.marks)).final is None
    await read.kept.session.execute(update(FinalMark).values(set_at=now - timedelta(minutes=5)))
    assert only(await of(read, marks.marks)).final is M.FOUR


async def test_a_mark_counts_when_its_undo_window_has_closed_and_a_slip_never(
    db: Database, read: Read, marks: TermMarksService
) -> None:
    lesson = await read.kept.lesson(MONDAY)
    work_id = await read.kept.work(lesson, "ур")
    giving = MarkService(db, read.clock)

    async def give(at: str, value: MarkValue | None) -> None:
        read.clock.set(at)
        actor = await read.people.world.actor(read.people.anna, read.clock.now())
        mark = NewMark(read.people.ivanov, work_id, value, comment=None)
        await giving.write(actor=actor, lesson_id=lesson, marks=[mark], reason="ошибка")

    async def known(at: str) -> list[MarkValue]:
        read.clock.set(at)
        return [mark.value for mark in only(await of(read, marks.marks)).marks]

    await give("12:00", M.FOUR)
    assert await known("12:04") == []
    await give("12:04", M.TWO)
    assert await known("12:08") == []
    assert await known("12:09") == [M.TWO]
    await give("12:10", None)
    assert await known("12:14") == [M.TWO]
    assert await known("12:15") == []


async def test_other_terms_are_chosen_by_buttons_and_foreign_ones_do_not_exist(
    read: Read, marks: TermMarksService
) -> None:
    await filled(read)
    first, second = (await of(read, marks.marks)).head.year.terms
    later = await of(read, marks.marks, term_id=second.term_id)
    assert [subject.marks for subject in later.subjects] == [(), ()]
    assert (await of(read, marks.marks, term_id=first.term_id)).subjects
    for nothing in (2**62, second.term_id + 1):
        with pytest.raises(NotFound):
            await of(read, marks.marks, term_id=nothing)
    read.clock.set("12:00", date(2026, 11, 10))
    words = [button.text for row in term_marks_screen(await of(read, marks.marks)).rows for button in row]
    assert "1 четверть" in words


async def test_form_one_has_no_marks(read: Read, marks: TermMarksService) -> None:
    """U7."""
    await filled(read)
    await read.kept.session.execute(update(Group).values(grade=1))
    view = await of(read, marks.marks)
    assert (view.term, view.subjects) == (None, ())
    assert "В первом классе отметок не ставят." in term_marks_screen(view).text
    assert not (await read.day()).head.year.has_marks
    with pytest.raises(NotFound):
        await of(read, marks.why, course_id=read.people.algebra)


async def test_nobody_else_reads_marks(read: Read, marks: TermMarksService) -> None:
    people = read.people
    await filled(read)
    asks: list[tuple[Callable[..., Awaitable[Any]], dict[str, Any]]] = [
        (marks.marks, {}),
        (marks.why, {"course_id": people.algebra}),
        (marks.what_if, {"course_id": people.algebra, "supposed": supposed_of("5")}),
    ]
    for ask, where in asks:
        for reader in (people.father, people.anna, people.agaev):
            with pytest.raises(NotFound):
                await of(read, ask, reader, **where)
        for reader in (people.irina, people.mother):
            await of(read, ask, reader, **where)
    other = await people.world.course("Физика", people.belova, await people.world.group("8А", 8))
    for nothing in (other, 2**62):
        with pytest.raises(NotFound):
            await of(read, marks.why, course_id=nothing)


async def test_what_no_button_carries_is_not_found_and_endless_marks_are_cut(
    read: Read, marks: TermMarksService
) -> None:
    await filled(read)
    for forged in ("1", "5x", "ё", "<b>", "5 "):
        with pytest.raises(NotFound):
            supposed_of(forged)
    view = await of(read, marks.what_if, course_id=read.people.algebra, supposed=supposed_of("e5" * 12))
    assert len(view.supposed) == MOST_SUPPOSED
    screen = what_if_screen(view)
    check_limits(screen)
    assert not [button for row in screen.rows for button in row if button.text.startswith("+")]


async def test_without_weights_a_control_work_counts_as_any_other(
    read: Read, marks: TermMarksService
) -> None:
    await filled(read)
    await read.people.world.session.execute(
        insert(SchoolSetting).values(
            school_id=read.people.world.school_id, key="final_average", value="plain"
        )
    )
    why = await of(read, marks.why, course_id=read.people.algebra)
    assert (why.control, why.subject.average.value) == (None, Decimal("4.33"))
    assert "к/р 5" not in str(why_screen(why).rows)


async def test_before_the_first_mark_there_is_nothing_to_explain(read: Read, marks: TermMarksService) -> None:
    why = await of(read, marks.why, course_id=read.people.algebra)
    assert (why.subject.average, why.subject.forecast, why.fives) == (None, None, None)
    said = why_screen(why).text
    assert "Среднего балла пока нет" in said
    assert "пока рано" in said


async def test_the_fullest_term_fits(read: Read, marks: TermMarksService) -> None:
    journal = await filled(read)
    await journal.marks(read.people.ivanov, M.FOUR, kind="к/р", title=HOSTILE[0])
    view = await of(read, marks.marks)
    subject = replace(only(view), subject=HOSTILE[0], marks=only(view).marks * 60)
    check_limits(term_marks_screen(replace(view, subjects=(subject,) * 40)))
    why = await of(read, marks.why, course_id=read.people.algebra)
    check_limits(why_screen(replace(why, subject=subject)))


async def test_more_marks_take_as_many_statements(
    read: Read, marks: TermMarksService, statements: Statements
) -> None:
    async def taken() -> int:
        actor = await read.people.world.actor(read.people.mother, read.clock.now())
        statements.taken()
        await marks.why(actor=actor, pupil_id=read.people.ivanov, course_id=read.people.algebra)
        return statements.taken()

    empty = await taken()
    journal = await filled(read)
    await journal.marks(read.people.ivanov, *[M.FIVE] * 20, course_id=read.people.russian)
    assert (await read.kept.session.scalars(update(Mark).values(comment="!").returning(Mark.work_id))).all()
    assert await taken() == empty <= 10
