"""Zvonok in processes of its own, as an administrator starts it."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_GOODBYE_SECONDS = 15


class Zvonok:
    """A process of `zvonok run`."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def megabytes(self) -> float:
        """Of its memory that are its own and in use now (RSS)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """Since its start."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    async def stop(self) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def zvonok(settings: Mapping[str, str], *arguments: str) -> AsyncIterator[Zvonok]:
    """`zvonok run` with these arguments and ZVONOK_* settings (named without the prefix), until the block
    ends. Nobody waits here until it is ready."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ZVONOK_")}
    ours = {f"ZVONOK_{name.upper()}": value for name, value in settings.items()}
    log = Path(settings["data_dir"]) / f"log-{os.urandom(4).hex()}.txt"
    with log.open("wb") as printed:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from bot.cli import main; main()", "run", *arguments),
            env=others | ours,
            stdout=printed,
            stderr=printed,
        )
        running = Zvonok(process)
        try:
            yield running
            assert process.returncode is None, log.read_text("utf-8")[-2000:]
        finally:
            await running.stop()


@asynccontextmanager
async def balancer(ports: Sequence[int]) -> AsyncIterator[int]:
    """Passes connections on to these ports of this machine in turn; gives its own."""
    turn = 0
    pumping: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(1 << 16):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turn
        turn += 1
        try:
            there = await asyncio.open_connection("127.0.0.1", ports[turn % len(ports)])
        except OSError:
            writer.close()
            return
        for task in (
            asyncio.create_task(pump(reader, there[1])),
            asyncio.create_task(pump(there[0], writer)),
        ):
            pumping.add(task)
            task.add_done_callback(pumping.discard)

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(pumping):
            task.cancel()
