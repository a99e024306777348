"""Setting, changing and withdrawing homework (J3): only in one's own lesson, with a history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind
from db.models import (
    AuditEntry,
    Course,
    Homework,
    LessonTopic,
    PlanTopic,
    Register,
    Substitution,
)
from services.errors import InvalidInput, Locked, NotFound
from services.homework import MAX_TASKS, HomeworkService
from services.homework_draft import MAX_FILES, Draft
from tests.homework.conftest import Desk
from tests.statements import Statements
from tests.world import MONDAY, moment, new_school

WEEK_LATER = MONDAY + timedelta(days=7)


async def history(session: AsyncSession) -> list[tuple[str, Any, Any]]:
    rows = await session.execute(
        select(AuditEntry.action, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.action.startswith("homework"))
        .order_by(AuditEntry.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def test_a_task_for_all_and_one_for_a_pupil_who_is_named(desk: Desk, session: AsyncSession) -> None:
    view = await desk.set("§12 № 345–350, Иванову ещё № 351")
    common, own = view.tasks
    assert (common.text, common.for_everyone, common.pupil_ids) == ("§12 № 345–350", True, ())
    assert (own.text, own.for_everyone, own.pupil_ids) == ("ещё № 351", False, (desk.people.ivanov,))
    assert {(task.due_on, task.due_number) for task in view.tasks} == {(WEEK_LATER, 3)}
    said = {"text": "§12 № 345–350", "due_on": "2026-09-21", "due_number": 3}
    whom: dict[str, Any] = {"for_everyone": True, "pupils": [], "files": []}
    assert (await history(session))[0] == ("homework.set", None, said | whom)


async def test_saving_the_same_draft_again_writes_nothing(desk: Desk, session: AsyncSession) -> None:
    draft = (await desk.draft("§12, Иванову ещё № 351")).with_file(await desk.file())
    first = await desk.save(draft)
    assert await desk.save(draft) == first
    assert len(await history(session)) == 2


async def test_a_photo_alone_is_a_task(desk: Desk) -> None:
    (task,) = (await desk.save((await desk.draft("")).with_file(await desk.file()))).tasks
    assert task.text == ""
    assert len(task.file_ids) == 1


async def test_a_task_is_changed_in_every_part(desk: Desk, session: AsyncSession) -> None:
    first, second = await desk.file(b"1"), await desk.file(b"2")
    (task,) = (await desk.save((await desk.draft("§12")).with_file(first))).tasks
    desk.clock.forward(hours=1)
    actor = await desk.actor(desk.people.anna)
    draft = await desk.drafts.of_task(actor=actor, homework_id=task.homework_id)
    changed = draft.typed_anew("§13", ()).without_file(first).with_file(second).due(WEEK_LATER, None)
    (now,) = (await desk.save(changed.for_pupils([desk.people.agaev]))).tasks
    assert now.homework_id == task.homework_id
    assert (now.text, now.due_number, now.pupil_ids, now.file_ids) == (
        "§13",
        None,
        (desk.people.agaev,),
        (second,),
    )
    assert (now.set_at, now.changed_at) == (task.set_at, desk.clock.now())
    _, before, after = (await history(session))[-1]
    assert (before["text"], before["for_everyone"], before["files"]) == ("§12", True, [first])
    assert (after["text"], after["pupils"], after["files"]) == ("§13", [desk.people.agaev], [second])


async def test_a_change_that_changes_nothing_is_no_change(desk: Desk, session: AsyncSession) -> None:
    (task,) = (await desk.set("§12")).tasks
    actor = await desk.actor(desk.people.anna)
    draft = await desk.drafts.of_task(actor=actor, homework_id=task.homework_id)
    (now,) = (await desk.save(draft)).tasks
    assert now.changed_at is None
    assert len(await history(session)) == 1


async def test_a_withdrawn_task_is_gone_but_not_forgotten(desk: Desk, session: AsyncSession) -> None:
    (task,) = (await desk.set("§12")).tasks
    actor = await desk.actor(desk.people.anna)
    view = await desk.homework.withdraw(actor=actor, homework_id=task.homework_id)
    assert view.tasks == ()
    assert await session.scalar(select(func.count()).select_from(Homework)) == 1
    action, before, _ = (await history(session))[-1]
    assert (action, before["text"]) == ("homework.withdrawn", "§12")
    for again in (desk.homework.withdraw, desk.homework.task, desk.homework.files, desk.drafts.of_task):
        with pytest.raises(NotFound):
            await again(actor=actor, homework_id=task.homework_id)
    with pytest.raises(NotFound):
        await desk.save((await desk.draft("§13")).model_copy(update={"homework_id": task.homework_id}))


async def test_nothing_at_home_is_said_once_and_taken_back_by_a_task(
    desk: Desk, session: AsyncSession
) -> None:
    lesson_id, actor = await desk.lesson(desk.people.anna, 3), await desk.actor(desk.people.anna)
    for _ in range(2):
        view = await desk.homework.nothing(actor=actor, lesson_id=lesson_id)
        assert view.lesson.no_homework
    assert [row[0] for row in await history(session)] == ["homework.none"]
    view = await desk.set("§12")
    assert not view.lesson.no_homework
    with pytest.raises(InvalidInput):
        await desk.homework.nothing(actor=actor, lesson_id=lesson_id)


async def test_looking_does_not_bind_a_lesson_to_its_page_but_writing_does(
    desk: Desk, session: AsyncSession
) -> None:
    draft = await desk.draft("§12")
    assert await session.scalar(select(func.count()).select_from(Register)) == 0
    await desk.save(draft)
    assert await session.scalar(select(func.count()).select_from(Register)) == 1


@pytest.mark.parametrize("who", ["belova", "irina", "mother"])
async def test_a_lesson_of_somebody_else_does_not_exist(desk: Desk, who: str) -> None:
    (task,) = (await desk.set("§12")).tasks
    stranger = await desk.actor(getattr(desk.people, who))
    draft = await desk.draft("§13")
    with pytest.raises(NotFound):
        await desk.homework.lesson(actor=stranger, lesson_id=task.lesson_id)
    with pytest.raises(NotFound):
        await desk.homework.save(actor=stranger, draft=draft)
    with pytest.raises(NotFound):
        await desk.homework.nothing(actor=stranger, lesson_id=task.lesson_id)
    with pytest.raises(NotFound):
        await desk.homework.withdraw(actor=stranger, homework_id=task.homework_id)
    with pytest.raises(NotFound):
        await desk.homework.files(actor=stranger, homework_id=task.homework_id)
    with pytest.raises(NotFound):
        await desk.drafts.form(actor=stranger, draft=draft)


async def test_a_substitute_sets_homework_of_that_lesson(desk: Desk) -> None:
    people = desk.people
    await people.world.add(
        Substitution,
        school_id=people.world.school_id,
        course_id=people.algebra,
        date=MONDAY,
        number=3,
        absent_teacher_id=people.anna,
        substitute_id=people.belova,
        entered_by=people.irina,
        entered_at=moment("08:00"),
    )
    (task,) = (await desk.set("§12", teacher=people.belova)).tasks
    assert task.text == "§12"


async def test_a_pupil_who_is_not_in_the_lesson_gets_nothing(desk: Desk) -> None:
    people = desk.people
    stranger = await people.world.pupil("Чужов Семён", await people.world.group("7В", 7))
    draft = await desk.draft("§12")
    with pytest.raises(NotFound):
        await desk.save(draft.for_pupils([people.ivanov, stranger]))


async def test_a_file_of_another_school_is_not_attached(desk: Desk, session: AsyncSession) -> None:
    other = await new_school(session, name="Школа № 2", short_name="Школа 2")
    alien = await desk.files.keep(
        actor=await other.actor(await other.teacher("Чужая Зоя Ильинична")),
        content=b"secret",
        name="secret",
        media_type="",
        external_ref="document:9",
    )
    with pytest.raises(NotFound):
        await desk.save((await desk.draft("§12")).with_file(alien.file_id))


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "", "typed": ""},
        {"text": "я" * 2001},
        {"pupil_ids": ()},
        {"due_on": MONDAY},
        {"due_on": MONDAY - timedelta(days=1)},
        {"due_on": MONDAY + timedelta(days=400)},
    ],
)
async def test_a_task_that_makes_no_sense_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    draft = await desk.draft("§12")
    with pytest.raises(InvalidInput):
        await desk.save(draft.model_copy(update=wrong))


async def test_nothing_is_written_while_somebody_is_still_to_be_named(desk: Desk) -> None:
    await desk.people.world.pupil("Иванова Анна", desk.people.group)
    draft = await desk.draft("§12, Иванову ещё № 351")
    assert draft.doubts
    with pytest.raises(InvalidInput):
        await desk.save(draft)
    view = await desk.save(draft.settled(0, desk.people.ivanov))
    assert [task.pupil_ids for task in view.tasks] == [(), (desk.people.ivanov,)]


async def test_there_is_an_end_to_files_and_tasks(desk: Desk) -> None:
    draft = await desk.draft("§12")
    for number in range(MAX_FILES):
        draft = draft.with_file(await desk.file(bytes([number])))
    with pytest.raises(InvalidInput):
        draft.with_file(0)
    for number in range(MAX_TASKS):
        await desk.set(f"№ {number}")
    with pytest.raises(InvalidInput):
        await desk.set("и ещё")


async def test_a_locked_lesson_is_read_and_not_written(desk: Desk) -> None:
    (task,) = (await desk.set("§12")).tasks
    draft, actor = await desk.draft("§13"), await desk.actor(desk.people.anna)
    desk.clock.set("10:17", MONDAY + timedelta(days=31))
    view = await desk.homework.lesson(actor=actor, lesson_id=task.lesson_id)
    assert view.locked
    with pytest.raises(Locked):
        await desk.save(draft)
    with pytest.raises(Locked):
        await desk.homework.withdraw(actor=actor, homework_id=task.homework_id)
    with pytest.raises(Locked):
        await desk.homework.nothing(actor=actor, lesson_id=task.lesson_id)


async def test_after_the_deadline_a_task_is_still_taken(desk: Desk) -> None:
    desk.clock.set("10:17", MONDAY + timedelta(days=1))
    view = await desk.set("§12")
    assert view.overdue
    assert view.tasks[0].set_at > view.deadline


async def test_the_plan_proposes_the_topics_homework(desk: Desk, session: AsyncSession) -> None:
    people, lesson_id = desk.people, await desk.lesson(desk.people.anna, 3)
    actor = await desk.actor(people.anna)
    with pytest.raises(NotFound):
        await desk.drafts.hinted(actor=actor, lesson_id=lesson_id)
    subject_id = await session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
    topic_id = await people.world.add(
        PlanTopic,
        school_id=people.world.school_id,
        year_id=people.world.year_id,
        subject_id=subject_id,
        grade=7,
        variant="1",
        number=14,
        topic="Линейные уравнения",
        kind=LessonKind.LESSON,
        homework="§12 № 345, Иванову ещё № 1",
    )
    await session.execute(
        insert(LessonTopic).values(
            lesson_id=lesson_id,
            plan_topic_id=topic_id,
            topic="Линейные уравнения",
            kind=LessonKind.LESSON,
            set_by=people.anna,
            set_at=moment("10:16"),
        )
    )
    assert (await desk.homework.lesson(actor=actor, lesson_id=lesson_id)).hint == "§12 № 345, Иванову ещё № 1"
    draft = await desk.drafts.hinted(actor=actor, lesson_id=lesson_id)
    assert (draft.text, draft.extras) == ("§12 № 345, Иванову ещё № 1", ())


async def test_a_subgroup_of_the_class_can_be_chosen(desk: Desk, session: AsyncSession) -> None:
    people = desk.people
    part = await people.world.course(
        "Алгебра, часть", people.belova, people.group, subgroup="1", members=(people.ivanov, people.petrova)
    )
    subject_id = await session.scalar(select(Course.subject_id).where(Course.id == people.algebra))
    await session.execute(update(Course).where(Course.id == part).values(subject_id=subject_id))
    form = await desk.drafts.form(actor=await desk.actor(people.anna), draft=await desk.draft())
    (offered,) = form.subgroups
    assert (offered.name, offered.pupil_ids) == ("1", {people.ivanov, people.petrova})


async def test_a_subgroups_lesson_has_only_its_own_pupils(desk: Desk) -> None:
    people = desk.people
    part = await people.world.course(
        "Английский язык", people.anna, people.group, subgroup="1", members=(people.ivanov,)
    )
    await people.world.slot(part, people.anna, 5)
    draft = await desk.draft("Unit 2", number=5)
    form = await desk.drafts.form(actor=await desk.actor(people.anna), draft=draft)
    assert [pupil.pupil_id for pupil in form.pupils] == [people.ivanov]
    with pytest.raises(NotFound):
        await desk.save(draft.for_pupils([people.petrova]))


async def test_a_bigger_class_and_more_tasks_take_as_many_statements(
    desk: Desk, db: Database, statements: Statements
) -> None:
    lesson_id, actor = await desk.lesson(desk.people.anna, 3), await desk.actor(desk.people.anna)
    service = HomeworkService(db, desk.clock)

    async def taken() -> tuple[int, int]:
        statements.taken()
        await service.lesson(actor=actor, lesson_id=lesson_id)
        shown = statements.taken()
        await desk.drafts.form(actor=actor, draft=Draft(lesson_id=lesson_id, due_on=WEEK_LATER))
        return shown, statements.taken()

    await desk.set("§1")
    few = await taken()
    for number in range(10):
        await desk.people.world.pupil(f"Новый{number} Иван", desk.people.group)
        await desk.set(f"§{number}, Иванову ещё № {number}")
    assert await taken() == few
    assert few[0] <= 14
