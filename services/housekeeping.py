"""Forgetting what is no longer needed. Called by jobs, in their transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from db.queries import broadcasts, conversations, inbox, jobs, roster

INBOX_KEPT = timedelta(days=3)
"""Handled updates hold what people wrote; after this they help nobody to find a fault."""
CONVERSATIONS_KEPT = timedelta(days=7)
BROADCAST_DRAFTS_KEPT = timedelta(days=7)
JOB_RUNS_KEPT = timedelta(days=30)
"""There are some 600 slots a day, and whoever asks for the newest wants it within a month."""


async def purge_inbox(session: AsyncSession, now: datetime) -> None:
    for school_id, *_ in await roster.schools(session):
        await inbox.purge(session, school_id, now - INBOX_KEPT)


async def purge_conversations(session: AsyncSession, now: datetime) -> None:
    await conversations.purge(session, now - CONVERSATIONS_KEPT)


async def purge_broadcast_drafts(session: AsyncSession, now: datetime) -> None:
    """What was begun and never sent."""
    await broadcasts.discard(session, await broadcasts.abandoned(session, now - BROADCAST_DRAFTS_KEPT))


async def purge_job_runs(session: AsyncSession, now: datetime) -> None:
    for school_id, *_ in await roster.schools(session):
        await jobs.purge(session, school_id, now - JOB_RUNS_KEPT)
