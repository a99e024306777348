"""What the class teacher sees: who is missing and why, whom messages reach, which registers are not taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import Answer, AttendanceSource, AttendanceStatus, BindingState, OutboxState, StaffRole
from db.models import Attendance, Binding, ClassTeacher, Consent, OutboxMessage, Register, Substitution
from services.class_day import ClassDayService
from services.class_day_views import AlertState, Reach, RegisterState
from services.errors import NotFound
from tests.class_day.conftest import Led
from tests.statements import Statements
from tests.world import MONDAY, YEAR_START, FakeClock, moment, new_school

ABSENT, LATE, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.LATE, AttendanceStatus.PRESENT


async def test_nothing_is_claimed_before_a_register_is_taken(led: Led) -> None:
    day = await led.shown()
    assert (day.size, day.missing) == (4, ())
    assert [lesson.number for lesson in day.lessons_in(RegisterState.NOT_TAKEN)] == [3]
    assert [lesson.number for lesson in day.lessons_in(RegisterState.AHEAD)] == [4]
    assert day.lessons_in(RegisterState.TAKEN) == ()


async def test_the_missing_stand_with_their_answers_and_alerts(asked: Led) -> None:
    people = asked.people
    await asked.answers(people.mother, people.ivanov, Answer.SICK)
    day = await asked.shown()
    assert [pupil.last_name for pupil in day.missing] == ["Агаев", "Иванов", "Сидоренко"]
    agaev, ivanov, sidorenko = day.missing
    assert agaev.alert.state is AlertState.NOBODY
    assert [(guardian.reach, guardian.phone) for guardian in agaev.guardians] == [
        (Reach.NOT_IN_BOT, "+79000000003")
    ]
    assert ivanov.said is not None
    assert (ivanov.said.answer, ivanov.said.relation, ivanov.said.proposed) == (
        Answer.SICK,
        "мать",
        "болезнь",
    )
    assert ivanov.said.answered_at == moment("10:23")
    assert (sidorenko.alert.state, sidorenko.alert.at) == (AlertState.ASKED, moment("10:23"))
    assert [pupil.last_name for pupil in day.confirmable] == ["Иванов"]
    assert [pupil.last_name for pupil in day.silent] == ["Агаев", "Сидоренко"]


async def test_before_the_undo_window_closes_it_says_when_the_family_will_be_asked(led: Led) -> None:
    await led.monday.take(led.people.anna, 3, led.people.ivanov)
    alert = (await led.pupil(led.people.ivanov)).alert
    assert (alert.state, alert.at) == (AlertState.LEAVES, moment("10:22"))


async def test_a_register_that_is_not_finished_counts_what_its_teacher_has_tapped(led: Led) -> None:
    lesson = (await led.shown()).lessons[0].lesson_id
    await led.people.world.session.execute(
        insert(Register).values(lesson_id=lesson, opened_at=moment("10:17"))
    )
    await led.monday.set(led.people.anna, lesson, led.people.ivanov, ABSENT)
    day = await led.shown()
    assert [pupil.last_name for pupil in day.missing] == ["Иванов"]
    assert day.missing[0].alert.state is AlertState.REGISTER_OPEN
    assert [one.number for one in day.lessons_in(RegisterState.NOT_TAKEN)] == [3]


async def test_a_copied_cell_counts_only_when_the_register_is_taken(led: Led, session: AsyncSession) -> None:
    lesson = (await led.shown()).lessons[0].lesson_id
    await session.execute(insert(Register).values(lesson_id=lesson, opened_at=moment("10:17")))
    await session.execute(
        insert(Attendance).values(
            lesson_id=lesson,
            pupil_id=led.people.ivanov,
            status=ABSENT,
            source=AttendanceSource.COPIED,
            set_by=led.people.anna,
            set_at=moment("10:17"),
        )
    )
    assert (await led.shown()).missing == ()
    await led.monday.attendance.take(actor=await led.people.world.actor(led.people.anna), lesson_id=lesson)
    assert [pupil.last_name for pupil in (await led.shown()).missing] == ["Иванов"]


async def test_every_missed_lesson_and_late_coming_is_named(asked: Led, clock: FakeClock) -> None:
    people = asked.people
    clock.set("11:15")
    lesson = await asked.monday.take(people.belova, 4, people.ivanov)
    await asked.monday.set(people.belova, lesson, people.sidorenko, LATE, 12)
    ivanov, sidorenko = await asked.pupil(people.ivanov), await asked.pupil(people.sidorenko)
    assert [cell.number for cell in ivanov.missed] == [3, 4]
    assert [cell.number for cell in sidorenko.missed] == [3]
    assert [(cell.number, cell.late_minutes) for cell in sidorenko.late] == [(4, 12)]


async def test_who_was_corrected_is_not_missing_any_more(asked: Led) -> None:
    lesson = (await asked.shown()).lessons[0].lesson_id
    await asked.monday.set(asked.people.anna, lesson, asked.people.ivanov, PRESENT)
    assert [pupil.last_name for pupil in (await asked.shown()).missing] == ["Агаев", "Сидоренко"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OutboxState.UNKNOWN, AlertState.UNKNOWN),
        (OutboxState.FAILED, AlertState.NOBODY),
        (OutboxState.BLOCKED, AlertState.NOBODY),
        (OutboxState.SKIPPED, AlertState.NOT_ASKED),
    ],
)
async def test_an_alert_that_did_not_arrive_is_not_called_asked(
    led: Led, session: AsyncSession, state: OutboxState, expected: AlertState
) -> None:
    await led.monday.take(led.people.anna, 3, led.people.ivanov)
    await session.execute(update(OutboxMessage).values(state=state))
    assert (await led.pupil(led.people.ivanov)).alert.state is expected


async def test_a_frozen_a_blocked_and_an_unconsented_guardian_need_a_phone_call(
    led: Led, session: AsyncSession
) -> None:
    world, ivanov = led.people.world, led.people.ivanov
    frozen = await world.guardian("Иванов Сергей", ivanov, relation="отец", phone="+79000000011")
    blocked = await world.guardian("Иванова Анна", ivanov, relation="бабушка", phone="+79000000012")
    silent = await world.guardian("Иванов Иван", ivanov, relation="дед", consent=False, phone="+79000000013")
    for person in (frozen, blocked, silent):
        await world.account_of(person)
    await session.execute(
        update(Binding).where(Binding.person_id == frozen).values(state=BindingState.FROZEN)
    )
    await session.execute(
        update(Binding).where(Binding.person_id == blocked).values(blocked_at=moment("08:00"))
    )
    await led.monday.take(led.people.anna, 3, ivanov)
    reaches = {
        guardian.guardian_id: (guardian.reach, guardian.phone)
        for guardian in (await led.pupil(ivanov)).guardians
    }
    assert reaches == {
        led.people.mother: (Reach.WAITING, None),
        frozen: (Reach.FROZEN, "+79000000011"),
        blocked: (Reach.BLOCKED, "+79000000012"),
        silent: (Reach.NO_CONSENT, "+79000000013"),
    }


async def test_a_former_guardians_phone_is_not_shown(led: Led) -> None:
    yesterday = MONDAY - timedelta(days=1)
    await led.people.world.guardian("Агаев Рустам", led.people.agaev, ends_on=yesterday, phone="+79000000009")
    await led.monday.take(led.people.anna, 3, led.people.agaev)
    assert [guardian.phone for guardian in (await led.pupil(led.people.agaev)).guardians] == ["+79000000003"]


async def test_a_guardian_with_two_accounts_is_asked_when_one_of_them_got_it(
    asked: Led, session: AsyncSession
) -> None:
    mother = asked.people.mother
    await asked.people.world.add(
        Binding,
        school_id=asked.people.world.school_id,
        person_id=mother,
        channel="telegram",
        external_user_id=99,
        chat_id=99,
        state=BindingState.ACTIVE,
        bound_at=moment("10:00"),
        blocked_at=moment("10:01"),
    )
    (guardian,) = (await asked.pupil(asked.people.ivanov)).guardians
    assert guardian.reach is Reach.DELIVERED
    assert len(guardian.bindings) == 1


async def test_the_management_sees_the_day_without_phones(asked: Led) -> None:
    world = asked.people.world
    deputy = await world.actor(await world.employ(await world.person("Орлова Вера"), StaffRole.DEPUTY))
    day = await asked.service.day(actor=deputy, group_id=asked.people.group, day=MONDAY)
    assert not day.may_confirm
    assert [guardian.phone for pupil in day.missing for guardian in pupil.guardians] == [None, None, None]


async def test_parents_teachers_and_other_class_teachers_find_nothing(asked: Led) -> None:
    world, service = asked.people.world, asked.service
    other = await world.teacher("Павлова Нина")
    await world.group("7А", 7, class_teacher=other)
    for person in (asked.people.mother, asked.people.anna, other):
        actor = await world.actor(person)
        with pytest.raises(NotFound):
            await service.day(actor=actor, group_id=asked.people.group, day=MONDAY)


async def test_a_former_class_teacher_finds_nothing(asked: Led, session: AsyncSession) -> None:
    await session.execute(update(ClassTeacher).values(ends_on=MONDAY - timedelta(days=1)))
    with pytest.raises(NotFound):
        await asked.shown()
    assert (await asked.service.classes(actor=await asked.irina())).groups == ()


async def test_a_class_of_another_school_does_not_exist(asked: Led, session: AsyncSession) -> None:
    director = await asked.people.world.actor(
        await asked.people.world.employ(await asked.people.world.person("Титов Олег"), StaffRole.DIRECTOR)
    )
    elsewhere = await new_school(session, name="Школа № 2", short_name="Школа 2")
    foreign = await elsewhere.group("7Б", 7)
    for group_id in (foreign, 987_654_321):
        with pytest.raises(NotFound):
            await asked.service.day(actor=director, group_id=group_id, day=MONDAY)
    names = [group.name for group in (await asked.service.classes(actor=director)).groups]
    assert names == ["7Б"]


async def test_who_leads_several_classes_chooses_and_the_own_come_first(led: Led) -> None:
    world = led.people.world
    await world.group("5А", 5)
    await world.add(
        ClassTeacher,
        school_id=world.school_id,
        group_id=await world.group("9В", 9),
        person_id=led.people.irina,
        starts_on=YEAR_START,
    )
    classes = await led.service.classes(actor=await led.irina())
    assert [group.name for group in classes.groups] == ["7Б", "9В"]
    await world.employ(led.people.irina, StaffRole.DEPUTY)
    classes = await led.service.classes(actor=await led.irina())
    assert [group.name for group in classes.groups] == ["7Б", "9В", "5А"]


async def test_a_substitutes_name_stands_at_the_lesson(led: Led) -> None:
    await led.people.world.add(
        Substitution,
        school_id=led.people.world.school_id,
        course_id=led.people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=led.people.anna,
        substitute_id=led.people.belova,
        entered_by=led.people.irina,
        entered_at=moment("08:00"),
    )
    assert [lesson.teacher for lesson in (await led.shown()).lessons] == ["Белова Мария Андреевна"] * 2


async def test_a_bigger_class_takes_as_many_statements(
    led: Led, db: Database, clock: FakeClock, statements: Statements
) -> None:
    async def taken(pupils: int) -> int:
        world = led.people.world
        missing = []
        for number in range(pupils):
            pupil = await world.pupil(f"Ученик{pupils}-{number} Иван", led.people.group)
            guardian = await world.guardian(f"Родитель{pupils}-{number} Мария", pupil)
            await world.account_of(guardian)
            missing.append(pupil)
        await led.monday.take(led.people.anna, 3, *missing)
        actor = await led.irina()
        statements.taken()
        day = await ClassDayService(db, clock).day(actor=actor, group_id=led.people.group, day=MONDAY)
        assert len(day.missing) >= pupils
        return statements.taken()

    ten = await taken(10)
    assert await taken(20) == ten <= 9


async def test_consent_withdrawn_after_the_alert_leaves_nobody_to_remind(
    asked: Led, session: AsyncSession
) -> None:
    await session.execute(update(Consent).values(withdrawn_at=moment("10:22")))
    (guardian,) = (await asked.pupil(asked.people.ivanov)).guardians
    assert guardian.bindings == ()
