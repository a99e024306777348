"""Anybody can encrypt for a public key: a back-up is read by its own rules, whoever made it."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pyrage import x25519

from bot.backup.archive import FORMAT, PIECE, End, KeptFile, Manifest, NewerFormat, parts, writing
from bot.backup.sealing import Unreadable, sealing
from tests.world import moment

IDENTITY = x25519.Identity.generate()
MANIFEST = Manifest(made_at=moment("02:30"), revision="0005", server=18, schools=[], rows={"person": 3})
PHOTO = b"a photo"
DIGEST = sha256(PHOTO).hexdigest()
PHOTO_NAME = f"files/{DIGEST[:2]}/{DIGEST[2:]}"


def good(file: Path) -> None:
    with file.open("wb") as opened, writing(opened, [IDENTITY.to_public()], MANIFEST.made_at) as archive:
        archive.begin(MANIFEST)
        archive.add_piece(b"dump one")
        archive.add_piece(b"dump two")
        archive.add_file(KeptFile(DIGEST, PHOTO))
        archive.end([])


def read(file: Path) -> list[object]:
    return list(parts(file, [IDENTITY]))


def test_it_reads_as_it_was_written(tmp_path: Path) -> None:
    good(tmp_path / "a")
    first, *pieces, photo, last = read(tmp_path / "a")
    assert first == MANIFEST
    assert pieces == [b"dump one", b"dump two"]
    assert photo == KeptFile(DIGEST, PHOTO)
    assert isinstance(last, End)
    assert last.files == 1


def test_a_reader_who_stops_half_way_leaves_no_thread_behind(tmp_path: Path) -> None:
    good(tmp_path / "a")
    found = parts(tmp_path / "a", [IDENTITY])
    assert next(found) == MANIFEST
    found.close()


Tar = tarfile.TarFile


@contextmanager
def forged(file: Path) -> Iterator[Tar]:
    with (
        file.open("wb") as opened,
        sealing(opened, [IDENTITY.to_public()]) as sink,
        tarfile.open(fileobj=sink, mode="w|") as tar,
    ):
        yield tar


def add(tar: Tar, name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content), kind, link
    tar.addfile(info, BytesIO(content))


def manifest(tar: Tar) -> None:
    add(tar, "manifest.json", MANIFEST.model_dump_json().encode())


def end(tar: Tar, dump: bytes = b"", files: int = 0) -> None:
    last = End(dump_sha256=sha256(dump).hexdigest(), dump_bytes=len(dump), files=files, lost=[])
    add(tar, "end.json", last.model_dump_json().encode())


def after_manifest(*tricks: Callable[[Tar], None]) -> Callable[[Tar], None]:
    def fill(tar: Tar) -> None:
        manifest(tar)
        for trick in tricks:
            trick(tar)
        end(tar, files=1)

    return fill


TRICKS: dict[str, Callable[[Tar], None]] = {
    "nothing": lambda tar: None,
    "no_manifest": lambda tar: end(tar),
    "no_end": manifest,
    "a_path_upwards": after_manifest(lambda tar: add(tar, "files/../../etc/passwd", PHOTO)),
    "an_absolute_path": after_manifest(lambda tar: add(tar, "/etc/passwd", PHOTO)),
    "a_symlink": after_manifest(lambda tar: add(tar, PHOTO_NAME, kind=tarfile.SYMTYPE, link="/etc/passwd")),
    "a_hard_link": after_manifest(lambda tar: add(tar, PHOTO_NAME, kind=tarfile.LNKTYPE, link="/etc/passwd")),
    "a_device": after_manifest(lambda tar: add(tar, PHOTO_NAME, kind=tarfile.CHRTYPE)),
    "a_folder": after_manifest(lambda tar: add(tar, "files", kind=tarfile.DIRTYPE)),
    "a_content_under_another_hash": after_manifest(lambda tar: add(tar, PHOTO_NAME, b"another photo")),
    "a_piece_after_the_files": after_manifest(
        lambda tar: add(tar, PHOTO_NAME, PHOTO), lambda tar: add(tar, "database/000001", b"x")
    ),
    "a_piece_left_out": after_manifest(lambda tar: add(tar, "database/000002", b"x")),
    "a_piece_too_large": after_manifest(lambda tar: add(tar, "database/000001", bytes(PIECE + 1))),
    "a_manifest_of_nonsense": lambda tar: add(tar, "manifest.json", b"[]"),
    "a_dump_that_the_end_does_not_know": after_manifest(
        lambda tar: add(tar, "database/000001", b"x"), lambda tar: add(tar, PHOTO_NAME, PHOTO)
    ),
    "something_after_the_end": after_manifest(lambda tar: end(tar), lambda tar: add(tar, PHOTO_NAME, PHOTO)),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_we_do_not_write_we_do_not_read(tmp_path: Path, trick: str) -> None:
    with forged(tmp_path / "a") as tar:
        TRICKS[trick](tar)
    with pytest.raises(Unreadable):
        read(tmp_path / "a")


def test_a_file_with_holes_that_are_none_is_refused(tmp_path: Path) -> None:
    with forged(tmp_path / "a") as tar:
        info = tarfile.TarInfo("manifest.json")
        info.size, info.pax_headers = 600, {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        tar.addfile(info, BytesIO(b"x" * 600))
    with pytest.raises(Unreadable):
        read(tmp_path / "a")


def test_an_encrypted_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as opened, sealing(opened, [IDENTITY.to_public()]) as sink:
        sink.write(b"holiday pictures" * 1000)
    with pytest.raises(Unreadable):
        read(tmp_path / "a")


def test_a_later_format_is_told_from_damage(tmp_path: Path) -> None:
    with forged(tmp_path / "a") as tar:
        add(tar, "manifest.json", f'{{"format": {FORMAT + 1}, "new": true}}'.encode())
    with pytest.raises(NewerFormat):
        read(tmp_path / "a")
