"""Encryption as a stream, in both directions: a back-up is larger than the memory.

pyrage asks one object for bytes and hands them to another, all in one call; so it works in a thread, at the
other end of a pipe.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io, x25519

_PIECE = 1 << 16


class Unreadable(Exception):
    """The file is no back-up, or not all of it, or not as it was written."""


class WrongKey(Unreadable):
    """It was encrypted for other keys."""


class _Target:
    """Remembers why it could not be written: pyrage passes over what fails in its last piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problem: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as problem:
            self.problem = self.problem or problem
            raise

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as problem:
            self.problem = self.problem or problem
            raise


@contextmanager
def sealing(file: BinaryIO, recipients: Sequence[x25519.Recipient]) -> Iterator[BinaryIO]:
    """What is written to the stream is in `file`, encrypted, when the block has ended. Raises OSError."""
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(_encrypt, reading, file, recipients)
        try:
            with open(writing, "wb") as sink:
                yield sink
        except BrokenPipeError:
            done.result()  # knows why nobody reads any more
            raise
        done.result()


def _encrypt(reading: int, file: BinaryIO, recipients: Sequence[x25519.Recipient]) -> None:
    target = _Target(file)
    with open(reading, "rb") as plain:
        try:
            encrypt_io(plain, target, recipients)
            target.flush()
        except EncryptError:
            if target.problem is None:
                raise
    if target.problem is not None:
        raise target.problem


@contextmanager
def unsealing(file: BinaryIO, identities: Sequence[x25519.Identity]) -> Iterator[BinaryIO]:
    """The plain bytes of `file`. Only when the block has ended are they known to be all of them.

    Raises Unreadable, whatever the block made of the bytes it got until then.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(_decrypt, file, writing, identities)
        try:
            with open(reading, "rb") as plain:
                yield plain
                while plain.read(_PIECE):
                    pass
        finally:
            if isinstance(problem := done.exception(), Unreadable):
                raise problem


def _decrypt(file: BinaryIO, writing: int, identities: Sequence[x25519.Identity]) -> None:
    with open(writing, "wb") as plain:
        target = _Target(plain)
        try:
            decrypt_io(file, target, identities)
        except DecryptError as error:
            raise (WrongKey if "No matching keys" in str(error) else Unreadable) from None
        except OSError as error:
            # Its own complaint about a piece that is missing or changed comes without a number.
            if error.errno is None:
                raise Unreadable from None
            raise
