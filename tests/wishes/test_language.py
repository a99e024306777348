"""Another language is another file: with one, nobody is asked; with two, messages and answers are in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.callbacks.notice_settings import Part
from handlers.screen import Screen
from handlers.texts import i18n
from handlers.texts.i18n import label, languages, speaking
from handlers.texts.notice_settings import notice_settings_screen, part_screen
from tests.wishes.conftest import Family

CATALOGUE = """msgid ""
msgstr ""
"Language: tt\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Отметки"
msgstr "Билгеләр"
"""


@pytest.fixture
def tatar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second catalogue, for the time of a test."""
    (tmp_path / "tt.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGUES", [*i18n.CATALOGUES, tmp_path])
    yield
    i18n._compiled.cache_clear()


def words(screen: Screen) -> list[str]:
    return [button.text for row in screen.rows for button in row]


async def test_with_one_language_nobody_is_asked(family: Family) -> None:
    assert languages() == ("ru",)
    assert "Язык" not in words(notice_settings_screen(await family.settings.view(actor=family.mother)))


async def test_a_second_catalogue_is_offered_and_spoken(family: Family, tatar: None) -> None:

    assert languages() == ("ru", "tt")
    view = await family.settings.set_language(actor=family.mother, language="tt")
    assert "Язык" in words(notice_settings_screen(view))
    assert words(part_screen(view, Part.LANGUAGE))[:2] == ["русский", "татар"]
    with speaking(view.language):
        assert label("Отметки") == "Билгеләр"
        assert label("Долги") == "Долги", "what is not translated stays Russian"
        assert "29 минут" in i18n.label_count("{n} минуту", "{n} минут", 29)
    assert label("Отметки") == "Отметки"


async def test_a_language_that_is_gone_is_russian_again(family: Family) -> None:
    view = await family.settings.set_language(actor=family.mother, language="tt")
    with speaking(view.language):
        assert label("Отметки") == "Отметки"
