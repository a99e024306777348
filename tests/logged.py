"""Everything that was logged, and the words of a test's world that may not be in it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from sqlalchemy import select

from bot.logs import log_formatter
from db.engine import Database
from db.models import Binding, InboxUpdate, Invitation, Person
from services.access.codes import readable

_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_WRITTEN_BY_PEOPLE = (
    "text",
    "caption",
    "file_name",
    "file_id",
    "phone_number",
    "first_name",
    "last_name",
    "username",
)


class Log(logging.Handler):
    """Keeps what is logged as both formats write it."""

    def __init__(self) -> None:
        super().__init__()
        self._formatters = (log_formatter("console"), log_formatter("json"))
        self.written: list[str] = []
        self.checked = False

    def emit(self, record: logging.LogRecord) -> None:
        self.written += [formatter.format(record) for formatter in self._formatters]

    def must_not_name(self, words: Iterable[str]) -> None:
        """Fails when one of the words stands in the log, in whatever case and however escaped."""
        self.checked = True
        said = "\n".join(_readings("\n".join(self.written)))
        leaked = sorted({word for word in words if tells(word) and word.casefold() in said})
        assert leaked == [], f"the log names {leaked}"


def tells(word: str) -> bool:
    """Whether it is about somebody: «/start», «да» and «5» are not."""
    digits = sum(letter.isdigit() for letter in word)
    cyrillic = len(re.findall("[а-яё]", word, re.IGNORECASE))
    return cyrillic > 2 or digits > 5 or (len(word) > 7 and not word.startswith("/"))


def _readings(text: str) -> Iterator[str]:
    yield text.casefold()
    yield unquote(text).casefold()
    yield _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text).casefold()


async def words_about_people(db: Database) -> set[str]:
    """Names, phones, addresses, accounts and chats of everybody in the database, all invitation codes, and
    whatever people wrote to the bot or sent it."""
    words: set[str] = set()
    columns = (Person.last_name, Person.first_name, Person.middle_name, Person.phone, Person.email)
    async with db.transaction() as session:
        for person in await session.execute(select(*columns)):
            words.update(str(value) for value in person if value)
            words.add((person.phone or "").removeprefix("+7"))
        for account in await session.execute(select(Binding.external_user_id, Binding.chat_id)):
            words.update(str(number) for number in account)
        for code in await session.scalars(select(Invitation.code)):
            words.update((code, readable(code)))
        for payload in await session.scalars(select(InboxUpdate.payload)):
            words.update(written_in(payload))
    return words


def written_in(payload: Any) -> Iterator[str]:
    """What people wrote, out of an update; a message of the bot that they replied to is not theirs."""
    match payload:
        case dict():
            for key, value in payload.items():
                if key in _WRITTEN_BY_PEOPLE and isinstance(value, str):
                    yield from (value, *value.splitlines())
                elif key not in ("reply_to_message", "callback_query"):
                    yield from written_in(value)
        case list():
            for value in payload:
                yield from written_in(value)
