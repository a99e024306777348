"""Who, when, from what to what, why (J5), as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from db.enums import AttendanceStatus, FinalKind, MarkValue, StaffRole
from db.models import AuditEntry, Term
from handlers.callbacks.menu import Home
from handlers.screen import Button, Screen
from handlers.texts.finding_locked import day_screen, days_screen
from handlers.texts.history import finals_history_screen, history_screen
from handlers.texts.unlock_messages import answered_screen, unlocked_screen
from handlers.texts.unlocking import open_now_screen, reason_screen, term_screen
from services.errors import NotFound
from services.final_marks import FinalMarkService
from services.history import PAGE
from services.notifications.unlocking import REQUEST_KIND, Unlocked
from services.unlocking import Target, UnlockTerm
from tests.changes.conftest import Office
from tests.golden import Golden
from tests.statements import Statements
from tests.world import MONDAY, MOSCOW

LATER = MONDAY + timedelta(days=40)


def wordy(screen: Screen) -> Screen:
    """Without ids, which differ from run to run."""
    rows = tuple(tuple(Button(button.text, Home()) for button in row) for row in screen.rows)
    return replace(screen, rows=rows)


async def kept(office: Office) -> None:
    """A lesson with a correction of everything, and an unlocking."""
    anna = await office.anna()
    await office.absent()
    await office.absent(status=AttendanceStatus.PRESENT)
    await office.topics.write(actor=anna, lesson_id=office.lesson, text="Линейные <b>уравнения</b>")
    await office.homework.save(actor=anna, draft=office.draft("§12 № 345–350"))
    await office.mark(MarkValue.FOUR)
    office.clock.set("12:00", LATER)
    await office.unlocking.unlock(
        actor=await office.deputy(), target=office.target, term=UnlockTerm.DAY, reason="ошибка в столбце"
    )
    office.clock.set("12:10", LATER)
    await office.mark(MarkValue.FIVE, reason="ошибка в столбце")


async def test_a_lessons_history_reads_as_sentences(office: Office, golden: Golden) -> None:
    await kept(office)
    view = await office.history.lesson(actor=await office.anna(), lesson_id=office.lesson)
    golden("changes/history", wordy(history_screen(view, MOSCOW)))
    assert (
        "24 окт. 12:10 Соколова\xa0А.\xa0П.: работа на уроке: Иванов П. 4 → 5"
        in history_screen(view, MOSCOW).text
    )


async def test_whoever_may_see_the_lesson_may_see_its_history(office: Office) -> None:
    await office.absent()
    world = office.people.world
    head = await world.employ(await world.person("Заведов Пётр"), StaffRole.HEAD)
    for person_id in (office.people.anna, office.people.irina, office.deputy_id, head):
        view = await office.history.lesson(actor=await office.actor(person_id), lesson_id=office.lesson)
        assert view.entries.rows
        assert view.gives == (person_id == office.people.anna)
    for person_id in (office.people.belova, office.people.mother):
        with pytest.raises(NotFound):
            await office.history.lesson(actor=await office.actor(person_id), lesson_id=office.lesson)
    with pytest.raises(NotFound):
        await office.history.lesson(actor=await office.anna(), lesson_id=10**12)
    with pytest.raises(NotFound):
        await office.history.finals(
            actor=await office.actor(office.people.belova),
            course_id=office.people.algebra,
            kind=FinalKind.YEAR,
            term_id=None,
        )


async def test_a_long_history_has_pages_of_one_statement_each(office: Office, statements: Statements) -> None:
    lines = [
        {
            "school_id": office.people.world.school_id,
            "at": office.clock.now() + timedelta(minutes=n),
            "person_id": office.people.anna,
            "action": "attendance.set",
            "subject_type": "lesson",
            "subject_id": office.lesson,
            "pupil_id": office.people.ivanov,
            "before": {"status": "present", "late_minutes": None},
            "after": {"status": "late", "late_minutes": n + 1},
        }
        for n in range(PAGE + 3)
    ]
    await office.session.execute(insert(AuditEntry), lines)
    anna = await office.anna()
    taken = []
    for page in range(2):
        statements.taken()
        view = await office.history.lesson(actor=anna, lesson_id=office.lesson, page=page)
        taken.append(sum("FROM audit" in one for one in statements.seen))
        assert view.pages == 2
    assert taken == [1, 1]
    assert f"на месте → О{1}" in history_screen(view, MOSCOW).text
    forged = await office.history.lesson(actor=anna, lesson_id=office.lesson, page=10**9)
    assert "Дальше записей нет." in history_screen(forged, MOSCOW).text


async def test_the_deputys_screens(office: Office, golden: Golden) -> None:
    office.clock.set("12:00", LATER)
    deputy, anna = await office.deputy(), await office.anna()
    group_id = office.people.group
    days = await office.unlocking.days(actor=deputy, group_id=group_id)
    golden("changes/days", wordy(days_screen(days)))
    golden("changes/days_all_open", wordy(days_screen(replace(days, days=()))))
    day = await office.unlocking.day(actor=deputy, group_id=group_id, day=MONDAY)
    golden("changes/day", wordy(day_screen(day)))
    today = await office.unlocking.day(actor=deputy, group_id=group_id, day=LATER)
    golden("changes/day_open", wordy(day_screen(today)))
    place = await office.unlocking.locked(actor=deputy, target=office.target)
    golden("changes/reason", wordy(reason_screen(place)))
    golden("changes/term", wordy(term_screen(place, "ошибка <в> столбце")))
    nothing = await office.unlocking.open_now(actor=deputy)
    golden("changes/nothing_open", wordy(open_now_screen(nothing, MOSCOW, LATER)))
    await office.unlocking.ask(actor=anna, target=office.target, reason="перепутала строки")
    (message,) = await office.messages(REQUEST_KIND)
    asked = await office.unlocking.allow(actor=deputy, request_id=message.payload["request_id"])
    golden("changes/request_granted", wordy(answered_screen(asked, MOSCOW)))
    view = await office.unlocking.open_now(actor=deputy)
    golden("changes/open_now", wordy(open_now_screen(view, MOSCOW, LATER)))
    golden("changes/unlocked", wordy(unlocked_screen(Unlocked(view.unlocks[0], True, MOSCOW))))
    golden("changes/unlocked_over", wordy(unlocked_screen(Unlocked(view.unlocks[0], False, MOSCOW))))
    assert Target(lesson_id=office.lesson) == view.unlocks[0].place.target


async def test_final_marks_have_a_history_of_their_page(office: Office) -> None:
    office.clock.set("12:00", date(2026, 10, 20))
    finals = FinalMarkService(office.db, office.clock)
    term_id = await office.session.scalar(select(Term.id).where(Term.name == "1 четверть"))
    where: dict[str, Any] = {"course_id": office.people.algebra, "kind": FinalKind.TERM, "term_id": term_id}
    for value in (MarkValue.FOUR, MarkValue.FIVE):
        await finals.set(
            actor=await office.anna(),
            **where,
            pupil_id=office.people.ivanov,
            value=value,
            comment="по итогам",
        )
    office.clock.set("12:00", date(2026, 11, 10))
    await office.unlocking.unlock(
        actor=await office.deputy(),
        target=Target(course_id=office.people.algebra, term_id=term_id),
        term=UnlockTerm.TODAY,
        reason="ошибка в итогах",
    )
    view = await office.history.finals(actor=await office.deputy(), **where)
    said = finals_history_screen(view, MOSCOW).text
    assert (
        "20 окт. 12:00 Соколова\xa0А.\xa0П.: итог: 1 четверть: Иванов П. 4 («по итогам») → 5 («по итогам»)"
        in said
    )
    assert (
        "10 нояб. 12:00 Орлова\xa0В.\xa0И.: открыто для исправлений до конца дня, причина: ошибка в итогах"
        in said
    )
    other = await office.history.finals(
        actor=await office.deputy(), course_id=office.people.algebra, kind=FinalKind.YEAR, term_id=None
    )
    assert other.entries.rows == ()
