"""A family announces an absence: it stands at once, and the class teacher has the last word."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer, OutboxState, RequestState
from db.models import (
    AbsenceReason,
    AbsenceRequest,
    ClassTeacher,
    Consent,
    Guardianship,
    PlannedAbsence,
    SchoolSetting,
)
from services.absence_requests import ANNOUNCED_A_DAY, AbsenceRequestService
from services.errors import InvalidInput, LimitReached, NotFound
from services.notifications.absence_requests import AnnouncedAbsence
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.planned_absences import PlannedAbsenceService
from services.settings import PersonalData
from tests.absence_requests.conftest import Family, prepared
from tests.world import MONDAY, YEAR_END, FakeClock, build_story, moment, new_school

SENT, ACCEPTED = RequestState.SENT, RequestState.ACCEPTED
DAY = timedelta(days=1)


async def take_the_register(family: Family) -> None:
    await family.monday.take(family.people.anna, 3)


async def test_it_stands_in_the_register_and_nobody_is_alarmed(family: Family) -> None:
    view = await family.announce(comment="температура  38")
    assert (view.request.state, view.request.comment, view.mine) == (SENT, "температура 38", True)
    await take_the_register(family)
    ivanov = await family.missing()
    assert [cell.planned_reason for cell in ivanov.missed] == ["болезнь"]
    assert (ivanov.announced, ivanov.confirmable, ivanov.unplanned) == (True, True, ())
    assert await family.monday.messages() == []


async def test_the_class_teacher_is_asked_and_confirms_with_the_others(family: Family) -> None:
    view = await family.announce(days=3)
    (question,) = await family.messages("absence_request")
    ready = await prepared(family, question)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, AnnouncedAbsence)
    assert ready.view.request == view.request
    await family.monday.sent()
    await take_the_register(family)
    done = await family.class_day.confirm_all(
        actor=await family.irina(), group_id=family.people.group, day=MONDAY
    )
    assert (done.confirmed, done.day.confirmable) == (1, ())
    mother = await family.actor(family.people.mother)
    shown = await family.service.show(actor=mother, request_id=view.request.request_id)
    assert shown.request.state is ACCEPTED
    # The question is brought up to date, and both parents are told.
    (question,) = await family.messages("absence_request")
    assert question.state is OutboxState.QUEUED
    assert len(await family.messages("absence_answer")) == 2
    again = await family.class_day.confirm_all(
        actor=await family.irina(), group_id=family.people.group, day=MONDAY
    )
    assert again.confirmed == 0


async def test_both_parents_and_a_double_tap_announce_it_once(family: Family, session: AsyncSession) -> None:
    first = await family.announce(days=2)
    second = await family.announce(days=2, comment="ещё раз")
    other = await family.announce(family.father, days=2)
    assert first.request == second.request == other.request
    assert (first.mine, other.mine) == (True, False)
    assert await session.scalar(select(func.count(AbsenceRequest.id))) == 1
    assert len(await family.messages("absence_request")) == 1


async def test_what_the_school_knows_already_is_not_announced(family: Family, db: Database) -> None:
    await family.announce(days=3)
    with pytest.raises(InvalidInput) as refused:
        await family.announce(family.father, MONDAY + DAY, 3)
    assert refused.value.params["problem"] == "absence_known"
    plans = PlannedAbsenceService(db, family.monday.clock)
    friday = MONDAY + 4 * DAY
    for _ in range(2):
        await plans.plan(
            actor=await family.irina(),
            pupil_id=family.people.ivanov,
            starts_on=friday,
            ends_on=friday,
            reason_id=family.sick,
        )
    with pytest.raises(InvalidInput) as refused:
        await family.announce(starts_on=friday)
    assert refused.value.params["problem"] == "absence_known"


@pytest.mark.parametrize(
    ("starts_on", "days", "lessons", "problem"),
    [
        (MONDAY - DAY, 1, {}, "announced_in_the_past"),
        (MONDAY, 0, {}, "end_before_start"),
        (MONDAY, 31, {}, "absence_too_long"),
        (MONDAY + 6 * DAY, 1, {}, "no_school_then"),
        (date(2026, 10, 26), 6, {}, "no_school_then"),
        (YEAR_END, 2, {}, "outside_school_year"),
        (date(2030, 1, 14), 1, {}, "outside_school_year"),
        (MONDAY, 1, {"first_lesson": 5, "last_lesson": 4}, "end_before_start"),
        (MONDAY, 1, {"first_lesson": 0}, "lesson_number"),
    ],
)
async def test_what_cannot_be_is_refused(
    family: Family, session: AsyncSession, starts_on: date, days: int, lessons: dict[str, int], problem: str
) -> None:
    session.add(
        SchoolSetting(school_id=family.people.world.school_id, key="absence_request_days", value="30")
    )
    await session.flush()
    with pytest.raises(InvalidInput) as refused:
        await family.announce(starts_on=starts_on, days=days, **lessons)
    assert refused.value.params["problem"] == problem
    assert await session.scalar(select(func.count(PlannedAbsence.id))) == 0


async def test_the_limit_is_the_institutions_and_holidays_inside_do_no_harm(
    family: Family, session: AsyncSession
) -> None:
    session.add(
        SchoolSetting(school_id=family.people.world.school_id, key="absence_request_days", value="12")
    )
    await session.flush()
    planning = await family.service.planning(
        actor=await family.actor(family.people.mother), pupil_id=family.people.ivanov
    )
    assert planning.longest == 12
    assert [reason.name for reason in planning.reasons] == ["болезнь", "у врача", "семейные обстоятельства"]
    assert (await family.announce(starts_on=date(2026, 10, 23), days=12)).request.state is SENT


async def test_a_reason_that_families_do_not_state_is_not_found(
    family: Family, session: AsyncSession
) -> None:
    with pytest.raises(NotFound):
        await family.announce(reason_id=family.event)
    await session.execute(update(AbsenceReason).values(answer=None))
    assert (await family.announce(reason_id=family.event)).request.reason.startswith("олимпиада")


async def test_only_a_guardian_of_today_with_consent_announces_and_sees(
    family: Family, session: AsyncSession
) -> None:
    view = await family.announce()
    people, ids = family.people, {"request_id": view.request.request_id}
    foreign = await new_school(session)
    stranger = await foreign.actor(await foreign.person("Чужая Ольга"))
    strangers = [await family.actor(people.father), await family.actor(people.anna), stranger]
    await session.execute(
        update(Guardianship).where(Guardianship.guardian_id == family.father).values(ends_on=MONDAY - DAY)
    )
    strangers.append(await family.actor(family.father))
    for actor in strangers:
        tries: list[Any] = [
            family.service.show(actor=actor, **ids),
            family.service.withdraw(actor=actor, **ids),
            family.service.of_pupil(actor=actor, pupil_id=people.ivanov),
            family.service.planning(actor=actor, pupil_id=people.ivanov),
            family.service.question(actor=actor, **ids),
            family.service.accept(actor=actor, **ids),
            family.service.ask_document(actor=actor, due_on=MONDAY + DAY, **ids),
            family.service.reject(actor=actor, refusal="нет", **ids),
        ]
        for attempt in tries:
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(NotFound):
        await family.service.accept(actor=await family.actor(people.mother), **ids)
    with pytest.raises(NotFound):
        await family.service.show(actor=await family.irina(), **ids)
    await session.execute(update(Consent).values(withdrawn_at=moment("10:00")))
    with pytest.raises(NotFound):
        await family.announce(starts_on=MONDAY + DAY)


async def test_a_document_is_asked_for_brought_and_accepted(family: Family, clock: FakeClock) -> None:
    view = await family.announce(days=2)
    ids = {"request_id": view.request.request_id}
    irina = await family.irina()
    for due_on in (MONDAY - DAY, MONDAY + 90 * DAY):
        with pytest.raises(InvalidInput):
            await family.service.ask_document(actor=irina, due_on=due_on, **ids)
    asked = await family.service.ask_document(actor=irina, due_on=MONDAY + 3 * DAY, **ids)
    assert (asked.request.state, asked.request.document_due_on) == (
        RequestState.DOCUMENT_ASKED,
        MONDAY + 3 * DAY,
    )
    await take_the_register(family)
    ivanov = await family.missing()
    assert (ivanov.document_awaited, ivanov.confirmable) == (True, False)
    done = await family.service.accept(actor=irina, **ids)
    assert done.request.state is ACCEPTED
    late = await family.service.ask_document(actor=irina, due_on=MONDAY + 4 * DAY, **ids)
    assert late.request == done.request


async def test_a_rejected_one_is_planned_no_more_and_the_alert_leaves(
    family: Family, clock: FakeClock
) -> None:
    await family.monday.take(family.people.anna, 3, family.people.ivanov)
    view = await family.announce()
    alerts = await family.monday.messages()
    for alert in alerts:
        assert await family.monday.prepared(alert) == Skip(SkipReason.CORRECTED)
        alert.state = OutboxState.SKIPPED
    await family.monday.session.flush()
    clock.set("10:40")
    rejected = await family.service.reject(
        actor=await family.irina(), request_id=view.request.request_id, refusal="Сегодня контрольная"
    )
    assert (rejected.request.refusal, rejected.request.cancelled) == ("Сегодня контрольная", True)
    [alert, _] = await family.monday.messages()
    assert [cell.number for cell in (await family.monday.alert(alert)).missed] == [3]
    assert (await family.missing()).open
    # It may be announced anew.
    again = await family.announce()
    assert again.request.request_id != view.request.request_id


async def test_the_family_withdraws_what_is_not_over(family: Family, clock: FakeClock) -> None:
    ahead = await family.announce(starts_on=MONDAY + DAY)
    begun = await family.announce(days=1, first_lesson=4)
    father = await family.actor(family.father)
    for _ in range(2):
        gone = await family.service.withdraw(actor=father, request_id=ahead.request.request_id)
    assert (gone.request.state, gone.request.cancelled) == (RequestState.WITHDRAWN, True)
    (question, _) = await family.messages("absence_request")
    assert await prepared(family, question) == Skip(SkipReason.CORRECTED)
    late = await family.service.accept(actor=await family.irina(), request_id=ahead.request.request_id)
    assert late.request.state is RequestState.WITHDRAWN
    clock.set("09:00", MONDAY + DAY)
    over = await family.service.withdraw(actor=father, request_id=begun.request.request_id)
    assert over.request.state is SENT


async def test_back_earlier_keeps_the_days_that_are_past(family: Family, clock: FakeClock) -> None:
    view = await family.announce(days=3)
    clock.set("09:00", MONDAY + 2 * DAY)
    back = await family.service.withdraw(
        actor=await family.actor(family.people.mother), request_id=view.request.request_id
    )
    assert (back.request.ends_on, back.request.cancelled, back.request.state) == (MONDAY + DAY, False, SENT)


async def test_cancelled_by_the_school_it_says_so(family: Family, db: Database) -> None:
    view = await family.announce()
    await family.service.accept(actor=await family.irina(), request_id=view.request.request_id)
    await family.monday.sent()
    plans = PlannedAbsenceService(db, family.monday.clock)
    await plans.cancel(actor=await family.irina(), planned_id=view.request.planned_id)
    assert {message.state for message in await family.messages("absence_answer")} == {OutboxState.QUEUED}
    mother = await family.actor(family.people.mother)
    shown = await family.service.show(actor=mother, request_id=view.request.request_id)
    assert (shown.request.cancelled, shown.request.open) == (True, False)


async def test_messages_wait_for_the_morning_and_say_no_more_than_the_school_lets_them(
    family: Family, session: AsyncSession, clock: FakeClock
) -> None:
    school_id = family.people.world.school_id
    for key, value in {"quiet_from": "21:00", "quiet_to": "07:00", "personal_data": "none"}.items():
        session.add(SchoolSetting(school_id=school_id, key=key, value=value))
    await session.flush()
    clock.set("22:30")
    await family.announce(starts_on=MONDAY + DAY)
    (question,) = await family.messages("absence_request")
    assert await prepared(family, question) == Later(moment("07:00", MONDAY + DAY))
    clock.set("07:00", MONDAY + DAY)
    ready = await prepared(family, question)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, AnnouncedAbsence)
    assert ready.view.personal_data is PersonalData.NONE
    await session.execute(update(ClassTeacher).values(ends_on=MONDAY))
    assert await prepared(family, question) == Skip(SkipReason.NO_ACCESS)


async def test_an_answer_in_the_alert_names_the_reason_of_many_days(family: Family, clock: FakeClock) -> None:
    await family.monday.take(family.people.anna, 3, family.people.ivanov)
    clock.set("10:23")
    mother = await family.actor(family.people.mother)
    answered = await family.monday.answers.answer(
        actor=mother, pupil_id=family.people.ivanov, day=MONDAY, answer=Answer.SICK
    )
    planning = await family.service.planning(actor=mother, pupil_id=family.people.ivanov)
    (reason,) = (one for one in planning.reasons if one.answer is answered.pupil.answer)
    assert reason.reason_id == family.sick
    await family.announce(days=3)
    assert (await family.missing()).announced


async def test_two_parents_at_once_announce_it_once(committed_db: Database, clock: FakeClock) -> None:
    people = await build_story(committed_db)
    service = AbsenceRequestService(committed_db, clock)
    async with committed_db.transaction() as session:
        people.world.session = session
        father = await people.world.guardian("Иванов Сергей", people.ivanov)
        actors = [await people.world.actor(person) for person in (people.mother, father)]
        sick = await session.scalar(select(AbsenceReason.id).where(AbsenceReason.code == "sick"))
        assert sick is not None
    views = await asyncio.gather(
        *(
            service.announce(
                actor=actor, pupil_id=people.ivanov, starts_on=MONDAY, ends_on=MONDAY, reason_id=sick
            )
            for actor in actors
        )
    )
    assert views[0].request == views[1].request
    async with committed_db.transaction() as session:
        assert await session.scalar(select(func.count(AbsenceRequest.id))) == 1


async def test_the_class_teacher_is_not_flooded(family: Family) -> None:
    for _ in range(ANNOUNCED_A_DAY):
        view = await family.announce()
        mother = await family.actor(family.people.mother)
        await family.service.withdraw(actor=mother, request_id=view.request.request_id)
    with pytest.raises(LimitReached):
        await family.announce()
    await family.announce(family.father)
