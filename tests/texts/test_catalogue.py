"""The Russian catalogue holds every plural form, and nothing that is not said any more."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

TEXTS = Path(__file__).parents[2] / "handlers"
KEYWORDS = {"text": None, "label": None, "count": (1, 2), "label_count": (1, 2)}


def said() -> set[str | tuple[str, ...]]:
    """What the code says: message ids, pairs for plurals."""
    found = extract_from_dir(TEXTS, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def russian() -> Catalog:
    return read_po((TEXTS / "texts/locales/ru.po").open("rb"), locale="ru")


def test_every_number_has_its_three_russian_forms() -> None:
    catalogue = russian()
    for message in said():
        if isinstance(message, tuple):
            entry = catalogue.get(message[0])
            assert entry is not None, f"ru.po lacks the plural forms of {message}"
            assert len(entry.string) == 3, f"ru.po lacks a plural form of {message}"
            assert all(entry.string), f"ru.po lacks a plural form of {message}"


def test_every_entry_of_the_catalogue_is_used() -> None:
    plurals = {message for message in said() if isinstance(message, tuple)}
    unused = [entry.id for entry in russian() if entry.id and entry.id not in plurals]
    assert unused == []
