"""Scenarios at their full length, `pytest --long`, as `make faults` runs them; at the end the figures that
tests have told by `record_property`."""

from __future__ import annotations

import signal
from typing import Any

import pytest

_TEN_MINUTES = 600


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the fault scenarios at their full length")


def pytest_sessionstart(session: pytest.Session) -> None:
    """A run at full length may take ten minutes, and no longer."""
    if session.config.getoption("long") and not hasattr(session.config, "workerinput"):
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(_TEN_MINUTES)


def _too_long(*_: object) -> None:
    pytest.exit("the ten minutes are over", returncode=1)


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("long"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("long"):
        return
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        if report.when == "call" and report.user_properties:
            terminalreporter.write_sep("-", report.nodeid.rpartition("::")[2])
            for what, value in report.user_properties:
                terminalreporter.write_line(f"{what:40} {value}")
