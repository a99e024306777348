"""What was lost is back, row by row and file by file, and nothing of it happens a second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from bot.backup.archive import KeptFile, Manifest, Part
from bot.backup.creating import create
from bot.backup.reading import Damaged
from bot.backup.trying import verify
from bot.refusal import Refusal
from db.engine import Database
from db.enums import Channel, InboxState, MarkValue, OutboxState
from db.models import Backup, Conversation, InboxUpdate, JobRun, Mark, OutboxMessage, Work
from db.queries import conversations, sample_year
from db.queries.restoring import Settled
from scheduler.ledger import Scheduler
from scheduler.table import JOBS
from services.files import FileService, FileStore
from services.notifications.ports import SkipReason
from tests.backup.conftest import Installation, fingerprint, new_database, rewritten
from tests.outbox.people import a_post, bound
from tests.world import MONDAY, Story, moment, new_school

PHOTO = b"\x89PNG of a board" * 5000


@pytest.fixture
async def full(school: Installation, people: Story) -> Installation:
    """Two weeks of lessons and marks, and a photo of the board."""
    async with school.db.transaction() as session:
        people.world.session = session
        until = moment("10:17")
        await sample_year.fill(session, people.world.school_id, date(2026, 9, 1), MONDAY, until=until)
        # Who is asked in so short a time depends on the numbers of the lessons.
        work_id = await session.scalar(select(func.min(Work.id)))
        a_five = {"value": MarkValue.FIVE, "comment": "", "given_on": MONDAY, "set_by": people.anna}
        await session.execute(
            insert(Mark)
            .values(work_id=work_id, pupil_id=people.ivanov, set_at=until, **a_five)
            .on_conflict_do_nothing()
        )
        teacher = await people.world.actor(people.anna)
    await FileService(school.db, school.clock, school.files).keep(
        actor=teacher, content=PHOTO, name="доска.png", media_type="image/png", external_ref="photo:1"
    )
    return school


async def test_a_school_that_was_lost_is_back_on_another_machine(full: Installation, tmp_path: Path) -> None:
    before = await fingerprint(full.db.url)
    made = await full.back_up()
    assert (made.files, made.lost, made.copy_problem) == (1, [], None)
    new_files = FileStore(tmp_path / "another" / "files")
    async with new_database(full.db.url) as url:
        restored = await full.restore_into(url, made.path, new_files)
        after = await fingerprint(url)
        assert restored.files == 1
        # The jobs whose time has passed are settled; what was a run of the back-up is not in it yet.
        assert {name for name in before if before[name] != after[name]} == {"job_run"}
    assert before["mark"] != ""
    assert await new_files.get(sha256(PHOTO).hexdigest()) == PHOTO


async def test_a_trial_restores_it_on_a_server_of_its_own_and_compares(full: Installation) -> None:
    made = await full.back_up()
    tried = await verify(made.path, [full.identity])
    assert tried == made.manifest
    assert tried.rows["mark"] > 0


async def test_a_trial_notices_what_the_dump_does_not_have(full: Installation) -> None:
    """A manifest that promises one person more than there is; a photo that its row names and nobody kept."""

    def one_more(part: Part) -> Part:
        if not isinstance(part, Manifest):
            return part
        return part.model_copy(update={"rows": part.rows | {"person": part.rows["person"] + 1}})

    made = await full.back_up()
    with pytest.raises(Damaged, match="person"):
        await verify(rewritten(made.path, full.identity, one_more), [full.identity], full.scratch)

    def another_photo(part: Part) -> Part:
        return KeptFile(sha256(b"x").hexdigest(), b"x") if isinstance(part, KeptFile) else part

    with pytest.raises(Damaged, match="не хватает файлов"):
        await verify(rewritten(made.path, full.identity, another_photo), [full.identity], full.scratch)


class BusyStore(FileStore):
    """While the back-up reads files, the school goes on working."""

    def __init__(self, folder: Path, db: Database, school_id: int) -> None:
        super().__init__(folder)
        self._db = db
        self._school_id = school_id

    async def get(self, digest: str) -> bytes | None:
        async with self._db.transaction() as session:
            await new_school(session)
        return await super().get(digest)


async def test_what_is_written_meanwhile_is_not_half_in_it(full: Installation, people: Story) -> None:
    busy = BusyStore(full.folder / "files", full.db, people.world.school_id)
    made = await create(full.db, full.clock, busy, full.shelf, [full.identity.to_public()])
    tried = await verify(made.path, [full.identity], full.scratch)
    assert tried.rows["school"] == 1


async def test_nothing_old_is_sent_after_a_restoring_and_what_is_new_is(school: Installation) -> None:
    post = await a_post(school.db, school.clock)
    mother, father, away = await bound(post, "Иванова Мария", "Сидоренко Олег", "Агаева Лейла")
    await post.post(
        post.alert(mother, "вчерашняя тревога"),
        post.digest(father, "сводка на пятницу", in_minutes=3 * 24 * 60),
        post.digest(away, "заблокировано"),
    )
    async with school.db.transaction() as session:
        await session.execute(
            update(OutboxMessage).where(OutboxMessage.binding_id == away.id).values(state=OutboxState.BLOCKED)
        )
        await session.execute(
            insert(InboxUpdate).values(
                channel=Channel.TELEGRAM, bot_id=1, external_id=1, chat_id=1, payload={"update_id": 1},
                state=InboxState.NEW, attempts=0, received_at=school.clock.now(),
            )
        )  # fmt: skip
        await conversations.set_state(session, "1:1", "typing", school.clock.now())
    made = await school.back_up()
    school.clock.forward(hours=5)
    async with new_database(school.db.url) as url:
        settled = (await school.restore_into(url, made.path)).settled
        assert settled == Settled(messages=3, updates=1, conversations=1)
        post.db = Database(url)
        async with post.sending():
            await post.post(post.digest(mother, "новое"))
            await post.has_sent("новое")
        for key in ("вчерашняя тревога", "сводка на пятницу", "заблокировано"):
            row = await post.row(key)
            assert (row.state, row.reason) == (OutboxState.SKIPPED, SkipReason.RESTORED)
        async with post.sending():
            await post.post(post.alert(mother, "вчерашняя тревога"))
            await post.has_sent("новое", "вчерашняя тревога")
        # It may have been sent after the back-up: nobody knows.
        assert [sent.repeat for sent in post.messenger.sent] == [False, True]
        async with post.db.transaction() as session:
            assert (await session.scalars(select(InboxUpdate.state))).all() == [InboxState.DONE]
            assert (await session.scalars(select(Conversation.key))).all() == []
            assert (await session.scalars(select(Backup.state))).all() == []
        await post.db.close()


async def test_jobs_whose_time_passed_meanwhile_are_not_run_late_and_the_next_ones_are(
    school: Installation, people: Story
) -> None:
    made = await school.back_up()
    school.clock.forward(hours=5)
    async with new_database(school.db.url) as url:
        await school.restore_into(url, made.path)
        db = Database(url)
        scheduler = Scheduler(db, school.clock, JOBS)
        restored_at = school.clock.now()
        await scheduler.sweep()
        async with db.transaction() as session:
            started = (await session.scalars(select(JobRun.started_at).distinct())).all()
            assert started == [restored_at]
            settled = await session.scalar(select(func.count()).select_from(JobRun)) or 0
        assert settled > len(JOBS) / 2
        school.clock.forward(minutes=11)
        await scheduler.sweep()
        async with db.transaction() as session:
            ran = (await session.scalars(select(JobRun.job).where(JobRun.started_at > restored_at))).all()
        assert "weekly_digest" in ran
        await db.close()


async def test_a_button_for_what_was_lost_never_means_something_new(
    school: Installation, people: Story
) -> None:
    made = await school.back_up()
    async with school.db.transaction() as session:
        lost = [(await new_school(session)).school_id for _ in range(50)]
    async with new_database(school.db.url) as url:
        await school.restore_into(url, made.path)
        db = Database(url)
        async with db.transaction() as session:
            new = [(await new_school(session)).school_id for _ in range(50)]
        await db.close()
    assert min(new) > max(lost)


async def test_a_restoring_takes_the_place_of_all_that_is_there(school: Installation, people: Story) -> None:
    made = await school.back_up()
    async with new_database(school.db.url) as url:
        await school.restore_into(url, made.path)
        before = await fingerprint(url)
        db = Database(url)
        async with db.transaction() as session:
            await new_school(session, name="Другая школа")
            await session.execute(text("create table left_over (id int)"))
        await db.close()
        await school.restore_into(url, made.path)
        after = await fingerprint(url)
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {"job_run"}, "it has random tokens"


async def test_a_restoring_is_refused_while_anybody_uses_the_database(
    school: Installation, people: Story
) -> None:
    made = await school.back_up()
    before = await fingerprint(school.db.url)
    with pytest.raises(Refusal, match="Остановите бота"):
        await school.restore_into(school.db.url, made.path)
    after = await fingerprint(school.db.url)
    assert {name for name in before if before[name] != after[name]} == set()


async def test_a_back_up_that_cannot_be_restored_changes_nothing(
    school: Installation, people: Story, tmp_path: Path
) -> None:
    """Cut off, changed, not there, for another key; or whole, but with a dump that stops half-way."""
    made = await school.back_up()
    sealed = made.path.read_bytes()
    half, changed = tmp_path / "half.tar.age", tmp_path / "changed.tar.age"
    half.write_bytes(sealed[: len(sealed) // 2])
    changed.write_bytes(sealed[:-3] + bytes([sealed[-3] ^ 1]) + sealed[-2:])
    stopping = rewritten(
        made.path, school.identity, lambda part: part[: len(part) // 2] if isinstance(part, bytes) else part
    )
    async with new_database(school.db.url) as url:
        await school.restore_into(url, made.path)
        before = await fingerprint(url)
        for path in (half, changed, tmp_path / "nowhere"):
            with pytest.raises(Refusal):
                await school.restore_into(url, path)
        with pytest.raises(Damaged, match="в базе всё по-прежнему"):
            await school.restore_into(url, stopping)
        stranger = replace(school, identity=x25519.Identity.generate())
        with pytest.raises(Refusal, match="для другого ключа"):
            await stranger.restore_into(url, made.path)
        assert await fingerprint(url) == before


async def test_a_dump_of_a_newer_server_is_not_called_damaged(school: Installation, people: Story) -> None:
    def of_a_later_server(part: Part) -> Part:
        return part.model_copy(update={"server": 99}) if isinstance(part, Manifest) else part

    made = await school.back_up()
    with pytest.raises(Refusal, match="PostgreSQL 99") as refusal:
        await verify(
            rewritten(made.path, school.identity, of_a_later_server), [school.identity], school.scratch
        )
    assert not isinstance(refusal.value, Damaged)


async def test_a_back_up_of_a_newer_program_is_refused(school: Installation, people: Story) -> None:
    def of_a_later_schema(part: Part) -> Part:
        return part.model_copy(update={"revision": "9999"}) if isinstance(part, Manifest) else part

    made = await school.back_up()
    later = rewritten(made.path, school.identity, of_a_later_schema)
    async with new_database(school.db.url) as url:
        with pytest.raises(Refusal, match="Обновите программу"):
            await school.restore_into(url, later)
        assert await fingerprint(url) == {}
