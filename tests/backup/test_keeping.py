"""When a back-up is due, who makes it, and what the administrator is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.backup.keeper import BackupKeeper
from bot.backup.keys import make_identity
from bot.commands.doctor import Check, backup_checks
from bot.config import Settings
from bot.refusal import Refusal
from db.models import SchoolSetting
from services.backups import BackupLog, BackupProblem, BackupService, BackupView, due_since, view
from services.errors import NotFound
from services.vocabulary import StaffRole
from tests.backup.conftest import Installation
from tests.world import MOSCOW, Story, moment

P = BackupProblem


@pytest.fixture
def settings(school: Installation) -> Settings:
    identity = school.folder / "key.txt"
    return Settings.model_construct(
        data_dir=school.folder, backup_key=make_identity(identity), backup_identity_file=identity
    )


def keeper(school: Installation, settings: Settings) -> BackupKeeper:
    return BackupKeeper(settings, school.db, school.clock, scratch=school.scratch)


async def seen(school: Installation) -> BackupView:
    async with school.db.transaction() as session:
        found = await view(session, school.clock.now())
    assert found is not None
    return found


async def health(school: Installation, settings: Settings) -> Check:
    [check] = [one async for one in backup_checks(school.db, settings, school.clock.now())]
    return check


async def test_one_is_made_each_night_and_the_old_ones_go(
    school: Installation, people: Story, settings: Settings
) -> None:
    keeping = keeper(school, settings.model_copy(update={"backup_identity_file": None}))
    await keeping.look()
    await keeping.look()
    [first] = school.shelf.copies()
    school.clock.set("02:29", date(2026, 9, 15))
    await keeping.look()
    assert school.shelf.copies() == [first]
    for day in (15, 16):
        school.clock.set("02:30", date(2026, 9, day))
        await keeping.look()
        await keeping.look()
    # Of a day, which is one of Greenwich, the last is kept.
    assert [copy.path.name[7:15] for copy in school.shelf.copies()] == ["20260915", "20260914"]
    assert not first.path.exists()


async def test_the_strictest_school_of_an_installation_decides_how_often(
    school: Installation, people: Story
) -> None:
    async with school.db.transaction() as session:
        own = insert(SchoolSetting).values(key="backup_days", value="3")
        await session.execute(own.values(school_id=people.world.school_id))
    assert (await seen(school)).every_days == 3


async def test_nothing_is_due_before_there_is_a_school(school: Installation, settings: Settings) -> None:
    await keeper(school, settings).look()
    assert school.shelf.copies() == []
    assert (await health(school, settings)).ok


async def test_after_a_failure_it_is_tried_again_in_an_hour(
    school: Installation, people: Story, settings: Settings
) -> None:
    (school.folder / "backups").write_bytes(b"in the way")
    with pytest.raises(Refusal):
        await keeper(school, settings).look()
    (school.folder / "backups").unlink()
    school.clock.forward(minutes=59)
    await keeper(school, settings).look()
    assert school.shelf.copies() == []
    assert (await seen(school)).problems == (P.FAILED, P.NEVER)
    school.clock.forward(minutes=1)
    await keeper(school, settings).look()
    assert len(school.shelf.copies()) == 1


async def test_one_that_takes_its_process_down_is_not_begun_at_every_start(
    school: Installation, people: Story
) -> None:
    await BackupLog(school.db, school.clock).begun()
    school.clock.forward(minutes=59)
    assert not (await seen(school)).is_due
    school.clock.forward(minutes=1)
    assert (await seen(school)).is_due


async def test_what_was_made_while_the_clock_was_ahead_keeps_nobody_from_making_one(
    school: Installation, people: Story, settings: Settings
) -> None:
    keeping = keeper(school, settings)
    await keeping.look()
    school.clock.forward(days=300)
    await keeping.look()
    await keeping.look()
    school.clock.forward(days=-298)
    known = await seen(school)
    assert (known.is_due, known.problems) == (True, (P.UNTRIED,))
    for _ in range(3):
        await keeper(school, settings).look()
    known = await seen(school)
    assert (known.is_due, known.problems) == (False, ())
    assert len(school.shelf.copies()) == 3


async def test_where_the_key_is_the_newest_is_tried_each_week(
    school: Installation, people: Story, settings: Settings
) -> None:
    keeping = keeper(school, settings)
    await keeping.look()
    assert (await seen(school)).problems == (P.UNTRIED,)
    await keeping.look()
    first = (await seen(school)).last_trial
    assert first is not None
    assert first.is_sound
    assert (await seen(school)).problems == ()
    school.clock.forward(days=1)
    await keeping.look()
    await keeping.look()
    assert (await seen(school)).last_trial == first, "one trial a week is enough"
    school.clock.forward(days=6)
    assert (await seen(school)).is_trial_due


async def test_a_back_up_that_rots_on_the_disk_is_found_by_the_trial(
    school: Installation, people: Story, settings: Settings
) -> None:
    keeping = keeper(school, settings)
    await keeping.look()
    [copy] = school.shelf.copies()
    copy.path.write_bytes(copy.path.read_bytes()[:-100])
    await keeping.look()
    assert (await seen(school)).problems == (P.UNSOUND,)
    check = await health(school, settings)
    assert not check.ok
    assert "не восстанавливается" in check.text


async def test_the_doctor_and_the_chat_say_when_it_is_too_old(
    school: Installation, people: Story, settings: Settings
) -> None:
    assert (await seen(school)).problems == (P.NEVER,)
    assert "нет ключа" in (await health(school, Settings.model_construct())).text
    keeping = keeper(school, settings)
    await keeping.look()
    await keeping.look()
    assert (await health(school, settings)).ok
    school.clock.forward(days=2)
    assert (await seen(school)).problems == ()
    assert (await health(school, settings)).text.startswith("последняя 2 дня назад")
    school.clock.forward(minutes=1)
    assert (await seen(school)).problems == (P.OLD,)
    check = await health(school, settings)
    assert not check.ok
    assert "слишком старая" in check.text
    assert "последняя 2 дня назад" in check.text


async def test_only_an_administrator_sees_it_in_the_chat(school: Installation, people: Story) -> None:
    async with school.db.transaction() as session:
        people.world.session = session
        await people.world.employ(people.belova, StaffRole.ADMINISTRATOR)
        administrator = await people.world.actor(people.belova)
        teacher = await people.world.actor(people.anna)
    service = BackupService(school.db.of(people.world.school_id), school.clock)
    assert (await service.view(actor=administrator)).problems == (P.NEVER,)
    with pytest.raises(NotFound):
        await service.view(actor=teacher)


@pytest.mark.parametrize(
    ("now", "every_days", "since"),
    [
        (moment("10:17"), 1, moment("02:30")),
        (moment("02:30"), 1, moment("02:30")),
        (moment("02:29"), 1, moment("02:30", date(2026, 9, 13))),
        (moment("10:17"), 7, moment("02:30", date(2026, 9, 8))),
    ],
)
def test_it_is_due_from_the_night_on(now: datetime, every_days: int, since: datetime) -> None:
    assert due_since(now, MOSCOW, every_days) == since


def test_a_night_without_half_past_two_still_has_a_back_up() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert timedelta(0) < spring - due_since(spring, berlin, 1) < timedelta(hours=10)
