"""Where this installation keeps its back-ups, and by which keys."""

from __future__ import annotations

from pathlib import Path

from pyrage import x25519

from bot.backup.keys import read_identities, recipients
from bot.backup.shelf import Shelf
from bot.config import Settings
from bot.refusal import Refusal
from services.files import FileStore

FILES = "files"
"""Folder of the data folder with what people sent."""


def shelf_of(settings: Settings) -> Shelf:
    folder = settings.backup_dir or settings.data_dir / "backups"
    return Shelf(folder, settings.backup_keep, settings.backup_copy_dir)


def store_of(settings: Settings) -> FileStore:
    return FileStore(settings.data_dir / FILES)


def recipients_of(settings: Settings) -> list[x25519.Recipient]:
    """Raises Refusal."""
    if settings.backup_key is None:
        raise Refusal(
            "Копии шифруются, а ключа нет. Сделайте его: zvonok backup key ФАЙЛ. Открытый ключ запишите "
            "в ZVONOK_BACKUP_KEY, а файл уберите с этого компьютера в надёжное место."
        )
    return recipients(settings.backup_key)


def identities_of(settings: Settings, file: Path | None) -> list[x25519.Identity]:
    """Of `file`, or of the setting. Raises Refusal."""
    file = file or settings.backup_identity_file
    if file is None:
        raise Refusal(
            "Чтобы открыть копию, нужен закрытый ключ: укажите его файл ключом --identity "
            "или в ZVONOK_BACKUP_IDENTITY_FILE."
        )
    return read_identities(file)
