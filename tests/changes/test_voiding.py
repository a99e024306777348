"""Operations made under a compromised account are reversed, not erased (U5)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from db.enums import AttendanceStatus, FinalKind, MarkValue, StaffRole
from db.models import (
    Attendance,
    AuditEntry,
    CompromiseReport,
    FinalMark,
    Homework,
    LessonTopic,
    Mark,
    Register,
    Substitution,
    Term,
)
from handlers.texts.operations import operation_words
from handlers.texts.voiding import act_line, voiding_screen
from services.access.compromise import CompromiseService
from services.access.identity import actor_of
from services.access.voiding import VoidService
from services.actor import Actor
from services.documents.voiding import void_act_pdf
from services.errors import NotFound
from services.final_marks import FinalMarkService
from services.notifications import marks_day
from services.notifications.marks_day import MarksDay, MarksDayKind
from services.notifications.ports import Ready
from tests.changes.conftest import Office
from tests.changes.test_unlocking import due
from tests.world import MONDAY, new_school

HIS = "§12"


@pytest.fixture
def voiding(office: Office) -> VoidService:
    return VoidService(office.db, office.clock)


async def honest(office: Office) -> None:
    """What Anna wrote herself, at 10:17."""
    await office.absent()
    await office.mark(MarkValue.FOUR)
    anna = await office.anna()
    await office.topics.write(actor=anna, lesson_id=office.lesson, text="Линейные уравнения")
    await office.homework.save(actor=anna, draft=office.draft(HIS))


async def task_id(office: Office, text: str) -> int:
    found = await office.session.scalar(select(Homework.id).where(Homework.text == text))
    assert found is not None
    return found


async def strange(office: Office) -> None:
    """What strangers did under her account, at noon."""
    office.clock.set("12:00")
    anna = await office.anna()
    await office.absent(status=AttendanceStatus.PRESENT)
    await office.absent(office.people.agaev)
    await office.attendance.take(actor=anna, lesson_id=office.lesson)
    for value in (MarkValue.TWO, MarkValue.FIVE):
        await office.mark(value, reason="шутка")
        office.clock.forward(minutes=10)
    await office.mark(MarkValue.TWO, pupil_id=office.people.petrova)
    await office.topics.reword(actor=anna, lesson_id=office.lesson, text="Взлом")
    await office.homework.withdraw(actor=anna, homework_id=await task_id(office, HIS))
    await office.homework.save(actor=anna, draft=office.draft("ничего не делать"))


async def reported(office: Office) -> int:
    """Noticed at 11:00, closed at 13:00. The report's id."""
    office.clock.set("13:00")
    report_id = await CompromiseService(office.db, office.clock).report(
        actor=await office.anna(), person_id=office.people.anna
    )
    office.clock.set("11:00")
    report = update(CompromiseReport).where(CompromiseReport.id == report_id)
    await office.session.execute(report.values(detected_at=office.clock.now()))
    office.clock.set("14:00")
    return report_id


async def stands(office: Office) -> dict[str, object]:
    session = office.session
    cells = await session.execute(select(Attendance.pupil_id, Attendance.status))
    marks = await session.execute(select(Mark.pupil_id, Mark.value))
    tasks = await session.scalars(
        select(Homework.text).where(Homework.withdrawn_at.is_(None)).order_by(Homework.id)
    )
    return {
        "cells": {row[0]: row[1] for row in cells},
        "marks": {row[0]: row[1] for row in marks},
        "topic": await session.scalar(select(LessonTopic.topic)),
        "tasks": list(tasks),
        "taken": await session.scalar(select(Register.taken_at.is_not(None))),
    }


async def test_everything_is_as_it_was_and_the_history_says_so(office: Office, voiding: VoidService) -> None:
    await honest(office)
    await strange(office)
    report_id = await reported(office)
    lines = await office.session.scalar(select(func.count(AuditEntry.id)))
    deputy = await office.deputy()
    planned = await voiding.view(actor=deputy, report_id=report_id)
    assert (planned.voided_at, planned.left_alone) == (None, ())

    done, now = await voiding.void(actor=deputy, report_id=report_id)
    people = office.people
    assert now
    assert await stands(office) == {
        "cells": {
            people.sidorenko: AttendanceStatus.ABSENT,
            people.agaev: AttendanceStatus.PRESENT,
        },
        "marks": {people.ivanov: MarkValue.FOUR, people.petrova: None},
        "topic": "Линейные уравнения",
        "tasks": [HIS],
        "taken": False,
    }
    assert done.voided_at == office.clock.now()
    assert done.voided_by is not None
    assert len(done.reversals) == len(planned.reversals) == 8
    assert [one.at for one in done.reversals] == [one.at for one in planned.reversals]
    assert {one.entry_id for one in done.reversals}.isdisjoint(one.entry_id for one in planned.reversals)
    after = await office.session.scalar(select(func.count(AuditEntry.id)))
    assert after == (lines or 0) + len(done.reversals) + 1
    mark = next(one for one in done.reversals if one.pupil_id == people.ivanov)
    assert mark.after is not None
    assert mark.before is not None
    assert (mark.before["value"], mark.after["value"], len(mark.after["voids"])) == ("5", "4", 2)
    assert mark.person_id == deputy.person_id


async def test_a_second_tap_reverses_nothing(office: Office, voiding: VoidService) -> None:
    await honest(office)
    await strange(office)
    report_id = await reported(office)
    deputy = await office.deputy()
    first, _ = await voiding.void(actor=deputy, report_id=report_id)
    lines = await office.session.scalar(select(func.count(AuditEntry.id)))
    office.clock.forward(hours=1)
    second, now = await voiding.void(actor=deputy, report_id=report_id)
    assert not now
    assert second == first
    assert await office.session.scalar(select(func.count(AuditEntry.id))) == lines


async def test_what_somebody_else_changed_since_is_left_and_listed(
    office: Office, voiding: VoidService
) -> None:
    await honest(office)
    await strange(office)
    report_id = await reported(office)
    # Белова gives the lesson from now on, and has put Иванов's mark right already.
    await office.people.world.add(
        Substitution,
        school_id=office.people.world.school_id,
        course_id=office.people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=office.people.anna,
        substitute_id=office.people.belova,
        entered_by=office.deputy_id,
        entered_at=office.clock.now(),
    )
    await office.mark(MarkValue.THREE, reason="проверено", by=office.people.belova)
    office.clock.forward(minutes=1)
    done, _ = await voiding.void(actor=await office.deputy(), report_id=report_id)
    assert (await stands(office))["marks"] == {
        office.people.ivanov: MarkValue.THREE,
        office.people.petrova: None,
    }
    (left,) = done.left_alone
    assert left.entry.pupil_id == office.people.ivanov
    assert left.entry.after is not None
    assert left.entry.after["value"] == "5"


async def test_before_detection_and_after_the_new_credentials_it_is_the_persons_own(
    office: Office, voiding: VoidService
) -> None:
    await honest(office)
    report_id = await reported(office)
    view = await voiding.view(actor=await office.deputy(), report_id=report_id)
    assert view.reversals == ()
    done, _ = await voiding.void(actor=await office.deputy(), report_id=report_id)
    assert done.reversals == ()
    assert (await stands(office))["topic"] == "Линейные уравнения"


async def test_final_marks_go_back_and_those_that_nobody_had_given_go(
    office: Office, voiding: VoidService
) -> None:
    finals = FinalMarkService(office.db, office.clock)
    term_id = await office.session.scalar(select(Term.id).where(Term.name == "1 четверть"))

    async def give(pupil_id: int, value: MarkValue) -> None:
        await finals.set(
            actor=await office.anna(),
            course_id=office.people.algebra,
            kind=FinalKind.TERM,
            term_id=term_id,
            pupil_id=pupil_id,
            value=value,
            comment="по итогам",
        )

    office.clock.set("10:00", date(2026, 10, 20))
    await give(office.people.ivanov, MarkValue.FOUR)
    office.clock.set("12:00", date(2026, 10, 20))
    await give(office.people.ivanov, MarkValue.TWO)
    await give(office.people.petrova, MarkValue.FIVE)
    office.clock.set("13:00", date(2026, 10, 20))
    report_id = await CompromiseService(office.db, office.clock).report(
        actor=await office.anna(), person_id=office.people.anna
    )
    report = update(CompromiseReport).where(CompromiseReport.id == report_id)
    office.clock.set("11:00", date(2026, 10, 20))
    await office.session.execute(report.values(detected_at=office.clock.now()))
    done, _ = await voiding.void(actor=await office.deputy(), report_id=report_id)
    rows = await office.session.execute(select(FinalMark.pupil_id, FinalMark.value))
    assert {row[0]: row[1] for row in rows} == {office.people.ivanov: MarkValue.FOUR}
    assert {one.term for one in done.reversals} == {"1 четверть"}
    assert {one.subject for one in done.reversals} == {"Алгебра"}


async def test_the_familys_message_is_edited(office: Office, voiding: VoidService) -> None:
    await honest(office)
    (told,) = await office.messages(marks_day.NAME)
    told.external_ref = 77
    await office.session.flush()
    await strange(office)
    report_id = await reported(office)
    (before,) = await office.messages(marks_day.NAME)
    revision = before.revision
    await voiding.void(actor=await office.deputy(), report_id=report_id)
    messages = await office.messages(marks_day.NAME)
    edited = next(one for one in messages if one.pupil_id == office.people.ivanov)
    assert edited.revision > revision
    office.clock.forward(minutes=10)
    ready = await MarksDayKind().prepare(office.session, due(edited, sent=True), office.clock.now())
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, MarksDay)
    assert [one.now.value for one in ready.view.told] == [MarkValue.FOUR]


async def test_only_director_and_deputies_of_the_school_reverse(office: Office, voiding: VoidService) -> None:
    await honest(office)
    report_id = await reported(office)
    world = office.people.world
    administrator = await world.employ(await world.person("Гусев Олег"), StaffRole.ADMINISTRATOR)
    other = await new_school(office.session)
    stranger = await other.employ(await other.person("Чужова Анна"), StaffRole.DIRECTOR)
    foreign = await actor_of(office.session, await other.account_of(stranger), office.clock.now())
    assert foreign is not None
    actors: list[Actor] = [
        foreign,
        await office.actor(office.people.irina),
        await office.actor(administrator),
    ]
    for actor in actors:
        for attempt in (voiding.view, voiding.void, voiding.act):
            with pytest.raises(NotFound):
                await attempt(actor=actor, report_id=report_id)
    with pytest.raises(NotFound):
        await voiding.view(actor=await office.deputy(), report_id=10**12)
    with pytest.raises(NotFound):
        await voiding.act(actor=await office.deputy(), report_id=report_id)


async def test_the_list_and_the_act(office: Office, voiding: VoidService) -> None:
    await honest(office)
    await strange(office)
    report_id = await reported(office)
    deputy = await office.deputy()
    view = await voiding.view(actor=deputy, report_id=report_id)
    screen = voiding_screen(view, 0)
    for line in ("Иванов П. 5 → 4", "Петрова К. 2 → нет", "Сидоренко М. на месте → Н", "«Взлом» → «Линейные"):
        assert line in screen.text
    done, _ = await voiding.void(actor=deputy, report_id=report_id)
    assert "Отменено 14 сентября 14:00, Орлова\xa0В.\xa0И." in voiding_screen(done, 0).text
    content = void_act_pdf(done, act_line, operation_words)
    assert content.startswith(b"%PDF")
    assert len(content) > 5_000
