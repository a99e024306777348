"""An exemption stands in the register, under marks and in totals, and nobody is asked about it (J7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import AttendanceStatus
from db.models import Exemption, Subject
from handlers.callbacks.reconciliation import ExemptionDraft
from handlers.texts.exemptions import (
    choose_exempt_screen,
    exempting_screen,
    exemption_screen,
    exemptions_screen,
    type_exemption_day_screen,
)
from handlers.texts.register import register_screen
from services.actor import Actor
from services.class_day import ClassDayService
from services.class_day_views import GroupRow, PupilRow
from services.errors import InvalidInput, NotFound
from services.exemptions import ClassExemptions, Exempting, ExemptionRow, ExemptionService, TermRow
from services.notifications.ports import Skip, SkipReason
from tests.attendance.test_alerts_and_answers import Day
from tests.attendance.test_register import lesson_of
from tests.golden import Golden, check_limits
from tests.world import MONDAY, YEAR_END, FakeClock, Story, story

DAY = timedelta(days=1)


@dataclass(slots=True)
class Led:
    people: Story
    monday: Day
    service: ExemptionService
    algebra: int

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id)

    async def exempt(self, **chosen: Any) -> ExemptionRow:
        values: dict[str, Any] = {
            "pupil_id": self.people.ivanov,
            "subject_id": self.algebra,
            "starts_on": MONDAY,
            "ends_on": MONDAY + 13 * DAY,
            "attends": False,
            "ground": "справка № 12",
        }
        return await self.service.exempt(actor=await self.actor(self.people.irina), **(values | chosen))


@pytest.fixture
async def led(db: Database, clock: FakeClock, session: AsyncSession) -> Led:
    people = await story(session)
    for person in (people.mother, people.irina):
        await people.world.account_of(person)
    algebra = await session.scalar(select(Subject.id).where(Subject.name == "Алгебра"))
    assert algebra is not None
    return Led(people, Day(people, db, clock, session), ExemptionService(db, clock), algebra)


async def test_who_need_not_come_is_shown_and_never_asked_about(
    led: Led, db: Database, clock: FakeClock
) -> None:
    people = led.people
    await led.exempt()
    lesson = await lesson_of(db, clock, people, people.anna, 3)
    register = await led.monday.attendance.open(actor=await led.actor(people.anna), lesson_id=lesson)
    assert [cell.exempt for cell in register.cells] == [False, True, False, False]
    assert "осв. Иванов П." in [button.text for row in register_screen(register).rows for button in row]
    await led.monday.set(people.anna, lesson, people.ivanov, AttendanceStatus.ABSENT)
    await led.monday.attendance.take(actor=await led.actor(people.anna), lesson_id=lesson)
    clock.set("10:30")
    (alert,) = await led.monday.messages()
    assert await led.monday.prepared(alert) == Skip(SkipReason.CORRECTED)
    day = await ClassDayService(db, clock).day(actor=await led.actor(people.irina), group_id=people.group)
    assert day.missing == ()


async def test_who_sits_in_the_lesson_is_missed_as_ever(led: Led, db: Database, clock: FakeClock) -> None:
    people = led.people
    await led.exempt(attends=True)
    await led.monday.take(people.anna, 3, people.ivanov)
    day = await ClassDayService(db, clock).day(actor=await led.actor(people.irina), group_id=people.group)
    assert [one.last_name for one in day.missing] == ["Иванов"]


async def test_the_same_is_recorded_once_and_cancelled_for_good(led: Led, session: AsyncSession) -> None:
    first, again = await led.exempt(), await led.exempt(ground="другая бумага")
    assert first == again
    with pytest.raises(InvalidInput) as refused:
        await led.exempt(starts_on=MONDAY + 3 * DAY)
    assert refused.value.params["problem"] == "exempt_already"
    irina = await led.actor(led.people.irina)
    for _ in range(2):
        gone = await led.service.cancel(actor=irina, exemption_id=first.exemption_id)
        assert gone.cancelled
    assert (await led.service.of_class(actor=irina, group_id=led.people.group)).exemptions == ()
    assert (await led.exempt()).exemption_id != first.exemption_id
    assert await session.scalar(select(func.count(Exemption.id))) == 2


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"ends_on": MONDAY - DAY}, "end_before_start"),
        ({"ends_on": YEAR_END + DAY}, "outside_school_year"),
        ({"starts_on": date(2030, 1, 1), "ends_on": date(2030, 1, 2)}, "outside_school_year"),
        ({"ground": " \u202e "}, "nothing_typed"),
        ({"ground": "х" * 501}, "line_too_long"),
    ],
)
async def test_what_cannot_be_is_refused(led: Led, chosen: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await led.exempt(**chosen)
    assert refused.value.params["problem"] == problem


async def test_others_find_nothing(led: Led) -> None:
    people, world, service = led.people, led.people.world, led.service
    one = await led.exempt()
    with pytest.raises(NotFound):
        await led.exempt(subject_id=2**60)
    other = await world.teacher("Павлова Нина")
    await world.group("7А", 7, class_teacher=other)
    for person in (people.mother, people.anna, other):
        actor = await led.actor(person)
        for attempt in (
            service.of_class(actor=actor, group_id=people.group),
            service.exempting(actor=actor, pupil_id=people.ivanov),
            service.show(actor=actor, exemption_id=one.exemption_id),
            service.cancel(actor=actor, exemption_id=one.exemption_id),
        ):
            with pytest.raises(NotFound):
                await attempt


def test_the_screens_in_words(golden: Golden) -> None:
    ivanov, today = PupilRow(102, "Иванов", "Пётр"), MONDAY.toordinal()
    term = TermRow(3, "1 четверть", date(2026, 9, 1), date(2026, 10, 24))
    form = Exempting(ivanov, 7, MONDAY, ((1, "Алгебра"), (2, "Физкультура")), term, YEAR_END)
    steps: dict[str, dict[str, Any]] = {
        "1_subject": {},
        "2_first_day": {"subject_id": 2},
        "3_last_day": {"subject_id": 2, "starts_on": today},
        "4_attends": {"subject_id": 2, "starts_on": today, "ends_on": today + 13},
        "5_ground": {"subject_id": 2, "starts_on": today, "ends_on": today + 13, "attends": True},
    }
    for name, chosen in steps.items():
        golden(f"exemptions/{name}", exempting_screen(form, ExemptionDraft(pupil_id=102, **chosen)))
    draft = ExemptionDraft(pupil_id=102, subject_id=2, starts_on=today)
    golden("exemptions/type_last_day", type_exemption_day_screen(form, draft))
    one = ExemptionRow(
        5, 102, "Иванов", "Пётр", 2, "Физкультура", MONDAY, YEAR_END, True, "справка № 12", cancelled=False
    )
    view = ClassExemptions(GroupRow(7, "7Б"), MONDAY, (ivanov,), (one,))
    golden("exemptions/list", exemptions_screen(view, 0))
    golden("exemptions/choose", choose_exempt_screen(view, 0))
    golden("exemptions/one", exemption_screen(one, 7))
    worst = "<b>&'\"" * 60
    huge = ExemptionRow(2**60, 2**60, worst, worst, 2, worst, MONDAY, YEAR_END, False, worst, cancelled=False)
    many = ClassExemptions(GroupRow(7, worst), MONDAY, (PupilRow(2**60, worst, worst),) * 70, (huge,) * 30)
    for page in (-1, 0, 10**6):
        check_limits(exemptions_screen(many, page))
        check_limits(choose_exempt_screen(many, page))
    check_limits(exemption_screen(huge))
