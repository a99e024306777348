"""What docs/deploy tells people to run exists, and is what it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.config import Settings
from bot.supervisor import PULSE_SECONDS
from tests.deployment.examples import COMPOSE, FOLDER, UNITS, Service, assignments, compose, composed, enabled

ROOT = FOLDER.parents[1]
SETTINGS = {f"ZVONOK_{field.upper()}" for field in Settings.model_fields}
EXAMPLES = sorted(path for path in FOLDER.iterdir() if path.is_file())
PARTS = ["intake", "intake", "worker", "worker"]


def parsed(arguments: list[str]) -> str:
    """Which command it is. Fails when there is no such command or option."""
    name, command, rest = main.resolve_command(click.Context(main), arguments)
    assert command is not None
    command.make_context(name, rest)
    return shlex.join(arguments)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_setting_that_an_example_names_is_one(example: Path) -> None:
    assert set(re.findall(r"ZVONOK_[A-Z_]+", example.read_text("utf-8"))) <= SETTINGS


@pytest.mark.parametrize("example", [composed, enabled], ids=["compose", "systemd"])
def test_an_example_runs_two_intakes_and_two_workers(example: Callable[[], list[Service]]) -> None:
    services = example()
    assert [parsed(service.arguments) for service in services] == [f"run --only {part}" for part in PARTS]
    # On one machine, or in a container each.
    addresses = [service.environment["ZVONOK_HEALTH_LISTEN"] for service in services]
    assert len(set(addresses)) == (len(services) if example is enabled else 1)


def test_every_secret_volume_and_network_of_compose_is_declared() -> None:
    project = compose()
    for service in project["services"].values():
        assert set(service.get("secrets", [])) <= project["secrets"].keys()
        assert set(service["networks"]) <= project["networks"].keys()
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            there = (FOLDER / source).exists() if source.startswith("./") else source in project["volumes"]
            assert there, volume
        for other in service.get("depends_on", {}):
            assert "healthcheck" in project["services"][other]


def test_whatever_compose_runs_of_ours_may_do_little() -> None:
    for service in composed():
        written = compose()["services"][service.name]
        assert written["read_only"]
        assert written["cap_drop"] == ["ALL"]
        assert written["security_opt"] == ["no-new-privileges:true"]
        assert written["user"].partition(":")[0] not in ("0", "root")
        assert "healthcheck" in written


def test_the_balancer_passes_on_to_every_intake_at_its_port_and_path() -> None:
    text = (FOLDER / "Caddyfile").read_text("utf-8")
    intakes = [service for service in composed() if service.arguments[-1] == "intake"]
    to = re.search(r"reverse_proxy (.+) \{", text)
    assert to is not None
    ports = {service.environment["ZVONOK_LISTEN"].rpartition(":")[2] for service in intakes}
    assert to[1].split() == [f"{service.name}:{port}" for service in intakes for port in ports]
    [health] = {service.environment["ZVONOK_HEALTH_LISTEN"].rpartition(":")[2] for service in intakes}
    assert f"health_port {health}" in text
    assert f":{health}/ready" in COMPOSE.read_text("utf-8")
    [path] = {service.environment["ZVONOK_WEBHOOK_URL"].rpartition("}")[2] for service in intakes}
    assert f"path {path} {path}/*" in text


def test_the_image_holds_every_room_and_nothing_of_the_tests() -> None:
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = rooms["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = re.findall(r"^COPY (\w+) \1$", (FOLDER / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(packages)
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert {f"!{room}" for room in packages} <= set(ignored)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_exists_and_waits_long_enough_for_its_pulse(unit: Path) -> None:
    lines = assignments(unit)
    program, *arguments = shlex.split(lines["ExecStart"])
    assert program.endswith("/.venv/bin/zvonok")
    assert parsed(arguments).startswith("run")
    assert lines["Type"] == "notify"
    assert float(lines["WatchdogSec"]) >= 3 * PULSE_SECONDS
    assert float(lines["TimeoutStopSec"]) >= composed()[0].patience


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_a_unit(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name
    # The program is where an administrator puts it, not here.
    copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8"), flags=re.M))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
