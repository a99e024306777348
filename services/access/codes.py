"""Invitation codes: 10 characters that cannot be mistaken for one another, 49 bits."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
# A code is often typed with the Russian layout on; these letters look the same in both.
_CYRILLIC_TWINS = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
_SEPARATORS = str.maketrans("", "", " \u00a0\t\n-\u2010\u2011\u2012\u2013\u2014\u2212_.")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def readable(code: str) -> str:
    """XXXX-XXXX-XX, as it is printed and shown."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def normalised(typed: str) -> str | None:
    """The code that was meant, however it was typed; None when it cannot be one."""
    if len(typed) > 4 * LENGTH:
        return None
    code = typed.translate(_SEPARATORS).upper().translate(_CYRILLIC_TWINS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
