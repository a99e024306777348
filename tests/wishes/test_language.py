"""Another language is another file: with one, nobody is asked; with two, messages and answers are in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest
from aiogram import Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import Chat, Message, User

from bot.middlewares import Language
from bot.sender import AiogramMessenger
from db.enums import Channel, MarkValue
from db.queries import sending
from handlers.callbacks.notice_settings import Part
from handlers.screen import Screen
from handlers.texts import i18n
from handlers.texts.i18n import label, languages, speaking
from handlers.texts.notice_settings import notice_settings_screen, part_screen
from services.actor import Account
from services.notifications.limiter import Limiter
from services.notifications.ports import Address
from tests.wishes.conftest import Family
from tests.world import moment

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
    i18n.speak(None)
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


class Telegram:
    """Takes a message and keeps its text."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def send_message(self, chat_id: int, text: str, **_: object) -> Message:
        self.said.append(text)
        return Message(message_id=1, date=moment("10:17"), chat=Chat(id=chat_id, type="private"))


async def test_messages_and_answers_are_in_the_readers_language(family: Family, tatar: None) -> None:
    await family.settings.set_language(actor=family.mother, language="tt")
    people = family.desk.people
    mother, father = (people.world.accounts[one] for one in (people.mother, people.father))

    async def answered(account: Account) -> str:
        """As a handler answers, and the sentence for what goes wrong after it."""
        user = User(id=account.external_user_id, is_bot=False, first_name="Мария")

        async def handler(*_: object) -> str:
            return label("Отметки")

        data = {
            EVENT_CONTEXT_KEY: EventContext(user=user),
            "notice_settings": family.settings,
            "school_id": family.desk.people.world.school_id,
        }
        said = await Language()(handler, user, data)
        assert said == label("Отметки")
        return str(said)

    assert [await answered(one) for one in (mother, father, mother)] == ["Билгеләр", "Отметки", "Билгеләр"]

    telegram = Telegram()
    messenger = AiogramMessenger(
        cast(Bot, telegram), Limiter(), {"marks": lambda _: Screen(label("Отметки"))}
    )
    for language in ("tt", None, "xx"):
        await messenger.deliver(
            Address(Channel.TELEGRAM, 1, language), "marks", None, external_ref=None, repeat=False
        )
    assert telegram.said == ["Билгеләр", "Отметки", "Отметки"]
    await family.mark(MarkValue.FOUR, "10:20")
    family.clock.set("12:00")
    async with family.desk.db.transaction() as session:
        claimed = await sending.claim(
            session,
            family.desk.people.world.school_id,
            now=family.clock.now(),
            lease_until=family.clock.now(),
            token=uuid4(),
            priorities=[2],
            busy_chats=(),
        )
    assert claimed is not None
    assert claimed.language == "tt"


async def test_a_language_that_is_gone_is_russian_again(family: Family) -> None:
    view = await family.settings.set_language(actor=family.mother, language="tt")
    with speaking(view.language):
        assert label("Отметки") == "Отметки"
