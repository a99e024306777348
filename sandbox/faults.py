"""Bad days of the network and of Telegram, switched on by tests."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal, Self

Kind = Literal["error", "latency", "hang", "reset_before", "reset_after"]


@dataclass(eq=False)
class Fault:
    """What happens to requests that match `method` and `chat_id`, `times` times (None: always).

    No method means any, getUpdates too. Build it with one of the class methods; `hits` counts the
    requests it has struck.
    """

    kind: Kind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    code: int = 500
    seconds: float = 0
    moved_to: int = 0
    hits: int = 0
    _released: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @classmethod
    def error(
        cls, code: int, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1
    ) -> Self:
        """Answer with this HTTP status and do nothing."""
        return cls("error", method, chat_id, times, code=code)

    @classmethod
    def too_many_requests(
        cls,
        retry_after: int,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> Self:
        """Answer 429 with `retry_after` seconds and do nothing."""
        return cls("error", method, chat_id, times, code=429, seconds=retry_after)

    @classmethod
    def moved(cls, to: int, method: str | None = None, *, chat_id: int, times: int | None = 1) -> Self:
        """Answer that the chat lives on under another id, and do nothing."""
        return cls("error", method, chat_id, times, code=400, moved_to=to)

    @classmethod
    def latency(
        cls,
        seconds: float,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = None,
    ) -> Self:
        """Process after a delay; adds to whatever other fault matches."""
        return cls("latency", method, chat_id, times, seconds=seconds)

    @classmethod
    def hang(cls, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1) -> Self:
        """Keep silent until `release()`; then process as usual."""
        return cls("hang", method, chat_id, times)

    @classmethod
    def reset_before(
        cls, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1
    ) -> Self:
        """Break the connection, nothing done."""
        return cls("reset_before", method, chat_id, times)

    @classmethod
    def reset_after(
        cls, method: str | None = None, *, chat_id: int | None = None, times: int | None = 1
    ) -> Self:
        """Do what was asked, then break the connection: the reply is lost."""
        return cls("reset_after", method, chat_id, times)

    def release(self) -> None:
        self._released.set()

    async def wait_released(self) -> None:
        await self._released.wait()

    def strikes(self, method: str, chat_id: int | None) -> bool:
        return (
            (self.times is None or self.hits < self.times)
            and (self.method is None or self.method.lower() == method)
            and (self.chat_id is None or self.chat_id == chat_id)
        )


class Faults:
    """The rules in force, in the order they were added; at most one of them besides latency strikes."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Lifts every rule and lets hanging requests go on."""
        for fault in self._rules:
            fault.release()
        self._rules.clear()

    def struck_by(self, method: str, chat_id: int | None) -> tuple[float, Fault | None]:
        """The delay in seconds and the fault of this request (`method` in lower case)."""
        delay, struck = 0.0, None
        for fault in self._rules:
            if not fault.strikes(method, chat_id):
                continue
            if fault.kind == "latency":
                fault.hits += 1
                delay += fault.seconds
            elif struck is None:
                fault.hits += 1
                struck = fault
        return delay, struck
