"""What docs/deploy tells people to run."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "docs/deploy"
COMPOSE = FOLDER / "compose.yaml"
UNITS = sorted(FOLDER.glob("*.service"))


@dataclass(frozen=True, slots=True)
class Service:
    """`zvonok` itself, as an example starts it."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    patience: float
    """Seconds that it has to end."""
    secrets: list[str] = field(default_factory=list)
    """Settings that are handed to it in files of their own."""
    env_file: dict[str, str] = field(default_factory=dict)
    """What stands in the `.env` of its working directory."""


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return loaded


def composed() -> list[Service]:
    """The services of compose.yaml."""
    return [
        Service(
            name,
            service["command"][1:],
            service["environment"],
            float(service["stop_grace_period"].removesuffix("s")),
            secrets=service["secrets"],
        )
        for name, service in compose()["services"].items()
        if service.get("command", [""])[0] == "zvonok"
    ]


def assignments(unit: Path) -> dict[str, str]:
    """What a unit says of its service."""
    return dict(re.findall(r"^([A-Z]\w+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE))


def enabled() -> list[Service]:
    """What the commands in the templates of units, `systemctl enable --now …@1 …@2`, start."""
    return [
        _instance(path, name)
        for path in UNITS
        for command in re.findall(r"^# systemctl enable --now (.+)$", path.read_text("utf-8"), re.MULTILINE)
        for name in command.split()
    ]


def _instance(path: Path, name: str) -> Service:
    lines = {key: value.replace("%i", name.partition("@")[2]) for key, value in assignments(path).items()}
    return Service(
        name,
        shlex.split(lines["ExecStart"])[1:],
        _settings(lines["Environment"].split()),
        float(lines["TimeoutStopSec"]),
        env_file=_settings((FOLDER / "zvonok.env").read_text("utf-8").splitlines()),
    )


def _settings(lines: list[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def role_and_database() -> tuple[list[str], str]:
    """The statements of database.sql, and the URL (without a host) that compose.yaml tells to use."""
    script = (FOLDER / "database.sql").read_text("utf-8")
    statements = re.sub(r"^(--|\\).*$", "", script, flags=re.MULTILINE).replace(":'password'", "'secret'")
    [database] = re.findall(r"@database/(\w+)", COMPOSE.read_text("utf-8"))
    [login] = re.findall(r"postgresql://(\w+):", COMPOSE.read_text("utf-8"))
    return [part.strip() for part in statements.split(";") if part.strip()], f"{login}@{database}"
