"""Contents in a folder: each once, whole or not at all."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from services.files import NAME_LIMIT, FileStore, file_name, media_type_of

BOARD = b"a photo of the board"
DIGEST = sha256(BOARD).hexdigest()
ROOT = Path(__file__).parents[2]


def kept(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_a_content_lies_under_its_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    assert await store.put(BOARD) == DIGEST
    assert kept(tmp_path / "files") == [f"{DIGEST[:2]}/{DIGEST[2:]}"]
    assert await store.get(DIGEST) == BOARD


async def test_the_same_content_is_kept_once_however_often_and_at_once_it_comes(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert set(await asyncio.gather(*(store.put(BOARD) for _ in range(8)))) == {DIGEST}
    assert kept(tmp_path) == [f"{DIGEST[:2]}/{DIGEST[2:]}"]


async def test_a_lost_content_is_missing_and_comes_back_when_it_is_sent_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    await store.put(BOARD)
    (tmp_path / DIGEST[:2] / DIGEST[2:]).unlink()
    assert await store.get(DIGEST) is None
    await store.put(BOARD)
    assert await store.get(DIGEST) == BOARD


async def test_a_content_that_is_no_longer_itself_is_not_given(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    await store.put(BOARD)
    (tmp_path / DIGEST[:2] / DIGEST[2:]).write_bytes(BOARD[:5])
    assert await store.get(DIGEST) is None
    await store.put(BOARD)
    assert await store.get(DIGEST) == BOARD


@pytest.mark.parametrize("forged", ["../../etc/passwd", "", "ab", DIGEST.upper(), DIGEST + "/x"])
async def test_a_hash_that_is_none_leads_nowhere(tmp_path: Path, forged: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        await FileStore(tmp_path).get(forged)


DIE_BEFORE_THE_RENAME = """
import asyncio, os, signal, sys
from pathlib import Path
from services.files import FileStore

def dies(audited, _):
    if audited == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(dies)
asyncio.run(FileStore(Path(sys.argv[1])).put(b"a photo of the board"))
"""


async def test_a_process_that_dies_while_writing_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    died = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", DIE_BEFORE_THE_RENAME, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    store = FileStore(tmp_path)
    assert await store.get(DIGEST) is None
    await store.put(BOARD)
    assert await store.get(DIGEST) == BOARD


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ("Доска.jpg", "Доска.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Анна\\план.docx", "план.docx"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\x00b\n<c>.pdf", "ab c .pdf"),
        ("  много   пробелов .txt", "много пробелов .txt"),
        ("...", ""),
        ("🤡.png", "🤡.png"),
        ("я" * 300 + ".pdf", "я" * (NAME_LIMIT - 4) + ".pdf"),
        ("", ""),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(sent: str, kept_as: str) -> None:
    assert file_name(sent) == kept_as


@pytest.mark.parametrize(
    ("said", "kept_as"),
    [
        ("image/JPEG", "image/jpeg"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("", "application/octet-stream"),
        ("text/html; charset=<script>", "application/octet-stream"),
    ],
)
def test_a_media_type_is_one_or_unknown(said: str, kept_as: str) -> None:
    assert media_type_of(said) == kept_as
