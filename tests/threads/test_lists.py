"""What the list says in SQL is what the policy says of one thread, at the same cost for any size."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from db.enums import Desk, StaffRole
from db.models import Thread
from db.queries import threads as queries
from db.queries.scope import answered_threads, own_threads
from services.threads.access import Side, side_of
from tests.statements import Statements
from tests.threads.school import Office, words
from tests.world import MONDAY


async def _threads_of_everybody(school: Office) -> list[int]:
    """Each desk's, of both families, and one that nobody at the school answers any more."""
    story = school.story
    for guardian, pupil in ((story.mother, story.ivanov), (story.father, story.sidorenko)):
        actor = await school.actor(guardian)
        views = [
            await school.addressees.with_school(actor=actor, pupil_id=pupil, course_id=story.algebra),
            await school.addressees.with_school(actor=actor, pupil_id=pupil, staff_id=story.irina),
            await school.addressees.with_school(actor=actor, pupil_id=pupil),
            await school.addressees.with_help(actor=actor),
        ]
        for view in views:
            await school.threads.write(actor=actor, thread_id=view.thread.thread_id, words=words("?"))
    former = await story.world.person("Бывшая Ольга")
    await story.world.add(
        Thread,
        school_id=story.world.school_id,
        person_id=story.mother,
        desk=Desk.CLASS_TEACHER,
        staff_id=former,
        pupil_id=story.ivanov,
        last_message_at=school.clock.now(),
    )
    return list(await school.session.scalars(select(Thread.id)))


async def test_the_scope_is_the_policy(school: Office) -> None:
    story, world = school.story, school.story.world
    thread_ids = await _threads_of_everybody(school)
    dismissed = await world.employ(
        await world.person("Уволенная Анна"), StaffRole.DEPUTY, ends_on=MONDAY - timedelta(days=1)
    )
    head = await world.employ(await world.person("Заведующая Анна"), StaffRole.HEAD)
    both = await world.employ(
        await world.guardian("Двойная Роль", story.petrova), StaffRole.SECRETARY, StaffRole.TEACHER
    )
    people = (
        *(story.mother, story.father, story.anna, story.irina, story.belova),
        *(school.deputy, school.administrator, dismissed, head, both),
    )
    rows = await queries.by_id(school.session, thread_ids, MONDAY)
    for person in people:
        actor = await school.actor(person)
        for side, scope in (
            (Side.FAMILY, own_threads(actor)),
            (Side.SCHOOL, answered_threads(actor, MONDAY)),
        ):
            allowed = {thread_id for thread_id, row in rows.items() if side_of(actor, row) is side}
            assert set(await school.session.scalars(scope)) == allowed
    counts = [
        (await school.reader.threads(actor=await school.actor(person), page=0)).waiting for person in people
    ]
    assert counts == [0, 0, 2, 2, 0, 2, 2, 0, 0, 2]


async def test_the_longest_wait_stands_first(school: Office) -> None:
    story = school.story
    await school.mother_writes("Первый вопрос")
    school.clock.forward(minutes=10)  # type: ignore[attr-defined] - the clock of tests
    father = await school.actor(story.father)
    view = await school.addressees.with_school(
        actor=father, pupil_id=story.sidorenko, course_id=story.algebra
    )
    await school.threads.write(actor=father, thread_id=view.thread.thread_id, words=words("Второй"))
    anna = await school.actor(story.anna)
    listed = (await school.reader.threads(actor=anna, page=0)).threads
    assert [row.person.last_name for row, _ in listed] == ["Иванова", "Сидоренко"]
    await school.threads.write(actor=anna, thread_id=listed[0][0].thread_id, words=words("Да"))
    listed = (await school.reader.threads(actor=anna, page=0)).threads
    assert [row.person.last_name for row, _ in listed] == ["Сидоренко", "Иванова"]
    for page in (7, 10**30):
        assert (await school.reader.threads(actor=anna, page=page)).threads == ()


async def test_a_list_and_a_thread_cost_the_same_for_any_size(school: Office, statements: Statements) -> None:
    mother, anna = await school.actor(school.story.mother), await school.actor(school.story.anna)

    async def cost() -> list[int]:
        found = []
        for read in (
            lambda: school.reader.threads(actor=anna, page=0),
            lambda: school.reader.open(actor=mother, thread_id=thread_id),
            lambda: school.reader.search(actor=anna, words="вопрос"),
            lambda: school.reader.sheet(actor=mother, thread_id=thread_id),
            lambda: school.addressees.addressees(actor=mother, pupil_id=school.story.ivanov),
        ):
            statements.taken()
            await read()
            found.append(statements.taken())
        return found

    thread_id = (await school.mother_writes("Вопрос 1")).view.thread.thread_id
    few = await cost()
    await _threads_of_everybody(school)
    for number in range(5):
        await school.mother_writes(f"Вопрос {number}")
    assert await cost() == few
