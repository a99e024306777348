"""What the administrator sees of queues, jobs and health."""

from __future__ import annotations

import asyncio
import json
import pwd
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot.cli import main
from bot.commands import jobs, outbox
from bot.commands.doctor import Check, keeper_check, queue_checks
from bot.messages import KINDS
from db.engine import Database
from db.enums import OutboxState
from db.models import InboxUpdate
from db.queries import inbox
from db.queries.queues import REPEATED, MessageCount
from handlers.texts import message_kinds
from scheduler.table import DAILY_NOTE, JOBS
from services.notifications.ports import SkipReason
from services.week.digests import SkippedDigest
from tests.intake.test_inbox import store
from tests.week.conftest import build
from tests.world import moment, new_school


@pytest.fixture(autouse=True)
def _installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZVONOK_DATABASE_URL", database_url)
    monkeypatch.delenv("ZVONOK_BOT_TOKEN", raising=False)


def zvonok(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_an_empty_outbox_says_so_to_people_and_to_programs() -> None:
    assert "Ничего не ждёт." in zvonok("outbox", "status").output
    assert json.loads(zvonok("outbox", "status", "--json").output) == {
        "messages": [],
        "oldest_due_seconds": None,
    }


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            MessageCount("absence_alert", OutboxState.SKIPPED, "expired", 3),
            "3  сообщение о пропуске [absence_alert]: не отправлено (поздно [expired])",
        ),
        (
            MessageCount("absence_alert", OutboxState.SENT, REPEATED, 2),
            "2  сообщение о пропуске [absence_alert]: отправлено (возможно, пришло дважды [repeated])",
        ),
        (
            MessageCount("of_another_version", OutboxState.FAILED, "Bad Request", 1),
            "1  of_another_version: не удалось отправить (Bad Request)",
        ),
    ],
)
def test_messages_are_counted_by_titles_with_the_names_beside_them(row: MessageCount, line: str) -> None:
    assert outbox.counted(row).strip() == line


@pytest.fixture
async def quiet_week(committed_db: Database) -> None:
    """A Friday on which nobody has anything to read."""
    async with committed_db.transaction() as session:
        school = await build(session)
        await school.people.world.account_of(school.people.mother)
        await school.queue()


@pytest.mark.usefixtures("quiet_week")
def test_digests_that_were_not_sent_are_counted_by_the_reason() -> None:
    status = zvonok("outbox", "status").output
    skipped = "недельная сводка [week_digest]: не отправлено"
    assert f"1  {skipped} (за неделю нечего сообщить [empty_week])" in status
    assert f"{skipped} (не в боте [no_account])" in status


def test_every_job_kind_of_message_and_reason_has_a_title() -> None:
    assert set(jobs.TITLES) == {job.name for job in JOBS} | {DAILY_NOTE}
    assert set(message_kinds.TITLES) == {kind.name for kind in KINDS}
    assert set(outbox.REASONS) == {*SkipReason, *SkippedDigest, REPEATED}


async def test_a_slot_is_run_once_and_then_listed(committed_db: Database) -> None:
    async with committed_db.transaction() as session:
        await new_school(session)
    await asyncio.to_thread(_run_twice_and_list)


def _run_twice_and_list() -> None:
    run = ("jobs", "run", "purge_inbox", "--slot", "2026-09-13T03:15+03:00")
    assert "Выполнено." in zvonok(*run).output
    assert "уже выполнено" in zvonok(*run).output
    listed = zvonok("jobs", "list").output
    assert "purge_inbox" in listed
    assert jobs.TITLES["purge_inbox"] in listed
    assert "— выполнено" in listed


@pytest.mark.parametrize("slot", ["вчера", "2026-09-13T03:15"])
def test_a_slot_that_is_no_moment_is_refused_with_an_example(slot: str) -> None:
    result = zvonok("jobs", "run", "purge_inbox", "--slot", slot)
    assert result.exit_code == 1
    assert "2026-09-14T03:15+03:00" in result.output


def test_the_doctor_names_what_is_missing_and_fails() -> None:
    result = zvonok("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(result.output)}
    assert result.exit_code == 1
    assert checks["База данных"]["ok"]
    assert checks["Русские буквы в базе"]["ok"]
    assert "ZVONOK_BOT_TOKEN" in checks["Telegram"]["text"]


def test_the_doctor_warns_of_data_that_belongs_to_nobody() -> None:
    uid = pwd.getpwnam("nobody").pw_uid
    assert not keeper_check(uid).ok
    assert "«Своя учётная запись»" in keeper_check(uid).text
    assert keeper_check(0).ok
    assert keeper_check(4_000_000_000).ok  # a container's account without a name


async def test_the_doctor_counts_what_brought_the_bot_down(committed_db: Database) -> None:
    async def failures() -> Check:
        checks = [check async for check in queue_checks(committed_db, moment("10:17"))]
        return next(check for check in checks if check.name == "Сбои")

    assert (await failures()).ok
    async with committed_db.transaction() as session:
        await store(session, 1)
        await inbox.give_up(session, (await session.scalars(select(InboxUpdate.id))).one())
    assert not (await failures()).ok
    assert "запуске: 1." in (await failures()).text


def test_the_doctor_says_when_telegram_does_not_answer_and_keeps_the_token_to_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZVONOK_BOT_TOKEN", "4242:secret-of-the-school")
    monkeypatch.setenv("ZVONOK_BOT_API_URL", "http://127.0.0.1:9")
    result = zvonok("doctor")
    assert "✗ Telegram: не отвечает" in result.output
    assert "secret-of-the-school" not in result.output


def test_a_bot_without_a_token_is_refused_with_a_sentence() -> None:
    result = zvonok("run")
    assert result.exit_code == 1
    assert "Нужен ZVONOK_BOT_TOKEN" in result.output
