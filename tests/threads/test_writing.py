"""A question of a mother, from her words to the teacher's answer (C1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from db.enums import BindingState, Desk, StaffRole
from db.models import (
    Binding,
    ClassTeacher,
    Course,
    CourseTeacher,
    Enrolment,
    Guardianship,
    StaffAppointment,
    StoredFile,
    SubgroupMember,
    Thread,
    ThreadMessage,
)
from services.diary_head import open_diary
from services.errors import InvalidInput, LimitReached, NotFound
from services.notifications import thread_message
from services.notifications.ports import Later, Ready, Skip, SkipReason
from services.notifications.thread_message import ThreadNotice
from services.settings import PersonalData, institution_settings
from services.threads.access import AddresseeLeft, Side
from services.threads.writing import STAFF_MESSAGES_AN_HOUR, TEXT_LIMIT, Muted
from tests.threads.school import Office, words
from tests.world import MONDAY, YEAR_START, FakeClock, moment

SATURDAY = MONDAY + timedelta(days=5)
NEXT_MONDAY = MONDAY + timedelta(days=7)


async def test_a_question_reaches_its_teacher_and_the_answer_comes_back(
    school: Office, clock: FakeClock
) -> None:
    written = await school.mother_writes("А можно пересдать?", about="«Алгебра 5 4 4» за 14–18 сентября")
    assert (written.reached, written.view.side, written.view.read_from) == (True, Side.FAMILY, None)
    [row] = await school.queued()
    assert row.binding_id == (await school.actor(school.story.anna)).binding_id
    ready = await school.prepared(row)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, ThreadNotice)
    assert ready.view.message.about == "«Алгебра 5 4 4» за 14–18 сентября"
    assert ready.view.thread.subject == "Алгебра"
    assert ready.view.personal_data is PersonalData.FULL

    anna = await school.actor(school.story.anna)
    assert (await school.reader.threads(actor=anna, page=0)).waiting == 1
    clock.forward(minutes=5)
    answer = await school.threads.write(
        actor=anna, thread_id=written.view.thread.thread_id, words=words("Да, в четверг.")
    )
    assert answer.view.side is Side.SCHOOL
    assert (await school.reader.threads(actor=anna, page=0)).waiting == 0
    [_, back] = await school.queued()
    assert back.binding_id == (await school.actor(school.story.mother)).binding_id
    assert isinstance(await school.prepared(back), Ready)


async def test_messages_wait_for_the_office_hours_of_school_days(school: Office, clock: FakeClock) -> None:
    clock.set("19:30", SATURDAY)
    written = await school.mother_writes("А можно пересдать?")
    opens = moment("08:00", NEXT_MONDAY)
    assert written.view.read_from == opens
    [row] = await school.queued()
    assert await school.prepared(row) == Later(opens)
    assert isinstance(await school.prepared(row, opens), Ready)

    # Her own hours count instead, and what waits asks again.
    anna = await school.actor(school.story.anna)
    await school.hours.set(actor=anna, typed="вт–пт 9-16")
    [row] = await school.queued()
    assert row.not_before == clock.now()
    assert await school.prepared(row) == Later(moment("09:00", NEXT_MONDAY + timedelta(days=1)))
    # In the holidays nobody reads.
    holiday = moment("10:00", date(2026, 10, 27))
    assert await school.prepared(row, holiday) == Later(moment("09:00", date(2026, 11, 3)))


async def test_saturday_is_a_school_day_where_it_has_lessons(school: Office, clock: FakeClock) -> None:
    clock.set("18:30", SATURDAY - timedelta(days=1))
    written = await school.mother_writes("А можно пересдать?")
    assert written.view.read_from == moment("08:00", NEXT_MONDAY)
    [row] = await school.queued()
    await school.story.world.slot(school.story.algebra, school.story.anna, 1, weekday=6)
    assert await school.prepared(row) == Later(moment("08:00", SATURDAY))


async def test_an_answer_obeys_the_quiet_hours_of_the_family(school: Office, clock: FakeClock) -> None:
    written = await school.mother_writes("А можно пересдать?")
    clock.set("23:30")
    anna = await school.actor(school.story.anna)
    await school.threads.write(actor=anna, thread_id=written.view.thread.thread_id, words=words("Да."))
    [_, back] = await school.queued()
    assert isinstance(await school.prepared(back), Later)


async def test_nobody_but_the_two_sides_reads_a_thread(school: Office) -> None:
    written = await school.mother_writes("А можно пересдать?")
    thread_id = written.view.thread.thread_id
    world = school.story.world
    second = await world.guardian("Иванов Сергей", school.story.ivanov, relation="отец")
    for person in (second, school.story.father, school.story.irina, school.deputy, school.administrator):
        stranger = await school.actor(person)
        with pytest.raises(NotFound):
            await school.reader.open(actor=stranger, thread_id=thread_id)
        with pytest.raises(NotFound):
            await school.threads.write(actor=stranger, thread_id=thread_id, words=words("Привет"))
        with pytest.raises(NotFound):
            await school.reader.files(actor=stranger, message_id=written.message_id)
        assert (await school.reader.threads(actor=stranger, page=0)).threads == ()
        assert (await school.reader.search(actor=stranger, words="пересдать")).messages == ()


async def test_whoever_left_reads_no_more_and_the_history_stays(school: Office) -> None:
    written = await school.mother_writes("А можно пересдать?")
    thread_id, story = written.view.thread.thread_id, school.story
    [row] = await school.queued()
    yesterday = MONDAY - timedelta(days=1)
    await school.session.execute(
        update(CourseTeacher).where(CourseTeacher.teacher_id == story.anna).values(ends_on=yesterday)
    )
    anna = await school.actor(story.anna)
    with pytest.raises(NotFound):
        await school.reader.open(actor=anna, thread_id=thread_id)
    assert (await school.reader.threads(actor=anna, page=0)).threads == ()
    assert await school.prepared(row) == Skip(SkipReason.NO_ACCESS)
    mother = await school.actor(story.mother)
    assert len((await school.reader.open(actor=mother, thread_id=thread_id)).messages) == 1
    await school.session.execute(
        update(Guardianship).where(Guardianship.guardian_id == story.mother).values(ends_on=yesterday)
    )
    former = await school.actor(story.mother)
    with pytest.raises(NotFound):
        await school.reader.open(actor=former, thread_id=thread_id)
    assert (await school.session.scalar(select(func.count()).select_from(ThreadMessage))) == 1


async def test_what_waits_from_an_account_that_was_frozen_is_not_passed_on(
    school: Office, clock: FakeClock
) -> None:
    clock.set("22:00")
    mother = await school.actor(school.story.mother)
    written = await school.mother_writes("Отпустите Петю с дядей, он ждёт у входа")
    [row] = await school.queued()
    assert isinstance(await school.prepared(row), Later)
    await school.session.execute(
        update(Binding).where(Binding.id == mother.binding_id).values(state=BindingState.FROZEN)
    )
    clock.set("08:30", MONDAY + timedelta(days=1))
    assert await school.prepared(row) == Skip(SkipReason.COMPROMISED)
    anna = await school.actor(school.story.anna)
    page = await school.reader.open(actor=anna, thread_id=written.view.thread.thread_id)
    assert len(page.messages) == 1  # the history hides nothing


async def test_nothing_is_written_to_whoever_left(school: Office) -> None:
    """Not to a teacher without the course or without the pupil, nor to a former class teacher."""
    story, mother = school.story, await school.actor(school.story.mother)
    to_teacher = await school.mother_writes("А можно пересдать?")
    to_class_teacher = await school.addressees.with_school(
        actor=mother, pupil_id=story.ivanov, staff_id=story.irina
    )
    yesterday = MONDAY - timedelta(days=1)
    changes = (
        (to_teacher.view, update(CourseTeacher).where(CourseTeacher.teacher_id == story.anna)),
        (to_teacher.view, update(StaffAppointment).where(StaffAppointment.person_id == story.anna)),
        (to_teacher.view, update(Enrolment).where(Enrolment.pupil_id == story.ivanov)),
        (to_class_teacher, update(ClassTeacher).where(ClassTeacher.person_id == story.irina)),
    )
    for view, change in changes:
        thread_id = view.thread.thread_id
        await school.threads.view(actor=mother, thread_id=thread_id)
        async with school.session.begin_nested() as tried:
            await school.session.execute(change.values(ends_on=yesterday))
            with pytest.raises(AddresseeLeft):
                await school.threads.view(actor=mother, thread_id=thread_id)
            with pytest.raises(AddresseeLeft):
                await school.threads.write(actor=mother, thread_id=thread_id, words=words("Алло?"))
            await school.reader.open(actor=mother, thread_id=thread_id)
            await tried.rollback()
    assert await school.session.scalar(select(func.count()).select_from(ThreadMessage)) == 1


async def test_a_teacher_reads_no_more_of_a_pupil_who_left_the_course(school: Office) -> None:
    written = await school.mother_writes("А можно пересдать?")
    thread_id, story = written.view.thread.thread_id, school.story
    [row] = await school.queued()
    await school.session.execute(update(Course).where(Course.id == story.algebra).values(subgroup="1"))
    world = school.story.world
    membership = await world.add(
        SubgroupMember,
        school_id=world.school_id,
        course_id=story.algebra,
        pupil_id=story.ivanov,
        starts_on=YEAR_START,
    )
    anna = await school.actor(story.anna)
    assert len((await school.reader.threads(actor=anna, page=0)).threads) == 1
    await school.session.execute(
        update(SubgroupMember)
        .where(SubgroupMember.id == membership)
        .values(ends_on=MONDAY - timedelta(days=1))
    )
    with pytest.raises(NotFound):
        await school.reader.open(actor=anna, thread_id=thread_id)
    with pytest.raises(NotFound):
        await school.threads.write(actor=anna, thread_id=thread_id, words=words("Да."))
    listed = await school.reader.threads(actor=anna, page=0)
    assert (listed.threads, listed.waiting) == ((), 0)
    assert (await school.reader.search(actor=anna, words="пересдать")).messages == ()
    assert await school.prepared(row) == Skip(SkipReason.NO_ACCESS)
    mother = await school.actor(story.mother)
    assert len((await school.reader.open(actor=mother, thread_id=thread_id)).messages) == 1


async def test_a_new_class_teacher_gets_a_new_thread(school: Office) -> None:
    story = school.story
    mother = await school.actor(story.mother)
    old = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov, staff_id=story.irina)
    thread_id = old.thread.thread_id
    await school.threads.write(actor=mother, thread_id=thread_id, words=words("Здравствуйте!"))
    await school.session.execute(
        update(ClassTeacher).where(ClassTeacher.group_id == story.group).values(person_id=story.belova)
    )
    for teacher in (story.irina, story.belova):
        with pytest.raises(NotFound):
            await school.reader.open(actor=await school.actor(teacher), thread_id=thread_id)
    new = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov, staff_id=story.belova)
    assert new.thread.thread_id != thread_id
    with pytest.raises(NotFound):
        await school.addressees.with_school(actor=mother, pupil_id=story.ivanov, staff_id=story.irina)


async def test_the_administration_and_the_help_point_answer_as_desks(school: Office) -> None:
    story = school.story
    mother = await school.actor(story.mother)
    desk = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov)
    assert desk.thread.desk is Desk.ADMINISTRATION
    await school.threads.write(actor=mother, thread_id=desk.thread.thread_id, words=words("Справка"))
    director = await story.world.employ(await story.world.person("Директоров Пётр"), StaffRole.DIRECTOR)
    for person in (school.deputy, director):
        boss = await school.actor(person)
        assert (await school.reader.threads(actor=boss, page=0)).waiting == 1
    anna = await school.actor(story.anna)
    asked = await school.addressees.with_help(actor=anna)
    await school.threads.write(actor=anna, thread_id=asked.thread.thread_id, words=words("Где КТП?"))
    helper = await school.actor(school.administrator)
    answer = await school.threads.write(
        actor=helper, thread_id=asked.thread.thread_id, words=words("В журнале.")
    )
    assert (answer.view.side, answer.reached) == (Side.SCHOOL, True)
    with pytest.raises(NotFound):
        await school.reader.open(actor=await school.actor(school.deputy), thread_id=asked.thread.thread_id)


async def test_a_teacher_finds_the_pupils_of_their_own_course_to_write_first(school: Office) -> None:
    story = school.story
    anna, belova = await school.actor(story.anna), await school.actor(story.belova)
    found = await school.addressees.pupils_of_course(actor=anna, course_id=story.algebra)
    assert [one.last_name for one in found.pupils] == ["Агаев", "Иванов", "Петрова", "Сидоренко"]
    families = await school.addressees.families(actor=anna, pupil_id=found.pupils[1].person_id)
    assert [course.course_id for course in families.courses] == [story.algebra]
    for stranger in (belova, await school.actor(story.mother), await school.actor(school.deputy)):
        with pytest.raises(NotFound):
            await school.addressees.pupils_of_course(actor=stranger, course_id=story.algebra)


async def test_a_head_of_department_is_not_offered_what_they_may_not(school: Office) -> None:
    world, pupil_id = school.story.world, school.story.ivanov
    head = await world.employ(await world.person("Методистова Нина"), StaffRole.HEAD)
    for person_id, writes in ((head, False), (school.deputy, True), (school.story.irina, True)):
        actor = await school.actor(person_id)
        assert (await open_diary(school.session, actor, pupil_id, MONDAY)).writes_to_family is writes
    with pytest.raises(NotFound):
        await school.addressees.families(actor=await school.actor(head), pupil_id=pupil_id)


async def test_the_school_writes_first_only_to_its_own_families(school: Office) -> None:
    story = school.story
    irina, anna = await school.actor(story.irina), await school.actor(story.anna)
    led = await school.addressees.with_family(actor=irina, pupil_id=story.ivanov, guardian_id=story.mother)
    assert led.thread.desk is Desk.CLASS_TEACHER
    taught = await school.addressees.with_family(
        actor=anna, pupil_id=story.ivanov, guardian_id=story.mother, course_id=story.algebra
    )
    assert taught.thread.desk is Desk.TEACHER
    deputy = await school.actor(school.deputy)
    managed = await school.addressees.with_family(
        actor=deputy, pupil_id=story.ivanov, guardian_id=story.mother
    )
    assert managed.thread.desk is Desk.ADMINISTRATION
    for actor, guardian, course in (
        (anna, story.mother, story.russian),
        (anna, story.mother, None),
        (irina, story.father, None),
        (await school.actor(school.administrator), story.mother, None),
        (await school.actor(story.mother), story.mother, None),
    ):
        with pytest.raises(NotFound):
            await school.addressees.with_family(
                actor=actor, pupil_id=story.ivanov, guardian_id=guardian, course_id=course
            )
    for pupil, course, staff in (
        (story.sidorenko, story.algebra, None),
        (story.ivanov, 10**9, None),
        (story.ivanov, None, story.anna),
        (story.ivanov, story.algebra, story.belova),
    ):
        with pytest.raises(NotFound):
            await school.addressees.with_school(
                actor=await school.actor(story.mother), pupil_id=pupil, course_id=course, staff_id=staff
            )


async def test_an_edit_is_kept_as_a_new_version(school: Office) -> None:
    written = await school.mother_writes("А можно перездать?")
    mother = await school.actor(school.story.mother)
    ref = await school.session.scalar(select(ThreadMessage.inbound_ref))
    assert ref is not None
    [row] = await school.queued()
    await school.arrive(row, 77)
    for _ in range(2):
        await school.threads.edit(actor=mother, inbound_ref=ref, text="А можно пересдать?")
    assert await school.threads.edit(actor=mother, inbound_ref=ref + 1000, text="Чужое") is None
    anna = await school.actor(school.story.anna)
    assert await school.threads.edit(actor=anna, inbound_ref=ref, text="Чужое") is None
    page = await school.reader.open(actor=anna, thread_id=written.view.thread.thread_id)
    assert [(one.text, one.edited_at is not None) for one in page.messages] == [("А можно пересдать?", True)]
    sheet = await school.reader.sheet(actor=anna, thread_id=written.view.thread.thread_id)
    assert [version.text for version in sheet.earlier] == ["А можно перездать?"]
    assert (await school.session.scalar(select(func.count()).select_from(ThreadMessage))) == 2
    [row] = await school.queued()
    assert isinstance(ready := await school.prepared(row), Ready)
    assert isinstance(ready.view, ThreadNotice)
    assert ready.view.message.text == "А можно пересдать?"


async def test_what_comes_twice_is_written_once(school: Office) -> None:
    once = words("Здравствуйте!")
    mother = await school.actor(school.story.mother)
    view = await school.addressees.with_school(
        actor=mother, pupil_id=school.story.ivanov, staff_id=school.story.irina
    )
    twice = [
        await school.threads.write(actor=mother, thread_id=view.thread.thread_id, words=once)
        for _ in range(2)
    ]
    assert twice[0].message_id == twice[1].message_id
    assert len(await school.queued()) == 1


async def test_files_travel_with_their_message(school: Office) -> None:
    mother = await school.actor(school.story.mother)
    other_school = await school.story.world.session.scalar(select(func.max(Thread.id)))
    assert other_school is None
    file_ids = [
        await school.story.world.add(
            StoredFile,
            school_id=mother.school_id,
            sha256=str(number) * 64,
            size=3,
            media_type="image/jpeg",
            name="photo.jpg",
            uploaded_by=mother.person_id,
            uploaded_at=school.clock.now(),
        )
        for number in range(3)
    ]
    written = await school.mother_writes("", file_ids=tuple(file_ids[:1]))
    for file_id in (*file_ids, file_ids[0]):
        await school.threads.add_file(actor=mother, message_id=written.message_id, file_id=file_id)
    anna = await school.actor(school.story.anna)
    files = await school.reader.files(actor=anna, message_id=written.message_id)
    assert [file.file_id for file in files] == file_ids
    with pytest.raises(NotFound):
        await school.threads.add_file(actor=anna, message_id=written.message_id, file_id=file_ids[0])


async def test_too_much_too_long_and_nothing_are_refused(school: Office) -> None:
    for text, problem in (
        ("", "nothing_typed"),
        ("\u202e", "nothing_typed"),
        ("я" * (TEXT_LIMIT + 1), "thread_too_long"),
        ("🤡" * (TEXT_LIMIT // 2 + 1), "thread_too_long"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await school.mother_writes(text)
        assert refused.value.params["problem"] == problem
    written = await school.mother_writes("1")
    settings = await institution_settings(school.session, school.story.world.school_id)
    limit = settings.thread_messages_per_hour
    for number in range(2, limit + 1):
        await school.mother_writes(str(number))
    with pytest.raises(LimitReached) as refused:
        await school.mother_writes("Ещё")
    assert refused.value.params == {"problem": "too_many_messages", "limit": limit}
    anna = await school.actor(school.story.anna)
    for number in range(STAFF_MESSAGES_AN_HOUR):
        await school.threads.write(
            actor=anna, thread_id=written.view.thread.thread_id, words=words(str(number))
        )
    with pytest.raises(LimitReached) as refused:
        await school.threads.write(actor=anna, thread_id=written.view.thread.thread_id, words=words("Ещё"))
    assert refused.value.params == {"problem": "too_many_messages", "limit": STAFF_MESSAGES_AN_HOUR}


async def test_a_muted_guardian_reaches_only_the_administration(school: Office, clock: FakeClock) -> None:
    story = school.story
    mother, irina = await school.actor(story.mother), await school.actor(story.irina)
    view = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov, staff_id=story.irina)
    thread_id = view.thread.thread_id
    await school.threads.write(actor=mother, thread_id=thread_id, words=words("Грубость"))
    for actor, days, reason in ((irina, 2, "груб"), (irina, 7, " ")):
        with pytest.raises(InvalidInput):
            await school.mutes.mute(actor=actor, thread_id=thread_id, days=days, reason=reason)
    with pytest.raises(NotFound):
        await school.mutes.mute(actor=mother, thread_id=thread_id, days=7, reason="я")
    anna_thread = (await school.mother_writes("?")).view.thread.thread_id
    with pytest.raises(NotFound):
        await school.mutes.mute(
            actor=await school.actor(story.anna), thread_id=anna_thread, days=7, reason="груб"
        )
    mute_id = await school.mutes.mute(actor=irina, thread_id=thread_id, days=7, reason="Оскорбления")
    for muted in (thread_id, anna_thread):
        with pytest.raises(Muted):
            await school.threads.write(actor=mother, thread_id=muted, words=words("Ещё"))
    desk = await school.addressees.with_school(actor=mother, pupil_id=story.ivanov)
    await school.threads.write(actor=mother, thread_id=desk.thread.thread_id, words=words("Жалоба"))
    [note] = await school.queued(thread_message.MUTED)
    assert isinstance(await school.prepared(note), Ready)
    deputy = await school.actor(school.deputy)
    assert [one.reason for one in await school.mutes.mutes(actor=deputy)] == ["Оскорбления"]
    for stranger in (mother, await school.actor(story.anna)):
        with pytest.raises(NotFound):
            await school.mutes.lift(actor=stranger, mute_id=mute_id)
        with pytest.raises(NotFound):
            await school.mutes.mutes(actor=stranger)
    for whoever in (deputy, irina):
        await school.mutes.lift(actor=whoever, mute_id=mute_id)
    [note] = await school.queued(thread_message.MUTED)  # What the deputies read says so, once.
    assert note.revision == 2
    await school.threads.write(actor=mother, thread_id=thread_id, words=words("Спасибо"))
    await school.mutes.mute(actor=irina, thread_id=thread_id, days=1, reason="Снова")
    clock.forward(days=1, minutes=1)
    await school.threads.write(actor=mother, thread_id=thread_id, words=words("Извините"))


async def test_a_reader_who_is_not_reached_is_named_to_the_writer(school: Office) -> None:
    written = await school.mother_writes("А можно?")
    anna, story = await school.actor(school.story.anna), school.story
    await school.threads.write(actor=anna, thread_id=written.view.thread.thread_id, words=words("Да."))
    [_, back] = await school.queued()
    back.state = "blocked"  # type: ignore[assignment] - as the sender leaves it
    await school.session.flush()
    mother_binding = back.binding_id
    await thread_message.tell_undelivered(school.session, mother_binding, now=school.clock.now())
    [told] = await school.queued(thread_message.UNDELIVERED)
    assert told.binding_id == anna.binding_id
    assert isinstance(await school.prepared(told), Ready)
    page = await school.reader.open(actor=anna, thread_id=written.view.thread.thread_id)
    assert [passage.arrived for passage in page.passages.values()] == [False]

    await school.session.execute(
        update(Binding).where(Binding.id == mother_binding).values(blocked_at=school.clock.now())
    )
    again = await school.threads.write(
        actor=anna, thread_id=written.view.thread.thread_id, words=words("Вы здесь?")
    )
    assert not again.reached
    await school.session.execute(
        update(Binding).where(Binding.person_id == story.mother).values(state=BindingState.FROZEN)
    )
    frozen = await school.threads.write(
        actor=anna, thread_id=written.view.thread.thread_id, words=words("Ау")
    )
    assert not frozen.reached
    assert len(await school.queued()) == 3


async def test_a_question_that_waits_two_school_days_is_reminded_of_once(
    school: Office, clock: FakeClock
) -> None:
    await school.mother_writes("А можно?")
    deputy = await school.actor(school.deputy)
    for day, reminders in ((1, 0), (2, 1), (3, 1)):
        clock.set("12:00", MONDAY + timedelta(days=day))
        await thread_message.remind(school.session, clock.now())
        assert len(await school.queued(thread_message.WAITING)) == reminders
    [row] = await school.queued(thread_message.WAITING)
    assert isinstance(await school.prepared(row), Ready)
    [waiting] = (await school.reader.threads(actor=deputy, page=0)).counts
    assert (waiting.staff and waiting.staff.last_name, waiting.questions) == ("Соколова", 1)
    anna = await school.actor(school.story.anna)
    assert (await school.reader.threads(actor=anna, page=0)).counts == ()
    [(thread, _)] = (await school.reader.threads(actor=anna, page=0)).threads
    await school.threads.write(actor=anna, thread_id=thread.thread_id, words=words("Да"))
    assert await school.prepared(row) == Skip(SkipReason.CORRECTED)
    assert (await school.reader.threads(actor=deputy, page=0)).counts == ()


async def test_words_are_found_whatever_their_case(school: Office) -> None:
    await school.mother_writes("Можно ли ещё раз ПЕРЕСДАТЬ 100%?")
    await school.mother_writes("Другое")
    mother = await school.actor(school.story.mother)
    for typed, hits in (("пересдать еще", 1), ("100%", 1), ("1%0", 0), ("нет такого", 0)):
        assert len((await school.reader.search(actor=mother, words=typed)).messages) == hits
    with pytest.raises(InvalidInput):
        await school.reader.search(actor=mother, words="я")
