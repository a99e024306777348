"""Back-ups that nobody needs to think of: a worker makes one when it is due, and tries it where it may."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.backup.creating import AlreadyRunning, alone, create
from bot.backup.keys import read_identities
from bot.backup.place import recipients_of, shelf_of, store_of
from bot.backup.reading import Damaged
from bot.backup.trying import Scratch, scratch_server, verify
from bot.config import Settings
from bot.refusal import Refusal
from db.engine import Database
from db.listening import OUTAGE
from services.backups import BackupLog
from services.clock import Clock

_MINUTE = 60.0
_PAUSE = timedelta(hours=1)
"""After a trial that could not be made."""

log = structlog.get_logger()


class BackupKeeper:
    """Any number of workers may have one: a back-up is made, and tried, by one at a time.

    `settings` have a public key. No job of the schedule: a job is one transaction that is over soon, and this
    runs pg_dump for minutes, for all schools at once.
    """

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, *, scratch: Scratch = scratch_server
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._scratch = scratch
        self._log = BackupLog(db, clock)
        self._no_trial_before: datetime | None = None

    async def run(self) -> None:
        """Until cancelled: look once a minute."""
        while True:
            try:
                await self.look()
            except AlreadyRunning:
                pass
            except Refusal as refusal:
                log.error("backup.refused", error=type(refusal).__name__)
            except OUTAGE as error:
                log.warning("backup.database_away", error=type(error).__name__)
            await asyncio.sleep(_MINUTE)

    async def look(self) -> None:
        """Make a back-up, or try the last one, if that is due now. Raises Refusal."""
        view = await self._log.view()
        if view is None:
            return
        if view.is_due:
            settings = self._settings
            await create(
                self._db, self._clock, store_of(settings), shelf_of(settings), recipients_of(settings)
            )
        elif view.is_trial_due and view.last_good is not None and view.last_good.file is not None:
            await self._try(view.last_good.file)

    async def _try(self, name: str) -> None:
        file, now = self._settings.backup_identity_file, self._clock.now()
        if file is None or not file.exists():
            return
        if self._no_trial_before is not None and now < self._no_trial_before:
            return
        self._no_trial_before = now + _PAUSE
        async with alone(self._db.url):
            try:
                await verify(shelf_of(self._settings).folder / name, read_identities(file), self._scratch)
            except Damaged:
                log.error("backup.unsound")
                await self._log.tried(name, is_sound=False)
            else:
                log.info("backup.sound")
                await self._log.tried(name, is_sound=True)
