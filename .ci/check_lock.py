"""Does requirements.lock fit pyproject.toml? Works offline: a newer release on the index changes nothing.

Starts from what pyproject.toml asks for and follows what the installed packages ask for in turn, so it sees
a pin that is missing, a pin that does not fit and, on this platform, a pin that nothing needs.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def pins(lock: str) -> dict[str, Requirement]:
    """The pinned packages by canonical name."""
    lines = re.findall(r"^([\w.-]+==.+?)(?: \\)?$", lock, re.MULTILINE)
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in requirements}


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def problems(pyproject: str, lock: str) -> list[str]:
    pinned = pins(lock)
    found = [f"{line} names a host" for line in lock.splitlines() if "://" in line]
    found += [f"{name} has no hash" for name in re.findall(r"^([\w.-]+==[^\\\n]+)$", lock, re.MULTILINE)]

    project = tomllib.loads(pyproject)["project"]
    asked = [
        *project["dependencies"],
        *(r for extra in project["optional-dependencies"].values() for r in extra),
    ]
    waiting = [Requirement(text) for text in asked]
    reached: dict[str, set[str]] = {}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        pin = pinned.get(name)
        if pin is None:
            found.append(f"{requirement} is not pinned")
            continue
        version = next(iter(pin.specifier)).version
        if not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{requirement} is pinned to {version}")
        extras, wanted = reached.setdefault(name, set()), {"", *requirement.extras}
        if extras >= wanted:
            continue
        extras |= wanted
        waiting += [r for r in map(Requirement, requires(name) or []) if applies(r, extras)]

    here = {name for name, pin in pinned.items() if applies(pin, {""})}
    return sorted({*found, *(f"{name} is pinned, but nothing needs it" for name in here - reached.keys())})


if __name__ == "__main__":
    root_files = ("pyproject.toml", "requirements.lock")
    if complaints := problems(*((ROOT / name).read_text("utf-8") for name in root_files)):
        sys.exit("\n".join(["requirements.lock does not fit pyproject.toml; run `make lock`.", *complaints]))
