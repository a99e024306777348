"""The folder of back-ups, and a second one: names, ages, what is kept, and nothing that is half-written."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_NAME = re.compile(r"zvonok-(\d{8}T\d{6})Z\.tar\.age")
_MOMENT = "%Y%m%dT%H%M%S"
_UNFINISHED = ".part"


class Keep(NamedTuple):
    """Of how many days, weeks and months the newest back-up is kept."""

    days: int
    weeks: int
    months: int


@dataclass(frozen=True, slots=True)
class Copy:
    path: Path
    made_at: datetime
    size: int


def made_at(name: str) -> datetime | None:
    """When the back-up of this file name was made; None for a name that we do not give."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def worth_keeping(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """The newest of each of the last days, weeks and months that have any, and always the very newest."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    periods: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
        (keep.days, lambda at: (at.year, at.month, at.day)),
        (keep.weeks, lambda at: at.isocalendar()[:2]),
        (keep.months, lambda at: (at.year, at.month)),
    )
    for number, period in periods:
        newest: dict[tuple[int, ...], datetime] = {}
        for moment in newest_first:
            newest.setdefault(period(moment), moment)
        kept.update(list(newest.values())[:number])
    return kept


class Shelf:
    """Only whoever holds the lock of back-ups writes here."""

    def __init__(self, folder: Path, keep: Keep, second: Path | None = None) -> None:
        self.folder = folder
        self.second = second
        self._keep = keep

    def copies(self) -> list[Copy]:
        """Those that are whole, newest first; none when the folder is not there."""
        return _copies(self.folder)

    def begin(self, moment: datetime) -> Path:
        """A new empty file for a back-up of that moment, not listed before `finish`. Raises OSError."""
        _make_folder(self.folder)
        return _new_file(self.folder / f"zvonok-{moment.astimezone(UTC):{_MOMENT}}Z.tar.age")

    def finish(self, unfinished: Path) -> Path:
        """List it, once it is safely on the disk. Raises OSError."""
        return _finish(unfinished)

    def copy(self, path: Path) -> None:
        """To the second folder, if there is one. Raises OSError; then nothing of it is there."""
        if self.second is None:
            return
        # Never made by us: a disk that is not mounted would be taken for one.
        unfinished = _new_file(self.second / path.name)
        try:
            shutil.copyfile(path, unfinished)
            _finish(unfinished)
        except BaseException:
            forget(unfinished)
            raise

    def rotate(self, now: datetime) -> list[Path]:
        """Delete what is no longer to be kept, in both folders. Returns what is gone.

        A folder that cannot be looked into waits for the next time. What was made later than `now`, while a
        clock was ahead, neither goes nor makes anything else go.
        """
        gone = []
        for folder in filter(None, (self.folder, self.second)):
            with suppress(OSError):
                copies = [copy for copy in _copies(folder) if copy.made_at <= now]
                kept = worth_keeping((copy.made_at for copy in copies), self._keep)
                old = [copy.path for copy in copies if copy.made_at not in kept]
                for path in old:
                    forget(path)
                gone += old
        return gone


def forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _copies(folder: Path) -> list[Copy]:
    found = []
    with suppress(FileNotFoundError):
        for entry in folder.iterdir():
            moment = made_at(entry.name)
            if moment is not None and entry.is_file():
                found.append(Copy(entry, moment, entry.stat().st_size))
    return sorted(found, key=lambda copy: copy.made_at, reverse=True)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)


def _new_file(final: Path) -> Path:
    """Beside `final`, for its owner only; what a process that was killed has left there goes."""
    for left in final.parent.glob(f"zvonok-*{_UNFINISHED}"):
        forget(left)
    if final.exists():
        raise FileExistsError(17, os.strerror(17), str(final))
    unfinished = final.with_name(final.name + _UNFINISHED)
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return unfinished


def _finish(unfinished: Path) -> Path:
    final = unfinished.with_name(unfinished.name.removesuffix(_UNFINISHED))
    _sync(unfinished)
    unfinished.rename(final)
    _sync(final.parent)
    return final


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
