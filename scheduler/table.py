"""When each job runs. To add one: a line here, and a function of a service that takes (session, now)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.broadcasts import reminding
from services.housekeeping import (
    purge_broadcast_drafts,
    purge_conversations,
    purge_inbox,
    purge_job_runs,
)
from services.job_runs import Work
from services.notifications import (
    cards,
    debt_reminder,
    events,
    failing,
    final_marks_reminder,
    homework_reminder,
    omissions,
    plan_reminder,
    reconciliation_reminder,
    thread_message,
)
from services.week.digests import queue as queue_digests


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    cron: str
    """Minute, hour, day, month, weekday, in the school's zone; weekdays by name (mon, tue …)."""
    too_late: timedelta
    """A slot that was missed is still run within this time."""
    work: Work


JOBS: tuple[Job, ...] = (
    Job("homework_reminder", "*/10 7-23 * * *", timedelta(minutes=30), homework_reminder.remind),
    Job("final_marks_reminder", "0 14 * * *", timedelta(hours=6), final_marks_reminder.remind),
    Job("thread_reminder", "5 8-18 * * *", timedelta(minutes=50), thread_message.remind),
    Job("plan_reminder", "0 15 * * *", timedelta(hours=6), plan_reminder.remind),
    Job("reconciliation_reminder", "0 14 * * mon", timedelta(hours=20), reconciliation_reminder.remind),
    Job("settle_omissions", "*/5 7-23 * * *", timedelta(minutes=30), omissions.settle_everywhere),
    Job("card_reminder", "0 13 * * mon-sat", timedelta(hours=6), cards.remind),
    Job("event_reminder", "0 8,17 * * *", timedelta(hours=6), events.remind),
    Job("debt_reminder", "0 16 * * *", timedelta(hours=6), debt_reminder.remind),
    Job("failing_pupils", "30 16 * * *", timedelta(hours=6), failing.remind),
    Job("weekly_digest", "*/10 * * * *", timedelta(minutes=30), queue_digests),
    Job("broadcast_reminder", "*/10 * * * *", timedelta(minutes=30), reminding.remind_due),
    Job("purge_broadcast_drafts", "25 3 * * *", timedelta(hours=20), purge_broadcast_drafts),
    Job("purge_inbox", "15 3 * * *", timedelta(hours=20), purge_inbox),
    Job("purge_conversations", "20 3 * * *", timedelta(hours=20), purge_conversations),
    Job("purge_job_runs", "30 3 * * *", timedelta(hours=20), purge_job_runs),
)

DAILY_NOTE = "daily_note"


def daily_note(work: Work) -> Job:
    """The note to administrators; its work looks at more than a session shows, so it comes from outside.

    Not long after its hour: whoever starts the bot later knows that jobs were late.
    """
    return Job(DAILY_NOTE, "30 7 * * *", timedelta(hours=1), work)
