"""A message that nobody asked for belongs to the lesson that was running when it was written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.enums import Sex
from tests.class_message.conftest import STORY, Classroom
from tests.world import MONDAY, moment


async def meant(room: Classroom, text: str, time: str) -> list[str]:
    lessons = await room.messages.lessons_meant(actor=room.actor, text=text, at=moment(time))
    return [f"{lesson.groups} {lesson.number}" for lesson in lessons]


@pytest.fixture
async def day(room: Classroom) -> Classroom:
    """Algebra again in 7В, lesson 4, where there is an Иванов too, and in 7Б once more as lesson 6."""
    group = await room.world.group("7В", 7)
    for name in ("Иванов Олег", "Ульянов Пётр"):
        await room.world.pupil(name, group, sex=Sex.MALE)
    course = await room.world.course("Геометрия", room.anna, group)
    await room.world.slot(course, room.anna, 4)
    await room.world.slot(room.course, room.anna, 6)
    room.clock.set("19:00")
    return room


async def test_the_running_lesson(day: Classroom) -> None:
    assert await meant(day, "Иванов 5, остальные 4", "10:30") == ["7Б 3"]
    assert await meant(day, "Иванов 5, остальные 4", "11:20") == ["7В 4"]


async def test_pupils_of_another_lesson_of_the_day_are_found_there(day: Classroom) -> None:
    assert await meant(day, "Волков 5", "11:20") == ["7Б 3"]
    assert await meant(day, "Ульянов 5", "19:00") == ["7В 4"]


async def test_in_the_evening_every_lesson_that_fits_is_offered(day: Classroom) -> None:
    assert await meant(day, "Иванов 5", "19:00") == ["7Б 3", "7В 4", "7Б 6"]
    assert await meant(day, STORY, "19:00") == ["7Б 3", "7В 4", "7Б 6"]


async def test_a_lesson_ahead_is_never_meant(day: Classroom) -> None:
    assert await meant(day, "Ульянов 5", "10:30") == []
    assert await meant(day, "Иванов 5", "08:00") == []


async def test_what_is_no_message_about_a_class_means_no_lesson(day: Classroom) -> None:
    for text in ("Спасибо!", "Пупкин 5", "завтра в 10", "5", "🤡" * 2048):
        assert await meant(day, text, "10:30") == []


async def test_who_gives_no_lessons_means_none(day: Classroom) -> None:
    other = await day.world.teacher("Белова Мария")
    lessons = await day.messages.lessons_meant(
        actor=await day.world.actor(other), text=STORY, at=moment("10:30")
    )
    assert lessons == ()
    sunday = moment("10:30", MONDAY - timedelta(days=1))
    assert await day.messages.lessons_meant(actor=day.actor, text=STORY, at=sunday) == ()
