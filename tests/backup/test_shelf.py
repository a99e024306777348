"""The folder of back-ups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup.shelf import Keep, Shelf, made_at, worth_keeping

NIGHT = datetime(2026, 9, 13, 23, 30, tzinfo=UTC)


def put(shelf: Shelf, moment: datetime) -> Path:
    unfinished = shelf.begin(moment)
    unfinished.write_bytes(b"sealed")
    return shelf.finish(unfinished)


def test_what_is_half_written_is_not_listed_and_the_next_one_sweeps_it_away(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "backups", Keep(7, 5, 12))
    assert shelf.copies() == []
    left = shelf.begin(NIGHT)
    left.write_bytes(b"half of it")
    assert shelf.copies() == []
    path = put(shelf, NIGHT + timedelta(days=1))
    assert [copy.path for copy in shelf.copies()] == [path]
    assert not left.exists()


def test_it_is_the_owners_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "deep" / "backups", Keep(7, 5, 12))
    assert put(shelf, NIGHT).stat().st_mode & 0o777 == 0o600
    assert shelf.folder.stat().st_mode & 0o777 == 0o700


def test_a_second_one_of_the_same_second_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Keep(7, 5, 12))
    put(shelf, NIGHT)
    with pytest.raises(FileExistsError):
        shelf.begin(NIGHT)
    assert len(shelf.copies()) == 1


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    nights = [NIGHT - timedelta(days=days) for days in range(400)]
    kept = worth_keeping(nights, Keep(7, 5, 12))
    assert {NIGHT - timedelta(days=days) for days in range(7)} <= kept
    sundays = {NIGHT - timedelta(weeks=weeks) for weeks in range(5)}
    assert sundays <= kept
    ends_of_months = {moment for moment in nights[1:] if (moment + timedelta(days=1)).month != moment.month}
    assert len(ends_of_months & kept) == 11
    assert min(kept) == datetime(2025, 10, 31, 23, 30, tzinfo=UTC)
    assert len(kept) == 7 + 4 + 11


def test_the_newest_is_kept_whatever_the_setting() -> None:
    assert worth_keeping([NIGHT, NIGHT - timedelta(days=1)], Keep(0, 0, 0)) == {NIGHT}
    assert worth_keeping([], Keep(7, 5, 12)) == set()


def test_rotation_touches_only_our_own_files_and_both_folders(tmp_path: Path) -> None:
    second = tmp_path / "disk"
    second.mkdir()
    shelf = Shelf(tmp_path / "backups", Keep(2, 0, 0), second)
    for days in range(4):
        shelf.copy(put(shelf, NIGHT + timedelta(days=days)))
    for folder in (shelf.folder, second):
        (folder / "diploma.doc").write_bytes(b"mine")
    gone = shelf.rotate(NIGHT + timedelta(days=3))
    assert len(gone) == 4
    for folder in (shelf.folder, second):
        left = sorted(path.name for path in folder.iterdir())
        assert left == ["diploma.doc", "zvonok-20260915T233000Z.tar.age", "zvonok-20260916T233000Z.tar.age"]


def test_a_second_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "backups", Keep(7, 5, 12), tmp_path / "disk")
    path = put(shelf, NIGHT)
    with pytest.raises(FileNotFoundError):
        shelf.copy(path)
    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize(
    "name",
    [
        "zvonok-20261399T000000Z.tar.age",
        "zvonok-20260913T233000Z.tar.age.part",
        "x",
        "zvonok-20260913.tar.age",
    ],
)
def test_other_names_are_nobodys_back_up(name: str) -> None:
    assert made_at(name) is None
    assert made_at("zvonok-20260913T233000Z.tar.age") == NIGHT
