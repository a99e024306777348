"""What no file may do, read off the files: rules that only hold while nobody forgets them.

Linting forbids `eval`, `exec`, pickles, shells and unsafe parsers (ruff's S rules); here stands what it
cannot know.
"""

from __future__ import annotations

import ast
import inspect
import math
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sandbox.server import TelegramSandbox
from services.access import codes
from services.access.codes import ALPHABET, LENGTH, new_code

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "services", "db", "scheduler", "sandbox")
SQL_MAKERS = {"text", "literal_column", "exec_driver_sql"}
PUT_TOGETHER = {("db/wall.py", "text(f'set local role {ROLE}')")}
"""Of constants of the same file."""


@cache
def _parsed_room(room: str) -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    )


def _parsed(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        yield from _parsed_room(room)


def _from_sqlalchemy(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }


def test_no_statement_is_put_together_from_words() -> None:
    """Values travel beside the statement, as parameters (ASVS 1.2.4)."""
    found = set()
    for name, tree in _parsed(*ROOMS):
        makers = SQL_MAKERS & (_from_sqlalchemy(tree) | {"exec_driver_sql"})
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            made_by = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            is_method = isinstance(call.func, ast.Attribute) and made_by != "exec_driver_sql"
            if made_by in makers and not is_method and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
                found.add((name, ast.unparse(call)))
    assert found <= PUT_TOGETHER


def _imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


CLIENTS = {"aiohttp", "urllib.request", "http.client", "requests", "httpx", "smtplib", "ftplib"}
SPEAKS_TO_THE_WORLD = {
    "bot/commands/doctor.py": "asks the Bot API of the settings whether it answers",
    "bot/receiving.py": "listens",
    "bot/sender.py": "names the errors of a connection",
    "bot/telegram.py": "calls the Bot API of the settings",
    "bot/watching/endpoint.py": "listens",
    "bot/webhook.py": "listens",
}


def test_only_the_messenger_is_called_and_nothing_that_people_sent() -> None:
    """No address that somebody wrote is ever opened (ASVS 1.3.6, 13.2.4); the sandbox is on this machine."""
    found = {
        name
        for name, tree in _parsed("bot", "handlers", "services", "db", "scheduler")
        if any(module in CLIENTS or module.startswith("aiohttp.") for module in _imported(tree))
    }
    assert found <= SPEAKS_TO_THE_WORLD.keys()


def test_the_sandbox_is_no_part_of_a_running_bot() -> None:
    """A Bot API that lets anybody be anybody belongs to the demo (ASVS 15.2.3)."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, bot.app, bot.commands.run; print(*[m for m in sys.modules if m[:7] == 'sandbox'])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == []


def test_the_sandbox_listens_to_this_machine_alone() -> None:
    assert inspect.signature(TelegramSandbox.start).parameters["host"].default == "127.0.0.1"
    elsewhere = [
        (name, ast.unparse(call))
        for name, tree in _parsed("bot", "sandbox")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", "") == "start"
        and any(keyword.arg == "host" for keyword in call.keywords)
    ]
    assert elsewhere == []


def test_an_invitation_cannot_be_guessed() -> None:
    """From the system's generator; 49 bits, five tries in a quarter of an hour (ASVS 6.5.3, 6.5.4)."""
    assert math.log2(len(ALPHABET)) * LENGTH > 49
    assert "import secrets" in Path(codes.__file__).read_text("utf-8")
    assert len({new_code() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_random_is_secret_but_from_the_system(room: str) -> None:
    """`random` is for the demo's made-up school only (ASVS 11.5.1)."""
    assert {name for name, tree in _parsed(room) if "random" in _imported(tree)} <= {
        "sandbox/faults.py",
        "sandbox/make_school.py",
        "sandbox/schoolmaker/families.py",
        "sandbox/schoolmaker/names.py",
        "sandbox/schoolmaker/schedule.py",
        "sandbox/schoolmaker/curriculum.py",
        "sandbox/schoolmaker/large_school.py",
    }
