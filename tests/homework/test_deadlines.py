"""Until when homework is to be entered, preset by preset (J3), and the reminder before it is too late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from db.models import Group, School, Substitution
from services.homework_deadlines import deadline, reminds_at
from services.notifications import homework_reminder
from services.notifications.homework_reminder import HomeworkReminder
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.settings import Preset, preset_sources, resolve
from tests.homework.conftest import Desk
from tests.statements import Statements
from tests.world import MONDAY, MOSCOW, moment

MIDNIGHT = moment("00:00", MONDAY + timedelta(days=1))

# The class's last lesson ends at 13:35; quiet hours begin at 21:00 in every preset.
BY_PRESET = [
    (Preset.MAKHACHKALA, MIDNIGHT, moment("20:00")),
    (Preset.KLYUCHI, MIDNIGHT, moment("20:00")),  # J3, K: on the day of the lesson
    (Preset.BEZHETSK, MIDNIGHT, moment("20:00")),  # J3, B: on the day of the lesson
    (Preset.LABINSK, MIDNIGHT, moment("20:00")),  # J3, L: on the day of the lesson
    (Preset.KASLI, moment("16:35"), moment("15:35")),  # J3, T: three hours after the group's last lesson
]


@pytest.mark.parametrize(("preset", "last_moment", "reminded"), BY_PRESET)
def test_every_institution_has_its_clock(preset: Preset, last_moment: datetime, reminded: datetime) -> None:
    settings = resolve(preset, {})
    ends = moment("13:35")
    assert deadline(settings, MONDAY, ends, MOSCOW) == last_moment
    assert reminds_at(settings, MONDAY, ends, MOSCOW) == reminded


def test_the_presets_of_the_four_who_state_it_cite_the_rule() -> None:
    stated = {preset for preset in Preset if preset_sources(preset)["homework_hours"].startswith("J3:")}
    assert stated == set(Preset) - {Preset.MAKHACHKALA}


@pytest.mark.parametrize(
    ("own", "reminded"),
    [
        ({"quiet_from": "14:00", "quiet_to": "07:00"}, moment("13:35")),
        ({"quiet_from": "15:00", "quiet_to": "07:00"}, moment("14:00")),
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, moment("23:00")),
        ({"homework_hours": "1"}, moment("13:35")),
        ({"homework_hours": "48"}, moment("20:00")),
    ],
)
def test_the_reminder_keeps_out_of_lessons_and_of_quiet_hours(
    own: dict[str, str], reminded: datetime
) -> None:
    settings = resolve(Preset.KLYUCHI, own)
    assert reminds_at(settings, MONDAY, moment("13:35"), MOSCOW) == reminded


async def college(desk: Desk) -> None:
    """Kasli: three hours. The class's last lesson is the fourth and ends at 11:50."""
    await desk.session.execute(update(School).values(preset="kasli"))


async def remind(desk: Desk, at: str) -> None:
    desk.clock.set(at)
    await homework_reminder.remind(desk.session, desk.clock.now())


async def reminder(desk: Desk, person_id: int) -> HomeworkReminder:
    """What stands in that teacher's chat."""
    (message,) = [
        one for one in await desk.messages("homework_reminder") if await desk.person(one) == person_id
    ]
    ready = await desk.prepared(message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, HomeworkReminder)
    return ready.view


async def test_the_lessons_page_says_until_when(desk: Desk) -> None:
    await college(desk)
    actor, lesson_id = await desk.actor(desk.people.anna), await desk.lesson(desk.people.anna, 3)
    view = await desk.homework.lesson(actor=actor, lesson_id=lesson_id)
    assert (view.deadline, view.overdue) == (moment("14:50"), False)
    desk.clock.set("14:50")
    assert (await desk.homework.lesson(actor=actor, lesson_id=lesson_id)).overdue


async def test_every_teacher_is_reminded_once_an_hour_before(desk: Desk) -> None:
    await college(desk)
    await remind(desk, "13:45")
    assert await desk.told("homework_reminder") == set()
    for time in ("13:50", "13:55", "14:10"):
        await remind(desk, time)
    assert await desk.told("homework_reminder") == {(desk.people.anna, None), (desk.people.belova, None)}
    assert [one.revision for one in await desk.messages("homework_reminder")] == [1, 1]
    view = await reminder(desk, desk.people.anna)
    assert [(one.groups, one.subject, one.deadline) for one in view.lessons] == [
        ("7Б", "Алгебра", moment("14:50"))
    ]


async def test_all_open_lessons_of_a_teacher_stand_in_one_message(desk: Desk) -> None:
    people = desk.people
    await college(desk)
    eighth = await people.world.group("8А", 8)
    await people.world.pupil("Восьмой Олег", eighth)
    geometry = await people.world.course("Геометрия", people.anna, eighth)
    await people.world.slot(geometry, people.anna, 1)
    await remind(desk, "11:10")
    (message,) = await desk.messages("homework_reminder")
    ready = await desk.prepared(message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, HomeworkReminder)
    assert [one.groups for one in ready.view.lessons] == ["8А", "7Б"]
    assert ready.again_at == moment("13:50")


async def test_nobody_is_reminded_of_what_is_done_or_was_said_to_be_nothing(desk: Desk) -> None:
    await college(desk)
    await desk.set("§12")
    lesson_id = await desk.lesson(desk.people.belova, 4)
    await desk.homework.nothing(actor=await desk.actor(desk.people.belova), lesson_id=lesson_id)
    await remind(desk, "13:50")
    assert await desk.told("homework_reminder") == set()


async def test_the_message_that_stands_empties_itself(desk: Desk) -> None:
    await college(desk)
    await remind(desk, "13:50")
    await desk.sent()
    (task,) = (await desk.set("§12")).tasks
    assert (await reminder(desk, desk.people.anna)).lessons == ()
    edited = [one.state for one in await desk.messages("homework_reminder")]
    assert edited.count("queued") == 1
    await desk.homework.withdraw(actor=await desk.actor(desk.people.anna), homework_id=task.homework_id)
    assert len((await reminder(desk, desk.people.anna)).lessons) == 1


async def test_a_reminder_that_comes_too_late_or_for_nothing_is_not_sent(desk: Desk) -> None:
    await college(desk)
    await remind(desk, "13:50")
    first, second = await desk.messages("homework_reminder")
    assert first.expires_at == moment("14:50")
    await desk.set("§12")
    assert await desk.prepared(first) == Skip(SkipReason.CORRECTED)
    desk.clock.set("14:51")
    assert await desk.prepared(second) == Skip(SkipReason.CORRECTED)
    await remind(desk, "14:55")
    assert len(await desk.messages("homework_reminder")) == 2


async def test_the_substitute_is_reminded_instead(desk: Desk) -> None:
    people = desk.people
    await college(desk)
    await people.world.account_of(people.irina)
    await people.world.add(
        Substitution,
        school_id=people.world.school_id,
        course_id=people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=people.irina,
        entered_by=people.irina,
        entered_at=moment("08:00"),
    )
    await remind(desk, "13:50")
    told = await desk.told("homework_reminder")
    assert told == {(people.irina, None), (people.belova, None)}


async def test_the_first_form_has_no_homework_to_forget(desk: Desk) -> None:
    await college(desk)
    await desk.session.execute(update(Group).values(grade=1))
    await remind(desk, "13:50")
    assert await desk.told("homework_reminder") == set()


async def test_on_a_day_without_lessons_nobody_is_reminded(desk: Desk) -> None:
    await college(desk)
    desk.clock.set("13:50", MONDAY + timedelta(days=1))
    await homework_reminder.remind(desk.session, desk.clock.now())
    assert await desk.told("homework_reminder") == set()


async def test_a_reminder_held_up_until_the_quiet_hours_waits(desk: Desk) -> None:
    await remind(desk, "20:00")
    (message, _) = await desk.messages("homework_reminder")
    desk.clock.set("21:05")
    assert isinstance(await desk.prepared(message), Later)


async def test_another_class_has_its_own_last_lesson(desk: Desk) -> None:
    people = desk.people
    await college(desk)
    await people.world.slot(people.russian, people.belova, 6)
    combined = await people.world.group("8А", 8)
    await people.world.slot(await people.world.course("Труд", people.irina, combined), people.irina, 1)
    lesson_id = await desk.lesson(people.anna, 3)
    view = await desk.homework.lesson(actor=await desk.actor(people.anna), lesson_id=lesson_id)
    assert view.deadline == moment("16:35")


async def test_more_lessons_take_as_many_statements(desk: Desk, statements: Statements) -> None:
    await college(desk)

    async def taken(lessons: int) -> tuple[int, int]:
        for number in range(lessons):
            group = await desk.people.world.group(f"8-{lessons}-{number}", 8)
            course = await desk.people.world.course(f"Физика {lessons}-{number}", desk.people.anna, group)
            await desk.people.world.slot(course, desk.people.anna, 1)
        await remind(desk, "13:50")
        statements.taken()
        await homework_reminder.remind(desk.session, desk.clock.now())
        reminding = statements.taken()
        (message, *_) = await desk.messages("homework_reminder")
        await desk.prepared(message)
        return reminding, statements.taken()

    few = await taken(2)
    assert await taken(6) == few
    assert few[0] <= 7
