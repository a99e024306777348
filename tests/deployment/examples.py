"""What docs/deploy tells people to run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "docs/deploy"
COMPOSE = FOLDER / "compose.yaml"
UNITS = sorted(FOLDER.glob("*.service"))


@dataclass(frozen=True, slots=True)
class Service:
    """Of compose.yaml, that is `zvonok` itself."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    """Without what comes from secrets."""
    secrets: list[str]
    patience: float
    """Seconds that it has to end."""


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return loaded


def services() -> list[Service]:
    return [
        Service(
            name,
            service["command"][1:],
            service["environment"],
            service["secrets"],
            float(service["stop_grace_period"].removesuffix("s")),
        )
        for name, service in compose()["services"].items()
        if service.get("command", [""])[0] == "zvonok"
    ]


def role_and_database() -> tuple[list[str], str]:
    """The statements of database.sql, and the URL (without a host) that compose.yaml tells to use."""
    script = (FOLDER / "database.sql").read_text("utf-8")
    statements = re.sub(r"^(--|\\).*$", "", script, flags=re.MULTILINE).replace(":'password'", "'secret'")
    [database] = re.findall(r"@database/(\w+)", COMPOSE.read_text("utf-8"))
    [login] = re.findall(r"postgresql://(\w+):", COMPOSE.read_text("utf-8"))
    return [part.strip() for part in statements.split(";") if part.strip()], f"{login}@{database}"
