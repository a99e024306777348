"""What a lesson lacks is told to the deputies once, and closes itself when it is there (C5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Database
from db.enums import LessonKind, MarkValue, MissingRecord, OutboxState, StaffRole
from db.models import Binding, LessonTopic, Mark, Omission, OutboxMessage, Register, Work, WorkKind
from handlers.texts.class_lessons import lessons_screen
from handlers.texts.omissions import (
    missing_words,
    omission_screen,
    omissions_screen,
    telling_screen,
    told_screen,
    type_words_screen,
)
from services.actor import Actor
from services.class_day import ClassDayService
from services.errors import InvalidInput, NotFound
from services.marks.works import WorkService
from services.notifications import omissions as messages
from services.notifications.omissions import OmissionKind, ToldOmission
from services.notifications.ports import DueMessage, Ready, Skip, SkipReason
from services.omissions import LessonOmissions, OmissionService
from tests.attendance.test_alerts_and_answers import Day
from tests.attendance.test_register import lesson_of
from tests.golden import Golden, check_limits
from tests.world import MONDAY, MOSCOW, FakeClock, Story, moment, story

REGISTER, TOPIC, HOMEWORK, MARKS = (
    MissingRecord.REGISTER,
    MissingRecord.TOPIC,
    MissingRecord.HOMEWORK,
    MissingRecord.MARKS,
)


@dataclass(slots=True)
class Told:
    people: Story
    monday: Day
    service: OmissionService
    lesson: int
    """Anna's algebra, over since 10:55."""
    deputy: int

    async def actor(self, person_id: int) -> Actor:
        return await self.people.world.actor(person_id)

    async def ids(self) -> dict[str, Any]:
        return {
            "actor": await self.actor(self.people.irina),
            "group_id": self.people.group,
            "lesson_id": self.lesson,
        }

    async def look(self) -> LessonOmissions:
        return await self.service.look(**await self.ids())

    async def tell(self, comment: str = "") -> LessonOmissions:
        return await self.service.tell(comment=comment, **await self.ids())

    async def topic(self, kind: LessonKind = LessonKind.LESSON) -> None:
        people = self.people
        self.monday.session.add(
            LessonTopic(
                lesson_id=self.lesson, topic="Дроби", kind=kind, set_by=people.anna, set_at=moment("11:00")
            )
        )
        await self.monday.session.flush()

    async def topic_is_control(self) -> None:
        await self.monday.session.execute(
            update(LessonTopic).where(LessonTopic.lesson_id == self.lesson).values(kind=LessonKind.CONTROL)
        )

    async def messages(self) -> list[OutboxMessage]:
        rows = await self.monday.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.kind == messages.NAME)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    async def prepared(self, message: OutboxMessage) -> object:
        binding = await self.monday.session.get_one(Binding, message.binding_id)
        due = DueMessage(
            id=message.id,
            school_id=message.school_id,
            binding_id=message.binding_id,
            person_id=binding.person_id,
            pupil_id=None,
            kind=message.kind,
            payload=message.payload,
            external_ref=message.external_ref,
        )
        return await OmissionKind().prepare(self.monday.session, due, self.monday.clock.now())


@pytest.fixture
async def told(db: Database, clock: FakeClock, session: AsyncSession) -> Told:
    people = await story(session)
    world = people.world
    deputy = await world.employ(await world.person("Орлова Вера Ивановна"), StaffRole.DEPUTY)
    for person in (people.irina, people.anna, deputy):
        await world.account_of(person)
    lesson = await lesson_of(db, clock, people, people.anna, 3)
    clock.set("12:00")
    return Told(people, Day(people, db, clock, session), OmissionService(db, clock), lesson, deputy)


async def test_only_what_is_missing_is_told_and_only_once(told: Told, session: AsyncSession) -> None:
    assert (await told.look()).untold == (REGISTER, TOPIC, HOMEWORK)
    view = await told.tell("второй раз подряд")
    assert (view.untold, view.told and view.told.comment) == ((), "второй раз подряд")
    await told.tell("ещё раз")
    assert len(list(await session.scalars(select(Omission.id)))) == 3
    (message,) = await told.messages()
    ready = await told.prepared(message)
    assert isinstance(ready, Ready)
    assert isinstance(ready.view, ToldOmission)
    one = ready.view.omission
    assert (set(one.missing), one.settled) == ({REGISTER, TOPIC, HOMEWORK}, ())
    assert (one.teacher, one.told_by, one.comment) == (
        "Соколова Анна Петровна",
        "Кузнецова Ирина Викторовна",
        "второй раз подряд",
    )


async def test_it_closes_itself_when_all_is_there(
    told: Told, clock: FakeClock, session: AsyncSession
) -> None:
    await told.topic()
    await told.tell()
    await told.monday.sent()
    await messages.settle_everywhere(session, clock.now())
    assert [message.state for message in await told.messages()] == [OutboxState.SENT]
    await told.monday.take(told.people.anna, 3)
    deputy = await told.actor(told.deputy)
    (one,) = await told.service.open(actor=deputy)
    assert (one.missing, one.settled) == ((HOMEWORK,), (REGISTER,))
    (message,) = await told.messages()
    assert message.state is OutboxState.QUEUED
    await told.monday.sent()
    # What was there is gone again, and told again: the same message is about it.
    closed = await told.service.close(actor=deputy, group_id=told.people.group, lesson_id=told.lesson)
    assert not closed.open
    assert await told.service.open(actor=deputy) == ()
    await told.tell("и снова")
    (one,) = await told.service.open(actor=deputy)
    assert one.missing == (HOMEWORK,)
    (message,) = await told.messages()
    assert message.state is OutboxState.QUEUED


async def test_before_it_left_a_settled_remark_is_not_sent(
    told: Told, clock: FakeClock, session: AsyncSession
) -> None:
    await told.tell()
    await told.service.close(
        actor=await told.actor(told.deputy), group_id=told.people.group, lesson_id=told.lesson
    )
    (message,) = await told.messages()
    assert await told.prepared(message) == Skip(SkipReason.CORRECTED)


async def test_a_lesson_that_is_not_over_lacks_nothing_and_marks_have_their_time(
    told: Told, clock: FakeClock
) -> None:
    clock.set("10:30")
    assert (await told.look()).missing == ()
    with pytest.raises(InvalidInput) as refused:
        await told.tell()
    assert refused.value.params["problem"] == "nothing_missing"
    await told.topic(LessonKind.CONTROL)
    clock.set("12:00")
    assert MARKS not in (await told.look()).missing
    clock.set("12:00", date(2026, 10, 14))
    assert MARKS in (await told.look()).missing


async def test_the_class_day_leads_there_when_marks_alone_are_missing(
    told: Told, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    people, world = told.people, told.people.world
    await told.topic()
    await told.monday.take(people.anna, 3)
    await session.execute(
        update(Register).where(Register.lesson_id == told.lesson).values(no_homework_at=clock.now())
    )
    kind = await session.scalar(select(WorkKind.id).where(WorkKind.school_id == world.school_id).limit(1))
    assert kind is not None
    anna = await told.actor(people.anna)
    await WorkService(db, clock).add(actor=anna, lesson_id=told.lesson, kind_id=kind)

    async def lacks() -> bool:
        actor = await told.actor(people.irina)
        day = await ClassDayService(db, clock).day(actor=actor, group_id=people.group, day=MONDAY)
        return next(lesson.lacks for lesson in day.lessons if lesson.lesson_id == told.lesson)

    assert not await lacks()
    clock.set("12:00", date(2026, 10, 14))
    assert await lacks()
    assert (await told.look()).missing == (MARKS,)


async def test_marks_are_missing_while_one_of_the_works_is_empty(
    told: Told, db: Database, clock: FakeClock, session: AsyncSession
) -> None:
    people = told.people
    kind = await session.scalar(
        select(WorkKind.id).where(WorkKind.school_id == people.world.school_id).limit(1)
    )
    assert kind is not None
    anna = await told.actor(people.anna)
    for _ in range(2):
        await WorkService(db, clock).add(actor=anna, lesson_id=told.lesson, kind_id=kind)
    works = (await session.scalars(select(Work.id).where(Work.lesson_id == told.lesson))).all()
    clock.set("12:00", date(2026, 10, 14))

    async def mark(work_id: int) -> None:
        session.add(
            Mark(
                work_id=work_id,
                pupil_id=people.ivanov,
                value=MarkValue.FIVE,
                comment="",
                given_on=MONDAY,
                set_by=people.anna,
                set_at=moment("11:00"),
            )
        )
        await session.flush()

    await mark(works[0])
    await told.tell()
    await messages.settle_everywhere(session, clock.now())
    remark = (await told.look()).told
    assert remark is not None
    assert MARKS in remark.missing
    await mark(works[1])
    await messages.settle_everywhere(session, clock.now())
    remark = (await told.look()).told
    assert remark is not None
    assert MARKS in remark.settled


async def test_the_words_are_the_last_that_were_told(told: Told, clock: FakeClock) -> None:
    await told.topic()
    await told.tell("Ждём журнал")
    clock.set("12:00", date(2026, 10, 14))
    await told.topic_is_control()
    view = await told.tell("Ещё нет отметок")
    assert view.told is not None
    assert (view.told.comment, MARKS in view.told.missing) == ("Ещё нет отметок", True)


async def test_others_find_nothing(told: Told) -> None:
    await told.tell()
    people, world, service = told.people, told.people.world, told.service
    other = await world.teacher("Павлова Нина")
    foreign = await world.group("7А", 7, class_teacher=other)
    where: dict[str, Any] = {"group_id": people.group, "lesson_id": told.lesson}
    for person in (people.anna, people.mother, other, told.deputy):
        actor = await told.actor(person)
        for telling in (service.look(actor=actor, **where), service.tell(actor=actor, **where)):
            with pytest.raises(NotFound):
                await telling
    # A lesson of another class by the button of one's own.
    with pytest.raises(NotFound):
        await service.tell(actor=await told.actor(other), group_id=foreign, lesson_id=told.lesson)
    for person in (people.anna, people.irina, people.mother):
        actor = await told.actor(person)
        tries: list[Any] = [
            service.open(actor=actor),
            service.show(actor=actor, **where),
            service.close(actor=actor, **where),
        ]
        for attempt in tries:
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(NotFound):
        await service.show(actor=await told.actor(told.deputy), group_id=foreign, lesson_id=told.lesson)


async def test_the_screens_in_words(told: Told, db: Database, clock: FakeClock, golden: Golden) -> None:
    view = await told.look()
    view = replace(view, group_id=7, lesson=replace(view.lesson, lesson_id=31))
    golden("omissions/telling", telling_screen(view))
    golden("omissions/words", type_words_screen(view))
    after = await told.tell("Журнал пуст <b>вторую неделю</b>")
    assert after.told is not None
    one = replace(after.told, group_id=7, lesson_id=31, course_id=3)
    golden("omissions/told", telling_screen(replace(view, told=one)))
    golden("omissions/message", told_screen(ToldOmission(one)))
    half = replace(one, missing=(TOPIC,), settled=(REGISTER, HOMEWORK))
    golden("omissions/half", omission_screen(half))
    golden("omissions/closed", omission_screen(replace(one, missing=(), settled=one.missing)))
    golden("omissions/list", omissions_screen((one, half), 0))
    golden("omissions/empty", omissions_screen((), 0))
    assert missing_words(MissingRecord) == "перекличка, тема, домашнее задание, отметки за работу"
    day = await ClassDayService(db, clock).day(
        actor=await told.actor(told.people.irina), group_id=told.people.group
    )
    told_by = [button.text for row in lessons_screen(day, MOSCOW).rows for button in row]
    assert "Сообщить завучу: 3 урок" in told_by
    worst = "<b>&'\"" * 80
    huge = replace(one, group=worst, subject=worst, teacher=worst, comment=worst, told_by=worst)
    for page in (-1, 0, 10**6):
        check_limits(omissions_screen((huge,) * 30, page))
    check_limits(omission_screen(huge))
    assert one.date == MONDAY
