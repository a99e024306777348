"""Updates on their way to a bot, by long polling or by webhook, until the bot confirms them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.errors import conflict

if TYPE_CHECKING:
    from sandbox.state import Chat

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Update:
    update_id: int
    chat: "Chat"
    kind: str
    body: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.update_id, self.kind: self.body}


@dataclass(slots=True)
class Webhook:
    url: str
    secret_token: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0


@dataclass(slots=True)
class UpdateQueue:
    pending: deque[Update] = field(default_factory=deque)
    allowed: frozenset[str] | None = None
    webhook: Webhook | None = None
    last_id: int = 100_000
    _poller: "asyncio.Future[None] | None" = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, kind: str, chat: "Chat", body: dict[str, Any]) -> None:
        wanted = kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed
        if not wanted:
            return
        self.last_id += 1
        self.pending.append(Update(self.last_id, chat, kind, body))
        chat.unconfirmed += 1
        self.wake()

    def wake(self) -> None:
        self._arrived.set()
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    async def arrived(self) -> None:
        """Returns after the next `wake`."""
        self._arrived.clear()
        await self._arrived.wait()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """getUpdates: confirms what is below `offset`, waits up to `seconds` for more.

        A second poll ends the first one with 409, as Telegram does.
        """
        if self.webhook:
            raise conflict(WEBHOOK_ACTIVE)
        self._end_other_poll()
        self._confirm_below(offset)
        if not self.pending and seconds > 0:
            poller = self._poller = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(asyncio.shield(poller), seconds)
            except TimeoutError:
                pass
            except asyncio.CancelledError:
                poller.cancel()
                raise
            finally:
                if self._poller is poller:
                    self._poller = None
            if poller.done():
                poller.result()
        return [self.pending[index] for index in range(min(limit, len(self.pending)))]

    def confirm(self, update: Update) -> None:
        self.pending.remove(update)
        update.chat.unconfirmed -= 1
        update.chat.notify()

    def drop_all(self) -> None:
        while self.pending:
            self.confirm(self.pending[0])

    def end_poll(self) -> None:
        """Answers a waiting poll with nothing."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def _end_other_poll(self) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(TERMINATED))
        self._poller = None

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:
            offset = self.pending[offset].update_id if len(self.pending) >= -offset else 0
        while self.pending and self.pending[0].update_id < offset:
            self.confirm(self.pending[0])
