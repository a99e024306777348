"""A desk of several colleagues: all of them see who has answered (C1, U9)."""

from __future__ import annotations

from db.enums import StaffRole
from services.notifications.ports import Ready
from services.notifications.thread_message import ThreadNotice
from tests.threads.school import Office, words


async def test_when_one_answers_the_question_in_every_chat_says_so(school: Office) -> None:
    world, story = school.story.world, school.story
    director = await world.employ(await world.person("Громова Галина Сергеевна"), StaffRole.DIRECTOR)
    await world.account_of(director)
    mother = await school.actor(story.mother)
    view = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov)
    thread_id = view.thread.thread_id
    for said in ("Где справка?", "И когда?"):
        await school.threads.write(actor=mother, thread_id=thread_id, words=words(said))
    questions = await school.queued()
    assert len(questions) == 4
    for number, row in enumerate(questions):
        await school.arrive(row, number + 1)
    await school.threads.write(
        actor=await school.actor(director), thread_id=thread_id, words=words("В канцелярии.")
    )
    await school.threads.write(actor=mother, thread_id=thread_id, words=words("Спасибо"))

    *edited, _, thanks, _ = await school.queued()
    assert [row.revision for row in edited] == [2, 2, 2, 2]
    for row in edited:
        ready = await school.prepared(row)
        assert isinstance(ready, Ready)
        assert isinstance(ready.view, ThreadNotice)
        assert ready.view.answered_by is not None
        assert ready.view.answered_by.last_name == "Громова"
    waits = await school.prepared(thanks)
    assert isinstance(waits, Ready)
    assert isinstance(waits.view, ThreadNotice)
    assert waits.view.answered_by is None
