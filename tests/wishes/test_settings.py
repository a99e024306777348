"""«Настройки сообщений»: what may be chosen, by whom, and what stays as it is."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import insert, select, update

from db.engine import Database
from db.enums import AttendanceStatus, NoticeMode, NoticeTopic
from db.models import AuditEntry, NoticeChoice, NoticePreferences, SchoolSetting
from services.attendance import AttendanceService
from services.errors import InvalidInput, NotFound
from services.notice_settings import modes_of, quiet_hours
from services.notifications.wishes import wishes_of
from services.settings import PersonalData
from tests.statements import Statements
from tests.wishes.conftest import Family
from tests.world import FakeClock

OFF, EVENING = NoticeMode.OFF, NoticeMode.EVENING


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("21:30–07:00", (time(21, 30), time(7))),
        ("с 22 до 7", (time(22), time(7))),
        ("22.15 - 6.45", (time(22, 15), time(6, 45))),
        ("  23 — 8 ", (time(23), time(8))),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(typed: str, hours: tuple[time, time]) -> None:
    assert quiet_hours(typed) == hours


@pytest.mark.parametrize("typed", ["", "ночью", "25-7", "21:75–07:00", "22", "🌙", "1" * 5000, "22-7-9"])
def test_other_words_are_no_quiet_hours(typed: str) -> None:
    with pytest.raises(InvalidInput):
        quiet_hours(typed)


async def test_everything_is_as_the_school_has_it_until_something_is_chosen(family: Family) -> None:
    view = await family.settings.view(actor=family.mother)
    assert view.wishes.settings == view.school
    assert view.topics == tuple(NoticeTopic)
    assert all(view.wishes.mode(topic) is NoticeMode.AT_ONCE for topic in view.topics)
    assert view.language is None


async def test_a_persons_own_values_stand_over_the_schools_and_are_kept_in_the_history(
    family: Family,
) -> None:
    settings, mother = family.settings, family.mother
    await settings.set_digest(actor=mother, weekday=7)
    await settings.set_digest(actor=mother, at=time(9))
    await settings.set_quiet_hours(actor=mother, hours=(time(20), time(8)))
    await settings.set_evening(actor=mother, at=time(18, 30))
    view = await settings.set_mode(actor=mother, topic=NoticeTopic.MARKS, mode=OFF)
    own = view.wishes.settings
    assert (own.digest_weekday, own.digest_time) == (7, time(9))
    assert (own.quiet_from, own.quiet_to, view.wishes.evening) == (time(20), time(8), time(18, 30))
    assert view.wishes.mode(NoticeTopic.MARKS) is OFF
    back = await settings.set_quiet_hours(actor=mother, hours=None)
    assert back.wishes.settings.quiet_from == back.school.quiet_from
    back = await settings.reset_digest(actor=mother)
    assert back.wishes.settings.digest_weekday == back.school.digest_weekday
    assert back.wishes.settings.digest_time == back.school.digest_time
    async with family.desk.db.transaction() as session:
        entries = await session.execute(
            select(AuditEntry.before, AuditEntry.after)
            .where(AuditEntry.action == "notices.changed", AuditEntry.person_id == mother.person_id)
            .order_by(AuditEntry.id)
        )
        said = [(before, after) for before, after in entries]
    assert said[2] == ({"quiet_from": None, "quiet_to": None}, {"quiet_from": "20:00", "quiet_to": "08:00"})
    assert len(said) == 7


async def test_setting_the_same_again_writes_no_history(family: Family) -> None:
    for _ in range(2):
        await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.MARKS, mode=EVENING)
    async with family.desk.db.transaction() as session:
        entries = await session.scalars(select(AuditEntry.id).where(AuditEntry.action == "notices.changed"))
        assert len(list(entries)) == 1


async def test_nobody_is_told_more_of_a_child_than_the_school_allows(family: Family) -> None:
    view = await family.settings.set_personal_data(actor=family.mother, wanted=PersonalData.NONE)
    assert view.wishes.settings.personal_data is PersonalData.NONE
    async with family.desk.db.transaction() as session:
        await session.execute(
            insert(SchoolSetting).values(
                school_id=family.mother.school_id, key="personal_data", value="initials"
            )
        )
    view = await family.settings.view(actor=family.mother)
    assert view.personal_data == (PersonalData.INITIALS, PersonalData.NONE)
    with pytest.raises(NotFound):
        await family.settings.set_personal_data(actor=family.mother, wanted=PersonalData.FULL)
    view = await family.settings.set_personal_data(actor=family.mother, wanted=PersonalData.INITIALS)
    async with family.desk.db.transaction() as session:
        await session.execute(
            update(SchoolSetting).where(SchoolSetting.key == "personal_data").values(value="none")
        )
        assert (await wishes_of(session, family.mother)).settings.personal_data is PersonalData.NONE


async def test_what_is_no_topic_of_ones_own_is_not_found(family: Family) -> None:
    anna = family.desk.anna
    assert (await family.settings.view(actor=anna)).topics == ()
    with pytest.raises(NotFound):
        await family.settings.set_mode(actor=anna, topic=NoticeTopic.MARKS, mode=OFF)
    with pytest.raises(NotFound):
        await family.settings.set_evening(actor=anna, at=time(18))
    with pytest.raises(NotFound):
        await family.settings.set_digest(actor=anna, weekday=1)
    with pytest.raises(NotFound):
        await family.settings.reset_digest(actor=anna)
    with pytest.raises(NotFound):
        await family.settings.set_personal_data(actor=anna, wanted=PersonalData.NONE)
    assert EVENING not in modes_of(NoticeTopic.DIGEST)
    with pytest.raises(NotFound):
        await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.DIGEST, mode=EVENING)
    view = await family.settings.set_quiet_hours(actor=anna, hours=(time(19), time(8)))
    assert view.wishes.settings.quiet_from == time(19), "staff have quiet hours too"


async def test_pupils_choose_for_themselves_what_concerns_them(family: Family) -> None:
    people = family.desk.people
    async with family.desk.db.transaction() as session:
        people.world.session = session
        await people.world.consent(people.ivanov, people.ivanov)
        pupil = await people.world.actor(people.ivanov)
    topics = (await family.settings.view(actor=pupil)).topics
    assert set(NoticeTopic) - set(topics) == {NoticeTopic.DIGEST, NoticeTopic.FAILING}
    await family.settings.set_mode(actor=pupil, topic=NoticeTopic.MARKS, mode=OFF)
    mothers = await family.settings.view(actor=family.mother)
    assert mothers.wishes.mode(NoticeTopic.MARKS) is NoticeMode.AT_ONCE


async def test_quiet_hours_are_no_way_to_switch_everything_off(family: Family) -> None:
    with pytest.raises(InvalidInput):
        await family.settings.set_quiet_hours(actor=family.mother, hours=(time(7), time(6, 59)))
    none = await family.settings.set_quiet_hours(actor=family.mother, hours=(time(0), time(0)))
    assert none.wishes.settings.quiet_from == none.wishes.settings.quiet_to


async def test_an_alert_passes_every_wish_but_says_no_more_than_is_wanted(
    db: Database, clock: FakeClock, family: Family
) -> None:
    settings, mother = family.settings, family.mother
    for topic in NoticeTopic:
        await settings.set_mode(actor=mother, topic=topic, mode=OFF)
    await settings.set_quiet_hours(actor=mother, hours=(time(9), time(20)))
    await settings.set_personal_data(actor=mother, wanted=PersonalData.INITIALS)
    clock.set("10:20")
    registers = AttendanceService(db, clock)
    people, lesson = family.desk.people, family.desk.lesson
    await registers.open(actor=family.desk.anna, lesson_id=lesson)
    await registers.set_cell(
        account=await people.world.account_of(people.anna),
        lesson_id=lesson,
        pupil_id=people.ivanov,
        status=AttendanceStatus.ABSENT,
        late_minutes=None,
    )
    await registers.take(actor=family.desk.anna, lesson_id=lesson)
    [alert] = await family.send("10:30")
    assert "П. И." in alert
    assert "Иванов" not in alert


async def test_wishes_are_read_in_one_statement_and_only_ones_own(
    family: Family, statements: Statements
) -> None:
    await family.settings.set_mode(actor=family.mother, topic=NoticeTopic.MARKS, mode=OFF)
    async with family.desk.db.transaction() as session:
        rows = await session.scalars(select(NoticeChoice.person_id))
        assert set(rows) == {family.mother.person_id}
        assert list(await session.scalars(select(NoticePreferences.person_id))) == []
        statements.taken()
        assert (await wishes_of(session, family.desk.anna)).modes == {}
        assert statements.taken() == 1
