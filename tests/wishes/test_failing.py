"""Failing pupils (C4): found by the institution's rule, told once a term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from db.enums import MarkValue, NoticeMode, NoticeTopic
from db.models import (
    Consent,
    FailingNotice,
    Group,
    Lesson,
    Mark,
    OutboxMessage,
    SchoolSetting,
    Term,
    Work,
    WorkKind,
)
from services.marks.averages import average
from services.notifications import failing
from services.settings import AverageKind, PersonalData
from tests.wishes.conftest import Family
from tests.world import MONDAY, moment

TWO, THREE, FOUR, DEBT = MarkValue.TWO, MarkValue.THREE, MarkValue.FOUR, MarkValue.DEBT
TUESDAY = MONDAY + timedelta(days=1)


async def give(
    family: Family,
    values: Sequence[MarkValue],
    *,
    weights: Sequence[str] = (),
    pupil_id: int | None = None,
    since: date = MONDAY,
) -> None:
    """A work with a mark on each of the days from `since`, in algebra."""
    people, desk = family.desk.people, family.desk
    async with desk.db.transaction() as session:
        kind = await session.scalar(select(WorkKind.id).limit(1))
        for number, value in enumerate(values):
            day = since - timedelta(days=number)
            lesson = await session.scalar(
                insert(Lesson)
                .values(
                    school_id=people.world.school_id,
                    course_id=people.algebra,
                    teacher_id=people.anna,
                    date=day,
                    number=7,
                    starts_at=moment("13:50", day),
                    ends_at=moment("14:30", day),
                    rooms=[],
                )
                .returning(Lesson.id)
            )
            work = await session.scalar(
                insert(Work)
                .values(
                    school_id=people.world.school_id,
                    lesson_id=lesson,
                    position=1,
                    kind_id=kind,
                    weight=Decimal(weights[number]) if weights else Decimal(1),
                    title="",
                    created_by=people.anna,
                    created_at=moment("09:00", day),
                )
                .returning(Work.id)
            )
            await session.execute(
                insert(Mark).values(
                    work_id=work,
                    pupil_id=pupil_id or people.ivanov,
                    value=value,
                    due_on=MONDAY + timedelta(days=9) if value is DEBT else None,
                    comment="",
                    given_on=day,
                    set_by=people.anna,
                    set_at=moment("09:00", day),
                )
            )


async def setting(family: Family, key: str, value: str) -> None:
    async with family.desk.db.transaction() as session:
        await session.execute(
            insert(SchoolSetting).values(school_id=family.mother.school_id, key=key, value=value)
        )


async def look(family: Family, at: str = "16:30", day: date = MONDAY) -> None:
    """The job."""
    family.clock.set(at, day)
    async with family.desk.db.transaction() as session:
        await failing.remind(session, family.clock.now())


async def told(family: Family) -> int:
    async with family.desk.db.transaction() as session:
        return len(list(await session.scalars(select(FailingNotice.pupil_id))))


def of_person(family: Family, person_id: int) -> list[str]:
    return [screen.text for (person, _), screen in family.chats.items() if person == person_id]


async def test_a_failing_pupil_is_told_to_guardians_and_class_teacher_once_a_term(family: Family) -> None:
    people = family.desk.people
    await give(family, [TWO, TWO, THREE])
    await look(family)
    [message] = await family.send("16:31")
    assert "Алгебра: <b>2,33</b>, отметок: 3" in message
    [to_class_teacher] = of_person(family, people.irina)
    assert "Иванов П. — Алгебра: <b>2,33</b>" in to_class_teacher
    assert of_person(family, people.father) == [], "another family"
    await look(family, day=TUESDAY)
    await give(family, [TWO], since=TUESDAY)
    await look(family, "16:40", day=TUESDAY)
    assert await family.send("16:50", TUESDAY) == []
    assert await told(family) == 1


@pytest.mark.parametrize(
    ("values", "weights", "kind", "found"),
    [
        ([TWO, TWO, THREE], (), "weighted", True),
        ([TWO, THREE], (), "weighted", False),  # too few
        ([TWO, THREE, TWO, THREE], (), "weighted", False),  # 2,50 is not below
        ([TWO, FOUR, FOUR], ("5", "1", "1"), "weighted", False),  # 2,57
        ([TWO, FOUR, FOUR], ("6", "1", "1"), "weighted", False),  # 2,50
        ([TWO, FOUR, FOUR], ("8", "1", "1"), "weighted", True),  # 2,40
        ([TWO, FOUR, FOUR], ("8", "1", "1"), "plain", False),
        ([TWO, TWO, DEBT], (), "weighted", False),  # a debt is no mark
        ([TWO, TWO, THREE], ("0", "0", "0"), "weighted", False),  # weighs nothing
        ([TWO, THREE, FOUR], ("10", "9.9", "0"), "weighted", False),  # 2,4975 is 2,50
    ],
)
async def test_the_rule_is_the_institutions_and_the_average_the_one_of_final_marks(
    family: Family, values: list[MarkValue], weights: tuple[str, ...], kind: str, found: bool
) -> None:
    await setting(family, "final_average", kind)
    await give(family, values, weights=weights)
    await look(family)
    assert await told(family) == found
    shares = zip(values, map(Decimal, weights or ["1"] * len(values)), strict=True)
    plain = average(shares, AverageKind(kind))
    enough = sum(value is not DEBT for value in values) >= 3
    assert found == (enough and plain is not None and plain < Decimal("2.5"))


async def test_form_one_fails_in_nothing(family: Family) -> None:
    await give(family, [TWO, TWO, TWO])
    async with family.desk.db.transaction() as session:
        await session.execute(update(Group).values(grade=1, name="1А"))
    await look(family)
    assert await told(family) == 0


async def test_nothing_is_said_outside_the_term_nor_of_the_one_before(family: Family) -> None:
    await give(family, [TWO, TWO, TWO])
    await look(family, day=date(2026, 10, 28))
    await look(family, day=date(2026, 11, 5))
    assert await told(family) == 0
    async with family.desk.db.transaction() as session:
        await session.execute(update(Term).values(grades=[8, 9]))
    await look(family)
    assert await told(family) == 0


async def test_a_mark_in_its_undo_window_fails_nobody(family: Family) -> None:
    await give(family, [TWO, TWO])
    await family.mark(TWO, "16:28")
    await look(family)
    assert await told(family) == 0
    await look(family, "16:40")
    assert await told(family) == 1


async def test_what_is_mended_before_it_leaves_is_not_told(family: Family) -> None:
    await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.FAILING, mode=NoticeMode.EVENING)
    await give(family, [TWO, TWO, TWO])
    await look(family)
    assert await family.send("16:31") == []
    await give(family, [FOUR, FOUR, FOUR], since=date(2026, 9, 10))
    assert await family.send("19:00") == []
    assert ("failing_pupil", "corrected") in await family.skipped()


@pytest.mark.parametrize("wanted", [PersonalData.INITIALS, PersonalData.NONE])
async def test_it_says_no_more_of_the_child_than_is_wanted(family: Family, wanted: PersonalData) -> None:
    await family.settings.set_personal_data(actor=family.mother, wanted=wanted)
    await give(family, [TWO, TWO, TWO])
    await look(family)
    [message] = await family.send("16:31")
    assert "Иванов" not in message
    assert ("Алгебра" in message) == (wanted is PersonalData.INITIALS)


async def test_without_a_wish_or_a_consent_nothing_comes(family: Family) -> None:
    await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.FAILING, mode=NoticeMode.OFF)
    await give(family, [TWO, TWO, TWO])
    await look(family)
    assert await family.send("16:31") == []
    assert await family.skipped() == [("failing_pupil", "switched_off")]
    async with family.desk.db.transaction() as session:
        await session.execute(
            update(FailingNotice).values(
                term_id=await session.scalar(select(Term.id).order_by(Term.id.desc()).limit(1))
            )
        )
        await session.execute(update(Consent).values(withdrawn_at=moment("12:00")))
    await look(family, "16:50")
    async with family.desk.db.transaction() as session:
        kinds = await session.execute(
            select(OutboxMessage.kind, OutboxMessage.binding_id).where(OutboxMessage.state == "queued")
        )
        assert [kind for kind, _ in kinds] == ["failing_class"]
