"""The command line speaks Russian, click's own words included."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from bot.cli import main

CATALOGUE = files("bot") / "locales" / "ru" / "LC_MESSAGES"


def words_of(compiled: BytesIO) -> list[tuple[object, object]]:
    return [(message.id, message.string) for message in read_mo(compiled) if message.id]


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    text = read_po(BytesIO((CATALOGUE / "messages.po").read_bytes()), locale="ru")
    fresh = BytesIO()
    write_mo(fresh, text)
    fresh.seek(0)
    shipped = BytesIO((CATALOGUE / "messages.mo").read_bytes())
    assert words_of(shipped) == words_of(fresh), "compile it: pybabel compile -d bot/locales"


@pytest.mark.parametrize(
    "words",
    ["--help", "nope", "school --help", "school import", "school import a b", "demo --help", "demo --port x",
     "demo --port", "demo --nope", "demo --no-browser=1"],
)  # fmt: skip
def test_no_english_sentence_is_said(words: str) -> None:
    said = CliRunner().invoke(main, words.split()).output
    assert re.search(r"Как вызвать|Ошибка", said)
    assert not re.findall(
        r"(?i)usage|error|options:|try |show this|default|missing|invalid|no such|not |extra", said
    )
