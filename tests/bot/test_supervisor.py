"""systemd hears of a service's readiness on a socket; without one nothing happens."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bot.supervisor import tell_supervisor


@pytest.mark.parametrize("abstract", [True, False])
def test_a_supervisor_hears_what_it_is_told(
    abstract: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have about a hundred bytes
    name = f"zvonok-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(f"\0{name}" if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if abstract else name)
        tell_supervisor("READY=1")
        supervisor.settimeout(1)
        assert supervisor.recv(100) == b"READY=1"


def test_without_a_supervisor_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_supervisor("READY=1")


def test_a_supervisor_that_went_away_does_not_end_the_bot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    tell_supervisor("WATCHDOG=1")
