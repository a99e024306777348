"""What the inbox could not keep is refused at the door, before anything is done with it (ASVS 2.2.1, 4.2)."""

from __future__ import annotations

import json

import pytest

from bot.updates import DEEPEST, read_update


def nested(levels: int) -> bytes:
    return b'{"update_id": 1, "message": ' + b"[" * levels + b"]" * levels + b"}"


def test_an_update_is_read_as_it_came() -> None:
    update = {"update_id": 7, "message": {"chat": {"id": -100}, "text": "да"}}
    assert read_update(json.dumps(update).encode()) == update
    assert read_update(nested(DEEPEST - 1))["update_id"] == 1


@pytest.mark.parametrize(
    "body",
    [
        nested(DEEPEST),
        nested(100_000),
        b'{"update_id": %d}' % 2**63,
        b'{"update_id": true}',
        b'{"update_id": 1.0}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "message": {"chat": {"id": %d}}}' % 2**63,
        b'{"update_id": 1, "message": {"date": NaN}}',
        b'{"update_id": 1, "message": {"date": -Infinity}}',
        b"\xff\xfe\xfd",
        b"\x80",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_what_cannot_be_kept_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_update(body)
