"""The sandbox's Bot API in a process of its own, so that its work is not counted as the bot's."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from traceback import format_exc
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast

from sandbox import TelegramSandbox

P = ParamSpec("P")
T = TypeVar("T")


class Telegram:
    """`async with Telegram() as telegram`: a Bot API server over HTTP at `telegram.url`."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
        self._theirs: Connection | None = theirs
        self.url = ""

    async def __aenter__(self) -> Self:
        self._process.start()
        assert self._theirs is not None
        self._theirs.close()
        self.url = await asyncio.to_thread(self._pipe.recv)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        await asyncio.to_thread(self._process.join)

    async def run(
        self,
        function: Callable[Concatenate[TelegramSandbox, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a function of a module over there, with the sandbox before the arguments."""
        await asyncio.to_thread(self._pipe.send, (function, args, kwargs))
        result, failure = await asyncio.to_thread(self._pipe.recv)
        if failure:
            raise RuntimeError(f"in the sandbox's process: {failure}")
        return cast(T, result)


def _serve(pipe: Connection) -> None:
    asyncio.run(_live(pipe))


async def _live(pipe: Connection) -> None:
    sandbox = TelegramSandbox()
    await sandbox.start()
    pipe.send(sandbox.base_url)
    while (call := await asyncio.to_thread(_next_call, pipe)) is not None:
        function, args, kwargs = call
        try:
            pipe.send((await function(sandbox, *args, **kwargs), None))
        except Exception:  # noqa: BLE001 - whatever it is, the other side must hear of it
            pipe.send((None, format_exc()))
    await sandbox.stop()


def _next_call(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        return None
