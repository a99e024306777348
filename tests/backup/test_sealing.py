"""A file that is not exactly what was written is never taken for a back-up."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from pyrage import x25519

from bot.backup.keys import make_identity, read_identities, recipients
from bot.backup.sealing import Unreadable, WrongKey, sealing, unsealing
from bot.refusal import Refusal

IDENTITY = x25519.Identity.generate()
PLAIN = bytes(range(256)) * 1000


class FullDisk(BytesIO):
    """Takes `room` bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        if self.tell() + len(data) > self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def sealed(plain: bytes = PLAIN, into: BinaryIO | None = None) -> bytes:
    file = into or BytesIO()
    with sealing(file, [IDENTITY.to_public()]) as sink:
        sink.write(plain)
    file.seek(0)
    return file.read()


def unsealed(data: bytes, identity: x25519.Identity = IDENTITY) -> bytes:
    with unsealing(BytesIO(data), [identity]) as plain:
        return plain.read()


def test_what_goes_in_comes_out_and_cannot_be_read_on_the_way() -> None:
    assert unsealed(sealed()) == PLAIN
    assert PLAIN[:64] not in sealed()


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(WrongKey):
        unsealed(sealed(), x25519.Identity.generate())


@pytest.mark.parametrize("kept", [0, 10, 200, 65_536, len(PLAIN), -1])
def test_a_part_of_it_is_not_taken_for_the_whole(kept: int) -> None:
    with pytest.raises(Unreadable):
        unsealed(sealed()[:kept])


@pytest.mark.parametrize("place", [60, 1_000, 70_000, -1])
def test_a_single_changed_bit_is_noticed(place: int) -> None:
    data = bytearray(sealed())
    data[place] ^= 1
    with pytest.raises(Unreadable):
        unsealed(bytes(data))


@pytest.mark.parametrize("room", [0, 100, 70_000, len(PLAIN)])
def test_a_full_disk_is_told_wherever_it_strikes_even_in_the_last_piece(room: int) -> None:
    with pytest.raises(OSError, match="No space left") as refusal:
        sealed(into=FullDisk(room))
    assert refusal.value.errno == errno.ENOSPC
    assert unsealed(sealed(into=FullDisk(2 * len(PLAIN)))) == PLAIN


def test_a_short_text_on_a_full_disk_is_told_too() -> None:
    with pytest.raises(OSError, match="No space left"):
        sealed(b"short", into=FullDisk(0))


def test_whoever_fails_while_writing_is_heard_and_nobody_waits_for_ever() -> None:
    with pytest.raises(ZeroDivisionError), sealing(BytesIO(), [IDENTITY.to_public()]):
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), unsealing(BytesIO(sealed()), [IDENTITY]):
        raise ZeroDivisionError


def test_a_key_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    [recipient] = recipients(make_identity(file))
    assert file.stat().st_mode & 0o777 == 0o600
    [identity] = read_identities(file)
    assert str(identity.to_public()) == str(recipient)
    with pytest.raises(Refusal, match="уже есть"):
        make_identity(file)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"AGE-SECRET-KEY-1XYZ", "ключ".encode("cp1251")])
def test_a_file_without_a_key_is_refused_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(content)
    with pytest.raises(Refusal, match="нет закрытого ключа") as refusal:
        read_identities(file)
    assert "XYZ" not in str(refusal.value)
