"""The keys of back-ups, in the age format (age-encryption.org).

The public key encrypts and stays with the bot. The identity decrypts; whoever has it reads everything, so it
is a file that is kept elsewhere. Other programs for age read the same keys and the same back-ups.
"""

from __future__ import annotations

import os
from pathlib import Path

from pyrage import IdentityError, RecipientError, x25519

from bot.refusal import Refusal


def recipients(public_keys: str) -> list[x25519.Recipient]:
    """Of public keys by comma; each of their identities will do to decrypt. Raises ValueError."""
    try:
        return [x25519.Recipient.from_str(key.strip()) for key in public_keys.split(",")]
    except RecipientError:
        raise ValueError from None


def make_identity(file: Path) -> str:
    """Write a new identity, for its owner only, and give its public key. Raises Refusal."""
    identity = x25519.Identity.generate()
    public_key = str(identity.to_public())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as opened:
            opened.write(f"# public key: {public_key}\n{identity}\n")
    except FileExistsError:
        raise Refusal(
            f"Файл {file} уже есть. Ключ в нём может открывать старые копии: выберите другое имя."
        ) from None
    except OSError as error:
        raise Refusal(f"Не удалось записать ключ в {file}: {error.strerror}.") from None
    return public_key


def read_identities(file: Path) -> list[x25519.Identity]:
    """Raises Refusal."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        identities = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise Refusal(f"Закрытый ключ копий не читается ({file}): {error.strerror}.") from None
    except (IdentityError, UnicodeDecodeError):
        identities = []
    if not identities:
        raise Refusal(f"В файле {file} нет закрытого ключа копий: нужна строка AGE-SECRET-KEY-1…")
    return identities
