"""The families' message of a day: what was set, changed and withdrawn, and to whom it may be said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import Consent, Guardianship, OutboxMessage
from services.errors import NotFound
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.settings import PersonalData
from tests.homework.conftest import Desk
from tests.world import MONDAY, Story, moment

TUESDAY = MONDAY + timedelta(days=1)


async def test_every_family_is_told_once_when_the_undo_window_is_over(desk: Desk) -> None:
    people = desk.people
    await desk.set("§12 № 345–350")
    assert await desk.told() == {(people.mother, people.ivanov), (people.father, people.sidorenko)}
    message = (await desk.messages())[0]
    assert message.not_before == moment("10:22")
    assert await desk.prepared(message) == Later(moment("10:22"))
    desk.clock.set("10:22")
    view = await desk.seen_by(people.mother)
    assert [(task.subject, task.text, task.due_on) for task in view.tasks] == [
        ("Алгебра", "§12 № 345–350", MONDAY + timedelta(days=7))
    ]


async def test_one_message_a_day_however_many_lessons_and_changes(desk: Desk) -> None:
    await desk.set("§12")
    await desk.set("упр. 7", teacher=desk.people.belova, number=4)
    for number in range(20):
        (task, *_) = (await desk.set(f"§{number}")).tasks
        await desk.homework.withdraw(actor=await desk.actor(desk.people.anna), homework_id=task.homework_id)
    assert len(await desk.messages()) == 2
    desk.clock.forward(minutes=6)
    view = await desk.seen_by(desk.people.mother)
    assert [task.subject for task in view.tasks if task.withdrawn_at is None] == ["Алгебра", "Русский язык"]


async def test_a_pupils_own_task_is_told_to_that_family_alone(desk: Desk) -> None:
    people = desk.people
    await desk.set("§12, Иванову ещё № 351")
    desk.clock.forward(minutes=6)
    mothers, fathers = await desk.seen_by(people.mother), await desk.seen_by(people.father)
    assert [(task.text, task.own) for task in mothers.tasks] == [("§12", False), ("ещё № 351", True)]
    assert [task.text for task in fathers.tasks] == ["§12"]


async def test_a_task_for_one_pupil_leaves_the_others_in_peace(desk: Desk) -> None:
    people = desk.people
    await desk.save((await desk.draft("§12")).for_pupils([people.ivanov]))
    assert await desk.told() == {(people.mother, people.ivanov)}


async def test_the_pupil_is_told_too(desk: Desk) -> None:
    people = desk.people
    await people.world.consent(people.ivanov, people.ivanov)
    await people.world.account_of(people.ivanov)
    await desk.set("§12")
    assert (people.ivanov, people.ivanov) in await desk.told()
    desk.clock.forward(minutes=6)
    assert [task.text for task in (await desk.seen_by(people.ivanov)).tasks] == ["§12"]


async def test_a_teacher_whose_child_is_in_the_class_is_not_told_by_themself(desk: Desk) -> None:
    people = desk.people
    await people.world.add(
        Guardianship,
        school_id=people.world.school_id,
        guardian_id=people.anna,
        pupil_id=people.agaev,
        relation="тётя",
        starts_on=MONDAY,
        ends_on=None,
    )
    await people.world.consent(people.anna, people.agaev)
    await desk.set("§12")
    assert (people.anna, people.agaev) not in await desk.told()
    await desk.set("упр. 7", teacher=people.belova, number=4)
    assert (people.anna, people.agaev) in await desk.told()


async def test_a_change_edits_the_message_that_stands(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    desk.clock.forward(minutes=6)
    await desk.sent()
    actor = await desk.actor(desk.people.anna)
    draft = await desk.drafts.of_task(actor=actor, homework_id=task.homework_id)
    await desk.save(draft.typed_anew("§13", ()))
    assert len(await desk.messages()) == 2
    view = await desk.seen_by(desk.people.mother)
    assert [(one.text, one.changed_at) for one in view.tasks] == [("§13", desk.clock.now())]


async def test_a_change_of_another_day_edits_that_days_message(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    desk.clock.forward(minutes=6)
    await desk.sent()
    desk.clock.set("09:00", TUESDAY)
    actor = await desk.actor(desk.people.anna)
    draft = await desk.drafts.of_task(actor=actor, homework_id=task.homework_id)
    await desk.save(draft.typed_anew("§13", ()))
    assert {one.payload["date"] for one in await desk.messages()} == {MONDAY.isoformat()}


async def test_whoever_no_longer_has_the_task_reads_that_it_is_gone(desk: Desk) -> None:
    people = desk.people
    (task,) = (await desk.set("§12")).tasks
    desk.clock.forward(minutes=6)
    await desk.sent()
    actor = await desk.actor(people.anna)
    draft = await desk.drafts.of_task(actor=actor, homework_id=task.homework_id)
    await desk.save(draft.for_pupils([people.ivanov]))
    assert (await desk.seen_by(people.father)).tasks == ()
    assert [one.text for one in (await desk.seen_by(people.mother)).tasks] == ["§12"]


async def test_a_task_taken_back_in_time_was_never_there(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    await desk.homework.withdraw(actor=await desk.actor(desk.people.anna), homework_id=task.homework_id)
    desk.clock.forward(minutes=6)
    (message, _) = await desk.messages()
    assert await desk.prepared(message) == Skip(SkipReason.CORRECTED)


async def test_a_task_taken_back_later_is_said_to_be_withdrawn(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    desk.clock.forward(minutes=6)
    await desk.sent()
    await desk.homework.withdraw(actor=await desk.actor(desk.people.anna), homework_id=task.homework_id)
    (shown,) = (await desk.seen_by(desk.people.mother)).tasks
    assert shown.withdrawn_at == desk.clock.now()


async def test_a_second_task_waits_for_its_own_undo_window(desk: Desk) -> None:
    await desk.set("§12")
    desk.clock.set("10:21")
    await desk.set("упр. 7", teacher=desk.people.belova, number=4)
    desk.clock.set("10:23")
    ready = await desk.prepared((await desk.messages())[0])
    assert isinstance(ready, Ready)
    assert ready.again_at == moment("10:26")
    assert [task.text for task in (await desk.seen_by(desk.people.mother)).tasks] == ["§12"]


async def test_in_quiet_hours_nobody_is_woken(desk: Desk) -> None:
    desk.clock.set("22:30")
    await desk.set("§12")
    desk.clock.set("22:36")
    (message, _) = await desk.messages()
    waits = await desk.prepared(message)
    assert isinstance(waits, Later)
    assert waits.at.astimezone(moment("07:00").tzinfo).date() == TUESDAY
    desk.clock.at = waits.at
    assert isinstance(await desk.prepared(message), Ready)


async def test_an_old_lesson_is_filled_in_silence_but_a_correction_is_told(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    desk.clock.forward(minutes=6)
    await desk.sent()
    desk.clock.set("10:17", MONDAY + timedelta(days=8))
    await desk.set("упр. 7", teacher=desk.people.belova, number=4)
    assert {one.payload["date"] for one in await desk.messages()} == {MONDAY.isoformat()}
    revisions = {one.id: one.revision for one in await desk.messages()}
    await desk.homework.withdraw(actor=await desk.actor(desk.people.anna), homework_id=task.homework_id)
    assert {one.id: one.revision for one in await desk.messages()} == {
        message_id: revision + 1 for message_id, revision in revisions.items()
    }


async def no_guardian(session: AsyncSession, people: Story) -> None:
    await session.execute(
        update(Guardianship)
        .where(Guardianship.guardian_id == people.mother)
        .values(ends_on=MONDAY - timedelta(days=1))
    )


async def no_consent(session: AsyncSession, people: Story) -> None:
    await session.execute(
        update(Consent).where(Consent.person_id == people.mother).values(withdrawn_at=moment("10:20"))
    )


async def test_what_is_set_in_an_old_lesson_is_no_news_beside_the_days_own_either(desk: Desk) -> None:
    old = await desk.draft("§1")
    later = MONDAY + timedelta(days=21)
    desk.clock.set("12:00", later)
    fresh = await desk.drafts.new(
        actor=await desk.actor(desk.people.anna), lesson_id=await desk.lesson(desk.people.anna, 3, later)
    )
    await desk.save(fresh.typed_anew("§12", ()))
    await desk.save(old)
    desk.clock.forward(minutes=10)
    assert [task.text for task in (await desk.seen_by(desk.people.mother)).tasks] == ["§12"]
    family = await desk.actor(desk.people.mother)
    asked = await desk.reader.day(actor=family, pupil_id=desk.people.ivanov, day=later)
    assert {task.text for task in asked.tasks} == {"§1", "§12"}


@pytest.mark.parametrize("ended", [no_guardian, no_consent])
async def test_whoever_may_no_longer_know_is_not_told_at_sending(
    desk: Desk, session: AsyncSession, ended: object
) -> None:
    people = desk.people
    (task,) = (await desk.save((await desk.draft("§12")).with_file(await desk.file()))).tasks
    desk.clock.forward(minutes=6)
    assert callable(ended)
    await ended(session, people)
    for message in await desk.messages():
        if await desk.person(message) == people.mother:
            assert await desk.prepared(message) == Skip(SkipReason.NO_ACCESS)
    former = await desk.actor(people.mother)
    with pytest.raises(NotFound):
        await desk.reader.day(actor=former, pupil_id=people.ivanov, day=MONDAY)
    with pytest.raises(NotFound):
        await desk.reader.files(actor=former, homework_id=task.homework_id, pupil_id=people.ivanov)


async def test_files_are_for_those_whom_the_task_is_for(desk: Desk) -> None:
    people = desk.people
    draft = (await desk.draft("§12")).with_file(await desk.file()).for_pupils([people.ivanov])
    (task,) = (await desk.save(draft)).tasks
    mother, father = await desk.actor(people.mother), await desk.actor(people.father)
    (file,) = await desk.reader.files(actor=mother, homework_id=task.homework_id, pupil_id=people.ivanov)
    assert file.name == "доска.jpg"
    for actor, pupil_id in ((father, people.sidorenko), (father, people.ivanov), (mother, people.agaev)):
        with pytest.raises(NotFound):
            await desk.reader.files(actor=actor, homework_id=task.homework_id, pupil_id=pupil_id)
    await desk.homework.withdraw(actor=await desk.actor(people.anna), homework_id=task.homework_id)
    with pytest.raises(NotFound):
        await desk.reader.files(actor=mother, homework_id=task.homework_id, pupil_id=people.ivanov)


async def test_as_much_is_said_as_the_school_lets_messages_say(desk: Desk) -> None:
    people = desk.people
    await desk.setting("personal_data", "none")
    await desk.set("§12")
    desk.clock.forward(minutes=6)
    assert (await desk.seen_by(people.mother)).personal_data is PersonalData.NONE
    asked = await desk.reader.day(actor=await desk.actor(people.mother), pupil_id=people.ivanov, day=MONDAY)
    assert asked.personal_data is PersonalData.FULL
    assert [task.text for task in asked.tasks] == ["§12"]


async def test_a_pupil_who_left_the_subgroup_is_not_told(desk: Desk, session: AsyncSession) -> None:
    people = desk.people
    part = await people.world.course(
        "Английский язык", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    await people.world.slot(part, people.anna, 5)
    await desk.set("Unit 2", number=5)
    assert await desk.told() == {(people.mother, people.ivanov)}
    assert await session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
