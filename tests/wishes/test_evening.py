"""«Вечером»: one message of the child's day, and what a change of mind does to what waits."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import insert

from db.enums import MarkValue, NoticeMode, NoticeTopic
from db.models import SchoolSetting
from services.notice_settings import NoticeSettingsService
from tests.wishes.conftest import Family
from tests.world import MONDAY

TUESDAY = MONDAY + timedelta(days=1)


async def put_off(family: Family, *topics: NoticeTopic) -> None:
    for topic in topics:
        await family.settings.set_mode(actor=family.mother, topic=topic, mode=NoticeMode.EVENING)


async def test_the_day_is_told_in_one_message_in_the_evening_and_later_news_edit_it(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS, NoticeTopic.HOMEWORK)
    await family.mark(MarkValue.FOUR, "10:20")
    await family.homework("§12", "10:40")
    assert await family.send("13:00") == []
    [message] = set(await family.send("19:00"))
    assert "<b>4</b> — Алгебра" in message
    assert "§12" in message
    assert ("marks_day", "in_evening") in await family.skipped()
    await family.mark(MarkValue.FIVE, "19:30", reason="ошибка")
    await family.send("19:36")
    [message] = family.chat()
    assert "<b>5</b> (было: 4)" in message
    assert "§12" in message


async def test_a_topic_that_is_told_at_once_stays_out_of_the_evening(family: Family) -> None:
    await put_off(family, NoticeTopic.HOMEWORK)
    await family.mark(MarkValue.FOUR, "10:20")
    await family.homework("§12", "10:40")
    [marks] = await family.send("13:00")
    [evening] = await family.send("19:00")
    assert "§12" not in marks
    assert "Алгебра, " not in evening.replace("<b>Алгебра</b>", "")
    assert "<b>4</b>" not in evening


async def test_what_is_given_after_the_evening_does_not_wait_for_the_next_one(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS)
    await family.mark(MarkValue.FOUR, "20:10")
    assert await family.send("20:12") == []
    assert len(await family.send("20:15")) == 1
    night = TUESDAY
    await family.mark(MarkValue.THREE, "21:30", night, reason="ошибка")
    await family.send("21:40", night)
    assert len(family.chat()) == 1, "its day's evening is over, but the night is quiet"


async def test_nothing_new_leaves_no_message(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS)
    await family.mark(MarkValue.FOUR, "10:20")
    await family.mark(MarkValue.FIVE, "10:21")
    async with family.desk.db.transaction() as session:
        await session.execute(
            insert(SchoolSetting).values(school_id=family.mother.school_id, key="evening_time", value="18:00")
        )
    assert len(set(await family.send("18:00"))) == 1
    assert "<b>5</b>" in family.chat()[0]


async def test_a_change_of_mind_acts_on_what_waits(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS, NoticeTopic.HOMEWORK)
    await family.mark(MarkValue.FOUR, "10:20")
    await family.homework("§12", "10:20")
    assert await family.send("13:00") == []
    await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.MARKS, mode=NoticeMode.AT_ONCE)
    await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.HOMEWORK, mode=NoticeMode.OFF)
    [marks] = await family.send("13:01")
    assert "<b>4</b>" in marks
    assert await family.skipped() == [("homework_day", "switched_off")]
    assert await family.send("19:00") == []


async def test_an_evening_inside_the_quiet_hours_comes_before_them(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS)
    settings: NoticeSettingsService = family.settings
    await settings.set_quiet_hours(actor=family.mother, hours=(time(18), time(7)))
    view = await settings.set_evening(actor=family.mother, at=time(19))
    assert view.wishes.evening == time(17, 45)
    by_day = await settings.set_quiet_hours(actor=family.mother, hours=(time(10), time(20)))
    assert by_day.wishes.evening == time(20)
    await settings.set_quiet_hours(actor=family.mother, hours=(time(18), time(7)))
    await family.mark(MarkValue.FOUR, "10:20")
    assert await family.send("17:44") == []
    assert len(await family.send("17:45")) == 1


async def test_a_mark_in_the_quiet_hours_comes_when_they_end(family: Family) -> None:
    await put_off(family, NoticeTopic.MARKS)
    await family.mark(MarkValue.FOUR, "21:30")
    assert await family.send("21:40") == []
    assert await family.send("06:59", TUESDAY) == []
    assert len(await family.send("07:00", TUESDAY)) == 1


async def test_other_accounts_are_told_as_ever(family: Family) -> None:
    people = family.desk.people
    async with family.desk.db.transaction() as session:
        people.world.session = session
        father = await people.world.guardian("Иванов Сергей", people.ivanov, relation="отец")
        await people.world.account_of(father)
    await put_off(family, NoticeTopic.MARKS)
    await family.mark(MarkValue.FOUR, "10:20")
    assert await family.send("13:00") == []
    assert [person for person, _ in family.chats] == [father]
