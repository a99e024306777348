"""zvonok jobs: what the schedule did, and doing a part of it now."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from bot.commands.which_school import school_option, the_school
from bot.config import load_settings
from bot.database import open_database
from bot.logs import set_up_logging
from bot.refusal import Refusal
from bot.schedule import schedule
from db.queries import jobs as queries
from scheduler.table import DAILY_NOTE, JOBS
from services.clock import Clock
from services.job_runs import JobRuns, Ran

TITLES = {
    "card_reminder": "напомнить классным руководителям о карточках",
    "event_reminder": "напомнить семьям о событиях",
    "debt_reminder": "напомнить о сроках долгов",
    "failing_pupils": "сообщить о низком среднем балле",
    "final_marks_reminder": "напомнить учителям о невыставленных итогах",
    "homework_reminder": "напомнить учителям о незаданном",
    "thread_reminder": "напомнить о вопросах, которые ждут ответа",
    "plan_reminder": "напомнить учителям о планах (КТП)",
    "reconciliation_reminder": "напомнить классным руководителям о сверке пропусков",
    "settle_omissions": "закрыть замечания, по которым всё записано",
    "weekly_digest": "поставить в очередь недельные сводки",
    "broadcast_reminder": "напомнить об объявлениях",
    "purge_broadcast_drafts": "удалить неотправленные объявления",
    "purge_inbox": "убрать из базы старые входящие сообщения",
    "purge_conversations": "забыть брошенные разговоры с ботом",
    "purge_job_runs": "убрать из базы старые записи о заданиях",
    DAILY_NOTE: "сказать администраторам, что требует внимания",
}
_STATES = {"running": "выполняется", "done": "выполнено", "failed": "не удалось"}
_ENDS = {
    Ran.DONE: "Выполнено.",
    Ran.NOT_OURS: "За этот срок задание уже выполнено или выполняется.",
}


@click.group()
def jobs() -> None:
    """Задания по расписанию."""


@jobs.command("list")
@school_option
def list_jobs(wanted: str | None) -> None:
    """Когда задания выполняются и когда выполнялись в последний раз."""
    asyncio.run(_list(wanted))


@jobs.command("run")
@click.argument("name", type=click.Choice([*(job.name for job in JOBS), DAILY_NOTE]))
@click.option("--slot", metavar="ISO", help="За какой срок; дважды за один срок задание не выполняется.")
@school_option
def run_job(name: str, slot: str | None, wanted: str | None) -> None:
    """Выполнить задание сейчас."""
    asyncio.run(_run(name, slot, wanted))


async def _list(wanted: str | None) -> None:
    settings = load_settings()
    async with open_database(settings) as db, db.transaction() as session:
        school = await the_school(session, wanted)
        last = {run.job: run for run in await queries.last_runs(session, school.id)}
        zone = ZoneInfo(school.timezone)
        planned = schedule(db, settings)
    for job in planned:
        run = last.get(job.name)
        when = "ещё не было" if run is None else f"{run.slot.astimezone(zone):%d.%m.%Y %H:%M}"
        state = "" if run is None else f" — {_STATES[run.state]}" + (f" ({run.error})" if run.error else "")
        click.echo(f"{job.name:<24} {TITLES[job.name]}")
        click.echo(f"    {job.cron:<20} {when}{state}")


async def _run(name: str, slot: str | None, wanted: str | None) -> None:
    settings = load_settings()
    set_up_logging(settings.log_format)
    clock = Clock(settings.clock)
    moment = _moment(slot) if slot else clock.now()
    async with open_database(settings) as db:
        job = next(job for job in schedule(db, settings) if job.name == name)
        async with db.transaction() as session:
            school_id = (await the_school(session, wanted)).id
        runs = JobRuns(db.of(school_id), clock)
        ran = await runs.run(name, moment, job.work, school_id=school_id)
    if ran is Ran.FAILED:
        raise Refusal("Задание не удалось; что случилось, написано выше.")
    click.echo(_ENDS[ran])


def _moment(slot: str) -> datetime:
    try:
        moment = datetime.fromisoformat(slot)
    except ValueError:
        raise Refusal("--slot: нужен момент вида 2026-09-14T03:15+03:00.") from None
    if moment.tzinfo is None:
        raise Refusal("--slot: нужен часовой пояс, например 2026-09-14T03:15+03:00.")
    return moment.astimezone(UTC)
